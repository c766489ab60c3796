"""Define what is known of a table after its rows were read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.column_form import AS_TEXT, ColumnForm

MOST_COLUMNS_SAID = 60
_LONGEST_KEY = 80
_LONGEST_TEXT = 200
_MOST_NOTES = 3


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
            "key": self.key[:_LONGEST_KEY],
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
    by their number from 0 on; ``row_count`` counts all rows. ``preview`` are the first rows as understood, shortened.
    ``header_row`` is that of its SourceTable.
    """

    columns: Sequence[ColumnReading]
    row_count: int
    blocks: Callable[[], Iterator[Block]]
    marks: Mapping[int, RowMark] = field(default_factory=dict)
    name: str = ""
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    preview: Sequence[Sequence[str]] = ()
    header_row: int | None = None

    def facts(self, most_columns: int = MOST_COLUMNS_SAID) -> dict[str, Any]:
        """Return what a job's reading says of the section, of few columns only, as a reading has to be short."""
        said = self.columns[:most_columns]
        parts = {
            "name": self.name,
            "title": self.title[:_LONGEST_TEXT],
            "subtitle": self.subtitle[:_LONGEST_TEXT],
            "notes": [note[:_LONGEST_TEXT] for note in self.notes[:_MOST_NOTES]],
            "rows": self.row_count,
            "header_row": self.header_row,
            "total_rows": len(self.marks),
            "columns": [column.facts() for column in said],
            "more_columns": len(self.columns) - len(said),
            "preview": [list(row) for row in self.preview] if said else [],
        }
        kept = {name: value for name, value in parts.items() if value not in ("", [], 0, None)}
        return {"rows": self.row_count} | ({"header_row": 0} if self.header_row == 0 else {}) | kept
