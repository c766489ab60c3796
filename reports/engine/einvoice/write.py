"""Write electronic invoices by factur-x, in both syntaxes of EN 16931."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import facturx
from lxml import etree

from reports.engine.einvoice.invoice import Profile

_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_GUIDELINE = f".//{_RAM}GuidelineSpecifiedDocumentContextParameter/{_RAM}ID"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_UNEXPECTED = "This element is not expected"


def written(profile: Profile, fields: Mapping[str, Any], schema: Any) -> Any:
    """Return an invoice as XML, without elements that the profile BASIC does not know."""
    # factur-x changes what it gets.
    given = deepcopy({**fields, **({} if profile.process is None else {"BT-23": profile.process})})
    if profile.rules == "peppol":
        _join_notes(given)
    level = "extended" if profile.level == "EXTENDED" else "en16931"
    flavor = "ubl-2.1" if profile.is_ubl else "factur-x"
    xml = facturx.generate_xml(given, flavor=flavor, level=level, check_xsd=False, check_schematron=False)
    root = etree.fromstring(xml)
    for element in root.iter():
        # So factur-x says that one is empty, which the standard does not know.
        element.attrib.pop(_NIL, None)
    if profile.is_ubl:
        root.remove(root.find(f"{_CBC}UBLVersionID"))
        _add_mandate(root, fields.get("BT-89"))
    elif profile.level == "BASIC":
        _remove_unknown(root, schema)
    return root


def name_guideline(root: Any, guideline: str) -> None:
    """Let an invoice say which rules it keeps (BT-24)."""
    found = root.find(_GUIDELINE)
    (found if found is not None else root.find(f"{_CBC}CustomizationID")).text = guideline


def as_bytes(root: Any) -> bytes:
    """Return XML as it is stored."""
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _join_notes(fields: dict[str, Any]) -> None:
    """Make one note of all: Peppol allows no more."""
    notes = [each["BT-22"] for each in fields.get("BG-1", ())]
    if notes:
        fields["BG-1"] = [{"BT-22": "\n".join(notes)}]


def _add_mandate(root: Any, mandate: str | None) -> None:
    """Name the mandate (BT-89), which factur-x leaves out of UBL without the account that is debited."""
    means = root.find(f"{_CAC}PaymentMeans")
    if mandate and means is not None and means.find(f"{_CAC}PaymentMandate") is None:
        etree.SubElement(etree.SubElement(means, f"{_CAC}PaymentMandate"), f"{_CBC}ID").text = mandate


def _remove_unknown(root: Any, schema: Any) -> None:
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
