"""Tell which texts are drawn in another order than they are read in."""

from __future__ import annotations

import re

import pydyf

_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def logical_text(text: str) -> str | None:
    """Return a text as it is read, if part of it runs from right to left; None for all others.

    A PDF holds glyphs in the order of drawing, from the left (ISO 32000-1, 14.8.2.3.3). Marks that only direct the
    drawing are left out.
    """
    if text.isascii() or not _FROM_THE_RIGHT.search(text):
        return None
    return _CONTROLS.sub("", text)


def as_pdf_text(text: str) -> bytes:
    """Write a text for a reader, in a PDF's own way."""
    return bytes(pydyf.String(text).data)
