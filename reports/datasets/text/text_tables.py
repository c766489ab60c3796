"""Find the tables in a text, and refuse what could be read in more than one way."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reports.datasets.grid.block import Block
from reports.datasets.grid.cell import GridRow, Line
from reports.datasets.grid.finder import TableFinder
from reports.datasets.grid.found import FoundTable, give_lines, table_of_lines
from reports.datasets.options import ReadingOptions
from reports.datasets.text.csv_text import CSVText
from reports.datasets.text.cut_numbers import refuse_cut_numbers
from reports.datasets.text.text_blocks import MOST_LINES_OF_TEXT, TextSurvey
from reports.errors import PressrunError, UnreadableFileError

MOST_ROWS = 1_048_576
"""As many as a spreadsheet has."""

MOST_TABLES = 30


@dataclass
class TextTables:
    """The tables of a text, at least one, with the way to quote that reads all of it."""

    text: CSVText
    tables: Sequence[FoundTable]
    undivided_from: int = 0

    @cached_property
    def lines(self) -> Mapping[int, int]:
        """The lines of the records that are told of, by the numbers of these."""
        told = [number for table in self.tables for number in (*table.header_rows[:1], first_short(table))]
        told += [line.number for line in self._doubtful()][:1]
        return self.text.lines_of([number for number in (*told, self.undivided_from) if number])

    def facts(self) -> dict[str, Any]:
        """Return what a job's reading says of the tables."""
        if not self.tables:
            return {}
        header = self.tables[0].header_rows
        facts: dict[str, Any] = {"header_row": self.lines[header[0]] if header else 0}
        if len(header) > 1:
            facts["header_rows"] = len(header)
        if len(self.tables) > 1:
            facts["tables"] = len(self.tables)
        return facts

    def warnings(self) -> Iterator[tuple[str, str]]:
        """Yield the codes and the messages of what was guessed."""
        if len(self.tables) > 1:
            begins = [table.blocks[0] for table in self.tables]
            is_parted = not any(block.is_adjoining for block in begins) and len({*map(id, begins)}) == len(begins)
            how = ", with empty lines between them" * is_parted
            yield "several_tables", f"The file has {len(self.tables)} tables{how}: each is a section of its own."
        yield from self._warnings_of_names()
        yield from self._warnings_of_rows()

    def _warnings_of_names(self) -> Iterator[tuple[str, str]]:
        for table in self.tables:
            if table.has_second:
                line = self.lines[table.header_rows[0]]
                yield (
                    "reading_guess",
                    f"{len(table.header_rows)} lines are taken to name the columns, from line {line:,} on. If one "
                    "alone does, say its number with options.reading.header_row.",
                )
        for table in self.tables:
            names, most = _names_row(table), max(table.blocks[0].width, table.blocks[0].size)
            if names is not None and max(names.cells) + 1 > most:
                line = self.lines[table.header_rows[0]]
                yield (
                    "rows_short",
                    f"Line {line:,} names {max(names.cells) + 1} columns, and the lines below it have {most} cells: "
                    "the last columns are taken for empty. If a name contains the delimiter, put it in double quotes.",
                )

    def _warnings_of_rows(self) -> Iterator[tuple[str, str]]:
        if short := sum(map(short_rows, self.tables)):
            line = self.lines[next(number for table in self.tables if (number := first_short(table)))]
            what = "One line has" if short == 1 else f"{short:,} lines have"
            yield (
                "rows_short",
                f"{what} fewer cells than the table has columns, first line {line:,}: the rest is taken for empty.",
            )
        if doubtful := self._doubtful():
            line = self.lines[doubtful[0].number]
            yield (
                "notes_guessed",
                f"Lines are taken for notes below the table rather than for rows of it: first line {line:,}.",
            )
        if repeated := sum(table.repeated for table in self.tables):
            times = "once more" if repeated == 1 else f"{repeated:,} times more"
            yield (
                "header_repeated",
                f"The line that names the columns stands in the file {times}, and is left out there.",
            )
        if self.undivided_from:
            line = self.lines[self.undivided_from]
            yield (
                "reading_guess",
                f"From line {line:,} on, empty lines are not taken to part tables, for there are too many. Split the "
                "file.",
            )

    def _doubtful(self) -> list[Line]:
        """Return lines below tables that have as many cells as their rows."""
        found = [
            line
            for table in self.tables
            for line in table.notes
            if line.size == table.blocks[0].size and line.number > table.last
        ]
        return sorted(found)


def find_tables(text: CSVText, options: ReadingOptions) -> TextTables:
    """Return the tables of a text. Raises UnreadableFileError and TooLargeError."""
    refusal: UnreadableFileError | None = None
    other_way = text.quoted_otherwise()
    for other in (text,) if other_way is text else (text, other_way):
        with closing(other.reader()) as reader:
            header = _header(other, options.header_row)
            survey = TextSurvey(iter(reader), MOST_ROWS, header)
            try:
                blocks = survey.blocks()
            except csv.Error as error:
                refusal = refusal or text.refusal(error, other.lines_of([survey.count + 1])[survey.count + 1])
                continue
        finder = TableFinder(header)
        finder.read(blocks)
        tables = finder.finish()
        if tables:
            give_lines(tables, finder.lines)
        else:
            tables = [_without_rows(other, blocks)]
        found = TextTables(other, tables, survey.undivided_from)
        try:
            _refuse(found, finder, is_told=options.header_row is not None)
        except PressrunError as error:
            error.reading = found.facts()
            raise
        return found
    raise refusal or AssertionError("There is one way to quote, at least.")


