"""Find rows of the data that sum up other rows: by their label, confirmed by arithmetic."""

from __future__ import annotations

import decimal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding.aggregates import names_all
from reports.datasets.understanding.cell_text import plain
from reports.datasets.understanding.section import RowMark
from reports.datasets.understanding.words import (
    are_stars,
    closes_alone,
    may_name_a_part,
    names_a_net,
    names_a_part,
    names_an_average,
    names_an_extreme,
    names_the_balance,
    names_the_sum,
    rows_that_may_name_a_sum,
)

_MOST_CANDIDATES = 20_000
_MOST_LABEL_COLUMNS = 3
_MOST_LEVELS = 50
_MOST_WARNINGS = 5
_FEWEST_ROWS = 2
_EXACT = decimal.Context(prec=400)
_ZERO = Decimal(0)

Sums = dict[str, Decimal]


class Label(Enum):
    """How sure a row's label is that it sums up others; UNNAMED rows are last ones with numbers alone.

    BALANCE is what is left after all others; AVERAGE and EXTREME are no sums, and have to be those of the rows above.
    PARENT has no label, and was found by arithmetic already.
    """

    SUM = auto()
    PART = auto()
    PERHAPS = auto()
    UNNAMED = auto()
    BALANCE = auto()
    AVERAGE = auto()
    EXTREME = auto()
    PARENT = auto()


@dataclass
class Candidate:
    """A row that may sum up others. ``matched`` and ``differing`` are columns whose sum it has, or has not.

    ``is_all``: it has the sums of all rows before. ``rows`` is how many rows it sums up.
    """

    row: int
    text: str
    label: Label
    is_in_values: bool = False
    matched: list[str] = field(default_factory=list)
    differing: dict[str, Decimal] = field(default_factory=dict)
    is_all: bool = False
    rows: int = 0


class Labels:
    """The rows whose first text names a sum."""

    def __init__(self) -> None:
        self.found: dict[int, Candidate] = {}

    def look_at(self, block: Block, first: int, texts: Sequence[str]) -> None:
        """Look through a block. ``texts`` are the columns of text; few of them can have labels."""
        for key in texts[:_MOST_LABEL_COLUMNS]:
            cells = [cell.strip() if isinstance(cell, str) else "" for cell in block.column(key)]
            for row in rows_that_may_name_a_sum(cells):
                label = label_of(cells[row])
                if label is not None and (label is Label.BALANCE or _stands_first(block, row, key)):
                    self.add(Candidate(first + row, cells[row], label))

    def add(self, candidate: Candidate) -> None:
        """Keep a candidate, unless there are too many or the row is known."""
        if len(self.found) < _MOST_CANDIDATES:
            self.found.setdefault(candidate.row, candidate)


def label_of(text: str) -> Label | None:
    """Tell what a text says that its row is."""
    text = plain(text)
    if names_the_sum(text):
        return Label.SUM
    if names_a_part(text):
        return Label.PART
    if names_the_balance(text):
        return Label.BALANCE
    if names_an_average(text):
        return Label.AVERAGE
    if names_an_extreme(text):
        return Label.EXTREME
    is_perhaps = any(names(text) for names in (may_name_a_part, are_stars, names_all, names_a_net))
    return Label.PERHAPS if is_perhaps else None


def _stands_first(block: Block, row: int, key: str) -> bool:
    """Tell whether no cell before a label has anything."""
    for name in block.shapes[0]:
        if name == key:
            return True
        if block.column(name)[row] not in (None, ""):
            return False
    return False


def confirm(blocks: Iterable[Block], keys: Sequence[str], candidates: Mapping[int, Candidate]) -> int:
    """Compare candidates with the sums of the rows before them; return the number of the last other row."""
    sums, unsure = dict.fromkeys(keys, _ZERO), dict.fromkeys(keys, _ZERO)
    levels: list[tuple[Sums, int]] = [(dict(sums), 0)]
    number, rows, last = 0, 0, -1
    open_ones: list[tuple[Candidate, Sums]] = []
    spread = Spread(keys) if any(each.label in STATISTICS for each in candidates.values()) else None
    with decimal.localcontext(_EXACT):
        for block in blocks:
            columns = {key: block.column(key) for key in keys}
            marked = [row for row in range(number, number + len(block)) if row in candidates] if candidates else []
            start = number
            for row in [*marked, number + len(block)]:
                if row > start:
                    last = row - 1
                    rows += row - start
                    _add(sums, columns, start - number, row - number)
                    if spread is not None:
                        spread.add(columns, start - number, row - number)
                start = row + 1
                if row < number + len(block):
                    values = {key: value for key in keys if (value := _decimal(columns[key][row - number])) is not None}
                    candidate = candidates[row]
                    if candidate.label is Label.PARENT:
                        continue
                    if candidate.label in STATISTICS:
                        assert spread is not None
                        candidate.matched, candidate.rows = spread.matched(candidate, values, sums), rows
                        if not candidate.matched:
                            _add_values(sums, values)
                            rows, last = rows + 1, row
                        continue
                    if not _matches(candidate, values, sums, unsure, levels, rows or len(open_ones)):
                        open_ones.append((candidate, values))
                        _add_values(unsure, values)
                    levels = [*levels[-_MOST_LEVELS:], (dict(sums), rows)]
            number += len(block)
        for candidate, values in open_ones:
            _compare(candidate, values, [sums], rows)
    return last


