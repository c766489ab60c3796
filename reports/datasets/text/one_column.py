"""Read a text of one column: a name, and a line for each value."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice

from reports.datasets.grid.cell import Cell, kind_of
from reports.datasets.grid.header import names_columns
from reports.datasets.source import Row, SourceTable
from reports.datasets.text.csv_text import CSVText
from reports.errors import UnreadableFileError

_SAMPLE = 100


def one_column(text: CSVText, header_row: int | None) -> tuple[SourceTable, int]:
    """Return the table, and the line that names its column: 0 if none does. Raises UnreadableFileError."""
    sample = list(islice(_lines(text), max(_SAMPLE, (header_row or 0) + 1)))
    if not sample:
        raise UnreadableFileError("The file is empty: a line with the names of the columns is needed.")
    named, name = _name(sample, header_row)

    def rows() -> Iterator[Row]:
        return ({name: value} for line, value in _lines(text) if line > named)

    above = [value for line, value in sample if line < named]
    title, subtitle = [*above, "", ""][:2]
    return SourceTable(rows, title=title, subtitle=subtitle, notes=tuple(above[2:]), header_row=named), named


def _name(sample: Sequence[tuple[int, str]], header_row: int | None) -> tuple[int, str]:
    """Return the line that names the column, and its name."""
    none = 0, "Column 1"
    if header_row is not None:
        return next((each for each in reversed(sample) if each[0] <= header_row), none)
    first, *below = [{0: Cell(kind_of(value), value)} for _, value in sample]
    return sample[0] if names_columns(first, below)[0] else none


def _lines(text: CSVText) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, with their numbers from 1 on."""
    line = 1
    with closing(text.reader()) as reader:
        try:
            for cells in reader:
                if cells and (value := cells[0].strip()):
                    yield line, value
                line = reader.line_num + 1
        except csv.Error as error:
            raise text.refusal(error, line) from None
