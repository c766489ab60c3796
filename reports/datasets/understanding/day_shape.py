"""Read the shape of a day or a moment, and write it as ISO 8601 does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from reports.datasets.understanding.calendar_names import THAI_MONTHS, month_of, names_a_weekday
from reports.datasets.understanding.cell_text import LONGEST_VALUE
from reports.datasets.understanding.clock_shape import TIME_OF_DAY, canonical_clock

YMD, DMY, MDY = "ymd", "dmy", "mdy"
_ALL = (YMD, DMY, MDY)

_CLOCK = rf"(?:(?:T|,? ){TIME_OF_DAY})?"
_YEAR_FIRST = re.compile(
    rf"(?P<a>[0-9]{{4}})(?P<sign>[-/.]) ?(?P<b>[0-9]{{1,2}})(?P=sign) ?(?P<c>[0-9]{{1,2}})\.?{_CLOCK}"
)
_YEAR_LAST = re.compile(rf"(?P<a>[0-9]{{1,2}})(?P<sign>[-/.]) ?(?P<b>[0-9]{{1,2}})(?P=sign) ?(?P<c>[0-9]{{4}}){_CLOCK}")
_SHORT_YEAR = re.compile(
    rf"(?:(?P<a>[0-9]{{1,2}})(?P<sign>[-/])(?P<b>[0-9]{{1,2}})(?P=sign)(?P<c>[0-9]{{2}})"
    rf"|(?P<d>[0-9]{{2}})\.(?P<e>[0-9]{{2}})\.(?P<f>[0-9]{{2}})){_CLOCK}"
)
_PLAIN = re.compile(
    "0000-00-00(?:[T ]00:00(?::00(?:[.]0{1,6})?)?(?:Z|[+-]00:00)?)?",
)
# Months by their names, with the day, or alone.
_WORD = r"[^\W\d_]{2,14}"
_WEEKDAY = rf"(?:(?P<weekday>{_WORD})(?:\.?,|\.)? )?"
_THAI = rf"(?P<m>{'|'.join(map(re.escape, THAI_MONTHS))})\.?"
# In Croatian, these are October, October and June, with a point behind the day.
_POLISH_ALONE = ("listopada", "lis", "lip")
_BUDDHIST = (2400, 543)
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WEEKDAY}(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?: de | of |[ /-])?(?P<m>{_WORD})\.?,?"
        rf"(?: de | del |[ /-])?'?(?P<y>[0-9]{{4}}|[0-9]{{2}})(?: (?:г|года|р|року|r)\.?)?{_CLOCK}",
        rf"{_WEEKDAY}(?P<m>{_WORD})\.?[ -](?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:, ?|[ -])(?P<y>[0-9]{{4}}){_CLOCK}",
        rf"(?P<y>[0-9]{{4}})(?:\. |[ .-])?(?P<m>{_WORD})\.?[ -](?P<d>[0-9]{{1,2}})\.?{_CLOCK}",
        rf"(?P<d>[0-9]{{1,2}}) ?{_THAI} ?(?:พ\.ศ\. ?)?(?P<y>[0-9]{{4}}){_CLOCK}(?: ?น\.)?",
    )
)
_IN_SIGNS = re.compile(
    rf"(?P<y>[0-9]{{4}})[年년] ?(?P<m>[0-9]{{1,2}})[月월] ?(?P<d>[0-9]{{1,2}})[日일](?: ?{TIME_OF_DAY})?"
)
# The years before the first one of each era; "元" is the first.
_ERAS = {
    **{"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民": 1911},
    **{"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867},
}
_ERA = r"(?P<era>令和|平成|昭和|大正|明治|(?:中華)?民[國国]) ?(?P<y>[0-9]{1,3}|元)"
_OF_ERA = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_ERA}年 ?(?P<m>[0-9]{{1,2}})月 ?(?P<d>[0-9]{{1,2}})日(?: ?{TIME_OF_DAY})?",
        rf"{_ERA}(?P<sign>[-/.])(?P<m>[0-9]{{1,2}})(?P=sign)(?P<d>[0-9]{{1,2}})",
        rf"{_ERA}年 ?(?P<m>[0-9]{{1,2}})月",
        r"(?P<era>[RHSTM])(?P<y>[0-9]{1,2})(?P<sign>[-/.])(?P<m>[0-9]{1,2})(?P=sign)(?P<d>[0-9]{1,2})",
    )
)
_IN_MILLISECONDS = re.compile(r"/Date\((-?[0-9]{1,15})(?:[-+][0-9]{4})?\)/")
"""A moment as older JSON of .NET has it; the zone behind it is that of its writer, and changes nothing."""

_MONTHS = (
    re.compile(rf"(?P<m>{_WORD})\.?(?:(?: de |[ /-])(?P<y>[0-9]{{4}})|[-'](?P<z>[0-9]{{2}}))"),
    re.compile(rf"(?P<y>[0-9]{{4}})[ -](?P<m>{_WORD})\.?"),
    re.compile(rf"{_THAI} ?(?P<y>[0-9]{{4}})"),
    re.compile(r"(?P<y>[0-9]{4})[年년] ?(?P<m>[0-9]{1,2})[月월]"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_CENTURY = 69  # as POSIX has it: years of two digits are 1969 to 2068


@dataclass(frozen=True, slots=True)
class DayShape:
    """The shape of a day or a moment. ``orders`` are those that its year's place and its signs allow, likeliest first.

    ``is_plain``: it is ISO 8601 as it stands. ``is_named``: a word names its month. ``is_month``: it says no day.
    ``may_be_a_code``: it begins with the letter of an era, as codes of parts do.
    """

    orders: tuple[str, ...]
    has_clock: bool
    is_plain: bool = False
    is_named: bool = False
    is_month: bool = False
    has_short_year: bool = False
    may_be_a_code: bool = False


def day_shape(shape: str) -> DayShape | None:
    """Read a shape; None if it is no day's."""
    return None if len(shape) > LONGEST_VALUE else _day_shape(shape)


