"""Tables below one another without an empty row, in sheets and texts alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from reports.datasets import RowsFile, RowsFormat

Cells = Sequence[Sequence[str | float]]
NAMES: Cells = [["Region", "Q1", "Q2"], ["North", 10.5, 20.25], ["South", 11.5, 21.25]]
UNITS: Cells = [["Product", "Units"], ["Bolt", 500], ["Nut", 700]]
LATER: Cells = [["Region", "Q3", "Q4"], ["North", 1.5, 2.25], ["South", 1.5, 2.5]]
PEOPLE: Cells = [["Person", "Age", "City"], ["Ann", 31, "Ulm"], ["Bob", 44, "Bonn"]]


def as_sheet(folder: Path, rows: Cells) -> RowsFile:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    (folder / "a.xlsx").write_bytes(file.getvalue())
    return RowsFile(folder / "a.xlsx", RowsFormat.XLSX)


def as_text(folder: Path, rows: Cells, *, padded: bool = False) -> RowsFile:
    most = max(map(len, rows)) if padded else 0
    lines = [",".join([*map(str, row), *[""] * (most - len(row))]) for row in rows]
    (folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return RowsFile(folder / "a.csv", RowsFormat.CSV)


def as_padded_text(folder: Path, rows: Cells) -> RowsFile:
    return as_text(folder, rows, padded=True)


Written = Callable[[Path, Cells], RowsFile]
every_form = pytest.mark.parametrize("written", [as_sheet, as_text, as_padded_text])


def found(rows: RowsFile) -> list[list[str]]:
    return [[*next(iter(table.rows())), str(sum(1 for _ in table.rows()))] for table in rows.tables()]


@every_form
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*NAMES, *UNITS], [["Region", "Q1", "Q2", "2"], ["Product", "Units", "2"]]),
        ([*UNITS, *NAMES], [["Product", "Units", "2"], ["Region", "Q1", "Q2", "2"]]),
        ([*NAMES, ["Costs"], *UNITS], [["Region", "Q1", "Q2", "2"], ["Product", "Units", "2"]]),
        ([*NAMES, ["Total", 22, 41.5], *LATER], [["Region", "Q1", "Q2", "3"], ["Region", "Q3", "Q4", "2"]]),
    ],
)  # fmt: skip
def test_a_row_of_other_names_begins_another_table_and_that_is_said(
    written: Written, rows: Cells, expected: list[list[str]], tmp_path: Path
) -> None:
    file = written(tmp_path, rows)

    assert found(file) == expected
    assert {warning["code"] for warning in file.warnings} & {"several_tables", "reading_guess"}


@every_form
def test_a_line_between_is_the_title_of_the_second(written: Written, tmp_path: Path) -> None:
    first, second = written(tmp_path, [*NAMES, ["Costs"], *UNITS]).tables()

    assert (first.title, first.notes, second.title) == ("", (), "Costs")


@every_form
@pytest.mark.parametrize(
    "row", [["West", "closed"], ["West", "n/a", "-"], ["West", "closed", "sold"], ["West"], ["Region", "Q1", "Q2"]]
)
def test_words_among_rows_begin_no_table(written: Written, row: Sequence[str], tmp_path: Path) -> None:
    rows: Cells = [*NAMES, row, ["East", 12.5, 22.25], ["Far", 13.5, 23.25]]

    assert len(found(written(tmp_path, rows))) == 1


@every_form
def test_other_names_in_as_many_columns_are_left_to_the_reader(written: Written, tmp_path: Path) -> None:
    assert len(found(written(tmp_path, [*NAMES, *PEOPLE]))) == 1
