"""Hand the blocks of a sheet to the finder of tables, and say what stands in the columns of those it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from reports.datasets.excel.cells import KIND_BITS, NUMBERS, TEXTS, CellReader, SheetRow, Value, kind_of
from reports.datasets.excel.sheet_survey import Segment
from reports.datasets.excel.workbook import TableMark
from reports.datasets.grid.block import Area, Block, Column
from reports.datasets.grid.cell import Cell, GridRow, Kind, is_year
from reports.datasets.grid.found import FoundTable


def block_of(segment: Segment, reader: CellReader) -> Block:
    """Return a segment of a sheet as a block of a grid."""
    return Block(
        segment.first,
        segment.last,
        segment.rows,
        [_row(row, reader) for row in segment.head],
        [_row(row, reader) for row in segment.tail],
        {column: _column(counts, segment.spans[column]) for column, counts in segment.tally.items()},
        is_adjoining=segment.is_adjoining,
        source=segment,
    )


def marked_table(blocks: Sequence[Block], area: Area, mark: TableMark) -> FoundTable | None:
    """Return the table that Excel itself knows of in an area; None if nothing is in it."""
    if not blocks:
        return None
    top, _, bottom, _ = area
    first = top + mark.header_rows
    columns = sorted({column for block in blocks for column in block.columns})
    head = [row for block in blocks for row in block.head if row.number < first]
    names = {column: cell.text for row in head for column, cell in row.cells.items()}
    rows = sum(block.rows for block in blocks) - len(head)
    return FoundTable(
        columns,
        names,
        [row.number for row in head],
        first,
        bottom,
        [*blocks],
        total_row=rows - 1 if mark.total_rows and blocks[-1].last == bottom else None,
        has_header=mark.header_rows > 0,
    )


def tally_of(table: FoundTable) -> dict[int, Counter[int]]:
    """Return how often each code is in each column of a table's rows of values."""
    tally: dict[int, Counter[int]] = {column: Counter() for column in table.columns}
    for block in table.blocks:
        segment: Segment = block.source
        for column, counts in segment.tally.items():
            if column in tally:
                tally[column].update(counts)
        for row in (*segment.head, *segment.tail):
            if not table.first <= row.number <= table.last or row.number in table.skipped:
                tally_without(tally, row)
    return tally


def tally_without(tally: Mapping[int, Counter[int]], row: SheetRow) -> None:
    """Take a row from what is counted."""
    for column, code, _ in row.cells():
        if column in tally:
            tally[column][code] -= 1


def _column(counts: Mapping[int, int], span: tuple[int, int]) -> Column:
    numbers = sum(count for code, count in counts.items() if kind_of(code) in NUMBERS)
    texts = sum(count for code, count in counts.items() if kind_of(code) in TEXTS)
    return Column(sum(counts.values()), *span, is_numeric=numbers > texts)


def _row(row: SheetRow, reader: CellReader) -> GridRow:
    return GridRow(row.number, {column: _cell(code, value, reader) for column, code, value in row.cells()})


def _cell(code: int, value: Value, reader: CellReader) -> Cell:
    kind, text = kind_of(code), " ".join(reader.shown(code, value).split())
    if kind in TEXTS:
        return Cell(Kind.WORDS, text)
    if kind not in NUMBERS:
        return Cell(Kind.OTHER, text)
    number_format = reader.formats[code >> KIND_BITS]
    if number_format.is_day:
        return Cell(Kind.DAY, text)
    return Cell(Kind.YEAR if number_format.is_general and is_year(text) else Kind.NUMBER, text)
