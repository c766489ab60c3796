"""Have Pango set lines of text in whatever fonts and scripts its characters take, without boxes around them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

from weasyprint.draw.text import draw_first_line
from weasyprint.matrix import Matrix
from weasyprint.pdf.stream import Stream
from weasyprint.text import ffi as weasyprint_ffi
from weasyprint.text.line_break import Layout, line_size, strut

from reports.engine.weasy import harfbuzz
from reports.engine.weasy.canvas import operators

_NEAR = 1e-6


class PangoLine(NamedTuple):
    """A line of text: what to write after its text matrix, and lengths in px.

    Its baseline is further below the top of the line by ``rise`` than that of a line in the style's own font.
    """

    operators: bytes
    width: float
    rise: float


class PangoLines:
    """Set lines in one style, drawn on streams of a document."""

    def __init__(self, style: Any, new_stream: Callable[[], Stream]) -> None:
        self._style = style
        self._new_stream = new_stream
        self._layout = Layout(style)

    def line(self, text: str, font_operator: bytes) -> PangoLine | None:
        """Set a text in the midst of a line's others; ``font_operator`` is in force before and after it.

        None when WeasyPrint has to: of characters that no font has, it counts the order.
        """
        if len(text.splitlines()) > 1:
            return None
        self._layout.set_text(text)
        line, _ = self._layout.get_first_line()
        if self._misses_glyphs():
            return None
        width, height = line_size(line, self._style)
        baseline = weasyprint_ffi.pango.pango_layout_get_baseline(self._layout.layout) * weasyprint_ffi.FROM_UNITS
        line_height, usual = strut(self._style)
        rise = baseline + (line_height - height) / 2 - usual
        drawn = self._drawn(text, font_operator)
        return None if drawn is None else PangoLine(drawn, width, rise if abs(rise) > _NEAR else 0.0)

    def _drawn(self, text: str, font_operator: bytes) -> bytes | None:
        stream = self._new_stream()
        if draw_first_line(stream, _shown(text, self._style, self._layout), "clip", "none", Matrix()):
            return None  # pictures of letters
        drawn = operators(stream).split(b"\n")[1:]
        fonts = [each for each in drawn if each.endswith(b" Tf")]
        if fonts and fonts[0] == font_operator:
            drawn.remove(font_operator)
        if fonts and fonts[-1] != font_operator:
            drawn.append(font_operator)
        return b"\n" + b"\n".join(drawn)

    def _misses_glyphs(self) -> bool:
        layout = int(weasyprint_ffi.ffi.cast("uintptr_t", self._layout.layout))
        return bool(harfbuzz.pango().pango_layout_get_unknown_glyphs_count(layout))


def usual_baseline(style: Any) -> float:
    """Return how far below the top of a line in the style's own font its baseline is, in px."""
    baseline: float = strut(style)[1]
    return baseline


def _shown(text: str, style: Any, layout: Layout) -> Any:
    """Return what WeasyPrint takes for a box of text."""
    return SimpleNamespace(text=text, style=style, pango_layout=layout)
