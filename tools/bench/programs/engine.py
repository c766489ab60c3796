"""Call Pressrun's engine from the programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from reports.render_contract import RenderContext, Template

BENCH = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


def template(folder: Path) -> Template:
    """Describe a template's folder."""
    return Template(folder.name, folder.name, "", folder, {})


def context() -> RenderContext:
    """Return a context in which time stands still."""
    return RenderContext("bench", datetime(2026, 1, 31, tzinfo=UTC))
