"""Rows are sorted by what they mean, and columns summed as a caller says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.datasets.column_form import ColumnForm, ColumnType
from reports.datasets.rows import RowsList
from reports.datasets.understanding import RowMark, Section
from reports.errors import InvalidDataError
from templates.table import sorting
from templates.table.sorting import sorted_section
from templates.table.view import view
from tests.unit.engine.rendering import context
from tests.unit.templates.table_sections import NUMBER, section_of


def column(section: Section, key: str) -> list[Any]:
    return [cell for block in section.blocks() for cell in block.column(key)]


def by(*keys: str) -> list[dict[str, Any]]:
    """Write what to sort by, as ``-a`` for values that descend."""
    return [{"key": key.removeprefix("-"), "descending": key.startswith("-")} for key in keys]


def test_numbers_are_sorted_by_their_size_and_nothing_comes_last_either_way() -> None:
    section = section_of([{"n": value} for value in ("10", "9.5", None, "-3", "100")], {"n": NUMBER})

    assert column(sorted_section(section, by("n")), "n") == ["-3", "9.5", "10", "100", None]
    assert column(sorted_section(section, by("-n")), "n") == ["100", "10", "9.5", "-3", None]


def test_days_are_sorted_by_time_and_names_without_regard_to_capitals() -> None:
    rows = [{"d": "2026-03-01", "s": "beta"}, {"d": "2025-12-31", "s": "Alpha"}, {"d": "2026-01-15", "s": "ALPHA"}]
    section = section_of(rows, {"d": ColumnForm(ColumnType.DATE)})

    assert column(sorted_section(section, by("d")), "d") == ["2025-12-31", "2026-01-15", "2026-03-01"]
    assert column(sorted_section(section, by("s", "-d")), "d") == ["2026-01-15", "2025-12-31", "2026-03-01"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30), st.booleans(), st.booleans())
def test_sorting_is_stable_and_loses_no_row(pairs: list[tuple[int, int]], down: bool, down_too: bool) -> None:
    rows = [{"a": str(a), "b": str(b), "n": str(n)} for n, (a, b) in enumerate(pairs)]
    section = section_of(rows, {"a": NUMBER, "b": NUMBER})
    expected = sorted(rows, key=lambda row: row["b"], reverse=down_too)
    expected.sort(key=lambda row: row["a"], reverse=down)

    found = sorted_section(section, by("-a" if down else "a", "-b" if down_too else "b"))

    assert column(found, "n") == [row["n"] for row in expected]
    assert column(found, "n") == [row["n"] for row in expected], "it can be read again"


def test_rows_that_sum_up_others_stay_at_the_end() -> None:
    rows = [{"s": "b", "n": "1"}, {"s": "Sum", "n": "3"}, {"s": "a", "n": "2"}, {"s": "Total", "n": "3"}]
    section = section_of(rows, {"n": NUMBER}, marks={1: RowMark.SUBTOTAL, 3: RowMark.TOTAL})

    found = sorted_section(section, by("s"))

    assert column(found, "s") == ["a", "b", "Sum", "Total"]
    assert found.marks == {2: RowMark.SUBTOTAL, 3: RowMark.TOTAL}


def test_more_rows_than_can_be_sorted_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "MOST_ROWS", 2)

    with pytest.raises(InvalidDataError, match="has 3 rows to sort, and may have 2"):
        sorted_section(section_of([{"a": "1"}] * 3), by("a"))


ROWS = [
    {"City": "Ulm", "Net": "2.50", "Year": "2026", "Share": "3.5%"},
    {"City": "Bonn", "Net": "10.00", "Year": "2025", "Share": "1.5%"},
]


def viewed(**said: Any) -> tuple[dict[str, Any], RowsList]:
    rows = RowsList([dict(row) for row in ROWS])
    return view({"rows": rows, **said}, context()), rows


def summed(**said: Any) -> list[str]:
    table = viewed(**said)[0]["tables"][0]
    return [column.key for column in table["columns"] if column.summed]


def test_a_table_is_printed_in_the_order_that_is_asked_for() -> None:
    [table] = viewed(sort=by("-Net"))[0]["tables"]

    assert [line.cells[0][1] for line in table["lines"]][:2] == ["Bonn", "Ulm"]


def test_all_no_and_chosen_columns_are_summed_as_a_caller_says() -> None:
    assert summed() == ["Net"]
    assert summed(sums=False) == []
    assert summed(sums=True) == ["Net", "Share"]
    assert summed(sums=["Year"]) == ["Year"]
    assert summed(sums=False, columns=[{"key": "Net", "total": True}]) == ["Net"]


def test_what_is_summed_at_last_is_said_in_the_reading() -> None:
    _, rows = viewed(sums=["Year"])

    [section] = rows.reading["sections"]
    assert [each["key"] for each in section["columns"] if each["summed"]] == ["Year"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            {"sort": by("net")},
            "/sort/0/key: names a column that no row has: 'net'. There are 'City', 'Net', 'Sh",
        ),
        ({"sums": ["Gross"]}, "/sums/0: names a column that no row has"),
        ({"sums": ["Net", "City"]}, "/sums/1: names a column that holds no numbers: 'City'"),
    ],
)
def test_columns_that_there_are_not_are_refused(said: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidDataError, match=reason):
        viewed(**said)
