"""Write the pages between a table's first and its last ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from reports.engine.longtable.layout.pagination import Break, PagePlan, pages
from reports.engine.longtable.layout.parts import Fragment, RowLook, RowTags
from reports.engine.longtable.pages.continued_pages import ContinuedPages
from reports.engine.longtable.worker_pool import WorkerPool
from reports.engine.weasy.errors import UnsupportedTableError

_HELD_PAGES = 2
"""Pages kept back for WeasyPrint, as what stands after a table may push its last rows to another page.

One is enough where its rows could be parted: what comes after the table can then take some of them along.
"""

_ROW_ABOVE = Fragment(0.0, RowLook(b"", b"", b""), RowTags.of(()), b"")
"""Stands for the last row that is laid out on a page, below which there is room."""


class Middle:
    """Write rows from the number ``first`` on, page by page, and leave the last pages to WeasyPrint.

    Where the page of the rows ``before`` has ``room`` for more, in px, those that fit are left to WeasyPrint, too.

    Afterwards, ``before`` are all lines on that page, ``written`` is the number of the first row that is left, ``left``
    are the lines from there on, ``last`` is the one before them, and ``second_page`` says after how many of them
    another page should begin.
    """

    def __init__(
        self, gap: ContinuedPages, first: int, pool: WorkerPool, *, before: list[Any], room: float | None
    ) -> None:
        self.gap = gap
        self.before = before
        self.written = first
        self.last = before[-1]
        self._room = room
        self.left: deque[Any] = deque()
        self.second_page: int | None = None
        self._pool = pool

    def write(self, lines: Iterable[Any]) -> Iterator[int]:
        """Write pages; yield how many rows are done after each. Raises UnsupportedTableError."""
        held: deque[PagePlan] = deque()
        for page in self._pages(lines):
            held.append(page)
            for _ in range(self._ready(held, _HELD_PAGES)):
                self._write(held.popleft())
                yield self.written
        if held and held[-1].breaks:
            for _ in range(self._ready(held, 1)):
                self._write(held.popleft())
                yield self.written
        if not self.gap.pages:
            raise UnsupportedTableError("the table is short")
        self.second_page = held[1].first - self.written if len(held) > 1 and held[1].begins_with_whole_row else None

    def _pages(self, lines: Iterable[Any]) -> Iterator[PagePlan]:
        """Yield the pages after the first one, which is filled with what has room there."""
        rooms = [frame.room for frame in self.gap.frames]
        fragments = self._pool.fragments(self._remembered(lines), self.written, self.last)
        if self._room is None:
            yield from pages(fragments, self.written, lambda number: rooms[number % len(rooms)])
            return
        first = self._room
        plans = pages(
            chain([(_ROW_ABOVE, Break.ALLOWED)], fragments),
            self.written - 1,
            lambda number: rooms[(number - 1) % len(rooms)] if number else first,
        )
        for plan in islice(plans, 1):
            rows = plan.ended_rows - 1
            self.before += [self.left.popleft() for _ in range(rows)]
            self.written += rows
            self.last = self.before[-1]
        yield from plans

    def _ready(self, held: deque[PagePlan], kept: int) -> int:
        """Return how many pages can be written, when some are to be ``kept`` at least.

        Those that are left begin with a whole row, and on a left page where the first one did, if that matters.
        """
        sides = len(self.gap.frames)
        for count in range(len(held) - kept, 0, -1):
            if held[count].begins_with_whole_row and (len(self.gap.pages) + count) % sides == 0:
                return count
        return 0

    def _write(self, page: PagePlan) -> None:
        self.gap.add(page.rows)
        for _ in range(page.ended_rows):
            self.last = self.left.popleft()
        self.written += page.ended_rows

    def _remembered(self, lines: Iterable[Any]) -> Iterator[Any]:
        for line in lines:
            self.left.append(line)
            yield line
