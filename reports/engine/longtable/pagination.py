"""Fill pages with rows by adding up their heights, and break them where WeasyPrint would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from reports.engine.longtable.errors import UnsupportedTableError
from reports.engine.longtable.fragments import Fragment


def pages(
    rows: Iterable[tuple[Fragment, bool]], first: int, room: Callable[[int], float]
) -> Iterator[tuple[int, list[Fragment]]]:
    """Yield pages, each as the number of its first row and its rows; the last one may have room left.

    ``rows`` come with whether a page may break before them. ``room`` tells the height in px that the n-th of these
    pages has. Raises UnsupportedTableError for a row that is higher than a page.
    """
    page: list[tuple[Fragment, bool]] = []
    used, number = 0.0, 0
    for row in rows:
        height = row[0].height
        if used + height > room(number) and page:
            at = _break_before(page, row)
            yield first, [fragment for fragment, _ in page[:at]]
            first, number = first + at, number + 1
            page = page[at:]
            used = sum(fragment.height for fragment, _ in page)
        if height > room(number):
            raise UnsupportedTableError("a row is higher than a page")
        page.append(row)
        used += height
    if page:
        yield first, [fragment for fragment, _ in page]


def _break_before(page: list[tuple[Fragment, bool]], following: tuple[Fragment, bool]) -> int:
    """Return how many rows of a page stay on it: all, unless that would part rows that belong together."""
    if following[1]:
        return len(page)
    for at in range(len(page) - 1, 0, -1):
        if page[at][1]:
            return at
    raise UnsupportedTableError("more rows than fit on a page must not be parted")
