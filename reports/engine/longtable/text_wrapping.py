"""Break a text into lines where WeasyPrint and Pango would, going by the widths of its characters.

WeasyPrint lets Pango break the text, then tries whether one more word fits, without the space after it. Both measure
a line a little differently: Pango with what follows it, WeasyPrint alone. The kerning at its end may differ. Where the
two would not agree, or a width is so close that rounding decides, nothing is broken here, and WeasyPrint is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

from weasyprint.text.ffi import TO_UNITS, pango
from weasyprint.text.line_break import get_log_attrs

# Words of these characters have no place to break: it is only between them.
_WORD = "[A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff][A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff.,]*"
_PLAIN_WORDS = re.compile(f"{_WORD}(?: {_WORD})*")
_SPACE = re.compile(" ")

# Before this version, Pango wants room for the space at the end of a line, too.
_PANGO_FORGIVES_SPACES = 15000

# WeasyPrint adds a billionth to the place where the line has to end, which is at the most some thousand pixels away.
_LEAST_TOLERANCE = 1 + 1e-9
_MOST_TOLERANCE = 1e-5

Measure = Callable[[str], list[int] | None]
"""Return each character's advance in Pango's units; None when Pango has to be asked."""


class _UnsureError(Exception):
    """Say that only WeasyPrint itself can tell."""


def broken(text: str, width: float, style: Any, measure: Measure) -> list[str] | None:
    """Return the lines of a text in a width in pixels; None when Pango is needed.

    The text's white space is collapsed. A space at its end stays at the end of its last line.
    """
    try:
        return _Breaker(width, style, measure).lines(text)
    except _UnsureError:
        return None


class _Breaker:
    def __init__(self, width: float, style: Any, measure: Measure) -> None:
        self._surely_fits = int(width * _LEAST_TOLERANCE * TO_UNITS)
        self._may_fit = int((width + _MOST_TOLERANCE) * TO_UNITS)
        self._language = style["lang"]
        self._hyphenates = style["hyphens"] == "auto" and self._language
        self._measure = measure

    def lines(self, text: str) -> list[str]:
        lines: list[str] = []
        rest = text
        while True:
            end = self._end(rest)
            if end is None:
                return [*lines, rest]
            if self._hyphenates or pango.pango_version() < _PANGO_FORGIVES_SPACES:
                raise _UnsureError
            lines.append(rest[:end].rstrip(" "))
            rest = rest[end:]

    def _end(self, text: str) -> int | None:
        """Return where the first line of a text ends, its space included; None when the whole text fits."""
        widths = [0, *accumulate(self._advances(text))]
        stripped = text.rstrip(" ")
        if self._fits(widths[-1]):
            return None
        if self._fits(widths[len(stripped)]):
            raise _UnsureError  # but for the space at its end, which WeasyPrint then makes a strange use of
        last = None
        for end in [*_opportunities(text, self._language), len(stripped)]:
            shown = text[:end].rstrip(" ")
            if not self._fits(widths[len(shown)]):
                if last is None or self._fits(sum(self._advances(shown))):
                    raise _UnsureError  # a word wider than the line, for one
                return last
            if not self._fits(sum(self._advances(shown))):
                raise _UnsureError
            last = end
        raise _UnsureError

    def _advances(self, text: str) -> list[int]:
        advances = self._measure(text)
        if advances is None:
            raise _UnsureError
        return advances

    def _fits(self, units: int) -> bool:
        if units <= self._surely_fits:
            return True
        if units <= self._may_fit:
            raise _UnsureError
        return False


def _opportunities(text: str, language: str | None) -> list[int]:
    """Return the indexes before which a text may be broken, but for its beginning and its end."""
    if _PLAIN_WORDS.fullmatch(text):
        return [match.end() for match in _SPACE.finditer(text)]
    attributes = get_log_attrs(text, language)
    return [index for index in range(1, len(text)) if attributes[index].is_line_break]
