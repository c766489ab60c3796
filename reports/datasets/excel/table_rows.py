"""Write the rows of a sheet's table: block by block, and column by column where rows look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from reports.datasets.columns import column_names
from reports.datasets.excel.cells import KIND_BITS, NUMBERS, CellReader, Kind, kind_of
from reports.datasets.excel.row_spool import KeptRow
from reports.datasets.excel.sheet import SheetContent
from reports.datasets.excel.sheet_columns import ColumnDecision, ColumnWriter, Convert
from reports.datasets.grid.block import Area
from reports.datasets.grid.found import FoundTable
from reports.datasets.source import Row

_MOST_PLANS = 1_000
_YEARS = range(1900, 2101)


class TableRows:
    """The rows of a table, written anew with each call."""

    def __init__(self, content: SheetContent, table: FoundTable, decisions: Mapping[int, ColumnDecision]) -> None:
        self._content = content
        self._table = table
        self.names = column_names([table.names.get(column, "") for column in table.columns])
        self._writers = [ColumnWriter(content.reader, decisions[column]) for column in table.columns]
        self._place = {column: at for at, column in enumerate(table.columns)}
        self._plans: dict[tuple[tuple[int, ...], tuple[int, ...]], _Plan] = {}
        self._tall = _tall(content.merged, table, self._place)

    def fills(self, column: int) -> bool:
        """Tell whether a column has cells that are merged with those below."""
        return self._place[column] in self._tall

    def __call__(self) -> Iterator[Row]:
        fill = _Filler(self._tall, self._content.reader) if self._tall else None
        for block in self._content.spool.blocks(self._table.first, self._table.last):
            yield from self._written(block, fill)

    def _written(self, block: list[KeptRow], fill: _Filler | None) -> Iterator[Row]:
        first, last = self._table.first, self._table.last
        if block[0][0] < first or block[-1][0] > last:
            block = [row for row in block if first <= row[0] <= last]
        if self._table.skipped:
            block = [row for row in block if row[0] not in self._table.skipped]
        start = 0
        while start < len(block):
            _, columns, codes, _, _ = block[start]
            end = start + 1
            while end < len(block) and block[end][1] is columns and block[end][2] is codes:
                end += 1
            plan, run = self._plan(columns, codes), block[start:end]
            start = end
            if fill is not None:
                yield from self._filled(run, plan, fill)
                continue
            values = [row[3] for row in run if not row[4]]
            if values and plan.places:
                yield from plan.rows(values)

    def _filled(self, run: Sequence[KeptRow], plan: _Plan, fill: _Filler) -> Iterator[Row]:
        for number, _, codes, values, is_hidden in run:
            cells = plan.one(values)
            fill.apply(number, cells, {place: (codes[at], values[at]) for at, place, _ in plan.places})
            if plan.places and not is_hidden:
                yield dict(zip(self.names, cells, strict=True))

    def _plan(self, columns: tuple[int, ...], codes: tuple[int, ...]) -> _Plan:
        plan = self._plans.get((columns, codes))
        if plan is None:
            if len(self._plans) == _MOST_PLANS:
                self._plans.clear()
            places = [
                (at, place, self._writers[place].of(code))
                for at, (column, code) in enumerate(zip(columns, codes, strict=True))
                if (place := self._place.get(column)) is not None
            ]
            plan = self._plans[columns, codes] = _Plan(self.names, places)
        return plan


@dataclass(frozen=True, slots=True)
class _Plan:
    """How rows of one look become rows of a table: which cell goes where, and what writes it."""

    names: Sequence[str]
    places: Sequence[tuple[int, int, Convert | None]]

    def rows(self, values: Sequence[Sequence[Any]]) -> Iterator[Row]:
        """Write rows."""
        columns = list(zip(*values, strict=True))
        cells: list[Any] = [repeat(None)] * len(self.names)
        for at, place, write in self.places:
            cells[place] = columns[at] if write is None else map(write, columns[at])
        # Columns without a cell never end.
        return (dict(zip(self.names, row, strict=True)) for row in zip(*cells, strict=False))

    def one(self, values: Sequence[Any]) -> list[Any]:
        """Write a row."""
        cells: list[Any] = [None] * len(self.names)
        for at, place, write in self.places:
            cells[place] = values[at] if write is None else write(values[at])
        return cells


class _Filler:
    """Repeat what is merged over several rows in each of them, unless it is an amount that would be counted twice."""

    def __init__(self, tall: Mapping[int, Sequence[Area]], reader: CellReader) -> None:
        self._tall = tall
        self._reader = reader
        self._next = dict.fromkeys(tall, 0)
        self._value: dict[int, Any] = {}

    def apply(self, number: int, cells: list[Any], raw: Mapping[int, tuple[int, Any]]) -> None:
        """Fill a row's cells; ``raw`` are codes and values, by their places."""
        for place, areas in self._tall.items():
            while self._next[place] < len(areas) and areas[self._next[place]][2] < number:
                self._next[place] += 1
                self._value[place] = None
            if self._next[place] == len(areas) or number < areas[self._next[place]][0]:
                continue
            if place in raw:
                self._value[place] = cells[place] if self._may_repeat(*raw[place]) else None
            elif self._value.get(place) is not None:
                cells[place] = self._value[place]

    def _may_repeat(self, code: int, value: Any) -> bool:
        number_format = self._reader.formats[code >> KIND_BITS]
        if kind_of(code) not in NUMBERS or number_format.is_day or number_format.is_code:
            return True
        return number_format.is_general and kind_of(code) == Kind.WHOLE and value in _YEARS


def _tall(merged: Sequence[Area], table: FoundTable, place: Mapping[int, int]) -> dict[int, list[Area]]:
    """Return the areas of a table's rows that are over several of them, by the places of their columns."""
    tall: dict[int, list[Area]] = {}
    for area in sorted(merged):
        top, left, bottom, _ = area
        if bottom > top and left in place and table.first <= bottom and top <= table.last:
            tall.setdefault(place[left], []).append(area)
    return tall
