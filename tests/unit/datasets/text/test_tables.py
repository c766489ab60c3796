from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.datasets import ReadingOptions, RowsFile, RowsFormat
from reports.errors import TooLargeError, UnreadableFileError


def a_file(folder: Path, text: str, **options: Any) -> RowsFile:
    (folder / "a.csv").write_bytes(text.encode())
    return RowsFile(folder / "a.csv", RowsFormat.CSV, options=ReadingOptions(**options))


def table(rows: RowsFile) -> list[list[Any]]:
    """Return the first table, with the names of its columns."""
    found = list(rows)
    return [list(found[0]), *(list(row.values()) for row in found)]


EXPECTED = [["Day", "What", "Sum"], ["2026-01-02", "Rent", "-600"], ["2026-01-09", "Pay, net", "2100"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ('Day,What,Sum\n2026-01-02,Rent,-600\n2026-01-09,"Pay, net",2100\n', ","),
        ("Day;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay, net;2100\n", ";"),
        ("Day\tWhat\tSum\n2026-01-02\tRent\t-600\n2026-01-09\tPay, net\t2100\n", "\t"),
        ("Day|What|Sum|\n2026-01-02|Rent|-600|\n2026-01-09|Pay, net|2100|\n", "|"),
        ("Day^What^Sum\n2026-01-02^Rent^-600\n2026-01-09^Pay, net^2100\n", "^"),
        ("Day~What~Sum\n2026-01-02~Rent~-600\n2026-01-09~Pay, net~2100\n", "~"),
        ("Day\x1fWhat\x1fSum\n2026-01-02\x1fRent\x1f-600\n2026-01-09\x1fPay, net\x1f2100\n", "\x1f"),
        ("sep=;\nDay;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay, net;2100\n", ";"),
        ('"sep=^"\r\nDay^What^Sum\r\n2026-01-02^Rent^-600\r\n2026-01-09^Pay, net^2100\r\n', "^"),
        ("Day;What;Sum\n2026-01-02;Rent;-600;;\n2026-01-09;Pay, net;2100;;\n", ";"),
        ("Day,What,Sum\n2026-01-02,Rent,-600\n2026-01-09,'Pay, net',2100\n'','',''\n", ","),
        ('Day, "What", "Sum"\n2026-01-02, "Rent", "-600"\n2026-01-09, "Pay, net", "2100"\n', ","),
        ("Day;What;Sum\r2026-01-02;Rent;-600\r2026-01-09;Pay, net;2100\r", ";"),
        ("Day;What;Sum\n2026-01-02;Rent;-600\n;;\n;;\n\n2026-01-09;Pay, net;2100\n\x1a", ";"),
        ("# a logger\n# of ours\nDay;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay, net;2100\n", ";"),
        ("My bank\nAccount: 12\n\nDay;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay, net;2100\n\nThe end.\n", ";"),
        ("My bank;;\nDay;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay, net;2100\nNot a word more here;;\n", ";"),
        (";;Day;What;Sum\n;;2026-01-02;Rent;-600\n;;2026-01-09;Pay, net;2100\n", ";"),
        ("Account;12\nBranch;North\n\nDay;What;Sum\n2026-01-02;Rent;-600\n2026-01-09;Pay, net;2100\n", ";"),
    ],
)
def test_a_table_is_found_wherever_it_stands_and_whatever_separates_its_cells(
    text: str, delimiter: str, tmp_path: Path
) -> None:
    rows = a_file(tmp_path, text)

    assert table(rows) == EXPECTED
    assert rows.reading["delimiter"] == delimiter


def test_a_note_with_a_colon_keeps_its_comma(tmp_path: Path) -> None:
    (found,) = a_file(tmp_path, "Region,Sales\nNorth,1.50\nSouth,2.25\n\n* by hand\nSource: the till, 2026\n").tables()

    assert found.notes == ("* by hand", "Source: the till, 2026")


def test_lines_around_a_table_are_its_title_its_subtitle_and_notes(tmp_path: Path) -> None:
    text = "Sales 2026\nNorth\nin thousands\n\na,b\nx,1\ny,2\n\nSource: the till.\n# by hand\n"

    (found,) = a_file(tmp_path, text).tables()

    assert (found.title, found.subtitle, found.header_row) == ("Sales 2026", "North", 5)
    assert found.notes == ("in thousands", "Source: the till.", "# by hand")


def test_a_name_with_a_line_break_and_a_cell_with_several_lines_are_kept(tmp_path: Path) -> None:
    assert table(a_file(tmp_path, '"Net\namount";Note\n100;"one\n\ntwo"\n')) == [
        ["Net\namount", "Note"],
        ["100", "one\n\ntwo"],
    ]


