"""Gather what has to be known of a column before its first cell can be printed, in memory that its rows don't grow."""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, tzinfo
from decimal import Decimal
from enum import StrEnum
from heapq import nlargest
from typing import Any

from reports.engine.templating.formats import decimals_of

from .values import day_of, is_missing, moment_of, moments_of, number_of, numbers_of, printed_text

MOST_SAMPLES = 800
_MOST_DAYS = 4_000
_LONGEST = 20
_COMPACT = 20
_SAMPLED_SIGNS = 200
_MAX_DIGITS_OF_A_QUANTITY = 15
_ZERO = Decimal(0)
_EXACT = decimal.Context(prec=400)
_SPACE = re.compile(r"\s")

Runs = Sequence[tuple[int, int, int]]
"""Say which rows of a block belong to which group: its number, the first row, and the one after the last."""


class Kind(StrEnum):
    """Name what a column holds; also the allowed values of ``columns[].type``."""

    NUMBER = "number"
    DATE = "date"
    MOMENT = "datetime"
    BOOLEAN = "boolean"
    TEXT = "text"


class Longest:
    """Keep the longest of many texts, without repetitions; of equally long ones the first."""

    def __init__(self) -> None:
        self._kept: dict[str, None] = {}
        self._least = -1

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def add(self, texts: Iterable[str]) -> None:
        """Take more texts."""
        candidates = dict.fromkeys(text for text in texts if len(text) > self._least)
        if candidates:
            self._kept = dict.fromkeys(nlargest(_LONGEST, self._kept | candidates, len))
            self._least = min(map(len, self._kept)) if len(self._kept) == _LONGEST else -1


class Numbers:
    """Sum up the numbers of a column, by group."""

    def __init__(self) -> None:
        self.count = 0
        self.lowest = self.highest = _ZERO
        self.decimals = 0
        self.sums: dict[int, Decimal] = {}

    @property
    def total(self) -> Decimal:
        """Return the sum of all."""
        with decimal.localcontext(_EXACT):
            return sum(self.sums.values(), _ZERO)

    def add(self, cells: Sequence[Decimal | None], found: Sequence[Decimal], texts: Sequence[str], runs: Runs) -> None:
        """Take a block: its rows' numbers, those without the gaps, and how these were written."""
        if not found:
            return
        lowest, highest = min(found), max(found)
        self.lowest = min(self.lowest, lowest) if self.count else lowest
        self.highest = max(self.highest, highest) if self.count else highest
        self.count += len(found)
        self._add_decimals(texts)
        numbers = found if len(found) == len(cells) else [number or _ZERO for number in cells]
        with decimal.localcontext(_EXACT):
            for group, start, end in runs:
                self.sums[group] = sum(numbers[start:end], self.sums.get(group, _ZERO))

    def _add_decimals(self, texts: Sequence[str]) -> None:
        joined = "\0".join(texts)
        if "e" in joined or "E" in joined:
            self.decimals = max(self.decimals, *map(decimals_of, texts))
        elif re.search(rf"\.[0-9]{{{self.decimals + 1}}}", joined):
            self.decimals = max(len(text.partition(".")[2]) for text in texts)


class Moments:
    """Keep what the widest day or moment of a column can be made of: its days, its times of day, and its zones."""

    def __init__(self) -> None:
        self.days: set[date] = set()
        self.clocks: set[time] = set()
        self.zones: set[tzinfo | None] = set()
        self._seen: set[str] = set()
        self._later: dict[str, date] = {}

    def add_days(self, texts: Sequence[str]) -> bool:
        """Take cells if all of them hold a day and nothing else; say whether they do."""
        for text in set(texts) - self._seen:
            day = day_of(text)
            if day is None:
                return False
            self._keep(text, day)
        self.clocks.add(time())
        self.zones.add(None)
        return True

    def add_moments(self, texts: Sequence[str]) -> bool:
        """Take cells if all of them hold a day or a moment; say whether they do."""
        moments = moments_of(texts)
        if moments is None:
            return False
        for text in {text[:10] for text in texts} - self._seen:
            self._keep(text, date.fromisoformat(text))
        self.clocks |= {time(moment.hour, moment.minute) for moment in moments}
        self.zones |= {moment.tzinfo for moment in moments}
        return True

    def _keep(self, text: str, day: date) -> None:
        """Keep a day; of more days than eleven years have, one of each day of the year."""
        if len(self._seen) < _MOST_DAYS:
            self._seen.add(text)
            self.days.add(day)
        elif text[5:] not in self._later:
            self._later[text[5:]] = day
            self.days.add(day)


