"""Find the tables in a text: what stands above and below them, and where one ends and the next begins."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Protocol

from reports.datasets.text.cells import Kind, kind_of
from reports.datasets.text.dialect import width_of
from reports.datasets.text.layout import Layout, Record, layout_of
from reports.errors import TooLargeError, UnreadableFileError

MOST_TABLES = 30
MOST_LINES_OF_TEXT = 50
"""Lines above, below and beside tables."""

_HEAD = 60
_FEW = 2
_WORDS_OF_SENTENCE = 4
_ROWS_OF_HEADING = 10
_RULE = "-+|:= \t#"
_CTRL_Z = ["\x1a"]


class Reader(Protocol):
    """An iterator over records that counts lines."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class Found:
    """A table in a text, which begins with the record ``layout.body`` and ends before the record ``end``.

    ``above`` are records that may be its title; ``skipped`` are records in it that are no rows. ``unnamed`` has the
    first values of each column that has no name. ``first_doubtful`` is the line of the first note that may be a row.
    ``too_wide`` is a record that no table may have, though words with their values above one may.
    """

    layout: Layout
    header: list[str]
    above: list[Record]
    head: list[Record] = field(default_factory=list)
    end: int = 0
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    repeated: int = 0
    short: int = 0
    first_short: int = 0
    unnamed: dict[int, list[str]] = field(default_factory=dict)
    first_doubtful: int = 0
    too_wide: Record | None = None
    last: deque[Record] = field(default_factory=lambda: deque(maxlen=MOST_LINES_OF_TEXT))

    def __post_init__(self) -> None:
        self.end = self.layout.body
        if self.layout.names or self.header:
            named = {at for at, name in enumerate(self.header) if name.strip()}
            self.unnamed = {at: [] for at in range(max(self.layout.raw, self.layout.width)) if at not in named}

    def continues_with(self, record: Record) -> bool:
        """Tell whether a record after an empty line is a row of this table."""
        layout = self.layout
        if width_of(record.cells) > layout.width:
            return False
        if len(record.filled()) < _FEW:
            # A single cell in the first of several columns is a line of words, as it is in a spreadsheet.
            is_row = layout.raw == _FEW or not record.cells[0].strip()
            return is_row and len(record.cells) == layout.raw
        if not layout.data_columns:
            return len(record.cells) == layout.raw or width_of(record.cells) == layout.width
        kinds = [kind_of(cell) for at, cell in enumerate(record.cells) if at in layout.data_columns]
        return Kind.WORDS not in kinds and kinds.count(Kind.NOTHING) * 2 <= len(kinds)

    def is_header(self, record: Record) -> bool:
        """Tell whether a record repeats the names of the columns."""
        return bool(self.layout.names) and record.filled() == self.layout.names[-1].filled()