STATISTICS = (Label.AVERAGE, Label.EXTREME)


class Spread:
    """How many cells the rows have that sum up nothing, and the least and the greatest of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._count = dict.fromkeys(keys, 0)
        self._ends: dict[str, tuple[Decimal, Decimal]] = {}

    def add(self, columns: Mapping[str, Sequence[Any]], start: int, end: int) -> None:
        """Take rows."""
        for key, cells in columns.items():
            numbers = [number for cell in cells[start:end] if (number := _decimal(cell)) is not None]
            if numbers:
                self._count[key] += len(numbers)
                known = self._ends.get(key, (numbers[0], numbers[0]))
                self._ends[key] = min(known[0], *numbers), max(known[1], *numbers)

    def matched(self, candidate: Candidate, values: Sums, sums: Sums) -> list[str]:
        """Return the columns whose value is the average, or an extreme, of the rows before."""
        if candidate.label is Label.EXTREME:
            return [key for key, value in values.items() if self._count[key] > 1 and value in self._ends[key]]
        return [key for key, value in values.items() if self._count[key] > 1 and self._is_average(key, value, sums)]

    def _is_average(self, key: str, value: Decimal, sums: Sums) -> bool:
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        return abs(value * self._count[key] - sums[key]) * 2 <= self._count[key] * Decimal(1).scaleb(exponent)


def _matches(
    candidate: Candidate, values: Sums, sums: Sums, unsure: Sums, levels: Sequence[tuple[Sums, int]], rows: int
) -> bool:
    """Compare with the rows since each candidate before, and with all."""
    if _compare(candidate, values, [sums, {key: sums[key] + unsure[key] for key in sums}], rows):
        candidate.is_all = True
        if not candidate.differing:
            return True
    best = candidate.matched, candidate.differing, candidate.rows
    for before, count in reversed(levels[1:]):
        if count < rows and _compare(candidate, values, [{key: sums[key] - before[key] for key in sums}], rows - count):
            candidate.is_all = candidate.is_all and bool(candidate.differing)
            return True
    candidate.matched, candidate.differing, candidate.rows = best
    return candidate.is_all


def _compare(candidate: Candidate, values: Sums, choices: Sequence[Sums], rows: int) -> bool:
    for sums in choices:
        matched = [key for key, value in values.items() if value == sums[key]]
        if rows and matched and any(values[key] for key in matched):
            candidate.matched, candidate.rows = matched, rows
            candidate.differing = {key: sums[key] for key in values if key not in matched}
            return True
    if not candidate.matched:
        candidate.differing = {key: choices[0][key] for key in values}
    return False


def _add(sums: Sums, columns: Mapping[str, Sequence[Any]], start: int, end: int) -> None:
    for key, cells in columns.items():
        numbers = [number for cell in cells[start:end] if (number := _decimal(cell)) is not None]
        sums[key] = sum(numbers, sums[key])


def _add_values(sums: Sums, values: Sums) -> None:
    for key, value in values.items():
        sums[key] += value


def _decimal(cell: Any) -> Decimal | None:
    if cell is None or cell == "" or isinstance(cell, bool):
        return None
    try:
        number = Decimal(cell if isinstance(cell, str) else str(cell))
    except decimal.InvalidOperation:
        return None
    return number if number.is_finite() else None


def marks_of(candidates: Mapping[int, Candidate], last: int) -> tuple[dict[int, RowMark], list[Candidate]]:
    """Return the rows that sum up others, and the candidates to warn of. ``last`` is the last row that is none."""
    confirmed = {
        candidate.text for candidate in candidates.values() if candidate.matched and candidate.rows >= _FEWEST_ROWS
    }
    marks, doubtful = {}, []
    for row, candidate in candidates.items():
        is_last = row > last
        if candidate.label is Label.PARENT:
            marks[row] = RowMark.SUBTOTAL
            continue
        if not _is_accepted(candidate, bool(confirmed), is_last):
            if candidate.label is Label.SUM and candidate.differing:
                doubtful.append(candidate)
            continue
        if candidate.differing or not candidate.matched:  # never those of STATISTICS
            doubtful.append(candidate)
        is_total = (
            candidate.label not in (Label.PART, *STATISTICS) and is_last and (candidate.is_all or not candidate.matched)
        )
        marks[row] = RowMark.TOTAL if is_total else RowMark.SUBTOTAL
    return marks, doubtful[:_MOST_WARNINGS]


def _is_accepted(candidate: Candidate, are_some_sure: bool, is_last: bool) -> bool:
    has_numbers = bool(candidate.matched or candidate.differing)
    if candidate.label in STATISTICS:
        return bool(candidate.matched) and is_last
    if candidate.label is Label.BALANCE:
        return has_numbers and is_last and (bool(candidate.matched) or not closes_alone(candidate.text))
    if candidate.label is Label.UNNAMED:
        # Averages stand in such a row, too.
        is_most = len(candidate.matched) > max(1, len(candidate.differing)) or not candidate.differing
        return bool(candidate.matched) and is_most and candidate.rows >= _FEWEST_ROWS
    if candidate.label is Label.PERHAPS:
        is_sure = candidate.rows >= _FEWEST_ROWS or len(candidate.matched) > 1 or are_some_sure
        return bool(candidate.matched) and len(candidate.matched) >= len(candidate.differing) and is_sure
    return bool(candidate.matched) or candidate.is_in_values or (has_numbers and (is_last or are_some_sure))
