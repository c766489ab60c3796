"""Lay out a document that has what the assumptions are about."""

from __future__ import annotations

from functools import cache
from typing import Any

from reports.engine.renderer import WeasyPrintRenderer

WeasyPrintRenderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.css.counters import CounterStyle  # noqa: E402
from weasyprint.formatting_structure import boxes  # noqa: E402
from weasyprint.urls import URLFetcher  # noqa: E402

from reports.engine.weasy.canvas import Canvas  # noqa: E402
from reports.engine.weasy.patches.text import font_configuration  # noqa: E402
from reports.engine.weasy.typesetter import LaidOutDocument, Typesetter, table_of  # noqa: E402

__all__ = [
    "HTML", "boxes", "canvas", "first", "first_text", "font_configuration", "html_document", "layout", "page_box",
    "table",
]  # fmt: skip

BODY = """<!doctype html><html lang=en><head><title>Ledger</title></head><body><h1>Ledger</h1><table>
<thead><tr><th colspan=2>Name</th></tr></thead>
<tbody><tr><td id=a><a href="https://example.com/">first</a></td><td></td></tr><tr><td>second</td><td>2</td></tr></tbody>
<tfoot><tr><td>Sum</td><td>2</td></tr></tfoot></table></body></html>"""
STYLE = """@page { size: A4; @bottom-center { content: counter(page) } } body { font-family: Inter }
h1 { string-set: note content() } table { border-collapse: collapse; width: 100%; table-layout: fixed }
td { border: 1pt solid #1238; background: #eee }"""


@cache
def layout() -> LaidOutDocument:
    """Return the document as the typesetter lays it out."""
    fonts, counters = font_configuration(), CounterStyle()
    sheet = CSS(string=STYLE, font_config=fonts, counter_style=counters)
    typesetter = Typesetter("file:///", URLFetcher(), fonts, [sheet], counters, None)
    root = typesetter.parse(BODY)
    return typesetter.lay_out(root, (tuple(root.iterfind(".//tbody/tr")),))


def page_box() -> Any:
    return layout().pages[0]._page_box


def table() -> Any:
    [(_, row), *_] = layout().rows_of(0)[0]
    return table_of(layout().pages[0], row)


def first(kind: type) -> Any:
    return next(box for box in table().descendants() if isinstance(box, kind))


def first_text() -> Any:
    return next(box for box in table().descendants() if isinstance(box, boxes.TextBox) and box.text == "first")


def canvas(*, is_tagged: bool = False) -> Canvas:
    return Canvas(is_tagged=is_tagged)


@cache
def html_document() -> Any:
    """Return the document as WeasyPrint's public interface lays it out."""
    return HTML(string=BODY).render(stylesheets=[CSS(string=STYLE)], font_config=font_configuration())
