"""Taxes, discounts, charges and payments of an invoice, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import InvalidDataError
from templates.invoice.taxes import Rate, Treatment
from templates.invoice.totals import spread
from templates.invoice.view import view
from tests.examples import examples
from tests.unit.engine.rendering import context
from tests.unit.templates.test_invoice import invoice

RATES = st.sampled_from([Decimal(0), Decimal(5), Decimal("8.1"), Decimal(10), Decimal(19), Decimal("33.333")])


def totals(*lines: dict[str, Any], locale: str = "en", **more: Any) -> Any:
    """Return the only totals of an invoice."""
    data = invoice(*({"quantity": 1, **line} for line in lines), **more)
    [sums] = view(data, context(locale))["totals"]
    return sums


def taxes_of(sums: Any) -> Any:
    return [(tax.name or tax.category, tax.rate, tax.base, tax.amount) for tax in sums.taxes]


def test_a_price_with_tax_stays_as_it_is() -> None:
    sums = totals({"price": 6000, "tax_rate": 10}, currency="JPY", prices_include_tax=True)

    assert (sums.gross, sums.due, sums.net) == (6000, 6000, 5455)
    assert taxes_of(sums) == [("", 10, 5455, 545)]


def test_two_taxes_are_on_the_same_amount() -> None:
    both = [{"name": "CGST", "rate": 9}, {"name": "SGST", "rate": "9"}]

    sums = totals(
        {"price": "100.05"}, {"price": 50, "taxes": [{"name": "IGST", "rate": 5}]}, taxes=both, currency="INR"
    )

    assert taxes_of(sums) == [
        ("IGST", 5, 50, Decimal("2.50")),
        ("CGST", 9, Decimal("100.05"), Decimal("9.00")),
        ("SGST", 9, Decimal("100.05"), Decimal("9.00")),
    ]
    assert sums.gross == Decimal("170.55")


def test_two_taxes_within_a_price_leave_it_as_it_is() -> None:
    both = [{"name": "CGST", "rate": 9}, {"name": "SGST", "rate": 9}]

    sums = totals({"price": 1000, "taxes": both}, currency="INR", prices_include_tax=True)

    assert [tax.amount for tax in sums.taxes] == [Decimal("76.27"), Decimal("76.27")]
    assert (sums.net, sums.gross) == (Decimal("847.46"), 1000)


def test_a_withheld_tax_lowers_what_is_due_but_not_the_total() -> None:
    sums = totals({"price": 1000}, taxes=[{"name": "IVA", "rate": 21}, {"name": "IRPF", "rate": -15}])

    assert (sums.gross, sums.due) == (1210, 1060)
    assert [(tax.name, tax.base, tax.amount) for tax in sums.withheld] == [("IRPF", 1000, -150)]
    assert taxes_of(sums) == [("IVA", 21, 1000, 210)]


def test_what_is_paid_already_is_deducted_after_tax() -> None:
    sums = totals({"price": 8000, "tax_rate": 19}, prepaid=[{"amount": "2380", "date": "2026-01-02"}])

    assert (sums.net, sums.gross, sums.due) == (8000, 9520, 7140)


@pytest.mark.parametrize(
    ("price", "step", "more", "due", "rounding"),
    [
        ("250.91", "0.05", {}, "250.90", "-0.01"),
        ("250.925", "0.05", {}, "250.95", "0.02"),
        ("-250.91", "0.05", {}, "-250.90", "0.01"),
        ("64.50", 1, {}, "65", "0.50"),
        ("250.90", "0,05", {}, "250.90", "0"),
        ("100.03", "0.05", {"prepaid": [{"amount": "50.01"}]}, "50.00", "-0.02"),
        ("100.02", "0.05", {"prepaid": [{"amount": "100"}]}, "0", "-0.02"),
        ("99.98", "0.05", {"prepaid": [{"amount": "100"}]}, "0", "0.02"),
    ],
)
def test_what_is_due_is_rounded_to_coins_and_the_total_is_not(
    price: str, step: Any, more: dict[str, Any], due: str, rounding: str
) -> None:
    sums = totals({"price": price}, currency="CHF", locale="de", round_due_to=step, **more)

    assert (sums.due, sums.rounding) == (Decimal(due), Decimal(rounding))
    assert not sums.due.is_zero() or not sums.due.is_signed()
    assert sums.gross == sums.due - sums.rounding - sum(item.amount for item in sums.prepaid)


def test_only_the_invoices_own_currency_is_rounded() -> None:
    lines = [{"quantity": 1, "price": "1.03"}, {"quantity": 1, "price": "1.03", "currency": "EUR"}]

    both = view(invoice(*lines, currency="CHF", round_due_to="0.05"), context("en"))["totals"]

    assert [(sums.currency, sums.due) for sums in both] == [("CHF", Decimal("1.05")), ("EUR", Decimal("1.03"))]


def test_amounts_of_billions_are_exact() -> None:
    sums = totals(
        {"price": "2500000000.37", "quantity": 1_000_001, "tax_rate": "11.1"}, {"price": "0.01"}, currency="IDR"
    )

    assert sums.net == Decimal("2500000000.37") * 1_000_001 + Decimal("0.01")
    assert sums.gross == sums.net + round(Decimal("2500000000.37") * 1_000_001 * Decimal("0.111"), 2)


def test_a_category_without_tax_has_a_base_and_a_reason() -> None:
    data = invoice(
        {"quantity": 1, "price": 100},
        {"quantity": 1, "price": 50, "tax_category": "exempt", "tax_reason": "§ 4 UStG"},
        {"quantity": 1, "price": 10, "tax_rate": 19},
        tax_category="reverse_charge",
        tax_reason="Art. 196",
    )

    prepared = view(data, context())

    assert taxes_of(prepared["totals"][0]) == [
        ("reverse_charge", 0, 100, 0),
        ("exempt", 0, 50, 0),
        ("", 19, 10, Decimal("1.90")),
    ]
    assert prepared["reasons"] == [("reverse_charge", "Art. 196"), ("exempt", "§ 4 UStG")]


def test_an_invoice_that_says_nothing_about_tax_has_none() -> None:
    sums = totals({"price": 30, "quantity": 4})

    assert (sums.taxes, sums.gross) == ([], 120)
    assert totals({"price": 30, "tax_rate": 0}).taxes[0].base == 30


def test_discounts_and_charges_of_a_line_are_on_quantity_and_price() -> None:
    data = invoice(
        {
            "quantity": 3,
            "price": "33.33",
            "discounts": [{"percent": "12.5"}, {"amount": "1"}],
            "charges": [{"amount": "2.505"}],
        }
    )

    [line] = view(data, context())["lines"]

    assert [item.amount for item in line["items"]] == [Decimal("-12.50"), Decimal("-1.00"), Decimal("2.51")]
    assert line["net"] == Decimal("99.99") - Decimal("12.50") - 1 + Decimal("2.51")


def test_a_discount_on_all_is_spread_over_the_taxes_and_a_charge_may_have_its_own() -> None:
    sums = totals(
        {"price": 200, "tax_rate": 19},
        {"price": 100, "tax_rate": 7},
        discounts=[{"percent": 10}],
        charges=[{"amount": 20, "tax_rate": 19}],
    )

    assert (sums.lines_total, sums.net) == (300, 290)
    assert taxes_of(sums) == [("", 7, 90, Decimal("6.30")), ("", 19, 200, 38)]


@pytest.mark.parametrize(
    ("change", "pointer", "reason"),
    [
        ({"round_due_to": "0.001"}, "/round_due_to", "is no amount that can be paid in EUR"),
        ({"round_due_to": 0}, "/round_due_to", "is no amount that can be paid in EUR"),
        ({"lines": [{"price": 1, "tax_rate": 1, "taxes": [{"rate": 1}]}]}, "/lines/0", "has both"),
        ({"lines": [{"price": 1, "tax_category": "exempt", "tax_rate": 7}]}, "/lines/0", "has both"),
        ({"lines": [{"price": 1, "tax_category": "exempt", "taxes": [{"rate": 7}]}]}, "/lines/0", "charges no tax"),
        ({"lines": [{"price": 1, "taxes": [{"rate": 7}, {"rate": "7.0"}]}]}, "/lines/0", "the same tax twice"),
        ({"lines": [{"price": 1, "tax_rate": "-15"}]}, "/lines/0", "the buyer withholds"),
        ({"lines": [{"price": 1, "tax_rate": "150"}]}, "/lines/0", "more than 100 percent"),
        ({"lines": [{"price": 10**14, "quantity": 10**4}]}, "/lines/0", "more than 18 digits"),
        ({"lines": [{"price": "2,5"}]}, "/lines/0/price", "is not a number"),
        ({"discounts": [{"label": "none"}]}, "/discounts/0", "either `percent` or `amount`"),
        ({"discounts": [{"percent": 1, "amount": 1}]}, "/discounts/0", "either `percent` or `amount`"),
        ({"charges": [{"amount": "-5"}]}, "/charges/0/amount", "is negative"),
        ({"prepaid": [{"amount": 5, "currency": "USD"}]}, "/prepaid/0", "is in USD, and no line is"),
        ({"prepaid": [{"amount": 5, "date": "2026-02-30"}]}, "/prepaid/0/date", "not a day"),
    ],
)
def test_what_is_unclear_is_refused_with_its_place(change: dict[str, Any], pointer: str, reason: str) -> None:
    lines = [{"quantity": 1, "name": "Thing", **line} for line in change.pop("lines", [{"price": 1}])]
    data = {**invoice({"quantity": 1, "price": 1}), **change, "lines": lines}

    with pytest.raises(InvalidDataError) as caught:
        view(data, context())

    assert [violation.pointer for violation in caught.value.violations] == [pointer]
    assert reason in caught.value.violations[0].message


@settings(max_examples=examples(60))
@given(
    amount=st.decimals("-99999", "99999", places=2),
    weights=st.lists(st.decimals("-9999", "9999", places=2), min_size=1, max_size=5),
)
def test_what_is_spread_adds_up(amount: Decimal, weights: list[Decimal]) -> None:
    given_weights = {Treatment((Rate(Decimal(index)),)): weight for index, weight in enumerate(weights)}

    shares = spread(amount, given_weights, 2)

    assert sum(shares.values()) == amount
    assert all(share == round(share, 2) for share in shares.values())


@settings(max_examples=examples(40))
@given(
    lines=st.lists(st.tuples(st.integers(1, 9), st.decimals("0.01", "9999", places=2), RATES), min_size=1, max_size=12),
    percent=st.sampled_from([None, "2.5", 33]),
)
def test_a_total_of_prices_with_tax_is_their_sum(
    lines: list[tuple[int, Decimal, Decimal]], percent: str | int | None
) -> None:
    given_lines = [{"quantity": q, "price": str(p), "tax_rate": str(rate)} for q, p, rate in lines]
    discounts = [] if percent is None else [{"percent": percent}]

    sums = totals(*given_lines, prices_include_tax=True, discounts=discounts)

    whole = sum(q * p for q, p, _ in lines)
    assert sums.gross == whole + sum(item.amount for item in sums.adjustments)
    assert sums.gross == sums.net + sum(tax.amount for tax in sums.taxes)
    assert sums.net == sum(tax.base for tax in sums.taxes)
