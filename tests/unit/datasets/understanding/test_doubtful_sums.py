"""Sums that mean nothing by what stands beside the numbers, and rows that sum up others without a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import gcd
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.datasets.understanding import RowMark
from tests.examples import examples
from tests.unit.datasets.understanding.tables import Understood

AMOUNTS = ("1190.00", "59.50", "20.25", "700.10")


def summed(table: Understood) -> set[str]:
    return {column.key for column in table.section.columns if column.summed}


@pytest.mark.parametrize(
    "marks",
    [
        ("S", "H", "H", "S"), ("D", "C", "D", "D"), ("Dr", "Cr", "Dr", "Cr"), ("Soll", "Haben", "Haben", "Soll"),
        ("+", "-", "-", "+"), ("Af", "Bij", "Bij", "Af"), ("Débit", "Crédit", "Débit", "Débit"),
        ("Einnahme", "Ausgabe", "Ausgabe", "Einnahme"), ("Sale", "Refund", "Sale", "Fee"),
        ("入金", "出金", "出金", "入金"),
        ("Wn", "Ma", "Ma", "Wn"), ("Invoice", "Credit note", "Invoice", "Invoice"),
    ],
)  # fmt: skip
def test_amounts_of_two_sides_are_summed_only_with_signs(marks: Sequence[str]) -> None:
    plain = Understood({"Text": list("abcd"), "Amount": AMOUNTS, "Side": marks})
    first = marks[0]
    signed = [
        amount if mark == first else f"-{amount}" if mark == marks[1] else None
        for amount, mark in zip(AMOUNTS, marks, strict=True)
    ]

    assert summed(plain) == set()
    assert "without signs" in plain.column("Amount").why
    assert [warning for warning in plain.warnings if "'Side'" in warning and "'Amount'" in warning]
    assert summed(Understood({"Text": list("abcd"), "Amount": signed, "Side": marks})) == {"Amount"}


@pytest.mark.parametrize(
    ("key", "cells"),
    [("Side", ("S", "S", "S", "S")), ("Size", ("S", "M", "L", "S")), ("Grade", ("A", "C", "D", "B"))],
)
def test_words_that_set_nothing_against_anything_leave_sums_alone(key: str, cells: Sequence[str]) -> None:
    assert summed(Understood({key: cells, "Amount": AMOUNTS})) == {"Amount"}


def test_totals_of_orders_that_stand_in_each_of_their_lines_are_not_summed() -> None:
    orders = {"Order": ["1", "1", "2", "3", "3"], "Amount": ["10.00", "50.00", "6.00", "16.00", "50.00"]}
    table = Understood({**orders, "Order total": ["60.00", "60.00", "6.00", "66.00", "66.00"]})

    assert summed(table) == {"Amount"}
    assert [warning for warning in table.warnings if "'Order'" in warning and "'Order total'" in warning]


@pytest.mark.parametrize("key", ["UoM", "BUn", "Einheit", "単位"])
def test_quantities_of_several_units_are_not_summed(key: str) -> None:
    assert summed(Understood({"Item": ["a", "b"], "Qty": ["1000", "250"], key: ["PCS", "KG"]})) == set()


def test_prices_of_one_width_are_no_codes() -> None:
    table = Understood({"Price": ["250000", "410000"], "Class": ["1005", "9535"]})

    assert [column.form.grouped for column in table.section.columns] == [True, False]


def test_closing_cash_is_not_counted_again() -> None:
    table = Understood({"Line": ["Opening cash", "In", "Closing cash"], "Amount": ["1000.00", "800.00", "1800.00"]})

    assert table.section.marks == {2: RowMark.TOTAL}


def test_columns_of_either_side_are_summed() -> None:
    table = Understood({"D/C": ["D", "C", "D"], "Debit": ["10.00", None, "5.50"], "Credit": [None, "7.25", None]})

    assert summed(table) == {"Debit", "Credit"}


@pytest.mark.parametrize(
    "labels",
    [
        ("Revenue", "Cost of sales", "Gross profit", "Rent"),
        ("Umsatzerlöse", "Materialaufwand", "Personalaufwand", "Jahresüberschuss"),
        ("1. Net sales", "2. Operating expenses", "3. Interest expense", "4. Net income"),
        ("Produits", "Charges", "Impôts", "Résultat net"),
        ("Lohnsteuer", "Sozialversicherung", "Grundgehalt", "Nettolohn"),
        ("Total assets", "Cash", "Total liabilities", "Equity"),
        ("Aktiva", "Kasse", "Eigenkapital", "Verbindlichkeiten"),
        ("売上高", "売上原価", "営業利益", "当期純利益"),
    ],
)
def test_statements_are_not_summed(labels: Sequence[str]) -> None:
    table = Understood({"": labels, "2024": ["5200.00", "3100.00", "100.00", "80.00"], "2025": list(AMOUNTS)})

    assert summed(table) == set()
    assert "statement" in table.column("2024").why
    assert [warning for warning in table.warnings if repr(labels[0]) in warning]


def test_a_statement_with_signs_is_summed_without_its_results() -> None:
    labels = ["Revenue", "Cost of sales", "Gross profit", "Operating expenses", "Operating income"]
    table = Understood({"Item": labels, "Amount": ["5217.00", "-3141.00", "2076.00", "-1002.00", "1074.00"]})

    assert summed(table) == {"Amount"}
    assert sorted(table.section.marks) == [2, 4]


@pytest.mark.parametrize("labels", [("Sales", "Marketing", "Finance", "Support"), ("Rent", "Water", "Power", "Phone")])
def test_lists_of_departments_or_costs_are_summed(labels: Sequence[str]) -> None:
    assert summed(Understood({"Department": labels, "Amount": AMOUNTS})) == {"Amount"}


def test_a_difference_in_the_rows_is_no_amount_of_its_own() -> None:
    table = Understood({"Item": ["Tickets", "Hall", "Left", "x"], "Amount": ["5217.31", "3141.22", "2076.09", "4.00"]})

    assert summed(table) == set()
    assert [warning for warning in table.warnings if "the sum or the difference" in warning]


def test_parents_above_their_children_are_not_counted() -> None:
    table = Understood(
        {
            "Row Labels": ["North", "Pen", "Book", "South", "Pen", "Grand Total"],
            "Sum of Sales": ["310.50", "100.25", "210.25", "50.00", "50.00", "360.50"],
        }
    )

    assert table.section.marks == {0: RowMark.SUBTOTAL, 3: RowMark.SUBTOTAL, 5: RowMark.TOTAL}
    assert summed(table) == {"Sum of Sales"}
    assert [warning for warning in table.warnings if "row 1, 'North'" in warning]


def test_some_parents_make_all_sums_doubtful() -> None:
    labels = ["Staff", "Wages", "Pensions", "Travel", "Other"]
    table = Understood({"Item": labels, "Amount": ["7311.44", "6100.40", "1211.04", "88.10", "12.00"]})

    assert summed(table) == set()
    assert table.section.marks == {}
    assert [warning for warning in table.warnings if "Row 1, 'Staff'" in warning]


MONEY = st.decimals(min_value=Decimal("100.01"), max_value=Decimal("99999.99"), places=2)


def _leaves(tree: Any) -> list[Decimal]:
    return [tree] if isinstance(tree, Decimal) else [leaf for part in tree for leaf in _leaves(part)]


def _rows(tree: Any, *, is_above: bool, name: str) -> tuple[Decimal, list[tuple[str, Decimal, bool]]]:
    if isinstance(tree, Decimal):
        return tree, [(name, tree, True)]
    parts = [_rows(part, is_above=is_above, name=f"{name}{number}") for number, part in enumerate(tree)]
    total = sum((amount for amount, _ in parts), Decimal(0))
    below = [row for _, rows in parts for row in rows]
    own = (name, total, False)
    return total, [own, *below] if is_above else [*below, own]


@settings(max_examples=examples(50), deadline=None)
@given(
    groups=st.lists(
        st.lists(st.one_of(MONEY, st.lists(MONEY, min_size=2, max_size=4)), min_size=2, max_size=5),
        min_size=1, max_size=4,
    ),
    is_above=st.booleans(),
)  # fmt: skip
def test_trees_are_never_counted_twice(groups: list[Any], is_above: bool) -> None:
    assume(gcd(*(int(amount * 100) for tree in groups for amount in _leaves(tree))) == 1)
    rows = [row for n, tree in enumerate(groups) for row in _rows(tree, is_above=is_above, name=f"g{n}")[1]]

    table = Understood({"Name": [name for name, _, _ in rows], "Amount": [str(amount) for _, amount, _ in rows]})

    counted = sum((amount for n, (_, amount, _) in enumerate(rows) if n not in table.section.marks), Decimal(0))
    leaves = sum((amount for _, amount, is_leaf in rows if is_leaf), Decimal(0))
    assert counted == leaves or (not summed(table) and table.warnings)


@settings(max_examples=examples(50), deadline=None)
@given(amounts=st.lists(MONEY, min_size=2, max_size=40, unique=True))
def test_amounts_without_any_structure_are_summed(amounts: list[Decimal]) -> None:
    table = Understood({"Name": [f"n{n}" for n in range(len(amounts))], "Amount": list(map(str, amounts))})

    assert summed(table) == {"Amount"}
    assert table.section.marks == {}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Respondent": ["1", "2", "3"], "Q1": ["5", "4", "4"], "Q2": ["1", "2", "5"]}, set()),
        ({"Name": ["a", "b", "c"], "Paid": ["0", "1", "1"], "Qty": ["0", "1", "1"]}, {"Qty"}),
        ({"Name": ["a", "b", "c"], "Math": ["85", "92", "100"], "Art": ["71", "7", "90"]}, set()),
        ({"Region": ["N", "S"], "Q1": ["1200", "340"], "Q2": ["10", "20"]}, {"Q1", "Q2"}),
        ({"Shop": ["a", "b"], "Jan": ["120", "340"], "Feb": ["990", "1200"], "März": ["5", "7"]},
         {"Jan", "Feb", "März"}),
        ({"Item": ["a", "b"], "Apples": ["3", "5"], "Pears": ["7", "1"], "Total": ["10", "6"]},
         {"Apples", "Pears", "Total"}),
        ({"Pupil": ["a", "b"], "Task 1": ["3", "5"], "Task 2": ["7", "1"], "Total score": ["10", "6"]}, set()),
        ({"Item": ["a", "b", "c"], "Menge": ["2", "4", "3"], "EP": ["9.90", "1.25", "30.00"],
          "Netto": ["19.80", "5.00", "90.00"]}, {"Menge", "Netto"}),
        ({"Item": ["a", "b", "c"], "Qty": ["2", "4", "3"], "Foo": ["9.90", "1.25", "30.00"],
          "Bar": ["19.80", "5.00", "90.00"]}, {"Qty", "Bar"}),
        ({"When": ["2026-01-01T10:00", "2026-01-01T10:05", "2026-01-01T10:10"],
          "S1": ["20.15", "20.95", "21.05"]}, set()),
        ({"Day": [f"2026-01-0{n}" for n in range(1, 8)],
          "Total cases": ["5", "17", "17", "40", "91", "160", "310"]}, set()),
        ({"Shop": list("abcdefg"), "Total": ["310", "160", "91", "40", "17", "17", "5"]}, {"Total"}),
        ({"Date": ["2026-01-05", "2026-01-06"], "Open": ["10.50", "50.25"], "High": ["11.50", "70.25"],
          "Foo": ["10.75", "61.25"], "Volume": ["1200", "9300"]}, {"Volume"}),
        ({"Name": ["a", "b"], "Age": ["31", "42"], "Weight": ["71.5", "80.2"]}, set()),
        ({"Parcel": ["a", "b"], "Weight": ["71.5", "80.2"]}, {"Weight"}),
        ({"Item": ["a", "b"], "Qty": ["2", "30"], "Unit": ["kg", "Stk"], "Total": ["20.00", "30.00"]}, {"Total"}),
        ({"Item": ["a", "b"], "Qty": ["2", "30"], "Unit": ["kg", "kg"], "Total": ["20.00", "30.00"]}, {"Qty", "Total"}),
        ({"KPI": ["Revenue", "Visits"], "Plan": ["2000", "30"], "Actual": ["2100", "27"]}, set()),
        ({"Indicator": ["GDP", "Births"], "Value": ["2000.50", "30.25"]}, set()),
        ({"Date": ["2026-01-05", "2026-01-06"], "EUR/USD": ["1.08", "2.50"], "USDJPY": ["150.10", "20.20"]}, set()),
        ({"Item": ["a", "b"], "Unit cost": ["2.50", "30.10"], "Sales rank": ["1000", "3"]}, set()),
    ],
)  # fmt: skip
def test_names_values_and_neighbours_say_what_is_summed(
    columns: Mapping[str, Sequence[Any]], expected: set[str]
) -> None:
    table = Understood(columns)

    assert summed(table) == expected
    assert all(column.why for column in table.section.columns if column.form.type == "number" and not column.summed)


@pytest.mark.gate
@pytest.mark.parametrize("is_above", [True, False])
def test_parents_in_a_long_table_are_not_counted_again(is_above: bool) -> None:
    groups = [[Decimal(f"{(group * 7 + child * 3) % 97}.25") for child in range(9)] for group in range(250)]
    rows = [[sum(group), *group] if is_above else [*group, sum(group)] for group in groups]
    amounts = [str(amount) for row in rows for amount in row]

    table = Understood({"Name": [f"n{n}" for n in range(len(amounts))], "Amount": amounts})

    assert not summed(table)
    assert "seem to sum up others" in table.column("Amount").why
    assert table.warnings


def test_parents_are_found_by_accounts_that_are_numbers() -> None:
    accounts = {"Konto": ["1000", "1100", "1200", "2000", "2100", "2200"], "Name": list("abcdef")}
    table = Understood({**accounts, "Betrag": ["350.75", "200.50", "150.25", "98.10", "8.10", "90.00"]})

    assert sorted(table.section.marks) == [0, 3]


@pytest.mark.gate
def test_prices_that_repeat_are_no_sums_of_one_another() -> None:
    any_of = Random(4)
    cents = (990, 1990, 495, 4900, 1000, 2000, 500, 1250, 2990, 9900, 2500)
    nets = [Decimal(any_of.choice(cents) * any_of.randint(1, 9)).scaleb(-2) for _ in range(600)]
    taxes = [(net * Decimal("0.19")).quantize(Decimal("0.01")) for net in nets]
    lines = {"Item": [f"n{n}" for n in range(600)], "Net": list(map(str, nets)), "Tax": list(map(str, taxes))}

    table = Understood({**lines, "Gross": [str(net + tax) for net, tax in zip(nets, taxes, strict=True)]})

    assert summed(table) == {"Net", "Tax", "Gross"}


@pytest.mark.parametrize("key", ["Sales", "Betrag"])
def test_words_in_amounts_are_told_though_they_are_not_few(key: str) -> None:
    table = Understood({"Region": list("abcd"), key: ["10.50", "closed", "11.50", "12.50"]})

    assert "'closed'" in table.warnings[0]


@pytest.mark.parametrize(
    ("key", "lines", "is_form"),
    [
        ("Kz", ("81", "86", "66", "83"), True), ("Box", ("1", "4", "5", "6"), True),
        ("Line", ("1a", "9", "11", "15"), True), ("Zeile", ("11", "12", "13", "14"), True),
        ("Line no.", ("1", "2", "3", "4"), False), ("Line", ("10", "20", "30", "40"), False),
        ("Case", ("4711", "4715", "4717", "4719"), False), ("Line", ("1", "2", "4", "5"), False),
        ("Feld", ("1", "3", "7", "9"), False), ("Order", ("81", "86", "66", "83"), False),
    ],
)  # fmt: skip
def test_lines_of_a_form_are_not_summed(key: str, lines: Sequence[str], is_form: bool) -> None:
    table = Understood({key: lines, "Text": list("abcd"), "Amount": AMOUNTS})

    assert summed(table) == (set() if is_form else {"Amount"})
    assert bool([warning for warning in table.warnings if "lines of a form" in warning]) is is_form
    assert summed(Understood({key: lines, "Text": list("abcd"), "Qty": list("1359"), "Amount": AMOUNTS})) >= {"Amount"}


@pytest.mark.parametrize(
    ("labels", "is_doubtful"),
    [
        (("World", "DE", "FR", "IT"), True), (("DE", "EU27_2020", "FR", "IT"), True), (("All", "A", "B", "C"), True),
        (("Euro area", "Aruba", "Africa Eastern and Southern", "Arab World"), True),
        (("High income", "Low income", "Middle income", "Upper middle income"), False),
        (("All", "Sales", "All", "IT"), False), (("World", "World", "Home", "World"), False),
        (("Deutschland", "Bayern", "Hessen", "Berlin"), True), (("Germany", "France", "Italy", "Spain"), False),
        (("Bayern", "Deutschland", "Hessen", "Berlin"), False), (("Total Nacional", "A", "B", "C"), True),
        (("A", "Total Nacional", "B", "C"), False), (("Europe", "USA", "Asia", "Other"), False),
        (("Exports", "of which: goods", "of which: services", "Imports"), True),
        (("Ausfuhr", "davon Inland", "Einfuhr", "Rest"), True), (("Davonport", "Ulm", "Bonn", "Köln"), False),
    ],
)  # fmt: skip
def test_rows_that_contain_others_by_their_names_are_not_summed(labels: Sequence[str], is_doubtful: bool) -> None:
    table = Understood({"Name": labels, "Amount": AMOUNTS})

    assert summed(table) == (set() if is_doubtful else {"Amount"})
    assert bool([warning for warning in table.warnings if "parts of other rows" in warning]) is is_doubtful


def test_a_row_of_all_others_is_not_counted_if_it_has_their_sum() -> None:
    for names in (("World", "Africa", "Asia"), ("All", "Mobile", "Desktop")):
        table = Understood({"Name": names, "Amount": ["79.75", "59.50", "20.25"]})

        assert (summed(table), table.section.marks) == ({"Amount"}, {0: RowMark.SUBTOTAL})


def test_groups_of_countries_are_seen_in_columns_behind_the_first() -> None:
    table = Understood({"Unit": ["EUR"] * 4, "Geo": ["EA20", "DE", "FR", "IT"], "Amount": AMOUNTS})
    codes = Understood({"Name": list("abcd"), "Code": ["AFE", "ABW", "DEU", "FRA"], "Amount": AMOUNTS})

    assert (summed(table), summed(codes)) == (set(), set())


def test_a_column_says_the_currency_of_amounts_that_share_its_other_words() -> None:
    table = Understood(
        {
            "Name": list("abcd"), "Amount": AMOUNTS, "Currency": ["GBP"] * 4,
            "Local amount": AMOUNTS, "Local currency": ["GBP", "EUR", "USD", "GBP"],
        }
    )  # fmt: skip

    assert summed(table) == {"Amount"}
    assert "'Amount'" not in table.warnings[0]
