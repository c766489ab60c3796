"""Fill pages with rows by adding up their heights, and break them where WeasyPrint would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from reports.engine.longtable.layout.parts import Fragment
from reports.engine.weasy.errors import UnsupportedTableError


class Break(IntEnum):
    """A row, and whether a page ends before it."""

    AVOIDED = 0
    ALLOWED = 1
    FORCED = 2


Broken = tuple[Fragment, Break]
"""A row, and whether a page may or must end before it."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The rows of a page, or parts of them.

    ``first`` is the number of the row that it begins with, and ``breaks`` counts the places between its rows where it
    could have ended.
    """

    first: int
    rows: list[Fragment]
    breaks: int

    @property
    def begins_with_whole_row(self) -> bool:
        """Tell whether no part of its first row is on the page before."""
        return self.rows[0].begins

    @property
    def ended_rows(self) -> int:
        """Count the rows that end on the page."""
        return sum(row.ends for row in self.rows)


def pages(rows: Iterable[Broken], first: int, room: Callable[[int], float]) -> Iterator[PagePlan]:
    """Yield pages; the last one may have room left.

    ``first`` is the number of the first row, and ``room`` tells the height in px that the n-th of these pages has, but
    for one that begins with a row or part which brings its own frame.
    Raises UnsupportedTableError for a row that is higher than a page.
    """
    page: list[Broken] = []
    used, number, most = 0.0, 0, room(0)
    for row in rows:
        fragment, break_before = row
        if page and (break_before is Break.FORCED or used + fragment.height > most):
            at = len(page) if break_before else _earlier_break(page)
            plan = _plan(first, page[:at])
            yield plan
            first, number = first + plan.ended_rows, number + 1
            page = page[at:]
            used, most = sum(kept.height for kept, _ in page), room(number)
        if not page and fragment.frame is not None:
            most = fragment.frame.room
        if fragment.begins and fragment.ends and fragment.height > most:
            raise UnsupportedTableError("a row is higher than a page")
        page.append(row)
        used += fragment.height
    if page:
        yield _plan(first, page)


def _plan(first: int, page: list[Broken]) -> PagePlan:
    return PagePlan(
        first, [kept for kept, _ in page], sum(break_before is not Break.AVOIDED for _, break_before in page[1:])
    )


def _earlier_break(page: list[Broken]) -> int:
    """Return how many rows of a page stay on it, so that none is parted from the one below it that belongs to it."""
    for at in range(len(page) - 1, 0, -1):
        if page[at][1]:
            return at
    raise UnsupportedTableError("more rows than fit on a page must not be parted")
