"""Split off the first line of a text by looking at its beginning alone.

WeasyPrint has Pango lay out all of the rest of a text for each line of a word that is longer than a line, and for each
sign when it looks for the narrowest width: 400 KB of such words took half a minute. And it tries all soft hyphens of
the rest, the last one first. What a first line is depends on little more than the line itself. So it gets the
beginning of a text, twice as much when that was not enough. See ``split_first_line`` in weasyprint/text/line_break.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.svg import text as svg_text
from weasyprint.text import line_break

_Split = Callable[..., tuple[Any, int, int | None, float, float, float]]

_SOFT_HYPHEN = "\u00ad"
_LEAST = 64
_PER_EM = 4
"""Signs that a line has for each em of its width, at the most, mostly: they are half an em wide on average."""


def break_lines_in_linear_time() -> None:
    """Have WeasyPrint do so, in all of this process."""
    if hasattr(line_break.split_first_line, "__wrapped__"):
        return
    bounded = _bounded(line_break.split_first_line)
    for module in (line_break, inline, preferred, svg_text):
        module.split_first_line = bounded


def _bounded(split: _Split) -> _Split:
    @wraps(split)
    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> tuple[Any, int, int | None, float, float, float]:
        length = _enough(text, style, max_width)
        while length < len(text):
            found = split(text[:length], style, context, max_width, justification_spacing, is_line_start, minimum)
            resume_at = found[2]
            # What ends in the second half might have ended elsewhere, had more been seen.
            if (
                resume_at is not None
                and resume_at <= len(text[: length // 2].encode())
                and _has_next_hyphen(text, length)
            ):
                return found
            length *= 2
        return split(text, style, context, max_width, justification_spacing, is_line_start, minimum)

    return split_first_line


def _has_next_hyphen(text: str, length: int) -> bool:
    """Tell whether the beginning of a text has a soft hyphen behind its first line, if there is one at all."""
    return text.find(_SOFT_HYPHEN, length // 2, length) >= 0 or text.find(_SOFT_HYPHEN, length) < 0


def _enough(text: str, style: Any, max_width: float | None) -> int:
    """Return how many signs of a text are to be looked at first."""
    if max_width is None or math.isinf(max_width) or not style["font_size"] or style["hyphens"] == "auto":
        return len(text)
    signs = max(0, max_width) / style["font_size"] * _PER_EM
    return len(text) if signs >= len(text) else max(_LEAST, int(signs))
