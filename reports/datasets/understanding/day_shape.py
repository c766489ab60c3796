"""Read the shape of a day or a moment, and write it as ISO 8601 does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from reports.datasets.column_form import Precision
from reports.datasets.understanding.cell_text import LONGEST_VALUE

YMD, DMY, MDY = "ymd", "dmy", "mdy"

_TIME_OF_DAY = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_TIME = re.compile(_TIME_OF_DAY)
_CLOCK = rf"(?:(?:T|,? ){_TIME_OF_DAY})?"
_YEAR_FIRST = re.compile(rf"(?P<a>[0-9]{{4}})(?P<sign>[-/.])(?P<b>[0-9]{{1,2}})(?P=sign)(?P<c>[0-9]{{1,2}}){_CLOCK}")
_YEAR_LAST = re.compile(rf"(?P<a>[0-9]{{1,2}})(?P<sign>[-/.]) ?(?P<b>[0-9]{{1,2}})(?P=sign) ?(?P<c>[0-9]{{4}}){_CLOCK}")
_PLAIN = re.compile(
    "0000-00-00(?:[T ]00:00(?::00(?:[.]0{1,6})?)?(?:Z|[+-]00:00)?)?",
)
_UTC = ("Z", "UTC", "GMT")


@dataclass(frozen=True, slots=True)
class DayShape:
    """The shape of a day or a moment. ``orders`` are those that its year's place and its signs allow, likeliest first.

    ``is_plain``: it is ISO 8601 as it stands.
    """

    orders: tuple[str, ...]
    has_clock: bool
    is_plain: bool


def day_shape(shape: str) -> DayShape | None:
    """Read a shape; None if it is no day's."""
    return None if len(shape) > LONGEST_VALUE else _day_shape(shape)


@lru_cache(maxsize=2048)
def _day_shape(shape: str) -> DayShape | None:
    match = _YEAR_FIRST.fullmatch(shape)
    if match is not None:
        return DayShape((YMD,), match["hour"] is not None, _PLAIN.fullmatch(shape) is not None)
    match = _YEAR_LAST.fullmatch(shape)
    return None if match is None else DayShape((DMY, MDY), match["hour"] is not None, False)


def canonical_day(text: str, order: str) -> str:
    """Write a day or a moment in ISO 8601. Raises ValueError for one that is not in the calendar."""
    day, clock = parts_of(text)
    return f"{canonical_date(day, order)}T{canonical_clock(clock)}" if clock else canonical_date(day, order)


def parts_of(text: str) -> tuple[str, str]:
    """Return the day and the time of day of a moment; of a day alone no time."""
    colon = text.find(":")
    if colon < 0:
        return text, ""
    gap = max(text.rfind(" ", 0, colon), text.rfind("T", 0, colon))
    return text[:gap].removesuffix(","), text[gap + 1 :]


@lru_cache(maxsize=8192)
def canonical_date(text: str, order: str) -> str:
    """Write a day in ISO 8601. Raises ValueError for one that is not in the calendar."""
    match = (_YEAR_FIRST if order == YMD else _YEAR_LAST).fullmatch(text)
    if match is None or match["hour"] is not None:
        raise ValueError("no day in this order")
    parts = dict(zip(order, (match["a"], match["b"], match["c"]), strict=True))
    return date(int(parts["y"]), int(parts["m"]), int(parts["d"])).isoformat()


@lru_cache(maxsize=8192)
def canonical_clock(text: str) -> str:
    """Write a time of day in ISO 8601, with its zone. Raises ValueError for one that is not on the clock."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("no time of day")
    clock = f"{_hour(match['hour'], match['half']):02d}:{match['minute']}"
    if match["second"]:
        clock += f":{match['second']}" + (f".{match['part']}" if match["part"] else "")
    clock += _zone(match["zone"])
    time.fromisoformat(clock)
    return clock


def _hour(text: str, half: str | None) -> int:
    hour = int(text)
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half in "pP" else 0)


def _zone(text: str | None) -> str:
    if text is None:
        return ""
    if text in _UTC:
        return "Z"
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def precision_of(canonical: str) -> Precision:
    """Return the smallest part of a canonical moment that is not zero."""
    clock = canonical[11:].partition("+")[0].partition("-")[0].rstrip("Z")
    second, _, part = clock[6:].partition(".")
    part = part.rstrip("0")
    if part:
        return Precision.MICROSECOND if len(part) > 3 else Precision.MILLISECOND
    return Precision.SECOND if second.strip("0") else Precision.MINUTE
