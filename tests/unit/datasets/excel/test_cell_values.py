"""Cells are read as Excel shows them, with the formats of their columns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reports.datasets import ReadingOptions, RowsFile, RowsFormat
from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType, Precision
from reports.datasets.understanding import understand
from reports.errors import UnreadableFileError
from tests.unit.datasets.excel.books import SHEET, Book, Found, Rows, a_sheet, changed, formatted, written
from tests.workbooks import Cell, workbook


def test_formats_of_columns_are_carried_with_their_values(tmp_path: Path) -> None:
    rows: Rows = [
        ["Tax", "Net", "Postcode", "Worked", "At", "Month", "Sum", "Power", "Millions"],
        [0.19, 1234.5, 1067, 29.75 / 24, 0.354166666666667, 46023, 3, 1.5e-7, 2_500_000],
        [0.07000000000000001, -89, 4109, 0.5, 0.75, 46054, 4, 2.25e-6, 1_000_000],
    ]
    codes = ["0%", '#,##0.00 "€"', "00000", "[h]:mm", "hh:mm", "mmm yyyy", "General", "0.00E+00", '0.0,,"M"']

    found = Found(a_sheet(rows, dict(zip("ABCDEFGHI", codes, strict=True))), tmp_path)

    assert found.rows[0] == [
        {
            **{"Tax": 0.19, "Net": 1234.5, "Postcode": "01067", "Worked": "29:45:00", "At": "08:30:00"},
            **{"Month": "2026-01-01", "Sum": 3, "Power": "1.50E-07", "Millions": 2.5},
        },
        {
            **{"Tax": 0.07, "Net": -89, "Postcode": "04109", "Worked": "12:00:00", "At": "18:00:00"},
            **{"Month": "2026-02-01", "Sum": 4, "Power": "2.25E-06", "Millions": 1},
        },
    ]
    assert found.table.forms == {
        "Tax": ColumnForm(ColumnType.NUMBER, decimals=0, percent=True, grouped=False),
        "Net": ColumnForm(ColumnType.NUMBER, decimals=2, suffix=" €"),
        "Postcode": AS_TEXT,
        "Worked": ColumnForm(ColumnType.DURATION),
        "At": ColumnForm(ColumnType.TIME),
        "Month": ColumnForm(ColumnType.DATE, skeleton="yMMM"),
        "Power": AS_TEXT,
        "Millions": ColumnForm(ColumnType.NUMBER, decimals=1, suffix="M", grouped=False),
    }
    assert not found.warnings


@pytest.mark.parametrize(
    ("cells", "values", "form", "warned"),
    [
        # A table of figures, each of its own kind: as Excel shows them.
        (
            [(1234567, '#,##0 "€"'), (0.125, "0.0%"), (42, "0")],
            ["1,234,567 €", "12.5%", "42"],
            AS_TEXT,
            "different units or currencies",
        ),
        ([(1.5, "0.00"), (1.25, "0.000")], [1.5, 1.25], ColumnForm(ColumnType.NUMBER, 3, grouped=False), None),
        ([(1.5, "General"), (1.25, "General")], [1.5, 1.25], None, None),
        ([(5, "$0.00"), (5, "[$€-407]0.00")], ["$5.00", "€5.00"], AS_TEXT, "different units"),
        # In the United States, the first amount alone often has the sign.
        (
            [(5, "$#,##0.00"), (6, "#,##0.00"), (7, "#,##0.00")],
            [5, 6, 7],
            ColumnForm(ColumnType.NUMBER, 2),
            "without '$', which Excel shows with 1 of its 3 numbers",
        ),
        ([(1067, "00000"), (12, "General")], ["01067", "12"], AS_TEXT, "1 of its numbers are names"),
        ([(46023, "yyyy-mm-dd"), (7, "0")], ["2026-01-01", "7"], AS_TEXT, "days or times"),
        ([(0.5, "h:mm"), (1.25, "[h]:mm")], ["12:00:00", "30:00:00"], ColumnForm(ColumnType.DURATION), None),
        (
            [(46023, "yyyy-mm-dd"), (46023.5, "yyyy-mm-dd hh:mm:ss")],
            ["2026-01-01T00:00:00", "2026-01-01T12:00:00"],
            ColumnForm(ColumnType.MOMENT, precision=Precision.SECOND),
            None,
        ),
        ([(4000123412341234, "0"), (4000123412345678, "0")], ["4000123412341234", "4000123412345678"], AS_TEXT, None),
        ([("0815", "@"), ("4711", "@")], ["0815", "4711"], AS_TEXT, None),
        ([(3, ";;;"), (4, "General")], [None, "4"], AS_TEXT, "formats of its numbers differ"),
    ],
)
def test_a_column_of_different_formats_is_a_column_of_one_or_shown_as_excel_does(
    tmp_path: Path, cells: list[tuple[Any, str]], values: list[Any], form: ColumnForm | None, warned: str | None
) -> None:
    found = Found(formatted(cells), tmp_path)

    assert [row["Value"] for row in found.rows[0]] == values
    assert found.table.forms.get("Value") == form
    assert [(warned or "") in message for message in found.warnings] == ([True] if warned else [])


def test_what_excel_shows_is_written_with_the_decimal_mark_of_the_report(tmp_path: Path) -> None:
    cells = [(1234.5, "#,##0.00 [$€-407]"), (0.125, "0.0%"), (42, "0")]

    found = Found(formatted(cells), tmp_path, locale="de-DE")

    assert [row["Value"] for row in found.rows[0]] == ["1.234,50 €", "12,5%", "42"]


def test_errors_are_printed_and_counted_in_a_warning(tmp_path: Path) -> None:
    found = Found(workbook([["Name", "Value"], ["a", 1], ["b", "#DIV/0!"], ["c", "#N/A"]]), tmp_path)

    assert [row["Value"] for row in found.rows[0]] == [1, "#DIV/0!", "#N/A"]
    assert any("'Value' of the sheet 'Orders' has 2 cells that Excel could not" in each for each in found.warnings)


FORMULA = '<c r="B{0}"><f>A{0}*2</f>{1}</c>'


@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>"])
def test_a_workbook_that_was_never_calculated_is_refused_with_the_cure(tmp_path: Path, value: str) -> None:
    rows: list[list[Cell]] = [["a", "b"], [1, 2], [2, 4]]
    book = changed(workbook(rows), SHEET, lambda xml: xml.replace("<c><v>4</v></c>", FORMULA.format(3, value)))

    with pytest.raises(UnreadableFileError, match=r"sheet 'Orders' was never calculated: 1 .* such as B3.* Open the"):
        Found(book, tmp_path)


def test_a_workbook_whose_formulas_await_their_first_opening_is_refused(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", "b"])
        for row in (1, 2):
            sheet.write(row, 0, row)
            sheet.write_formula(row, 1, f"=A{row + 1}*2")

    with pytest.raises(UnreadableFileError, match="all 2 formulas have the value 0"):
        Found(written(write), tmp_path)


def test_a_formula_that_gives_no_text_is_calculated(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["a", "b"], ["x", 2], ["y", 4]]
    empty = '<c r="B3" t="str"><f>IF(1,"","")</f><v></v></c>'
    book = changed(workbook(rows), SHEET, lambda xml: xml.replace("<c><v>4</v></c>", empty))

    assert Found(book, tmp_path).rows[0] == [{"a": "x", "b": 2}, {"a": "y", "b": None}]


def test_texts_that_a_workbook_refers_to_and_lacks_are_none(tmp_path: Path) -> None:
    relation = '<Relationship Id="r9" Type="x/sharedStrings" Target="texts.xml"/></Relationships>'
    part = "xl/_rels/workbook.xml.rels"
    book = changed(workbook([["a"], [1]]), part, lambda xml: xml.replace("</Relationships>", relation))

    assert Found(book, tmp_path).rows == [[{"a": 1}]]


def test_escaped_characters_are_read_and_a_text_within_a_cell_is_its_value(tmp_path: Path) -> None:
    cells = (
        '<row><c t="str"><v>a</v></c></row>'
        '<row><c t="str"><v>one_x000D_\ntwo _x005F_x0041_ _xD83D__xDE00_</v></c></row>'
        '<row><c t="inlineStr"><v>stale</v><is><t>right</t></is></c></row>'
        '<row><c t="inlineStr"><is><t>right</t></is><v>stale</v></c></row>'
    )
    book = changed(workbook([["a"]]), SHEET, lambda _: f"<worksheet><sheetData>{cells}</sheetData></worksheet>")

    assert [row["a"] for row in Found(book, tmp_path).rows[0]] == ["one\ntwo _x0041_ \U0001f600", "right", "right"]


def test_a_day_in_words_of_iso_8601_is_a_day(tmp_path: Path) -> None:
    cells = '<row><c t="str"><v>a</v></c></row><row><c t="d" s="1"><v>2026-01-31T00:00:00Z</v></c></row>'
    book = changed(workbook([["a"]]), SHEET, lambda _: f"<worksheet><sheetData>{cells}</sheetData></worksheet>")

    assert Found(book, tmp_path).rows == [[{"a": "2026-01-31"}]]


def test_a_moment_keeps_its_seconds(tmp_path: Path) -> None:
    book = workbook([["At", "No"], [datetime(2026, 1, 5, 9, 0, 17), 1]])  # noqa: DTZ001, Excel knows no zones

    assert Found(book, tmp_path).rows[0][0]["At"] == "2026-01-05T09:00:17"


def test_a_number_without_a_format_has_the_decimals_that_excel_shows(tmp_path: Path) -> None:
    rows: Rows = [["Share"], [1 / 3], [1234.5678901234], [1.23456789012345e-7], [123456789012.5], [0.1 + 0.2]]

    found = Found(a_sheet(rows), tmp_path)

    assert [row["Share"] for row in found.rows[0]] == [
        0.333333333,
        1234.56789,
        1.23456789012345e-7,
        123456789012.5,
        0.3,
    ]


def test_a_zero_that_its_format_hides_is_nothing(tmp_path: Path) -> None:
    found = Found(a_sheet([["a", "b"], ["x", 0], ["y", 5]], {"B": "#,##0;-#,##0;;@"}), tmp_path)

    assert [row["b"] for row in found.rows[0]] == [None, 5]


def test_a_day_that_no_calendar_has_is_shown_as_excel_shows_it(tmp_path: Path) -> None:
    found = Found(a_sheet([["a", "b"], ["x", 0], ["y", 46023], ["z", 60]], {"B": "yyyy-mm-dd"}), tmp_path)

    assert [row["b"] for row in found.rows[0]] == ["1900-01-00", "2026-01-01", "1900-02-29"]


def test_days_in_words_are_in_the_language_of_the_format_or_of_the_report(tmp_path: Path) -> None:
    cells = [("x", "General"), (46023, "mmmm"), (5, '0 "Q"'), (46054, "[$-40C]mmmm")]

    (rows,) = Found(formatted(cells), tmp_path, locale="de").rows

    assert [row["Value"] for row in rows] == ["x", "Januar", "5 Q", "février"]


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("Hours", "[h]:mm", "duration"),
        ("Hours", "hh:mm", "duration"),
        ("Start", "hh:mm", "time"),
        ("Day", "yyyy-mm-dd", "date"),
    ],
)
def test_words_among_times_are_told_and_keep_these_from_being_summed(
    name: str, code: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / "a.xlsx").write_bytes(a_sheet([["Task", name], ["a", 0.5], ["b", "ill"], ["c", 1.25]], {"B": code}))
    rows = RowsFile(tmp_path / "a.xlsx", RowsFormat.XLSX)

    (section,) = understand(rows)

    assert (section.columns[1].form.type, section.columns[1].summed) == (kind, False)
    assert "'ill'" in rows.warnings[-1]["message"]


@pytest.mark.parametrize(
    ("locale", "words"), [("de", ["WAHR", "FALSCH"]), ("fr-CA", ["VRAI", "FAUX"]), ("ja", ["TRUE", "FALSE"])]
)
def test_truths_in_text_are_in_the_language_of_the_report(locale: str, words: list[str], tmp_path: Path) -> None:
    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        code = book.add_format({"num_format": "00000"})
        for at, value in enumerate(["Code", True, False, 17]):
            sheet.write(at, 0, value, code)

    (tmp_path / "a.xlsx").write_bytes(written(write))
    rows = RowsFile(tmp_path / "a.xlsx", RowsFormat.XLSX, options=ReadingOptions(locale=locale))

    assert [row["Code"] for row in rows] == [*words, "00017"]


def test_a_break_is_a_duration_however_excel_writes_it(tmp_path: Path) -> None:
    book = a_sheet(
        [["Day", "Start", "Break"], ["Mon", 0.375, 1 / 48], ["Tue", 0.5, 1 / 32]], {"B": "hh:mm", "C": "hh:mm"}
    )
    (tmp_path / "a.xlsx").write_bytes(book)

    (section,) = understand(RowsFile(tmp_path / "a.xlsx", RowsFormat.XLSX))

    assert [column.form.type for column in section.columns] == ["text", "time", "duration"]
    assert [cell for block in section.blocks() for cell in block.column("Break")] == ["0:30:00", "0:45:00"]
    assert section.columns[2].summed


def test_a_day_in_iso_8601_without_a_format_is_a_day(tmp_path: Path) -> None:
    book = changed(
        a_sheet([["Day", "Amount"], [1, 2], [3, 4]]),
        SHEET,
        lambda xml: xml.replace('<c r="A2"><v>1</v>', '<c r="A2" t="d"><v>2026-11-30</v>').replace(
            '<c r="A3"><v>3</v>', '<c r="A3" t="d"><v>2026-12-01</v>'
        ),
    )
    (tmp_path / "a.xlsx").write_bytes(book)

    (section,) = understand(RowsFile(tmp_path / "a.xlsx", RowsFormat.XLSX))

    assert section.columns[0].form.type == "date"
    assert [cell for block in section.blocks() for cell in block.column("Day")] == ["2026-11-30", "2026-12-01"]
