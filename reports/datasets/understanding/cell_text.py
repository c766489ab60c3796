"""Bring the text of cells to one alphabet, and to shapes: the same text with every digit as ``0``.

A column of a million numbers has a few dozen shapes, so that each is looked at once, and blocks are translated at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

SEPARATOR = "\0"
LONGEST_VALUE = 64
"""Characters of the longest cell that may be a number or a day."""

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b\ufe58\ufe63"
_APOSTROPHES = "\u2018\u2019\u02bc\u02b9\u2032\u00b4`\u066c"
_INVISIBLE = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_OTHERS = {
    0x066A: "%", 0x066B: ".", 0xFFE0: "¢", 0xFFE1: "£", 0xFFE5: "¥", 0xFFE6: "₩", 0xFE69: "$", 0xFE6A: "%",
    0x25B2: "-", 0x25B3: "-",
}  # fmt: skip
# The last two are triangles, which stand before negative numbers in Japan.
# Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Tibetan,
# Burmese, Khmer, and Mongolian have these for 0, and 1 to 9 behind it.
_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐"

_ALPHABET: dict[int, str | None] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _INVISIBLE)),
    **_OTHERS,
}
# An apostrophe before a number, or before what a spreadsheet would take for a formula; '98 is a year.
_IS_WRAPPED = re.compile(r"=\"[^\"]*+\"|'(?:[0-9][-+0-9., /:]{2,}+|[-+=@][^']++)", re.DOTALL).fullmatch
_SHAPE = str.maketrans("123456789", "000000000")
_SHAPE_OF_BYTES = bytes.maketrans(b"123456789", b"000000000")
_MOST_REPLACED = 8


def plain(text: str) -> str:
    """Return a text with ASCII digits, signs and spaces in place of those of other scripts."""
    return (text if text.isascii() else text.translate(_ALPHABET)).strip()


def is_wrapped(text: str) -> bool:
    """Tell whether a text is marked as one, as in ``="01067"`` or ``'01067``."""
    return text[:1] in ("=", "'") and _IS_WRAPPED(text) is not None


def has_wrapped(texts: Sequence[Any]) -> bool:
    """Tell whether one of many texts may be marked as one by ``="``."""
    return '="' in SEPARATOR.join([text for text in texts if isinstance(text, str)])


def unwrapped(text: str) -> str:
    """Return a text without what marks it as one."""
    if not is_wrapped(text.strip()):
        return text
    return text.strip()[2:-1] if text.lstrip()[0] == "=" else text.strip()[1:]


def plain_texts(texts: Sequence[str]) -> Sequence[str] | None:
    """Return many texts, each as ``plain`` does; None if one has a sign that texts are joined with."""
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) != len(texts) - 1:
        return None
    if joined.isascii():
        return texts
    # Python translates ASCII alone fast. Most columns have one or two other signs.
    signs = {sign for sign in set(joined) if sign > "\x7f"}
    if len(signs) > _MOST_REPLACED:
        return joined.translate(_ALPHABET).split(SEPARATOR)
    for sign in signs:
        if ord(sign) in _ALPHABET:
            joined = joined.replace(sign, _ALPHABET[ord(sign)] or "")
    return joined.split(SEPARATOR)


def shape_of(text: str) -> str:
    """Return the shape of a plain text."""
    return text.translate(_SHAPE)


def shapes_of(texts: Sequence[str]) -> list[str]:
    """Return the shapes of plain texts."""
    joined = SEPARATOR.join(texts)
    if joined.isascii():
        return joined.translate(_SHAPE).split(SEPARATOR)
    return (
        joined.encode("utf-8", "surrogatepass")
        .translate(_SHAPE_OF_BYTES)
        .decode("utf-8", "surrogatepass")
        .split(SEPARATOR)
    )
