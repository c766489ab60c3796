"""Survey a sheet while its rows stream by: where its blocks of cells are, and what stands in their columns."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.datasets.columns import MOST_COLUMNS
from reports.datasets.excel.cells import SheetRow
from reports.datasets.grid.block import Area
from reports.errors import TooLargeError

HEAD_ROWS = 24
TAIL_ROWS = 12
# What is held of a sheet has an end, whatever the sheet is.
_MOST_SEGMENTS = 1_000
_MOST_HELD_CELLS = 200_000
_MOST_TALLIED = 200_000
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


class Survey:
    """The blocks of cells of a sheet, or of a part of one."""

    def __init__(self) -> None:
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
        may_begin = len(self.segments) < _MOST_SEGMENTS and self._held < _MOST_HELD_CELLS
        is_parted = not self.segments or row.number > self._last_number + 1
        if is_parted and (may_begin or not self.segments):
            self.finish()
            self.segments.append(Segment(row.number))
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
            self.finish()
            self._run, self._run_length = row, 1
        self._run_last = row.number

    def skip(self, number: int) -> None:
        """Note a row that is not shown: it parts nothing."""
        self._last_number = max(number, self._last_number) if self._last_number + 1 >= number else self._last_number

    def finish(self) -> None:
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

    def __init__(self, areas: Sequence[Area]) -> None:
        self.free = Survey()
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
