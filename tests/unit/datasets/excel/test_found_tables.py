"""The tables of a sheet are found, wherever they stand in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.datasets import MAX_ROWS, RowsFile, RowsFormat
from tests.unit.datasets.excel.books import BODY, Book, Found, Rows, a_sheet, written


def test_empty_columns_and_rows_around_a_table_are_no_part_of_it(tmp_path: Path) -> None:
    rows: Rows = [[], [], *([None, None, *row] for row in BODY[:2]), [], [None, None, *BODY[2]]]

    found = Found(a_sheet(rows), tmp_path)

    assert found.rows == [[dict(zip(BODY[0], row, strict=True)) for row in BODY[1:]]]


@pytest.mark.parametrize("gap", [1, 2])
def test_tables_below_one_another_are_tables_of_their_own(tmp_path: Path, gap: int) -> None:
    rows: Rows = [["City", "Rain"], ["Oslo", 12], *[[]] * gap, ["By shop"], ["Shop", "Sales"], ["A", 5], ["B", 7]]

    found = Found(a_sheet(rows), tmp_path)

    assert found.rows == [[{"City": "Oslo", "Rain": 12}], [{"Shop": "A", "Sales": 5}, {"Shop": "B", "Sales": 7}]]
    assert [table.title for table in found.tables] == ["", "By shop"]


def test_tables_beside_one_another_are_tables_of_their_own(tmp_path: Path) -> None:
    rows: Rows = [
        ["City", "Rain", None, "Shop", "Sales"],
        ["Oslo", 12, None, "A", 5],
        ["Bergen", 60, None, "B", 7],
        ["Bodo", 9],
    ]

    found = Found(a_sheet(rows), tmp_path)

    assert [len(rows) for rows in found.rows] == [3, 2]
    assert found.rows[1] == [{"Shop": "A", "Sales": 5}, {"Shop": "B", "Sales": 7}]


def test_an_empty_column_alone_parts_no_table(tmp_path: Path) -> None:
    rows: Rows = [["City", None, "Rain", "Wind"], ["Oslo", None, 12, 3], ["Bergen", None, 60, 4]]

    assert Found(a_sheet(rows), tmp_path).rows[0][0] == {"City": "Oslo", "Rain": 12, "Wind": 3}


def test_a_total_below_an_empty_row_is_a_row_of_the_table(tmp_path: Path) -> None:
    found = Found(a_sheet([*BODY, [], ["Total", 72.5, 11]]), tmp_path)

    assert found.rows[0][-1] == {"City": "Total", "Rain": 72.5, "Wind": 11}


def test_merged_cells_are_repeated_unless_they_would_be_counted_twice(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Region", "City", "Budget"])
        sheet.merge_range("A2:A4", "North")
        sheet.merge_range("C2:C4", 900)
        sheet.write_column(1, 1, ["Oslo", "Bergen", "Bodo", "Rome"])
        sheet.write("A5", "South")
        sheet.write("C5", 70)

    found = Found(written(write), tmp_path)

    assert [list(row.values()) for row in found.rows[0]] == [
        *(["North", "Oslo", 900], ["North", "Bergen", None], ["North", "Bodo", None]),
        ["South", "Rome", 70],
    ]
    assert found.warnings == [
        "Column 'Budget' of the sheet 'Data' has merged cells: a number in one is printed, and counted, once."
    ]


def test_a_table_that_excel_knows_of_is_that_table_and_so_is_its_total_row(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        sheet.write("A1", "Rain in Norway")
        sheet.add_table(
            "B3:C6",
            {
                "data": [["Oslo", 12], ["Bergen", 60]],
                "total_row": True,
                "columns": [
                    {"header": "2025", "total_string": "All"},
                    {"header": "Rain", "total_function": "sum", "total_value": 72},
                ],
            },
        )
        sheet.write("A9", "by hand")

    found = Found(written(write), tmp_path)

    assert found.rows == [[{"2025": "Oslo", "Rain": 12}, {"2025": "Bergen", "Rain": 60}, {"2025": "All", "Rain": 72}]]
    assert found.table.total_rows == {2}
    assert found.table.title == "Rain in Norway"
    assert found.table.notes == ("by hand",)


@pytest.mark.gate
def test_a_long_sheet_is_read_again_and_again_in_little_memory(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["No", "Name"])
        for row in range(1, 3_000):
            sheet.write_row(row, 0, [row, f"row {row * 7919}"])

    (tmp_path / "a.xlsx").write_bytes(written(write))
    table = RowsFile(tmp_path / "a.xlsx", RowsFormat.XLSX, max_rows=MAX_ROWS).tables()[0]
    (tmp_path / "a.xlsx").unlink()

    for _ in range(2):
        rows = list(table.rows())
        assert (len(rows), rows[-1]) == (2_999, {"No": 2_999, "Name": f"row {2_999 * 7919}"})


@pytest.mark.gate
def test_more_blocks_than_are_held_are_one_and_said_to_be(tmp_path: Path) -> None:
    rows: Rows = [["a", "b"], ["x", 1]]
    for number in range(1_100):
        rows += [[], ["y", number]]

    found = Found(a_sheet(rows), tmp_path)

    assert any("From row 2,002 " in message and "Split the sheet" in message for message in found.warnings)


def test_columns_that_only_merged_cells_reach_are_no_reason_to_fail(tmp_path: Path) -> None:
    names = ["A3", "B3", "C3", None, "E3", "F3"]
    merged: Any = {"A1_A2": "A", "B1_B2": "B", "C1_D2": "C", "E1_E2": "E", "F1_F2": "F", "C3_D3": "C3", "C4_D4": "C4"}

    found = Found(a_sheet([[], [], names, ["A4", "B4", None, None, "E4", "F4"]], **merged), tmp_path)

    [table] = found.rows
    assert [[each for each in row.values() if each is not None] for row in table] == [["A4", "B4", "C4", "E4", "F4"]]


def test_names_that_an_empty_row_parts_from_their_rows_begin_a_table(tmp_path: Path) -> None:
    rows = [
        [178, "5 kg", "Rain", "€ 3"], [], [4970, "€ 3", 907.3, 202.07],
        [810.27, None, "12%", None, "Note: something long here to read", -24], ["12%", 2642, "Q1"], [], ["1.234,50"],
        ["x y", None, "(3.20)"], [None, None, "City", "Summe", "x y"], [], [3951, 1929, 768, "1.234,50", 3883],
        [2610, "x y", "Summe"], [995.09, None, "Name"],
    ]  # fmt: skip

    def write(book: Book) -> None:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows, 2):
            sheet.write_row(at, 4, row)
        sheet.set_row(13, None, None, {"hidden": True})

    found = Found(written(write), tmp_path)

    printed = {str(value) for table in found.rows for row in table for value in row.values() if value is not None}
    assert {"3951", "1929", "768", "3883"} <= printed
