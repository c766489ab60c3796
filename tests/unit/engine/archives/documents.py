"""Render small documents that have to be something besides documents."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from reports.render_contract import PdfClaims
from tests.unit.engine.rendering import PrintedReport, context, printed, renderer, template


def document(
    parent: Path, body: str, variant: str | None, data: Mapping[str, Any] | None = None, **said: Any
) -> PrintedReport:
    """Render the HTML of a body, as PDF/A if it has to be."""
    folder = parent / "small"
    folder.mkdir(exist_ok=True)
    head = "<title>t</title><style>table { table-layout: fixed; width: 100% }</style>"
    page = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    (folder / "template.html.j2").write_text(page, "utf-8")
    (folder / "style.css").write_text("@page { size: A6; margin: 8mm }", "utf-8")
    wanted = replace(context(), pdf=PdfClaims(variant, said.pop("ua", None)), **said)
    return printed(renderer(), template(folder), data or {}, wanted)


def picture(mode: str, kind: str = "PNG") -> str:
    """Return a small picture as an address."""
    body = BytesIO()
    Image.new(mode, (4, 4), (0,) * len(Image.new(mode, (1, 1)).getbands())).save(body, kind)
    return f"data:image/{kind.lower()};base64,{b64encode(body.getvalue()).decode()}"
