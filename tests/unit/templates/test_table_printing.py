"""Cells and sums of tables are printed as their columns' values were written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.datasets.column_form import ColumnForm, ColumnType, Precision
from reports.datasets.understanding import RowMark
from reports.engine.templating.formats import Formats
from templates.table.lines import Group, Line, Lines
from templates.table.tiles import tiles_of
from templates.table.widths import Texts, choose_layout
from tests.unit.templates.table_sections import AMOUNT, NUMBER, surveyed

NBSP = "\u00a0"


def lines_of(rows: Sequence[dict[str, Any]], *args: Any, locale: str = "en", **more: Any) -> list[Line]:
    found = surveyed(rows, *args, locale=locale, **more)
    lines = Lines(found, range(len(found.columns)), Formats.of(locale))
    printed = list(lines)
    assert len(printed) == len(lines)
    return printed


def texts(lines: Sequence[Line]) -> list[list[str]]:
    return [[text for _, text in line.cells] for line in lines]


@pytest.mark.parametrize(
    ("form", "locale", "value", "text"),
    [
        (ColumnForm(ColumnType.NUMBER, 2), "en", "-1234.5", "−1,234.50"),
        (ColumnForm(ColumnType.NUMBER, 2), "de", "-1234.5", "−1.234,50"),
        (ColumnForm(ColumnType.NUMBER, 8), "en", "0.00012345", "0.00012345"),
        (ColumnForm(ColumnType.NUMBER, 2, prefix="$"), "en", "-1234.5", "−$1,234.50"),
        (ColumnForm(ColumnType.NUMBER, 2, suffix=f"{NBSP}€"), "de", "1234.5", f"1.234,50{NBSP}€"),
        (ColumnForm(ColumnType.NUMBER, 1, percent=True), "en", "0.125", "12.5%"),
        (ColumnForm(ColumnType.NUMBER, 0, percent=True), "de", "-0.19", f"−19{NBSP}%"),
        (ColumnForm(ColumnType.NUMBER, 0, grouped=False), "en", "2026", "2026"),
        (ColumnForm(ColumnType.NUMBER, 1, grouped=False), "de", "12345.5", "12345,5"),
        (ColumnForm(ColumnType.DATE), "en", "2026-01-31", "Jan 31, 2026"),
        (ColumnForm(ColumnType.DATE, skeleton="yMMM"), "en", "2026-01-01", "Jan 2026"),
        (ColumnForm(ColumnType.MOMENT), "de", "2026-01-31T09:05:00", "31.01.2026, 09:05"),
        (
            ColumnForm(ColumnType.MOMENT, precision=Precision.MILLISECOND),
            "de",
            "2026-01-31 09:05:17.040",
            "31.01.2026, 09:05:17,040",
        ),
        (ColumnForm(ColumnType.MOMENT), "en", "2026-01-31", "Jan 31, 2026"),
        (ColumnForm(ColumnType.DATE, skeleton="EEEE"), "de", "2026-01-31", "Samstag"),
        (ColumnForm(ColumnType.TIME, precision=Precision.SECOND), "de", "23:59:58", "23:59:58"),
        (ColumnForm(ColumnType.TIME), "en", "08:30:00", "8:30 AM"),
        (ColumnForm(ColumnType.DURATION), "en", "29:45:00", "29:45"),
        (ColumnForm(ColumnType.DURATION, precision=Precision.SECOND), "en", "29:45:00", "29:45:00"),
        (ColumnForm(ColumnType.BOOLEAN), "en", True, "✓"),
        (ColumnForm(ColumnType.NUMBER, 2), "en", "see note", "see note"),
        (ColumnForm(ColumnType.NUMBER, 2), "en", None, "–"),
    ],
)  # fmt: skip
def test_a_value_is_printed_as_its_column_was_written(form: ColumnForm, locale: str, value: Any, text: str) -> None:
    assert texts(lines_of([{"a": value}], {"a": form}, locale=locale)) == [[text.replace(" AM", "\u202fAM")]]


def test_sums_are_printed_as_their_column_is() -> None:
    dollars = ColumnForm(ColumnType.NUMBER, 2, prefix="$")

    lines = lines_of([{"who": "a b", "paid": "-5"}, {"who": "b c", "paid": "7.25"}], {"paid": dollars}, summed=["paid"])

    assert lines[-1] == Line("total", None, [("num", "$2.25")])


@pytest.mark.parametrize(
    ("precision", "cells", "total"),
    [
        (Precision.MINUTE, ["7:30", "-0:45", None, "29:45"], "36:30"),
        (Precision.SECOND, ["0:59:30", "0:00:45"], "1:00:15"),
        (Precision.MINUTE, ["0:15", "-1:30"], "−1:15"),
    ],
)
def test_durations_are_summed(precision: Precision, cells: list[str | None], total: str) -> None:
    form = ColumnForm(ColumnType.DURATION, precision=precision)

    lines = lines_of([{"who": "a b", "took": cell} for cell in cells], {"took": form}, summed=["took"])

    assert lines[-1] == Line("total", None, [("num", total)])


def test_durations_of_which_one_is_none_are_not_summed() -> None:
    form = ColumnForm(ColumnType.DURATION)

    lines = lines_of([{"took": "7:30"}, {"took": "long"}], {"took": form}, summed=["took"])

    assert lines[-1].kind != "total"


def test_rows_that_sum_up_others_are_printed_and_not_counted_again() -> None:
    rows = [
        {"who": "a", "paid": "1"},
        {"who": "Sum", "paid": "1"},
        {"who": "b", "paid": "2"},
        {"who": "All", "paid": "3"},
    ]
    marks = {1: RowMark.SUBTOTAL, 3: RowMark.TOTAL}

    lines = lines_of(rows, {"paid": NUMBER}, summed=["paid"], marks=marks)
    found = surveyed(rows, {"paid": NUMBER}, summed=["paid"], marks=marks)

    assert [line.kind for line in lines] == ["", "subtotal", "", "given total"]
    assert found.row_count == 2
    assert found.tallies[1].numbers is not None
    assert (found.tallies[1].numbers.total, found.tallies[1].numbers.count) == (Decimal(3), 2)


def test_the_last_row_stays_with_the_one_before_it() -> None:
    rows = [{"Item": item, "Amount": "1.50"} for item in "abc"]

    assert [line.kind for line in lines_of(rows)] == ["", "", "last"]
    assert [line.kind for line in lines_of(rows[:1])] == [""]
    assert [line.kind for line in lines_of([*rows, {"Item": "x" * 500, "Amount": "2"}])][-1] == "tall"


def test_subtotals_of_the_data_give_way_to_those_of_groups() -> None:
    rows = [{"who": "a", "paid": "1"}, {"who": "Sum", "paid": "1"}, {"who": "b", "paid": "2"}]

    lines = lines_of(rows, {"paid": NUMBER}, summed=["paid"], marks={1: RowMark.SUBTOTAL}, group_by="who")

    assert [(line.group, texts([line])[0]) for line in lines] == [
        (Group("a", 1), ["1"]), (None, ["1"]), (Group("b", 1), ["2"]), (None, ["2"]), (None, ["3"]),
    ]  # fmt: skip


def test_a_sum_of_the_data_has_no_dashes_where_there_is_no_sum() -> None:
    rows: list[dict[str, Any]] = [{"who": "a", "note": "x", "paid": "1"}, {"who": "Sum", "note": None, "paid": "1"}]

    lines = lines_of(rows, {"paid": NUMBER}, summed=["paid"], marks={1: RowMark.TOTAL})

    assert texts(lines)[1] == ["Sum", "", "1"]


def test_line_breaks_in_cells_are_kept() -> None:
    [line] = lines_of([{"address": "Main St 1\nTown"}])

    assert list(line.cells) == [("lines", "Main St 1\nTown")]


def layout_of(*columns: Texts, paper: str = "A4", orientation: str | None = None) -> Any:
    return choose_layout([columns], paper, orientation)


AMOUNTS = Texts("Amount", ["12,345.67"] * 9, ["99,999.99"], wraps=False, is_number=True)
PROSE = Texts(
    "Remarks", ["many words that go on and on and on, as notes do, for several lines at least"] * 9, [], True, False
)


def test_many_columns_lie_on_their_side_then_on_larger_paper_then_on_several_pages() -> None:
    def paper(count: int) -> tuple[float, int]:
        layout = layout_of(*[AMOUNTS] * count)
        return layout.width, len(layout.tables[0])

    assert paper(5) == (210, 1)
    assert paper(12) == (297, 1)
    assert paper(20) == (420, 1)
    width, spreads = paper(60)
    assert (width, spreads > 1) == (297, True)


def test_paper_that_was_asked_for_is_kept() -> None:
    wide = [AMOUNTS] * 20

    assert layout_of(*wide, orientation="landscape").width == 297
    assert layout_of(*wide, orientation="portrait").width == 210
    assert layout_of(*wide, paper="A3").width in (297, 420)


def test_spread_columns_are_all_there_once_and_the_first_with_each() -> None:
    [spreads] = layout_of(*[AMOUNTS] * 100).tables

    assert all(spread.columns[0] == 0 for spread in spreads)
    assert [column for spread in spreads for column in spread.columns[1:]] == list(range(1, 100))
    assert all(sum(spread.widths) <= 297 - 32 + 0.5 for spread in spreads)


def test_prose_is_never_set_in_narrow_columns() -> None:
    layout = layout_of(*[AMOUNTS] * 26, PROSE, PROSE)

    em = layout.type_size * 25.4 / 72
    widths = [spread.widths[spread.columns.index(column)] for spread in layout.tables[0] for column in (26, 27)
              if column in spread.columns]  # fmt: skip
    assert len(widths) == 2
    assert min(widths) >= 20 * em


@pytest.mark.parametrize("count", [3, 10, 14, 20, 40])
@pytest.mark.parametrize("word", ["Quantity", "Department", "Countermeasures", "MMMMMMMM"])
def test_a_heading_of_one_word_always_fits_its_column(count: int, word: str) -> None:
    from reports.engine.templating.text_width import text_width

    layout = layout_of(*[Texts(word, ["1"] * 9, [], wraps=False, is_number=True)] * count)

    head = {8.0: 7.5}.get(layout.type_size, 6.5)
    for spread in layout.tables[0]:
        assert min(spread.widths) - 3.2 >= text_width(word) * head * 25.4 / 72


@pytest.mark.parametrize("digits", [3, 6, 9, 12, 18, 30])
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_figures_of_tiles_fit_or_are_left_out(digits: int, orientation: str) -> None:
    from reports.engine.templating.text_width import text_width

    number = "9" * digits
    found = surveyed([{"a": number, "b": number, "c": number}], dict.fromkeys("abc", AMOUNT), summed="abc")
    layout = layout_of(AMOUNTS, orientation=orientation)

    tiles = tiles_of(found, layout, Formats.of("en"))

    points = {"": 18, "medium": 13, "low": 10}
    for tile in tiles:
        room = (layout.width - 32 - 24 - 4 * len(tiles)) / len(tiles) - 7
        assert text_width(tile.sum, tabular=True) * points[tile.size] * 25.4 / 72 <= room
    assert tiles or digits > 20


def test_a_total_behind_days_of_the_week_has_a_tile_before_them() -> None:
    keys = ["Thu", "Fri", "Total"]
    found = surveyed([dict.fromkeys(keys, "8.5")], dict.fromkeys(keys, AMOUNT), summed=keys)
    alone = surveyed([dict.fromkeys(keys[:2], "8.5")], dict.fromkeys(keys[:2], AMOUNT), summed=keys[:2])

    labels = [[tile.label for tile in tiles_of(each, layout_of(AMOUNTS), Formats.of("en"))] for each in (found, alone)]

    assert labels == [["Total"], ["Thu", "Fri"]]


def test_a_number_stands_apart_from_a_text_behind_it() -> None:
    rows: list[dict[str, Any]] = [
        {"qty": "2", "price": "-3", "item": "Tea, green"}, {"qty": None, "price": None, "item": "Rye"},
    ]  # fmt: skip
    lines = lines_of(rows, {"qty": NUMBER, "price": NUMBER}, summed=["qty", "price"])

    assert [[style for style, _ in line.cells] for line in lines] == [
        ["num", "num apart bad", ""], ["num muted", "num apart muted", ""], ["num", "num apart", "num"],
    ]  # fmt: skip


def test_columns_have_room_for_six_millimetres_behind_a_number() -> None:
    text = Texts("Item", ["Tea"] * 9, [], wraps=False, is_number=False)

    def share(number: Texts) -> float:
        [[spread]] = layout_of(*[number, text] * 4, orientation="portrait").tables
        return float(sum(spread.widths[::2]) / sum(spread.widths))

    assert share(replace(AMOUNTS, is_apart=True)) > share(AMOUNTS)


def test_small_paper_is_kept_too() -> None:
    layout = layout_of(*[AMOUNTS] * 20, paper="A5")

    assert {layout.width, layout.height} == {148, 210}
    assert len(layout.tables[0]) > 1
