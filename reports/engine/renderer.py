"""Make the PDF: view → HTML → layout → PDF → thumbnail."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from reports.engine.fonts import BUNDLED_FONTS, configure_fonts
from reports.engine.loading import import_weasyprint
from reports.engine.memory import collector_paused, keep_out_of_collections
from reports.engine.native import load_native_libraries
from reports.engine.templates import MAIN, SHARED, TemplateCode, load_template_code
from reports.errors import PressrunError, TemplateBrokenError
from reports.model import Progress, RenderContext, RenderedReport, Template

if TYPE_CHECKING:
    from reports.engine.documents import DocumentWriter

_logger = logging.getLogger(__name__)
_T = TypeVar("_T")


class WeasyPrintRenderer:
    """Render templates with Jinja and WeasyPrint, in this process and without limits but that of the pages.

    ``confined.ConfinedRenderer`` runs it in a child process; that one is the ``Renderer`` of reports.ports.
    Making the first one loads the native libraries and prepares the fonts: some hundred milliseconds, so make it
    once per process. ``fonts`` is a folder of TrueType files. Raises NativeLibraryError or FileNotFoundError when the
    installation lacks something.
    """

    def __init__(self, fonts: Path = BUNDLED_FONTS) -> None:
        self._writer = _document_writer(fonts)
        self._codes: dict[Path, TemplateCode] = {}

    def render(
        self,
        template: Template,
        data: Mapping[str, Any],
        context: RenderContext,
        *,
        output: Callable[[bytes], object],
        progress: Callable[[Progress], object] | None = None,
        most_pages: int | None = None,
    ) -> RenderedReport:
        """Render one report; its PDF goes to ``output`` in parts and in order.

        Raises InvalidDataError, TemplateBrokenError, ResourceBlockedError, UnreadableFileError or TooManyPagesError.
        """
        del progress  # a plain layout is one step
        with collector_paused():
            return self._render(template, data, context, output, most_pages)

    def _render(
        self,
        template: Template,
        data: Mapping[str, Any],
        context: RenderContext,
        output: Callable[[bytes], object],
        most_pages: int | None,
    ) -> RenderedReport:
        code = _guarded(template, "template folder", lambda: self._code(template.folder))
        view = _guarded(template, "view.py", lambda: code.view(data, context))
        html = _guarded(template, MAIN, lambda: code.html(view, context))
        created_at = context.created_at.astimezone(UTC)
        written = _guarded(
            template, "the layout", lambda: self._writer.write(code, html, created_at, most_pages=most_pages)
        )
        extra = _guarded(template, "view.py", lambda: tuple(code.extra_files(data, context)))
        output(written.pdf)
        return RenderedReport(
            pages=written.pages,
            size=len(written.pdf),
            sha256=hashlib.sha256(written.pdf).hexdigest(),
            files=(written.thumbnail, *extra),
            warnings=written.warnings,
            layout={"path": "plain"},
        )

    def _code(self, folder: Path) -> TemplateCode:
        folder = folder.resolve()
        if folder not in self._codes:
            self._codes[folder] = load_template_code(folder)
        return self._codes[folder]


@cache
def _document_writer(fonts: Path) -> DocumentWriter:
    load_native_libraries()
    configure_fonts(fonts)
    # Only now: WeasyPrint looks for Pango and for fontconfig's configuration when it is imported.
    import_weasyprint()
    from reports.engine.documents import DocumentWriter

    writer = DocumentWriter()
    keep_out_of_collections()
    return writer


def _guarded(template: Template, step: str, work: Callable[[], _T]) -> _T:
    """Do a step of a render, and turn a fault of the template into an error that says where it is.

    Neither the error nor its message quote the exception, whose text may hold data; the log has the stack trace.
    """
    try:
        return work()
    except (PressrunError, MemoryError):
        raise
    except Exception as error:
        _logger.exception("template %s failed in %s", template.name, step)
        place = _place(error, template.folder.resolve()) or step
        raise TemplateBrokenError(
            f"The template {template.name!r} fails on valid data, in {place} ({type(error).__name__}). "
            "Fix the template, then render again.",
            template=template.name,
            place=place,
        ) from error


def _place(error: Exception, folder: Path) -> str | None:
    """Return the innermost line of the template's own files that the error went through, as ``file, line n``."""
    filename, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(filename, str) and isinstance(line, int):
        frames.append((filename, line))
    for name, number in reversed(frames):
        path = Path(name)
        if path.is_relative_to(folder) or path.is_relative_to(folder.parent / SHARED):
            return f"{path.relative_to(folder.parent)}, line {number}"
    return None
