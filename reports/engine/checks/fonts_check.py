"""Tell whether a file of a stranger's is a font that may be given to the libraries that draw text."""

from __future__ import annotations

import struct
from io import BytesIO

FONTS = (".ttf", ".otf", ".woff", ".woff2")
MOST_BYTES = 4_000_000
"""Bytes of a font when it is unpacked."""

_PACKED = (b"wOFF", b"wOF2")
_KINDS = (b"\x00\x01\x00\x00", b"OTTO", b"true", *_PACKED)
_PACKED_SIZE = struct.Struct(">16xI")
_NEEDED = ("cmap", "head", "hhea", "hmtx", "maxp", "name")
_OUTLINES = ("glyf", "CFF ", "CFF2")
# With these a font runs programs, or draws pictures of its own.
_REFUSED = {
    "SVG ": "SVG pictures",
    "Silf": "Graphite programs",
    "EBDT": "bitmaps",
    "CBDT": "bitmaps",
    "sbix": "bitmaps",
}


def fault_of_font(body: bytes) -> str:
    """Return why a font is refused; an empty text for one that is not."""
    kind = body[:4]
    if kind not in _KINDS:
        return "it is no font of a kind that is read: TrueType, OpenType, WOFF or WOFF2"
    size = _PACKED_SIZE.unpack_from(body)[0] if kind in _PACKED and len(body) >= _PACKED_SIZE.size else len(body)
    if size > MOST_BYTES:
        return f"the font has {size:,} bytes when it is unpacked, and may have {MOST_BYTES:,}"
    from fontTools.ttLib import TTFont  # it takes as long to load as all else here

    try:
        with TTFont(BytesIO(body), lazy=False) as font:
            return _fault_of_tables(font)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001, a damaged font makes fontTools raise whatever it likes
        return f"the font is damaged ({type(error).__name__})"


def _fault_of_tables(font: object) -> str:
    tables = set(font.keys())  # type: ignore[attr-defined]
    if missing := [name for name in _NEEDED if name not in tables]:
        return f"the font lacks its table {missing[0]!r}"
    if not tables.intersection(_OUTLINES):
        return "the font has no outlines"
    for name, what in _REFUSED.items():
        if name in tables:
            return f"the font has {what}, which are not drawn"
    # Each table is read as a whole, as those who draw will read it.
    for name in sorted(tables - {"GlyphOrder"}):
        font[name]  # type: ignore[index]
    glyphs = font["maxp"].numGlyphs  # type: ignore[index]
    if len(font.getGlyphOrder()) != glyphs:  # type: ignore[attr-defined]
        return "the font counts its glyphs wrong"
    return ""
