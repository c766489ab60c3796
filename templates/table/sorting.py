"""Sort a table's rows by what their cells mean, holding no more of them than their keys."""

from __future__ import annotations

import pickle
import weakref
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any

from reports.datasets.blocks import BLOCK_ROWS, Block
from reports.datasets.column_form import ColumnType
from reports.datasets.understanding import Section
from reports.errors import InvalidDataError, Violation

from .groups import MOST_BYTES_IN_MEMORY

MOST_ROWS = 200_000
"""Rows that can be sorted; of each, the keys are in memory."""

SortKey = Mapping[str, Any]


def sorted_section(section: Section, sort: Sequence[SortKey]) -> Section:
    """Return a section whose rows are sorted by columns, the first of them first; equal rows stay in their order.

    Rows without a value come last, whichever way is asked for, and after them the rows that sum up others. Columns
    that the section does not have are passed over. Raises InvalidDataError for more rows than can be sorted.
    """
    kinds = {column.key: column.form.type for column in section.columns}
    keys = [key for key in sort if key["key"] in kinds]
    if not keys or section.row_count < 2:
        return section
    if section.row_count > MOST_ROWS:
        sentence = (
            f"has {section.row_count:,} rows to sort, and may have {MOST_ROWS:,}. Sort the data before you send them"
        )
        raise InvalidDataError("table", [Violation("/sort", sentence)])
    rows = _StoredRows(section, [key["key"] for key in keys], kinds)
    counted = [row for row in range(section.row_count) if row not in section.marks]
    for values, key in reversed(list(zip(rows.values, keys, strict=True))):
        _sort(counted, values, is_descending=bool(key.get("descending")))
    order = array("Q", [*counted, *sorted(section.marks)])
    marks = {number: section.marks[row] for number, row in enumerate(order) if row in section.marks}
    return replace(section, blocks=lambda: rows.blocks(order), marks=marks)


def _sort(order: list[int], values: Sequence[Any], *, is_descending: bool) -> None:
    there = [row for row in order if values[row] is not None]
    missing = [row for row in order if values[row] is None]
    there.sort(key=values.__getitem__, reverse=is_descending)
    order[:] = there + missing


class _StoredRows:
    """The rows of a section in a file without a name, which ends with this object; ``values`` are those to sort by."""

    def __init__(self, section: Section, sort_by: Sequence[str], kinds: Mapping[str, ColumnType]) -> None:
        self.values: list[list[Any]] = [[] for _ in sort_by]
        self._keys = list(kinds)
        self._places = array("Q")
        self._file = SpooledTemporaryFile(max_size=MOST_BYTES_IN_MEMORY)  # noqa: SIM115, it lives as long as this object
        weakref.finalize(self, self._file.close)
        end = 0
        for block in section.blocks():
            for key, values in zip(sort_by, self.values, strict=True):
                values += [_value(cell, kinds[key]) for cell in block.column(key)]
            for cells in zip(*(block.column(key) for key in self._keys), strict=True):
                self._places.append(end)
                end += self._file.write(pickle.dumps(cells))

    def blocks(self, order: Sequence[int]) -> Iterator[Block]:
        """Yield all rows in an order."""
        left = iter(order)
        while rows := list(islice(left, BLOCK_ROWS)):
            yield Block([self._row(row) for row in rows])

    def _row(self, row: int) -> dict[str, Any]:
        self._file.seek(self._places[row])
        cells = pickle.load(self._file)  # noqa: S301, this process has written it itself
        return dict(zip(self._keys, cells, strict=True))


def _value(cell: Any, kind: ColumnType) -> tuple[bool, Any] | None:
    """Return what a cell is sorted by: numbers by their size, before what is none; None for nothing."""
    if cell is None or cell == "":
        return None
    if kind in (ColumnType.NUMBER, ColumnType.DURATION):
        try:
            number = Decimal(str(cell))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return False, number
    return True, str(cell).casefold()
