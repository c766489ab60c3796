"""Ask WeasyPrint how it sets the text of table cells, to hold our own setting of text against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial
from html import escape
from typing import Any, NamedTuple

from tests.unit.engine.rendering import renderer

renderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

import pydyf  # noqa: E402
from weasyprint import HTML  # noqa: E402
from weasyprint.draw.text import draw_first_line  # noqa: E402
from weasyprint.formatting_structure import boxes  # noqa: E402
from weasyprint.matrix import Matrix  # noqa: E402
from weasyprint.pdf.stream import Stream  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.text.line_break import strut  # noqa: E402

from reports.engine.longtable.text.text_setter import SHAPED_AT_FIRST, SetLine, TextSetter, Unsupported  # noqa: E402
from reports.engine.weasy.font_rules import UnfollowableFontError  # noqa: E402
from reports.engine.weasy.shaping import SCRIPTS, characters_of  # noqa: E402

__all__ = [
    "SCRIPTS", "SHAPED_AT_FIRST", "SetLine", "TextSetter", "UnfollowableFontError", "Unsupported",
    "cells_by_weasyprint", "characters_of", "differences", "drawn_by_weasyprint", "setter", "supported_setter",
]  # fmt: skip

_PAGE = """
    @page { size: 500mm 2000mm; margin: 0 }
    table { table-layout: fixed; width: 100%; border-spacing: 0 }
    tr { break-inside: avoid }
"""


class Answer(NamedTuple):
    """WeasyPrint's result for some cells: each one's lines, the operator for their font, and the fonts."""

    cells: list[list[SetLine]]
    font_operators: set[bytes]
    fonts: dict[int, Any]


@cache
def _font_configuration() -> Any:
    return FontConfiguration()


def cells_by_weasyprint(texts: Sequence[str], css: str, width: float = 1800, lang: str = "en") -> Answer:
    """Lay out and draw texts, each in a cell of a width in pixels."""
    fonts: dict[int, Any] = {}
    operators: set[bytes] = set()
    cells = [
        [_drawn(box, fonts, operators) for box in cell.descendants() if isinstance(box, boxes.TextBox)]
        for cell in _cells(texts, css, width, lang)
    ]
    return Answer(cells, operators, fonts)


def drawn_by_weasyprint(texts: Sequence[str], css: str) -> list[SetLine]:
    """Lay out and draw texts that fit on a line each; their operators begin with the one for their first font."""
    fonts: dict[int, Any] = {}
    lines = []
    for cell in _cells(texts, css, 1800, "en"):
        [box] = [box for box in cell.descendants() if isinstance(box, boxes.TextBox)]
        stream = _stream(fonts)
        box.pango_layout.reactivate(box.style)
        draw_first_line(stream, box, "clip", "none", Matrix(d=-1))
        box.pango_layout.deactivate()
        drawn = b"\n".join(map(pydyf._to_bytes, stream.stream[1:]))
        lines.append(SetLine(box.text, drawn, box.width, box.baseline - strut(box.style)[1]))
    return lines


def differences(
    texts: Sequence[str], ours: Sequence[list[SetLine] | None], theirs: Sequence[list[SetLine]]
) -> list[tuple[str, list[SetLine], list[SetLine]]]:
    """Return the texts whose lines are not WeasyPrint's, with both; those that are left to it are none of them."""
    every = zip(texts, ours, theirs, strict=True)
    return [(text, mine, right) for text, mine, right in every if mine is not None and mine != right]


def setter(
    css: str,
    lang: str = "en",
    fonts: dict[int, Any] | None = None,
    shaped_at_first: int = SHAPED_AT_FIRST,
    *,
    asks_pango: bool = False,
) -> TextSetter | Unsupported:
    """Return a setter for cells of a style, which has Pango set what it cannot set itself if it ``asks_pango``."""
    cell = next(_cells(["x"], css, 1800, lang))
    text_box = next(box for box in cell.descendants() if isinstance(box, boxes.TextBox))
    fonts = {} if fonts is None else fonts
    return TextSetter.from_text_box(text_box, fonts, shaped_at_first, partial(_stream, fonts) if asks_pango else None)


def supported_setter(
    css: str, lang: str = "en", fonts: dict[int, Any] | None = None, *, asks_pango: bool = False
) -> TextSetter:
    """Return a setter for cells of a style that is supported, which learns from the first text on."""
    found = setter(css, lang, fonts, shaped_at_first=0, asks_pango=asks_pango)
    assert isinstance(found, TextSetter), found
    return found


def _cells(texts: Sequence[str], css: str, width: float, lang: str) -> Iterator[Any]:
    rows = "".join(f"<tr><td>{escape(text)}</td><td>" for text in texts)
    html = (
        f"<html lang={lang}><style>{_PAGE} td {{ padding: 0; {css} }}</style>"
        f"<table><col style='width: {width!r}px'><col>{rows}"
    )
    document = HTML(string=html).render(font_config=_font_configuration())
    for page in document.pages:
        every = [box for box in page._page_box.descendants() if isinstance(box, boxes.TableCellBox)]
        yield from every[::2]


def _stream(fonts: dict[int, Any]) -> Stream:
    return Stream(fonts, (0, 0, 0, 0), {}, {}, None, {}, None, compress=False)


def _drawn(box: Any, fonts: dict[int, Any], operators: set[bytes]) -> SetLine:
    stream = _stream(fonts)
    box.pango_layout.reactivate(box.style)
    draw_first_line(stream, box, "clip", "none", Matrix(d=-1))
    box.pango_layout.deactivate()
    if not stream.stream:
        return SetLine(box.text, b"", box.width)
    operators.add(stream.stream[1])
    return SetLine(box.text, b"\n".join(stream.stream[2:]), box.width)
