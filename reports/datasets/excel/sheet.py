"""Read one sheet of an Excel workbook: survey its rows, and keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.datasets.excel.cells import CellReader, Formulas, area_of, row_number
from reports.datasets.excel.parts import SheetMarks
from reports.datasets.excel.row_spool import RowSpool
from reports.datasets.excel.sheet_survey import SheetSurvey
from reports.datasets.excel.workbook import Sheet, TableMark, Workbook
from reports.datasets.grid.block import Area
from reports.errors import UnreadableFileError

_MOST_COLUMNS = 16_384


@dataclass(slots=True)
class SheetContent:
    """What a sheet holds: its rows, where they stand, and what it hides of them."""

    sheet: Sheet
    reader: CellReader
    tables: list[tuple[Area, TableMark]]
    survey: SheetSurvey
    spool: RowSpool = field(default_factory=RowSpool)
    formulas: Formulas = field(default_factory=Formulas)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    """Those with something in them."""
    hidden: Sequence[int] = b""
    """A flag for each column, nothing if none is hidden."""
    is_filtered: bool = False


def read_sheet(workbook: Workbook, sheet: Sheet, reader: CellReader) -> SheetContent:
    """Read a sheet once. Raises UnreadableFileError with the row, or TooLargeError."""
    marks = SheetMarks()
    areas = [(area, mark) for mark in workbook.tables(sheet) if (area := area_of(mark.area)) is not None]
    content = SheetContent(sheet, reader, areas, SheetSurvey([area for area, _ in areas], reader.words_of))
    number, hidden = 0, bytearray()
    seen_hidden: set[int] = set()
    for raw in workbook.rows(sheet, marks):
        if not number:
            hidden = _hidden(marks.hidden_columns)
        number = row_number(raw, number)
        if not raw.cells:
            continue
        attributes = raw.attributes
        is_hidden = attributes.get("hidden", "1" if marks.rows_are_hidden else "0") in ("1", "true")
        try:
            # What is hidden need not be right.
            row = reader.read(raw, number, Formulas() if is_hidden else content.formulas, hidden, seen_hidden)
        except (ValueError, IndexError):
            raise UnreadableFileError(
                f"Row {number} of the sheet {sheet.name!r} has a cell that cannot be read. Save the workbook again."
            ) from None
        if not row.columns:
            continue
        if is_hidden:
            content.hidden_rows += 1
            content.survey.skip(number)
        else:
            content.survey.add(row)
        content.spool.add(row, is_hidden)
    content.survey.finish()
    content.merged = [area for reference in marks.merged if (area := area_of(reference)) is not None]
    content.hidden_columns, content.hidden = sorted(seen_hidden), hidden
    content.is_filtered = marks.is_filtered
    return content


def _hidden(ranges: Sequence[tuple[int, int]]) -> bytearray:
    hidden = bytearray(_MOST_COLUMNS if ranges else 0)
    for first, last in ranges:
        last = min(last, _MOST_COLUMNS - 1)
        if 0 <= first <= last:
            hidden[first : last + 1] = b"\x01" * (last + 1 - first)
    return hidden
