"""Render in tests, and read PDFs as a reader would."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import pikepdf
import pypdfium2

from reports.catalog.catalog import Catalog
from reports.engine.renderer import WeasyPrintRenderer
from reports.render_contract import Output, ProgressListener, RenderContext, RenderedReport, RenderRequest, Template

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
_PICTURE = TEMPLATES.parent / "tools" / "fuzz" / "templates" / "picture"
NAMES = tuple(Catalog(TEMPLATES).names())
CREATED = datetime(2026, 4, 3, 9, 14, tzinfo=UTC)


@cache
def renderer() -> WeasyPrintRenderer:
    """Return the one renderer of this test run."""
    return WeasyPrintRenderer()


def template(folder: Path) -> Template:
    """Describe a template's folder, whether it has a schema or not."""
    return Template(folder.name, folder.name.title(), "", folder, {})


def sample(name: str) -> dict[str, Any]:
    """Return a template's sample data."""
    data: dict[str, Any] = json.loads((TEMPLATES / name / "sample.json").read_text("utf-8"))
    return data


def schema(name: str) -> dict[str, Any]:
    """Return a template's schema."""
    document: dict[str, Any] = json.loads((TEMPLATES / name / "schema.json").read_text("utf-8"))
    return document


def context(locale: str = "en", title: str | None = None, source: str = "") -> RenderContext:
    """Return a context in which time stands still."""
    return RenderContext("job-1", CREATED, locale, title, source)


@dataclass(frozen=True, slots=True)
class PrintedReport(RenderedReport):
    """A report together with its PDF."""

    pdf: bytes = b""


class Printer(Protocol):
    """A renderer, confined or not."""

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport: ...


def printed(
    printer: Printer,
    template: Template,
    data: Mapping[str, Any],
    context: RenderContext,
    progress: ProgressListener | None = None,
    **bounds: Any,
) -> PrintedReport:
    """Render, and gather the PDF."""
    pdf = bytearray()
    request = RenderRequest(template, data, context, **bounds)
    report = printer.render(request, output=pdf.extend, progress=progress)
    return PrintedReport(**{each.name: getattr(report, each.name) for each in fields(report)}, pdf=bytes(pdf))


def render(name: str, data: Mapping[str, Any], locale: str = "en", title: str | None = None) -> PrintedReport:
    """Render one of the four templates."""
    return printed(renderer(), template(TEMPLATES / name), data, context(locale, title))


def show(picture: str) -> PrintedReport:
    """Render a page that has the picture at an address, and nothing else."""
    return printed(renderer(), template(_PICTURE), {"image": picture}, context())


@cache
def sample_report(name: str, locale: str = "en") -> PrintedReport:
    """Return a template's sample, rendered once for all the tests that only look at it."""
    return render(name, sample(name), locale)


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, without the spaces at the ends of its lines."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [document[index].get_textpage().get_text_bounded() for index in range(len(document))]
    finally:
        document.close()
    return ["\n".join(line.strip() for line in text.splitlines() if line.strip()) for text in texts]


def metadata(pdf: bytes) -> dict[str, str]:
    """Return the document's information dictionary."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return dict(document.get_metadata_dict())
    finally:
        document.close()


@dataclass(frozen=True)
class Claims:
    """What a PDF says of its accessibility, in the places where readers look for it."""

    language: str | None
    ua_part: str | None
    is_marked: bool
    roles: frozenset[str]
    """Of the elements of its structure: headings, tables, and so on."""
    pages_in_structure: int


def claims(pdf: bytes) -> Claims:
    """Read what a PDF says of its accessibility."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root
        tree = root.get("/StructTreeRoot")
        with document.open_metadata() as metadata:
            part = metadata.get("pdfuaid:part")
        return Claims(
            language=str(root.Lang) if "/Lang" in root else None,
            ua_part=None if part is None else str(part),
            is_marked="/MarkInfo" in root and bool(root.MarkInfo.get("/Marked", False)),
            roles=frozenset() if tree is None else frozenset(_roles_below(tree)),
            pages_in_structure=sum("/StructParents" in page for page in document.pages),
        )


def _roles_below(element: Any) -> Iterator[str]:
    elements = [element]
    while elements:
        inner = elements.pop()
        if isinstance(inner, pikepdf.Array):
            elements.extend(inner)
        elif isinstance(inner, pikepdf.Dictionary):
            if "/S" in inner:
                yield str(inner.S)
            elements.extend(inner[key] for key in ("/K",) if key in inner)


def unpacked(pdf: bytes) -> bytes:
    """Return a PDF's objects without compression, to search in."""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(match[1]))
    return b"\n".join(parts)
