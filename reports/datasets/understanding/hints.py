"""Decide what a column alone leaves open: by the caller's word, other columns, the delimiter, and the locale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.datasets.decimal_marks import decimal_mark, language_and_territory
from reports.datasets.options import ReadingOptions
from reports.datasets.understanding.affixes import has_no_cents
from reports.datasets.understanding.day_evidence import DayEvidence
from reports.datasets.understanding.day_shape import DMY, MDY, YMD
from reports.datasets.understanding.number_evidence import NumberEvidence
from reports.datasets.understanding.number_shape import COMMA, POINT

_MONTH_FIRST = frozenset(("US", "PH", "PR", "GU", "VI", "AS", "FM", "PW", "MH"))
_YEAR_FIRST = frozenset(("ja", "zh", "ko", "hu", "lt", "mn", "fa"))  # the order of the other two is no habit there
_BUDDHIST_YEARS, _PERSIAN_YEARS = ("2440", "2640"), ("1290", "1490")
_PERSIAN = frozenset(("fa", "ps", "uz", "lrc", "mzn"))
_NO_HINT = "en"  # is also the locale of a report that says none
_MARK_OF_DELIMITER = {";": COMMA, ",": POINT}
_FORMATS_OF_PROGRAMS = ("json", "json_lines")


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice between readings; ``by`` says what decided it if that was a guess. No ``value``: it stays open."""

    value: str | None
    by: str = ""


class Hints:
    """Everything but a column's own cells that says how numbers and days are written."""

    def __init__(self, options: ReadingOptions, facts: Mapping[str, Any]) -> None:
        self._options = options
        self._facts = facts
        self._marks: set[str] = set()
        self._orders: set[str] = set()

    def learn(self, numbers: Iterable[NumberEvidence], days: Iterable[DayEvidence]) -> None:
        """Take what other columns are sure of."""
        for found in numbers:
            if len(found.marks) == 1:
                self._marks |= found.marks
        for day in days:
            if len(day.orders) == 1 and not day.are_dotted:
                self._orders |= set(day.orders) & {DMY, MDY}

    def mark_of(self, numbers: NumberEvidence) -> Choice:
        """Choose the decimal mark of a column."""
        said = self._options.decimal
        if not numbers.marks:
            return Choice(None)
        if said is not None and (numbers.doubtful or len(numbers.marks) == 1):
            return Choice(said if said in numbers.marks else None)
        if self._may_be_lists(numbers):
            return Choice(None)
        if len(numbers.marks) == 1:
            return Choice(*numbers.marks)
        if not numbers.doubtful:
            return Choice(POINT)
        if len(numbers.doubtful) > 1:
            return Choice(None)
        if len(self._marks) == 1:
            return Choice(*self._marks)
        return _mark_of_currency(numbers) or _agreed([self._mark_of_file(), self._mark_of_locale()])

    def _may_be_lists(self, numbers: NumberEvidence) -> bool:
        """Tell whether 1,7 may be two numbers: commas separate the cells, and other columns have decimal points."""
        is_of_commas = self._facts.get("delimiter") == COMMA and POINT in self._marks
        return is_of_commas and numbers.marks == {COMMA} and set(numbers.shown) == {("", "")} and not numbers.groups

    def order_of(self, days: DayEvidence) -> Choice:
        """Choose the order of day, month and year of a column."""
        said = self._options.date_order
        if len(days.orders) <= 1 or said in days.orders:
            return Choice(said if said in days.orders else next(iter(days.orders), None))
        if days.are_named:
            return Choice(days.orders[0])
        orders = [order for order in days.orders if order != YMD or self._is_year_first]
        if len(orders) == 1:
            return Choice(orders[0])
        if days.are_dotted and YMD not in orders:
            by_locale = self._order_of_locale()
            if by_locale.value is None:
                return Choice(DMY, "days come first where points are between them")
            return Choice(DMY if by_locale.value != MDY else None)
        if len(self._orders) == 1:
            return Choice(*self._orders)
        return _agreed([self._order_of_locale()])

    def has_other_calendar(self, days: DayEvidence) -> bool:
        """Tell whether years are counted from the Buddha's death, or from Muhammad's flight as the locale's are."""
        ranges = [_BUDDHIST_YEARS, *([_PERSIAN_YEARS] if self._locale[0] in _PERSIAN else [])]
        return any(first <= days.first_year <= days.last_year <= last for first, last in ranges)

    @property
    def _is_year_first(self) -> bool:
        return self._locale[0] in _YEAR_FIRST

    def _mark_of_file(self) -> Choice:
        file_format = self._facts.get("format")
        if file_format in _FORMATS_OF_PROGRAMS:
            return Choice(POINT, "JSON writes decimals with a point")
        delimiter = str(self._facts.get("delimiter", ""))
        return Choice(_MARK_OF_DELIMITER.get(delimiter), f"the file's cells are separated by {delimiter!r}")

    def _mark_of_locale(self) -> Choice:
        language, _ = self._locale
        if not language:
            return Choice(None)
        return Choice(decimal_mark(self._options.locale), f"the locale is {self._options.locale!r}")

    def _order_of_locale(self) -> Choice:
        language, territory = self._locale
        if not language:
            return Choice(None)
        if language in _YEAR_FIRST:
            return Choice(None)
        by = f"the locale is {self._options.locale!r}"
        return Choice(MDY if territory in _MONTH_FIRST else DMY, by)

    @property
    def _locale(self) -> tuple[str, str]:
        return ("", "") if self._options.locale == _NO_HINT else language_and_territory(self._options.locale)


def _mark_of_currency(numbers: NumberEvidence) -> Choice | None:
    (sign,), names = numbers.doubtful, {prefix or suffix for prefix, suffix in numbers.shown}
    if not all(map(has_no_cents, names)):
        return None
    return Choice(COMMA if sign == POINT else POINT, f"amounts in {min(names)!r} have no decimals")


def _agreed(votes: Iterable[Choice]) -> Choice:
    """Return the value that all votes agree on."""
    cast = [vote for vote in votes if vote.value is not None]
    if len({vote.value for vote in cast}) != 1:
        return Choice(None)
    return Choice(cast[0].value, " and ".join(vote.by for vote in cast))
