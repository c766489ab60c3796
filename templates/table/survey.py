"""Look at all rows once, and learn what the table needs before its first line is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding import Section
from reports.engine.templating.formats import Formats
from reports.errors import InvalidDataError, Violation

from .columns import Column, describe, tally_for
from .groups import Groups
from .tally import MOST_SAMPLES, Tally

MAX_COLUMNS = 200

Override = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of the survey: the columns to print, each with its tally, and the groups, if any were asked for."""

    row_count: int
    columns: Sequence[Column]
    tallies: Sequence[Tally]
    groups: Groups | None


def survey(section: Section, overrides: Sequence[Override] | None, group_by: str | None, formats: Formats) -> Survey:
    """Survey a section's rows. Columns are all keys in the order they are first seen, or just those of ``overrides``.

    Raises InvalidDataError for columns or groups that are too many, or missing.
    """
    groups = Groups(group_by, formats) if group_by is not None else None
    surveyor = _Surveyor({override["key"]: override for override in overrides or ()}, group_by)
    for block in section.blocks():
        runs = groups.count(block) if groups is not None else ((0, 0, len(block)),)
        surveyor.add(block, runs)
    if surveyor.row_count and not surveyor.tallies:
        raise InvalidDataError("table", [Violation("/rows", "has no columns to print")])
    if surveyor.row_count and groups is not None and not groups.is_known_key:
        raise InvalidDataError("table", [Violation("/group_by", "names a column that no row has")])
    columns = [describe(key, tally, surveyor.overrides.get(key, {})) for key, tally in surveyor.tallies.items()]
    return Survey(surveyor.row_count, columns, list(surveyor.tallies.values()), groups)


class _Surveyor:
    def __init__(self, overrides: Mapping[str, Override], group_by: str | None) -> None:
        self.overrides = overrides
        self.row_count = 0
        self.tallies: dict[str, Tally] = {}
        self._group_by = group_by
        self._finds_columns = not overrides
        self._samples = 0
        self._rows_per_sample = 1
        self._meet(overrides)

    def add(self, block: Block, runs: Sequence[tuple[int, int, int]]) -> None:
        """Take the next rows."""
        if self._finds_columns:
            for shape in block.shapes:
                self._meet(shape)
        step = self._rows_per_sample
        sampled = range(-self.row_count % step, len(block), step)
        for key, tally in self.tallies.items():
            cells = block.column(key)
            tally.add(cells, runs, [cells[row] for row in sampled])
        self.row_count += len(block)
        self._samples += len(sampled)
        while self._samples > MOST_SAMPLES:
            self._samples = (self._samples + 1) // 2
            self._rows_per_sample *= 2
            for tally in self.tallies.values():
                tally.thin_samples()

    def _meet(self, keys: Iterable[str]) -> None:
        """Start to tally columns that are new."""
        for key in keys:
            if key not in self.tallies and key != self._group_by:
                if len(self.tallies) == MAX_COLUMNS:
                    sentence = (
                        f"has more than {MAX_COLUMNS} columns; choose at most {MAX_COLUMNS} of them with `columns`"
                    )
                    raise InvalidDataError("table", [Violation("/rows", sentence)])
                self.tallies[key] = tally_for(key, self.overrides.get(key, {}), skipped=self._samples)
