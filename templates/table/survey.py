"""Look at all rows once, and learn what the table needs before its first line is printed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding import ColumnReading, RowMark, Section
from reports.engine.templating.formats import Formats
from reports.errors import InvalidDataError, Violation

from .columns import Column, describe, set_apart
from .groups import Groups
from .tally import MOST_SAMPLES, MarkedBlock, Runs, Tally

MAX_COLUMNS = 200

Override = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of a survey: the columns to print, each with its tally, and the groups, if any were asked for.

    ``row_count`` leaves out rows that sum up others.
    """

    section: Section
    row_count: int
    columns: Sequence[Column]
    tallies: Sequence[Tally]
    groups: Groups | None

    @property
    def has_total(self) -> bool:
        """Tell whether the rows have their own total."""
        return RowMark.TOTAL in self.section.marks.values()


def survey(section: Section, overrides: Mapping[str, Override], group_by: str | None, formats: Formats) -> Survey:
    """Survey a section's rows; the columns are all that it has, or just those of ``overrides`` that it has.

    Raises InvalidDataError for columns or groups that are too many, or missing.
    """
    # Of no rows, what a caller says is all that there is.
    columns = section.columns if section.row_count else [ColumnReading(key) for key in overrides]
    readings = {column.key: column for column in columns}
    chosen = [key for key in overrides or readings if key in readings and key != group_by]
    if section.row_count and not chosen:
        raise InvalidDataError("table", [Violation("/rows", "has no columns to print: none of the rows has a value")])
    if len(chosen) > MAX_COLUMNS:
        raise InvalidDataError("table", [Violation("/rows", _too_many(chosen))])
    groups = Groups(readings[group_by], formats) if group_by in readings else None
    tallies = {key: Tally(readings[key].form.type) for key in chosen}
    surveyor = _Surveyor(tallies)
    for block, marked in marked_blocks(section):
        surveyor.add(block, groups.count(block, marked) if groups is not None else _runs(len(block), marked), marked)
    described = [describe(readings[key], tally, overrides.get(key, {})) for key, tally in tallies.items()]
    columns_printed = set_apart(described)
    return Survey(section, section.row_count - len(section.marks), columns_printed, list(tallies.values()), groups)


def marked_blocks(section: Section) -> Iterator[MarkedBlock]:
    """Yield a section's blocks, each with its rows that sum up others."""
    start, marks = 0, sorted(section.marks)
    for block in section.blocks():
        end = start + len(block)
        within = marks[bisect_left(marks, start) : bisect_left(marks, end)]
        yield block, [row - start for row in within]
        start = end


def _too_many(columns: Sequence[str]) -> str:
    return (
        f"has {len(columns):,} columns, and a table may have {MAX_COLUMNS}. The first that is too many is "
        f"{columns[MAX_COLUMNS][:80]!r}. Choose at most {MAX_COLUMNS} with `columns`"
    )


def _runs(count: int, marked: Sequence[int]) -> Runs:
    """Return the rows of a block that count, as runs of one group."""
    starts, ends = (0, *(row + 1 for row in marked)), (*marked, count)
    return [(0, start, end) for start, end in zip(starts, ends, strict=True) if start < end]


class _Surveyor:
    """Hand the cells of blocks to tallies, and every so many rows as samples."""

    def __init__(self, tallies: Mapping[str, Tally]) -> None:
        self._tallies = tallies
        self._row_count = 0
        self._samples = 0
        self._rows_per_sample = 1

    def add(self, block: Block, runs: Runs, marked: Sequence[int]) -> None:
        """Take the next rows."""
        step = self._rows_per_sample
        sampled = range(-self._row_count % step, len(block), step)
        for key, tally in self._tallies.items():
            cells = block.column(key)
            samples = [cells[row] for row in sampled]
            if marked:
                tally.add_marked([cells[row] for row in marked])
                cells = list(cells)
                for row in marked:
                    cells[row] = None
            tally.add(cells, runs, samples)
        self._row_count += len(block)
        self._samples += len(sampled)
        while self._samples > MOST_SAMPLES:
            self._samples = (self._samples + 1) // 2
            self._rows_per_sample *= 2
            for tally in self._tallies.values():
                tally.thin_samples()
