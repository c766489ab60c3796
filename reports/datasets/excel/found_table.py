"""Define a table that was found in a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reports.datasets.excel.cells import NUMBERS, TEXTS, SheetRow, kind_of
from reports.datasets.excel.sheet_survey import Segment

Line = tuple[int, str]
"""A row's number, and what stands in it."""


@dataclass(slots=True)
class FoundTable:
    """A table: its columns and their names, its rows of values from the first to the last one, and what is around it.

    ``tally`` says how often each code is in each column, without the rows that name them. ``row_count`` is that of the
    rows with a value in any column.
    """

    columns: list[int]
    names: dict[int, str]
    header_rows: list[int]
    first: int
    last: int
    tally: dict[int, Counter[int]] = field(default_factory=dict)
    above: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    total_row: int | None = None
    has_header: bool = True

    def spans(self, left: int, right: int) -> bool:
        """Tell whether any of its columns is between two."""
        return any(left <= column <= right for column in self.columns)


def empty_between(left: int, right: int, hidden: Sequence[int]) -> int:
    """Return how many columns are between two, without hidden ones; ``hidden`` has a flag for each of the first."""
    return right - left - 1 - sum(hidden[left + 1 : right])


def groups_of(segment: Segment, hidden: Sequence[int]) -> list[list[int]]:
    """Return a segment's columns, in groups that empty columns part."""
    groups: list[list[int]] = []
    for column in sorted(segment.tally):
        if groups and not empty_between(groups[-1][-1], column, hidden):
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups


def added(segments: Iterable[Segment], columns: Iterable[int], skipped: Iterable[SheetRow]) -> dict[int, Counter[int]]:
    """Return how often each code is in each column, but for some rows."""
    tally: dict[int, Counter[int]] = {column: Counter() for column in columns}
    for segment in segments:
        for column, counts in segment.tally.items():
            if column in tally:
                tally[column].update(counts)
    for row in skipped:
        for column, code, _ in row.cells():
            if column in tally:
                tally[column][code] -= 1
    return tally


def extend(table: FoundTable, segment: Segment) -> None:
    table.last = segment.last
    for column, counts in segment.tally.items():
        if column not in table.tally:
            table.columns.append(column)
            table.columns.sort()
            table.tally[column] = Counter()
        table.tally[column].update(counts)


def is_numeric(counts: Mapping[int, int]) -> bool:
    """Tell whether most cells of a column are numbers."""
    numbers = sum(count for code, count in counts.items() if kind_of(code) in NUMBERS)
    texts = sum(count for code, count in counts.items() if kind_of(code) in TEXTS)
    return numbers > texts


def give_lines(tables: Sequence[FoundTable], lines: Sequence[Line]) -> None:
    """Give each line to the table below it, unless it is nearer to one above."""
    for line in lines:
        below = next((table for table in tables if _top(table) > line[0]), None)
        above = next((table for table in reversed(tables) if table.last < line[0]), None)
        if below is not None and (above is None or _top(below) - line[0] <= line[0] - above.last):
            below.above.append(line)
        elif (nearest := above or below) is not None:
            nearest.notes.append(line)
        else:
            tables[0].notes.append(line)


def _top(table: FoundTable) -> int:
    return table.header_rows[0] if table.header_rows else table.first