def test_a_comma_in_names_does_not_separate_columns(tmp_path: Path) -> None:
    text = "Day;Net, EUR;Tax, EUR;Gross, EUR\n2026-01-02;100;19;119\n2026-01-03;50;9.50;59.50\n"

    assert table(a_file(tmp_path, text))[0] == ["Day", "Net, EUR", "Tax, EUR", "Gross, EUR"]


def test_decimal_commas_are_one_column(tmp_path: Path) -> None:
    assert table(a_file(tmp_path, "Price\n1,20\n3,40\n")) == [["Price"], ["1,20"], ["3,40"]]


def test_quotes_after_backslashes_are_read_and_told(tmp_path: Path) -> None:
    rows = a_file(tmp_path, 'a,b\n1,"The \\"Old\\" Mill"\n2,"C:\\temp"\n')

    assert table(rows)[1:] == [["1", 'The "Old" Mill'], ["2", "C:\\temp"]]
    assert [each["code"] for each in rows.warnings] == ["quote_guessed"]


def test_quotes_may_stand_for_themselves(tmp_path: Path) -> None:
    text = 'a,b\n"x,1\ny,2\n'
    with pytest.raises(UnreadableFileError, match=r"Line 2 .* never closed.*options\.reading\.quote: none"):
        list(a_file(tmp_path, text))

    assert table(a_file(tmp_path, text, quote="none")) == [["a", "b"], ['"x', "1"], ["y", "2"]]


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


def test_several_tables_are_told_apart(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "Sales,,\nItem,Qty,\nTea,2,\nCake,1,\n,,\nStaff,,\nName,Team,Hours\nAda,A,7\nBob,B,8\n")

    assert [(each.title, next(each.rows())) for each in rows.tables()] == [
        ("Sales", {"Item": "Tea", "Qty": "2"}),
        ("Staff", {"Name": "Ada", "Team": "A", "Hours": "7"}),
    ]
    assert [each["code"] for each in rows.warnings] == ["several_tables"]


def test_names_that_stand_in_a_file_again_are_no_row(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a,b\nx,1\ny,2\na,b\nz,3\n")

    assert table(rows) == [["a", "b"], ["x", "1"], ["y", "2"], ["z", "3"]]
    assert [each["code"] for each in rows.warnings] == ["header_repeated"]


def test_lines_with_fewer_cells_are_told_and_those_with_more_are_refused(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8\n")

    assert table(rows)[2] == ["4", "5", None]
    assert "line 3" in rows.warnings[0]["message"]
    with pytest.raises(UnreadableFileError, match="Line 3 of the file has 4 cells, but line 1 names 3 columns"):
        list(a_file(tmp_path, "a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n"))


def test_names_that_are_fewer_than_the_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 1 names 2 of 3 columns"):
        list(a_file(tmp_path, "b,c\nx,1,2\ny,3,4\n"))


def test_spaces_may_separate_words_but_not_sentences(tmp_path: Path) -> None:
    assert table(a_file(tmp_path, "year  sales cost\n2023  12.5  7\n2024  15.0  8\n"))[1] == ["2023", "12.5", "7"]
    assert table(a_file(tmp_path, "Tea kind\nGreen tea\nBlack tea\n")) == [["Tea kind"], ["Green tea"], ["Black tea"]]


SPACED = (
    "Name          City      Born on\nAda Lovelace  London       12\nBob           New York      7\n"
    "Eve           Rome          7\n"
)
RULED = (
    "NAME            SAL HIRED\n------------ ------ ----------------\nSMITH           800 2026-01-02 10:00\n\n1 row.\n"
)
SAP = (
    "Kunde     Name           Umsatz\n1000      Ada Lovelace   12,50\n1001      Bob             7,25\n"
    "1002      Eve Hall        7,00\n"
)
FLEET = "Time              Cars  Unit Price\n2026-01-02 10:00     1       12.00\n2026-01-03 11:00    12        9.00\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPACED, [["Name", "City", "Born on"], ["Ada Lovelace", "London", "12"]]),
        ("Staff of 2026\n\n" + SPACED, [["Name", "City", "Born on"], ["Ada Lovelace", "London", "12"]]),
        (RULED, [["NAME", "SAL", "HIRED"], ["SMITH", "800", "2026-01-02 10:00"]]),
        (SAP, [["Kunde", "Name", "Umsatz"], ["1000", "Ada Lovelace", "12,50"]]),
        (FLEET, [["Time", "Cars", "Unit Price"], ["2026-01-02 10:00", "1", "12.00"]]),
    ],
)
def test_a_table_of_fixed_width_is_read_by_the_places_that_are_always_empty(
    text: str, expected: list[list[str]], tmp_path: Path
) -> None:
    rows = a_file(tmp_path, text)

    assert table(rows)[:2] == expected
    assert any("filled up with spaces" in each["message"] for each in rows.warnings)
    assert rows.reading["columns_begin_at"][0] == 1


