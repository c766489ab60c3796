"""Chunks: each row is in one of them, between its own neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.engine.longtable.rows.chunks import ROWS_IN_A_CHUNK, Chunk, Window, chunks

SOME = settings(max_examples=20, deadline=None, derandomize=True, database=None)


def own_rows(chunk: Chunk) -> list[int]:
    """Return a chunk's lines without the neighbours."""
    return chunk.lines[1:] if chunk.is_end else chunk.lines[1:-1]


@SOME
@given(st.one_of(st.integers(0, 5), st.integers(ROWS_IN_A_CHUNK - 3, ROWS_IN_A_CHUNK + 3), st.integers(0, 5000)))
def test_all_rows_are_in_chunks_in_their_order_and_each_once(count: int) -> None:
    made = list(chunks(range(100, 100 + count), 100, 99))

    assert [row for chunk in made for row in own_rows(chunk)] == list(range(100, 100 + count))
    assert all(chunk.lines[0] == chunk.number for chunk in made)
    assert [chunk.is_end for chunk in made] == [False] * (len(made) - 1) + [True] * bool(made)


def test_all_chunks_but_the_last_are_as_large_whatever_comes_after_them() -> None:
    few, many = (list(chunks(range(1, count), 1, 0)) for count in (3000, 9000))

    assert few[:2] == many[:2]


def test_a_window_gives_the_form_of_each_row_and_those_around_it() -> None:
    window = Window(Chunk(["a", "b", "c"], number=7, is_end=True), lambda line: f"<tr class={line}>\x02{line}\x03</tr>")

    around = [[form[10:11] for form in window.around(index)] for index in range(len(window))]

    assert around == [["a", "b", "c"], ["b", "c", ""]]


@pytest.mark.parametrize("is_html", [True, False])
def test_lines_are_written_unless_they_are_html_already(is_html: bool) -> None:
    chunk = Chunk(["x", "y"], number=0, is_end=True, is_html=is_html)

    rows = chunk.rows(str.upper)

    assert rows == (["x", "y"] if is_html else ["X", "Y"])
