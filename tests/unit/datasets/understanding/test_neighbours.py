"""Columns that the columns beside them explain: balances, stocks, weights of each, and totals of several currencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.unit.datasets.understanding.tables import Understood

WEIGHTS = ["1.250", "0.800", "2.400", "0.450"]
MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]


def summed(columns: Mapping[str, Sequence[str | None]]) -> set[str]:
    return {column.key for column in Understood(columns).section.columns if column.summed}


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_what_was_there_before_each_amount_is_not_summed(is_newest_first: bool) -> None:
    rows = [("2270.50", "-120.50"), ("2150.00", "-1250.00"), ("900.00", "3456.78"), ("4356.78", "-10.00")]
    before, amounts = zip(*(rows[::-1] if is_newest_first else rows), strict=True)

    assert summed({"Text": list("abcd"), "Column 4": before, "Column 7": amounts}) == {"Column 7"}


@pytest.mark.parametrize(
    "others",
    [
        {"SKU": list("abcd"), "Price": ["19.90", "24.50", "89.00", "12.00"]},
        {"Artikelnummer": list("abcd"), "Farbe": ["rot", "blau", "rot", "grün"]},
        {"Box": list("abcd"), "Length": ["30", "45", "28", "12"]},
        {"Item": list("abcd"), "Qty": ["3", "1", "7", "120"], "Unit price": ["19.90", "24.50", "89.00", "12.00"]},
    ],
)
@pytest.mark.parametrize("key", ["Weight (kg)", "Gewicht", "Bruttogewicht", "Variant Grams", "Poids"])
def test_weights_of_one_piece_are_not_summed(key: str, others: dict[str, list[str]]) -> None:
    assert key not in summed({**others, key: WEIGHTS})


@pytest.mark.parametrize(
    "others",
    [
        {"Shipment": list("abcd"), "Parcels": ["3", "1", "6", "120"]},
        {"Fish": list("abcd"), "Price": ["10.00", "20.00", "5.00", "8.00"], "Net": ["12.50", "16.00", "12.00", "3.60"]},
        {"Item": list("abcd"), "Date": ["2026-01-02", "2026-01-02", "2026-01-05", "2026-01-06"]},
    ],
)  # fmt: skip
def test_weights_of_what_was_sent_or_sold_are_summed(others: dict[str, list[str]]) -> None:
    assert "Weight" in summed({**others, "Weight": WEIGHTS})


def test_total_weights_are_summed() -> None:
    assert "Total weight" in summed(
        {"SKU": list("abcd"), "Price": ["1.50", "2.00", "9.00", "3.25"], "Total weight": WEIGHTS}
    )


@pytest.mark.parametrize("key", ["Stock", "Lager", "Stock on hand", "Subscribers"])
def test_stocks_of_one_month_after_the_other_are_not_summed(key: str) -> None:
    counts = ["12", "1500", "9", "310"]

    assert summed({"Month": MONTHS, key: counts}) == set()
    assert summed({"Warehouse": list("abcd"), key: counts}) == {key}


@pytest.mark.parametrize("names", [("EUR", "USD"), ("Sales EUR", "Sales USD"), ("Net (€)", "Net ($)")])
def test_totals_of_columns_in_several_currencies_are_not_summed(names: tuple[str, str]) -> None:
    one, other = names
    columns = {"Project": list("abc"), one: ["100.00", "200.00", "300.00"], other: ["50.00", "10.00", "15.00"]}
    table = Understood({**columns, "Total": ["150.00", "210.00", "315.00"]})

    assert summed({**columns, "Total": ["150.00", "210.00", "315.00"]}) == {one, other}
    assert "several currencies" in table.column("Total").why
    assert [warning for warning in table.warnings if "'Total'" in warning]
    assert "Total" in summed({**columns, "Total": ["146.00", "209.20", "313.80"]})


def test_signs_in_the_cells_tell_currencies_apart() -> None:
    columns = {
        "Day": MONTHS,
        "One": ["5.00 €", "7.25 €"] * 2,
        "Two": ["$3.00", "$9.10"] * 2,
        "Both": ["8.00", "16.35"] * 2,
    }

    assert "Both" not in summed(columns)


@pytest.mark.parametrize(
    "key",
    [
        "Wind km/h",
        "Speed m/s",
        "Flow l/min",
        "Cost €/kg",
        "Verbrauch kWh/Jahr",
        "Safety stock",
        "CPM",
        "log2FC",
        "Υπόλοιπο",
        "Zostatok",
    ],
)
def test_rates_in_units_are_not_summed(key: str) -> None:
    assert summed({"Station": list("abcd"), key: ["12", "1250", "9", "310"]}) == set()


@pytest.mark.parametrize("key", ["Profit/Loss", "Debit/Credit", "In/Out qty"])
def test_a_slash_between_words_is_no_rate(key: str) -> None:
    assert summed({"Station": list("abcd"), key: ["12.50", "1250.25", "9.10", "310.75"]}) == {key}


def test_a_population_of_one_year_after_the_other_is_not_summed() -> None:
    people = {"Year": ["2022", "2023", "2024"], "Population": ["83797985", "84482267", "84700000"]}

    assert summed({**people, "Births": ["738819", "692989", "680000"]}) == {"Births"}


@pytest.mark.parametrize(("key", "is_summed"), [("kWh", True), ("MWh produced", True), ("Leistung kW", False)])
def test_units_with_capitals_within_are_words(key: str, is_summed: bool) -> None:
    assert Understood({"Name": list("abc"), key: ["1.5", "2.5", "9.5"]}).column(key).summed is is_summed


def test_losses_of_a_league_under_one_letter_are_not_summed() -> None:
    table = Understood({"Team": list("abc"), "S": ["7", "6", "1"], "N": ["1", "3", "7"]})

    assert [column.summed for column in table.section.columns] == [False, False, False]