class Tally:
    """Take a column's cells block by block. ``kind`` is what a caller says that it holds, None to find that out.

    ``names_things``: whether the column's name says that numbers in it are none to count with. ``skipped``: how many
    samples there are of rows before the first one that has the column.
    """

    def __init__(self, kind: Kind | None, *, names_things: bool = False, skipped: int = 0) -> None:
        self._kind = kind
        self.count = 0
        self.numbers: Numbers | None = Numbers() if kind is Kind.NUMBER or not (kind or names_things) else None
        self.moments: Moments | None = Moments() if kind in (None, Kind.DATE, Kind.MOMENT) else None
        self.longest: Longest | None = Longest() if kind in (None, Kind.TEXT) else None
        self.others = Longest()
        self.samples: list[str] | None = [printed_text(None)] * skipped if kind in (None, Kind.TEXT) else None
        self._all_booleans = self._all_days = kind is None
        self._has_long_numbers = False

    @property
    def is_compact(self) -> bool:
        """Tell whether all texts are short and have no spaces."""
        return self.longest is not None

    @property
    def kind(self) -> Kind:
        """Return what the column holds."""
        if self._kind is not None:
            return self._kind
        if not self.count:
            return Kind.TEXT
        if self._all_booleans:
            return Kind.BOOLEAN
        if self.moments is not None:
            return Kind.DATE if self._all_days else Kind.MOMENT
        return Kind.NUMBER if self.numbers is not None and not self._look_like_names(self.numbers) else Kind.TEXT

    def add(self, values: Sequence[Any], runs: Runs, samples: Sequence[Any]) -> None:
        """Take the cells of a block of rows, and those of them that are samples."""
        if self.samples is not None:
            self.samples += [printed_text(value)[:_SAMPLED_SIGNS] for value in samples]
        gaps = values.count(None) + values.count("")
        present = [value for value in values if not is_missing(value)] if gaps else values
        if not present:
            return
        self.count += len(present)
        types = set(map(type, present))
        self._all_booleans = self._all_booleans and types == {bool}
        if self._kind is Kind.BOOLEAN:
            self.others.add(map(printed_text, present))
        elif types == {str}:
            self._add_texts(present, values, runs)
        elif types <= {int, float} and self._kind is not Kind.TEXT:
            self._add_json_numbers(present, values, runs)
        else:
            self._add_any(present, values, runs)

    def thin_samples(self) -> None:
        """Drop every other sample."""
        if self.samples is not None:
            del self.samples[1::2]

    def _add_texts(self, texts: Sequence[str], values: Sequence[Any], runs: Runs) -> None:
        if self.moments is not None and not self._add_moments(self.moments, texts):
            self._miss_moments(texts)
        length, found = max(map(len, texts)), None
        if self.numbers is not None:
            found = numbers_of(texts)
            if found is None:
                self._miss_numbers(values, runs)
            else:
                self._add_numbers(self.numbers, found, texts, values, runs)
                self._has_long_numbers |= length > _MAX_DIGITS_OF_A_QUANTITY and any(map(_is_long, texts))
        if self.longest is not None:
            self._add_longest(texts, length, may_have_spaces=found is None)

    def _add_json_numbers(self, present: Sequence[float], values: Sequence[Any], runs: Runs) -> None:
        texts = list(map(repr, present))
        if "n" in "".join(texts):
            # Of a number that JSON cannot hold, such as 1e999, Python makes "inf".
            self._add_any(present, values, runs)
            return
        if self.moments is not None:
            self._miss_moments(present)
        if self.numbers is not None:
            self._add_numbers(self.numbers, list(map(Decimal, texts)), texts, values, runs)
        if self.longest is not None:
            self._add_longest(texts, _compared_length(texts, present), may_have_spaces=False)

    def _add_any(self, present: Sequence[Any], values: Sequence[Any], runs: Runs) -> None:
        if self.moments is not None:
            self._miss_moments(present)
        if self.numbers is not None:
            self._miss_numbers(values, runs)
        if self.longest is not None:
            texts = list(map(printed_text, present))
            self._add_longest(texts, _compared_length(texts, present), may_have_spaces=True)

    def _add_numbers(
        self,
        numbers: Numbers,
        found: Sequence[Decimal],
        texts: Sequence[str],
        values: Sequence[Any],
        runs: Runs,
    ) -> None:
        cells = found if len(found) == len(values) else _with_gaps(found, values)
        numbers.add(cells, found, texts, runs)

    def _add_moments(self, moments: Moments, texts: Sequence[str]) -> bool:
        if self._all_days or self._kind is Kind.DATE:
            if moments.add_days(texts):
                return True
            self._all_days = False
        return moments.add_moments(texts)

    def _miss_moments(self, values: Sequence[Any]) -> None:
        """Give up, unless a caller said that there are days: then look at each."""
        if self._kind is None:
            self.moments = None
        elif self.moments is not None:
            self.moments.add_moments([value for value in values if moment_of(value) is not None])
            self.others.add(printed_text(value) for value in values if moment_of(value) is None)

    def _miss_numbers(self, values: Sequence[Any], runs: Runs) -> None:
        """Look at each number. Give up when one is none, unless a caller said that there are numbers."""
        cells = [number_of(value) for value in values]
        found = [number for number in cells if number is not None]
        others = [
            value for value, number in zip(values, cells, strict=True) if number is None and not is_missing(value)
        ]
        if others and self._kind is None:
            self.numbers = None
        elif self.numbers is not None:
            self.numbers.add(cells, found, list(map(str, found)), runs)
            self.others.add(map(printed_text, others))
            self._has_long_numbers |= any(isinstance(value, str) and _is_long(value) for value in values)

    def _add_longest(self, texts: Sequence[str], length: int, *, may_have_spaces: bool) -> None:
        if length > _COMPACT or (may_have_spaces and _SPACE.search("".join(texts))):
            self.longest = None
        elif self.longest is not None:
            self.longest.add(texts)

    def _look_like_names(self, numbers: Numbers) -> bool:
        """Tell whether digits name things rather than count them: years, or more digits than any quantity has."""
        years = numbers.decimals == 0 and numbers.lowest >= 1900 and numbers.highest <= 2100
        return self._has_long_numbers or (years and numbers.count >= 3)


def _with_gaps(found: Sequence[Decimal], values: Sequence[Any]) -> list[Decimal | None]:
    numbers = iter(found)
    return [None if is_missing(value) else next(numbers) for value in values]


def _compared_length(texts: Sequence[str], values: Sequence[Any]) -> int:
    """Return how long the longest text is, whole numbers left out: they never wrap, however long they are."""
    return max((len(text) for text, value in zip(texts, values, strict=True) if not isinstance(value, int)), default=0)


def _is_long(text: str) -> bool:
    return sum(map(str.isdigit, text)) > _MAX_DIGITS_OF_A_QUANTITY
