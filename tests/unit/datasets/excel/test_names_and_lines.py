"""The names of a sheet's columns are found, and the lines around its tables are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.unit.datasets.excel.books import BODY, Book, Found, Rows, a_sheet, written


def test_lines_above_are_the_title_and_below_or_beside_are_notes(tmp_path: Path) -> None:
    rows: Rows = [
        ["Rain in Norway"],
        ["Period", "January"],
        [],
        *BODY[:2],
        [*BODY[2], None, None, "check this!"],
        [],
        ["Source: the weather"],
    ]

    found = Found(a_sheet(rows), tmp_path)

    assert (found.table.title, found.table.subtitle) == ("Rain in Norway", "Period: January")
    assert found.table.notes == ("check this!", "Source: the weather")
    assert found.table.header_row == 4
    assert found.rows == [[dict(zip(BODY[0], row, strict=True)) for row in BODY[1:]]]


def test_a_title_that_touches_its_table_is_a_title(tmp_path: Path) -> None:
    found = Found(a_sheet([["", "", ""], *BODY], A1_C1="Rain in Norway"), tmp_path)

    assert found.table.title == "Rain in Norway"
    assert found.table.header_row == 2


def test_a_footer_that_touches_its_table_is_a_note(tmp_path: Path) -> None:
    found = Found(a_sheet([*BODY, ["* as measured at noon"]]), tmp_path)

    assert found.table.notes == ("* as measured at noon",)
    assert len(found.rows[0]) == 2


def test_two_rows_of_names_are_joined(tmp_path: Path) -> None:
    rows: Rows = [
        ["Team", "", None, "", None],
        [None, "Plan", "Actual", "Plan", "Actual"],
        ["A", 10, 12, 20, 18],
        ["B", 5, 4, 6, 9],
    ]

    found = Found(a_sheet(rows, B1_C1="2025", D1_E1="2026"), tmp_path)

    assert list(found.rows[0][0]) == ["Team", "2025 / Plan", "2025 / Actual", "2026 / Plan", "2026 / Actual"]
    assert [list(row.values()) for row in found.rows[0]] == rows[2:]


def test_years_and_days_may_name_columns_as_excel_shows_them(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        months, years = book.add_worksheet("Months"), book.add_worksheet("Years")
        months.write(0, 0, "City")
        for column in (1, 2):
            months.write_datetime(0, column, date(2026, column, 1), book.add_format({"num_format": "mmm yyyy"}))
        months.write_row(1, 0, ["Oslo", 12.5, 3])
        years.write_row(0, 0, ["City", 2024, 2025])
        years.write_row(1, 0, ["Oslo", 12.5, 3])

    found = Found(written(write), tmp_path)

    assert found.rows == [
        [{"City": "Oslo", "Jan 2026": 12.5, "Feb 2026": 3}],
        [{"City": "Oslo", "2024": 12.5, "2025": 3}],
    ]


def test_units_below_names_are_part_of_them(tmp_path: Path) -> None:
    rows: Rows = [["Name", "Weight"], ["(at birth)", "(kg)"], ["Ann", 3.5]]

    assert Found(a_sheet(rows), tmp_path).rows == [[{"Name (at birth)": "Ann", "Weight (kg)": 3.5}]]


def test_words_strewn_above_a_table_are_lines(tmp_path: Path) -> None:
    rows: Rows = [["Lots"], ["of", None, "words"], [None, "here"], [], *BODY]

    found = Found(a_sheet(rows), tmp_path)

    assert (found.table.title, found.table.subtitle) == ("Lots", "of, words · here")
    assert len(found.rows[0]) == 2


def test_lines_that_say_what_a_thing_is_are_lines(tmp_path: Path) -> None:
    found = Found(a_sheet([["Customer:", "Ann"], ["Number:", 7], [], *BODY]), tmp_path)

    assert (found.table.title, found.table.subtitle) == ("Customer: Ann", "Number: 7")


def test_a_row_of_words_below_an_empty_row_is_a_row_of_words(tmp_path: Path) -> None:
    rows: Rows = [["Name", "City"], ["Ann", "Oslo"], ["Bob", "Rome"], [], ["Cy", "Bari"]]

    found = Found(a_sheet(rows), tmp_path)

    assert found.rows[0][-1] == {"Name": "Cy", "City": "Bari"}
    assert not found.table.notes


def test_more_lines_than_a_section_has_room_for_are_counted(tmp_path: Path) -> None:
    found = Found(a_sheet([*BODY, [], *([f"line {number}"] for number in range(15))]), tmp_path)

    assert len(found.table.notes) == 12
    assert found.warnings == ["3 lines of text around a table of the sheet 'Data' left out."]


def test_a_number_above_numbers_is_no_title(tmp_path: Path) -> None:
    found = Found(a_sheet([[7], [1, 2], [3, 4]]), tmp_path)

    assert [list(row.values()) for row in found.rows[0]] == [[7, None], [1, 2], [3, 4]]


def test_columns_without_names_are_numbered_and_said_to_be(tmp_path: Path) -> None:
    found = Found(a_sheet([["Oslo", 12.5], ["Bergen", 60]]), tmp_path)

    assert found.rows == [[{"Column 1": "Oslo", "Column 2": 12.5}, {"Column 1": "Bergen", "Column 2": 60}]]
    assert found.table.header_row == 0
    assert ["No row of the sheet 'Data' names the columns" in message for message in found.warnings] == [True]


def test_a_caller_may_say_which_row_names_the_columns(tmp_path: Path) -> None:
    rows: Rows = [["a", "b"], ["c", 2], ["City", 7], ["Oslo", 3]]

    assert Found(a_sheet(rows), tmp_path, header_row=3).rows == [[{"City": "Oslo", "7": 3}]]
    none = Found(a_sheet(rows), tmp_path, header_row=0)
    assert [list(row.values()) for row in none.rows[0]] == rows
    assert not none.warnings


def test_the_name_of_columns_that_an_empty_one_parts_from_labels_in_steps_is_kept(tmp_path: Path) -> None:
    rows: Rows = [
        [None, None, None, None, "Jan - Nov 26"],
        ["Ordinary Income"],
        [None, "Income"],
        [None, None, "Design", None, 2250.5],
        [None, "Total Income", None, None, 2250.5],
        ["Net Income", None, None, None, 2250.5],
    ]

    found = Found(a_sheet(rows), tmp_path)

    assert found.table.header_row == 1
    assert [row["Jan - Nov 26"] for row in found.rows[0]] == [None, None, 2250.5, 2250.5, 2250.5]
    assert found.rows[0][0]["Column 1"] == "Ordinary Income"


def test_a_name_above_columns_beside_names_these(tmp_path: Path) -> None:
    rows: Rows = [[None, None, None, "Euros"], ["City", "Rain"], ["Oslo", 1, None, 7.5], ["Rome", 2, None, 8.5]]
    rows += [["Bern", place, None, place + 0.5] for place in range(3, 9)]

    found = Found(a_sheet(rows), tmp_path)

    assert found.rows[0][0] == {"City": "Oslo", "Rain": 1, "Euros": 7.5}


def test_sums_below_the_lines_of_a_bill_are_notes_and_leave_numbers_to_the_columns_above(tmp_path: Path) -> None:
    lines = [[place, "Work", 2, 10.5, 21] for place in range(1, 80)]
    rows: Rows = [["Pos", "Text", "Qty", "Price", "Total"], *lines, [], [None, None, None, "Net", 1659]]
    rows += [[None, None, None, "VAT 19%", 315.21], [None, None, None, "Gross", 1974.21]]

    found = Found(a_sheet(rows), tmp_path)

    assert len(found.rows[0]) == 79
    assert found.rows[0][0]["Price"] == 10.5
    assert [note.split(":")[0] for note in found.table.notes] == ["Net", "VAT 19%", "Gross"]
