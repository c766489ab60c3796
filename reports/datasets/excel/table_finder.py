"""Find the tables of a sheet: by the empty rows and columns around them, and by the rows that name their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from reports.datasets.excel.cells import KIND_BITS, NUMBERS, TEXTS, CellReader, SheetRow, Value, kind_of
from reports.datasets.excel.found_table import (
    FoundTable,
    Line,
    added,
    empty_between,
    extend,
    give_lines,
    groups_of,
    is_numeric,
)
from reports.datasets.excel.sheet_header import CellClass, HeadCell, Header, HeadRow, class_of_number, find_header
from reports.datasets.excel.sheet_survey import HEAD_ROWS, Area, Segment
from reports.datasets.excel.workbook import TableMark

_FEW_CELLS = 3
_FEW_PER_ROW = 0.1
_LONGEST_LINE = 300
_MOST_LINES = 12
_TITLE_BEFORE = 3
_FEW_ROWS = 4
_FULL = 0.7
_LONG = 20
_MARKS_OF_NOTES = ("*", "\u2020", "\u2021", "(", "[", "#", "\u00b9")


class TableFinder:
    """Find the tables of one sheet."""

    def __init__(
        self, reader: CellReader, merged: Sequence[Area], hidden: Sequence[int], header_row: int | None
    ) -> None:
        self._reader = reader
        self._merged = merged
        self._hidden = hidden
        self._header_row = header_row
        self._before: Segment | None = None

    def in_area(self, area: Area, segments: Sequence[Segment], mark: TableMark) -> FoundTable | None:
        """Return the table that Excel itself knows of in an area."""
        if not segments:
            return None
        top, _, bottom, _ = area
        header_rows, total_rows = mark.header_rows, mark.total_rows
        columns = sorted({column for segment in segments for column in segment.tally})
        head = [row for segment in segments for row in segment.head if row.number < top + header_rows]
        names = {column: cell.text for row in head for column, cell in self._described(row).items()}
        table = FoundTable(columns, names, [row.number for row in head], top + header_rows, bottom)
        table.tally = added(segments, columns, head)
        table.has_header = header_rows > 0
        rows = sum(segment.rows for segment in segments) - len(head)
        table.total_row = rows - 1 if total_rows and segments[-1].last == bottom else None
        return table

    def whole(self, segments: Sequence[Segment]) -> FoundTable:
        """Return all segments as one table, whose columns have names if the first row is alone in what it holds."""
        columns = sorted({column for segment in segments for column in segment.tally})
        first = segments[0].head[0]
        is_alone = sum(segment.rows for segment in segments) == 1
        is_text = all(kind_of(code) in TEXTS for code in first.codes)
        is_header = is_alone or (self._header_row is None and is_text)
        names = {column: cell.text for column, cell in self._described(first).items()} if is_header else {}
        table = FoundTable(columns, names, [first.number] * is_header, first.number + is_header, segments[-1].last)
        table.tally = added(segments, columns, [first] * is_header)
        table.has_header = is_header
        return table

    def give(self, lines: Sequence[Line], tables: Sequence[FoundTable]) -> None:
        """Give lines outside of tables to these, as titles and notes."""
        give_lines(tables, lines)

    def in_segments(self, segments: Iterable[Segment]) -> tuple[list[FoundTable], list[Line]]:
        """Return the tables outside of such areas, and the lines that are part of none."""
        tables: list[FoundTable] = []
        lines: list[Line] = []
        for segment in segments:
            self._read_segment(segment, tables, lines)
        return tables, lines

    def _read_segment(self, segment: Segment, tables: list[FoundTable], lines: list[Line]) -> None:
        if self._header_row and segment.last < self._header_row:
            lines += self._lines(segment.head)
            return
        groups = groups_of(segment, self._hidden)
        main = max(groups, key=lambda group: sum(sum(segment.tally[column].values()) for column in group))
        found = self._table(segment, main)
        if found is None and len(groups) > 1:
            main = sorted(segment.tally)
            groups, found = [main], self._table(segment, main)
        if found is not None and tables and self._is_list_of_lines(segment):
            found = None
        if found is not None and not found.has_header:
            self._take_header(found, segment, lines)
        self._before = segment
        if found is None or self._goes_on(found, tables, segment):
            table = next((table for table in reversed(tables) if table.spans(main[0], main[-1])), None)
            if table is not None and (found is not None or self._is_row_of(table, segment)):
                extend(table, segment)
            else:
                lines += self._lines([*segment.head, *segment.tail])
            return
        beside: list[FoundTable] = []
        for group in groups:
            if group is not main:
                self._place_beside(found, group, segment, beside, lines)
        found.columns.sort()
        lines += found.above
        found.above = []
        self._cut_footer(found, segment)
        tables += sorted([found, *beside], key=lambda table: table.columns[0])

    def _table(self, segment: Segment, group: Sequence[int]) -> FoundTable | None:
        """Return the table that a group of columns is; None if these are lines of text."""
        rows, numbers, head = self._head(segment, group)
        forced = None
        if self._header_row and segment.first <= self._header_row <= segment.last:
            forced = next((place for place, number in enumerate(numbers) if number >= self._header_row), 0)
        header = Header() if self._header_row == 0 else find_header(rows, numbers, self._merged, forced)
        begin = header.rows[-1] + 1 if header.rows else len(header.above)
        body = len(head) - begin if segment.rows <= HEAD_ROWS else segment.rows - begin
        is_wide = any(len(row.columns) > 1 for row in head)
        is_table = body > 0 and (is_wide or body > _FEW_CELLS) and not _are_lines(self._reader, head, begin, len(group))
        if forced is None and self._header_row != 0 and not is_table:
            return None
        first = numbers[begin] if begin < len(numbers) else segment.last + 1
        skipped = head[:begin]
        table = FoundTable(list(group), header.names, [numbers[at] for at in header.rows], first, segment.last)
        table.tally = added([segment], group, skipped)
        table.above = self._lines(head[: len(header.above)])
        table.has_header = bool(header.rows)
        return table

    def _take_header(self, table: FoundTable, segment: Segment, lines: list[Line]) -> None:
        """Let a row name the columns of a table from which an empty row parts it."""
        before = self._before
        if before is None or not lines or lines[-1][0] != before.last or segment.first - before.last > _TITLE_BEFORE:
            return
        row = (before.tail or before.head)[-1]
        named = set(row.columns) & set(table.columns)
        is_text = all(kind_of(code) in TEXTS for code in row.codes)
        if self._header_row is None and is_text and len(named) * 2 > len(table.columns):
            lines.pop()
            table.columns = sorted({*row.columns, *table.columns})
            table.names = {column: cell.text for column, cell in self._described(row).items()}
            table.header_rows, table.has_header = [row.number], True
            for column in table.columns:
                table.tally.setdefault(column, Counter())

    def _goes_on(self, found: FoundTable, tables: Sequence[FoundTable], segment: Segment) -> bool:
        """Tell whether a block is more of a table above, from which an empty row parts it."""
        above = next((table for table in reversed(tables) if table.spans(found.columns[0], found.columns[-1])), None)
        if above is None or self._header_row in found.header_rows[:1]:
            return False
        columns = set(found.columns)
        if not columns <= set(above.columns) or found.above:
            return False
        if len(columns) == 1 < len(above.columns) and not any(map(is_numeric, found.tally.values())):
            return False
        if not found.has_header:
            return True
        names = [found.names.get(column) for column in found.columns]
        if names == [above.names.get(column) for column in found.columns]:
            return False
        first = next(row for row in segment.head if row.number == found.header_rows[0])
        for column, code, _ in first.cells():
            if column in columns and kind_of(code) in TEXTS and is_numeric(above.tally.get(column, {})):
                return False
        # All is text, above and below: an empty row alone parts no tables.
        return len(columns) < len(above.columns) or found.header_rows[0] - above.last <= 2

    def _is_list_of_lines(self, segment: Segment) -> bool:
        """Tell whether a block below a table is one column of words, all of which are held."""
        codes = [code for counts in segment.tally.values() for code in counts]
        is_held = segment.rows == len(segment.head) + len(segment.tail)
        return len(segment.tally) == 1 and is_held and all(kind_of(code) in TEXTS for code in codes)

    def _is_row_of(self, table: FoundTable, segment: Segment) -> bool:
        """Tell whether rows that are no table by themselves are more of one.

        Any value that is no text makes them that; so do texts in most of its columns, where it has texts, too.
        """
        columns = set(table.columns)
        if not set(segment.tally) <= columns:
            return False
        if any(kind_of(code) not in TEXTS for counts in segment.tally.values() for code in counts):
            return True
        is_near = segment.first - table.last <= 2 and len(segment.tally) > 1
        return (
            is_near
            and len(segment.tally) * 2 > len(columns)
            and not any(is_numeric(table.tally[column]) for column in segment.tally)
        )

    def _place_beside(
        self, main: FoundTable, group: list[int], segment: Segment, beside: list[FoundTable], lines: list[Line]
    ) -> None:
        """Return what columns are that an empty one parts from a table: more of it, a table of their own, or notes."""
        counts = [segment.tally[column] for column in group]
        cells = sum(sum(count.values()) for count in counts)
        rows = [row.between(group[0], group[-1]) for row in segment.head]
        header = main.header_rows[-1] if main.header_rows else main.first
        has_names = any(row.number == header and row.columns for row in rows)
        few = max(_FEW_CELLS, (main.last - main.first + 1) * len(group) * _FEW_PER_ROW)
        if not has_names and cells <= few:
            main.notes += self._lines([*rows, *(row.between(group[0], group[-1]) for row in segment.tail)])
            return
        own = self._table(segment, group)
        if own is not None and len(group) > 1 and self._is_apart(main, own, segment):
            lines += own.above
            own.above = []
            own.last = max(segment.spans[column][1] for column in group)
            beside.append(own)
            main.last = max(segment.spans[column][1] for column in main.columns)
            return
        main.columns += group
        skipped = [row for row in rows if row.number < main.first]
        main.tally |= added([segment], group, skipped)
        main.names |= self._names_at(rows, main.header_rows)

    def _is_apart(self, main: FoundTable, own: FoundTable, segment: Segment) -> bool:
        left, right = sorted((main.columns, own.columns))
        if empty_between(left[-1], right[0], self._hidden) > 1:
            return True
        if set(main.names.values()) & set(own.names.values()) or main.header_rows != own.header_rows:
            return True
        ends = [max(segment.spans[column][1] for column in columns) for columns in (left, right)]
        first_is_text = not is_numeric(own.tally[own.columns[0]])
        return ends[0] != ends[1] or (first_is_text and any(map(is_numeric, own.tally.values())))

    def _names_at(self, rows: Sequence[SheetRow], header_rows: Sequence[int]) -> dict[int, str]:
        names: dict[int, list[str]] = {}
        for row in rows:
            if row.number in header_rows:
                for column, cell in self._described(row).items():
                    names.setdefault(column, []).append(cell.text)
        return {column: " / ".join(parts) for column, parts in names.items()}

    def _cut_footer(self, table: FoundTable, segment: Segment) -> None:
        """Take lines of one text at the end of a table for what they are."""
        if len(table.columns) < 2 or segment.rows < _FEW_CELLS:
            return
        rows = [*segment.head, *segment.tail]
        footer: list[SheetRow] = []
        for row in reversed(rows):
            if row.number <= table.first or len(footer) == _MOST_LINES or not self._is_line(row, rows):
                break
            footer.append(row)
        before = rows[: len(rows) - len(footer)][-1 - len(footer) :]
        if footer and all(len(row.columns) > 1 for row in before) and len(footer) < segment.rows / 2:
            table.notes += self._lines(reversed(footer))
            table.last = before[-1].number

    def _is_line(self, row: SheetRow, rows: Sequence[SheetRow]) -> bool:
        """Tell whether a row of one cell reads like a line below a table, and not like a row without values."""
        if len(row.columns) != 1 or kind_of(row.codes[0]) not in TEXTS:
            return False
        text = self._reader.shown(row.codes[0], row.values[0])
        others = [
            len(self._reader.shown(code, value))
            for other in rows
            if len(other.columns) > 1
            for column, code, value in other.cells()
            if column == row.columns[0]
        ]
        return text.startswith(_MARKS_OF_NOTES) or (len(text) >= _LONG and len(text) > 2 * max(others, default=0))

    def _head(self, segment: Segment, group: Sequence[int]) -> tuple[list[HeadRow], list[int], list[SheetRow]]:
        parts = [part for row in segment.head if (part := row.between(group[0], group[-1])).columns]
        return [self._described(row) for row in parts], [row.number for row in parts], parts

    def _described(self, row: SheetRow) -> dict[int, HeadCell]:
        return {column: self._head_cell(code, value) for column, code, value in row.cells()}

    def _head_cell(self, code: int, value: Value) -> HeadCell:
        kind = kind_of(code)
        text = " ".join(self._reader.shown(code, value).split())
        if kind in TEXTS:
            return HeadCell(CellClass.TEXT, text)
        if kind not in NUMBERS:
            return HeadCell(CellClass.OTHER, text)
        number_format = self._reader.formats[code >> KIND_BITS]
        found = class_of_number(float(value), number_format.is_day, number_format.is_general)
        return HeadCell(found, text, float(value))

    def _lines(self, rows: Iterable[SheetRow]) -> list[Line]:
        lines = []
        for row in rows:
            words = (self._reader.shown(code, value) for _, code, value in row.cells())
            text = " ".join(word for word in words if word)
            if text:
                lines.append((row.number, text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 1]}…"))
        return lines


def _are_lines(reader: CellReader, rows: Sequence[SheetRow], begin: int, width: int) -> bool:
    """Tell whether a few rows are too full of gaps to be a table, or say what a thing is: ``Customer: Ann``."""
    cells = sum(len(row.columns) for row in rows)
    is_text = all(kind_of(code) in TEXTS for row in rows for code in row.codes)
    if is_text and len(rows) - begin <= _FEW_ROWS and cells < len(rows) * width * _FULL:
        return True
    firsts = (reader.shown(row.codes[0], row.values[0]) for row in rows)
    return width == 2 and len(rows) <= _MOST_LINES and all(text.endswith(":") for text in firsts)