class Tables:
    """The tables of a text, found by reading all of it once."""

    def __init__(self, reader: Reader, most_rows: int, header_row: int | None = None) -> None:
        self._reader = reader
        self._most = most_rows
        self._header_row = header_row
        self._number = -1
        self._line = 1
        self._is_after_gap = False
        self._texts: list[Record] = []
        self._found: list[Found] = []

    @property
    def records_read(self) -> int:
        """Return how many records were read, also where the next one could not be."""
        return self._number + 1

    @property
    def found(self) -> Sequence[Found]:
        """Return the tables that were found so far."""
        return self._found

    def find(self) -> list[Found]:
        """Return the tables, at least one. Raises UnreadableFileError, TooLargeError and csv.Error."""
        first = self._next()
        while first is not None:
            first = self._part(first)
        for table in self._found:
            if table.too_wide is not None:
                _refuse_wide(table, table.too_wide)
            _set_notes_apart(table)
        if not self._found:
            raise UnreadableFileError(
                "No two lines of the file have as many cells, so that no table is to be seen. Say what separates the "
                "cells with options.reading.delimiter, or which line names the columns with options.reading.header_row."
            )
        self._note_below(self._found[-1], self._texts)
        return self._found

    def _note_below(self, table: Found, records: Sequence[Record]) -> None:
        table.notes += [record.text() for record in records]
        doubtful = [record.line for record in records if len(record.cells) == table.layout.raw]
        table.first_doubtful = min([*filter(None, [table.first_doubtful]), *doubtful], default=0)

    def _next(self) -> Record | None:
        """Return the next record that holds something."""
        self._is_after_gap = False
        for cells in self._reader:
            self._number += 1
            line, self._line = self._line, self._reader.line_num + 1
            if any(cell.strip() for cell in cells) and cells != _CTRL_Z:
                return Record(self._number, line, cells)
            self._is_after_gap = True
        return None

    def _part(self, first: Record) -> Record | None:
        """Read what stands between empty lines, and return the record that begins what comes after them."""
        head, following = self._head(first)
        layout = None if self._found and _are_remarks(head) else self._layout(head)
        if layout is None or (self._found and len(head) == 1 and layout.width <= self._found[-1].layout.width):
            self._texts += head
            if len(self._texts) > MOST_LINES_OF_TEXT and self._found:
                raise UnreadableFileError(
                    f"From line {self._texts[0].line:,} on, more than {MOST_LINES_OF_TEXT} lines are not of the table "
                    "above them. Remove them, or separate their cells as those of the table."
                )
            return following
        table = self._table(head, layout)
        for record in head:
            if record.number >= layout.body:
                self._take(table, record)
        if following is not None and (not self._is_after_gap or self._goes_on(table, following)):
            self._take(table, following)
            return self._rows(table)
        return following

    def _head(self, first: Record) -> tuple[list[Record], Record | None]:
        """Return the first records up to an empty line, and the record after them."""
        head = [first]
        while (record := self._next()) is not None:
            if self._is_after_gap and self._header_row is None:
                break
            if len(head) >= _HEAD and head[-1].line >= (self._header_row or 0):
                break
            head.append(record)
        return head, record

    def _layout(self, head: Sequence[Record]) -> Layout | None:
        if not self._header_row:
            return layout_of(head, has_names=None if self._header_row is None else False)
        at = next((at for at, after in enumerate(head[1:]) if after.line > self._header_row), len(head) - 1)
        if head[at].line > self._header_row or self._line <= self._header_row:
            raise UnreadableFileError(
                f"options.reading.header_row is {self._header_row}, and there is no such line with names in the file."
            )
        names = head[at]
        width = max(width_of(record.cells) for record in head[at:])
        raw = max(len(record.cells) for record in head[at:])
        return Layout(head[:at], [names], names.number + 1, width, raw)

    def _table(self, head: Sequence[Record], layout: Layout) -> Found:
        while self._found and _is_heading(self._found[-1], layout):
            heading = self._found.pop()
            self._texts = [*heading.above, *heading.head, *self._texts]
        before = self._found[-1] if self._found else None
        above, header = [*self._texts, *layout.above], layout.header()
        above = [record for record in above if not _is_rule(record)]
        self._texts = []
        if before is not None:
            if not layout.names and before.header and layout.width <= before.layout.width:
                # Rows of the same columns, below a line of their own.
                header, layout = before.header, replace(layout, width=before.layout.width)
            self._note_below(before, [record for record in above if _is_sentence(record)])
            above = [record for record in above if not _is_sentence(record)]
        self._found.append(Found(layout, header, above, [*head[len(layout.above) :]]))
        if len(self._found) > MOST_TABLES:
            raise UnreadableFileError(
                f"The file has more than {MOST_TABLES} tables with empty lines between them; the last begins in line "
                f"{head[0].line:,}. Split the file, or say with options.reading.header_row where its one table begins."
            )
        return self._found[-1]

    def _rows(self, table: Found) -> Record | None:
        """Read rows, and return the first record after them that is none."""
        while (record := self._next_but_plain_rows(table)) is not None:
            if self._is_after_gap and not self._goes_on(table, record):
                return record
            self._take(table, record)
        return None

    def _goes_on(self, table: Found, record: Record) -> bool:
        return self._header_row is not None or table.is_header(record) or table.continues_with(record)

    def _next_but_plain_rows(self, table: Found) -> Record | None:
        """Return the next record that asks for a closer look: most are rows as all are."""
        raw, reader, number = table.layout.raw, self._reader, self._number
        named = [at for at, name in enumerate(table.header) if name.strip() and at < raw] or [0]
        first, last = named[0], named[-1]
        name = table.header[first] if table.header else None
        watched = [at for at, values in table.unnamed.items() if at < raw and len(values) < MOST_LINES_OF_TEXT]
        unnamed = itemgetter(*watched, watched[0]) if watched else None
        try:
            for cells in reader:
                number += 1
                if (
                    len(cells) != raw
                    or not (cells[first] or cells[last])
                    or cells[first] == name
                    or (unnamed is not None and any(unnamed(cells)))
                ):
                    break
            else:
                number += 1
                cells = []
        except csv.Error:
            self._number = number
            raise
        plain = number - self._number - 1
        table.rows += plain
        self._check(table)
        if plain:
            table.end = number
        self._number = number
        line, self._line = self._line if not plain else reader.line_num, reader.line_num + 1
        if any(cell.strip() for cell in cells) and cells != _CTRL_Z:
            self._is_after_gap = False
            return Record(number, line, cells)
        record = self._next()
        self._is_after_gap = True
        return record

    def _check(self, table: Found) -> None:
        if table.rows > self._most:
            raise TooLargeError(
                f"The file has more than {self._most:,} rows, the most that one report may have. Split it.",
                max_rows=self._most,
            )

    def _take(self, table: Found, record: Record) -> None:
        """Take a record as a row, or as a line that is none."""
        table.end = record.number + 1
        cells, layout = record.cells, table.layout
        if table.is_header(record):
            table.skipped.add(record.number)
            table.repeated += 1
            return
        size = len(cells)
        is_short = size < min(layout.raw, layout.width)
        if _is_rule(record):
            table.skipped.add(record.number)
            return
        if is_short and cells[0].lstrip().startswith("#") and len(record.filled()) == 1:
            table.skipped.add(record.number)
            table.notes.append(record.text())
            return
        table.rows += 1
        if is_short:
            table.short += 1
            table.first_short = table.first_short or record.line
        if is_short or len(record.filled()) == 1:
            table.last.append(record)
        if width_of(cells) > max(layout.width, len(layout.names[-1].cells) if layout.names else 0):
            if layout.width != _FEW or table.rows > _ROWS_OF_HEADING:
                _refuse_wide(table, record)
            table.too_wide = table.too_wide or record
        for at, values in table.unnamed.items():
            if at < size and (text := cells[at].strip()) and len(values) < MOST_LINES_OF_TEXT:
                values.append(text)


