"""Print a table's lines, one after another, from rows that are read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from reports.datasets.understanding import RowMark
from reports.engine.templating.formats import Formats

from .columns import Column
from .groups import GatheredRows
from .printing import Cell, number_writer, printers_of
from .survey import Survey, marked_blocks

_ZERO = Decimal(0)
_TALL = 400  # characters in a cell from which on its row may be cut by a page
_CLASSES = {RowMark.SUBTOTAL: "subtotal", RowMark.TOTAL: "given total"}


class Group(NamedTuple):
    """The name of a group, and its number of rows."""

    label: str
    rows: int


class Line(NamedTuple):
    """The parts of one ``<tr>``.

    ``kind`` is its CSS class: ``group`` and ``total`` for sums, ``subtotal`` and ``given total`` for sums that the data
    have, ``tall`` for a row that a page may cut, ``last`` for a last one that stays with the one before it, or nothing.
    Lines of sums leave out the columns before the first sum.
    """

    kind: str
    group: Group | None
    cells: Sequence[Cell]


class Lines:
    """The lines of some columns of a table: before each group its heading, the rows, and sums at the end.

    Reads the rows again whenever it is iterated over, block by block; it holds none of them.
    """

    def __init__(self, survey: Survey, chosen: Sequence[int], formats: Formats) -> None:
        self._survey = survey
        self._formats = formats
        self._columns = [survey.columns[index] for index in chosen]
        self._tallies = [survey.tallies[index] for index in chosen]
        self._leading = leading_columns(self._columns)
        self._gathered: GatheredRows | None = None
        if survey.groups is not None and not survey.groups.are_contiguous:
            self._gathered = GatheredRows(marked_blocks(survey.section), self._keys, survey.groups)

    def __len__(self) -> int:
        groups = self._survey.groups
        rows = self._survey.section.row_count if groups is None else sum(groups.counts) + len(groups.counts)
        return rows + self._has_total_line

    def __iter__(self) -> Iterator[Line]:
        lines = self._rows()
        before = next(lines, None)
        if before is not None:
            is_alone = True
            for line in lines:
                yield before
                before, is_alone = line, False
            # No page may hold one row alone, nor one and the sums.
            yield before if before.kind or is_alone else before._replace(kind="last")
        if self._has_total_line:
            sums = [tally.numbers.total if tally.numbers else None for tally in self._tallies]
            yield Line("total", None, self._sum_cells(sums))

    def _rows(self) -> Iterator[Line]:
        printers = printers_of(self._columns, self._formats)
        latest, start = None, 0
        for number, columns in self._blocks():
            if number is not None and number != latest:
                yield self._group_line(number)
                latest = number
            printed = [printer.print(values) for printer, values in zip(printers, columns, strict=True)]
            lines = _lines([cells for cells, _ in printed], max((longest for _, longest in printed), default=0))
            yield from lines if number is not None else self._marked(lines, start)
            start += len(columns[0]) if columns else 0

    @property
    def _keys(self) -> list[str]:
        return [column.key for column in self._columns]

    @property
    def _has_total_line(self) -> bool:
        has_sums = self._leading < len(self._columns)
        has_own = self._survey.has_total and self._survey.groups is None
        return bool(self._survey.row_count) and has_sums and not has_own

    def _blocks(self) -> Iterator[tuple[int | None, Sequence[Sequence[Any]]]]:
        """Yield cells by column, with the number of the group that they all belong to."""
        if self._gathered is not None:
            yield from self._gathered
            return
        groups = self._survey.groups
        for block, marked in marked_blocks(self._survey.section):
            columns = [block.column(key) for key in self._keys]
            if groups is None:
                yield None, columns
            else:
                for number, start, end in groups.runs(block, marked):
                    yield number, [column[start:end] for column in columns]

    def _marked(self, lines: Iterator[Line], start: int) -> Iterator[Line]:
        """Give rows that sum up others their class."""
        marks = self._survey.section.marks
        if not marks:
            return lines
        return (
            line._replace(kind=_CLASSES[marks[number]], cells=_without_dashes(line.cells)) if number in marks else line
            for number, line in enumerate(lines, start)
        )

    def _group_line(self, number: int) -> Line:
        groups = self._survey.groups
        assert groups is not None
        sums = [tally.numbers.sums.get(number) if tally.numbers else None for tally in self._tallies]
        return Line("group", Group(groups.labels[number], groups.counts[number]), self._sum_cells(sums))

    def _sum_cells(self, sums: Sequence[Any]) -> list[Cell]:
        pairs = zip(self._columns[self._leading :], sums[self._leading :], strict=True)
        return [(c.style_of_numbers, self._sum(c, sum_) if c.summed else "") for c, sum_ in pairs]

    def _sum(self, column: Column, found: Any) -> str:
        return number_writer(column.form, self._formats)(found or _ZERO)


def _without_dashes(cells: Sequence[Cell]) -> list[Cell]:
    """Leave empty what has no sum."""
    return [("", "") if cell[0].endswith("muted") else cell for cell in cells]


def leading_columns(columns: Sequence[Column]) -> int:
    """Count the columns before the first that is summed."""
    return next((index for index, column in enumerate(columns) if column.summed), len(columns))


def _lines(columns: Sequence[Sequence[Cell]], longest: int) -> Iterator[Line]:
    rows = zip(*columns, strict=True)
    if longest <= _TALL:
        return map(Line._make, zip(repeat(""), repeat(None), rows, strict=False))
    return (Line("tall" if any(len(text) > _TALL for _, text in row) else "", None, row) for row in rows)