def test_a_line_that_does_not_fit_fixed_width_is_refused_with_its_number(tmp_path: Path) -> None:
    row = "Bob           New York      7\n"

    with pytest.raises(UnreadableFileError, match=r"Line 504 of the file does not fit .* Export the table as CSV"):
        list(a_file(tmp_path, SPACED + row * 499 + "Bob           New York and more  7\n" + row))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a;b;c"\n"1;2,5;x"\n"2;3,5;y"\n', [["a", "b", "c"], ["1", "2,5", "x"], ["2", "3,5", "y"]]),
        (
            'day,"why, so",sum\n"2,""x, y"",5"\n"3,z,6"\n',
            [["day", "why, so", "sum"], ["2", "x, y", "5"], ["3", "z", "6"]],
        ),
    ],
)
def test_lines_that_are_quoted_as_one_cell_each_are_unwrapped_with_a_warning(
    text: str, expected: list[list[str]], tmp_path: Path
) -> None:
    rows = a_file(tmp_path, text)

    assert table(rows) == expected
    assert any(each["code"] == "quote_guessed" for each in rows.warnings)


def test_a_quoted_column_of_names_stays_one(tmp_path: Path) -> None:
    assert table(a_file(tmp_path, '"Last, First"\n"Smith, Ann"\n"Doe, Bo"\n'))[1] == ["Smith, Ann"]


@pytest.mark.gate
def test_a_cell_may_be_long_up_to_a_limit(tmp_path: Path) -> None:
    assert len(table(a_file(tmp_path, f'a,b\n1,"{"word " * 60_000}"\n'))[1][1]) == 299_999
    with pytest.raises(UnreadableFileError, match="more than 4 MB"):
        list(a_file(tmp_path, 'a,b\n1,"' + "word\n" * 900_000 + '"\n'))


def test_what_is_far_below_counts_as_what_is_above(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a,b,c\n" + "x,1,2\n" * 3_000 + "\nPrinted by hand\n")

    (found,) = rows.tables()

    assert (sum(1 for _ in found.rows()), found.notes) == (3_000, ("Printed by hand",))


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


@pytest.mark.parametrize(
    ("below", "names"),
    [("City,Country,Pop\nOslo,NO,5\nRome,IT,6\n", ["City", "Country", "Pop"]), ("Remark\nC,7\n", None)],
)
def test_a_table_of_another_width_is_one_of_its_own_without_an_empty_line(
    below: str, names: list[str] | None, tmp_path: Path
) -> None:
    rows = a_file(tmp_path, "Name,Sum\nA,5\nB,6\n" + below)

    found = [list(next(each.rows())) for each in rows.tables()]

    if names:
        assert found == [["Name", "Sum"], names]
        assert rows.warnings[0]["message"] == "The file has 2 tables: each is a section of its own."
    else:
        assert any(each["code"] == "rows_short" for each in rows.warnings)


def test_the_first_line_of_datev_is_no_table(tmp_path: Path) -> None:
    meta = '"EXTF";700;21;"Buchungsstapel";13;20260130101112000;;"RE";"";"";1001;10001;20260101;4\n'
    text = meta + 'Umsatz;SH;Konto;Belegdatum\n1190,00;"S";10000;0201\n59,50;"H";4930;1501\n'

    (found,) = a_file(tmp_path, text).tables()

    assert (found.title, found.header_row, found.notes[0][:9]) == ("", 2, "EXTF, 700")
    assert next(found.rows()) == {"Umsatz": "1190,00", "SH": "S", "Konto": "10000", "Belegdatum": "0201"}


def test_tables_of_a_text_may_stand_beside_one_another(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "City,Rain,,Shop,Sales\nOslo,12,,A,5\nBergen,60,,B,7\nBodo,9,,,\n")

    assert [list(each.rows())[-1] for each in rows.tables()] == [
        {"City": "Bodo", "Rain": "9"},
        {"Shop": "B", "Sales": "7"},
    ]


@pytest.mark.gate
def test_what_is_held_of_a_text_has_an_end_and_that_is_said(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a,b\nx,1\n" + "".join(f"\ny,{number}\n" for number in range(1_100)))

    (found,) = rows.tables()

    assert sum(1 for _ in found.rows()) == 1_101
    assert any("From line 2,002 on" in each["message"] for each in rows.warnings)
    with pytest.raises(TooLargeError, match="has 3,000 cells, and a table may have 2,048 columns"):
        a_file(tmp_path, "a,b\nx,1\n" + ",".join(["z"] * 3_000)).tables()


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


def test_a_note_below_a_drawn_table_is_of_no_column(tmp_path: Path) -> None:
    text = "+----+-----+\n| id | sum |\n+----+-----+\n|  1 |   5 |\n+----+-----+\n1 row in set (0.00 sec)\n"

    (found,) = a_file(tmp_path, text).tables()

    assert (list(found.rows()), found.notes) == ([{"id": "1", "sum": "5"}], ("1 row in set (0.00 sec)",))


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
