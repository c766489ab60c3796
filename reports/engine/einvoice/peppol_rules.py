"""Check what Peppol BIS Billing 3 asks for besides EN 16931 and what KoSIT's rules have of it.

OpenPEPPOL publishes its rules as a Schematron that no package has. Those that a document of ours can break are written
again here, with their numbers. The rules of single countries are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from reports.engine.einvoice.rules import Finding

_NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_DANISH = re.compile("(?:DK)?[0-9]{8}")
_PARTIES = (("AccountingSupplierParty", "BT-34"), ("AccountingCustomerParty", "BT-49"))


def peppol_findings(root: Any) -> Iterator[Finding]:
    """Yield the rules that an invoice breaks."""
    if not root.xpath("cbc:BuyerReference | cac:OrderReference/cbc:ID", namespaces=_NAMES):
        words = "A buyer reference (BT-10) or a purchase order reference (BT-13) MUST be provided: BT-10"
        yield Finding("PEPPOL-EN16931-R003", words, "")
    for party, number in _PARTIES:
        path = f"cac:{party}/cac:Party/cbc:EndpointID"
        for element in root.xpath(path, namespaces=_NAMES):
            yield from _address_findings(element.get("schemeID", ""), element.text or "", number, path)


def _address_findings(scheme: str, text: str, number: str, path: str) -> Iterator[Finding]:
    if not re.fullmatch("[0-9]{4}", scheme):
        words = f"The scheme of an electronic address ({number}) MUST be in Peppol's list, which has no {scheme}"
        yield Finding("PEPPOL-EN16931-CL008", words, path)
    if scheme in _CHECKS:
        rule, what, is_right = _CHECKS[scheme]
        if not is_right(text.strip()):
            yield Finding(rule, f"{what} MUST have its format and check digit ({number})", path)


def _is_gln(text: str) -> bool:
    digits = _digits(text)[::-1]
    return bool(digits) and sum(digit * (1, 3)[n % 2] for n, digit in enumerate(digits)) % 10 == 0


def _is_norwegian(text: str) -> bool:
    digits = _digits(text)
    weighted = sum(digit * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    return len(digits) == 9 and any(digits) and (11 - weighted % 11) % 11 == digits[8]


def _is_belgian(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{10}", text)) and 97 - int(text[:8]) % 97 == int(text[8:])


def _is_swedish(text: str) -> bool:
    digits = _digits(text)
    doubled = [digit * (1, 2)[n % 2] for n, digit in enumerate(digits[::-1])]
    return len(digits) == 10 and sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _is_australian(text: str) -> bool:
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    digits = _digits(text)
    # One is taken from the first digit.
    weighted = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) - weights[0]
    return len(digits) == len(weights) and weighted % 89 == 0


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text] if re.fullmatch("[0-9]+", text) else []


_CHECKS: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "0007": ("PEPPOL-COMMON-R049", "A Swedish organization number", _is_swedish),
    "0088": ("PEPPOL-COMMON-R040", "A GLN", _is_gln),
    "0151": ("PEPPOL-COMMON-R050", "An Australian Business Number", _is_australian),
    "0184": ("PEPPOL-COMMON-R042", "A Danish organization number", _DANISH.fullmatch),
    "0192": ("PEPPOL-COMMON-R041", "A Norwegian organization number", _is_norwegian),
    "0208": ("PEPPOL-COMMON-R043", "A Belgian enterprise number", _is_belgian),
}
