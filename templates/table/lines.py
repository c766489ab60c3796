"""Print a table's lines, one after another, from rows that are read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from reports.datasets.understanding import Section
from reports.engine.templating.formats import MISSING, Formats

from .columns import Column
from .groups import GatheredRows
from .survey import Survey
from .tally import Kind
from .values import MAX_CELL, moment_of, number_of, printed_text

_TALL = 400  # characters in a cell from which on its row may be cut by a page
_MOST_CELLS_KEPT = 65_536

Cell = tuple[str, str]
"""A cell's CSS class, and its text as printed."""

_EMPTY = ("muted", MISSING)
_EMPTY_NUMBER = ("num muted", MISSING)


class Group(NamedTuple):
    """The name of a group, and its number of rows."""

    label: str
    rows: int


class Line(NamedTuple):
    """The parts of one ``<tr>``.

    ``kind`` is its CSS class: ``group`` and ``total`` for sums, ``tall`` for a row that a page may cut, or nothing.
    Lines of sums leave out the columns before the first sum.
    """

    kind: str
    group: Group | None
    cells: Sequence[Cell]


class Lines:
    """All lines of a table: before each group its heading, the rows, and sums at the end.

    Reads the rows again whenever it is iterated over, block by block; it holds none of them.
    """

    def __init__(self, section: Section, survey: Survey, formats: Formats) -> None:
        self._section = section
        self._survey = survey
        self._formats = formats
        self._keys = [column.key for column in survey.columns]
        self._leading = leading_columns(survey.columns)
        self._gathered: GatheredRows | None = None
        if survey.groups is not None and not survey.groups.are_contiguous:
            self._gathered = GatheredRows(section.blocks(), self._keys, survey.groups)

    def __len__(self) -> int:
        groups, count = self._survey.groups, self._survey.row_count
        return count + (len(groups.labels) if groups is not None else 0) + (1 if count and self._has_sums else 0)

    def __iter__(self) -> Iterator[Line]:
        printer = _Printer(self._survey.columns, self._formats)
        latest = None
        for number, columns in self._blocks():
            if number is not None and number != latest:
                yield self._group_line(number)
                latest = number
            yield from printer.lines(columns)
        if self._survey.row_count and self._has_sums:
            sums = [tally.numbers.total if tally.numbers else None for tally in self._survey.tallies]
            yield Line("total", None, self._sum_cells(sums))

    @property
    def _has_sums(self) -> bool:
        return self._leading < len(self._survey.columns)

    def _blocks(self) -> Iterator[tuple[int | None, Sequence[Sequence[Any]]]]:
        """Yield cells by column, with the number of the group that they all belong to."""
        if self._gathered is not None:
            yield from self._gathered
            return
        groups = self._survey.groups
        for block in self._section.blocks():
            columns = [block.column(key) for key in self._keys]
            if groups is None:
                yield None, columns
            else:
                for number, start, end in groups.runs(block):
                    yield number, [column[start:end] for column in columns]

    def _group_line(self, number: int) -> Line:
        groups = self._survey.groups
        assert groups is not None
        sums = [tally.numbers.sums.get(number) if tally.numbers else None for tally in self._survey.tallies]
        return Line("group", Group(groups.labels[number], groups.counts[number]), self._sum_cells(sums))

    def _sum_cells(self, sums: Sequence[Any]) -> list[Cell]:
        pairs = zip(self._survey.columns[self._leading :], sums[self._leading :], strict=True)
        return [("num", self._formats.number(total or 0, c.decimals) if c.summed else "") for c, total in pairs]


def leading_columns(columns: Sequence[Column]) -> int:
    """Count the columns before the first that is summed."""
    return next((index for index, column in enumerate(columns) if column.summed), len(columns))


