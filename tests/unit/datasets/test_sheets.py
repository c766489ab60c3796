"""The tables of a workbook's sheets are found, and read as Excel shows them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from reports.datasets import MAX_ROWS, ReadingOptions, RowsFile, RowsFormat
from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType, Precision
from reports.datasets.source import SourceTable
from reports.datasets.understanding import understand
from reports.errors import UnreadableFileError
from tests.reading import zipped
from tests.workbooks import Cell, workbook

Rows = list[list[Any]]
Book = Any
"""A workbook that is written; the library says nothing of its types."""


class Found:
    """What is found in a workbook."""

    def __init__(self, body: bytes, folder: Path, **options: Any) -> None:
        (folder / "a.xlsx").write_bytes(body)
        file = RowsFile(folder / "a.xlsx", RowsFormat.XLSX, options=ReadingOptions(**options))
        self.tables: tuple[SourceTable, ...] = file.tables()
        self.rows = [list(table.rows()) for table in self.tables]
        self.warnings = [str(warning["message"]) for warning in file.warnings]
        self.facts = file.reading

    @property
    def table(self) -> SourceTable:
        assert len(self.tables) == 1
        return self.tables[0]


def written(write: Callable[[Book], None], **options: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        write(book)
    return file.getvalue()


def a_sheet(rows: Sequence[Sequence[Any]], formats: dict[str, str] | None = None, **merged: str) -> bytes:
    """Write a sheet; ``formats`` are those of columns, by their letters."""

    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        of = {ord(letter) - ord("A"): book.add_format({"num_format": code}) for letter, code in (formats or {}).items()}
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    is_name = isinstance(value, str) or at == 0
                    sheet.write(at, column, value, *([] if is_name else [of.get(column)]))
        for area, text in merged.items():
            sheet.merge_range(area.replace("_", ":"), text)

    return written(write)


def changed(book: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Change the XML of a part."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    return zipped(parts)


SHEET = "xl/worksheets/sheet1.xml"


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


def formatted(cells: list[tuple[Any, str]]) -> bytes:
    """Write a column whose cells have formats of their own."""

    def write(book: Book) -> None:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["Name", "Value"])
        for at, (value, code) in enumerate(cells, 1):
            sheet.write(at, 0, f"row {at}")
            sheet.write(at, 1, value, book.add_format({"num_format": code}))

    return written(write)


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


def test_hidden_sheets_rows_and_columns_are_left_out_and_said_to_be(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        salaries, report, more = (book.add_worksheet(name) for name in ("Salaries", "Report", "More"))
        salaries.write_column(0, 0, ["Pay", 9999])
        salaries.hide()
        report.write_row(0, 0, ["Item", "Cost", "Price"])
        for row, cells in enumerate([["Lamp", 4, 12], ["Desk", 40, 99], ["Chair", 3, 5]], 1):
            report.write_row(row, 0, cells)
        report.set_column(1, 1, None, None, {"hidden": True})
        report.set_row(2, None, None, {"hidden": True})
        more.write_column(0, 0, ["Note", "a", "b", "c", "d"])
        report.activate()

    found = Found(written(write), tmp_path)

    assert [table.name for table in found.tables] == ["Report", "More"]
    assert found.rows[0] == [{"Item": "Lamp", "Price": 12}, {"Item": "Chair", "Price": 5}]
    assert found.facts["sheets"] == ["Report", "More"]
    assert found.facts["active_sheet"] == "Report"
    assert found.facts["hidden_sheets"] == ["Salaries"]
    assert found.warnings == [
        "1 hidden sheet is left out: 'Salaries'. Choose one by `options.reading.sheet`.",
        "1 hidden row and 1 hidden column (B) of the sheet 'Report' left out.",
    ]


@pytest.mark.parametrize("sheet", ["Salaries", "salaries"])
def test_a_hidden_sheet_may_be_chosen_by_its_name(tmp_path: Path, sheet: str) -> None:
    assert Found(with_hidden_sheet(), tmp_path, sheet=sheet).rows == [[{"Pay": 1, "To": "a"}, {"Pay": 2, "To": "b"}]]


def with_hidden_sheet() -> bytes:
    def write(book: Book) -> None:
        for name in ("Salaries", "Report", "2"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Pay", "To"])
            sheet.write_row(1, 0, [1, "a"])
            sheet.write_row(2, 0, [2, "b"])
        book.get_worksheet_by_name("Salaries").hide()
        book.get_worksheet_by_name("Report").activate()

    return written(write)


@pytest.mark.parametrize(("sheet", "name"), [(1, "Report"), ("1", "Report"), ("2", "2"), ("report", "Report")])
def test_a_sheet_is_chosen_by_its_name_or_by_its_number_among_those_to_be_seen(
    tmp_path: Path, sheet: str | int, name: str
) -> None:
    assert Found(with_hidden_sheet(), tmp_path, sheet=sheet).table.name == name


@pytest.mark.parametrize("sheet", ["Sales", 0, 4, "-1"])
def test_a_sheet_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path, sheet: str | int) -> None:
    with pytest.raises(UnreadableFileError, match=f"no sheet '{sheet}'.*'Salaries', 'Report', '2'"):
        Found(with_hidden_sheet(), tmp_path, sheet=sheet)


def test_charts_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        chart = book.add_chart({"type": "line"})
        sheets = [book.add_chartsheet("Chart"), book.add_worksheet("Empty"), book.add_worksheet("Data")]
        sheets[2].write_row(0, 0, ["City", "Rain"])
        sheets[2].write_row(1, 0, ["Oslo", 12.5])
        chart.add_series({"values": "=Data!$B$2:$B$2"})
        sheets[0].set_chart(chart)

    assert Found(written(write), tmp_path).table.name == "Data"


BODY: Rows = [["City", "Rain", "Wind"], ["Oslo", 12.5, 3], ["Bergen", 60, 8]]


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


def test_empty_columns_and_rows_around_a_table_are_no_part_of_it(tmp_path: Path) -> None:
    rows: Rows = [[], [], *([None, None, *row] for row in BODY[:2]), [], [None, None, *BODY[2]]]

    found = Found(a_sheet(rows), tmp_path)

    assert found.rows == [[dict(zip(BODY[0], row, strict=True)) for row in BODY[1:]]]


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


def test_texts_that_a_workbook_refers_to_and_lacks_are_none(tmp_path: Path) -> None:
    relation = '<Relationship Id="r9" Type="x/sharedStrings" Target="texts.xml"/></Relationships>'
    part = "xl/_rels/workbook.xml.rels"
    book = changed(workbook([["a"], [1]]), part, lambda xml: xml.replace("</Relationships>", relation))

    assert Found(book, tmp_path).rows == [[{"a": 1}]]


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


def test_lines_of_text_are_left_out_where_other_sheets_have_tables(tmp_path: Path) -> None:
    def write(book: Book) -> None:
        cover, data = book.add_worksheet("Cover"), book.add_worksheet("Data")
        cover.write("B2", "Annual report")
        cover.write("B4", "by Ann")
        data.write_row(0, 0, ["City", "Rain"])
        data.write_row(1, 0, ["Oslo", 12.5])

    found = Found(written(write), tmp_path)

    assert found.table.name == "Data"
    assert found.warnings == ["The sheet 'Cover' has lines of text but no table, and is left out."]


def test_lines_of_text_alone_are_printed(tmp_path: Path) -> None:
    assert Found(a_sheet([["Name"], ["Ann"]]), tmp_path).rows == [[{"Name": "Ann"}]]


def test_all_sheets_hidden_is_refused_with_their_names(tmp_path: Path) -> None:
    book = changed(
        workbook([["a"], [1]]), "xl/workbook.xml", lambda xml: xml.replace("<sheet ", '<sheet state="hidden" ')
    )

    with pytest.raises(UnreadableFileError, match="All sheets of the workbook are hidden.*'Orders'"):
        Found(book, tmp_path)


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


def test_workbooks_of_other_kinds_are_refused_with_the_cure(tmp_path: Path) -> None:
    binary = changed(workbook([["a"]]), "_rels/.rels", lambda xml: xml.replace("workbook.xml", "workbook.bin"))

    with pytest.raises(UnreadableFileError, match=r"binary Excel workbook \(\.xlsb\)"):
        Found(binary, tmp_path)
    with pytest.raises(UnreadableFileError, match="old kind .* or is protected by a password"):
        Found(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, tmp_path)
    with pytest.raises(UnreadableFileError, match=r"OpenDocument spreadsheet \(\.ods\)"):
        Found(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), tmp_path)


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


@pytest.mark.gate
def test_more_blocks_than_are_held_are_one_and_said_to_be(tmp_path: Path) -> None:
    rows: Rows = [["a", "b"], ["x", 1]]
    for number in range(1_100):
        rows += [[], ["y", number]]

    found = Found(a_sheet(rows), tmp_path)

    assert any("From row 2,002 " in message and "Split the sheet" in message for message in found.warnings)


@pytest.mark.parametrize(("code", "kind"), [("[h]:mm", "duration"), ("hh:mm", "time"), ("yyyy-mm-dd", "date")])
def test_words_among_times_are_told_and_keep_these_from_being_summed(code: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(a_sheet([["Task", "Hours"], ["a", 0.5], ["b", "ill"], ["c", 1.25]], {"B": code}))
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
