"""What all layouts of a table agree in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from reports.engine.longtable.layout.inline_styles import ALL_STYLES, NO_STYLES, STYLES_BUT_OF_BORDERS, Styles
from reports.engine.longtable.layout.style_facts import StyleFacts
from reports.engine.weasy.errors import UnsupportedTableError


class Geometry:
    """The facts in which all layouts of a table must agree. Lengths are in px.

    ``page`` and ``box`` are a page that the table continues on, and the table there. ``phase``: the place of a row, as
    far as selectors such as ``:nth-child(2n)`` count it; ``hidden_rows`` counts those that stand for rows in between.
    ``room``: what rows have on a page, once that is known.
    ``reads_links``, ``reads_emptiness``: rows may look different for the targets of links, or for empty elements.
    ``read_styles`` names what is a value in inline styles.
    ``composes``: a cell depends on itself, its row and its column only.
    """

    def __init__(
        self,
        table: int,
        page: Any,
        box: Any,
        *,
        facts: StyleFacts,
    ) -> None:
        self.table = table
        self.page = page
        self.is_collapsed = box.style["border_collapse"] == "collapse"
        self.phase = facts.phase
        self.hidden_rows = facts.hidden_rows
        self.special_rows = facts.special_rows
        self.room = math.inf
        self.has_sides = facts.has_sides
        self.reads_links = facts.reads_links
        self.reads_emptiness = facts.reads_emptiness
        self.read_styles = read_styles_of(box, facts)
        # What a row's neighbours ask for at its edges would depend on their own neighbours.
        self.composes = not facts.reads_cells_beside and not (self.is_collapsed and facts.reads_rows_above)
        self.columns = len(box.column_widths)
        self._lines = lines_of(box)

    def check(self, box: Any) -> None:
        """Raise UnsupportedTableError when a table has other columns than in the document."""
        if not are_close(lines_of(box), self._lines):
            raise UnsupportedTableError("the columns of the table depend on its place in the document")


def read_styles_of(table: Any, facts: StyleFacts) -> Styles:
    """Name what is a value in the inline styles of a table's rows; nothing where selectors can read them."""
    if facts.reads_styles:
        return NO_STYLES
    return STYLES_BUT_OF_BORDERS if table.style["border_collapse"] == "collapse" else ALL_STYLES


def lines_of(table: Any) -> list[float]:
    """Return where the columns of a table are, and how wide, in px."""
    return [*table.column_positions, *table.column_widths]


def are_close(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Tell whether lengths are the same but for what rounding leaves, in px."""
    return len(ours) == len(theirs) and all(abs(a - b) < 0.01 for a, b in zip(ours, theirs, strict=True))
