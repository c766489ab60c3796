"""Read the rows of a file: parsed anew by each iteration, checked by the first, and never held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from reports.catalog.row_schema import RowSchema
from reports.datasets.options import INFER_ALL, ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable, Warning
from reports.errors import TooLargeError

# As many as a spreadsheet has.
MAX_ROWS = 1_048_576

_LEFT_OUT = "tables_left_out"


class RowsFormat(StrEnum):
    """Name how rows are written in a file."""

    CSV = "csv"
    JSON_LINES = "json_lines"
    JSON_LIST = "json_list"
    JSON_OBJECT = "json_object"
    XLSX = "xlsx"


def _reader_of(file_format: RowsFormat) -> Callable[[Path, ReadingOptions], SourceFile]:
    """Return what reads files of a format, loaded at need: readers know of understanding, and that of rows."""
    from reports.datasets import csv_rows, excel, json_rows

    return {
        RowsFormat.CSV: csv_rows.read_csv,
        RowsFormat.JSON_LINES: json_rows.read_json_lines,
        RowsFormat.JSON_LIST: json_rows.read_json_list,
        RowsFormat.JSON_OBJECT: json_rows.read_json_object,
        RowsFormat.XLSX: excel.read_xlsx,
    }[file_format]


class RowsFile:
    """The rows of a file; they can be pickled, and be read in another process.

    Iterating raises UnreadableFileError with the place in the file, TooLargeError, and InvalidDataError for rows that
    break the schema. The first iteration that gets to the end has checked all rows; later ones only parse.
    """

    def __init__(
        self,
        path: Path,
        file_format: RowsFormat,
        schema: RowSchema | None = None,
        *,
        max_rows: int | None = None,
        options: ReadingOptions = INFER_ALL,
        remarks: tuple[Warning, ...] = (),
    ) -> None:
        self.path = path
        self.format = file_format
        self.schema = schema
        self.max_rows = MAX_ROWS if max_rows is None else max_rows
        self.options = options
        self.remarks = remarks
        self.reading: Mapping[str, Any] = {}
        self.warnings: tuple[Mapping[str, Any], ...] = remarks
        self._tables: tuple[SourceTable, ...] | None = None

    def checked_by(self, schema: RowSchema) -> RowsFile:
        """Return the same rows, held to a schema."""
        return self._with(schema=schema)

    def at(self, path: Path) -> RowsFile:
        """Return the same rows, read from another place."""
        return self._with(path=path)

    def at_most(self, rows: int) -> RowsFile:
        """Return the same rows, held to a number that may be lower than what all files are held to."""
        return self._with(max_rows=min(rows, self.max_rows))

    def within(self, key: str, remarks: tuple[Warning, ...] = ()) -> RowsFile:
        """Return the rows that an object has under a key, with what is to be said of the rest of it."""
        return self._with(options=replace(self.options, within=key), remarks=remarks)

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the file's tables, at least one. Raises UnreadableFileError or TooLargeError."""
        if self._tables is None:
            found = _reader_of(self.format)(self.path, self.options)
            self.reading, self.warnings = found.facts, (*self.remarks, *found.warnings)
            self._tables = tuple(
                replace(table, rows=_CheckedOnce(table.rows, self.schema, self.max_rows)) for table in found.tables
            )
        return self._tables

    def __iter__(self) -> Iterator[Row]:
        first, *others = self.tables()
        if others and not any(each["code"] == _LEFT_OUT for each in self.warnings):
            count = len(others)
            what = "One more table of the file is" if count == 1 else f"{count} more tables of the file are"
            self.warnings += ({"code": _LEFT_OUT, "message": f"{what} left out: the template takes the first one."},)
        return iter(first.rows())

    def _with(self, **changes: Any) -> RowsFile:
        same = {
            "path": self.path, "schema": self.schema, "max_rows": self.max_rows, "options": self.options,
            "remarks": self.remarks,
        }  # fmt: skip
        return RowsFile(file_format=self.format, **{**same, **changes})

    def __reduce__(self) -> tuple[Any, ...]:
        # What was found reads by functions, which cannot be pickled.
        return _unpickled, (self.path, self.format, self.schema, self.max_rows, self.options, self.remarks)


class RowsList:
    """Rows that came with a request."""

    def __init__(self, rows: Iterable[Row], options: ReadingOptions = INFER_ALL) -> None:
        self._rows = rows
        self.options = options
        self.reading: Mapping[str, Any] = {}
        self.warnings: tuple[Mapping[str, Any], ...] = ()

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the one table that the rows are."""
        return (SourceTable(rows=lambda: iter(self._rows), is_nested=True),)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


Rows = RowsFile | RowsList
"""Rows whose columns can be understood: ``reading`` is what was inferred so far, ``warnings`` are the guesses in it."""


def _unpickled(
    path: Path,
    file_format: RowsFormat,
    schema: RowSchema | None,
    max_rows: int,
    options: ReadingOptions,
    remarks: tuple[Warning, ...],
) -> RowsFile:
    return RowsFile(path, file_format, schema, max_rows=max_rows, options=options, remarks=remarks)


class _CheckedOnce:
    """Read rows, and check them until they were all read once."""

    def __init__(self, rows: Callable[[], Iterator[Row]], schema: RowSchema | None, most: int) -> None:
        self._rows = rows
        self._schema = schema
        self._most = most
        self._are_checked = False

    def __call__(self) -> Iterator[Row]:
        return self._rows() if self._are_checked else self._first_time()

    def _first_time(self) -> Iterator[Row]:
        limited = _limited(self._rows(), self._most)
        yield from limited if self._schema is None else self._schema.checked(limited)
        self._are_checked = True


def _limited(rows: Iterator[Row], most: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == most:
            raise TooLargeError(
                f"The file has more than {most:,} rows, the most that one report may have. Split it.",
                max_rows=most,
            )
        yield row
