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
from reports.engine.templating.formats import MISSING, Formats
from reports.errors import InvalidDataError, Violation

from .tally import Runs
from .values import is_missing, moment_of, shortened, text_of

MAX_GROUPS = 50_000
MOST_BYTES_IN_MEMORY = 8 * 2**20


class Groups:
    """Number groups in the order in which their first rows come, and count their rows.

    ``are_contiguous``: whether the rows of each group follow one another, so that they need not be gathered.
    """

    def __init__(self, key: str, formats: Formats) -> None:
        self.labels: list[str] = []
        self.counts: list[int] = []
        self.are_contiguous = True
        self.is_known_key = False
        self._latest = -1
        self._key = key
        self._formats = formats
        self._numbers: dict[str, int] = {}
        self._numbers_of_cells: dict[str | None, int] = {}

    def count(self, block: Block) -> Runs:
        """Take the next rows, and return which of them belong to which group."""
        self.is_known_key = self.is_known_key or any(self._key in shape for shape in block.shapes)
        runs = self.runs(block)
        for number, start, end in runs:
            self.are_contiguous &= not self.counts[number] or number == self._latest
            self._latest = number
            self.counts[number] += end - start
        return runs

    def runs(self, block: Block) -> Runs:
        """Return which rows belong to which group."""
        runs, start = [], 0
        for number, members in groupby(map(self._number, block.column(self._key))):
            end = start + sum(1 for _ in members)
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
        moment = moment_of(cell)
        return self._formats.day(moment, "long") if moment else shortened(text_of(cell))

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

    def __init__(self, blocks: Iterable[Block], keys: Sequence[str], groups: Groups) -> None:
        self._file = SpooledTemporaryFile(max_size=MOST_BYTES_IN_MEMORY)  # noqa: SIM115, it lives as long as this object
        weakref.finalize(self, self._file.close)
        self._places = [array("Q") for _ in groups.labels]
        end = 0
        for block in blocks:
            columns = [block.column(key) for key in keys]
            members: dict[int, list[int]] = {}
            for number, first, after in groups.runs(block):
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
