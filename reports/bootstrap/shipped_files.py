"""The places of files that come with the code."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
EMAILS = TEMPLATES.parent / "emails"
OPENAPI = TEMPLATES.parent / "docs" / "openapi.json"
