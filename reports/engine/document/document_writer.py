"""Lay out HTML and write it as a tagged PDF. Import after the native libraries and the fonts are in place."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from reports.engine.document.conformance import Conformance
from reports.engine.document.layout_log import LayoutLog, MissingGlyphs, layout_log
from reports.engine.document.resources import TemplateResources
from reports.engine.templating.authored_places import place_of
from reports.engine.templating.han import han_language
from reports.engine.templating.rows_tag import SHORT, LongTables, RowSource
from reports.engine.templating.template_code import TemplateCode
from reports.engine.weasy.conservation import Loss, losses
from reports.engine.weasy.fonts import drawn_as_boxes
from reports.engine.weasy.patches.fonts import fonts_without_gaps, name_bare_outlines
from reports.engine.weasy.patches.layout import count_texts_around_layouts
from reports.engine.weasy.patches.lines import KnownLines, remember_lines
from reports.engine.weasy.patches.pdf import pdf_class, pdf_written_once
from reports.engine.weasy.patches.styles import (
    TemplateSheet,
    rank_template_sheets_as_linked,
    set_text_without_typeface_in_inter,
)
from reports.engine.weasy.patches.svg import draw_codes_as_rectangles
from reports.engine.weasy.patches.tags import describe_documents_as_wholes, keep_colours_within_the_intent
from reports.engine.weasy.patches.text import break_lines_in_linear_time, font_configuration
from reports.engine.weasy.rolls import cut
from reports.engine.weasy.structure.faults import Fault, described, warnings_about
from reports.engine.weasy.watermark import Watermark
from reports.errors import PressrunError, ResourceBlockedError, TemplateBrokenError, TooManyPagesError
from reports.render_contract import RenderContext

MOST_TAGGED_CELLS = 8_000_000
"""Cells that can be described for screen readers: PDF readers take about as many objects (ISO 32000-1, annex C)."""

_UNTAGGED = {
    "code": "untagged",
    "message": "The table has too many cells to describe each for screen readers. The PDF claims no accessibility.",
}
_FONT_DATE = "1767225600"

for _noisy in ("fontTools", "weasyprint.progress", "PIL"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)


_logger = logging.getLogger(__name__)

Output = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """The facts learnt while a PDF was made; ``layout`` says how, ``boxes`` are the characters that no font has.

    ``first_page`` is a PDF that begins with the document's first page.
    """

    pages: int
    first_page: bytes
    warnings: tuple[Mapping[str, Any], ...]
    layout: Mapping[str, Any]
    boxes: str = ""


@dataclass(frozen=True, slots=True)
class _Style:
    sheet: TemplateSheet
    counters: CounterStyle
    lines: KnownLines


class DocumentWriter:
    """Write documents with one set of fonts, and each template's style parsed once."""

    def __init__(self) -> None:
        break_lines_in_linear_time()
        remember_lines()
        rank_template_sheets_as_linked()
        set_text_without_typeface_in_inter()
        count_texts_around_layouts()
        draw_codes_as_rectangles()
        describe_documents_as_wholes()
        keep_colours_within_the_intent()
        self._fonts = font_configuration()
        self._styles: dict[Path, _Style] = {}

    def write(
        self,
        code: TemplateCode,
        html: str,
        context: RenderContext,
        *,
        output: Output,
        tables: LongTables | None = None,
        most_pages: int | None = None,
        workers: int | None = None,
        with_places: Callable[[], str] | None = None,
    ) -> WrittenDocument:
        """Write a document to ``output``; ``workers`` may make the rows of long tables, by default one on each core.

        Each page of a sample says that it is one. ``with_places`` writes the document again, for warnings about it: see
        ``authored_places``.

        Raises ResourceBlockedError or UnreadableFileError for a resource it did not get or could not use,
        TooManyPagesError, TemplateBrokenError for a link to nowhere, and NotAccessibleError or NotArchivableError for
        what the document has to be and cannot be. With ``tables``, also UnsupportedTableError, perhaps when a part was
        written already: then it has to be laid out as a whole.
        """
        conformance = Conformance.of(context)
        resources = TemplateResources(code.roots, takes_cmyk=conformance.intent is None)
        with layout_log() as log:
            try:
                job = _Job(
                    self._fonts,
                    self._style(code.folder, resources),
                    resources,
                    code.folder,
                    context.created_at.astimezone(UTC),
                    most_pages,
                    workers,
                    Watermark(self._fonts) if context.is_sample else None,
                    log.missing_glyphs,
                    conformance,
                    with_places,
                )
                with _fonts_without_date(), job.style.lines.for_document(self._fonts):
                    written = job.whole(html, output) if tables is None else job.by_rows(html, tables, output)
            except FatalURLFetchingError as error:
                # It is a BaseException: left alone, it would end the whole process.
                raise _refusal(resources) from error
        _raise_for(resources, log)
        conformance.require(written.warnings)
        return replace(written, warnings=(*written.warnings, *log.warnings), boxes=log.missing_glyphs.characters)

    def prepare(self, code: TemplateCode) -> None:
        """Parse a template's style before it is needed."""
        self._style(code.folder, TemplateResources(code.roots))

    def forget(self, folder: Path) -> None:
        """Parse a template's style anew when it is next needed."""
        self._styles.pop(folder, None)

    def _style(self, folder: Path, resources: TemplateResources) -> _Style:
        if folder not in self._styles:
            counters = CounterStyle()
            sheet = TemplateSheet(
                url=(folder / "style.css").as_uri(),
                url_fetcher=resources,
                font_config=self._fonts,
                counter_style=counters,
            )
            self._styles[folder] = _Style(sheet, counters, KnownLines())
        return self._styles[folder]


