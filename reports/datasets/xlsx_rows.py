"""Read the first sheet of an Excel workbook (.xlsx), row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import TypeVar

from reports.datasets.columns import column_names
from reports.datasets.options import ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable
from reports.datasets.xlsx_parts import RawRow
from reports.datasets.xlsx_workbook import Format, Workbook
from reports.errors import UnreadableFileError

_Item = TypeVar("_Item")
Value = str | int | float | bool | None

_MOST_COLUMNS = 16_384  # Excel's own limit
_LARGEST_WHOLE = 10**15
_LONGEST_ROW_NUMBER = 7
_MOST_KNOWN_MOMENTS = 5000


def read_xlsx(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the tables of a workbook: their rows are those below the first that is not empty, which names the columns.

    Cells are numbers, booleans, text without the spaces around it, days and times in ISO 8601; None when empty, or
    when Excel could not compute them. Raises UnreadableFileError with the sheet and the row, or TooLargeError.
    """
    del options
    return SourceFile((SourceTable(lambda: _rows(path)),), {"format": "xlsx"})


def _rows(path: Path) -> Iterator[Row]:
    with Workbook.open(path) as workbook:
        sheet = workbook.sheet.name
        cells = _Cells(workbook)
        names: list[str] | None = None
        number = 0
        for row in workbook.rows():
            number = _row_number(row, number)
            try:
                values = cells.values_of(row)
            except (ValueError, IndexError):
                raise UnreadableFileError(
                    f"Row {number} of the sheet {sheet!r} has a cell that cannot be read. Save the workbook again."
                ) from None
            if not values:
                continue
            if names is None:
                names = column_names(["" if value is None else str(value) for value in values])
                continue
            if len(values) > len(names):
                raise UnreadableFileError(
                    f"Row {number} of the sheet {sheet!r} has more cells than the {len(names)} columns that its first "
                    "row names. Name each column there."
                )
            values += [None] * (len(names) - len(values))
            yield dict(zip(names, values, strict=True))
        if names is None:
            raise UnreadableFileError(f"The sheet {sheet!r} is empty: a row with the names of the columns is needed.")


class _Cells:
    """Read the cells of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._texts = [text.strip() or None for text in workbook.texts()]
        self._formats = workbook.formats()
        # A sheet has far fewer days than rows, and each takes its time to write.
        self._moments: dict[tuple[float, Format], str | float] = {}
        self._zero = datetime(1904, 1, 1) if workbook.counts_from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        # Excel takes 1900 for a leap year, so its days before that 29 February are one off.
        self._first_true_day = 0 if workbook.counts_from_1904 else 61

    def values_of(self, row: RawRow) -> list[Value]:
        """Return a row's values up to its last one. Raises ValueError or IndexError for what no Excel writes."""
        values: list[Value] = []
        at = -1
        for attributes, content in row.cells:
            reference = attributes.get("r")
            # A cell that does not say where it stands does so behind the one before.
            at = at + 1 if reference is None else _column(reference.rstrip("0123456789"))
            value = None if content is None else self._value(attributes, content)
            if value is None:
                continue
            if at != len(values):
                if not len(values) < at < _MOST_COLUMNS:
                    raise ValueError("cells out of order, or beyond the last column")
                values += [None] * (at - len(values))
            values.append(value)
        return values

    def _value(self, attributes: Mapping[str, str], content: str) -> Value:
        kind = attributes.get("t", "n")
        if kind == "s":
            return _at(self._texts, content)
        if kind == "b":
            return content == "1"
        if kind == "e":
            return None
        if kind != "n":
            return content.strip() or None  # text in its place, a formula's text, or a time in ISO 8601
        number = float(content)
        if not isfinite(number):
            raise ValueError("no number that Excel knows")
        style = attributes.get("s")
        form = Format.NUMBER if style is None else _at(self._formats, style)
        if form is Format.NUMBER:
            # Excel has no whole numbers: 7 may come as 7.0.
            return int(number) if number.is_integer() and abs(number) < _LARGEST_WHOLE else number
        moment = self._moments.get((number, form))
        if moment is None:
            if len(self._moments) == _MOST_KNOWN_MOMENTS:
                self._moments.clear()
            moment = self._moments[number, form] = self._moment(number, form)
        return moment

    def _moment(self, days: float, form: Format) -> str | float:
        """Write a day, a time or a span, which Excel keeps as a number of days; as it is when it is none of these."""
        try:
            span = timedelta(milliseconds=round(days * 86_400_000))
            if form is Format.ELAPSED:
                return str(span)
            if 0 <= days < 1 and form is Format.TIME:
                return (self._zero + span).time().isoformat()
            moment = self._zero + span + timedelta(days=days < self._first_true_day)
        except (OverflowError, ValueError):
            return days
        return moment.date().isoformat() if form is Format.DAY and days.is_integer() else moment.isoformat()


def _at(items: Sequence[_Item], index: str) -> _Item:
    """Return an item. Raises ValueError or IndexError, also for an index that would count from the end."""
    at = int(index)
    if at < 0:
        raise IndexError("an index below zero")
    return items[at]


def _row_number(row: RawRow, before: int) -> int:
    text = row.attributes.get("r", "")
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_ROW_NUMBER else before + 1


@lru_cache(maxsize=4096)
def _column(letters: str) -> int:
    """Return the index of a column: 0 of A, 27 of AB. Raises ValueError for what is none."""
    index = 0
    for letter in letters:
        index = index * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
        if index > _MOST_COLUMNS:
            raise ValueError("beyond the last column")
    if index == 0:
        raise ValueError("no column")
    return index - 1
