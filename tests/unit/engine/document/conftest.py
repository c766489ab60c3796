"""Provide what tests of documents share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay out a template that prints its data, and nothing else."""
    page = '<!doctype html><html lang="en"><head><title>t</title></head><body>{{ data.text }}</body></html>'
    (tmp_path / "template.html.j2").write_text(page, "utf-8")
    (tmp_path / "style.css").write_text("html { font-family: Inter }", "utf-8")
    return tmp_path
