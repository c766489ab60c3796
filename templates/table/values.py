"""Read cells in the canonical form of their column: numbers, days, moments, times of day, or text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from reports.engine.templating.formats import MISSING, MOST_DIGITS, as_decimal

MAX_CELL = 20_000
YES, NO = "✓", "✗"

# "1234.50" and "-3", but neither "007" nor "+49 40 …" nor "1,234", which is one thing here and another there. And no
# quantity has more digits than can be printed.
_NUMBER = rf"-?(?:0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})(?:\.[0-9]{{1,{MOST_DIGITS}}})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_MOMENT = rf"{_DAY}[T ]{_TIME}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?"

_IS_NUMBER = re.compile(_NUMBER, re.ASCII).fullmatch
_IS_TIME = re.compile(_TIME, re.ASCII).fullmatch
_IS_DURATION = re.compile(
    r"(?P<minus>-)?\+?(?P<hours>[0-9]{1,9}):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9]))?", re.ASCII
).fullmatch
_IS_MOMENT = re.compile(f"{_DAY}|{_MOMENT}", re.ASCII).fullmatch

# Matching many cells at once, joined by a sign that none of these has, takes a quarter of the time.
_SEPARATOR = "\0"
_ARE_NUMBERS = re.compile(f"(?:(?>{_NUMBER}\0))*+", re.ASCII).fullmatch


def is_missing(value: object) -> bool:
    """Tell whether a cell has nothing in it; CSV files know no other nothing than the empty string."""
    return value is None or value == ""


def number_of(value: object) -> Decimal | None:
    """Return the number in a cell, as JSON's or as plain text; None when it is not one."""
    if isinstance(value, str):
        return Decimal(value) if _IS_NUMBER(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        return as_decimal(value)
    except ValueError:
        return None


def numbers_of(texts: Sequence[str], *, may_have_exponents: bool) -> list[Decimal] | None:
    """Return the numbers in cells of text, or in numbers as Python writes them; None if one of them is not a number."""
    if may_have_exponents:
        # Of a number that JSON cannot hold, such as 1e999, Python makes "inf".
        return None if "n" in "".join(texts) else list(map(Decimal, texts))
    return list(map(Decimal, texts)) if _all_match(_ARE_NUMBERS, texts) else None


def time_of(value: object) -> time | None:
    """Return the time of day in a cell; None when it is none."""
    if not isinstance(value, str) or not _IS_TIME(value):
        return None
    try:
        return time.fromisoformat(value)
    except ValueError:
        return None


def seconds_of(value: object) -> Decimal | None:
    """Return the seconds of a duration such as ``29:45`` or ``1:30:05``; None when it is none."""
    match = _IS_DURATION(value) if isinstance(value, str) else None
    if match is None:
        return None
    seconds = int(match["hours"]) * 3600 + int(match["minutes"]) * 60 + int(match["seconds"] or 0)
    return Decimal(-seconds if match["minus"] else seconds)


def moment_of(value: object) -> datetime | None:
    """Return the day or moment in a cell; None when it is not one of the calendar's."""
    if not isinstance(value, str) or not _IS_MOMENT(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def text_of(value: object) -> str:
    """Write any cell as text; lists and objects as compact JSON."""
    if isinstance(value, str):
        return value
    if type(value) is int or isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(str(key), ensure_ascii=False)}: {_json(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else text_of(value)


def shortened(text: str) -> str:
    """Cut a cell that would fill pages by itself, and say so."""
    return text if len(text) <= MAX_CELL else f"{text[:MAX_CELL]}… ({len(text):,})"


def printed_text(value: Any) -> str:
    """Write a cell of a column of text."""
    if isinstance(value, str) and value:
        return shortened(value)
    if is_missing(value):
        return MISSING
    if isinstance(value, bool):
        return YES if value else NO
    return shortened(text_of(value))


def _all_match(pattern: Callable[[str], object], texts: Sequence[str]) -> bool:
    joined = _SEPARATOR.join((*texts, ""))
    return joined.count(_SEPARATOR) == len(texts) and pattern(joined) is not None
