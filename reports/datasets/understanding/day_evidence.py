"""Gather how the days and moments of a column are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from reports.datasets.column_form import Precision
from reports.datasets.understanding.calendar_names import shortens_a_month
from reports.datasets.understanding.clock_shape import canonical_clock, precision_of
from reports.datasets.understanding.day_shape import DMY, MDY, YMD, DayShape, canonical_date, parts_of

_PRECISIONS = tuple(Precision)
_MOST_KNOWN = 4_096
_WORDS = re.compile(r"[^\W\d_]+\.?").findall
_ANY_DAY = "2000-01-01"
_MIDNIGHT = ("00:00", "00:00:00")
_HAS_SECONDS = re.compile(r".{16}:(?!00(?:[^.0-9]|$))").match


def _is_not_midnight(moment: datetime) -> bool:
    return moment.time() != time() or moment.tzinfo is not None


@dataclass
class DayEvidence:
    """The orders of day, month and year that all cells allow.

    ``are_dotted``: they are written as in ``31.12.2025``. ``are_plain``: all are ISO 8601 as they stand.
    ``has_time``: one of them has a time of day that is not midnight, or a time zone. ``are_named``: words name their
    months. ``are_months``: they say no days. ``has_short_names``: the name of such a month is cut short.
    ``may_be_codes``: they begin with letters as codes do. ``first_year`` and ``last_year`` are those of all days.
    """

    orders: list[str] = field(default_factory=lambda: [YMD, DMY, MDY])
    are_plain: bool = True
    are_dotted: bool = True
    has_clock: bool = False
    has_parts: bool = False
    has_time: bool = False
    are_named: bool = True
    are_months: bool | None = None
    has_short_years: bool = False
    has_short_names: bool = False
    may_be_codes: bool = False
    first_year: str = "9999"
    last_year: str = "0000"
    precision: Precision = Precision.MINUTE
    _known: set[str] = field(default_factory=set)

    def add_shapes(self, shapes: Iterable[tuple[str, DayShape]]) -> None:
        """Take shapes that are new."""
        for shape, found in shapes:
            self.orders = [order for order in self.orders if order in found.orders]
            self.are_plain &= found.is_plain
            self.are_named &= found.is_named
            self.has_short_years |= found.has_short_year
            self.may_be_codes |= found.may_be_a_code
            if self.are_months not in (None, found.is_month):
                self.orders = []
            self.are_months = found.is_month
            self.are_dotted &= "." in shape[:3]
            self.has_clock |= found.has_clock
            self.has_parts |= "." in shape[10:]

    def add_texts(self, texts: Sequence[str]) -> None:
        """Take the days of a block, after their shapes; ``orders`` is empty if no order fits all of them."""
        if self.has_clock and self.are_plain:
            self._add_plain(texts)
            return
        if self.has_clock:
            parts = list(map(parts_of, texts))
            texts = [day for day, _ in parts]
            self._add_clocks({clock for _, clock in parts if clock} - self._known)
        days = set(texts) - self._known
        if self.are_months and not self.has_short_names:
            self.has_short_names = any(shortens_a_month(word) for day in days for word in _WORDS(day))
        self._add_days(days)
        if len(self._known) < _MOST_KNOWN:
            self._known.update(texts)

    def _add_plain(self, texts: Sequence[str]) -> None:
        """Take moments in ISO 8601, which Python itself reads ten times as fast."""
        try:
            moments = list(map(datetime.fromisoformat, texts))
        except ValueError:
            self.orders = []
            return
        self._take_years((min(texts), max(texts)))
        self.has_time = self.has_time or any(map(_is_not_midnight, moments))
        if self.precision is Precision.MINUTE or (self.has_parts and self.precision is not Precision.MICROSECOND):
            for canonical in filter(_HAS_SECONDS, texts):
                self._raise_precision(canonical)
                if not self.has_parts:
                    break

    def _add_days(self, days: Iterable[str]) -> None:
        for order in self.orders[:]:
            try:
                written = [canonical_date(day, order) for day in days]
            except ValueError:
                self.orders.remove(order)
            else:
                self._take_years(written)

    def _take_years(self, days: Iterable[str]) -> None:
        years = {day[:4] for day in days}
        self.first_year, self.last_year = min(self.first_year, *years), max(self.last_year, *years)

    def _add_clocks(self, clocks: Iterable[str]) -> None:
        for clock in clocks:
            try:
                written = canonical_clock(clock)
            except ValueError:
                self.orders = []
                return
            self.has_time = self.has_time or written not in _MIDNIGHT
            self._raise_precision(f"{_ANY_DAY}T{written}")
        if len(self._known) < _MOST_KNOWN:
            self._known.update(clocks)

    def _raise_precision(self, canonical: str) -> None:
        precision = precision_of(canonical)
        if _PRECISIONS.index(precision) > _PRECISIONS.index(self.precision):
            self.precision = precision
