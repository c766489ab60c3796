"""The sheets of a workbook that a report is made of are chosen, and those that are left out are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import UnreadableFileError
from tests.reading import zipped
from tests.unit.datasets.excel.books import Book, Found, a_sheet, changed, written
from tests.workbooks import workbook


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


def test_workbooks_of_other_kinds_are_refused_with_the_cure(tmp_path: Path) -> None:
    binary = changed(workbook([["a"]]), "_rels/.rels", lambda xml: xml.replace("workbook.xml", "workbook.bin"))

    with pytest.raises(UnreadableFileError, match=r"binary Excel workbook \(\.xlsb\)"):
        Found(binary, tmp_path)
    with pytest.raises(UnreadableFileError, match="old kind .* or is protected by a password"):
        Found(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, tmp_path)
    with pytest.raises(UnreadableFileError, match=r"OpenDocument spreadsheet \(\.ods\)"):
        Found(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), tmp_path)