class _Printer:
    """Print blocks of rows."""

    def __init__(self, columns: Sequence[Column], formats: Formats) -> None:
        most_kept = max(64, min(8_192, _MOST_CELLS_KEPT // max(1, len(columns))))
        self._columns = [_column_printer(column, formats, most_kept) for column in columns]

    def lines(self, columns: Sequence[Sequence[Any]]) -> Iterator[Line]:
        """Print the rows of a block."""
        printed, has_tall = [], False
        for printer, values in zip(self._columns, columns, strict=True):
            cells, longest = printer.print(values)
            printed.append(cells)
            has_tall = has_tall or longest > _TALL
        rows = zip(*printed, strict=True)
        if not has_tall:
            return map(Line._make, zip(repeat(""), repeat(None), rows, strict=False))
        return (Line("tall" if any(len(text) > _TALL for _, text in row) else "", None, row) for row in rows)


class _TextPrinter:
    """Print cells of a column of text, which are mostly printed as they are."""

    def __init__(self, style: str) -> None:
        self._style = style

    def print(self, values: Sequence[Any]) -> tuple[Sequence[Cell], int]:
        """Return printed cells, and how long the longest one is."""
        style = self._style
        if set(map(type, values)) <= _TEXT_OR_NOTHING:
            longest = max(map(len, filter(None, values)), default=0)
            if longest <= MAX_CELL:
                return [(style, value) if value else _EMPTY for value in values], longest
        cells = [self.cell(value) for value in values]
        return cells, max(len(text) for _, text in cells)

    def cell(self, value: Any) -> Cell:
        if isinstance(value, bool):
            return "mark", printed_text(value)
        return _EMPTY if value is None or value == "" else (self._style, printed_text(value))


class _RepeatingPrinter:
    """Print cells of which many are alike, and keep what was printed.

    ``plain``: the types whose values print the same when they are equal; 1 and true are, and don't.
    """

    def __init__(self, write: Callable[[Any], Cell], plain: frozenset[type], most_kept: int) -> None:
        self._write = write
        self._plain = plain
        self._kept = _Kept(write, most_kept)

    def print(self, values: Sequence[Any]) -> tuple[Sequence[Cell], int]:
        """Return printed cells, and how long the longest one is, as far as that matters."""
        if set(map(type, values)) <= self._plain:
            return list(map(self._kept.__getitem__, values)), self._kept.longest
        cells = list(map(self._write, values))
        return cells, max(len(text) for _, text in cells)


class _Kept(dict[Any, Cell]):
    """Print what is not there yet; ``longest`` is the length of the longest text so far."""

    def __init__(self, write: Callable[[Any], Cell], most: int) -> None:
        super().__init__()
        self.longest = 0
        self._write = write
        self._most = most

    def __missing__(self, value: Any) -> Cell:
        if len(self) == self._most:
            self.clear()
        cell = self[value] = self._write(value)
        if len(cell[1]) > self.longest:
            self.longest = len(cell[1])
        return cell


_TEXT_OR_NOTHING: frozenset[type] = frozenset((str, type(None)))
_NUMBER_OR_TEXT: frozenset[type] = frozenset((str, type(None), int, float))
_TRUTH_OR_NOTHING: frozenset[type] = frozenset((bool, type(None)))


def _column_printer(column: Column, formats: Formats, most_kept: int) -> _TextPrinter | _RepeatingPrinter:
    if column.kind is Kind.NUMBER:
        return _RepeatingPrinter(_number_cells(column, formats), _NUMBER_OR_TEXT, most_kept)
    if column.kind is Kind.DATE:
        return _RepeatingPrinter(_moment_cells(formats.day), _TEXT_OR_NOTHING, most_kept)
    if column.kind is Kind.MOMENT:
        return _RepeatingPrinter(_moment_cells(formats.moment), _TEXT_OR_NOTHING, most_kept)
    if column.kind is Kind.BOOLEAN:
        return _RepeatingPrinter(_TextPrinter("").cell, _TRUTH_OR_NOTHING, most_kept)
    return _TextPrinter("keep" if column.compact else "")


def _number_cells(column: Column, formats: Formats) -> Callable[[Any], Cell]:
    written, other = formats.number_writer(column.decimals), _TextPrinter("")

    def cell(value: Any) -> Cell:
        number = number_of(value)
        if number is not None:
            return "num bad" if number < 0 else "num", written(number)
        return _EMPTY_NUMBER if value is None or value == "" else other.cell(value)

    return cell


def _moment_cells(written: Callable[[Any], str]) -> Callable[[Any], Cell]:
    other = _TextPrinter("")

    def cell(value: Any) -> Cell:
        moment = moment_of(value)
        return other.cell(value) if moment is None else ("keep", written(moment))

    return cell
