"""Make fonts/PressrunMissing-Regular.ttf anew, after other fonts have changed: it has boxes for what they lack."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from reports.engine.weasy.fonts import BOXES, BUNDLED_FONTS, font_files, font_folders

FILE = BUNDLED_FONTS / "PressrunMissing-Regular.ttf"
CODES = (*range(0x20, 0xD800), *range(0xE000, 0x323B0))
"""All that Unicode has characters for, but for what is never seen, and for private use."""

_GLYPHS = 8191  # so many that hardly two characters of a document share one: readers copy a glyph's text
_BOX, _SPACE = "box0", "space"


def main() -> None:
    """Write the font."""
    others = (file for file in font_files(font_folders()) if file != FILE)
    boxes_for(set(CODES) - set(_characters(others))).save(FILE)


def boxes_for(codes: Iterable[int]) -> Any:
    """Return a font that has boxes for characters, and spaces, which are set in the font of what is before them."""
    spaces = [code for code in range(0x20, 0x3001) if unicodedata.category(chr(code)) == "Zs"]
    names = [".notdef", _SPACE, *(f"box{number}" for number in range(_GLYPHS))]
    builder = FontBuilder(1000)
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({code: f"box{code % _GLYPHS}" for code in codes} | dict.fromkeys(spaces, _SPACE))
    builder.setupGlyf(_glyphs(names))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 60)) | {_SPACE: (280, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupNameTable({"familyName": BOXES, "styleName": "Regular"})
    builder.setupPost(keepGlyphNames=False)
    cmap = builder.font["cmap"]
    cmap.tables = [table for table in cmap.tables if table.format == 12][:1]  # the others hold a part of it
    builder.font.recalcTimestamp = False
    return builder.font


def _characters(files: Iterable[Path]) -> Iterable[int]:
    for file in files:
        with TTFont(file, lazy=True) as font:
            yield from font.getBestCmap()


def _glyphs(names: Iterable[str]) -> dict[str, Any]:
    glyphs: dict[str, Any] = {}
    for name in names:
        pen = TTGlyphPen(glyphs)
        if name in (".notdef", _BOX):
            _rectangle(pen, [(60, 0), (60, 700), (540, 700), (540, 0)])
            _rectangle(pen, [(110, 50), (490, 50), (490, 650), (110, 650)])
        elif name != _SPACE:
            pen.addComponent(_BOX, (1, 0, 0, 1, 0, 0))
        glyphs[name] = pen.glyph()
    return glyphs


def _rectangle(pen: Any, corners: list[tuple[int, int]]) -> None:
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()


if __name__ == "__main__":
    main()
