"""Lay out the beginning of a long table: as few rows as show what it looks like there, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reports.engine.longtable.layout.frame import bottom_for_rows
from reports.engine.weasy.boxes import begins_page, has_footnotes
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.typesetter import LaidOutDocument, box_of, table_of

_FEWEST = 3
"""Rows that show how a table begins, besides those that its style looks for at its beginning."""

_FIRST_PROBE = 40
"""Rows that nearly always fill the first page of a table, which mostly has a heading and more above it."""

_LONGEST_PROBE = 4_000

LayOut = Callable[[Sequence[str], int], LaidOutDocument]
"""Lay out the document with these rows in the table, those from a number on each at the top of a page."""


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a table: the page it begins on, the lines read so far, and for each page the rows on it."""

    layout: LaidOutDocument
    page: int
    lines: list[Any]
    on_pages: list[list[tuple[int, Any]]]
    is_open: bool
    """Its first page may have room for more rows than stand on it."""

    @property
    def first(self) -> int:
        """Return the number of the row that the second page of the table begins with."""
        return self.on_pages[self.page + 1][0][0]

    def table(self, further: int) -> Any:
        """Return the part of the table on its first page, or so many pages further on."""
        page = self.page + further
        return table_of(self.layout.pages[page], self.on_pages[page][0][1])

    def room_below(self, rows: int) -> float | None:
        """Return the height in px below so many rows of its first page; None where that page has ended by itself."""
        if not self.is_open:
            return None
        page, table = box_of(self.layout.pages[self.page]), self.table(0)
        spacing = 0 if table.style["border_collapse"] == "collapse" else table.style["border_spacing"][1]
        foot = 0.0
        if table.children[-1].is_footer:
            foot = table.children[-1].height + spacing
            # Where the table begins a page, WeasyPrint does not look whether what is below the foot fits on it.
            foot += 0 if begins_page(page, table) else table.padding_bottom + table.border_bottom_width
        last = self.on_pages[self.page][rows - 1][1]
        top: float = last.position_y + last.height + spacing
        return bottom_for_rows(page, foot) - top

    def check_end(self) -> None:
        """Raise UnsupportedTableError where a row goes on over the end of the first page."""
        if self.first == self.on_pages[self.page][-1][0]:
            raise UnsupportedTableError("its first page ends in the middle of a row")


class StartFinder:
    """Lay out as many rows of a table as it takes to see it begin and go on.

    ``html`` writes a row, ``further`` are the pages to be seen besides the second one, and ``special`` the rows at the
    beginning that may look different. The further pages have one row each: all that is seen there is what a page looks
    like that is not the table's last.
    """

    def __init__(self, lay_out: LayOut, number: int, html: Callable[[Any], str], further: int, special: int) -> None:
        self._lay_out = lay_out
        self._number = number
        self._html = html
        self._further = further
        self._special = special

    def start(self, beginning: list[Any], rest: Iterator[Any]) -> Start:
        """Return the beginning. Further lines are taken from the ``rest``. Raises UnsupportedTableError."""
        return self._open_start(beginning) or self._ended_start(beginning, rest)

    def _open_start(self, beginning: list[Any]) -> Start | None:
        """Lay out some rows that leave room on the first page; None when they do not, or the room is not plain to see.

        The heights of further rows tell how many of them stand there.
        """
        count = _FEWEST + self._special
        if count > _FIRST_PROBE:
            return None
        found = self._found(beginning[: count + 1 + self._further], count)
        if found is None or [len(rows) for rows in found[2]] != [count, *[1] * (1 + self._further)]:
            return None
        layout, on_pages, used = found
        page = on_pages.index(used[0])
        return None if has_footnotes(box_of(layout.pages[page])) else Start(layout, page, beginning, on_pages, True)

    def _ended_start(self, beginning: list[Any], rest: Iterator[Any]) -> Start:
        """Lay out more rows than fit on the first page: the second one begins by itself."""
        count = _FIRST_PROBE
        while count <= _LONGEST_PROBE:
            beginning += islice(rest, max(0, count + self._further - len(beginning)))
            if len(beginning) < count + self._further:
                break
            found = self._found(beginning[: count + self._further], count)
            if found is not None and len(found[2]) >= 2 + self._further:
                layout, on_pages, used = found
                return Start(layout, on_pages.index(used[0]), beginning, on_pages, False)
            count *= 2
        raise UnsupportedTableError("the table is short")

    def _found(
        self, lines: Sequence[Any], count: int
    ) -> tuple[LaidOutDocument, list[list[tuple[int, Any]]], list[list[tuple[int, Any]]]] | None:
        """Lay out lines; return for each page the rows on it, and the pages with any, which follow one another."""
        layout = self._lay_out([*map(self._html, lines)], count)
        on_pages = layout.rows_of(self._number)
        used = [index for index, found in enumerate(on_pages) if found]
        if not used or used != list(range(used[0], used[-1] + 1)):
            return None
        return layout, on_pages, on_pages[used[0] : used[-1] + 1]
