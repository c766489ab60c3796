"""Read numbers as people of a locale write them, or as programs do; never guess which of the two was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from unicodedata import decimal as digit_of

from babel.numbers import get_decimal_symbol, get_group_symbol

from reports.engine.templating.formats import Formats, as_decimal

_SPACES = "\u00a0\u202f\u2009"
_SIGNS = str.maketrans(
    {**dict.fromkeys(_SPACES, " "), "’": "'", "−": "-", "٫": ".", "٬": ",", "٪": "%", "．": ".", "，": ","}
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+", re.ASCII)
_NUMBER_KEYS = ("quantity", "price", "percent", "amount", "tax_rate", "rate", "round_due_to")
_EXAMPLE = Decimal("1234.50")
_TOO_LARGE = Decimal(10) ** 15


class NumberReader:
    """A reader of the numbers of one invoice, in which they are all written by one convention.

    ``1.234`` is a thousand and more where a point groups digits, and little more than one for a program. The other
    numbers of the invoice tell which; if they do not, it is refused.
    """

    def __init__(self, formats: Formats, data: Mapping[str, Any]) -> None:
        self._locale = formats.tag
        self._example = formats.number(_EXAMPLE, 2)
        point, group = (_in_ascii(symbol(formats.locale)) for symbol in (get_decimal_symbol, get_group_symbol))
        groups = f"[ '{re.escape(group)}]" if group != point else "[ ']"
        self._local = re.compile(
            rf"(?P<whole>[1-9][0-9]{{0,2}}(?:{groups}[0-9]{{2,3}})*{groups}[0-9]{{3}}|[0-9]+)?"
            rf"(?:{re.escape(point)}(?P<part>[0-9]+))?",
            re.ASCII,
        )
        texts = [_unsigned(text)[1] for text in _number_texts(data)]
        self._has_plain = any(self._as_plain(text) and not self._as_local(text) for text in texts)
        self._has_local = any(self._as_local(text) and not self._as_plain(text) for text in texts)

    def read(self, value: int | float | Decimal | str) -> Decimal:
        """Return the number. Raises ValueError with a sentence about a text that is none, or may be one of two."""
        if not isinstance(value, str):
            return as_decimal(value)
        is_negative, text = _unsigned(value)
        plain, local = self._as_plain(text), self._as_local(text)
        if plain is None and local is None:
            raise ValueError(
                f"{value!r} is not a number: write it as 1234.50, or as {self._example}, as in the locale "
                f"{self._locale!r}"
            )
        if plain is not None and local is not None and plain != local and self._has_plain == self._has_local:
            raise ValueError(
                f"{value!r} may be {plain} or {local} in the locale {self._locale!r}: write it as a number of JSON, "
                f"or as {plain:f}0 or {local:f}"
            )
        chosen = plain if local is None or (plain is not None and self._has_plain) else local
        assert chosen is not None
        if chosen >= _TOO_LARGE:
            raise ValueError(f"{value!r} has more than 15 digits before its decimals")
        return -chosen if is_negative else chosen

    @staticmethod
    def _as_plain(text: str) -> Decimal | None:
        return Decimal(text) if _PLAIN.fullmatch(text) else None

    def _as_local(self, text: str) -> Decimal | None:
        found = self._local.fullmatch(text)
        if found is None or not (found["whole"] or found["part"]):
            return None
        whole = "".join(filter(str.isdigit, found["whole"] or "0"))
        return Decimal(f"{whole}.{found['part'] or 0}") if found["part"] else Decimal(whole)


def _in_ascii(text: str) -> str:
    """Write digits of any script, and signs that look alike, as ASCII has them."""
    return "".join(str(digit_of(sign, sign)) for sign in text.translate(_SIGNS))


def _unsigned(text: str) -> tuple[bool, str]:
    """Take the sign off, which may stand before a number, behind it, or around it as brackets; and a percent sign."""
    text = _in_ascii(text).strip().removesuffix("%").rstrip()
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.startswith(("-", "+")):
        return text[0] == "-", text[1:].lstrip()
    return (True, text[:-1].rstrip()) if text.endswith("-") else (False, text)


def _number_texts(part: Any) -> Iterator[str]:
    """Yield all texts of an invoice's data that are numbers."""
    items: Iterable[tuple[Any, Any]] = part.items() if isinstance(part, Mapping) else enumerate(part)
    for key, value in items:
        if isinstance(value, str):
            if key in _NUMBER_KEYS:
                yield value
        elif isinstance(value, Mapping | list):
            yield from _number_texts(value)
