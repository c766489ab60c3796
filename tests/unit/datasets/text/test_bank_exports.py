"""Exports of banks: lines above the bookings that look like tables themselves, and balances below."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.datasets import ReadingOptions, RowsFile, RowsFormat
from reports.datasets.source import SourceTable

BOOKINGS = ("02.01.2026;Rent, flat 3;-1.250,00;EUR", "05.01.2026;Power;-120,50;EUR", "28.01.2026;Pay;3.456,78;EUR")
NAMES = "Day;What;Amount;Currency"


def tables_of(folder: Path, *lines: str) -> tuple[RowsFile, list[SourceTable]]:
    (folder / "a.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    rows = RowsFile(folder / "a.csv", RowsFormat.CSV, options=ReadingOptions())
    return rows, list(rows.tables())


def only_table(folder: Path, *lines: str) -> SourceTable:
    (found,) = tables_of(folder, *lines)[1]
    return found


def amounts(table: SourceTable) -> list[str]:
    return [row["Amount"] for row in table.rows()]


@pytest.mark.parametrize(
    "preamble",
    [
        [f"Interest 0,{place}5 percent" for place in range(9)],
        [f"Interest, since January: 0,{place}5" for place in range(9)],
        ["Bookings, account 12", *(f"Note {place}: 0,{place}5 % since 01.0{place + 1}.2025" for place in range(9))],
        ["Bookings, all", "", *(f"Limit {place}.000,00 EUR" for place in range(1, 9)), ""],
        [f"Branch {place}, Main Street {place}, 1010{place} Town" for place in range(9)],
    ],
)  # fmt: skip
def test_many_lines_with_commas_above_a_table_do_not_say_what_separates_its_cells(
    preamble: list[str], tmp_path: Path
) -> None:
    rows, (table,) = tables_of(tmp_path, *preamble, NAMES, *BOOKINGS)

    assert amounts(table) == ["-1.250,00", "-120,50", "3.456,78"]
    assert rows.reading["delimiter"] == ";"
    assert "delimiter_guessed" in {warning["code"] for warning in rows.warnings}


@pytest.mark.parametrize("names", ["Item;January 2026;2025", "Item;2026-01;2026-02", "Item;Jan 2026;01.02.2026"])
def test_names_may_be_months_and_years(names: str, tmp_path: Path) -> None:
    preamble = [f"Rate 0,{place}5 percent" for place in range(9)]

    rows, (table,) = tables_of(tmp_path, *preamble, names, "Rent;1,50;2,25", "Power;3,75;4,00")

    assert rows.reading["delimiter"] == ";"
    assert list(next(iter(table.rows()))) == names.split(";")


def test_lists_in_cells_do_not_separate_columns(tmp_path: Path) -> None:
    rows, (table,) = tables_of(tmp_path, "Id,Marks", *(f"{place},{place};{place + 1};7" for place in range(1, 9)))

    assert rows.reading["delimiter"] == ","
    assert next(iter(table.rows())) == {"Id": "1", "Marks": "1;2;7"}


def test_a_short_line_with_the_balance_is_a_note_below_the_bookings(tmp_path: Path) -> None:
    table = only_table(tmp_path, NAMES, *BOOKINGS, "Balance;31.01.2026;")

    assert len(amounts(table)) == 3
    assert table.notes == ("Balance: 31.01.2026",)


def test_a_short_line_with_a_sum_is_a_row(tmp_path: Path) -> None:
    assert amounts(only_table(tmp_path, NAMES, *BOOKINGS, "Sum;;2.086,28"))[-1] == "2.086,28"


def test_settings_above_a_table_are_no_table(tmp_path: Path) -> None:
    table = only_table(
        tmp_path, "Bookings;", "Name;Ann Lee", "Branch;10010010", "IBAN;DE8910010010", "Balance;4.356,78 €", "",
        NAMES, *BOOKINGS,
    )  # fmt: skip

    assert (table.title, table.subtitle) == ("Bookings", "Name: Ann Lee")
    assert table.notes == ("Branch: 10010010", "IBAN: DE8910010010", "Balance: 4.356,78 €")


def test_a_line_with_an_account_and_its_balance_above_a_table_is_a_note(tmp_path: Path) -> None:
    table = only_table(tmp_path, "Giro;***12;31.01.2026;;4 356,78", "", NAMES, *BOOKINGS)

    assert table.notes == ("Giro, ***12, 31.01.2026, 4 356,78",)


def test_names_that_all_begin_with_a_hash_lose_it(tmp_path: Path) -> None:
    table = only_table(tmp_path, ";".join(f"#{name}" for name in NAMES.split(";")), *BOOKINGS)

    assert list(next(iter(table.rows()))) == NAMES.split(";")
