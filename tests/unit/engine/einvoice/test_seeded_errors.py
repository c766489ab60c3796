"""Each error of the data is named by its rule, at its place in the data."""

from __future__ import annotations

from typing import Any

import pytest

from reports.errors import EInvoiceInvalidError
from tests.unit.engine.einvoice.invoices import BUYER, INVOICE, LINE, SELLER, data, xml

FREE = {"name": "x", "quantity": 1, "price": 5}


def without(party: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:
    return {**{key: value for key, value in party.items() if key not in names}, **more}


ERRORS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no seller's country": (data(seller=without(SELLER, "country_code")), "BR-09", "/seller/country_code"),
    "no buyer's country": (data(buyer=without(BUYER, "country_code")), "BR-11", "/buyer/country_code"),
    "a seller's country that is none": (
        data(seller={**SELLER, "country_code": "XX"}),
        "FX-SCH-A-000580",
        "/seller/country_code",
    ),
    "a buyer's country that is none": (
        data(buyer={**BUYER, "country_code": "XX"}),
        "FX-SCH-A-000568",
        "/buyer/country_code",
    ),
    "no tax number": (data(seller=without(SELLER, "vat_id")), "BR-S-02", "/seller/vat_id"),
    "a VAT number without its country": (
        data(seller={**SELLER, "vat_id": "314159265"}),
        "BR-CO-09",
        "/seller/vat_id",
    ),
    "no word about tax": (data(LINE, FREE), "BR-CO-04", "/lines/1/tax_rate"),
    "two taxes": (data(LINE, {**FREE, "taxes": [{"name": "A", "rate": 5}]}), "BT-151", "/lines/1/taxes"),
    "a withheld tax": (data({**FREE, "taxes": [{"rate": 7}, {"rate": -5}]}), "BT-151", "/lines/0/taxes"),
    "prices with tax": (data(prices_include_tax=True), "BT-146", "/prices_include_tax"),
    "two currencies": (data(LINE, {**LINE, "currency": "CHF"}), "BT-5", "/lines/1/currency"),
    "an unknown unit": (data(LINE, LINE, {**LINE, "unit": "handful"}), "FX-SCH-A-000613", "/lines/2/unit_code"),
    "a code of a unit that is none": (data({**LINE, "unit_code": "QQQ"}), "FX-SCH-A-000613", "/lines/0/unit_code"),
    "exempt without a reason": (data({**FREE, "tax_category": "exempt"}), "BR-E-10", "/tax_reason"),
    "reverse charge without the buyer's number": (
        data({**FREE, "tax_category": "reverse_charge"}),
        "BR-AE-02",
        "/buyer/vat_id",
    ),
    "a delivery in the Union without the buyer's number": (
        data({**FREE, "tax_category": "intra_community"}),
        "BR-IC-02",
        "/buyer/vat_id",
    ),
    "a delivery in the Union without its country": (
        data({**FREE, "tax_category": "intra_community"}, buyer={**BUYER, "vat_id": "FR12345678901"}),
        "BR-IC-12",
        "/invoice/delivery_country",
    ),
    "a delivery in the Union without its day": (
        data(
            {**FREE, "tax_category": "intra_community"},
            buyer={**BUYER, "vat_id": "FR12345678901"},
            invoice=without(INVOICE, "delivery_date", delivery_country="FR"),
        ),
        "BR-IC-11",
        "/invoice/delivery_date",
    ),
    "an export without the seller's number": (
        data({**FREE, "tax_category": "export"}, seller=without(SELLER, "vat_id")),
        "BR-G-02",
        "/seller/vat_id",
    ),
    "outside of tax with a tax beside it": (
        data(LINE, {**FREE, "tax_category": "outside_scope"}),
        "BR-O-11",
        "",
    ),
    "means of payment that are none": (data(payment={"means": "999"}), "FX-SCH-A-000609", "/payment/means"),
    "a transfer without an account": (
        data(seller=without(SELLER, "iban"), payment={"means": "58"}),
        "CII-SR-470",
        "/seller/iban",
    ),
    "a period that ends before it begins": (
        data(invoice={**INVOICE, "period": {"start": "2026-03-31", "end": "2026-03-01"}}),
        "BR-29",
        "/invoice/period/end",
    ),
    "an address of a scheme that is none": (
        data(seller={**SELLER, "endpoint": {"scheme": "ZZZZ", "id": "1"}}),
        "FX-SCH-A-000582",
        "/seller/endpoint",
    ),
    "two taxes on a discount": (
        data(discounts=[{"amount": 1, "taxes": [{"rate": 7}, {"rate": 1}]}]),
        "BT-95",
        "/discounts/0/taxes",
    ),
}

