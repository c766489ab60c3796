"""Find the lines below a table that no empty row parts from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.datasets.grid.block import Block
from reports.datasets.grid.cell import DATA, Cell, GridRow, Kind, Line
from reports.datasets.grid.found import FoundTable

_FEWEST_ROWS = 3
_MOST_LINES = 12
_LONG = 20
_WORDS_OF_LINE = 4
_MARKS_OF_NOTES = ("*", "\u2020", "\u2021", "(", "[", "#", "\u00b9")


def cut_footer(table: FoundTable, block: Block) -> None:
    """Take lines of one text at the end of a table for what they are."""
    if len(table.columns) < 2 or block.rows < _FEWEST_ROWS:
        return
    rows = [*block.held()]
    values = [row for row in rows if row.number >= table.first]
    footer: list[GridRow] = []
    for row in reversed(rows):
        if row.number <= table.first or len(footer) == _MOST_LINES or not _is_line(row, values, block.size):
            break
        footer.append(row)
    before = rows[: len(rows) - len(footer)][-1 - len(footer) :]
    if footer and all(len(row.cells) > 1 for row in before) and len(footer) < block.rows / 2:
        table.notes += [row.line() for row in reversed(footer)]
        table.last = before[-1].number


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
