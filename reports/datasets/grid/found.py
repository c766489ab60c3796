"""Define a table that was found in a grid, and give it the lines around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.datasets.grid.block import Block
from reports.datasets.grid.cell import DATA, GridRow, Kind, Line, kind_of_column

_WORDS_OF_SENTENCE = 8
_MOST_CELLS_OF_TITLE = 3


@dataclass(slots=True)
class FoundTable:
    """A table: its columns and their names, its rows of values from the first to the last one, and what is around it.

    ``blocks`` are those that it is made of, the first of them with the rows that name the columns. ``skipped`` are rows
    between that are none of values.
    """

    columns: list[int]
    names: dict[int, str]
    header_rows: list[int]
    first: int
    last: int
    blocks: list[Block] = field(default_factory=list)
    above: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    total_row: int | None = None
    has_header: bool = True
    is_sure: bool = True
    header_texts: Sequence[str] = ()
    """What is in the last row that names the columns."""
    has_second: bool = False
    """Whether a second row of names may be one of values."""
    skipped: set[int] = field(default_factory=set)
    repeated: int = 0
    taken: Line | None = None
    """The line above an empty row that names the columns."""
    _numeric: set[int] = field(default_factory=set)
    _kinds: dict[int, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for block in self.blocks:
            self._count(block)

    @property
    def top(self) -> int:
        """The number of the first row, with those that name the columns."""
        return self.header_rows[0] if self.header_rows else self.first

    @property
    def rows(self) -> int:
        """How many rows of values there are, about."""
        above = sum(row.number < self.first for row in self.blocks[0].head)
        return sum(block.rows for block in self.blocks) - above

    def spans(self, left: int, right: int) -> bool:
        """Tell whether any of its columns is between two."""
        return any(left <= column <= right for column in self.columns)

    def is_numeric(self, column: int) -> bool:
        """Tell whether most cells of a column are numbers."""
        return column in self._numeric

    def values(self) -> list[GridRow]:
        """Return the first rows of values."""
        return [row for row in self.blocks[0].head if row.number >= self.first]

    def kinds(self) -> Mapping[int, Kind]:
        """Return what the columns look like, by the first rows."""
        rows = [row.cells for row in self.values()]
        for column in self.columns:
            if column not in self._kinds:
                self._kinds[column] = kind_of_column(rows, column)
        return self._kinds

    def heads_as(self, row: GridRow) -> bool:
        """Tell whether a row repeats the names of the columns."""
        return bool(self.header_texts) and row.texts == self.header_texts

    def leave_out_empty(self) -> None:
        """Leave out columns without a name that have values only in lines above and below the table."""
        if all(block.is_held for block in self.blocks):
            rows = [row for block in self.blocks for row in block.held() if self.first <= row.number <= self.last]
            filled = {at for row in rows for at in row.cells}
        else:
            first: dict[int, int] = {}
            for block in self.blocks:
                for column, known in block.columns.items():
                    first.setdefault(column, known.first)
            filled = {at for at in self.columns if first.get(at, 0) <= self.last}
        self.columns = [at for at in self.columns if at in self.names or at in filled]

    def words_above(self) -> tuple[str, str, tuple[str, ...]]:
        """Return the title, the subtitle and the notes that lines above the table are."""
        titles = [line.text for line in self.above if line.cells <= _MOST_CELLS_OF_TITLE and line.text[:1] != "#"]
        others = [line.text.lstrip("# ") for line in self.above if line.text not in titles]
        title, subtitle, *more = [*titles, "", ""]
        return title, subtitle, (*filter(None, more), *others)

    def extend(self, block: Block) -> None:
        """Take a block for more rows."""
        self.blocks.append(block)
        self.last = block.last
        self._count(block)
        self.columns = sorted({*self.columns, *block.columns})
        self.skip(block)

    def _count(self, block: Block) -> None:
        self._numeric.update(column for column, known in block.columns.items() if known.is_numeric)

    def skip(self, block: Block) -> None:
        """Leave out what is none of values: lines that are drawn, remarks, and names that are there again."""
        repeated = {row.number for row in block.head if row.number >= self.first and self.heads_as(row)}
        for texts, numbers in block.repeats.items():
            if [*texts] == self.header_texts:
                repeated.update(numbers)
        self.repeated += len(repeated)
        self.skipped |= repeated | {number for number in block.skipped if number >= self.first}


def empty_between(left: int, right: int, hidden: Sequence[int]) -> int:
    """Return how many columns are between two, without hidden ones; ``hidden`` has a flag for each of the first."""
    return right - left - 1 - sum(hidden[left + 1 : right])


def groups_of(block: Block, hidden: Sequence[int]) -> list[list[int]]:
    """Return a block's columns, in groups that empty columns part."""
    groups: list[list[int]] = []
    for column in sorted(block.columns):
        if groups and not empty_between(groups[-1][-1], column, hidden):
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups


def is_sentence(text: str) -> bool:
    """Tell whether a line is a remark rather than a title."""
    return len(text.split()) >= _WORDS_OF_SENTENCE or text.endswith(".") or text.startswith(("*", "("))


def give_lines(tables: Sequence[FoundTable], lines: Sequence[Line]) -> None:
    """Give each line to the table below it, unless it is a remark or nearer to one above."""
    for line in lines:
        below = next((table for table in tables if table.top > line.number), None)
        above = next((table for table in reversed(tables) if table.last < line.number), None)
        is_title = above is None or (
            below is not None and not is_sentence(line.text) and below.top - line.number <= line.number - above.last
        )
        if below is not None and is_title:
            below.above.append(line)
        else:
            (above or below or tables[0]).notes.append(line)


def are_remarks(block: Block) -> bool:
    """Tell whether lines below a table are remarks. One of them may have a delimiter in it."""
    first = block.head[0]
    return (
        block.is_held
        and len(first.cells) == 1
        and is_sentence(first.texts[0])
        and sum(len(row.cells) > 1 for row in block.held()) == 1
    )


def is_heading(table: FoundTable, following: FoundTable, most_rows: int) -> bool:
    """Tell whether what was taken for a table is only some words with their values, above the first one."""
    if table.rows == 1 and not table.has_header and following.is_sure:
        return True  # an account and its balance, above its bookings
    if len(table.columns) != 2 or table.rows > most_rows or len(following.columns) < 2:
        return False
    if len(following.columns) == 2:
        return table.rows == 0 and following.is_sure
    # What has values of all kinds below one another is a list of settings, rather than a column.
    kinds = {row.cells[table.columns[1]].kind for row in table.values() if table.columns[1] in row.cells}
    return table.rows <= 1 or not (table.is_sure and kinds <= {*DATA})


def table_of_lines(blocks: Sequence[Block], *, may_have_names: bool) -> FoundTable:
    """Return all blocks as one table, whose columns have names if the first row is of words."""
    columns = sorted({column for block in blocks for column in block.columns})
    first = blocks[0].head[0]
    is_header = may_have_names and first.is_words
    names = {column: cell.text for column, cell in first.cells.items()} if is_header else {}
    begin, rows = first.number + is_header, [first.number] * is_header
    return FoundTable(columns, names, rows, begin, blocks[-1].last, [*blocks], has_header=is_header)
