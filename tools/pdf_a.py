"""Check PDFs against PDF/A-2 and PDF/A-3 (ISO 19005), as far as a machine can: ``python -m tools.pdf_a FILE…``.

The rules of level b are veraPDF's, in the validator of pikepdf, which also says where it does not know a construct.
That one knows neither levels a and u nor schemas of metadata that a file describes itself: those are checked here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pikepdf
from pikepdf import pdfa

from tools.pdf_ua import print_faults

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
_PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"
_EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}"
_IDENTIFICATION = "{http://www.aiim.org/pdfa/ns/id/}"
_KNOWN = (
    _RDF,
    _IDENTIFICATION,
    _EXTENSION,
    "{http://purl.org/dc/elements/1.1/}",
    "{http://ns.adobe.com/xap/1.0/}",
    "{http://ns.adobe.com/pdf/1.3/}",
    "{adobe:ns:meta/}",
    "{http://www.w3.org/XML/1998/namespace}",
)
_OF_METADATA = ("6.6.2.3.1-1", "6.6.4-3")
"""Rules about what the metadata say, in which pikepdf takes less than the standard does."""

_UNSUPPORTED = "unsupported"


def faults(pdf: bytes) -> list[str]:
    """Return what keeps a PDF from being what its metadata claim, each kind of fault once."""
    with pikepdf.open(BytesIO(pdf)) as document:
        part, level = _claimed(document)
        if part not in ("2", "3") or level not in ("A", "B", "U"):
            return ["6.6.4 the metadata claim neither PDF/A-2 nor PDF/A-3"]
        found = [*_metadata(document), *_level(document, level), *_attachments(document, part)]
    report = pdfa.validate_written(BytesIO(pdf), f"{part}b")
    found += [f"{each.rule} {each.message}" for each in report.violations if not each.rule.endswith(_OF_METADATA)]
    return list(dict.fromkeys(found))


def unknown(pdf: bytes) -> list[str]:
    """Return what is in a PDF that only veraPDF judges."""
    report = pdfa.validate_written(BytesIO(pdf), "3b")
    return list(dict.fromkeys(each.message for each in report.findings if each.kind == _UNSUPPORTED))


def _xmp(document: pikepdf.Pdf) -> ElementTree.Element:
    metadata: Any = document.Root.Metadata
    return ElementTree.fromstring(metadata.read_bytes())  # noqa: S314 - our own files


def _claimed(document: pikepdf.Pdf) -> tuple[str, str]:
    found = {
        name: value
        for element in _xmp(document).iter(f"{_RDF}Description")
        for name, value in element.attrib.items()
        if name.startswith(_IDENTIFICATION)
    }
    return found.get(f"{_IDENTIFICATION}part", ""), found.get(f"{_IDENTIFICATION}conformance", "")


def _metadata(document: pikepdf.Pdf) -> Iterator[str]:
    """Check that properties of other schemas than the known ones are described (6.6.2.3)."""
    root = _xmp(document)
    if len(root) != 1:
        yield "6.6.2.1 the metadata have more than one description"
    described = set()
    for entry in root.iter(f"{_RDF}li"):
        uri = entry.findtext(f"{_SCHEMA}namespaceURI")
        if uri is not None:
            for name in entry.iter(f"{_PROPERTY}name"):
                described.add(f"{{{uri}}}{name.text}")
    for element in root.iter(f"{_RDF}Description"):
        for said in [*element.attrib, *(child.tag for child in element)]:
            if not said.startswith(_KNOWN) and said not in described:
                yield f"6.6.2.3.1 {said} is no property that PDF/A knows or the file describes"


def _level(document: pikepdf.Pdf, level: str) -> Iterator[str]:
    root: Any = document.Root
    if level == "A" and ("/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "6.7.2 the document has no structure"
    if level in ("A", "U"):
        for item in document.objects:
            is_font = isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
            if is_font and item.get("/Subtype") == "/Type0" and "/ToUnicode" not in item:
                yield "6.2.11.7.2 a font does not say which characters its glyphs are"


def _attachments(document: pikepdf.Pdf, part: str) -> Iterator[str]:
    """Check what is said of files in the PDF (6.8)."""
    root: Any = document.Root
    associated = [each.objgen for each in root.get("/AF", [])]
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Filespec":
            if part == "2":
                yield "6.8 a file is attached"
            if not {"/F", "/UF", "/AFRelationship", "/EF"} <= set(item.keys()):
                yield "6.8 an attachment lacks its name or its relationship"
            elif "/Subtype" not in item.EF.F or "/ModDate" not in item.EF.F.get("/Params", {}):
                yield "6.8 an attachment lacks its type or its date"
            if associated.count(item.objgen) != 1:
                yield "6.8 an attachment is not associated with the document, once"


if __name__ == "__main__":
    sys.exit(print_faults(faults, sys.argv[1:]))
