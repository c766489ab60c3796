"""Each error of the data is named by its rule, at its place in the data."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from reports.engine.einvoice.invoice import PROFILES
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
    "exempt without a tax number": (
        data({**FREE, "tax_category": "exempt", "tax_reason": "x"}, seller=without(SELLER, "vat_id")),
        "BR-E-02",
        "/seller/vat_id",
    ),
    "a rate of zero without a tax number": (
        data({**FREE, "tax_rate": 0}, seller=without(SELLER, "vat_id")),
        "BR-Z-02",
        "/seller/vat_id",
    ),
    "a buyer's VAT number without its country": (
        data(buyer={**BUYER, "vat_id": "12345"}),
        "BR-CO-09",
        "/buyer/vat_id",
    ),
    "a country that is delivered to and is none": (
        data(invoice={**INVOICE, "delivery_country": "XX"}),
        "FX-SCH-A-000586",
        "/invoice/delivery_country",
    ),
    "outside of tax with a VAT number": (
        data({**FREE, "tax_category": "outside_scope"}),
        "BR-O-02",
        "/seller/vat_id",
    ),
    "two taxes on a discount": (
        data(discounts=[{"amount": 1, "taxes": [{"rate": 7}, {"rate": 1}]}]),
        "BT-95",
        "/discounts/0/taxes",
    ),
}

IN_UBL = {
    **{"BR-09": "BR-08", "BR-11": "BR-10", "CII-SR-470": "BR-61"},
    **{"FX-SCH-A-000580": "BR-CL-14", "FX-SCH-A-000568": "BR-CL-14", "FX-SCH-A-000586": "BR-CL-14"},
    **{"FX-SCH-A-000613": "BR-CL-23", "FX-SCH-A-000609": "BR-CL-16", "FX-SCH-A-000582": "BR-CL-25"},
}
"""What rules of Factur-X are called in UBL."""

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
    "a debit without a mandate": (
        data(payment={"means": "59", "creditor_id": "DE98ZZZ09999999999", "debited_iban": "DE89370400440532013000"}),
        "PEPPOL-EN16931-R061",
        "/payment/mandate",
    ),
    "a card": (data(payment={"means": "48"}), "BR-DE-24-a", "/payment/means"),
    "a delivery to no city": (
        data(invoice={**INVOICE, "delivery_country": "DE", "delivery_postcode": "10435"}),
        "BR-DE-10",
        "/invoice/delivery_city",
    ),
    "a delivery to no post code": (
        data(invoice={**INVOICE, "delivery_country": "DE", "delivery_city": "Berlin"}),
        "BR-DE-11",
        "/invoice/delivery_postcode",
    ),
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


GLN = {"scheme": "0088", "id": "4000001123452"}


def peppol(scheme: str = "0088", number: str = GLN["id"], **more: Any) -> dict[str, Any]:
    """Return an invoice that keeps Peppol's rules, with some members changed."""
    parties = {"seller": {**SELLER, "endpoint": {"scheme": scheme, "id": number}}, "buyer": {**BUYER, "endpoint": GLN}}
    return data(**{**parties, **more})


PEPPOL: dict[str, tuple[dict[str, Any], str, str]] = {
    "no reference": (
        peppol(invoice=without(INVOICE, "buyer_reference")),
        "PEPPOL-EN16931-R003",
        "/invoice/buyer_reference",
    ),
    "an address that is an e-mail's": (data(), "PEPPOL-EN16931-CL008", "/buyer/endpoint"),
    "no address": (peppol(buyer=without(BUYER, "email")), "PEPPOL-EN16931-R010", "/buyer/endpoint"),
    "a GLN": (peppol("0088", "4000001123453"), "PEPPOL-COMMON-R040", "/seller/endpoint"),
    "a Norwegian number": (peppol("0192", "991825828"), "PEPPOL-COMMON-R041", "/seller/endpoint"),
    "a Danish number": (peppol("0184", "1234567"), "PEPPOL-COMMON-R042", "/seller/endpoint"),
    "a Belgian number": (peppol("0208", "0403019262"), "PEPPOL-COMMON-R043", "/seller/endpoint"),
    "a Swedish number": (peppol("0007", "5567321708"), "PEPPOL-COMMON-R049", "/seller/endpoint"),
    "an Australian number": (peppol("0151", "51824753557"), "PEPPOL-COMMON-R050", "/seller/endpoint"),
    "no contact between Germans": (peppol(invoice=without(INVOICE, "contact")), "DE-R-005", "/invoice/contact"),
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


@pytest.mark.slow
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_named_at_the_same_place_in_ubl(name: str) -> None:
    given, rule, pointer = ERRORS[name]

    assert (IN_UBL.get(rule, rule), pointer) in named(given, "xrechnung-ubl")


@pytest.mark.parametrize("form", [pytest.param("xrechnung", marks=pytest.mark.slow), "xrechnung-ubl"])
@pytest.mark.parametrize("name", GERMAN)
def test_an_error_of_an_xrechnung_is_named_at_its_place(name: str, form: str) -> None:
    given, rule, pointer = GERMAN[name]
    found = named(given, form)

    assert (rule, pointer) in found


@pytest.mark.parametrize("name", PEPPOL)
def test_an_error_of_a_peppol_invoice_is_named_at_its_place(name: str) -> None:
    given, rule, pointer = PEPPOL[name]

    assert (rule, pointer) in named(given, "peppol-bis-3")


@pytest.mark.parametrize(
    ("scheme", "number"),
    [
        *[("0007", "5567321707"), ("0088", "7300010000001"), ("0151", "51824753556"), ("0184", "DK12345678")],
        *[("0192", "991825827"), ("0204", "991-1234512345-06"), ("0208", "0403019261")],
    ],
)
def test_addresses_in_peppol_may_be(scheme: str, number: str) -> None:
    assert f'schemeID="{scheme}">{number}<'.encode() in xml(peppol(scheme, number), "peppol-bis-3")


def test_a_peppol_invoice_has_one_note_of_all() -> None:
    [note] = etree.fromstring(xml(peppol(notes=["One", "Two"]), "peppol-bis-3")).iterfind("{*}Note")

    assert note.text == "One\nTwo"


@pytest.mark.parametrize("form", PROFILES)
@pytest.mark.parametrize("price", ["21.90", "-21.90"])
def test_an_invoice_without_errors_passes(form: str, price: str) -> None:
    whole = peppol() if form == "peppol-bis-3" else data()
    root = etree.fromstring(xml({**whole, "lines": [{**LINE, "price": price}]}, form))

    kind = {"true": "CreditNote", "false": "Invoice"}[str(price < "0").lower()]
    assert etree.QName(root).localname == (kind if PROFILES[form].is_ubl else "CrossIndustryInvoice")
    assert PROFILES[form].guideline in etree.tostring(root).decode()


def test_the_message_says_the_first_error_and_how_many_there_are() -> None:
    with pytest.raises(EInvoiceInvalidError) as refused:
        xml(data(LINE, {**FREE, "currency": "CHF", "tax_rate": 7}, FREE))

    assert refused.value.message == (
        "The data make no valid electronic invoice: at /lines/1/currency: BT-5: An electronic invoice has one currency "
        "(and 1 more)."
    )
