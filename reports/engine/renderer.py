"""Make the PDF: view → HTML → layout → PDF → thumbnail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.engine.document.held_output import HeldOutput
from reports.engine.document.picture_work import counting_pictures
from reports.engine.finish.finished_output import FinishedOutput
from reports.engine.garbage_collection import collect, collector_paused, keep_out_of_collections
from reports.engine.notes import note, noted
from reports.engine.remarks import short_reading, short_warnings
from reports.engine.template_faults import guarded_step, set_by_rows
from reports.engine.templating.authored_places import html_with_places
from reports.engine.templating.formats import Formats
from reports.engine.templating.rows_tag import SHORT, Capture, LongTables, RowSource, filled
from reports.engine.templating.template_code import MAIN, TemplateCode, forget_view, load_template_code
from reports.engine.weasy.errors import FastPathError, UnsupportedTableError
from reports.engine.weasy.fonts import BUNDLED_FONTS, configure_fonts
from reports.engine.weasy.import_weasyprint import import_weasyprint
from reports.engine.weasy.native_libraries import load_native_libraries
from reports.errors import (
    InvalidOptionsError,
    PermanentError,
    TooLargeError,
    UnprintableAmountsError,
    Violation,
)
from reports.render_contract import (
    EINVOICE,
    Output,
    Progress,
    ProgressListener,
    Read,
    RenderContext,
    RenderedFile,
    RenderedReport,
    RenderRequest,
    Template,
)

if TYPE_CHECKING:
    from reports.engine.document.document_writer import DocumentWriter, WrittenDocument
    from reports.engine.finish.compose import Composed

MOST_ROWS_AT_ONCE = 20_000
"""Rows that WeasyPrint lays out as a whole within the limits of a function on AWS, with some to spare."""

_MOST_NAMED = 20


class WeasyPrintRenderer:
    """Render templates with Jinja and WeasyPrint, in this process and without limits but that of the pages.

    ``confined.ConfinedRenderer`` runs it in a child process; that one is the ``Renderer`` of reports.jobs.ports.
    Making the first one loads the native libraries and prepares the fonts: some hundred milliseconds, so make it
    once per process. ``fonts`` is a folder of TrueType files. Raises NativeLibraryError or FileNotFoundError when the
    installation lacks something. ``workers`` are the processes that share the rows of a long table: None takes one for
    each core, 1 none but this one. Without ``long_tables``, WeasyPrint lays out all documents as a whole. With
    ``quotes_data``, an error of a template may quote the data, as an author needs who has them anyway. Without
    ``collects``, the caller calls ``collect()`` after each render, when its answer is on the way.
    """

    def __init__(
        self,
        fonts: Path = BUNDLED_FONTS,
        *,
        long_tables: bool = True,
        workers: int | None = None,
        quotes_data: bool = False,
        collects: bool = True,
    ) -> None:
        self._quotes_data = quotes_data
        self._collects = collects
        self._long_tables = long_tables
        self._workers = workers
        self._writer = _document_writer(fonts)
        self._codes: dict[Path, TemplateCode] = {}

    def render(
        self,
        request: RenderRequest,
        *,
        output: Output,
        progress: ProgressListener | None = None,
        ended: Callable[[], object] = lambda: None,
    ) -> RenderedReport:
        """Render one report, within no limit but that of its pages; its PDF goes to ``output`` in parts and in order.

        ``ended`` is called when all of the PDF has gone there, before other files are made of it.

        Raises InvalidDataError, TemplateBrokenError, ResourceBlockedError, UnreadableFileError,
        UnprintableAmountsError or TooManyPagesError.
        """
        remarks: Sequence[Mapping[str, Any]] = ()
        if request.checks_template:
            from reports.engine.checks.own_template import check_own_template

            remarks = check_own_template(request.template.folder)
        read = [value for value in request.data.values() if isinstance(value, Read)]
        with (
            collector_paused(collects=self._collects),
            counting_pictures(),
            noted() as notes,
            FinishedOutput(output, request.finish) as finished,
        ):
            written = HeldOutput(finished)
            try:
                document, extra = self._written(request, written, progress)
                if document.boxes:
                    _check_amounts(request.context.locale, document.boxes)
            except PermanentError as error:
                error.reading = short_reading({**_reading_of(read), **error.reading})
                raise
            written.release()
            done = finished.end(request.context.accessibility)
            ended()
            report = _rendered(request, document, extra, finished, done)
            warnings = [*remarks, *(each for value in read for each in value.warnings), *notes, *report.warnings]
            return replace(report, warnings=short_warnings(warnings), reading=short_reading(_reading_of(read)))

    def collect(self) -> None:
        """Free what a render has left behind; done by itself with ``collects``."""
        collect()

    def _written(
        self, request: RenderRequest, output: HeldOutput, progress: ProgressListener | None
    ) -> tuple[WrittenDocument, tuple[RenderedFile, ...]]:
        template, given, context = request.template, request.data, request.context
        guarded = partial(guarded_step, template, data=given, quotes=self._quotes_data)
        code = guarded("template folder", lambda: self._code(template.folder, is_own=bool(template.owner)))
        data = guarded("view.py", lambda: _with_fields(template, code, given, context))
        view = guarded("view.py", lambda: code.view(data, context))
        context, invoices = guarded("view.py", lambda: _with_einvoice(code, data, context))
        tables = Capture()
        html = guarded(MAIN, lambda: code.html(view, context, tables))
        write = partial(
            self._writer.write,
            code,
            context=context,
            with_places=lambda: html_with_places(code, view, context),
            output=output,
            most_pages=None if request.limits is None else request.limits.pages,
            workers=self._workers,
        )
        reason = guarded(MAIN, lambda: self._reason_for_whole(tables.sources))
        fault: FastPathError | None = None
        if reason is None:
            long_tables = LongTables(tables.sources, _reporter(tables.sources, progress))
            try:
                document = guarded("the layout", lambda: set_by_rows(template, lambda: write(html, tables=long_tables)))
            except UnsupportedTableError as unsupported:
                reason = str(unsupported)
                output.restart(reason)
            except FastPathError as error:
                reason, fault = str(error), error
                output.restart_after(error)
        if reason is not None:
            whole = guarded(MAIN, lambda: filled(html, _limited(tables.sources, reason, fault)))
            document = guarded("the layout", lambda: write(whole))
            facts = {"reason": reason} if fault is None else {"reason": reason, "fault": fault.kind}
            document = replace(document, layout={**document.layout, **facts})
        extra = guarded("view.py", lambda: tuple(code.extra_files(data, context)))
        return document, (*extra, *invoices)

    def _reason_for_whole(self, sources: Sequence[RowSource]) -> str | None:
        """Explain why a document is laid out as a whole; None when its tables are long enough not to be."""
        if not sources:
            return "no table is marked with the rows tag"
        if not self._long_tables:
            return "long tables are switched off"
        if all(sum(1 for _ in islice(source, SHORT + 1)) <= SHORT for source in sources):
            return f"no table has more than {SHORT} rows"
        return None

    def prepare(self, folder: Path) -> None:
        """Read a template, and parse its style, before it is needed. Raises whatever its files raise."""
        self._writer.prepare(self._code(folder, is_own=False))

    def forget(self, folder: Path, *, style: bool = True) -> None:
        """Read a template anew when it is next rendered: its author has changed it, and perhaps its style."""
        folder = folder.resolve()
        self._codes.pop(folder, None)
        if style:
            self._writer.forget(folder)
        forget_view(folder)

    def _code(self, folder: Path, *, is_own: bool) -> TemplateCode:
        folder = folder.resolve()
        if folder not in self._codes:
            self._codes[folder] = load_template_code(folder, is_own=is_own)
        return self._codes[folder]


def _with_fields(
    template: Template, code: TemplateCode, data: Mapping[str, Any], context: RenderContext
) -> Mapping[str, Any]:
    """Return the data, with what they say in place of an electronic invoice."""
    if code.from_einvoice is None or EINVOICE not in data:
        return data
    if context.einvoice is not None:
        raise InvalidOptionsError(
            [Violation("/options/einvoice", "the data are an electronic invoice: leave this out")]
        )
    # Only now: it loads a library for XML.
    from reports.engine.einvoice.read import read_einvoice

    fields, left_out = read_einvoice(data[EINVOICE], template.name)
    if left_out:
        names = ", ".join(left_out[:_MOST_NAMED]) + (", …" if len(left_out) > _MOST_NAMED else "")
        note("einvoice_not_shown", f"The page does not show these elements of the electronic invoice: {names}.")
    return {**{key: value for key, value in data.items() if key != EINVOICE}, **code.from_einvoice(fields)}


def _rendered(
    request: RenderRequest,
    document: WrittenDocument,
    extra: tuple[RenderedFile, ...],
    finished: FinishedOutput,
    done: Composed | None,
) -> RenderedReport:
    """Return what was made, with the warnings of the document and of what was done to it behind its layout."""
    outputs, left_out = finished.files(request.data.get(str(request.template.property)))
    return RenderedReport(
        pages=document.pages + (done.pages_added if done else 0),
        size=finished.size,
        sha256=finished.sha256,
        files=() if request.finish.needs_password else (_thumbnail(document, done), *extra, *outputs),
        warnings=(
            *document.warnings,
            *(done.warnings if done else ()),
            *left_out,
            *Formats.warnings_about(request.context.locale),
        ),
        layout=document.layout,
    )


def _thumbnail(document: WrittenDocument, done: Composed | None) -> RenderedFile:
    from reports.engine.document.thumbnails import first_page

    return first_page(document.first_page if done is None or done.first_page is None else done.first_page)


def _with_einvoice(
    code: TemplateCode, data: Mapping[str, Any], context: RenderContext
) -> tuple[RenderContext, tuple[RenderedFile, ...]]:
    """Make the electronic invoice, if there is to be one, before any page is laid out."""
    if context.einvoice is None or code.einvoice is None:
        return context, ()
    # Only now: it loads a library for XML, and the rules.
    from reports.engine.einvoice.check import checked
    from reports.engine.einvoice.embed import with_invoice

    return with_invoice(context, checked(context.einvoice, code.einvoice(data, context)))


def _reading_of(read: Sequence[Read]) -> dict[str, Any]:
    return {name: fact for value in read for name, fact in value.reading.items()}


def _check_amounts(locale: str, boxes: str) -> None:
    """Raise UnprintableAmountsError for boxes in place of what amounts are written with."""
    if lost := sorted(Formats.of(locale).characters.intersection(boxes)):
        raise UnprintableAmountsError("".join(lost))


def _reporter(sources: Sequence[RowSource], progress: ProgressListener | None) -> Callable[[int], object]:
    counts = [source.count() for source in sources]
    total = None if None in counts else sum(count or 0 for count in counts)
    return lambda done: progress(Progress(done, total)) if progress else None


def _limited(sources: Sequence[RowSource], reason: str, fault: FastPathError | None) -> list[RowSource]:
    """Let no more rows through than WeasyPrint can lay out as a whole.

    At the first row above, raises TooLargeError, or the fault for which the table is laid out as a whole.
    """

    def lines(source: RowSource) -> Iterator[Any]:
        for number, line in enumerate(source.lines):
            if number >= MOST_ROWS_AT_ONCE:
                if fault is not None:
                    raise fault
                raise TooLargeError(
                    f"The table has more than {MOST_ROWS_AT_ONCE:,} rows, the most that one of its kind may have: "
                    f"{reason}. Split the data, or change the template.",
                    max_rows=MOST_ROWS_AT_ONCE,
                )
            yield line

    return [RowSource(lines(source), source.write) for source in sources]


@cache
def _document_writer(fonts: Path) -> DocumentWriter:
    load_native_libraries()
    configure_fonts(fonts)
    # Only now: WeasyPrint looks for Pango and for fontconfig's configuration when it is imported.
    import_weasyprint()
    from reports.engine.document.document_writer import DocumentWriter

    writer = DocumentWriter()
    keep_out_of_collections()
    return writer
