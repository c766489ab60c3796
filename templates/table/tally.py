"""Gather what has to be known of a column before its first cell can be printed, in memory that its rows don't grow."""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, tzinfo
from decimal import Decimal
from heapq import nlargest
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.column_form import ColumnType
from reports.engine.templating.formats import decimals_of

from .values import MAX_CELL, is_missing, moment_of, number_of, numbers_of, printed_text, seconds_of, time_of

MOST_SAMPLES = 800
_MOST_DAYS = 4_000
_LONGEST = 20
_COMPACT = 20
_SAMPLED_SIGNS = 200
_MOST_MARKED = 1_000
_TIMES = (ColumnType.DATE, ColumnType.MOMENT, ColumnType.TIME)
_ZERO = Decimal(0)
_EXACT = decimal.Context(prec=400)
_SPACE = re.compile(r"\s")

MarkedBlock = tuple[Block, Sequence[int]]
"""A block, and which of its rows sum up others."""

Runs = Sequence[tuple[int, int, int]]
"""Say which rows of a block belong to which group: its number, the first row, and the one after the last."""


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
    """What the widest day or moment of a column can be made of: its days, its times of day to the minute, its zones."""

    def __init__(self) -> None:
        self.days: set[date] = set()
        self.clocks: set[time] = set()
        self.zones: set[tzinfo | None] = set()
        self._seen: set[str] = set()
        self._later: dict[str, date] = {}

    def add(self, texts: Sequence[str]) -> list[str]:
        """Take days and moments in ISO 8601; return the cells that are neither."""
        others = []
        for text in set(texts):
            moment = moment_of(text)
            if moment is None:
                others.append(text)
                continue
            if text[:10] not in self._seen:
                self._keep(text[:10], moment.date())
            self.clocks.add(time(moment.hour, moment.minute))
            self.zones.add(moment.tzinfo)
        return others

    def add_clocks(self, texts: Sequence[str]) -> list[str]:
        """Take times of day in ISO 8601; return the cells that are none."""
        found = {text: time_of(text) for text in set(texts)}
        self.clocks |= {time(clock.hour, clock.minute) for clock in found.values() if clock is not None}
        return [text for text, clock in found.items() if clock is None]

    def _keep(self, text: str, day: date) -> None:
        """Keep a day; of more days than eleven years have, one of each day of the year."""
        if len(self._seen) < _MOST_DAYS:
            self._seen.add(text)
            self.days.add(day)
        elif text[5:] not in self._later:
            self._later[text[5:]] = day
            self.days.add(day)


class Tally:
    """What is known of a column's cells, which come block by block in the canonical form of the column's type."""

    def __init__(self, kind: ColumnType) -> None:
        self.kind = kind
        self.numbers = Numbers() if kind in (ColumnType.NUMBER, ColumnType.DURATION) else None
        self.moments = Moments() if kind in _TIMES else None
        self.longest: Longest | None = Longest() if kind is ColumnType.TEXT else None
        self.others = Longest()
        self.marked: list[Any] = []
        self.samples: list[str] | None = [] if kind is ColumnType.TEXT else None
        self.cut = 0
        """How many cells are longer than what is printed of one."""

    @property
    def is_compact(self) -> bool:
        """Tell whether all texts are short and have no spaces."""
        return self.longest is not None

    def add(self, values: Sequence[Any], runs: Runs, samples: Sequence[Any]) -> None:
        """Take the cells of a block of rows, and those of them that are samples."""
        if self.samples is not None:
            self.samples += [printed_text(value)[:_SAMPLED_SIGNS] for value in samples]
        gaps = values.count(None) + values.count("")
        present = [value for value in values if not is_missing(value)] if gaps else values
        if not present:
            return
        if self.numbers is not None and self.kind is ColumnType.DURATION:
            self.others.add(map(printed_text, present))
            durations = [seconds_of(value) for value in values]
            some = [seconds for seconds in durations if seconds is not None]
            self.numbers.add(durations, some, (), runs)
            # A sum of some of them would be wrong.
            self.numbers = self.numbers if len(some) == len(present) else None
        elif self.numbers is not None:
            self._add_numbers(self.numbers, present, values, runs)
        elif self.moments is not None:
            self._add_moments(self.moments, present)
        elif self.kind is ColumnType.TEXT:
            self._add_texts(present)
        else:
            self.others.add(map(printed_text, present))

    def add_marked(self, values: Sequence[Any]) -> None:
        """Take cells of rows that sum up others: their width counts."""
        self.marked += [value for value in values if not is_missing(value)]
        if len(self.marked) > _MOST_MARKED:
            self.marked = nlargest(_LONGEST, self.marked, lambda value: len(str(value)))

    def thin_samples(self) -> None:
        """Drop every other sample."""
        if self.samples is not None:
            del self.samples[1::2]

    def _add_numbers(self, numbers: Numbers, present: Sequence[Any], values: Sequence[Any], runs: Runs) -> None:
        types = set(map(type, present))
        texts = present if types == {str} else list(map(repr, present)) if types <= {int, float} else None
        found = None if texts is None else numbers_of(texts, may_have_exponents=types != {str})
        if found is not None and texts is not None:
            numbers.add(found if len(found) == len(values) else _with_gaps(found, values), found, texts, runs)
            return
        cells = [number_of(value) for value in values]
        some = [number for number in cells if number is not None]
        numbers.add(cells, some, list(map(str, some)), runs)
        pairs = zip(values, cells, strict=True)
        self.others.add(printed_text(value) for value, number in pairs if number is None and not is_missing(value))

    def _add_moments(self, moments: Moments, present: Sequence[Any]) -> None:
        texts = [value for value in present if isinstance(value, str)]
        self.others.add(printed_text(value) for value in present if not isinstance(value, str))
        self.others.add((moments.add_clocks if self.kind is ColumnType.TIME else moments.add)(texts))

    def _add_texts(self, present: Sequence[Any]) -> None:
        texts = present if set(map(type, present)) == {str} else list(map(printed_text, present))
        longest = max(map(len, texts))
        if longest > MAX_CELL:
            self.cut += sum(len(text) > MAX_CELL for text in texts)
        if self.longest is None:
            return
        # Whole numbers never wrap, however long they are.
        length = longest if texts is present else _compared_length(texts, present)
        if length > _COMPACT or _SPACE.search("".join(texts)):
            self.longest = None
        else:
            self.longest.add(texts)


def _with_gaps(found: Sequence[Decimal], values: Sequence[Any]) -> list[Decimal | None]:
    numbers = iter(found)
    return [None if is_missing(value) else next(numbers) for value in values]


def _compared_length(texts: Sequence[str], values: Sequence[Any]) -> int:
    """Return how long the longest text is, whole numbers left out."""
    return max((len(text) for text, value in zip(texts, values, strict=True) if not isinstance(value, int)), default=0)
