"""Lay out HTML and write it as a tagged PDF. Import after the native libraries and the fonts are in place."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from reports.engine.layout_log import LayoutLog, layout_log
from reports.engine.resources import TemplateResources
from reports.engine.templates import TemplateCode
from reports.engine.thumbnails import first_page
from reports.errors import PressrunError, ResourceBlockedError, TemplateBrokenError, TooManyPagesError
from reports.model import RenderedFile

PDF_VARIANT = "pdf/ua-1"
_FONT_DATE = "1767225600"

for _noisy in ("fontTools", "weasyprint.progress", "PIL"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """Hold a PDF and what was learnt while it was made."""

    pdf: bytes
    pages: int
    thumbnail: RenderedFile
    warnings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Style:
    sheet: CSS
    counters: CounterStyle


class DocumentWriter:
    """Write documents with one set of fonts, and each template's style parsed once."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._styles: dict[Path, _Style] = {}

    def write(
        self, code: TemplateCode, html: str, created_at: datetime, *, most_pages: int | None = None
    ) -> WrittenDocument:
        """Write a document.

        Raises ResourceBlockedError or UnreadableFileError for a resource it did not get or could not use,
        TooManyPagesError, and TemplateBrokenError for HTML that no accessible PDF can be made of.
        """
        resources = TemplateResources(code.roots)
        with layout_log() as log:
            try:
                style = self._style(code.folder, resources)
                document = HTML(string=html, base_url=code.folder.as_uri() + "/", url_fetcher=resources).render(
                    font_config=self._fonts,
                    counter_style=style.counters.copy(),
                    stylesheets=[style.sheet],
                    pdf_variant=PDF_VARIANT,
                )
                _check_pages(len(document.pages), most_pages)
                document.metadata.created = document.metadata.modified = created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
                document.metadata.generator = "Pressrun"
                with _fonts_without_date():
                    pdf: bytes = document.write_pdf(pdf_variant=PDF_VARIANT, pdf_tags=True, pdf_identifier=True)
            except FatalURLFetchingError as error:
                # It is a BaseException: left alone, it would end the whole process.
                raise _refusal(resources) from error
        _raise_for(resources, log)
        return WrittenDocument(pdf, len(document.pages), first_page(pdf), log.warnings)

    def _style(self, folder: Path, resources: TemplateResources) -> _Style:
        if folder not in self._styles:
            counters = CounterStyle()
            sheet = CSS(
                url=(folder / "style.css").as_uri(),
                url_fetcher=resources,
                font_config=self._fonts,
                counter_style=counters,
            )
            self._styles[folder] = _Style(sheet, counters)
        return self._styles[folder]


def _check_pages(pages: int, most: int | None) -> None:
    """Refuse a long document before it is written, which takes about as long again as its layout."""
    if most is not None and pages > most:
        raise TooManyPagesError(
            f"The report would have {pages:,} pages, and may have {most:,}. Ask for several reports, each of a part.",
            pages=pages,
            limit=most,
        )


@contextmanager
def _fonts_without_date() -> Iterator[None]:
    """Keep the time out of embedded fonts, so that the same input gives the same bytes.

    fontTools, which stands in where libharfbuzz-subset is missing, stamps what it subsets with the time, or with
    this variable. Not set for longer, as fontconfig takes it for its fonts' time, and then trusts no cache.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = _FONT_DATE
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _refusal(resources: TemplateResources) -> PressrunError:
    return resources.refusals[0].error


def _raise_for(resources: TemplateResources, log: LayoutLog) -> None:
    """Raise for what WeasyPrint only mentions: a hole in a report is worse than none."""
    if resources.refusals:
        raise _refusal(resources)
    if not log.errors:
        return
    record = log.errors[0]
    if record.module == "images":
        raise ResourceBlockedError("A picture in the document cannot be used. Save it again as JPEG, PNG or SVG.")
    raise TemplateBrokenError(
        f"WeasyPrint cannot make an accessible PDF of the template (see {record.module}, line {record.lineno} "
        "of WeasyPrint): every picture needs a text, and every reference to a place in the document that place.",
    )
