"""Replace how WeasyPrint sets up texts and breaks their lines, for all of this process."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import FontConfiguration

from reports.engine.weasy.patches import replaces

_Split = Callable[..., tuple[Any, int, int | None, float, float, float]]

_SOFT_HYPHEN = "\u00ad"
_LEAST = 64
_PER_EM = 4
"""Signs that a line has for each em of its width, at the most, mostly: they are half an em wide on average."""


class _UnsharedFeatures(dict[bytes, Any]):
    """A cache of attributes that keeps none."""

    def setdefault(self, key: bytes, default: Any = None) -> Any:  # noqa: ARG002
        return default


@replaces(
    "weasyprint.text.line_break.Layout.setup", "weasyprint.text.fonts.FontConfiguration.font_features", release="70.0"
)
def font_configuration() -> FontConfiguration:
    """Return a font configuration whose texts leave nothing behind.

    WeasyPrint leaves one list of attributes behind for each text with font features. Tabular figures are such a
    feature: an invoice of two pages left 60 KB behind. It drops no list, as all lists share attributes, and a list that
    is freed frees those. So each list gets attributes of its own here, and is dropped: its layout holds it for as long
    as needed. See ``Layout.setup`` in weasyprint/text/line_break.py.
    """
    if not hasattr(line_break.Layout.setup, "__wrapped__"):
        line_break.Layout.setup = _dropping_attributes(line_break.Layout.setup)
    configuration = FontConfiguration()
    configuration.font_features = _UnsharedFeatures()
    return configuration


@replaces(
    "weasyprint.text.line_break.split_first_line",
    "weasyprint.layout.inline.split_first_line",
    "weasyprint.layout.preferred.split_first_line",
    release="70.0",
)
def break_lines_in_linear_time() -> None:
    """Split off the first line of a text by looking at its beginning alone.

    WeasyPrint has Pango lay out all of the rest of a text for each line of a word that is longer than a line, and for
    each sign when it looks for the narrowest width: 400 KB of such words took half a minute. And it tries all soft
    hyphens of the rest, the last one first. A first line depends on little more than the line itself. So it gets the
    beginning of a text, twice as much when that was not enough. See ``split_first_line`` in
    weasyprint/text/line_break.py. Other modules import it anew at each call.
    """
    if hasattr(line_break.split_first_line, "__wrapped__"):
        return
    bounded = _bounded(line_break.split_first_line)
    for module in (line_break, inline, preferred):
        module.split_first_line = bounded


def _dropping_attributes(setup: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    @wraps(setup)
    def drop(layout: Any, style: Any) -> None:
        setup(layout, style)
        if isinstance(style.font_config.font_features, _UnsharedFeatures):
            attributes = pango.pango_layout_get_attributes(layout.layout)
            if attributes != ffi.NULL:
                pango.pango_attr_list_unref(attributes)

    return drop


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
