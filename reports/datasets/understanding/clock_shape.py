"""Read times of day and durations, which look alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache

from reports.datasets.column_form import Precision

TIME_OF_DAY = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_TIME = re.compile(TIME_OF_DAY)
_SHAPE = re.compile(r"(?P<sign>[+-]?)(?P<hours>0{1,5}):00(?P<seconds>:00)?(?P<half> ?[AaPp]\.?[Mm]\.?)?")
_UTC = ("Z", "UTC", "GMT")
_MOST_HOURS, _MOST_HALF, _MOST_MINUTES = 23, 12, 59


@dataclass(frozen=True, slots=True)
class ClockShape:
    """The shape of a time of day, or of a duration."""

    hours: int
    has_seconds: bool
    has_half: bool
    has_sign: bool


@lru_cache(maxsize=512)
def clock_shape(shape: str) -> ClockShape | None:
    """Read a shape; None if it is neither a time's nor a duration's."""
    match = _SHAPE.fullmatch(shape)
    if match is None or (match["half"] and (match["sign"] or len(match["hours"]) > 2)):
        return None
    return ClockShape(len(match["hours"]), match["seconds"] is not None, match["half"] is not None, bool(match["sign"]))


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
        for text in set(texts) - self._known:
            parts = text.lstrip("+-").rstrip("AaPpMm. ").split(":")
            hour, is_half = int(parts[0]), text[-1] in "mM."
            self.has_more_than_a_day |= hour > _MOST_HOURS
            self.is_right &= 1 <= hour <= _MOST_HALF or not is_half
            self.is_right &= all(int(part) <= _MOST_MINUTES for part in parts[1:])
            if len(parts) > 2 and parts[2] != "00":
                self.precision = Precision.SECOND
        if len(self._known) < 4096:
            self._known.update(texts)

    @property
    def has_halves(self) -> bool:
        """Tell whether all have AM or PM."""
        return all(shape.has_half for shape in self.shapes)

    @property
    def may_be_times(self) -> bool:
        """Tell whether all may be times of day."""
        has_mixed_halves = len({shape.has_half for shape in self.shapes}) > 1
        return not (self.has_more_than_a_day or has_mixed_halves or any(shape.has_sign for shape in self.shapes))

    @property
    def may_be_durations(self) -> bool:
        """Tell whether all may be durations: each has the same parts, as 1:30 may be minutes or hours."""
        return len({(shape.has_seconds, shape.has_half) for shape in self.shapes}) == 1 and not self.has_halves

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
