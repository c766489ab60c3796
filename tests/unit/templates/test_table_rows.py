"""Tables of many rows, which are read block by block and never held."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.datasets import blocks
from reports.datasets.column_form import ColumnType
from reports.datasets.understanding import understand
from reports.engine.templating.formats import Formats
from reports.errors import InvalidDataError, TooLargeError
from templates.table import groups
from templates.table.lines import Line
from templates.table.survey import survey
from templates.table.tally import Longest, Tally
from templates.table.view import view
from tests.unit.engine.rendering import context, render

Row = dict[str, Any]
ENGLISH = Formats.of("en")


class CountedRows:
    """Rows that are made anew for each reading, as those of a file are, with a count of the readings."""

    def __init__(self, make: Callable[[], Iterable[Row]]) -> None:
        self.readings = 0
        self._make = make

    def __iter__(self) -> Iterator[Row]:
        self.readings += 1
        return iter(self._make())


def orders(count: int, regions: int = 3) -> Iterator[Row]:
    """Make rows whose regions take turns."""
    for number in range(count):
        yield {
            "region": f"Region {number % regions}",
            "day": f"2026-0{number % 9 + 1}-1{number % 10}",
            "work": f"Inspection {number} of the roof",
            "amount": f"{number * 7 % 1000 - 300}.{number % 100:02}",
        }


def lines_of(rows: Iterable[Row], **options: Any) -> list[Line]:
    """Print rows."""
    return list(view({"rows": rows, **options}, context())["tables"][0]["lines"])


def texts_of(rows: Iterable[Row], **options: Any) -> list[list[str]]:
    """Print rows, without what cells look like."""
    return [[text for _, text in line.cells] for line in lines_of(rows, **options)]


def test_rows_are_read_twice_to_survey_and_once_to_print_them() -> None:
    rows = CountedRows(lambda: orders(2000))

    prepared = view({"rows": rows}, context())
    surveyed = rows.readings
    printed = sum(1 for _ in prepared["tables"][0]["lines"])

    assert (surveyed, rows.readings) == (2, 3)
    assert printed == len(prepared["tables"][0]["lines"]) == 2001


def test_groups_are_read_once_more_whether_they_are_scattered_or_in_order() -> None:
    scattered = CountedRows(lambda: orders(2000))
    in_order = CountedRows(lambda: sorted(orders(2000), key=lambda row: str(row["region"])))

    gathered = lines_of(scattered, group_by="region")
    straight = lines_of(in_order, group_by="region")

    assert gathered == straight
    assert len(gathered) == 2004
    assert (scattered.readings, in_order.readings) == (3, 3)


@pytest.mark.parametrize("group_by", [None, "region"])
def test_lines_are_the_same_whenever_they_are_read(group_by: str | None) -> None:
    lines = view({"rows": CountedRows(lambda: orders(1500)), "group_by": group_by}, context())["tables"][0]["lines"]

    first, second = iter(lines), iter(lines)

    assert all(a == b for a, b in zip(first, second, strict=True))
    assert len(list(lines)) == len(lines)


def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_BYTES_IN_MEMORY", 1)
    # So many rows are kept of either table. The package has a function of the module's name.
    monkeypatch.setattr(import_module("reports.datasets.understanding.understand"), "_MOST_KEPT_ROWS", 500)

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in view({"rows": CountedRows(lambda: orders(count)), "group_by": "region"}, context())["tables"][0][
            "lines"
        ]:
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    few, many = peak(1_000), peak(3_000)

    assert many < 1.3 * few


VALUES: list[st.SearchStrategy[Any]] = [
    st.none() | st.sampled_from(["1", "2.5", "-3.25", "1000000.1", "0.1234567", ""]),
    st.none() | st.integers(-5000, 5000) | st.floats(-1e9, 1e9),
    st.sampled_from(["2026-01-31", "2026-11-01", "2026-02-31"]) | st.none(),
    st.sampled_from(["2026-01-31", "2026-01-31T10:00:00Z", "2026-03-01 09:05+02:00"]),
    st.booleans() | st.none(),
    st.integers(1990, 2030),
    st.sampled_from([0, 1, -1, 1.0, 0.0, -0.0, True, False, "1", "007", "1\x002", float("inf"), "4111111111111111"]),
    st.text(max_size=25) | st.just("x" * 500) | st.lists(st.integers(), max_size=2),
]
OVERRIDES = st.none() | st.sampled_from(["text", "number", "date", "datetime", "boolean"])


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Make rows with columns of all kinds, some of them called what they are not."""
    names = ["amount", "zip", "unit price"][: draw(st.integers(1, 3))]
    kinds = {name: draw(st.sampled_from(VALUES)) for name in names}
    rows = draw(st.lists(st.fixed_dictionaries({}, optional=kinds), max_size=12))
    types = {name: draw(OVERRIDES) for name in names}
    columns = [{"key": name, "type": kind} if kind else {"key": name} for name, kind in types.items()]
    return {"rows": rows, "columns": columns} if any(types.values()) else {"rows": rows}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(1, 5), st.sampled_from([None, "zip"]))
def test_a_table_is_the_same_in_blocks_of_any_size(data: dict[str, Any], size: int, group_by: str | None) -> None:
    def printed() -> Any:
        try:
            prepared = view({**data, "group_by": group_by}, context())
        except InvalidDataError as error:
            return error.violations
        tables = prepared.pop("tables")
        lines = [list(table.pop("lines")) for table in tables]
        return prepared, tables, lines

    whole = printed()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", size)
        in_parts = printed()

    assert in_parts == whole


