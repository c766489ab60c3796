"""Break a text into lines where WeasyPrint and Pango would, going by the widths of its characters.

WeasyPrint lets Pango break the text, then tries whether one more word fits, without the space after it. Both measure
a line a little differently: Pango with what follows it, WeasyPrint alone. The kerning at its end may differ. Where the
two would not agree, or a width is so close that rounding decides, nothing is broken here, and WeasyPrint is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from reports.engine.weasy.text import TO_UNITS, line_break_places, pango_version

# Words of these characters have no place to break: it is only between them.
_WORD = "[A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff][A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff.,]*"
_PLAIN_WORDS = re.compile(f"{_WORD}(?: {_WORD})*")
_SPACE = re.compile(" ")

# Before this version, Pango wants room for the space at the end of a line, too.
_PANGO_FORGIVES_SPACES = 15000

_LEAST_SEEN = 128
"""Characters of a text to look at first. Half as many mostly fill more than a line."""

# WeasyPrint adds a billionth to the place where the line has to end, which is at the most some thousand pixels away.
_LEAST_TOLERANCE = 1 + 1e-9
_MOST_TOLERANCE = 1e-5


class UnsureError(Exception):
    """Only WeasyPrint itself can tell."""


class Run(NamedTuple):
    """A set text, character by character: how its glyph is written, and its advance in Pango's units.

    Where ``cuts`` is not zero, the text can be cut in two before a character, and neither part changes. ``tails`` tells
    that no part changes for want of what was before it.
    """

    glyphs: Sequence[str]
    advances: Sequence[int]
    cuts: Sequence[int]
    tails: bool

    @property
    def width(self) -> int:
        """Return the width in Pango's units."""
        return sum(self.advances)


class Paragraph:
    """Give parts of a text as they are set on their own, by cutting the whole text where that is the same."""

    def __init__(self, text: str, run: Callable[[str], Run | None]) -> None:
        """Set the whole text by ``run``. Raises UnsureError when that cannot."""
        self.text = text
        self._run = run
        self._whole = self._new_run(0, len(text))
        self._parts = {(0, len(text)): self._whole}

    def part(self, start: int, end: int) -> Run:
        """Return a part of the text. Raises UnsureError."""
        if (start, end) not in self._parts:
            self._parts[start, end] = self._cut(start, end) or self._new_run(start, end)
        return self._parts[start, end]

    def advances(self, start: int, length: int) -> Sequence[int]:
        """Return the advances of so many characters of what begins at a place. Raises UnsureError."""
        whole = self._whole
        begins_alike = not start or whole.tails or whole.cuts[start]
        run, first = (whole, start) if begins_alike else (self.part(start, len(self.text)), 0)
        return run.advances[first : first + length]

    def _cut(self, start: int, end: int) -> Run | None:
        glyphs, advances, cuts, tails = self._whole
        if (start and not tails and not cuts[start]) or (end < len(self.text) and not cuts[end]):
            return None
        return Run(glyphs[start:end], advances[start:end], cuts[start:end], tails)

    def _new_run(self, start: int, end: int) -> Run:
        run = self._run(self.text[start:end])
        if run is None:
            raise UnsureError
        return run


def line_spans(paragraph: Paragraph, width: float, style: Any) -> list[tuple[int, int]]:
    """Return where each line of a text begins and ends, in a width in pixels. Raises UnsureError.

    The text's white space is collapsed. A space at its end stays at the end of its last line.
    """
    return _Breaker(paragraph, width, style).spans()


