"""Write the pages between a table's first and its last ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from reports.engine.longtable.layout.pagination import PagePlan, pages
from reports.engine.longtable.pages.continued_pages import ContinuedPages
from reports.engine.longtable.worker_pool import WorkerPool
from reports.engine.weasy.errors import UnsupportedTableError

_HELD_PAGES = 2
"""Pages kept back for WeasyPrint, as what stands after a table may push its last rows to another page.

One is enough where its rows could be parted: what comes after the table can then take some of them along.
"""


class Middle:
    """Write rows from the number ``first`` on, page by page, and leave the last pages to WeasyPrint.

    Afterwards, ``written`` is the number of the first row that is left, ``left`` are the lines from there on, ``last``
    is the one before them, and ``second_page`` says after how many of them another page should begin.
    """

    def __init__(self, gap: ContinuedPages, first: int, pool: WorkerPool, *, before: Any) -> None:
        self.gap = gap
        self.written = first
        self.last = before
        self.left: deque[Any] = deque()
        self.second_page: int | None = None
        self._pool = pool

    def write(self, lines: Iterable[Any]) -> Iterator[int]:
        """Write pages; yield how many rows are done after each. Raises UnsupportedTableError."""
        frames = self.gap.frames
        fragments = self._pool.fragments(self._remembered(lines), self.written, self.last)
        held: deque[PagePlan] = deque()
        for page in pages(fragments, self.written, lambda number: frames[number % len(frames)].room):
            held.append(page)
            for _ in range(self._ready(held, _HELD_PAGES)):
                self._write(held.popleft())
                yield self.written
        if held[-1].breaks:
            for _ in range(self._ready(held, 1)):
                self._write(held.popleft())
                yield self.written
        if not self.gap.pages:
            raise UnsupportedTableError("the table is short")
        self.second_page = held[1].first - self.written if len(held) > 1 and held[1].begins_with_whole_row else None

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
