"""Read the electronic invoice of another program, in CII, UBL, or a PDF that has one of both in it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NoReturn

import facturx
from lxml import etree

from reports.errors import InvalidDataError, Violation

PLACE = "/einvoice"
_MOST_BYTES = 20_000_000
_MOST_LINES = 5000
_CURRENCY = re.compile("[A-Z]{3}")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DATA_URI = re.compile(r"\Adata:[\w./+-]*;base64,")
_CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
_FLAVORS = {
    f"{{{_CII}}}CrossIndustryInvoice": "factur-x",
    f"{{{_UBL.format('Invoice')}}}Invoice": "ubl-2.1-invoice",
    f"{{{_UBL.format('CreditNote')}}}CreditNote": "ubl-2.1-creditnote",
}
_BOOLEANS = {"0": "false", "1": "true"}
_NEEDED = {"BT-1": "number", "BT-2": "day", "BT-5": "currency", "BT-115": "amount due"}
# What says how other elements are meant, and is understood by that.
_TECHNICAL = frozenset(
    {"ChargeIndicator", "Indicator", "TypeCode", "DocumentTypeCode", "TaxScheme", "ReferenceTypeCode"}
)


def read_einvoice(given: str, template: str) -> tuple[dict[str, Any], list[str]]:
    """Return an invoice by the numbers of EN 16931, as factur-x has them, and the names of elements that it leaves out.

    ``given`` is XML, or a file as a ``data:`` URI. Raises InvalidDataError for what is none.
    """
    reader = _Reader(template)
    root = reader.parsed(reader.xml_of(reader.bytes_of(given)))
    reader.check_currencies(root)
    _write_in_one_way(root)
    try:
        fields: dict[str, Any] = facturx.parse_ubl_cii_xml(
            root,
            flavor=reader.flavor_of(root),
            level="extended",
            date_as="string",
            bytes_as="string",
            check_xsd=False,
        )
    except (ValueError, TypeError, KeyError, AttributeError, etree.XPathError) as error:
        reader.refuse(f"has an element that is not as its standard says: {str(error)[:200]}")
    reader.check(fields)
    return fields, _left_out(root, fields)


class _Reader:
    """A reader for a template, which is named in errors."""

    def __init__(self, template: str) -> None:
        self._template = template

    def refuse(self, why: str) -> NoReturn:
        """Raise InvalidDataError."""
        raise InvalidDataError(self._template, [Violation(PLACE, why)])

    def bytes_of(self, given: str) -> bytes:
        """Return what is given as a file."""
        uri = _DATA_URI.match(given)
        if uri is None:
            # It is a text, whatever encoding it says that it has.
            body = _DECLARATION.sub("", given, count=1).encode("utf-8", "surrogatepass")
        else:
            try:
                body = base64.b64decode(given[uri.end() :], validate=True)
            except (binascii.Error, ValueError):
                self.refuse("is no base64 after `base64,`")
        if len(body) > _MOST_BYTES:
            self.refuse(f"has {len(body):,} bytes, and may have {_MOST_BYTES:,}")
        return body

    def xml_of(self, body: bytes) -> bytes:
        """Return the XML, out of the PDF that it is in."""
        if not body.startswith(b"%PDF-"):
            return body
        try:
            name, xml = facturx.get_facturx_xml_from_pdf(body, check_xsd=False)
        except Exception as error:  # noqa: BLE001 - pypdf raises whatever a broken file makes of it
            self.refuse(f"is a PDF that cannot be read: {type(error).__name__}")
        if not name or not xml:
            self.refuse("is a PDF without an electronic invoice in it (Factur-X, ZUGFeRD 2 or XRechnung)")
        if len(xml) > _MOST_BYTES:
            self.refuse(f"has {len(xml):,} bytes of XML, and may have {_MOST_BYTES:,}")
        return bytes(xml)

    def parsed(self, xml: bytes) -> Any:
        """Return the root of XML. Nothing outside of it is read, and it declares nothing."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.parse(BytesIO(xml), parser).getroot()
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            self.refuse(f"is no XML: {str(error)[:200]}")
        if root.getroottree().docinfo.internalDTD is not None:
            self.refuse("has a document type (<!DOCTYPE …>), which no electronic invoice needs: remove it")
        return root

    def flavor_of(self, root: Any) -> str:
        """Return what factur-x calls the kind of a document."""
        flavor = _FLAVORS.get(root.tag)
        if flavor is None:
            name = etree.QName(root).localname[:40]
            old = " of ZUGFeRD 1, whose successor is read" if name == "CrossIndustryDocument" else ""
            self.refuse(f"is XML whose root is <{name}>{old}: needed is an invoice in CII (D16B or later) or UBL 2")
        return flavor

    def check_currencies(self, root: Any) -> None:
        """Refuse currencies that are none: factur-x looks for amounts by them."""
        for element in root.iter("{*}InvoiceCurrencyCode", "{*}DocumentCurrencyCode", "{*}TaxCurrencyCode"):
            if not _CURRENCY.fullmatch((element.text or "").strip()):
                self.refuse(f"has no currency of ISO 4217 in {etree.QName(element).localname}")

    def check(self, fields: dict[str, Any]) -> None:
        """Refuse what lacks that without which there is no invoice."""
        lacks = [f"{number} ({what})" for number, what in _NEEDED.items() if not isinstance(fields.get(number), str)]
        lacks += [f"{group} (name of the {party})" for group, party in (("BG-4", "seller"), ("BG-7", "buyer"))
                  if not (fields.get(group) or {}).get("name")]  # fmt: skip
        if lacks:
            self.refuse(f"lacks {', '.join(lacks)}")
        lines = fields.get("BG-25") or ()
        if not lines:
            self.refuse(
                "has no lines (BG-25), as the profiles MINIMUM and BASIC WL of Factur-X: nothing says what is charged"
            )
        if len(lines) > _MOST_LINES:
            self.refuse(f"has {len(lines):,} lines, and may have {_MOST_LINES:,}")


def _write_in_one_way(root: Any) -> None:
    """Write things in the way that factur-x knows, of several that the standards allow."""
    for element in root.iter("{*}ChargeIndicator", "{*}Indicator"):
        element.text = _BOOLEANS.get((element.text or "").strip(), element.text)
    for scheme in root.iterfind("{*}AccountingSupplierParty/{*}Party/{*}PartyTaxScheme/{*}TaxScheme/{*}ID"):
        # A number by any scheme but VAT is the tax number (BT-32).
        scheme.text = scheme.text if (scheme.text or "").strip() == "VAT" else "LOC"


def _left_out(root: Any, fields: dict[str, Any]) -> list[str]:
    """Return the names of elements whose text is nowhere in the fields."""
    texts = {_plain(text) for text in _texts(fields)}
    left = {}
    for element in root.iter():
        text = _plain(element.text or "")
        parent = element.getparent()
        names = [etree.QName(each).localname for each in (element, parent) if each is not None]
        if text and not len(element) and text not in texts and not _TECHNICAL.intersection(names):
            left["/".join(names[::-1])] = True
    return list(left)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            # Some identifiers are told apart by their scheme.
            yield from _texts(each)
            if isinstance(key, str):
                yield key
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


def _plain(text: str) -> str:
    """Return a text without what dates and notes are written with in one syntax alone."""
    return re.sub(r"[\s-]+", "", re.sub(r"^#\w+#", "", text.strip()))
