"""The names of a text's columns are found, and the lines around its tables are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import UnreadableFileError
from tests.unit.datasets.text.texts import a_file, table


def test_lines_around_a_table_are_its_title_its_subtitle_and_notes(tmp_path: Path) -> None:
    text = "Sales 2026\nNorth\nin thousands\n\na,b\nx,1\ny,2\n\nSource: the till.\n# by hand\n"

    (found,) = a_file(tmp_path, text).tables()

    assert (found.title, found.subtitle, found.header_row) == ("Sales 2026", "North", 5)
    assert found.notes == ("in thousands", "Source: the till.", "# by hand")


def test_two_lines_of_names_are_joined(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "Region,2025,,2026,\n,Q1,Q2,Q1,Q2\nNorth,1,2,3,4\nSouth,5,6,7,8\n")

    assert table(rows)[0] == ["Region", "2025 / Q1", "2025 / Q2", "2026 / Q1", "2026 / Q2"]
    assert rows.reading["header_rows"] == 2


@pytest.mark.parametrize("head", ["Region,2023,2024,2025", "Region,1,2,3", "Region,2026-01,2026-02,2026-03"])
def test_years_and_months_may_name_columns(head: str, tmp_path: Path) -> None:
    assert table(a_file(tmp_path, f"{head}\nNorth,10,20,30\nSouth,5,6,7\n"))[0] == head.split(",")


def test_a_table_without_names_is_read_and_told(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "2026-01-02,Bakery,3.20\n2026-01-03,Kiosk,1.10\n")

    assert table(rows)[:2] == [["Column 1", "Column 2", "Column 3"], ["2026-01-02", "Bakery", "3.20"]]
    assert [each["code"] for each in rows.warnings] == ["header_missing"]
    assert rows.reading["header_row"] == 0


@pytest.mark.parametrize(("header_row", "names"), [(0, ["Column 1", "Column 2"]), (1, ["x", "y"]), (2, ["a", "b"])])
def test_a_caller_may_say_which_line_names_the_columns(header_row: int, names: list[str], tmp_path: Path) -> None:
    rows = a_file(tmp_path, "x,y\na,b\n1,2\n", header_row=header_row)

    assert table(rows)[0] == names
    assert table(rows)[-1] == ["1", "2"]
    assert rows.warnings == ()


def test_names_that_stand_in_a_file_again_are_no_row(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a,b\nx,1\ny,2\na,b\nz,3\n")

    assert table(rows) == [["a", "b"], ["x", "1"], ["y", "2"], ["z", "3"]]
    assert [each["code"] for each in rows.warnings] == ["header_repeated"]


def test_names_that_are_fewer_than_the_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 1 names 2 of 3 columns"):
        list(a_file(tmp_path, "b,c\nx,1,2\ny,3,4\n"))


@pytest.mark.parametrize("text", ["Item\nBread,surplus\n", "Item\n\nBread;surplus;more\n"])
def test_a_title_is_none_where_no_rows_follow(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFileError, match="Nothing stands below line [23] .* more cells than line 1"):
        a_file(tmp_path, text).tables()

    assert len(a_file(tmp_path, text, header_row=0).tables()) == 1


@pytest.mark.parametrize(
    ("text", "names", "first"),
    [
        ("Time,Temp\ns,°C\n0,21.5\n1,22.5\n", ["Time (s)", "Temp (°C)"], ["0", "21.5"]),
        ("Name;Weight\n;[kg]\nAnn;3,5\nBo;4,5\n", ["Name", "Weight (kg)"], ["Ann", "3,5"]),
        (
            "Name,Sum,Qty\nNamn,Summa,Antal\nA,5.50,1\nB,6.50,2\n",
            ["Name / Namn", "Sum / Summa", "Qty / Antal"],
            ["A", "5.50", "1"],
        ),
        (
            "T5,logger,17,CPU:prog,v3\nTIME,NO,AIR\nTS,RN,Deg C\n,,Avg\n2026-01-01,0,2.5\n2026-01-02,1,2.6\n",
            ["TIME / TS", "NO / RN", "AIR / Deg C / Avg"],
            ["2026-01-01", "0", "2.5"],
        ),
    ],
)
def test_a_second_line_of_names_or_units_is_none_of_values(
    text: str, names: list[str], first: list[str], tmp_path: Path
) -> None:
    assert table(a_file(tmp_path, text))[:2] == [names, first]


@pytest.mark.parametrize("row", ["A,pending,n/a", "A,see note,4"])
def test_words_in_the_first_row_are_values(row: str, tmp_path: Path) -> None:
    rows = a_file(tmp_path, f"Name,Status,Sum\n{row}\nB,done,5\nC,done,6\n")

    assert table(rows)[:2] == [["Name", "Status", "Sum"], row.split(",")]


def test_the_first_line_of_datev_is_no_table(tmp_path: Path) -> None:
    meta = '"EXTF";700;21;"Buchungsstapel";13;20260130101112000;;"RE";"";"";1001;10001;20260101;4\n'
    text = meta + 'Umsatz;SH;Konto;Belegdatum\n1190,00;"S";10000;0201\n59,50;"H";4930;1501\n'

    (found,) = a_file(tmp_path, text).tables()

    assert (found.title, found.header_row, found.notes[0][:9]) == ("", 2, "EXTF, 700")
    assert next(found.rows()) == {"Umsatz": "1190,00", "SH": "S", "Konto": "10000", "Belegdatum": "0201"}


def test_names_without_any_cell_below_them_are_told(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "Time, UTC,Warmth,Water\n2026-01-01,21.5,40\n2026-01-02,21.6,41\n")

    assert table(rows)[0] == ["Time", "UTC", "Warmth", "Water"]
    assert any(
        "Line 1 names 4 columns, and the lines below it have 3 cells" in each["message"] for each in rows.warnings
    )


def test_a_line_above_a_heading_of_several_lines_is_taken_once(tmp_path: Path) -> None:
    (found,) = a_file(
        tmp_path, "Account;;\nOwner;Ann;\nBalance;1.234,56;\n\nDay;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay;5\n"
    ).tables()

    assert (found.title, found.subtitle, found.notes) == ("Account", "Owner: Ann", ("Balance: 1.234,56",))


GROUPS = "Name,Qty,Price\n\nFruit\nApple,3,1.20\nPear,5,1.40\n"


def test_a_line_between_the_names_and_the_rows_is_a_note(tmp_path: Path) -> None:
    (found,) = a_file(tmp_path, GROUPS).tables()

    assert found.notes == ("Fruit",)
    assert [row["Name"] for row in found.rows()] == ["Apple", "Pear"]


def test_lines_above_groups_of_rows_are_kept_in_their_order(tmp_path: Path) -> None:
    (found,) = a_file(tmp_path, f"{GROUPS}\nRoots\nBeet,2,0.80\nCarrot,7,1.10\n").tables()

    assert found.notes == ()
    assert [row["Name"] for row in found.rows()] == ["Fruit", "Apple", "Pear", "Roots", "Beet", "Carrot"]


def test_names_are_found_above_a_line_that_empty_ones_part_from_them(tmp_path: Path) -> None:
    text = "Prices\n\nName,Qty,Price\n\n(all in EUR)\n\nApple,3,1.20\nPear,5,1.40\n"

    (found,) = a_file(tmp_path, text).tables()

    assert (found.title, found.notes, found.header_row) == ("Prices", ("(all in EUR)",), 3)


def test_names_that_excel_wrote_as_formulas_are_names(tmp_path: Path) -> None:
    text = '="Order",="Zip"\n="112-1234",="01067"\n="112-1235",="80331"\n'

    assert list(next(iter(a_file(tmp_path, text)))) == ["Order", "Zip"]


def test_columns_named_by_several_lines_of_an_index_are_found(tmp_path: Path) -> None:
    text = ",,sales,sales,units,units\n,,2025,2026,2025,2026\nregion,store,,,,\nN,A,1.5,2.5,3,4\nS,B,5.5,6.5,7,8\n"

    (found,) = a_file(tmp_path, text).tables()

    assert list(next(iter(found.rows()))) == [
        "region", "store", "sales / 2025", "sales / 2026", "units / 2025", "units / 2026",
    ]  # fmt: skip


def test_repeated_names_above_years_are_names(tmp_path: Path) -> None:
    text = "Label,Label,Label\n2019,2020,2021\n2019,2021,2020\n2020,2019,2021\n"

    assert len(table(a_file(tmp_path, text))) == 4


def test_no_line_around_a_table_is_lost(tmp_path: Path) -> None:
    text = '"Source","Indicators",\n\n"Updated","2026-01-15",\n\n"Land","2024","2025",\n"A","1","2",\n"B","3","",\n'

    (found,) = a_file(tmp_path, text).tables()

    assert (found.title, found.subtitle) == ("Source: Indicators", "Updated: 2026-01-15")


def test_a_first_line_of_days_among_days_names_nothing(tmp_path: Path) -> None:
    text = "02.01.26,a,hello there\n02.01.26,b,good\nnot so\n03.01.26,a,bye\n"

    (found,) = a_file(tmp_path, text).tables()

    assert found.header_row == 0


@pytest.mark.parametrize("head", [";;31.12.2023;31.12.2024", ";;2023;2024", ";;Men;Women"])
def test_names_may_be_those_of_the_last_columns_alone(head: str, tmp_path: Path) -> None:
    rows = a_file(tmp_path, f"People\nBy region\n{head}\n01;North;1953270;1959517\n02;South;1910160;1862565\n")

    assert table(rows)[0] == ["Column 1", "Column 2", *head.split(";")[2:]]
    assert not [each for each in rows.warnings if each["code"] == "header_missing"]
