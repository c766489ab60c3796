"""Draw the word SAMPLE across pages. Import after the native libraries and the fonts are in place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pydyf
from weasyprint import CSS, HTML
from weasyprint.draw import draw_page
from weasyprint.pdf.stream import Stream
from weasyprint.text.fonts import FontConfiguration

WORD = "SAMPLE"
_SPACING = 0.06
_LENGTH = 3.99 + _SPACING * (len(WORD) - 1)
_HEIGHT = 0.73
"""The word's length and the height of its letters, in its font size, in Inter Display SemiBold."""
_SHARE = 0.8
"""As much of the page's width and height the word may take up."""
# It stands on top, as a picture would hide it: so light that you read through it. Its white edge shows on dark ones.
_COLOUR = "rgba(214, 40, 40, .16)"
_EDGE, _EDGE_PX = (1, 1, 1, 0.4), 1
_FILL_AND_STROKE = 2
_ARTIFACT = {"Type": "/Pagination", "Subtype": "/Watermark"}


class Watermark:
    """The word SAMPLE on each page of a document: text, but an artifact, which no screen reader reads between rows.

    It stands across the page, and once more in small letters at its top, for programs that read texts line by line.
    It is drawn by the engine and not by a style sheet, so that no template can lack it, hide it or be moved by it.
    """

    def __init__(self, fonts: FontConfiguration) -> None:
        self._fonts = fonts
        self._boxes: dict[tuple[float, float], Any] = {}

    def put_on(self, document: Any) -> None:
        """Have WeasyPrint draw it when it draws the pages of a document, and name it in the document's title."""
        document.metadata.title = f"{WORD}: {document.metadata.title or ''}".removesuffix(": ")
        for page in document.pages:
            page.paint = self._painting(page, page.paint)

    def draw(self, stream: Stream, page: Any) -> None:
        """Draw it on a stream whose unit is px, from the top left of a page."""
        ink = stream.clone(tags=None)  # what is marked as text of the structure cannot be an artifact
        ink.set_text_rendering(_FILL_AND_STROKE)
        ink.set_line_width(_EDGE_PX)
        ink.set_color_rgb(*_EDGE[:3], stroke=True)
        ink.set_alpha(_EDGE[3], stroke=True)
        draw_page(self._box(page.width, page.height), ink)
        if stream._tags is not None:
            stream.begin_marked_content("Artifact", pydyf.Dictionary(_ARTIFACT))
        stream.stream.extend([b"q", *ink.stream, b"Q"])
        if stream._tags is not None:
            stream.end_marked_content()

    def _painting(self, page: Any, paint: Callable[..., None]) -> Callable[..., None]:
        def painted(stream: Stream, scale: float = 1) -> None:
            paint(stream, scale)
            with stream.stacked():
                stream.transform(a=scale, d=scale)
                self.draw(stream, page)

        return painted

    def _box(self, width: float, height: float) -> Any:
        """Lay out a page of that size, in px, with nothing on it but the word along its diagonal."""
        if (width, height) not in self._boxes:
            size, angle = _fitted(width, height)
            style = f"""
                @page {{ size: {width!r}px {height!r}px; margin: 0 }}
                body {{ margin: 0 }}
                p {{ position: absolute; left: 50%; margin: 0; white-space: nowrap; letter-spacing: {_SPACING}em;
                     padding-left: {_SPACING}em; font: 600 7pt/1 "Inter Display" }}
                .top {{ top: 5mm; color: #9b1c14; transform: translate(-50%) }}
                .across {{ top: 50%; font-size: {size!r}px; color: {_COLOUR};
                           transform: translate(-50%, -50%) rotate({-angle!r}rad) }}"""
            document = HTML(string=f"<html lang=en><p class=top>{WORD}<p class=across>{WORD}").render(
                font_config=self._fonts, stylesheets=[CSS(string=style, font_config=self._fonts)]
            )
            self._boxes[width, height] = document.pages[0]._page_box
        return self._boxes[width, height]


def _fitted(width: float, height: float) -> tuple[float, float]:
    """Return the font size in px, and the angle of the diagonal, with which the word fits on a page."""
    angle = math.atan2(height, width)
    across = _LENGTH * math.cos(angle) + _HEIGHT * math.sin(angle)
    down = _LENGTH * math.sin(angle) + _HEIGHT * math.cos(angle)
    return _SHARE * min(width / across, height / down), angle
