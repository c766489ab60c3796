"""Find the rows that name the columns of a block of cells, and the lines above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from reports.datasets.excel.sheet_survey import Area

# A table whose columns are named in more rows than that is rare; so is one below more lines.
_MOST_HEADER_ROWS = 3
_MOST_ROWS_ABOVE = 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class CellClass(StrEnum):
    """What a cell holds, as far as it tells names of columns from values."""

    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    """A whole number that may be a year, in no format of its own."""
    DAY = "day"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of one of a block's first rows: its class, its text as Excel shows it, and a number that orders it."""

    kind: CellClass
    text: str
    order: float = 0


HeadRow = Mapping[int, HeadCell]
"""The cells of a row, by their columns."""


@dataclass(slots=True)
class Header:
    """The names of a block's columns, the rows in which they are, and the rows above that are no part of the table."""

    names: dict[int, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    """Rows by their place among the block's first rows."""


def find_header(rows: Sequence[HeadRow], numbers: Sequence[int], merged: Sequence[Area], forced: int | None) -> Header:
    """Return the header of a block by its first rows and their numbers; ``forced`` is the place of a given row."""
    if not rows:
        return Header()
    spans = _Spans(merged, numbers)
    filled = [spans.filled(place, row) for place, row in enumerate(rows)]
    first = forced if forced is not None else _first_of_table(rows, filled)
    header = Header(above=list(range(first)))
    if forced is None and not _is_header(filled, first):
        return header
    header.rows = [first]
    while len(header.rows) < _MOST_HEADER_ROWS and _goes_on(rows, filled, header.rows, spans):
        header.rows.append(header.rows[-1] + 1)
    header.names = _names([filled[place] for place in header.rows])
    return header


def _first_of_table(rows: Sequence[HeadRow], filled: Sequence[HeadRow]) -> int:
    """Return the first row that is as wide as the table: those above are lines such as a title."""
    width = max(map(len, rows))
    if not any(cell.kind is CellClass.TEXT for cell in rows[0].values()):
        return 0  # a number alone is no title
    first = next(
        (place for place, row in enumerate(rows) if len(row) > 1 and len(filled[place]) > width / 2),
        0,
    )
    if width == 1 or len(filled[first]) >= width or not _all_text(rows[first]):
        return first
    # A line of two words may stand above a header of three.
    for place in range(first + 1, min(first + _MOST_ROWS_ABOVE, len(rows) - 1)):
        if len(rows[place]) == width:
            is_header = _all_text(rows[place]) and not _all_text(rows[place + 1]) and not _heads(filled, first)
            return place if is_header else first
        if len(rows[place]) > len(rows[first]):
            return first
    return first


def _heads(filled: Sequence[HeadRow], place: int) -> bool:
    """Tell whether a row leaves its first column to the row below, as the upper one of two header rows does."""
    below = filled[place + 1]
    return min(filled[place]) > min(below) or not filled[place].keys() <= below.keys()


def _is_header(filled: Sequence[HeadRow], place: int) -> bool:
    row = filled[place]
    others = {column: cell for column, cell in row.items() if cell.kind is not CellClass.TEXT}
    if not others:
        return True
    if any(cell.kind not in (CellClass.DAY, CellClass.YEAR, CellClass.NUMBER) for cell in others.values()):
        return False
    cells = list(others.values())
    if len(cells) == 1 and len(row) == 1:
        return False
    if any(before.order >= after.order for before, after in pairwise(cells)):
        return False
    if len(cells) == len(row) and cells[0].kind is CellClass.NUMBER:
        return False
    if all(cell.kind is CellClass.NUMBER for cell in cells) and [cell.order for cell in cells] != [
        float(number) for number in range(1, len(cells) + 1)
    ]:
        return False
    # Years and days in the rows below are values, and so are those in this one.
    below = filled[place + 1 : place + 1 + _MOST_ROWS_ABOVE]
    return not any(
        (later := following.get(column)) is not None and later.kind is cell.kind
        for following in below
        for column, cell in others.items()
        if cell.kind is not CellClass.NUMBER
    )


def _goes_on(rows: Sequence[HeadRow], filled: Sequence[HeadRow], so_far: Sequence[int], spans: _Spans) -> bool:
    """Tell whether the row below names columns, too: those that one name above is over, or that have none yet."""
    last = so_far[-1]
    if last + 1 >= len(rows) or not rows[last + 1] or not _all_names(rows[last + 1]):
        return False
    below = rows[last + 1]
    if all(cell.text[:1] + cell.text[-1:] in ("()", "[]") for cell in below.values()):
        return True  # units
    has_values = last + 2 < len(rows) and not _all_names(rows[last + 2])
    wide = spans.wide_columns(last)
    if wide or spans.is_tall(last):
        return has_values or below.keys() <= wide
    is_wider = len(below) > len(filled[last])
    return is_wider and has_values and (_heads(filled, last) or min(below) > min(filled[last]))


def _names(rows: Sequence[HeadRow]) -> dict[int, str]:
    """Join what stands above one another; a name without a cell below it is over those up to the next."""
    columns = sorted({column for row in rows for column in row})
    names: dict[int, list[str]] = {column: [] for column in columns}
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        text = ""
        for column in columns:
            cell = row.get(column)
            if cell is not None:
                text = cell.text
            elif is_last or not any(column in later for later in rows[number + 1 :]):
                continue
            if text and (not names[column] or names[column][-1] != text):
                names[column].append(text)
    return {column: " / ".join(parts) for column, parts in names.items()}


def _all_text(row: HeadRow) -> bool:
    return all(cell.kind is CellClass.TEXT for cell in row.values())


def _all_names(row: HeadRow) -> bool:
    return all(cell.kind in (CellClass.TEXT, CellClass.DAY, CellClass.YEAR) for cell in row.values()) and any(
        cell.kind is CellClass.TEXT for cell in row.values()
    )


def class_of_number(number: float, is_day: bool, is_general: bool) -> CellClass:
    """Return the class of a number."""
    if is_day:
        return CellClass.DAY
    is_year = is_general and _FIRST_YEAR <= number <= _LAST_YEAR and float(number).is_integer()
    return CellClass.YEAR if is_year else CellClass.NUMBER


class _Spans:
    """The merged areas of a block's first rows."""

    def __init__(self, merged: Sequence[Area], numbers: Sequence[int]) -> None:
        place_of = {number: place for place, number in enumerate(numbers)}
        self._of_row: dict[int, list[Area]] = {}
        for area in merged:
            place = place_of.get(area[0])
            if place is not None:
                self._of_row.setdefault(place, []).append(area)

    def filled(self, place: int, row: HeadRow) -> HeadRow:
        """Return a row with the cells that its merged ones are over, unless it is one cell over all."""
        wide = [area for area in self._of_row.get(place, ()) if area[3] > area[1] and area[1] in row]
        if not wide or len(row) == 1:
            return row
        cells, at = dict(row), -1
        for _, left, _, right in sorted(wide):
            # What is merged does not overlap, so each column is looked at once.
            for column in range(max(left, at) + 1, right + 1):
                cells.setdefault(column, row[left])
            at = max(at, right)
        return dict(sorted(cells.items()))

    def wide_columns(self, place: int) -> set[int]:
        """Return the columns of a row that stand under a cell over several of them."""
        columns: set[int] = set()
        at = -1
        for _, left, _, right in sorted(self._of_row.get(place, ())):
            if right > left:
                columns.update(range(max(left, at + 1), right + 1))
                at = max(at, right)
        return columns

    def is_tall(self, place: int) -> bool:
        """Tell whether a row has a cell that is over the row below, too."""
        return any(bottom > top for top, _, bottom, _ in self._of_row.get(place, ()))
