"""Be the rows of a file: parsed anew by each iteration, checked by the first, and never held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from reports.catalog.row_schema import RowSchema
from reports.datasets.csv_rows import csv_rows
from reports.datasets.json_rows import json_lines_rows, json_list_rows
from reports.datasets.xlsx_rows import xlsx_rows
from reports.errors import TooLargeError

# As many as a spreadsheet has.
MAX_ROWS = 1_048_576

Row = dict[str, Any]


class RowsFormat(StrEnum):
    """Name how rows are written in a file."""

    CSV = "csv"
    JSON_LINES = "json_lines"
    JSON_LIST = "json_list"
    XLSX = "xlsx"


_READERS: Mapping[RowsFormat, Callable[[Path], Iterator[Row]]] = {
    RowsFormat.CSV: csv_rows,
    RowsFormat.JSON_LINES: json_lines_rows,
    RowsFormat.JSON_LIST: json_list_rows,
    RowsFormat.XLSX: xlsx_rows,
}


class RowsFile:
    """An iterable of a file's rows that starts over each time; it can be pickled, and be read in another process.

    Iterating raises UnreadableFileError with the place in the file, TooLargeError, and InvalidDataError for rows that
    break the schema. The first iteration that gets to the end has checked all rows; later ones only parse.
    """

    def __init__(
        self, path: Path, file_format: RowsFormat, schema: RowSchema | None = None, *, max_rows: int | None = None
    ) -> None:
        self.path = path
        self.format = file_format
        self.schema = schema
        self.max_rows = MAX_ROWS if max_rows is None else max_rows
        self.count: int | None = None
        """How many rows there are, once an iteration has got to the end."""

    def checked_by(self, schema: RowSchema) -> RowsFile:
        """Return the same rows, held to a schema."""
        return RowsFile(self.path, self.format, schema, max_rows=self.max_rows)

    def at(self, path: Path) -> RowsFile:
        """Return the same rows, read from another place."""
        moved = RowsFile(path, self.format, self.schema, max_rows=self.max_rows)
        moved.count = self.count
        return moved

    def at_most(self, rows: int) -> RowsFile:
        """Return the same rows, held to a number that may be lower than what all files are held to."""
        return RowsFile(self.path, self.format, self.schema, max_rows=min(rows, self.max_rows))

    def __iter__(self) -> Iterator[Row]:
        rows = _READERS[self.format](self.path)
        return self._first_time(rows) if self.count is None else rows

    def _first_time(self, rows: Iterator[Row]) -> Iterator[Row]:
        number = 0
        limited = _limited(rows, self.max_rows)
        for row in limited if self.schema is None else self.schema.checked(limited):
            number += 1
            yield row
        self.count = number


def _limited(rows: Iterator[Row], most: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == most:
            raise TooLargeError(
                f"The file has more than {most:,} rows, the most that one report may have. Split it.",
                max_rows=most,
            )
        yield row
