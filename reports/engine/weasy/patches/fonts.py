"""Replace what WeasyPrint's fonts know of their glyphs, font by font."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint.pdf.fonts import Font

from reports.engine.weasy.patches import replaces


@replaces("weasyprint.pdf.fonts.Font.widths", "weasyprint.pdf.fonts.Font.clean", release="70.0")
def fonts_with_exact_widths() -> dict[Any, Font]:
    """Return a store of fonts by their keys whose widths do not depend on what was drawn first.

    WeasyPrint rounds a width at the size that it first meets the glyph in, so that it depends on the order of texts.
    Here the font's own table says how wide a glyph is. WeasyPrint embeds the widths of all glyphs that a font lists
    once it is cleaned, so that the list has to be cut down to the glyphs that were drawn before that.
    """
    return _Fonts()


class _ExactWidths(dict[int, int]):
    """The widths of a font's glyphs in thousandths of its size, known before they are asked for."""

    def __init__(self, font: Font) -> None:
        super().__init__()
        self._count = font.glyph_count
        self._per_unit = 1000 / font.upem
        file = TTFont(BytesIO(font.file_content), fontNumber=max(0, font.index), lazy=True)
        self._metrics, self._names = file["hmtx"], file.getGlyphOrder()

    def __contains__(self, glyph: object) -> bool:
        """Tell whether a glyph is one of the font's. WeasyPrint gives number 0, "none", a width of its own."""
        return super().__contains__(glyph) or (isinstance(glyph, int) and 0 < glyph < self._count)

    def __missing__(self, glyph: int) -> int:
        advance, _ = self._metrics[self._names[glyph]]
        width: int = round(advance * self._per_unit)
        self[glyph] = width
        return width


class _Fonts(dict[Any, Any]):
    """WeasyPrint's fonts by their keys. Each one that is added has its widths and its cleaning replaced."""

    def __setitem__(self, key: Any, font: Font) -> None:
        if "fvar" not in font.tables and "hmtx" in font.tables and not font.bitmap:
            font.widths = _ExactWidths(font)
        font.clean = partial(self._settled, font.clean)
        super().__setitem__(key, font)

    def _settled(self, clean: Callable[..., None], *arguments: Any) -> None:
        """Keep nothing but the glyphs that were drawn, before WeasyPrint embeds the fonts: it lists what they hold."""
        for font in self.values():
            font.widths = dict(font.widths)
        clean(*arguments)