@lru_cache(maxsize=2048)
def _day_shape(shape: str) -> DayShape | None:
    match = _YEAR_FIRST.fullmatch(shape)
    if match is not None:
        return DayShape((YMD,), match["hour"] is not None, _PLAIN.fullmatch(shape) is not None)
    match = _YEAR_LAST.fullmatch(shape)
    if match is not None:
        return DayShape((DMY, MDY), match["hour"] is not None)
    match = _SHORT_YEAR.fullmatch(shape)
    if match is not None:
        orders = (DMY, YMD) if match["d"] else (DMY, MDY, YMD)
        return DayShape(orders, match["hour"] is not None, has_short_year=True)
    if _IN_MILLISECONDS.fullmatch(shape):
        return DayShape(_ALL, has_clock=True)
    named = _named(shape)
    if named is None:
        return None
    has_clock, is_month = named.get("hour") is not None, "d" not in named
    era = named.get("era")
    return DayShape(
        _ALL, has_clock, is_named=True, is_month=is_month,
        has_short_year=not era and len(named["y"] or named["z"] or "") == 2,
        may_be_a_code=len(era or "") == 1,
    )  # fmt: skip


def _named(text: str) -> Mapping[str, str | None] | None:
    """Return the parts of a day, or of a month, whose month is a word or marked by a sign."""
    if text.isdigit() or not any(map(str.isalpha, text)):
        return None
    for pattern in (*_NAMED, _IN_SIGNS, *_OF_ERA, *_MONTHS):
        match = pattern.fullmatch(text)
        if match is not None:
            parts = {"z": None, **match.groupdict()}
            weekday = parts.get("weekday")
            month = parts["m"] or ""
            if month.lower() in _POLISH_ALONE and "." in text:
                return None
            if (month.isdigit() or month_of(month)) and (weekday is None or names_a_weekday(weekday)):
                return parts
    return None


def canonical_day(text: str, order: str) -> str:
    """Write a day or a moment in ISO 8601. Raises ValueError for one that is not in the calendar."""
    day, clock = parts_of(text)
    return f"{canonical_date(day, order)}T{canonical_clock(clock)}" if clock else canonical_date(day, order)


def parts_of(text: str) -> tuple[str, str]:
    """Return the day and the time of day of a moment; of a day alone no time."""
    if text.startswith("/"):
        text = _moment_of(text)
    colon = text.find(":")
    if colon < 0:
        return text, ""
    gap = max(text.rfind(" ", 0, colon), text.rfind("T", 0, colon))
    return text[:gap].removesuffix(","), text[gap + 1 :]


def _moment_of(text: str) -> str:
    """Write milliseconds since 1970, as in ``/Date(1767225600000)/``, in ISO 8601; other texts come back."""
    match = _IN_MILLISECONDS.fullmatch(text)
    if match is None:
        return text
    try:
        moment = _EPOCH + timedelta(milliseconds=int(match[1]))
    except OverflowError:
        raise ValueError("no day of the calendar") from None
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


@lru_cache(maxsize=8192)
def canonical_date(text: str, order: str) -> str:
    """Write a day in ISO 8601. Raises ValueError for one that is not in the calendar."""
    match = (_YEAR_FIRST if order == YMD else _YEAR_LAST).fullmatch(text) or _SHORT_YEAR.fullmatch(text)
    if match is not None and match["hour"] is None:
        numbers = [found for name, found in match.groupdict().items() if found and name in "abcdef"]
        parts = dict(zip(order, numbers, strict=True))
        return date(_year(parts["y"]), int(parts["m"]), int(parts["d"])).isoformat()
    named = _named(text)
    if named is None or named.get("hour") is not None:
        raise ValueError("no day in this order")
    month = named["m"] or ""
    number = int(month) if month.isdigit() else month_of(month) or 0
    year = named["y"] or named["z"] or ""
    era = named.get("era")
    if era:
        before = _ERAS["民" if "民" in era else era]
        return date(before + (1 if year == "元" else int(year)), number, int(named.get("d") or 1)).isoformat()
    before = _BUDDHIST[1] if month in THAI_MONTHS and int(year) > _BUDDHIST[0] else 0
    return date(_year(year) - before, number, int(named.get("d") or 1)).isoformat()


def _year(text: str) -> int:
    if len(text) > 2:
        return int(text)
    return int(text) + (1900 if int(text) >= _FIRST_CENTURY else 2000)
