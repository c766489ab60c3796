"""Write glyphs as WeasyPrint does in ``draw/text.py``, and gather what it has to know of them to embed their font."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from reports.engine.weasy.shaping import Glyph


class Usage(NamedTuple):
    """Glyphs by their numbers: their widths in thousandths of the font size, and the text each stands for."""

    widths: Mapping[int, int]
    to_unicode: Mapping[int, str]

    def add_to(self, font: Font) -> None:
        """Make the glyphs part of the font that WeasyPrint will embed, and of what readers can copy."""
        for known, new in ((font.widths, self.widths), (font.to_unicode, self.to_unicode)):
            for glyph, value in new.items():
                known.setdefault(glyph, value)


class GlyphWriter:
    """Write glyphs as draw/text.py does, and remember which were used."""

    def __init__(self, pango_font: Any, size: float, font_widths: Mapping[int, int]) -> None:
        """Write glyphs of a font of Pango's in a size in pixels; ``font_widths`` are those its PDF font has already."""
        self._font_widths = font_widths
        self._pango_font = pango_font
        self._size = size
        self._widths: dict[int, int] = {}
        self._written: dict[tuple[int, int], str] = {}  # by number and advance; a font has some thousand of both
        self._new_widths: dict[int, int] = {}
        self._new_texts: dict[int, str] = {}
        self._rectangles = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")

    def write(self, text: str, glyphs: Sequence[Glyph]) -> list[str]:
        """Return each glyph's number, in hexadecimal digits, and the kerning after it, outside of the string."""
        written = []
        for index, glyph in enumerate(glyphs):
            digits = self._written.get((glyph.id, glyph.advance))
            if digits is None:
                if glyph.id not in self._widths:
                    end = glyphs[index + 1].cluster if index + 1 < len(glyphs) else len(text)
                    self._widths[glyph.id] = self._new_widths[glyph.id] = self._width(glyph.id)
                    self._new_texts[glyph.id] = text[glyph.cluster : end]
                kerning = self._widths[glyph.id] - glyph.advance * 1000 * FROM_UNITS / self._size
                digits = f"{glyph.id:04x}>{int(kerning)}<" if kerning else f"{glyph.id:04x}"
                self._written[(glyph.id, glyph.advance)] = digits
            written.append(digits)
        return written

    def drain_usage(self) -> Usage:
        """Return the glyphs that were written for the first time since the last call."""
        usage = Usage(self._new_widths, self._new_texts)
        self._new_widths, self._new_texts = {}, {}
        return usage

    def _width(self, glyph: int) -> int:
        # Kerning makes up for the difference to the width in the PDF, which may stem from another size.
        if glyph in self._font_widths:
            return self._font_widths[glyph]
        ink, logical = self._rectangles
        pango.pango_font_get_glyph_extents(self._pango_font, glyph, ink, logical)
        width: int = round(logical.width * 1000 * FROM_UNITS / self._size)
        return width
