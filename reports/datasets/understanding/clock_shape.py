"""Read times of day and durations, which look alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from functools import lru_cache

from reports.datasets.column_form import Precision

TIME_OF_DAY = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|(?:UTC|GMT)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?"
    r"|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_TIME = re.compile(TIME_OF_DAY)
_SHAPE = re.compile(r"(?P<sign>[+-]?)(?P<hours>0{1,5}):00(?P<seconds>:00)?(?P<half> ?[AaPp]\.?[Mm]\.?)?")
# Durations by their units, as in ``1h 20m``, ``PT1H20M`` and ``1 Std. 20 Min.``; pandas writes ``0 days 01:20:00``.
_HOURS = "h|hrs?|hours?|std|stunden?|heures?|horas?|ore|ora|uur|uren|godz|ч|час(?:а|ов)?|時間|小时|小時|시간"
_MINUTES = "m|mins?|minutes?|minuten?|minutos?|minuti|минуты?|минут|мин|分|分钟|分鐘|분"
_SECONDS = "s|secs?|seconds?|sek|sekunden?|secondes?|segundos?|secondi|секунды?|секунд|сек|秒|초"
# Three digits after a sign may be thousands, and more digits than these may make a part of a second.
_PART = r"(?P<{name}>[0-9]{{1,6}}{decimals}) ?(?:{words})\b\.?"
_SPAN_PARTS = (
    _PART.format(name="hours", decimals="(?:[.,][0-9]{1,2})?", words=_HOURS),
    _PART.format(name="minutes", decimals="(?:[.,][0-9])?", words=_MINUTES),
    _PART.format(name="seconds", decimals="", words=_SECONDS),
)
_SPANS = tuple(
    re.compile(pattern, re.IGNORECASE).fullmatch
    for pattern in (
        r"(?P<sign>-?)(?:{}[, ]{{0,2}})?(?:{}[, ]{{0,2}})?(?:{})?".format(*_SPAN_PARTS),
        r"(?P<sign>-?)(?P<hours>[0-9]{1,6})(?:時間|小时|小時)(?:(?P<minutes>[0-9]{1,2})(?:分钟|分鐘|分))?"
        r"(?:(?P<seconds>[0-9]{1,2})秒)?",
        r"(?P<sign>-?)P(?:(?P<days>[0-9]{1,5})D)?T(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,6})M)?"
        r"(?:(?P<seconds>[0-9]{1,6})S)?",
        r"(?P<sign>-?)(?P<days>[0-9]{1,5}) days?,? (?P<hours>[0-9]{1,2}):(?P<minutes>[0-9]{2}):(?P<seconds>[0-9]{2})",
    )
)
_UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_LONGEST_SPAN = 40
_WITH_H = re.compile(r"(?<=[0-9])[hH](?=[0-9]{2}$)")
_AFTER_CLOCK = re.compile(r"(?<=:[0-9]{2}) ?(?:h|hrs?\.?|Std\.?|Uhr)$")
_UTC = ("Z", "UTC", "GMT")
_MOST_HOURS, _MOST_HALF, _MOST_MINUTES = 23, 12, 59


@dataclass(frozen=True, slots=True)
class ClockShape:
    """The shape of a time of day, or of a duration. ``is_span``: it is one for sure, by its units."""

    hours: int
    has_seconds: bool
    has_half: bool
    has_sign: bool
    is_span: bool = False


@lru_cache(maxsize=512)
def clock_shape(shape: str) -> ClockShape | None:
    """Read a shape; None if it is neither a time's nor a duration's."""
    parts = _parts_of_span(shape)
    if parts is not None:
        return ClockShape(2, "seconds" in parts, has_half=False, has_sign=False, is_span=True)
    match = _SHAPE.fullmatch(with_colon(shape))
    if match is None or (match["half"] and (match["sign"] or len(match["hours"]) > 2)):
        return None
    return ClockShape(len(match["hours"]), match["seconds"] is not None, match["half"] is not None, bool(match["sign"]))


def sizes_of_span(shape: str) -> frozenset[str]:
    """Return the names of the units that a duration such as ``1h 20m`` has; none for other texts."""
    return frozenset(_parts_of_span(shape) or ())


def _parts_of_span(text: str) -> dict[str, str] | None:
    """Return the numbers of a duration by their units; None for what is none."""
    if len(text) > _LONGEST_SPAN or (not text[-1:].isalnum() and text[-1:] != "."):
        return None
    for matches in _SPANS:
        match = matches(text)
        if match is not None:
            parts = {name: part for name, part in match.groupdict().items() if part}
            return parts if parts.keys() & _UNITS.keys() else None
    return None


def with_colon(text: str) -> str:
    """Return a time such as 7h30, as it is written in French, with a colon, and ``7:30 h`` without the letter."""
    return _AFTER_CLOCK.sub("", _WITH_H.sub(":", text))


def canonical_duration(text: str) -> str:
    """Write a duration as hours and minutes, and seconds if it has any. Raises ValueError for what is none."""
    parts = _parts_of_span(text)
    if parts is None and ":" in with_colon(text):
        return with_colon(text)
    if parts is None:
        raise ValueError("no duration")
    sign = parts.pop("sign", "")
    seconds = sum(Decimal(part.replace(",", ".")) * _UNITS[name] for name, part in parts.items())
    if seconds != int(seconds):
        raise ValueError("a part of a second")
    minutes, left = divmod(int(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02d}" + (f":{left:02d}" if left or "seconds" in parts else "")


@dataclass
class ClockEvidence:
    """How the times or durations of a column are written."""

    shapes: set[ClockShape] = field(default_factory=set)
    has_more_than_a_day: bool = False
    is_right: bool = True
    precision: Precision = Precision.MINUTE
    _known: set[str] = field(default_factory=set)

    def add_shapes(self, shapes: Iterable[ClockShape]) -> None:
        """Take shapes that are new."""
        self.shapes.update(shapes)

    def add_texts(self, texts: Sequence[str]) -> None:
        """Take the times of a block, after their shapes; ``is_right`` turns false if one is none."""
        if self.are_spans:
            return
        for text in set(texts) - self._known:
            if sizes_of_span(text):
                continue
            bare = with_colon(text)
            parts = bare.lstrip("+-").rstrip("AaPpMm. ").split(":")
            hour, is_half = int(parts[0]), bare[-1] in "mM."
            self.has_more_than_a_day |= hour > _MOST_HOURS
            self.is_right &= 1 <= hour <= _MOST_HALF or not is_half
            self.is_right &= all(int(part) <= _MOST_MINUTES for part in parts[1:])
            if len(parts) > 2 and parts[2] != "00":
                self.precision = Precision.SECOND
        if len(self._known) < 4096:
            self._known.update(texts)

    @property
    def are_spans(self) -> bool:
        """Tell whether all are durations with units."""
        return all(shape.is_span for shape in self.shapes)

    @property
    def has_halves(self) -> bool:
        """Tell whether all have AM or PM."""
        return all(shape.has_half for shape in self.shapes)

    @property
    def may_be_times(self) -> bool:
        """Tell whether all may be times of day."""
        if any(shape.is_span for shape in self.shapes):
            return False
        has_mixed_halves = len({shape.has_half for shape in self.shapes}) > 1
        return not (self.has_more_than_a_day or has_mixed_halves or any(shape.has_sign for shape in self.shapes))

    @property
    def may_be_durations(self) -> bool:
        """Tell whether all may be durations: each has the same parts, as 1:30 may be minutes or hours."""
        if self.are_spans:
            return True
        return (
            len({(shape.has_seconds, shape.has_half, shape.is_span) for shape in self.shapes}) == 1
            and not self.has_halves
        )

    @property
    def has_two_digits(self) -> bool:
        """Tell whether the hours of all have two digits."""
        return all(shape.hours == 2 for shape in self.shapes)

    @property
    def has_seconds(self) -> bool:
        """Tell whether one of them has seconds."""
        return any(shape.has_seconds for shape in self.shapes)


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
    offset = text.removeprefix("UTC").removeprefix("GMT")
    digits = offset[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{offset[0]}{hours.zfill(2)}:{minutes}"


def precision_of(canonical: str) -> Precision:
    """Return the smallest part of a canonical moment that is not zero."""
    clock = canonical[11:].partition("+")[0].partition("-")[0].rstrip("Z")
    second, _, part = clock[6:].partition(".")
    part = part.rstrip("0")
    if part:
        return Precision.MICROSECOND if len(part) > 3 else Precision.MILLISECOND
    return Precision.SECOND if second.strip("0") else Precision.MINUTE
