"""Make PDFs for archives (PDF/A, ISO 19005), and claim what they are in their metadata."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any

import pydyf
from tinycss2.color5 import Color
from weasyprint.css import ColorProfile

from reports.errors import NotArchivableError

INTENT = "archive"
"""The name of the colours that archival PDFs are within: ICC's sRGB2014, which WeasyPrint brings."""

_PRINTED = 4
"""A flag of annotations: what is on the screen is on paper."""

# ISO 19005-2, 6.1.13.
_DEEPEST, _LONGEST_STRING, _MOST_OBJECTS = 28, 32_767, 8_388_607
_SMALLEST_PAGE, _LARGEST_PAGE = 3, 14_400
_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>", re.DOTALL)
_NO_CHARACTERS = frozenset({0, 0xFEFF, 0xFFFE})
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))

_EXTENSION = (
    '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{schema}</pdfaSchema:schema>'
    "<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
)
_PROPERTY = (
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
    "<pdfaProperty:valueType>{type}</pdfaProperty:valueType><pdfaProperty:category>{category}</pdfaProperty:category>"
    "<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
)
_EXTENSIONS = (
    '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    "<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a schema of metadata that PDF/A does not know by itself, and its value."""

    name: str
    value: str
    description: str
    kind: str = "Text"
    category: str = "external"


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of metadata that PDF/A does not know by itself, with the properties that a document has of it."""

    name: str
    uri: str
    prefix: str
    properties: tuple[Property, ...]

    def described(self) -> str:
        """Return the description that PDF/A wants in the metadata (ISO 19005-2, 6.6.2.3)."""
        properties = "".join(
            _PROPERTY.format(name=p.name, type=p.kind, category=p.category, description=p.description)
            for p in self.properties
        )
        return _EXTENSION.format(schema=self.name, uri=self.uri, prefix=self.prefix, properties=properties)

    def values(self) -> str:
        """Return what the metadata say by this schema."""
        inner = "".join(f"<{self.prefix}:{p.name}>{p.value}</{self.prefix}:{p.name}>" for p in self.properties)
        return f'<rdf:Description rdf:about="" xmlns:{self.prefix}="{self.uri}">{inner}</rdf:Description>'


UA = Schema(
    "PDF/UA identification schema",
    "http://www.aiim.org/pdfua/ns/id/",
    "pdfuaid",
    (Property("part", "1", "Part of ISO 14289 that the file conforms to", "Integer", "internal"),),
)


def factur_x(level: str) -> Schema:
    """Return what the metadata say of an electronic invoice in the file (Factur-X 1.0, 6.3)."""
    return Schema(
        "Factur-X PDFA Extension Schema",
        "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        "fx",
        (
            Property("DocumentFileName", "factur-x.xml", "The name of the embedded XML document"),
            Property("DocumentType", "INVOICE", "The type of the hybrid document"),
            Property("Version", "1.0", "The version of the standard of the embedded XML document"),
            Property("ConformanceLevel", level, "The conformance level of the embedded XML document"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Archive:
    """A part of ISO 19005 and a level of it, such as 3 and ``A``; put it on WeasyPrint's metadata as ``archive``.

    ``schemas`` are further ones that the metadata say something by.
    """

    part: int
    level: str
    schemas: tuple[Schema, ...] = ()

    @classmethod
    def of(cls, variant: str, schemas: tuple[Schema, ...] = ()) -> Archive:
        """Read a variant such as ``pdf/a-3a``."""
        return cls(int(variant[-2]), variant[-1].upper(), schemas)

    def __str__(self) -> str:
        return f"PDF/A-{self.part}{self.level.lower()}"


def set_intent(document: Any) -> None:
    """Have all colours of a document be those of its output intent. WeasyPrint's own way leaves a file open."""
    profile = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    components = tuple(([name],) for name in "rgb")
    document.color_profiles[INTENT] = ColorProfile(
        BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", components
    )
    document.output_intent = INTENT


def archive_of(metadata: Any) -> Archive | None:
    """Return what a document has to be, by its metadata; None for one that is not for archives."""
    return getattr(metadata, "archive", None)


def write_metadata(pdf: Any, metadata: Any, *, is_accessible: bool, compress: bool) -> None:
    """Write the metadata of a PDF: what it is called, and which standards it claims."""
    archive = archive_of(metadata)
    if archive is None:
        metadata.include_in_pdf(pdf, "ua", 1 if is_accessible else None, conformance=None, compress=compress)
        return
    schemas = (*((UA,) if is_accessible else ()), *archive.schemas)
    rdf: bytes = metadata.generate_rdf_metadata("a", archive.part, archive.level)
    further = "".join(schema.values() for schema in schemas)
    if schemas:
        further += _EXTENSIONS.format(schemas="".join(schema.described() for schema in schemas))
    end = b"</rdf:RDF>"
    content = (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        + rdf.replace(end, further.encode() + end)
        + b'</x:xmpmeta>\n<?xpacket end="r"?>'
    )
    stream = pydyf.Stream([content], {"Type": "/Metadata", "Subtype": "/XML"}, compress)
    pdf.add_object(stream)
    pdf.catalog["Metadata"] = stream.reference


def make_archival(pdf: Any, document: Any) -> None:
    """Mend what WeasyPrint writes otherwise, and raise NotArchivableError for what cannot be mended."""
    archive: Archive = document.metadata.archive
    smooth_no_pictures(pdf.objects)
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Type") == "/Annot":
            item["F"] = _PRINTED
    for reason in _reasons_against(archive, pdf, document):
        raise NotArchivableError(f"The report has to be {archive}, and cannot be: {reason}.")


def smooth_no_pictures(objects: Iterable[Any]) -> None:
    """Have readers show pictures as they are (ISO 19005-2, 6.2.8), and not smoothed."""
    for item in objects:
        extra = getattr(item, "extra", {})
        if extra.get("Interpolate") == "true":
            extra["Interpolate"] = "false"


def relate_attachments(pdf: Any, attachments: Sequence[Any]) -> None:
    """Name what the files in a PDF have to do with it, and associate each once with the document."""
    specifications: list[Any] = [
        item for item in pdf.objects if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/Filespec"
    ]
    if not specifications:
        return
    by_number = {item.number: item for item in pdf.objects}
    written = [each for each in attachments if each.md5]
    # Those of links come first, and are none of these.
    for item, each in zip(specifications, [None] * (len(specifications) - len(written)) + written, strict=True):
        item["AFRelationship"] = f"/{each.relationship if each is not None else 'Unspecified'}"
        item["EF"]["UF"] = item["EF"]["F"]
        # WeasyPrint writes UTF-8, which no reader expects; the tree of names has this very object.
        item["F"].string = item["UF"].string
        if content_type := getattr(each, "content_type", None):
            stream = by_number[int(item["EF"]["F"].split()[0])]
            stream.extra["Subtype"] = f"/{content_type.replace('/', '#2f')}"
    pdf.catalog["AF"] = pydyf.Array(item.reference for item in specifications)


def sort_key(name: str) -> bytes:
    """Return the bytes by which a name is sorted in a tree of names (ISO 32000-1, 7.9.6)."""
    return name.encode() if name.isascii() else BOM_UTF16_BE + name.encode("utf-16-be")


def in_srgb(colour: Any) -> Any:
    """Return a colour of a press as one of a screen (CSS Color 5, 7.2)."""
    *inks, key = colour.coordinates
    return Color("srgb", [1 - min(1, ink * (1 - key) + key) for ink in inks], colour.alpha)


def _reasons_against(archive: Archive, pdf: Any, document: Any) -> Iterator[str]:
    if archive.level == "A" and "StructTreeRoot" not in pdf.catalog:
        yield "its structure is not described. Choose level b or u"
    if "AcroForm" in pdf.catalog:
        yield "it has a form with fields"
    if archive.part == 2 and any(isinstance(o, dict) and o.get("Type") == "/Filespec" for o in pdf.objects):
        yield "it has attachments, which only PDF/A-3 takes"
    yield from _faults_of_texts(archive, document.fonts.values())
    if pdf.objects[-1].number > _MOST_OBJECTS:
        yield f"it has more than {_MOST_OBJECTS:,} objects. Split the report"
    sides = [side * 0.75 for page in document.pages for side in (page.width, page.height)]
    if not all(_SMALLEST_PAGE <= side <= _LARGEST_PAGE for side in sides):
        yield "a page of it is larger or smaller than any may be"
    if any(_depth(item) > _DEEPEST for item in pdf.objects[1:]):
        yield f"elements in it that are cut off, turned or translucent are nested more than {_DEEPEST} deep"
    if any(_has_long_string(item) for item in pdf.objects[1:]):
        yield f"a text in it, such as a link or the words for a picture, is longer than {_LONGEST_STRING:,} bytes"


def _faults_of_texts(archive: Archive, fonts: Iterable[Any]) -> Iterator[str]:
    for font in fonts:
        if max(font.to_unicode, default=0) >= font.glyph_count:
            yield "some characters have no glyph in any font"
        drawn = {ord(character) for text in font.to_unicode.values() for character in text}
        if archive.level != "B" and not drawn.isdisjoint(_NO_CHARACTERS):
            yield "a text has characters that Unicode does not know"
        if archive.level == "A" and any(first <= sign <= last for sign in drawn for first, last in _PRIVATE):
            yield "a text has characters for private use, which tell no reader what they are"


def _depth(item: Any) -> int:
    """Return how deep the graphics states of a stream are nested."""
    depth = deepest = 0
    if isinstance(item, pydyf.Stream) and b"q" in item.stream:
        for operator in item.stream:
            depth += (operator == b"q") - (operator == b"Q")
            deepest = max(deepest, depth)
    return deepest


def _has_long_string(item: Any) -> bool:
    if isinstance(item, pydyf.Stream) or len(data := item.data) <= _LONGEST_STRING:
        return False
    return any(len(text) - 2 > _LONGEST_STRING * (2 if text[:1] == b"<" else 1) for text in _STRING.findall(data))
