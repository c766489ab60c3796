"""Understand small tables, as tests write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.datasets.options import ReadingOptions
from reports.datasets.rows import RowsList
from reports.datasets.understanding import ColumnReading, understand


class Understood:
    """A table after it was understood: its section, and what was warned of."""

    def __init__(
        self,
        columns: Mapping[str, Sequence[Any]],
        *,
        overrides: Sequence[Mapping[str, Any]] = (),
        facts: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        source = RowsList(rows, ReadingOptions(**options))
        source.reading = facts or {}
        (self.section,) = understand(source, overrides)
        self.warnings = [warning["message"] for warning in source.warnings]
        self.reading = source.reading

    def column(self, key: str) -> ColumnReading:
        """Return what is known of a column."""
        return next(column for column in self.section.columns if column.key == key)

    def cells(self, key: str) -> list[Any]:
        """Return a column's cells in their canonical form."""
        return [cell for block in self.section.blocks() for cell in block.column(key)]


def column(*cells: Any, key: str = "Amount", **more: Any) -> Understood:
    """Understand a table of one column."""
    return Understood({key: cells}, **more)
