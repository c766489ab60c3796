"""Define a block: rows of a grid that no empty row parts, as a survey knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.datasets.grid.cell import GridRow

Area = tuple[int, int, int, int]
"""First row, first column, last row and last column; rows count from 1, columns from 0."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a survey knows of a block's column: how many cells, and its first and last row."""

    cells: int
    first: int
    last: int
    is_numeric: bool = False
    """Whether more cells are numbers than are words."""


@dataclass(slots=True)
class Block:
    """Rows that no empty row parts: the first and the last ones as they are, and what is known of the columns.

    A row of a text may have fewer or more cells than others: ``width`` is how many hold something in most rows, and
    ``size`` how many there are with empty ones; 0 in a sheet. ``repeats`` are numbers of rows that repeat one of the
    first ones, by its texts. ``source`` is what the survey wants to know again.
    """

    first: int
    last: int
    rows: int
    head: Sequence[GridRow]
    tail: Sequence[GridRow]
    columns: Mapping[int, Column]
    width: int = 0
    size: int = 0
    skipped: set[int] = field(default_factory=set)
    repeats: Mapping[tuple[str, ...], Sequence[int]] = field(default_factory=dict)
    short_rows: int = 0
    """How many rows have fewer cells, without the first ones that are held; the next is the number of the first."""
    first_short: int = 0
    wide_rows: Sequence[tuple[int, int]] = ()
    """The numbers of the first rows that are wider, without those that are held, and how wide they are."""
    remarks: Sequence[GridRow] = ()
    is_adjoining: bool = False
    """Whether no empty row parts it from the block above."""
    source: Any = None

    @property
    def is_held(self) -> bool:
        """Whether all rows are at hand."""
        return self.rows <= len(self.head) + len(self.tail)

    def held(self) -> list[GridRow]:
        """Return the rows at hand."""
        return [*self.head, *self.tail]
