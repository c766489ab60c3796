"""Replace what WeasyPrint's fonts know of their glyphs, font by font."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset
from weasyprint.text.fonts import get_hb_object_data

from reports.engine.weasy.fonts import LARGE
from reports.engine.weasy.patches import replaces


@replaces("weasyprint.pdf.fonts.Font.widths", "weasyprint.pdf.fonts.Font.clean", release="70.0")
def fonts_with_exact_widths() -> dict[Any, Font]:
    """Return a store of fonts by their keys whose widths do not depend on what was drawn first.

    WeasyPrint rounds a width at the size that it first meets the glyph in, so that it depends on the order of texts.
    Here the font's own table says how wide a glyph is. WeasyPrint embeds the widths of all glyphs that a font lists
    once it is cleaned, so that the list has to be cut down to the glyphs that were drawn before that.
    """
    return _Fonts()


@replaces("weasyprint.pdf.fonts.Font._harfbuzz_subset", "weasyprint.pdf.fonts.Font.type", release="70.0")
def fonts_without_gaps() -> dict[Any, Font]:
    """Return a store of fonts by their keys that embeds fonts with 65,000 glyphs without the empty ones.

    A PDF refers to glyphs by their places in a font, so that WeasyPrint keeps these, and leaves those of all others
    empty: 60 to 120 KB for a single Chinese character. In fonts of this kind, each glyph has a number of its own, which
    is its place in the whole font. PDF readers go by that number where the outlines alone are embedded, without the
    tables around them. ``name_bare_outlines`` has to be called for the PDF, too.
    """
    return _FontsWithoutGaps()


def name_bare_outlines(_: object, pdf: Any) -> None:
    """Declare fonts in a PDF as nothing but outlines, where WeasyPrint says that there are tables, too."""
    for item in pdf.objects:
        extra = getattr(item, "extra", {})
        if extra.get("Subtype") == "/OpenType" and not bytes(item.stream[0]).startswith(b"OTTO"):
            extra["Subtype"] = "/CIDFontType0C"


class _BareOutlines(Font):  # type: ignore[misc]
    """A font whose glyphs have numbers of their own. WeasyPrint calls it ``otf``, which says where outlines go."""

    type = "otf"

    def _harfbuzz_subset(self, to_unicode: Collection[int], hinting: object) -> None:  # noqa: ARG002
        wanted = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
        glyphs = ffi.new(f"hb_codepoint_t[{len(to_unicode)}]", sorted(to_unicode))
        glyph_set = harfbuzz_subset.hb_subset_input_glyph_set(wanted)
        harfbuzz.hb_set_add_sorted_array(glyph_set, glyphs, len(to_unicode))
        flags = harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE | harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
        harfbuzz_subset.hb_subset_input_set_flags(wanted, flags)
        face = ffi.gc(harfbuzz_subset.hb_subset_or_fail(self.hb_face, wanted), harfbuzz.hb_face_destroy)
        with TTFont(BytesIO(get_hb_object_data(face)), lazy=True) as file:
            self.file_content = file.reader["CFF "]


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


class _FontsWithoutGaps(dict[Any, Any]):
    """WeasyPrint's fonts by their keys. Large ones that are added are cut down in another way."""

    def __setitem__(self, key: Any, font: Font) -> None:
        if font.family == LARGE and harfbuzz_subset:
            font.__class__ = _BareOutlines
        super().__setitem__(key, font)


class _Fonts(_FontsWithoutGaps):
    """WeasyPrint's fonts by their keys. Each one that is added has its widths and its cleaning replaced, too."""

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
