"""Pages take rows as long as there is room, and do not part what belongs together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.engine.weasy.errors import UnsupportedTableError
from tests.unit.engine.rendering import renderer

renderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

from reports.engine.longtable.layout.pagination import Break, pages  # noqa: E402
from reports.engine.longtable.layout.parts import (  # noqa: E402
    Fragment,
    PageFrame,
    RowLook,
    RowTags,
)

LOOK, TAGS = RowLook(b"", b"", b""), RowTags.of([])
AVOIDED, ALLOWED, FORCED = Break.AVOIDED, Break.ALLOWED, Break.FORCED
SOME = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def heights(rows: Sequence[tuple[float, Break]], room: float | Sequence[float], first: int = 0) -> list[list[float]]:
    """Return the heights of the rows of each page."""
    given = [(Fragment(height, LOOK, TAGS, b""), break_before) for height, break_before in rows]
    rooms = [room] if isinstance(room, int | float) else room
    plans = list(pages(given, first, lambda number: rooms[number % len(rooms)]))
    counts = [plan.first for plan in plans]
    assert counts == [first + sum(len(plan.rows) for plan in plans[:at]) for at in range(len(plans))]
    return [[row.height for row in plan.rows] for plan in plans]


def test_a_row_that_just_fits_stays_and_the_next_one_begins_a_page() -> None:
    assert heights([(10, ALLOWED)] * 7, 30) == [[10] * 3, [10] * 3, [10]]
    assert heights([(10, ALLOWED)] * 3, 29.999) == [[10, 10], [10]]


def test_each_page_has_room_of_its_own() -> None:
    assert heights([(10, ALLOWED)] * 6, [10, 30]) == [[10], [10] * 3, [10], [10]]


def test_pages_know_which_row_they_begin_with() -> None:
    rows = [(Fragment(10, LOOK, TAGS, b""), ALLOWED)] * 5

    plans = list(pages(rows, 70, lambda _: 20))

    assert [(plan.first, len(plan.rows)) for plan in plans] == [(70, 2), (72, 2), (74, 1)]


def test_a_heading_goes_with_the_row_below_it() -> None:
    rows = [(10, ALLOWED), (10, ALLOWED), (9, ALLOWED), (10, AVOIDED), (10, ALLOWED)]

    assert heights(rows, 30) == [[10, 10], [9, 10, 10]]


def test_a_chain_of_rows_that_belong_together_moves_as_a_whole() -> None:
    rows = [(10, ALLOWED), (10, ALLOWED), (10, AVOIDED), (10, AVOIDED), (10, ALLOWED)]

    assert heights(rows, 30) == [[10], [10, 10, 10], [10]]


def test_a_forced_break_ends_a_page_that_has_room() -> None:
    assert heights([(10, ALLOWED), (10, FORCED), (10, ALLOWED)], 100) == [[10], [10, 10]]


def test_a_forced_break_before_the_first_row_of_a_page_does_nothing() -> None:
    assert heights([(10, FORCED), (10, ALLOWED)], 100) == [[10, 10]]


def test_a_row_higher_than_a_page_is_refused() -> None:
    with pytest.raises(UnsupportedTableError, match="a row is higher than a page"):
        heights([(10, ALLOWED), (31, ALLOWED)], 30)


def test_a_row_that_brings_its_frame_has_the_room_of_that() -> None:
    bare = PageFrame(None, 100, 100, top=10, bottom=60, under=b"", over=b"", links=(), left=0)
    high = (Fragment(41, LOOK, TAGS, b"", frame=bare), FORCED)
    low = (Fragment(9, LOOK, TAGS, b""), ALLOWED)

    plans = list(pages([low, high, low, low, low, low, low], 0, lambda _: 30))

    assert [[row.height for row in plan.rows] for plan in plans] == [[9], [41, 9], [9, 9, 9], [9]]


def test_more_rows_than_a_page_holds_cannot_be_kept_together() -> None:
    with pytest.raises(UnsupportedTableError, match="must not be parted"):
        heights([(10, ALLOWED), *[(10, AVOIDED)] * 5], 30)


def test_no_rows_make_no_page() -> None:
    assert heights([], 30) == []


@SOME
@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from([ALLOWED, ALLOWED, AVOIDED, FORCED])), max_size=60))
def test_no_row_is_lost_and_no_page_overflows_or_breaks_where_it_must_not(rows: list[tuple[float, Break]]) -> None:
    try:
        found = heights(rows, 40)
    except UnsupportedTableError:
        assert AVOIDED in [break_before for _, break_before in rows]
        return

    assert [height for page in found for height in page] == [height for height, _ in rows]
    assert all(sum(page) <= 40 for page in found)
    starts = [sum(map(len, found[:at])) for at in range(1, len(found))]
    assert all(rows[start][1] is not AVOIDED for start in starts)
    assert {at for at, (_, break_before) in enumerate(rows) if break_before is FORCED and at} <= set(starts)
