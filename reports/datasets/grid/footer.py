"""Find the lines below a table that no empty row parts from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from reports.datasets.grid.cell import DATA, Cell, GridRow, Kind, Line
from reports.datasets.grid.found import FoundTable
from reports.datasets.understanding.cell_text import plain, shape_of
from reports.datasets.understanding.number_shape import COMMA, POINT, canonical_number, number_shape
from reports.datasets.understanding.words import names_a_part, names_the_sum, speaks_of_a_bill

_FEWEST_ROWS = 3
_MOST_LINES = 12
_LONG = 20
_WORDS_OF_LINE = 4
_MARKS_OF_NOTES = ("*", "\u2020", "\u2021", "(", "[", "#", "\u00b9")


def cut_footer(table: FoundTable) -> None:
    """Take lines of one text, and the sums of a bill, at the end of a table for what they are."""
    rows = [row for block in table.blocks for row in block.held() if row.number <= table.last]
    if len(table.columns) < 2 or len(rows) < _FEWEST_ROWS:
        return
    values, size = [row for row in rows if row.number >= table.first], table.blocks[0].size
    footer: list[GridRow] = []
    for row in reversed(rows):
        if row.number <= table.first or len(footer) == _MOST_LINES or not _is_line(row, values, size):
            break
        footer.append(row)
    before = rows[: len(rows) - len(footer)][-1 - len(footer) :]
    if footer and all(len(row.cells) > 1 for row in before) and len(footer) < len(rows) / 2:
        _cut(table, footer, before[-1])
        values = values[: len(values) - len(footer)]
    if len(values) > 1 and _are_shares(values[-1], [row.cells for row in values[:-1]]):
        _cut(table, values[-1:], values[-2])
        values = values[:-1]
    sums = _sums_of_a_bill(table, values)
    if sums:
        _cut(table, sums, values[-1 - len(sums)])


def _cut(table: FoundTable, footer: Sequence[GridRow], last: GridRow) -> None:
    table.notes = [row.line() for row in reversed(footer)] + table.notes
    table.last = last.number


def _are_shares(row: GridRow, body: Sequence[Mapping[int, Cell]]) -> bool:
    """Tell whether a row such as ``Percentage of total`` has percentages where all other rows have numbers."""
    (_, label), *others = row.cells.items()
    return (
        label.kind is Kind.WORDS
        and len(others) > 1
        and all(cell.kind is Kind.NUMBER and cell.text.endswith("%") for _, cell in others)
        and all(_are_mostly((Kind.NUMBER, Kind.YEAR), body, at) for at, _ in others)
        and not any(cells[at].text.endswith("%") for cells in body for at, _ in others if at in cells)
    )


def _sums_of_a_bill(table: FoundTable, values: Sequence[GridRow]) -> list[GridRow]:
    """Return the last rows if they say what the rows above come to, from the last one on.

    Such a row has words where the others have numbers, as in ``;;VAT 19%;19.00``, and nothing before them.
    """
    first = table.columns[0]
    sums: list[GridRow] = []
    for row in reversed(values):
        if first in row.cells:
            break
        sums.append(row)
    body = [row.cells for row in values[: len(values) - len(sums)]]
    if not 0 < len(sums) <= _MOST_LINES or not body or not all(_is_sum_of_a_bill(row, body) for row in sums):
        return []
    is_whole = all(block.is_held for block in table.blocks)
    label = next(iter(sums[-1].cells.values())).text
    is_named = names_the_sum(label) or names_a_part(label) or speaks_of_a_bill(label)
    return sums if is_named or (is_whole and _comes_to(sums[-1], body)) else []


def _is_sum_of_a_bill(row: GridRow, body: Sequence[Mapping[int, Cell]]) -> bool:
    (column, label), *others = row.cells.items()
    return (
        label.evidence is Kind.WORDS
        and bool(others)
        and all(cell.kind in (Kind.NUMBER, Kind.YEAR) for _, cell in others)
        and _are_mostly((Kind.NUMBER, Kind.YEAR), body, column)
    )


def _comes_to(row: GridRow, body: Sequence[Mapping[int, Cell]]) -> bool:
    """Tell whether one of a row's numbers is the sum of those above, by either decimal mark."""
    for column, cell in [*row.cells.items()][1:]:
        for mark in (POINT, COMMA):
            numbers = [_number(cells[column].text, mark) for cells in body if column in cells]
            known = [number for number in numbers if number is not None]
            if len(known) == len(numbers) > 1 and _number(cell.text, mark) == sum(known):
                return True
    return False


def _number(text: str, mark: str) -> Decimal | None:
    text = plain(text)
    shape = number_shape(shape_of(text))
    return None if shape is None or shape.core(mark) is None else Decimal(canonical_number(text, shape, mark))


def cut_heading(table: FoundTable) -> Line | None:
    """Take the last row of a table for the line above the next one, if it is one text; return it."""
    *before, last = [row for row in table.blocks[-1].held() if row.number >= table.first]
    if not before or len(last.cells) > 1 or not last.is_words or len(table.columns) < 2:
        return None
    table.last = before[-1].number
    return last.line()


def _is_line(row: GridRow, rows: Sequence[GridRow], size: int) -> bool:
    """Tell whether a row of one cell reads like a line below a table, and not like a row without values."""
    if row.size < size and _has_nothing_of(row, [other.cells for other in rows if other.size >= size]):
        return True
    if len(row.cells) != 1 or not row.is_words:
        return False
    ((column, cell),) = row.cells.items()
    words = len(cell.text.split())
    if row.size and row.size < size:
        return words > 1
    others = [other.cells[column].text for other in rows if len(other.cells) > 1 and column in other.cells]
    longest, most_words = (max(map(count, others), default=0) for count in (len, lambda text: len(text.split())))
    is_long = len(cell.text) >= _LONG and len(cell.text) > 2 * longest
    return cell.text.startswith(_MARKS_OF_NOTES) or is_long or words >= _WORDS_OF_LINE > most_words


def _has_nothing_of(row: GridRow, others: Sequence[Mapping[int, Cell]]) -> bool:
    """Tell whether a short row such as ``Balance;4.50 EUR`` has words where others have days, and no number."""
    column, cell = next(iter(row.cells.items()))
    numbers = [at for at, other in row.cells.items() if other.kind in (Kind.NUMBER, Kind.YEAR)]
    return (
        cell.kind is Kind.WORDS
        and _are_mostly(DATA, others, column)
        and not any(_are_mostly((Kind.NUMBER, Kind.YEAR), others, at) for at in numbers)
    )


def _are_mostly(kinds: Sequence[Kind], rows: Sequence[Mapping[int, Cell]], column: int) -> bool:
    cells = [row[column].kind for row in rows if column in row]
    return sum(kind in kinds for kind in cells) * 2 > len(cells)
