"""Gather rows into groups by the printed value of a column, without holding the rows."""

from __future__ import annotations

import pickle
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding import ColumnReading
from reports.engine.templating.formats import MISSING, Formats
from reports.errors import InvalidDataError, Violation

from .columns import Column
from .printing import printers_of
from .tally import MarkedBlock, Runs
from .values import is_missing

_NO_GROUP = -1
MAX_GROUPS = 50_000
MOST_BYTES_IN_MEMORY = 8 * 2**20


class Groups:
    """Number groups in the order in which their first rows come, and count their rows.

    ``are_contiguous``: whether the rows of each group follow one another, so that they need not be gathered.
    """

    def __init__(self, column: ColumnReading, formats: Formats) -> None:
        self.labels: list[str] = []
        self.counts: list[int] = []
        self.are_contiguous = True
        self._latest = -1
        self._key = column.key
        [self._printer] = printers_of([Column(column.key, column.key, column.form)], formats)
        self._numbers: dict[str, int] = {}
        self._numbers_of_cells: dict[str | None, int] = {}

    def count(self, block: Block, left_out: Sequence[int]) -> Runs:
        """Take the next rows, and return which of them belong to which group."""
        runs = self.runs(block, left_out)
        for number, start, end in runs:
            self.are_contiguous &= not self.counts[number] or number == self._latest
            self._latest = number
            self.counts[number] += end - start
        return runs

    def runs(self, block: Block, left_out: Sequence[int]) -> Runs:
        """Return which rows belong to which group; those that are left out belong to none."""
        cells = block.column(self._key)
        skipped = frozenset(left_out)
        numbers = (
            [_NO_GROUP if row in skipped else self._number(cell) for row, cell in enumerate(cells)]
            if skipped
            else map(self._number, cells)
        )
        runs, start = [], 0
        for number, members in groupby(numbers):
            end = start + sum(1 for _ in members)
            if number != _NO_GROUP:
                runs.append((number, start, end))
            start = end
        return runs

    def _number(self, cell: Any) -> int:
        if cell is not None and not isinstance(cell, str):
            return self._number_of_label(self._label(cell))
        if cell not in self._numbers_of_cells:
            if len(self._numbers_of_cells) == MAX_GROUPS:
                self._numbers_of_cells.clear()
            self._numbers_of_cells[cell] = self._number_of_label(self._label(cell))
        return self._numbers_of_cells[cell]

    def _label(self, cell: object) -> str:
        if is_missing(cell):
            return MISSING
        [(_, text)], _ = self._printer.print([cell])
        return text

    def _number_of_label(self, label: str) -> int:
        number = self._numbers.setdefault(label, len(self.labels))
        if number == len(self.labels):
            if number == MAX_GROUPS:
                sentence = f"names a column with more than {MAX_GROUPS:,} different values; choose one with fewer"
                raise InvalidDataError("table", [Violation("/group_by", sentence)])
            self.labels.append(label)
            self.counts.append(0)
        return number


class GatheredRows:
    """Keep the cells of rows that come in any order, to give them back group by group.

    They lie in a file without a name, which ends with this object; in memory are their places, one per group and block.
    """

    def __init__(self, blocks: Iterable[MarkedBlock], keys: Sequence[str], groups: Groups) -> None:
        self._file = SpooledTemporaryFile(max_size=MOST_BYTES_IN_MEMORY)  # noqa: SIM115, it lives as long as this object
        weakref.finalize(self, self._file.close)
        self._places = [array("Q") for _ in groups.labels]
        end = 0
        for block, left_out in blocks:
            columns = [block.column(key) for key in keys]
            members: dict[int, list[int]] = {}
            for number, first, after in groups.runs(block, left_out):
                members.setdefault(number, []).extend(range(first, after))
            for number, rows in members.items():
                self._places[number].append(end)
                end += self._file.write(pickle.dumps([[column[row] for row in rows] for column in columns]))

    def __iter__(self) -> Iterator[tuple[int, list[Sequence[Any]]]]:
        """Yield the number of a group and columns of its cells, until all rows of all groups had their turn."""
        for number, places in enumerate(self._places):
            for place in places:
                self._file.seek(place)
                yield number, pickle.load(self._file)  # noqa: S301, this process has written it itself
