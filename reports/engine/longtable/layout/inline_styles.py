"""Take from the inline styles of a row what only sets colours and lengths: values, as texts are.

A heat map or a bar gives each of its cells another style. If these were parts of a row's form, no row could be set from
what others have taught.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reports.engine.templating.rows_tag import CLOSE, OPEN
from reports.engine.weasy.inline_values import rgb

OPAQUE, CLEAR, WIDTH = "\x04", "\x05", "\x06"
"""Stand in a form for a colour, for one that lets through what is below it, and for a cell's width.

WeasyPrint lays out the first row, so only there does a cell's width decide on its column. No document may have these
characters, nor ``OPEN``.
"""

_STYLE = re.compile(
    r"""(<([a-z][a-z0-9]*)\b(?:[^<>"']|"[^"<>]*"|'[^'<>]*')*?\sstyle\s*=\s*)("[^"<>]*"|'[^'<>]*')""", re.IGNORECASE
)
_DECLARATION = re.compile(r"(?<![\w-])([a-z-]++)(\s*+:\s*+)([^;:\"']++)(?=[;\"'])", re.IGNORECASE)
_BACKGROUNDS = frozenset(("background", "background-color"))
_COLOURS = frozenset(("color", "border-color"))
"""Not those of one side: WeasyPrint draws a dashed border in another way where all sides have the same colour."""

ADDED_LENGTHS = frozenset(("margin-left", "margin-right", "padding-left", "padding-right"))
"""Lengths that widen whatever else is in a cell."""

_LENGTHS = ADDED_LENGTHS | {"width", "height", "min-width", "max-width"}
Styles = frozenset[str]
"""Names of properties whose values in inline styles are no part of a row's form."""

NO_STYLES: Styles = frozenset()
ALL_STYLES: Styles = _BACKGROUNDS | _COLOURS | _LENGTHS
STYLES_BUT_OF_BORDERS: Styles = _BACKGROUNDS | _LENGTHS
"""Those that do not decide on a border, which may have the colour of the text."""

_ONE_LENGTH = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:px|%|mm|cm|in|pt|pc|q)|0", re.IGNORECASE)
_PLACES = re.compile(f"[{OPAQUE}{CLEAR}{WIDTH}]")


class StyledRow(NamedTuple):
    """The HTML of a row with marks around lengths of its inline styles, and a place for each of its ``inks``."""

    html: str
    inks: tuple[str, ...]


def read_styles(html: str, styles: Styles) -> StyledRow:
    """Read these in the inline styles of a row. Its inks are colours and the widths of cells, in order."""
    if not styles or ("style" not in html and "STYLE" not in html):
        return StyledRow(html, ())
    inks: list[str] = []

    def read(style: re.Match[str]) -> str:
        kind = style[2].lower()

        def value(found: re.Match[str]) -> str:
            name = found[1].lower()
            written = found[3].rstrip()
            place = _place(kind, name, written) if name in styles else None
            if place is None:
                return found[0]
            after = found[3][len(written) :]
            if place == OPEN:
                return f"{found[1]}{found[2]}{OPEN}{written}{CLOSE}{after}"
            inks.append(written)
            return f"{found[1]}{found[2]}{place}{after}"

        return style[1] + _DECLARATION.sub(value, style[3])

    return StyledRow(_STYLE.sub(read, html), tuple(inks))


def with_inks(form: str, inks: tuple[str, ...]) -> str:
    """Return a row, or the form of one, with its inks in their places."""
    if not inks:
        return form
    own = iter(inks)
    return _PLACES.sub(lambda _: next(own), form)


def places_in(form: str) -> str:
    """Return the places of inks in a part of a form, in order."""
    return "".join(_PLACES.findall(form))


def _place(kind: str, name: str, value: str) -> str | None:
    """Return what stands for the value of a declaration in an element of a kind; None if it belongs to the form."""
    if name not in _LENGTHS:
        colour = rgb(value)
        return None if colour is None or not colour.alpha else OPAQUE if colour.alpha == 1 else CLEAR
    if not _ONE_LENGTH.fullmatch(value):
        return None
    if kind in ("td", "th"):
        return WIDTH if name == "width" else None
    return None if kind == "tr" else OPEN
