"""Sums of what can be summed, and rows that sum up others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from reports.datasets.understanding import RowMark
from reports.datasets.understanding.evidence import Evidence, Look
from tests.unit.datasets.understanding.tables import Understood, column

AMOUNTS = ("12.50", "7.25", "310.00")
COUNTS = ("12", "7", "310")


@pytest.mark.parametrize(
    "key",
    [
        "Amount", "Betrag (EUR)", "Gesamtbetrag", "Montant HT", "Importe", "Importo netto", "Bedrag", "Valor total",
        "Kwota", "Revenue", "Umsatz 2025", "Chiffre d'affaires", "Ventas", "Kosten", "total_price", "Sum of ages",
        "Quantity", "Menge", "Anzahl", "Quantité", "Cantidad", "Quantità", "Aantal", "Quantidade", "Number of guests",
        "Hours", "Visitors", "Verkaufte Stückzahl", "Debit", "Haben", "MwSt", "Something",
    ],
)  # fmt: skip
def test_amounts_and_quantities_are_summed(key: str) -> None:
    assert column(*COUNTS, key=key).column(key).summed
    assert column(*AMOUNTS, key=key).column(key).summed


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("Price", "prices"), ("Einzelpreis", "prices"), ("Prix unitaire", "prices"), ("precio", "prices"),
        ("Prezzo", "prices"), ("Stückpreis", "prices"), ("Tax rate", "rates"), ("Steuersatz", "rates"),
        ("Taux", "rates"), ("Wechselkurs", "rates"), ("Kosten pro Stück", "rates"), ("Miles per gallon", "rates"),
        ("Balance", "balances"), ("Kontostand", "balances"), ("Saldo", "balances"), ("Solde", "balances"),
        ("Number of drivers in crashes per billion miles", "rates"), ("P75", "averages"), ("Pay_p9", "averages"),
        ("P75th", "averages"), ("bias", "averages"), ("RT_norm", "averages"), ("DEM_poll", "percentages"),
        ("Cumulative sales", "balances"), ("Average amount", "averages"), ("Mittelwert", "averages"),
        ("Latitude", "coordinates"), ("lng", "coordinates"), ("Breitengrad", "coordinates"),
        ("Petal length", "measurements"), ("Höhe", "measurements"), ("Température", "measurements"),
        ("humidity", "measurements"), ("Age", "ages"), ("Alter", "ages"), ("Rating", "ratings"), ("Note", "ratings"),
        ("Prozent", "percentages"), ("Marge", "percentages"), ("Month", "periods"), ("Customer id", "numbers that"),
        ("Rechnungsnummer", "numbers that"), ("FIPS", "numbers that"), ("Postcode", "numbers that"),
    ],
)  # fmt: skip
def test_other_numbers_are_not_summed_and_it_says_why(key: str, why: str) -> None:
    reading = column(*COUNTS, key=key).column(key)

    assert not reading.summed
    assert reading.why.startswith(why)
    assert reading.facts()["why"] == reading.why


@pytest.mark.parametrize(
    ("key", "cells", "summed"),
    [
        ("Units", ["1950", "2010", "1999", "2075"], True),
        ("Season", ["1950", "2010", "1999", "2075"], False),
        ("Number", ["12", "430", "7"], True),
        ("Number", ["4711", "4712", "4799"], False),
        ("Number", ["1", "2", "3", "4"], False),
        ("Zeile", ["1", "2", "3"], False),
        ("Quantity", ["1", "2", "3"], True),
        ("Line", [1, 2, 3], False),
        ("Kind", ["101", "205", "999"], False),
        ("Kind", ["1.234.567", "205"], True),
        ("Reading", ["1.2", "3.4"], False),
        ("Reading", ["1.20", "3.45"], True),
        ("Reading", ["$1.2", "$3"], True),
        ("Reading", ["3 V", "5 V"], False),
        ("Active", ["0", "1", "1"], False),
        ("数量", ["101", "205", "999"], True),
        ("単価", ["101.50", "205.00"], False),
        ("Сумма", ["101", "205", "999"], True),
        ("Reading", ["3 kg", "5 kg"], True),
    ],
)
def test_names_that_say_little_leave_it_to_the_numbers(key: str, cells: list[Any], summed: bool) -> None:
    assert column(*cells, key=key).column(key).summed is summed


def test_codes_of_one_width_are_not_grouped() -> None:
    assert not column("1005", "1010", "9535", key="Klasse").column("Klasse").form.grouped


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_what_is_left_after_each_amount_is_not_summed(is_newest_first: bool) -> None:
    amounts, left = ["1000.00", "-600.00", "2100.00", "-45.20"], ["1000.00", "400.00", "2500.00", "2454.80"]
    step = -1 if is_newest_first else 1

    found = Understood({"Amount": amounts[::step], "After": left[::step]})

    assert found.column("Amount").summed
    assert found.column("After").why == "balances are not summed"


def test_what_is_left_after_money_in_and_out_is_not_summed() -> None:
    found = Understood(
        {
            "Out": [None, "600.00", None, "45.20"],
            "In": ["1000.00", None, "2100.00", None],
            "After": ["1000.00", "400.00", "2500.00", "2454.80"],
        }
    )

    assert [reading.summed for reading in found.section.columns] == [True, True, False]


SHOPS = ["Kiel", "Hof", "Ulm"]


@pytest.mark.parametrize(
    "label",
    ["Total", "TOTAL:", "Grand total", "Sum", "Summe", "Gesamt", "Gesamtsumme", "Total général", "Suma", "Totale",
     "Totaal", "Razem", "Σ", "合計", "Итого", "Total (EUR)", "Total EUR"],
)  # fmt: skip
def test_a_last_row_that_is_named_a_sum_is_marked(label: str) -> None:
    found = Understood({"Shop": [*SHOPS, label], "Amount": ["240.00", "89.50", "61.25", "390.75"]})

    assert found.section.marks == {3: RowMark.TOTAL}
    assert found.section.row_count == 4
    assert found.warnings == []


def test_sums_of_parts_and_of_all_are_marked() -> None:
    found = Understood(
        {
            "Region": ["North", "North", "North Total", "South", "South", "Zwischensumme", "Total"],
            "Item": ["a", "b", None, "a", "b", None, None],
            "Amount": ["10.00", "20.00", "30.00", "5.00", "7.50", "12.50", "42.50"],
            "Price": ["1.00", "2.00", None, "3.00", "4.00", None, None],
        }
    )

    assert found.section.marks == {2: RowMark.SUBTOTAL, 5: RowMark.SUBTOTAL, 6: RowMark.TOTAL}
    assert found.warnings == []


def test_sums_of_sums_are_marked() -> None:
    labels = ["a", "b", "Total x", "a", "b", "Total y", "Total North", "a", "b", "Total z", "Total South", "Total"]
    amounts = [1, 2, 3, 4, 5, 9, 12, 6, 7, 13, 13, 25]

    found = Understood({"Part": labels, "Amount": amounts})

    assert sorted(found.section.marks) == [2, 5, 6, 9, 10, 11]
    assert found.section.marks[11] is RowMark.TOTAL


def test_a_last_row_of_numbers_alone_is_marked_if_it_has_the_sums() -> None:
    columns: dict[str, list[Any]] = {"Shop": ["Kiel", "Hof", None], "Amount": ["1.50", "2.25", "3.75"]}

    assert Understood(columns).section.marks == {2: RowMark.TOTAL}
    assert Understood({**columns, "Amount": ["1.50", "2.25", "3.80"]}).section.marks == {}


def test_a_label_may_stand_in_a_column_of_days_or_numbers() -> None:
    found = Understood({"Day": ["2026-01-31", "2026-02-28", "Total"], "Amount": ["1.50", "2.25", "3.75"]})

    assert found.section.marks == {2: RowMark.TOTAL}
    assert found.cells("Day") == ["2026-01-31", "2026-02-28", "Total"]
    assert found.column("Day").form.type == "date"


def test_a_label_may_stand_in_a_column_that_is_empty_otherwise() -> None:
    found = Understood({"Note": [None, None, "Total"], "Amount": ["1.50", "2.25", "3.75"]})

    assert found.section.marks == {2: RowMark.TOTAL}


def test_a_last_row_with_another_sum_is_not_counted_and_warned_of() -> None:
    found = Understood({"Shop": ["Kiel", "Hof", "Total"], "Amount": ["1.50", "2.25", "3.80"]})

    assert found.section.marks == {2: RowMark.TOTAL}
    assert "'Total'" in found.warnings[0]
    assert "3.75" in found.warnings[0]


@pytest.mark.parametrize("label", ["Total", "Totalenergies", "Total Energies", "Sum 41", "Summer", "Ergebnis offen"])
def test_a_row_that_only_sounds_like_a_sum_is_counted(label: str) -> None:
    found = Understood({"Company": ["Shell", label, "BP", "Eni"], "Amount": ["10.00", "20.00", "30.00", "7.00"]})

    assert found.section.marks == {}


def test_a_sum_above_its_rows_is_marked() -> None:
    found = Understood({"Land": ["Gesamt", "Hof", "Ulm"], "Anzahl": ["30", "10", "20"]})

    assert found.section.marks == {0: RowMark.SUBTOTAL}


def test_no_more_is_said_than_a_reading_has_room_for() -> None:
    found = Understood({f"Column {number}": ["1.50", "x" * 500, "3"] for number in range(190)})

    (facts,) = found.reading["sections"]
    assert len(facts["columns"]) == 60
    assert facts["more_columns"] == 130
    assert len(facts["preview"][0]) == 12
    assert max(map(len, facts["preview"][1])) == 60
    assert len(found.warnings) <= 21


@pytest.mark.parametrize("codes", [["EUR", "USD", "EUR"], ["eur", "jpy", "eur"], ["€", "$", "€"]])
def test_amounts_whose_currencies_stand_beside_them_are_not_summed(codes: list[str]) -> None:
    table = Understood({"Currency": codes, "Fee": AMOUNTS, "Qty": COUNTS, "Amount EUR": AMOUNTS})

    assert {column.key for column in table.section.columns if column.summed} == {"Qty", "Amount EUR"}
    assert "several currencies" in table.column("Fee").why
    assert [warning for warning in table.warnings if "in several currencies" in warning and "'Fee'" in warning]


@pytest.mark.parametrize("key", ["Currency", "Country"])
def test_amounts_of_one_currency_are_summed(key: str) -> None:
    codes = ["EUR", None, "eur"] if key == "Currency" else ["EUR", "USD", "ALL"]
    table = Understood({key: codes, "Amount": AMOUNTS})

    assert table.column("Amount").summed
    assert not table.warnings


@pytest.mark.parametrize("label", ["Summa", "Overall Result", "Ukupno", "รวม", "**", "Closing balance", "Endsaldo"])
def test_last_rows_of_other_languages_and_programs_are_totals(label: str) -> None:
    table = Understood({"Item": ["a", "b", label], "Amount": ["12.50", "7.25", "19.75"]})

    assert table.section.marks == {2: RowMark.TOTAL}


def test_a_closing_balance_is_none_of_the_amounts_though_a_day_stands_before_it() -> None:
    days = ["2026-01-01", "2026-01-02", "2026-01-31"]
    words = ["Opening balance", "Rent", "Closing balance as of 01/31/2026"]
    table = Understood({"Day": days, "Text": words, "Amount": ["1000.00", "-700.00", "300.00"]})

    assert table.section.marks == {2: RowMark.TOTAL}


@pytest.mark.parametrize(
    ("words", "cells", "marked"),
    [
        (["a", "b", "Total", "Average", "Max"], ["1.50", "2.75", "4.25", "2.13", "2.75"], {2, 3, 4}),
        (["a", "b", "Mittelwert"], ["1.50", "2.50", "2.00"], {2}),
        (["a", "b", "Average"], ["1.50", "2.50", "9.00"], set()),
        (["Poor", "Average", "Good"], ["1.50", "2.50", "9.00"], set()),
        (["Min", "Max", "x"], ["1.50", "2.50", "9.00"], set()),
    ],
)
def test_averages_and_extremes_below_a_table_are_not_counted(
    words: list[str], cells: list[str], marked: set[int]
) -> None:
    assert set(Understood({"Item": words, "Amount": cells}).section.marks) == marked


@pytest.mark.parametrize(("group", "item"), [("A Result", "B Result"), ("*", "*")])
def test_sums_of_groups_that_sap_writes_are_not_counted(group: str, item: str) -> None:
    labels, cells = ["a", "b", group, "c", item, "**"], ["1.00", "2.00", "3.00", "4.00", "4.00", "7.00"]

    marks = Understood({"Group": labels, "Amount": cells}).section.marks

    assert marks == {2: RowMark.SUBTOTAL, 4: RowMark.SUBTOTAL, 5: RowMark.TOTAL}


def test_a_last_row_without_a_name_may_have_more_than_sums() -> None:
    columns = {"Page": ["/", "/a", ""], "Views": ["1234", "567", "1801"], "Time": ["00:01:12", "00:00:45", "00:01:00"]}

    assert Understood(columns).section.marks == {2: RowMark.TOTAL}
    columns["Views"][2] = "1802"
    assert not Understood(columns).section.marks


def test_a_grand_total_of_totals_alone_is_right() -> None:
    table = Understood({"Item": ["N Total", "S Total", "Grand Total"], "Amount": ["4.00", "3.00", "7.00"]})

    assert table.section.marks == {2: RowMark.TOTAL}
    assert not table.warnings


@pytest.mark.parametrize(("key", "why"), [("How satisfied are you?", "ratings"), ("No", "row numbers")])
def test_answers_and_numbers_of_two_rows_are_not_summed(key: str, why: str) -> None:
    assert column("1", "2", key=key).column(key).why.startswith(why)


@pytest.mark.parametrize("key", ["Version", "WBS", "Pos", "Kapitel", "No."])
def test_versions_and_outlines_are_no_decimals(key: str) -> None:
    assert column("1.10", "1.9", key=key).cells(key) == ["1.10", "1.9"]
    assert column("1.10", "1.9", key=key).column(key).form.type == "text"


@pytest.mark.parametrize("cells", [(0, True), (True, 0), (5, True, "7")])
def test_cells_of_several_types_are_the_same_in_any_blocks(cells: tuple[Any, ...]) -> None:
    parts, whole = Evidence(Look.NUMBER), Evidence(Look.NUMBER)
    for row, cell in enumerate(cells):
        parts.add([cell], row)
    whole.add(cells, 0)

    assert (parts.is_open, parts.numbers) == (whole.is_open, whole.numbers) == (False, None)


def test_a_last_row_without_a_name_may_have_averages() -> None:
    columns: dict[str, Sequence[Any]] = {"Page": ["/a", "/b", "/c", None], "Views": ["100", "250", "30", "380"]}
    table = Understood({**columns, "Visits": ["90", "20", "3", "113"], "Value": ["$1.00", "$0.50", "$0.25", "$0.58"]})

    assert table.section.marks == {3: RowMark.TOTAL}


def test_what_stata_leaves_out_is_nothing() -> None:
    assert Understood({"Name": list("abc"), "Cost": ["1.50", ".a", "2.25"]}).cells("Cost") == ["1.50", None, "2.25"]


def test_a_last_row_that_closes_an_account_is_not_counted() -> None:
    names = {"Date": ["2026-01-02", "2026-01-05", "2026-01-31"], "Text": ["Sale", "Rent", "Closing"]}
    table = Understood({**names, "Debit": ["120.00", None, "120.00"], "Credit": [None, "300.00", "300.00"]})

    assert list(table.section.marks) == [2]


def test_a_last_row_of_a_stage_is_counted() -> None:
    table = Understood({"Stage": ["Lead", "Offer", "Closing"], "Amount": ["1200.00", "310.50", "99.25"]})

    assert (table.section.marks, table.column("Amount").summed) == ({}, True)


@pytest.mark.parametrize(
    "key", ["Cost center", "Kostenträger", "Store", "Plant", "Sachkonto", "Route", "Station", "PO"]
)
def test_names_of_places_and_papers_are_not_summed(key: str) -> None:
    found = column(*COUNTS, key=key)

    assert not found.column(key).summed
    assert found.cells(key) == [*COUNTS]


def test_numbers_of_a_unit_for_each_of_another_are_not_summed() -> None:
    found = column("0.05 €/kg", "0.03 €/kg", key="Net")

    assert found.column("Net").why == "rates are not summed"


def test_seconds_since_1970_with_parts_are_printed_without_thousands() -> None:
    found = column("1767225600.123", "1767225601.500", key="timestamp")

    assert not found.column("timestamp").form.grouped
    assert not found.column("timestamp").summed
