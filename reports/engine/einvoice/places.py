"""Find the place in the caller's data that a broken rule is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reports.engine.einvoice.invoice import EInvoice
from reports.engine.einvoice.rules import Finding

_NUMBER = re.compile(r"B[TG]-[0-9]+")
_SHALL = re.compile(r"\bshall\b|\bmust\b|\bMUST\b|\bmuss\b|\bmüssen\b")
_SHALL_NOT = re.compile(r"\b(?:shall|must|MUST) not\b")
_LINE = re.compile(r"/(?:IncludedSupplyChainTradeLineItem|InvoiceLine|CreditNoteLine)\[([0-9]+)\]")

# What elements are that rules about lists of codes, and XSD, name without a number.
_ELEMENTS = {
    "SellerTradeParty/PostalTradeAddress/CountryID": "BT-40",
    "BuyerTradeParty/PostalTradeAddress/CountryID": "BT-55",
    "ShipToTradeParty/PostalTradeAddress/CountryID": "BT-80",
    "SellerTradeParty/URIUniversalCommunication/URIID": "BT-34",
    "BuyerTradeParty/URIUniversalCommunication/URIID": "BT-49",
    "BilledQuantity": "BT-130",
    "InvoiceCurrencyCode": "BT-5",
    "SpecifiedTradeSettlementPaymentMeans": "BT-81",
    "SpecifiedTradeSettlementPaymentMeans/TypeCode": "BT-81",
    "CategoryCode": "BT-151",
    "AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode": "BT-40",
    "AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode": "BT-55",
    "DeliveryLocation/Address/Country/IdentificationCode": "BT-80",
    "AccountingSupplierParty/Party/EndpointID": "BT-34",
    "AccountingCustomerParty/Party/EndpointID": "BT-49",
    "InvoicedQuantity": "BT-130",
    "CreditedQuantity": "BT-130",
    "DocumentCurrencyCode": "BT-5",
    "PaymentMeans": "BT-81",
    "PaymentMeansCode": "BT-81",
    "ClassifiedTaxCategory": "BT-151",
    "ClassifiedTaxCategory/ID": "BT-151",
    "TaxCategory/ID": "BT-151",
}
_UNNAMED = {
    "BR-08": ["BG-5"],
    "PEPPOL-EN16931-R010": ["BT-49"],
    "PEPPOL-EN16931-R020": ["BT-34"],
    "PEPPOL-EN16931-R061": ["BT-89"],
}
"""What rules are about that name it by words alone."""

_ALTERNATIVES = (
    frozenset({"BT-31", "BT-32", "BT-63"}),
    frozenset({"BT-47", "BT-48"}),
    frozenset({"BT-72", "BT-73", "BT-74"}),
)
"""What one of is enough."""

_PARTIES = ("/seller", "/buyer")
_PARTS = {
    "SellerTradeParty": "/seller",
    "BuyerTradeParty": "/buyer",
    "SpecifiedTradeSettlementPaymentMeans": "/payment",
    "SpecifiedTradePaymentTerms": "/payment",
    "ApplicableHeaderTradeAgreement": "/invoice",
    "ApplicableHeaderTradeDelivery": "/invoice",
    "ExchangedDocument": "/invoice",
    "AccountingSupplierParty": "/seller",
    "AccountingCustomerParty": "/buyer",
    "PaymentMeans": "/payment",
    "PaymentTerms": "/payment",
    "Delivery": "/invoice",
    "BillingReference": "/invoice/preceding",
}


def pointer_of(finding: Finding, invoice: EInvoice) -> str:
    """Return the place in the data that a rule is about.

    Of the numbers that it names, what it asks for comes first, and of that, what the data lack.
    """
    line = _LINE.search(finding.path)
    path = re.sub(r"\[[0-9]+\]", "", finding.path)
    said = _SHALL.split(finding.words, maxsplit=1)
    asked = _NUMBER.findall(said[-1]) if len(said) > 1 else []
    before = _NUMBER.findall(said[0])
    part = next((place for part, place in _PARTS.items() if f"/{part}" in path), "")
    # What shall be is named just before; of both parties, that of the one that the rule is about.
    before = before[::-1] if len(said) > 1 else before
    if part in _PARTIES:
        before.sort(key=lambda number: not invoice.places.get(number, "").startswith(part))
    lacking = _lacking(asked, invoice)
    if _SHALL_NOT.search(finding.words):
        # What must not be is what there is.
        lacking = [number for number in asked if number not in lacking]
    named = [*lacking, *asked, *before]
    by_element = [number for end, number in _ELEMENTS.items() if path.endswith(end)]
    for number in [*named, *_UNNAMED.get(finding.rule, ()), *by_element]:
        place = invoice.places.get(number)
        if place is not None and ("{}" not in place or line is not None):
            return place.format(int(line[1]) - 1 if line is not None else 0)
    if line is not None:
        return f"/lines/{int(line[1]) - 1}"
    return part


def _lacking(numbers: Sequence[str], invoice: EInvoice) -> list[str]:
    """Return those of the numbers that the data do not have, nor another one in their place."""
    has = {number for number in numbers if _is_in(invoice.places.get(number, ""), invoice.data)}
    return [
        number
        for number in numbers
        if number not in has and not any(number in group and has & group for group in _ALTERNATIVES)
    ]


def _is_in(place: str, data: Any) -> bool:
    for step in place.split("/")[1:]:
        if not isinstance(data, Mapping) or step not in data:
            return False
        data = data[step]
    return bool(place)
