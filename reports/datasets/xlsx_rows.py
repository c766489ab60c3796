"""Read the first sheet of an Excel workbook (.xlsx)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from reports.datasets.columns import column_names
from reports.errors import TooLargeError, UnreadableFileError

# What a workbook may unpack to. calamine holds a sheet's cells, of some 60 bytes each, and no text of it twice.
_MOST_UNPACKED_BYTES = 2**30


def xlsx_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a sheet's rows below the first that is not empty, which names the columns; empty rows are left out.

    Cells are numbers, booleans, text without the spaces around it, days and times in ISO 8601; None when empty, or
    when Excel could not compute them. Raises UnreadableFileError with the sheet and the row, or TooLargeError.
    """
    sheet, cells = _first_sheet(path)
    header: list[str] | None = None
    for number, row in enumerate(cells, 1):
        values = [_value(cell) for cell in row]
        if all(value is None for value in values):
            continue
        if header is None:
            # What stands to the right of the last name has none.
            header = column_names(["" if value is None else str(value) for value in _without_empty_end(values)])
            continue
        surplus = next((value for value in values[len(header) :] if value is not None), None)
        if surplus is not None:
            raise UnreadableFileError(
                f"Row {number} of the sheet {sheet!r} has more cells than the {len(header)} columns that its first row "
                "names. Name each column there."
            )
        yield dict(zip(header, values, strict=False))
    if header is None:
        raise UnreadableFileError(f"The sheet {sheet!r} is empty: a row with the names of the columns is needed.")


def _first_sheet(path: Path) -> tuple[str, Iterator[list[Any]]]:
    """Return the name and the rows of the first sheet that is a table, counted from the sheet's own first row."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    _refuse_bombs(path)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            if not names:
                raise UnreadableFileError("The workbook has no sheet with cells.")
            return names[0], workbook.get_sheet_by_name(names[0]).iter_rows()
    except PasswordError:
        raise UnreadableFileError("The workbook needs a password. Save it without one.") from None
    except CalamineError as error:
        raise UnreadableFileError(
            f"The workbook cannot be read ({error}). Open it in Excel, and save it again."
        ) from None


def _refuse_bombs(path: Path) -> None:
    """Refuse what says that it unpacks to too much. What lies about it meets the memory limit of the process."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise UnreadableFileError(
            "The file is named like an Excel workbook, but is none, or is encrypted. Save it as .xlsx, or as .csv."
        ) from None
    if size > _MOST_UNPACKED_BYTES:
        raise TooLargeError(
            f"The workbook unpacks to {size:,} bytes, and may to {_MOST_UNPACKED_BYTES:,}. Save it as CSV.",
            size=size,
            max_bytes=_MOST_UNPACKED_BYTES,
        )


def _value(cell: Any) -> str | int | float | bool | None:
    # The types in the order of how many cells have them.
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float):
        # Excel has no whole numbers: 7 comes as 7.0.
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if cell is None or isinstance(cell, bool | int):
        return cell
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _without_empty_end(values: list[Any]) -> list[Any]:
    end = next((n for n in range(len(values), 0, -1) if values[n - 1] is not None), 0)
    return values[:end]
