"""Check what XRechnung 3.0 asks for besides EN 16931.

KoSIT publishes these rules as a Schematron that no package has. Those that a document of ours can break are written
again here, with their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reports.engine.einvoice.rules import Finding

_NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
}
_SELLER, _BUYER = "//ram:SellerTradeParty", "//ram:BuyerTradeParty"
_CONTACT, _MEANS = f"{_SELLER}/ram:DefinedTradeContact", "//ram:SpecifiedTradeSettlementPaymentMeans"
_DEBIT = f"{_MEANS}[ram:TypeCode='59']"

_NEEDED = (
    ("BR-DE-1", _MEANS, "An invoice shall contain payment instructions (BG-16), such as BT-84"),
    ("BR-DE-2", _CONTACT, "The seller's contact (BG-6) shall be given: BT-41"),
    ("BR-DE-3", f"{_SELLER}/ram:PostalTradeAddress/ram:CityName", "The seller's city (BT-37) shall be given"),
    ("BR-DE-4", f"{_SELLER}/ram:PostalTradeAddress/ram:PostcodeCode", "The seller's post code (BT-38) shall be given"),
    ("BR-DE-5", f"{_CONTACT}/ram:PersonName", "The seller's contact point (BT-41) shall be given"),
    ("BR-DE-6", f"{_CONTACT}/ram:TelephoneUniversalCommunication", "The contact's telephone (BT-42) shall be given"),
    ("BR-DE-7", f"{_CONTACT}/ram:EmailURIUniversalCommunication", "The contact's e-mail (BT-43) shall be given"),
    ("BR-DE-8", f"{_BUYER}/ram:PostalTradeAddress/ram:CityName", "The buyer's city (BT-52) shall be given"),
    ("BR-DE-9", f"{_BUYER}/ram:PostalTradeAddress/ram:PostcodeCode", "The buyer's post code (BT-53) shall be given"),
    ("BR-DE-15", "//ram:BuyerReference", "The buyer reference (BT-10) shall be given"),
    ("PEPPOL-EN16931-R010", f"{_BUYER}/ram:URIUniversalCommunication", "The buyer's address (BT-49) MUST be given"),
    ("PEPPOL-EN16931-R020", f"{_SELLER}/ram:URIUniversalCommunication", "The seller's address (BT-34) MUST be given"),
)
_NEEDED_FOR_DEBIT = (
    ("PEPPOL-EN16931-R061", "//ram:DirectDebitMandateID", "The mandate reference (BT-89) MUST be provided"),
    ("BR-DE-30", "//ram:CreditorReferenceID", "The creditor identifier (BT-90) shall be given"),
    ("BR-DE-31", f"{_MEANS}/ram:PayerPartyDebtorFinancialAccount", "The debited account (BT-91) shall be given"),
)
_TERMS = "//ram:SpecifiedTradePaymentTerms/ram:Description"
_SKONTO = re.compile(r"#(SKONTO)#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#")


def german_findings(root: Any) -> Iterator[Finding]:
    """Yield the rules that an invoice breaks."""
    needed = [*_NEEDED, *(_NEEDED_FOR_DEBIT if _found(root, _DEBIT) else ())]
    for rule, path, words in needed:
        if not any("".join(each.itertext()).strip() for each in _found(root, path)):
            yield Finding(rule, words, re.sub("ram:", "", path))
    for each in _found(root, _TERMS):
        if any(line.lstrip().startswith("#") and not _SKONTO.fullmatch(line.strip()) for line in _lines(each)):
            words = "A cash discount in the terms (BT-20) shall have the form of XRechnung"
            yield Finding("BR-DE-18", words, re.sub("ram:", "", _TERMS))


def _lines(element: Any) -> list[str]:
    return (element.text or "").splitlines()


def _found(root: Any, path: str) -> list[Any]:
    found: list[Any] = root.xpath(path, namespaces=_NAMES)
    return found
