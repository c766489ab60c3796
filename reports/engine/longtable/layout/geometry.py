"""What all layouts of a table agree in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from reports.engine.weasy.errors import UnsupportedTableError


class Geometry:
    """The facts in which all layouts of a table must agree. Lengths are in px.

    ``page`` and ``box`` are a page that the table continues on, and the table there. ``period``: after how many rows
    selectors such as ``:nth-child(2n)`` repeat. ``room``: what rows have on a page, once that is known.
    ``reads_links``, ``reads_emptiness``: rows may look different for the targets of links, or for empty elements.
    """

    def __init__(
        self,
        table: int,
        page: Any,
        box: Any,
        *,
        period: int,
        has_sides: bool,
        reads_links: bool = False,
        reads_emptiness: bool = False,
    ) -> None:
        self.table = table
        self.page = page
        self.period = period
        self.room = math.inf
        self.has_sides = has_sides
        self.reads_links = reads_links
        self.reads_emptiness = reads_emptiness
        self._lines = lines_of(box)

    def check(self, box: Any) -> None:
        """Raise UnsupportedTableError when a table has other columns than in the document."""
        if not are_close(lines_of(box), self._lines):
            raise UnsupportedTableError("the columns of the table depend on its place in the document")


def lines_of(table: Any) -> list[float]:
    """Return where the columns of a table are, and how wide, in px."""
    return [*table.column_positions, *table.column_widths]


def are_close(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Tell whether lengths are the same but for what rounding leaves, in px."""
    return len(ours) == len(theirs) and all(abs(a - b) < 0.01 for a, b in zip(ours, theirs, strict=True))
