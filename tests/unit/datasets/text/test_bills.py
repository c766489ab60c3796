"""Lines below a table that say what its rows come to, and numbers whose commas are those between cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.datasets.understanding import understand
from reports.errors import UnreadableFileError
from tests.unit.datasets.text.texts import a_file

ROWS = "Screw;2;10,00;20,00\nNut;1;5,50;5,50\n"


def understood(folder: Path, text: str) -> tuple[Any, Any]:
    rows = a_file(folder, text)
    (section,) = understand(rows)
    return section, rows


def uncounted(section: Any) -> dict[str, float]:
    """Return the sums of the rows that are counted."""
    found: dict[str, float] = {}
    number = 0
    for block in section.blocks():
        for row in range(len(block)):
            if number not in section.marks:
                for column in section.columns:
                    if column.summed and block.column(column.key)[row] not in (None, ""):
                        found[column.key] = found.get(column.key, 0) + float(block.column(column.key)[row])
            number += 1
    return found


@pytest.mark.parametrize("gap", ["", ";;;\n"])
@pytest.mark.parametrize(
    "sums",
    [
        ";;Nettobetrag;25,50\n;;MwSt 19%;4,85\n;;Bruttobetrag;30,35\n",
        ";;Rabatt;-2,50\n;;Versand;4,90\n;;Gesamt;27,90\n",
        ";;What it comes to;25,50\n",
    ],
)
def test_sums_below_the_lines_of_a_bill_are_notes(sums: str, gap: str, tmp_path: Path) -> None:
    section, _ = understood(tmp_path, f"Item;Qty;Price;Total\n{ROWS}{gap}{sums}")

    assert uncounted(section) == {"Qty": 3, "Total": 25.5}
    assert section.columns[2].form.type == "number"
    assert [note.split(":")[0] for note in section.notes] == [line.split(";")[2] for line in sums.split("\n")[:-1]]


def test_a_last_row_without_a_name_that_is_no_sum_stays_a_row(tmp_path: Path) -> None:
    section, _ = understood(tmp_path, f"Item;Qty;Price;Total\n{ROWS};;pending;12,00\n")

    assert section.row_count == 3
    assert uncounted(section)["Total"] == 37.5


@pytest.mark.parametrize(
    "text",
    [
        "Pos;Qty;Item;Total\n1;2;Screw;20,00\n2;1;Nut;5,50\n;;Netto;25,50\n;;MwSt 19%;4,85\n;;Bruttobetrag;30,35\n",
        f"Item;Qty;Price;Total\n{ROWS}Net;;;25,50\nVAT 19%;;;4,85\nGross;;;30,35\n",
        f"Item;Qty;Price;Total\n{ROWS}Subtotal;;;25,50\nTax;;;4,85\nAmount due:;;;30,35\n",
    ],
)
def test_what_a_bill_comes_to_before_and_after_tax_is_not_counted_again(text: str, tmp_path: Path) -> None:
    section, _ = understood(tmp_path, text)

    assert round(uncounted(section)["Total"], 2) == 30.35
    assert len(section.marks) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Name,Amount,Note\nA,1,234.50,x\nB,2,000.00,y\n",
        "Day,Debit,Credit,Balance\n2026-11-01,1,200.00,,3,400.00\n2026-11-02,,85,000.00,88,400.00\n",
        "Day,Text,Credit,Balance\n1 Nov,Pay,85,000.00,1,24,550.75\n2 Nov,Food,10.00,99,550.75\n",
    ],
)
def test_numbers_that_are_cut_at_their_commas_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="commas in numbers such as .* Put such numbers in double quotes"):
        a_file(tmp_path, text).tables()


@pytest.mark.parametrize(
    "text",
    [
        "Crédit;;FR76;30/11/2026;;1 234,56\n30/11/2026;VIR;SALAIRE;2 345,67\n28/11/2026;CB;MARKET;-56,40\n",
        "x;1,5\ny;2,5\nz;3,5\n",
    ],
)
def test_commas_that_all_stand_within_numbers_separate_no_cells(text: str, tmp_path: Path) -> None:
    rows = a_file(tmp_path, text)

    assert rows.tables()
    assert rows.reading["delimiter"] in ";|"


def test_accounts_above_bookings_are_lines_however_many_cells_they_have(tmp_path: Path) -> None:
    account = "Account:, 62123456789, Cheque Account\nBalance:, 123.45, 123.45\n"
    text = f"{account}Day, Amount, Balance, Text\n2026-11-30, -250.00, 9.00, Rent\n2026-11-28, 15000.00, 8.00, Pay\n"

    section, _ = understood(tmp_path, text)

    assert uncounted(section) == {"Amount": 14750.0}
    assert section.title.startswith("Account:")


def test_a_closing_balance_behind_an_empty_line_is_a_note(tmp_path: Path) -> None:
    rows = "2026-11-30;Food;-45,99 PLN;1 234,56 PLN;\n2026-11-28;Pay;5 200,00 PLN;1 280,55 PLN;\n"
    text = f"#Day;#Text;#Amount;#Balance;\n{rows}\n#Closing;1 234,56 PLN;\n"

    section, _ = understood(tmp_path, text)

    assert section.row_count == 2
    assert section.notes == ("#Closing: 1 234,56 PLN",)


def test_a_column_without_a_name_that_only_lines_around_the_table_have_is_left_out(tmp_path: Path) -> None:
    rule = "+--+---+\n"
    text = f"mysql> select 1;\n{rule}| id | total |\n{rule}| 1 | 2.50 |\n| 2 | 5.00 |\n{rule}2 rows\n"

    section, _ = understood(tmp_path, text)

    assert [column.key for column in section.columns] == ["id", "total"]
    assert section.notes == ("2 rows",)


def test_shares_below_a_total_are_a_note_and_the_total_is_that_of_all_groups(tmp_path: Path) -> None:
    ann = "Ann,,\n2026-01-05,0.00,11.50\n2026-01-06,0.00,2.50\nTotal Ann,0.00,14.00\n,,\n"
    bob = "Bob,,\n2026-01-07,9.15,0.00\nTotal Bob,9.15,0.00\n,,\n"
    text = f"Day,Current amount,Older amount\n{ann}{bob}Total,9.15,14.00\nPercentage of total,39.52%,60.48%\n"

    section, rows = understood(tmp_path, text)

    assert section.notes == ("Percentage of total, 39.52%, 60.48%",)
    assert uncounted(section) == {"Current amount": 9.15, "Older amount": 14.0}
    assert [str(mark) for mark in section.marks.values()] == ["subtotal", "subtotal", "total"]
    assert not any("another sum" in str(warning["message"]) for warning in rows.warnings)