def _header(text: CSVText, line: int | None) -> int | None:
    """Return the number of the record that a caller says to name the columns."""
    if not line:
        return line
    number = 0
    try:
        number = text.record_at(line)
    except csv.Error:
        return None  # which the survey tells
    if not number:
        raise UnreadableFileError(
            f"options.reading.header_row is {line}, and there is no such line with names in the file."
        )
    return number


def short_rows(table: FoundTable) -> int:
    """Return how many rows of a table have fewer cells than it has columns."""
    return sum(
        block.short_rows
        + sum(_is_short(row, block) for row in _first_rows(table, block))
        - sum(_is_short(row, block) for row in block.tail if row.number > table.last)
        for block in table.blocks
    )


def first_short(table: FoundTable) -> int:
    """Return the number of the first of them; 0 if there is none."""
    held = [row.number for block in table.blocks for row in _first_rows(table, block) if _is_short(row, block)]
    beyond = [block.first_short for block in table.blocks if 0 < block.first_short <= table.last]
    return min([*held, *beyond], default=0)


def _names_row(table: FoundTable) -> GridRow | None:
    """Return the last row that names the columns."""
    return next((row for row in table.blocks[0].head if row.number in table.header_rows[-1:]), None)


def _first_rows(table: FoundTable, block: Block) -> list[GridRow]:
    return [row for row in block.head if table.first <= row.number <= table.last and row.number not in table.skipped]


def _is_short(row: GridRow, block: Block) -> bool:
    return row.size < min(block.size, block.width)


def _refuse(found: TextTables, finder: TableFinder, *, is_told: bool) -> None:
    """Refuse what could be read in more than one way."""
    text = found.text
    if finder.too_long is not None or len(finder.lines) > MOST_LINES_OF_TEXT * (len(found.tables) + 1):
        number = finder.too_long.first if finder.too_long else finder.lines[0].number
        raise UnreadableFileError(
            f"From line {_line(text, number):,} on, more than {MOST_LINES_OF_TEXT} lines are of no table. Remove them, "
            "or separate their cells as those of the table."
        )
    if len(found.tables) > MOST_TABLES:
        line = _line(text, found.tables[-1].top)
        raise UnreadableFileError(
            f"The file has more than {MOST_TABLES} tables; the last begins in line {line:,}. Split the file, or say "
            "with options.reading.header_row where its one table begins."
        )
    for table in found.tables:
        if not is_told:
            refuse_cut_numbers(text, table)
            _refuse_narrow_names(text, table)
        _refuse_wide_rows(text, table)


def _refuse_narrow_names(text: CSVText, table: FoundTable) -> None:
    """Refuse names that are fewer than the columns below them: which of these has none cannot be told."""
    head = table.blocks[0].head
    above = next((row for row in head if row.number == table.first - 1), None)
    width = max(table.columns) + 1
    if table.has_header or above is None or not above.is_words or len(above.cells) != width - 1:
        return
    raise UnreadableFileError(
        f"Line {_line(text, above.number):,} names {width - 1} of {width} columns: the lines below it have more cells. "
        "Name each column there, or say with options.reading.header_row which line names them (0: none does)."
    )


def _refuse_wide_rows(text: CSVText, table: FoundTable) -> None:
    names = _names_row(table)
    most = max(table.blocks[0].width, names.size if names else 0)
    wide = [(row.number, max(row.cells) + 1) for block in table.blocks for row in _first_rows(table, block)]
    wide += [each for block in table.blocks for each in block.wide_rows]
    number, width = next((each for each in sorted(wide) if each[1] > most and each[0] <= table.last), (0, 0))
    if not number:
        return
    what = f"line {_line(text, names.number):,} names {most} columns" if names else f"the lines above it have {most}"
    raise UnreadableFileError(
        f"Line {_line(text, number):,} of the file has {width} cells, but {what}. If a cell contains the delimiter, "
        "put it in double quotes; if a new table begins there, put an empty line before it; if another line names the "
        "columns, say which with options.reading.header_row."
    )


def _without_rows(text: CSVText, blocks: Sequence[Block]) -> FoundTable:
    """Return the table of a text that has lines and no rows of values."""
    rows = [row for block in blocks for row in block.held()]
    wide = next((row for row in rows if len(row.cells) > 1), None)
    if wide is None:
        raise UnreadableFileError(
            "No two lines of the file have as many cells, so that no table is to be seen. Say what separates the "
            "cells with options.reading.delimiter, or which line names the columns with options.reading.header_row."
        )
    if wide is rows[0]:
        return table_of_lines(blocks, may_have_names=True)
    above = max(row.number for row in rows if row.number < wide.number)
    raise UnreadableFileError(
        f"Nothing stands below line {_line(text, wide.number):,} of the file, and it has more cells than line "
        f"{_line(text, above):,}. Name each column in the first line, or say with options.reading.header_row which "
        "line names them (0: none does)."
    )


def _line(text: CSVText, number: int) -> int:
    return text.lines_of([number])[number]