def _refuse_wide(table: Found, record: Record) -> None:
    names, width = table.layout.names, table.layout.width
    what = f"line {names[-1].line:,} names {width} columns" if names else f"the lines above it have {width}"
    raise UnreadableFileError(
        f"Line {record.line:,} of the file has {width_of(record.cells)} cells, but {what}. If a cell contains the "
        "delimiter, put it in double quotes; if a new table begins there, put an empty line before it; if another line "
        "names the columns, say which with options.reading.header_row."
    )


def _is_heading(table: Found, following: Layout) -> bool:
    """Tell whether what was taken for a table is only some words with their values, above the first one."""
    layout = table.layout
    if layout.width != _FEW or table.rows > _ROWS_OF_HEADING or following.width < layout.width:
        return False
    if following.width == layout.width:
        return table.rows == 0 and following.is_sure
    return table.rows <= 1 or not (layout.data_columns and layout.is_sure)


def _is_rule(record: Record) -> bool:
    """Tell whether a line is drawn: ``|---|--:|`` or ``+----+----+``, as databases and wikis write tables."""
    filled = record.filled()
    return all("--" in text or "==" in text for text in filled) and not "".join(filled).strip(_RULE)


def _are_remarks(records: Sequence[Record]) -> bool:
    """Tell whether lines below a table are remarks, of which one may have a delimiter in it."""
    return (
        _is_sentence(records[0])
        and len(records[0].filled()) == 1
        and sum(len(record.filled()) > 1 for record in records) == 1
    )


def _is_sentence(record: Record) -> bool:
    """Tell whether a line is a remark rather than a title."""
    text = record.text()
    return len(text.split()) >= 2 * _WORDS_OF_SENTENCE or text.endswith(".") or text.startswith(("*", "("))


def _set_notes_apart(table: Found) -> None:
    """Take the last lines of a table for notes, if they are too short to be rows."""
    while table.last and table.last[-1].number == table.end - 1 and table.rows > 1:
        record = table.last.pop()
        is_short = len(record.cells) < min(table.layout.raw, table.layout.width)
        words = len(record.cells[0].split())
        if len(record.filled()) > 1 or words < (_FEW if is_short else _WORDS_OF_SENTENCE):
            return
        table.end = record.number
        table.rows -= 1
        table.short -= is_short
        table.notes.insert(0, record.text())
        table.first_doubtful = 0 if is_short else record.line


def columns_of(table: Found) -> tuple[list[int], list[str]]:
    """Return the columns of a table that have a name or values, and notes that stand beside the table."""
    size = max(table.layout.width, len(table.header))
    kept: list[int] = []
    notes: list[str] = []
    is_apart = False
    for at in range(size if table.header or table.layout.names else table.layout.width):
        values = table.unnamed.get(at)
        if values is None:
            kept.append(at)
        elif values and is_apart and len(values) <= max(_FEW, table.rows // 50):
            notes += values
        elif values:
            kept.append(at)
        is_apart = values == []
    return kept, notes
