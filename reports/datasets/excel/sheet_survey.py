"""Survey a sheet while its rows stream by: where its blocks of cells are, and what stands in their columns."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reports.datasets.columns import MOST_COLUMNS
from reports.datasets.excel.cells import NUMBERS, TEXTS, SheetRow, kind_of
from reports.datasets.grid.block import Area
from reports.errors import TooLargeError

HEAD_ROWS = 24
TAIL_ROWS = 12
# What is held of a sheet has an end, whatever the sheet is.
_MOST_SEGMENTS = 1_000
_MOST_HELD_CELLS = 200_000
_MOST_TALLIED = 200_000
_ROWS_OF_NAMES = 3
MIXED = -1
"""The code of cells in a column that has more codes than are counted."""


@dataclass(slots=True)
class Segment:
    """Rows that no empty row parts: the first and the last of them, and how often each code is in each column."""

    first: int
    last: int = 0
    rows: int = 0
    head: list[SheetRow] = field(default_factory=list)
    tail: deque[SheetRow] = field(default_factory=lambda: deque(maxlen=TAIL_ROWS))
    tally: dict[int, dict[int, int]] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    """The first and the last row of each column."""
    last_with_numbers: SheetRow | None = None
    is_adjoining: bool = False
    """Whether no empty row parts it from the one above."""


class Survey:
    """The blocks of cells of a sheet, or of a part of one.

    ``words_of`` returns the texts of a row that may name columns; without it, only empty rows part blocks.
    """

    def __init__(self, words_of: Callable[[SheetRow], Sequence[str]] | None = None) -> None:
        self._words_of = words_of
        self._names: SheetRow | None = None
        self.segments: list[Segment] = []
        self.undivided_from = 0
        """The first row that an empty one parts from others in vain, for too much is held already; 0 if none is."""
        self._run: SheetRow | None = None
        self._run_length = 0
        self._run_last = 0
        self._held = 0
        self._tallied = 0
        self._last_number = -1

    def add(self, row: SheetRow) -> None:
        """Count a row that is not empty."""
        if self._names is not None:
            self._put_names(row)
        if self._words_of is not None and self._may_name(row, self._words_of):
            self._names = row
        else:
            self._put(row)

    def _may_name(self, row: SheetRow, words_of: Callable[[SheetRow], Sequence[str]]) -> bool:
        """Tell whether a row may name the columns of another table: words alone, where numbers are above."""
        run = self._run
        if run is None or run.codes is row.codes or len(row.columns) < 2 or row.number != self._last_number + 1:
            return False
        above = self.segments[-1].last_with_numbers
        if (
            above is None
            or not all(kind_of(code) in TEXTS for code in row.codes)
            or not _numbers(above) & {*row.columns}
        ):
            return False
        names = words_of(row)
        if len(names) < len(row.columns):
            return False
        # In as many columns, a row of words may be one of values, unless it repeats a name.
        heads = [words_of(head) for head in self.segments[-1].head[:_ROWS_OF_NAMES] if head.columns == row.columns]
        return row.columns != above.columns or any(head[:1] == names[:1] and head != names for head in heads)

    def _put_names(self, below: SheetRow | None) -> None:
        """Begin a block with a row that may name columns, if the row below has numbers in them; else count it."""
        names, self._names = self._names, None
        if names is None:
            return
        is_first = (
            below is not None
            and below.number == names.number + 1
            and below.columns == names.columns
            and bool(_numbers(below))
            and self._may_begin
        )
        self._put(names, begins=is_first)

    @property
    def _may_begin(self) -> bool:
        return len(self.segments) < _MOST_SEGMENTS and self._held < _MOST_HELD_CELLS

    def _put(self, row: SheetRow, *, begins: bool = False) -> None:
        is_parted = not self.segments or row.number > self._last_number + 1 or begins
        if is_parted and (self._may_begin or not self.segments):
            self._count()
            self.segments.append(Segment(row.number, is_adjoining=begins))
        elif is_parted:
            self.undivided_from = self.undivided_from or row.number
        self._last_number = row.number
        segment = self.segments[-1]
        segment.last = row.number
        segment.rows += 1
        if len(segment.head) < HEAD_ROWS and self._held < _MOST_HELD_CELLS:
            segment.head.append(row)
            self._held += len(row.columns)
        elif len(row.columns) < _MOST_HELD_CELLS // TAIL_ROWS:
            segment.tail.append(row)
        run = self._run
        if run is not None and run.codes is row.codes and run.columns is row.columns:
            self._run_length += 1
        else:
            self._count()
            self._run, self._run_length = row, 1
            if self._words_of is not None and any(kind_of(code) in NUMBERS for code in row.codes):
                segment.last_with_numbers = row
        self._run_last = row.number

    def skip(self, number: int) -> None:
        """Note a row that is not shown: it parts nothing."""
        self._put_names(None)
        self._last_number = max(number, self._last_number) if self._last_number + 1 >= number else self._last_number

    def finish(self) -> None:
        """Count the last rows."""
        self._put_names(None)
        self._count()

    def _count(self) -> None:
        """Count the rows that look like the last one."""
        run, self._run = self._run, None
        if run is None:
            return
        segment = self.segments[-1]
        for column, code in zip(run.columns, run.codes, strict=True):
            counts = segment.tally.get(column)
            if counts is None:
                if len(segment.tally) == MOST_COLUMNS:
                    raise TooLargeError(
                        f"A table of the workbook has more than {MOST_COLUMNS:,} columns. Choose fewer.",
                        max_columns=MOST_COLUMNS,
                    )
                counts = segment.tally[column] = {}
                segment.spans[column] = (run.number, run.number)
            if code not in counts:
                self._tallied += 1
                if self._tallied > _MOST_TALLIED:
                    code = MIXED
            counts[code] = counts.get(code, 0) + self._run_length
            segment.spans[column] = (segment.spans[column][0], self._run_last)


class SheetSurvey:
    """The blocks of a sheet outside of its tables, and those of each table that Excel itself knows of."""

    def __init__(self, areas: Sequence[Area], words_of: Callable[[SheetRow], Sequence[str]] | None = None) -> None:
        self.free = Survey(words_of)
        self.areas = [(area, Survey()) for area in areas]

    def add(self, row: SheetRow) -> None:
        """Count a row that is not empty."""
        within = [(area, survey) for area, survey in self.areas if area[0] <= row.number <= area[2]]
        for (_, left, _, right), survey in within:
            part = row.between(left, right)
            if part.columns:
                survey.add(part)
                row = row.without(left, right)
        if row.columns:
            self.free.add(row)

    def skip(self, number: int) -> None:
        """Note a row that is not shown."""
        for survey in (self.free, *(survey for _, survey in self.areas)):
            survey.skip(number)

    def finish(self) -> None:
        """End the counting."""
        for survey in (self.free, *(survey for _, survey in self.areas)):
            survey.finish()


def _numbers(row: SheetRow) -> set[int]:
    """Return the columns in which a row has numbers."""
    return {column for column, code in zip(row.columns, row.codes, strict=True) if kind_of(code) in NUMBERS}
