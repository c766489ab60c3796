"""Define what is known of a table after its rows were read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.column_form import AS_TEXT, ColumnForm


class RowMark(StrEnum):
    """Name a row of the data that sums up others, and is not counted again."""

    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What a column holds, and whether its sum means something; ``why`` says so in a few words for people."""

    key: str
    form: ColumnForm = AS_TEXT
    summed: bool = False
    why: str = ""

    def facts(self) -> dict[str, Any]:
        """Return what a job's reading says of the column."""
        parts = {
            "key": self.key,
            "type": str(self.form.type),
            "decimals": self.form.decimals,
            "prefix": self.form.prefix,
            "suffix": "%" if self.form.percent else self.form.suffix,
            "summed": self.summed,
            "why": self.why,
        }
        return {name: value for name, value in parts.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Section:
    """A table whose columns are understood.

    ``blocks`` reads its rows anew, cells in the canonical form of their column. ``marks`` are rows that sum up others,
    by their number from 0 on; ``row_count`` counts all rows.
    """

    columns: Sequence[ColumnReading]
    row_count: int
    blocks: Callable[[], Iterator[Block]]
    marks: Mapping[int, RowMark] = field(default_factory=dict)
    name: str = ""
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return what a job's reading says of the section."""
        parts = {
            "name": self.name,
            "title": self.title,
            "subtitle": self.subtitle,
            "notes": list(self.notes),
            "rows": self.row_count,
            "total_rows": len(self.marks),
            "columns": [column.facts() for column in self.columns],
        }
        return {name: value for name, value in parts.items() if value not in ("", [], 0) or name == "rows"}