# Small numbers often sum up others by chance: only columns that the caller names are summed all the same.
@given(st.lists(st.tuples(st.sampled_from("wxyz"), st.integers(-50, 50)), min_size=1, max_size=30), st.integers(1, 7))
def test_groups_have_their_rows_and_sums_in_any_order_of_the_rows(pairs: list[tuple[str, int]], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", size)
        lines = lines_of([{"who": who, "quantity": n} for who, n in pairs], group_by="who", sums=["quantity"])

    expected: list[list[str]] = []
    for who in dict.fromkeys(who for who, _ in pairs):
        numbers = [n for other, n in pairs if other == who]
        expected += [[ENGLISH.number(sum(numbers))], *([ENGLISH.number(n)] for n in numbers)]
    assert [[text for _, text in line.cells] for line in lines[:-1]] == expected
    assert lines[-1].cells == [("num", ENGLISH.number(sum(n for _, n in pairs)))]


def test_too_many_groups_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MAX_GROUPS", 3)

    with pytest.raises(InvalidDataError) as caught:
        view({"rows": list(orders(100, regions=4)), "group_by": "region"}, context())

    assert caught.value.violations[0].pointer == "/group_by"
    assert "more than 3 different values" in caught.value.violations[0].message


def test_too_many_columns_are_refused_where_they_become_too_many() -> None:
    def endless() -> Iterator[Row]:
        number = 0
        while True:
            number += 1
            yield {f"column {number}": number}

    with pytest.raises(TooLargeError, match="2,048"):
        view({"rows": CountedRows(endless)}, context())


def test_values_that_are_equal_but_not_the_same_are_printed_as_they_are() -> None:
    rows: list[Row] = [{"mark": 1, "amount": 1}, {"mark": True, "amount": True}, {"mark": 1.0, "amount": 1.0}]
    wanted = [{"key": "mark", "type": "text"}, {"key": "amount", "type": "number", "total": False}]

    assert texts_of(rows, columns=wanted) == [["1", "1.0"], ["✓", "✓"], ["1.0", "1.0"]]


def test_more_different_numbers_than_are_kept_are_printed_alike() -> None:
    numbers = [Decimal(number * 37 % 10_007).scaleb(-2) for number in range(10_007)]

    printed = texts_of([{"amount": str(number)} for number in numbers])

    assert printed[:-1] == [[ENGLISH.number(number, 2)] for number in numbers]


def test_sums_are_exact() -> None:
    rows: list[Row] = [{"amount": 10**30}, {"amount": 1}, {"amount": 0.5}]

    assert texts_of(rows)[-1] == ["1,000,000,000,000,000,000,000,000,000,001.5"]


@pytest.mark.parametrize("count", [1, 799, 800, 801, 5000, 40_000])
def test_samples_are_every_so_many_rows_from_first_to_last(count: int) -> None:
    rows = [{"text": f"row {number}"} for number in range(count)]

    found = survey(understand(rows)[0], {}, None, ENGLISH)

    samples = found.tallies[0].samples or []
    step = next(step for step in (1, 2, 4, 8, 16, 32, 64) if -(-count // step) <= 800)
    assert samples == [row["text"] for row in rows[::step]]


def test_a_column_that_comes_late_is_empty_before() -> None:
    rows: list[Row] = [{"a": "x y"}] * 600 + [{"a": "x y", "b": "y z"}] * 600

    found = survey(understand(rows)[0], {}, None, ENGLISH)

    late = found.tallies[1].samples or []
    assert (late.count("–"), late.count("y z")) == (300, 300)


def test_the_longest_texts_are_kept_and_of_equally_long_ones_the_first() -> None:
    longest = Longest()

    longest.add(f"{number:03}" for number in range(50))
    longest.add(["long one", "000", "999", "longer one"])

    assert list(longest) == ["longer one", "long one", *(f"{number:03}" for number in range(18))]


def test_the_widest_moment_is_made_of_the_widest_day_time_and_zone() -> None:
    tally = Tally(ColumnType.MOMENT)
    cells = ["2026-05-01T23:40Z", "2026-09-28 01:00:59", "2026-09-28"]

    tally.add(cells, [(0, 0, 3)], cells)

    assert tally.moments is not None
    assert sorted(map(ENGLISH.day, tally.moments.days)) == ["May 1, 2026", "Sep 28, 2026"]
    assert sorted(clock.hour for clock in tally.moments.clocks) == [0, 1, 23]
    assert {zone and zone.tzname(None) for zone in tally.moments.zones} == {None, "UTC"}


def test_each_group_is_an_entry_of_the_outline() -> None:
    rows = [{"who": who, "quantity": 1, "text": "x"} for who in ("Ann", "Bob", "Ann")]
    wanted = [{"key": "text"}, {"key": "quantity"}]

    report = render("table", {"rows": rows, "columns": wanted, "group_by": "who", "title": "Hours"})

    document = pypdfium2.PdfDocument(report.pdf)
    outline = [(entry.level, entry.get_title()) for entry in document.get_toc()]
    document.close()
    assert outline == [(0, "Hours"), (1, "Ann · 2 rows"), (1, "Bob · 1 row")]
