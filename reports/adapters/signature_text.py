"""Set the words of a visible signature in the bundled fonts, within a box.

HarfBuzz shapes them. Of the order of scripts that run from right to left, only this is done: words of either direction
keep together, and a line begins on the side of its first letter. That suffices for a name, a time and a reason.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont
from uharfbuzz import Buffer, Face, Font, shape

FONTS = Path(__file__).parents[2] / "fonts"
SIZES = tuple(each / 2 for each in range(20, 9, -1))
"""Points, the largest first: from 10 to 5."""
LEADING = 1.3
PADDING = 4
"""Points between the words and the border."""

# Not Inter: pyHanko 0.38 writes widths right only for fonts with 1,000 units, see its _build_type0_font_from_cidfont.
_UNITS = 1000
_FIRST = "NotoSans-Regular"


class NoRoomError(Exception):
    """A box that is too small for its words."""


class NoGlyphError(Exception):
    """A character that no bundled font has, as U+XXXX."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font and one direction."""

    text: str
    font: str
    is_rtl: bool
    em: float
    """Its width, in parts of the size."""


@dataclass(slots=True)
class Line:
    """Runs as they stand from left to right."""

    runs: list[Run] = field(default_factory=list)
    is_rtl: bool = False

    @property
    def em(self) -> float:
        """The width, in parts of the size."""
        return sum(each.em for each in self.runs)


def laid_out(words: Sequence[str], width: float, height: float) -> tuple[float, list[Line]]:
    """Return the largest size at which paragraphs fit into a box, and their lines. Sizes are in points.

    Raises NoRoomError or NoGlyphError.
    """
    for size in SIZES:
        room = (width - 2 * PADDING) / size
        lines = [line for each in words for line in _lines(each, room)]
        if size * LEADING * len(lines) <= height - 2 * PADDING and all(line.em <= room for line in lines):
            return size, lines
    raise NoRoomError


def _lines(text: str, room: float) -> Iterator[Line]:
    begun: list[str] = []
    for word in text.split():
        if begun and line_of(" ".join([*begun, word])).em > room:
            yield line_of(" ".join(begun))
            begun = []
        begun.append(word)
    yield line_of(" ".join(begun))


@cache
def line_of(text: str) -> Line:
    """Return a text as a line. Raises NoGlyphError."""
    directions = _directions(text)
    is_rtl = next((each for each in directions if each is not None), False) is True
    filled = _filled(directions, is_rtl)
    parts: list[list[Run]] = []
    for rtl, group in groupby(zip(text, filled, strict=True), key=lambda each: each[1]):
        runs = list(_runs("".join(character for character, _ in group), is_rtl=rtl))
        parts.append(runs[::-1] if rtl else runs)
    return Line([run for part in (parts[::-1] if is_rtl else parts) for run in part], is_rtl)


def _directions(text: str) -> list[bool | None]:
    """Return of each character whether it runs from right to left, or None for those that follow their neighbours."""
    found = {"R": True, "AL": True, "L": False, "EN": False, "AN": False}
    return [found.get(unicodedata.bidirectional(each)) for each in text]


def _filled(directions: Sequence[bool | None], is_rtl: bool) -> list[bool]:
    """Return directions without gaps: between two of one direction there is that one, else that of the line."""
    result: list[bool] = []
    for index, each in enumerate(directions):
        if each is None:
            before = next((one for one in reversed(directions[:index]) if one is not None), is_rtl)
            behind = next((one for one in directions[index:] if one is not None), is_rtl)
            each = before if before == behind else is_rtl
        result.append(each)
    return result


def _runs(text: str, *, is_rtl: bool) -> Iterator[Run]:
    fonts: list[str] = []
    for character in text:
        # Marks and signs between letters keep to the font before them, so that they can join.
        before = fonts[-1] if fonts else ""
        fonts.append(before if before and _has(before, character) else _font_of(character))
    at = 0
    for font, group in groupby(fonts):
        run = text[at : (at := at + len(list(group)))]
        yield Run(run, font, is_rtl, _width(run, font, is_rtl=is_rtl))


def _font_of(character: str) -> str:
    for name in _names():
        if _has(name, character):
            return name
    raise NoGlyphError(f"U+{ord(character):04X}")


@cache
def _names() -> tuple[str, ...]:
    others = sorted(each.stem for each in FONTS.glob("Noto*-Regular.ttf"))
    return (_FIRST, *(each for each in others if each != _FIRST and _shaper(each)[1] == _UNITS))


def _has(font: str, character: str) -> bool:
    return ord(character) in _characters(font)


@cache
def _characters(font: str) -> frozenset[int]:
    with TTFont(FONTS / f"{font}.ttf", lazy=True) as opened:
        return frozenset(opened.getBestCmap())


@cache
def _shaper(font: str) -> tuple[Font, int]:
    face = Face((FONTS / f"{font}.ttf").read_bytes())
    return Font(face), face.upem


def _width(text: str, font: str, *, is_rtl: bool) -> float:
    shaper, units = _shaper(font)
    buffer = Buffer()
    buffer.add_str(text)
    buffer.direction = "rtl" if is_rtl else "ltr"
    buffer.guess_segment_properties()
    shape(shaper, buffer)
    return float(sum(each.x_advance for each in buffer.glyph_positions)) / float(units)
