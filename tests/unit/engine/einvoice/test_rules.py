"""The rules find what Saxon finds, which is the processor that they were published for."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from reports.engine.einvoice import check
from reports.engine.einvoice.invoice import PROFILES
from reports.engine.einvoice.rules import rules_of
from reports.engine.einvoice.style_sheets import UNNUMBERED
from reports.engine.einvoice.write import as_bytes, name_guideline, written
from tests.unit.engine.einvoice.invoices import LINE, data, einvoice
from tests.unit.engine.einvoice.saxon import broken

DISCOUNTS = [{"percent": 10, "label": "Loyalty"}, {"amount": 5, "tax_rate": 19}]

WHOLE = data(
    {**LINE, "discounts": [{"percent": 5}], "note": "Ground", "sku": "R-1"},
    {**LINE, "tax_rate": 19, "price": "-4", "charges": [{"amount": "1.50", "label": "Packaging"}]},
    {"name": "Book", "quantity": "2.5", "price": "9.99", "tax_category": "exempt", "tax_reason": "§ 4 UStG"},
    discounts=DISCOUNTS,
    charges=[{"amount": 7, "label": "Freight"}],
    prepaid=[{"amount": "10.01"}],
    round_due_to="0.05",
    payment={"terms": "Payable now"},
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


UBL_CHANGES = {
    "nothing": ("", ""),
    "the currency": (">EUR<", ">EUX<"),
    "a sum": (r"<cbc:LineExtensionAmount([^>]*)>(\d)", r"<cbc:LineExtensionAmount\1>9\2"),
    "the amount due": (r"<cbc:PayableAmount([^>]*)>(\d)", r"<cbc:PayableAmount\1>1\2"),
    "the tax": (r"<cbc:TaxAmount([^>]*)>(\d)", r"<cbc:TaxAmount\1>1\2"),
    "a category": (r"<cac:ClassifiedTaxCategory>\s*<cbc:ID>S", "<cac:ClassifiedTaxCategory><cbc:ID>Q"),
    "a rate": (r"<cbc:Percent>19<", "<cbc:Percent>0<"),
    "a unit": ('unitCode="KGM"', 'unitCode="kilo"'),
    "the seller's country": (r"<cac:Country>.*?</cac:Country>", ""),
    "the VAT number": (r"<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>", ""),
    "a price": (r"<cbc:PriceAmount([^>]*)>(\d)", r"<cbc:PriceAmount\1>-\2"),
    "the means of payment": (r">58<", ">999<"),
    "the kind of document": (r">380<", ">1<"),
    "a reason": (r"<cbc:AllowanceChargeReason>[^<]*</cbc:AllowanceChargeReason>", ""),
    "why a line is exempt": (r"<cbc:TaxExemptionReason>[^<]*</cbc:TaxExemptionReason>", ""),
    "a name": (r"<cbc:Name>Coffee</cbc:Name>", "<cbc:Name></cbc:Name>"),
}
GERMAN_CHANGES = {
    "the account": ("DE89370400440532013000", "DE89370400440532013001"),
    "how XRechnung is called": ("xrechnung_3.0", "xrechnung_2.0"),
    "the base of a discount": (r">65.70<", ">66.70<"),
    "the base of no percentage": (r"<(cbc:MultiplierFactorNumeric|ram:CalculationPercent)>.*?</\1>", ""),
    "the terms": (r"Payable now", "#SKONTO#TAGE=7#"),
    "the reference": (r"<(cbc|ram):BuyerReference>.*?</\1:BuyerReference>", ""),
    "the contact": (r"Jonas Petersen", ""),
    "a postcode": (r"20457", " "),
    "an address": (r"<(cbc:EndpointID|ram:URIUniversalCommunication)[ >].*?</\1>", ""),
}


def sheet_of(form: str) -> Path:
    """Return the style sheet that has a form's rules: KoSIT's for an XRechnung."""
    profile = PROFILES[form]
    if profile.rules == "xrechnung":
        return check._KOSIT / f"XRechnung-{'UBL' if profile.is_ubl else 'CII'}-validation.xsl"
    return check._sheet(profile)


@pytest.mark.parametrize(
    "form",
    [
        "facturx-en16931",
        pytest.param("peppol-bis-3", marks=pytest.mark.slow),
        "xrechnung",
        "xrechnung-ubl",
        pytest.param("facturx-basic", marks=pytest.mark.slow),
        pytest.param("facturx-extended", marks=pytest.mark.slow),
    ],
)
def test_what_is_broken_is_what_saxon_finds(form: str) -> None:
    profile, sheet = PROFILES[form], sheet_of(form)
    # The basic profile knows no rounding.
    given = {key: value for key, value in WHOLE.items() if key != "round_due_to" or form != "facturx-basic"}
    changes = {**(UBL_CHANGES if profile.is_ubl else CHANGES), **(GERMAN_CHANGES if profile.rules else {})}
    root = written(profile, einvoice(given).fields, check.schema_of(check._folder(profile)) if profile.level else None)
    name_guideline(root, profile.guideline)
    whole = as_bytes(root).decode()
    documents = [(re.sub(old, new, whole, flags=re.DOTALL) if old else whole).encode() for old, new in changes.values()]

    rules = rules_of(sheet)
    found = [sorted(f"{each.rule} {each.path}" for each in rules.findings(document)) for document in documents]

    expected = [sorted(f"{rule or UNNUMBERED} {place}" for rule, place in each) for each in broken(sheet, documents)]
    assert dict(zip(changes, found, strict=True)) == dict(zip(changes, expected, strict=True))
    assert found[0] == []
    assert sum(bool(each) for each in found) >= 9


def test_the_rules_of_kosit_are_those_that_were_published() -> None:
    said = (check._KOSIT / "README.md").read_text()

    for sheet in sorted(check._KOSIT.glob("*.xsl")):
        assert f"| `{sheet.name}` | `{hashlib.sha256(sheet.read_bytes()).hexdigest()}` |" in said