class _Breaker:
    def __init__(self, paragraph: Paragraph, width: float, style: Any) -> None:
        self._paragraph = paragraph
        self._surely_fits = int(width * _LEAST_TOLERANCE * TO_UNITS)
        self._may_fit = int((width + _MOST_TOLERANCE) * TO_UNITS)
        self._language = style["lang"]
        self._hyphenates = style["hyphens"] == "auto" and self._language
        self._breaks_words = style["overflow_wrap"] != "normal"

    def spans(self) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        text = self._paragraph.text
        start = 0
        while True:
            length = self._first_line(start)
            if length is None:
                return [*spans, (start, len(text))]
            if self._hyphenates or pango_version() < _PANGO_FORGIVES_SPACES:
                raise UnsureError
            line = text[start : start + length]
            spans.append((start, start + len(line.rstrip(" "))))
            start += length

    def _first_line(self, start: int) -> int | None:
        """Return the length of the line that begins here, its space included; None when all the rest fits.

        Looking at all of a long text for each of its lines takes long, so this looks at the beginning, as WeasyPrint
        does here (see ``patches.text``).
        """
        rest = len(self._paragraph.text) - start
        length = _LEAST_SEEN
        while length < rest:
            widths = [0, *accumulate(self._paragraph.advances(start, length))]
            if widths[length // 2] > self._may_fit:
                text = self._paragraph.text[start : start + length]
                fitting, shown = self._fitting(text, _opportunities(text, self._language), widths)
                # What ends in the second half might have ended elsewhere, had more been seen.
                if len(shown) < length // 2:
                    return self._end(start, fitting, shown)
            length *= 2
        return self._last_line(start)

    def _last_line(self, start: int) -> int | None:
        text = self._paragraph.text[start:]
        widths = [0, *accumulate(self._paragraph.advances(start, len(text)))]
        stripped = text.rstrip(" ")
        if self._fits(widths[-1]):
            return None
        if self._fits(widths[len(stripped)]):
            raise UnsureError  # but for the space at its end, which WeasyPrint then makes a strange use of
        if stripped[-1].isspace():
            raise UnsureError  # a no-break space, which Pango does not count at the end of a line
        fitting, shown = self._fitting(text, [*_opportunities(text, self._language), len(stripped)], widths)
        return self._end(start, fitting, shown)

    def _fitting(self, text: str, ends: Iterable[int], widths: Sequence[int]) -> tuple[int, str]:
        """Return the last place to end where a text fits on the line, and the text up to the next, which does not."""
        fitting, shown = 0, text
        for end in ends:
            shown = text[:end].rstrip(" ")
            if not self._fits(widths[len(shown)]):
                return fitting, shown
            fitting = end
        return fitting, text

    def _end(self, start: int, fitting: int, shown: str) -> int | None:
        if self._fits(self._width(start, shown)):
            raise UnsureError  # kerning decides
        if not fitting:
            text = self._paragraph.text[start:]
            return self._end_of_overflow(start, text, text.rstrip(" "), shown)
        if not self._fits(self._width(start, self._paragraph.text[start : start + fitting].rstrip(" "))):
            raise UnsureError
        return fitting

    def _width(self, start: int, shown: str) -> int:
        return self._paragraph.part(start, start + len(shown)).width

    def _end_of_overflow(self, start: int, text: str, stripped: str, word: str) -> int | None:
        """Return where a line ends whose first word is wider than the line; None when the word is all there is."""
        if self._breaks_words:
            return self._end_in_word(start, word)
        if word == stripped != text:
            raise UnsureError
        return None if word == text else len(word) + (text[len(word)] == " ")

    def _end_in_word(self, start: int, word: str) -> int:
        """Return how many characters of a word that is wider than the line fit on it, whole or on their own."""
        whole = self._paragraph.part(start, len(self._paragraph.text))
        widths = [0, *accumulate(whole.advances[: len(word)])]
        length = max(index for index, width in enumerate(widths) if self._fits(width))
        if length == 0 or length == len(word) or not whole.glyphs[length]:
            raise UnsureError  # no place for a character, or within a ligature
        if word[length - 1].isspace() or word[length].isspace():
            raise UnsureError  # white space beside which no line may end, but is left out there
        if not self._fits(self._width(start, word[:length])) or self._fits(self._width(start, word[: length + 1])):
            raise UnsureError  # kerning decides
        return length

    def _fits(self, units: int) -> bool:
        if units <= self._surely_fits:
            return True
        if units <= self._may_fit:
            raise UnsureError
        return False


def _opportunities(text: str, language: str | None) -> list[int]:
    """Return the indexes before which a text may be broken, but for its beginning and its end."""
    if _PLAIN_WORDS.fullmatch(text):
        return [match.end() for match in _SPACE.finditer(text)]
    return line_break_places(text, language)
