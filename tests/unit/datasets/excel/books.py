"""Write workbooks, and look at what is found in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from reports.datasets import ReadingOptions, RowsFile, RowsFormat
from reports.datasets.source import SourceTable
from tests.reading import zipped

Rows = list[list[Any]]

Book = Any
"""A workbook that is written; the library says nothing of its types."""

BODY: Rows = [["City", "Rain", "Wind"], ["Oslo", 12.5, 3], ["Bergen", 60, 8]]


class Found:
    """What is found in a workbook."""

    def __init__(self, body: bytes, folder: Path, **options: Any) -> None:
        (folder / "a.xlsx").write_bytes(body)
        file = RowsFile(folder / "a.xlsx", RowsFormat.XLSX, options=ReadingOptions(**options))
        self.tables: tuple[SourceTable, ...] = file.tables()
        self.rows = [list(table.rows()) for table in self.tables]
        self.warnings = [str(warning["message"]) for warning in file.warnings]
        self.facts = file.reading

    @property
    def table(self) -> SourceTable:
        assert len(self.tables) == 1
        return self.tables[0]


def written(write: Callable[[Book], None], **options: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        write(book)
    return file.getvalue()


def a_sheet(rows: Sequence[Sequence[Any]], formats: dict[str, str] | None = None, **merged: str) -> bytes:
    """Write a sheet; ``formats`` are those of columns, by their letters."""

    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        of = {ord(letter) - ord("A"): book.add_format({"num_format": code}) for letter, code in (formats or {}).items()}
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    is_name = isinstance(value, str) or at == 0
                    sheet.write(at, column, value, *([] if is_name else [of.get(column)]))
        for area, text in merged.items():
            sheet.merge_range(area.replace("_", ":"), text)

    return written(write)


def changed(book: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Change the XML of a part."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    return zipped(parts)


SHEET = "xl/worksheets/sheet1.xml"


def formatted(cells: list[tuple[Any, str]]) -> bytes:
    """Write a column whose cells have formats of their own."""

    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Name", "Value"])
        for at, (value, code) in enumerate(cells, 1):
            sheet.write(at, 0, f"row {at}")
            sheet.write(at, 1, value, book.add_format({"num_format": code}))

    return written(write)
