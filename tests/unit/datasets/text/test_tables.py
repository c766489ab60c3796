"""The tables of a text are found, whatever separates and quotes their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import TooLargeError, UnreadableFileError
from tests.unit.datasets.text.texts import a_file, table

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


def test_several_tables_are_told_apart(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "Sales,,\nItem,Qty,\nTea,2,\nCake,1,\n,,\nStaff,,\nName,Team,Hours\nAda,A,7\nBob,B,8\n")

    assert [(each.title, next(each.rows())) for each in rows.tables()] == [
        ("Sales", {"Item": "Tea", "Qty": "2"}),
        ("Staff", {"Name": "Ada", "Team": "A", "Hours": "7"}),
    ]
    assert [each["code"] for each in rows.warnings] == ["several_tables"]


def test_lines_with_fewer_cells_are_told_and_those_with_more_are_refused(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8\n")

    assert table(rows)[2] == ["4", "5", None]
    assert "line 3" in rows.warnings[0]["message"]
    with pytest.raises(UnreadableFileError, match="Line 3 of the file has 4 cells, but line 1 names 3 columns"):
        list(a_file(tmp_path, "a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n"))


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
