"""Read a text of one column: a name, and a line for each value."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from reports.datasets.source import Row, SourceTable
from reports.datasets.text.csv_text import CSVText
from reports.datasets.text.layout import Record, names_columns
from reports.errors import UnreadableFileError

_SAMPLE = 100


def one_column(text: CSVText, header_row: int | None) -> tuple[SourceTable, int]:
    """Return the table, and the line that names its column: 0 if none does. Raises UnreadableFileError."""
    sample = list(islice(_records(text), max(_SAMPLE, (header_row or 0) + 1)))
    if not sample:
        raise UnreadableFileError("The file is empty: a line with the names of the columns is needed.")
    named = _name(sample, header_row)
    name = named.cells[0].strip() if named else "Column 1"
    after = named.number if named else -1

    def rows() -> Iterator[Row]:
        return ({name: record.cells[0].strip()} for record in _records(text) if record.number > after)

    above = [record.text() for record in sample if record.number < after]
    title, subtitle = [*above, "", ""][:2]
    line = named.line if named else 0
    return SourceTable(rows, title=title, subtitle=subtitle, notes=tuple(above[2:]), header_row=line), line


def _name(sample: list[Record], header_row: int | None) -> Record | None:
    if header_row is not None:
        return next((record for record in reversed(sample) if record.line <= header_row), None) if header_row else None
    is_name, _ = names_columns(sample[0], sample[1:])
    return sample[0] if is_name else None


def _records(text: CSVText) -> Iterator[Record]:
    line = 1
    with closing(text.reader()) as reader:
        try:
            for number, cells in enumerate(reader):
                if any(cell.strip() for cell in cells):
                    yield Record(number, line, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            raise text.refusal(error, line) from None