GERMAN: dict[str, tuple[dict[str, Any], str, str]] = {
    "no reference": (data(invoice=without(INVOICE, "buyer_reference")), "BR-DE-15", "/invoice/buyer_reference"),
    "no way to pay": (data(seller=without(SELLER, "iban")), "BR-DE-1", "/payment/means"),
    "no seller's post code": (data(seller=without(SELLER, "postcode")), "BR-DE-4", "/seller/postcode"),
    "no seller's city": (data(seller=without(SELLER, "city")), "BR-DE-3", "/seller/city"),
    "no buyer's post code": (data(buyer=without(BUYER, "postcode")), "BR-DE-9", "/buyer/postcode"),
    "no buyer's city": (data(buyer=without(BUYER, "city")), "BR-DE-8", "/buyer/city"),
    "no contact": (data(invoice=without(INVOICE, "contact")), "BR-DE-5", "/invoice/contact"),
    "no telephone": (data(seller=without(SELLER, "phone")), "BR-DE-6", "/seller/phone"),
    "no e-mail": (data(seller=without(SELLER, "email")), "BR-DE-7", "/seller/email"),
    "no buyer's address": (data(buyer=without(BUYER, "email")), "PEPPOL-EN16931-R010", "/buyer/endpoint"),
    "no address of the seller": (data(seller=without(SELLER, "email")), "PEPPOL-EN16931-R020", "/seller/endpoint"),
    "a cash discount in words": (data(payment={"terms": "#SKONTO#TAGE=7#"}), "BR-DE-18", "/payment/terms"),
    "a debit of no creditor": (
        data(payment={"mandate": "M1", "debited_iban": "DE89370400440532013000"}),
        "BR-DE-30",
        "/payment/creditor_id",
    ),
    "a debit from no account": (
        data(payment={"mandate": "M1", "creditor_id": "DE98ZZZ09999999999"}),
        "BR-DE-31",
        "/payment/debited_iban",
    ),
}


def named(given: dict[str, Any], form: str) -> set[tuple[str, str]]:
    with pytest.raises(EInvoiceInvalidError) as refused:
        xml(given, form)
    violations: Any = refused.value.detail["violations"]
    assert all(each["message"].startswith(f"{each['rule']}: ") for each in violations)
    return {(each["rule"], each["pointer"]) for each in violations}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_named_at_its_place(name: str) -> None:
    given, rule, pointer = ERRORS[name]

    assert (rule, pointer) in named(given, "facturx-en16931")


@pytest.mark.parametrize("name", GERMAN)
def test_an_error_of_an_xrechnung_is_named_at_its_place(name: str) -> None:
    given, rule, pointer = GERMAN[name]

    assert (rule, pointer) in named(given, "xrechnung")


@pytest.mark.parametrize("form", ["facturx-basic", "facturx-en16931", "facturx-extended", "xrechnung"])
def test_an_invoice_without_errors_passes(form: str) -> None:
    assert b"2026-1" in xml(data(), form)


def test_the_message_says_the_first_error_and_how_many_there_are() -> None:
    with pytest.raises(EInvoiceInvalidError) as refused:
        xml(data(LINE, {**FREE, "currency": "CHF", "tax_rate": 7}, FREE))

    assert refused.value.message == (
        "The data make no valid electronic invoice: at /lines/1/currency: BT-5: An electronic invoice has one currency "
        "(and 1 more)."
    )
