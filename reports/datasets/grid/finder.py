"""Find the tables of a grid: by the empty rows and columns around them, and by the rows that name their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.datasets.grid.block import Area, Block
from reports.datasets.grid.cell import DATA, GridRow, Kind, Line
from reports.datasets.grid.footer import cut_footer, cut_heading
from reports.datasets.grid.found import (
    FoundTable,
    are_remarks,
    empty_between,
    groups_of,
    is_heading,
)
from reports.datasets.grid.header import Header, find_header

_FEW_CELLS = 3
_FEW_PER_ROW = 0.1
_MOST_LINES = 12
_TITLE_BEFORE = 3
_FEW_ROWS = 4
_FULL = 0.7
_ROWS_OF_HEADING = 10


class TableFinder:
    """Find the tables of one grid.

    ``header_row`` is the number of the row that a caller says to name the columns, 0 if none does. ``hidden`` has a
    flag for each of the first columns.
    """

    def __init__(self, header_row: int | None = None, merged: Sequence[Area] = (), hidden: Sequence[int] = b"") -> None:
        self._header_row = header_row
        self._merged = merged
        self._hidden = hidden
        self._before: list[Block] = []
        self.tables: list[FoundTable] = []
        self.lines: list[Line] = []
        """Those that are part of no table."""
        self.too_long: Block | None = None
        """A block that is no table, and of which not all lines are held."""

    def read(self, blocks: Iterable[Block]) -> None:
        """Find the tables and the lines of blocks, in their order."""
        for block in blocks:
            self._read(block)
            self._before = [*self._before[-1:], block]

    def finish(self) -> list[FoundTable]:
        """Return the tables, without the lines at their ends that are notes."""
        for table in self.tables:
            table.notes += [row.line() for block in table.blocks for row in block.remarks]
            cut_footer(table)
            table.leave_out_empty()
        return self.tables

    def _read(self, block: Block) -> None:
        if self._header_row and block.last < self._header_row:
            self._take_lines(block.head)
            return
        groups = groups_of(block, self._hidden)
        main = max(groups, key=lambda group: sum(block.columns[column].cells for column in group))
        found = self._table(block, main)
        if found is None and len(groups) > 1:
            main = sorted(block.columns)
            groups, found = [main], self._table(block, main)
        if found is not None and self.tables and (_is_list_of_words(block) or are_remarks(block)):
            found = None
        if found is not None and not found.has_header:
            self._take_header(found, block)
        above = next((table for table in reversed(self.tables) if table.spans(main[0], main[-1])), None)
        if above is not None and (self._goes_on(found, above, block) if found else _is_more_of(above, block)):
            if found is not None and self._is_group(found):
                self._take_group(above)
            above.extend(block)
        elif found is None or (above is not None and not found.has_header and self._are_lines_below(above, block)):
            self._take_lines(block.held())
            self.too_long = self.too_long or (None if block.is_held else block)
        else:
            self._take(found, main, groups, block)

    def _take(self, found: FoundTable, main: list[int], groups: Sequence[list[int]], block: Block) -> None:
        beside: list[FoundTable] = []
        for group in groups:
            if group is not main:
                self._place_beside(found, group, block, beside)
        found.columns.sort()
        if block.is_adjoining and self.tables and (line := cut_heading(self.tables[-1])) is not None:
            self.lines.append(line)
        while self.tables and not beside and is_heading(self.tables[-1], found, _ROWS_OF_HEADING):
            heading, known = self.tables.pop(), {line.number for line in self.lines}
            self.lines += [heading.taken] if heading.taken else []
            for part in heading.blocks:
                self._take_lines(row for row in part.held() if row.number not in known)
            self.lines.sort(key=lambda line: line.number)
        self.lines += found.above
        found.above = []
        found.skip(block)
        self.tables += sorted([found, *beside], key=lambda table: table.columns[0])

    def _table(self, block: Block, group: Sequence[int]) -> FoundTable | None:
        """Return the table that a group of columns is; None if these are lines of words."""
        is_whole = [*group] == sorted(block.columns)
        head = block.head if is_whole else [part for row in block.head if (part := row.within(group)).cells]
        forced = None
        if self._header_row and block.first <= self._header_row <= block.last:
            forced = next((place for place, row in enumerate(head) if row.number >= self._header_row), 0)
        shape = block.width, block.size
        header = Header() if self._header_row == 0 else find_header(head, group, shape, self._merged, forced)
        begin = header.rows[-1] + 1 if header.rows else header.above
        body = len(head) - begin if block.rows <= len(block.head) else block.rows - begin
        is_wide = any(len(row.cells) > 1 for row in head)
        is_table = (
            body > 0 and (is_wide or (body > _FEW_CELLS and not block.size)) and not _are_lines(head, begin, len(group))
        )
        if forced is None and self._header_row != 0 and not is_table:
            return None
        first = head[begin].number if begin < len(head) else block.last + 1
        return FoundTable(
            # What stands in lines above alone is of no column; a name may have no values.
            sorted({at for at in group if block.columns[at].last >= first} | header.names.keys()),
            header.names,
            [head[at].number for at in header.rows],
            first,
            block.last,
            [block],
            [row.line() for row in head[: header.above]],
            has_header=bool(header.rows),
            is_sure=header.is_sure,
            header_texts=head[header.rows[-1]].texts if header.rows else (),
            has_second=header.has_second,
        )

    def _take_header(self, table: FoundTable, block: Block) -> None:
        """Let a row name the columns of a table from which an empty row parts it; a line may be between."""
        before = self._before
        is_line = len(before) > 1 and before[-1].rows == 1 == len(before[-1].columns)
        for above in before[::-1] if is_line else before[-1:]:
            at = next((at for at, line in enumerate(self.lines) if line.number == above.last), None)
            if at is None or block.first - above.last > _TITLE_BEFORE * (1 + (above is not before[-1])):
                return
            row = above.held()[-1]
            named = set(row.cells) & set(table.columns)
            if self._header_row is None and row.is_words and len(named) > 1 and len(named) * 2 > len(table.columns):
                table.taken = self.lines.pop(at)
                table.columns = sorted({*row.cells, *table.columns})
                table.names = {column: cell.text for column, cell in row.cells.items()}
                table.header_rows, table.has_header, table.header_texts = [row.number], True, row.texts
                return

    def _goes_on(self, found: FoundTable, above: FoundTable, block: Block) -> bool:
        """Tell whether a block is more of a table above, from which an empty row parts it."""
        if self._header_row in found.header_rows[:1] or (found.above and not self._is_group(found)):
            return False
        columns = set(found.columns)
        if not columns <= set(above.columns):
            return False
        if above.heads_as(block.head[0]):
            return True
        if not found.has_header:
            return _is_more_of(above, block) or (
                len(columns) > 1 and all(_agrees(kind, above, column) for column, kind in found.kinds().items())
            )
        first = next((row for row in block.head if row.number == found.header_rows[0]), None)
        if first is None:
            return False  # its names stand apart, above it
        for column, cell in first.cells.items():
            if column in columns and cell.kind is Kind.WORDS and above.is_numeric(column):
                return False
        if len(columns) == 1 < len(above.columns):
            return False
        # All are words, above and below: an empty row alone parts no tables.
        return len(columns) < len(above.columns) or found.header_rows[0] - above.last <= 2

    def _is_group(self, found: FoundTable) -> bool:
        """Tell whether a line stands above rows without names, as that of their group does."""
        return not found.has_header and len(found.above) == 1 == found.above[0].cells

    def _take_group(self, table: FoundTable) -> None:
        """Take the line between the names and the first row for that of a group, as another group follows."""
        for at, line in enumerate(self.lines):
            if line.number == table.first - 1 and line.cells == 1 and table.header_rows[-1:] != [line.number]:
                self.lines.pop(at)
                table.first = line.number
                return

    def _are_lines_below(self, above: FoundTable, block: Block) -> bool:
        """Tell whether a few rows without names, which are no more of the table above, are a summary of it."""
        return block.is_held and block.rows <= 2 and set(block.columns) <= set(above.columns)

    def _place_beside(self, main: FoundTable, group: list[int], block: Block, beside: list[FoundTable]) -> None:
        """Take columns that an empty one parts from a table for more of it, for a table of their own, or for notes."""
        cells = sum(block.columns[column].cells for column in group)
        rows = [part for row in block.head if (part := row.within(group)).cells]
        header = main.header_rows[-1] if main.header_rows else main.first
        has_names = any(row.number == header for row in rows)
        few = max(_FEW_CELLS, (main.last - main.first + 1) * len(group) * _FEW_PER_ROW)
        if not has_names and cells <= few:
            main.notes += [part.line() for row in block.held() if (part := row.within(group)).cells]
            return
        own = self._table(block, group)
        if own is not None and len(group) > 1 and self._is_apart(main, own, block):
            self.lines += own.above
            own.above = []
            own.last = _last_of(block, group)
            beside.append(own)
            main.last = _last_of(block, main.columns)
            return
        main.columns += group
        if not has_names and main.has_header:
            _take_names_above(main, rows, block)
        for row in rows:
            if row.number in main.header_rows:
                for column, cell in row.cells.items():
                    before = main.names.get(column)
                    main.names[column] = f"{before} / {cell.text}" if before else cell.text

    def _is_apart(self, main: FoundTable, own: FoundTable, block: Block) -> bool:
        left, right = sorted((main.columns, own.columns))
        if empty_between(left[-1], right[0], self._hidden) > 1:
            return True
        if set(main.names.values()) & set(own.names.values()) or main.header_rows != own.header_rows:
            return True
        ends = [_last_of(block, columns) for columns in (left, right)]
        first_is_words = not own.is_numeric(own.columns[0])
        return ends[0] != ends[1] or (first_is_words and any(map(own.is_numeric, own.columns)))

    def _take_lines(self, rows: Iterable[GridRow]) -> None:
        self.lines += [line for row in rows if (line := row.line()).text]


def _last_of(block: Block, columns: Iterable[int]) -> int:
    """Return the last row of some columns. Those that only a merged heading reaches have no cells."""
    return max(block.columns[column].last for column in columns if column in block.columns)


def _take_names_above(main: FoundTable, rows: Sequence[GridRow], block: Block) -> None:
    """Let what stands above the names of a table, over columns beside these, name the columns.

    A single label where the names were taken to be is one of the rows then, as in a statement.
    """
    above = next((row for row in reversed(rows) if row.number < main.top and row.is_words), None)
    if above is None:
        return
    names = next(row for row in block.head if row.number == main.header_rows[-1])
    if len(main.header_rows) == 1 == len(names.cells):
        main.first, main.names = names.number, {}
        main.above = [line for line in main.above if line.number != above.number]
        main.header_rows, main.header_texts = [above.number], above.texts
    else:
        main.names |= {column: cell.text for column, cell in above.cells.items()}


def _agrees(kind: Kind, above: FoundTable, column: int) -> bool:
    return not (kind is Kind.WORDS and above.is_numeric(column))


def _is_more_of(table: FoundTable, block: Block) -> bool:
    """Tell whether rows that are no table by themselves are more of one: by numbers, or by words among words."""
    if not set(block.columns) <= set(table.columns):
        return False
    if len(block.head[0].cells) == 1 < len(table.columns) and block.head[0].is_words:
        return False
    cells = [(column, cell) for row in block.held() for column, cell in row.cells.items()]
    kinds = table.kinds()
    data = {column for column, kind in kinds.items() if kind in DATA}
    if data:
        # A word such as "Total" may stand before the numbers of a row.
        firsts = {id(cell) for row in block.held() if len(row.cells) > 1 for cell in [next(iter(row.cells.values()))]}
        found = [cell.evidence for column, cell in cells if column in data and id(cell) not in firsts]
        return any(kind in DATA for kind in found) and Kind.WORDS not in found
    if any(cell.kind is not Kind.WORDS for _, cell in cells):
        return True
    is_near = block.first - table.last <= 2 and len(block.columns) > 1
    return is_near and len(block.columns) * 2 > len(table.columns)


def _is_list_of_words(block: Block) -> bool:
    """Tell whether a block below a table is one column of words, all of which are held."""
    return len(block.columns) == 1 and block.is_held and all(row.is_words for row in block.held())


def _are_lines(rows: Sequence[GridRow], begin: int, width: int) -> bool:
    """Tell whether a few rows are too full of gaps to be a table, or say what a thing is: ``Customer: Ann``."""
    cells = sum(len(row.cells) for row in rows)
    is_words = all(row.is_words for row in rows)
    if is_words and len(rows) - begin <= _FEW_ROWS and cells < len(rows) * width * _FULL:
        return True
    return len(rows) <= _MOST_LINES and all(row.texts[0].endswith(":") for row in rows)
