"""The tax of an invoice in another currency is said in that of the seller's tax office as well."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from reports.errors import InvalidDataError
from tests.unit.engine.einvoice.invoices import BUYER, LINE, SELLER, data, einvoice, xml

EUROS = {"currency": "EUR", "rate": "0.9312"}
FORMS = ["facturx-basic", "facturx-en16931", "facturx-extended", "xrechnung", "xrechnung-ubl", "peppol-bis-3"]


def given(**more: Any) -> dict[str, Any]:
    """Return an invoice in francs, of parties that Peppol can find."""
    parties = {
        "seller": {**SELLER, "endpoint": {"scheme": "9930", "id": "DE314159265"}},
        "buyer": {**BUYER, "endpoint": {"scheme": "9930", "id": "DE123456788"}},
    }
    return data(LINE, **{"currency": "CHF", "tax_currency": EUROS, **parties, **more})


@pytest.mark.gate
@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_invoice_says_both_and_keeps_the_rules(form: str) -> None:
    root = etree.fromstring(xml(given(), form))

    codes = [each.text for each in root.iter("{*}TaxCurrencyCode")]
    amounts = {
        (each.get("currencyID"), each.text)
        for name in ("TaxTotalAmount", "TaxAmount")
        for each in root.iter(f"{{*}}{name}")
        if each.get("currencyID")
    }

    assert codes == ["EUR"]
    # 3 kg at 21.90 are 65.70, with 7 % 4.60, of which 0.9312 are 4.28.
    assert {("CHF", "4.60"), ("EUR", "4.28")} <= amounts


def test_it_has_the_decimals_of_its_own_currency_and_the_sign_of_a_credit_note() -> None:
    yen = {"currency": "JPY", "rate": 171.5}

    assert einvoice(given(tax_currency=yen)).fields["BT-111"] == "789"
    assert einvoice(given(lines=[{**LINE, "quantity": -3}])).fields["BT-111"] == "4.28"


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"currency": "EUR"}, "/tax_currency/currency"),
        ({"tax_currency": {**EUROS, "rate": 0}}, "/tax_currency/rate"),
        ({"tax_currency": {**EUROS, "rate": "much"}}, "/tax_currency/rate"),
        ({"tax_currency": {**EUROS, "currency": "XYQ"}}, "/tax_currency/currency"),
        ({"lines": [LINE, {**LINE, "currency": "USD"}]}, "/tax_currency/currency"),
    ],
    ids=["its own", "no rate", "a word", "unknown", "several"],
)
def test_what_cannot_be_computed_is_refused(more: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidDataError) as raised:
        einvoice(given(**more))

    assert pointer in [each.pointer for each in raised.value.violations]