@dataclass(frozen=True, slots=True)
class _Job:
    """One document, with all that its layout needs."""

    fonts: FontConfiguration
    style: _Style
    resources: TemplateResources
    folder: Path
    created_at: datetime
    most_pages: int | None
    workers: int | None
    watermark: Watermark | None
    missing_glyphs: MissingGlyphs
    conformance: Conformance
    with_places: Callable[[], str] | None

    @property
    def base_url(self) -> str:
        """Return what relative addresses in the document start from."""
        return self.folder.as_uri() + "/"

    def whole(self, html: str, output: Output) -> WrittenDocument:
        """Lay out all of it at once, as WeasyPrint does."""
        variant, is_tagged = self.conformance.variant, self.conformance.is_tagged
        with losses() as lost:
            document = HTML(string=html, base_url=self.base_url, url_fetcher=self.resources).render(
                font_config=self.fonts,
                counter_style=self.style.counters.copy(),
                stylesheets=self._sheets(html),
                pdf_variant=variant,
            )
        self._check_pages(len(document.pages))
        cut(document.pages)
        self._describe(document)
        document.fonts = fonts_without_gaps()
        with pdf_class(pdf_written_once()):
            pdf: bytes = document.write_pdf(
                pdf_variant=variant, pdf_tags=is_tagged, pdf_identifier=True, finisher=name_bare_outlines
            )
        output(pdf)
        self.missing_glyphs.add(drawn_as_boxes(document.fonts.values()))
        warnings = self._warnings_about(document.description.faults) if is_tagged else ()
        warnings += self._warnings_of_losses(lost)
        return WrittenDocument(len(document.pages), pdf, warnings, {"path": "plain"})

    def by_rows(self, html: str, tables: LongTables, output: Output) -> WrittenDocument:
        """Lay out the frame of its long tables, and their rows one by one."""
        # Only now: most reports have no long table, and loading this takes as long as half of a short one.
        from reports.engine.longtable.long_table_render import LongTableRender
        from reports.engine.longtable.worker_pool import cores
        from reports.engine.weasy.typesetter import Typesetter

        is_small_enough = _cells(tables.sources) <= MOST_TAGGED_CELLS
        is_tagged = self.conformance.is_tagged and is_small_enough
        variant = self.conformance.variant
        typesetter = Typesetter(
            self.base_url, self.resources, self.fonts, self._sheets(html, tables), self.style.counters, variant
        )
        render = LongTableRender(
            html,
            tables.sources,
            typesetter,
            self.folder / "style.css",
            output=output,
            check_pages=self._check_pages,
            progress=tables.progress,
            is_tagged=is_tagged,
            intent=self.conformance.intent,
            most_workers=cores() if self.workers is None else self.workers,
            watermark=self.watermark,
        )
        done = render.render(self._describe, {"pdf_variant": variant, "pdf_tags": is_tagged})
        self.missing_glyphs.add(drawn_as_boxes(done.fonts))
        warnings = (
            self._warnings_about(done.faults) if is_small_enough or not self.conformance.is_tagged else (_UNTAGGED,)
        )
        facts = {"path": "long_table", "rows": done.rows, "laid_out": done.laid_out}
        return WrittenDocument(done.pages, done.first_page, warnings, facts)

    def _sheets(self, html: str, tables: LongTables | None = None) -> list[CSS]:
        """Return the template's style sheet, and one that chooses the shapes of Han characters where that is needed."""
        rows = (islice(source, SHORT) for source in tables.sources) if tables else ()
        language = han_language(html, chain.from_iterable(rows))
        if language is None:
            return [self.style.sheet]
        return [self.style.sheet, CSS(string=f'html {{ font-language-override: "{language}" }}')]

    def _describe(self, document: Document) -> None:
        document.metadata.created = document.metadata.modified = self.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        document.metadata.generator = "Pressrun"
        self.conformance.describe(document, self.created_at)
        if self.watermark is not None:
            self.watermark.put_on(document)

    def _warnings_about(self, faults: Sequence[Fault]) -> tuple[Mapping[str, Any], ...]:
        return warnings_about(faults, self._places()) if faults else ()

    def _warnings_of_losses(self, lost: Sequence[Loss]) -> tuple[Mapping[str, Any], ...]:
        """Return one warning about text that is on no page, with the first elements that it is of."""
        if not lost:
            return ()
        place = self._places()
        first = lost[0].element
        where, known = ("", {}) if (at := place(first)) is None else (f" in {at}", {"place": at})
        characters, elements = sum(each.lost for each in lost), len(lost)
        of_all = "" if elements == 1 else f", of {elements} elements"
        message = (
            f"Text is lost: {characters:,} characters{of_all} are on no page, first of {described(first)}{where}. "
            "WeasyPrint has dropped them; lay this part out in another way."
        )
        facts = {"lost": characters, "elements": elements}
        return ({"code": "content_lost", "message": message, **facts, **known},)

    def _places(self) -> Callable[[Any], str | None]:
        """Write the document again, to find the lines of its elements."""
        if self.with_places is None:
            return lambda _: None
        try:
            again = HTML(string=self.with_places(), base_url=self.base_url, url_fetcher=self.resources).etree_element
        except Exception:
            _logger.exception("the document could not be written again, to find the lines of its faults")
            return lambda _: None
        return lambda element: place_of(element, again.iter())

    def _check_pages(self, pages: int) -> None:
        """Refuse a long document before it is written."""
        if self.most_pages is not None and pages > self.most_pages:
            raise TooManyPagesError(
                f"The report would have more than {self.most_pages:,} pages, which is its limit. Ask for several "
                "reports, each of a part.",
                pages=pages,
                limit=self.most_pages,
            )


def _cells(sources: Sequence[RowSource]) -> int:
    """Estimate the cells of long tables; tables that do not know how many rows they have do not count."""
    return sum((source.count() or 0) * next(iter(source), "").count("</t") for source in sources)


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
        f"WeasyPrint cannot make a PDF of the template (see {record.module}, line {record.lineno} of WeasyPrint): "
        "every reference to a place in the document needs that place.",
    )
