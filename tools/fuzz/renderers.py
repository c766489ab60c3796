"""Render in this process: up to the HTML, which is fast, or all of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.template_code import TemplateCode, load_template_code
from reports.engine.weasy.fonts import BUNDLED_FONTS, configure_fonts
from reports.engine.weasy.native_libraries import load_native_libraries
from reports.render_contract import Output, ProgressListener, RenderedReport, RenderLimits, RenderRequest

_LIMITS = RenderLimits(pages=2_000)


class HTMLRenderer:
    """A renderer that stops before the layout; no exception of a template's is changed on its way out."""

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport:
        """Give the HTML to ``output``; the report has no pages."""
        del progress
        code = _code(request.template.folder)
        html = code.html(code.view(request.data, request.context), request.context).encode()
        output(html)
        return RenderedReport(0, len(html), "", tuple(code.extra_files(request.data, request.context)))


class PDFRenderer:
    """A renderer of whole reports, as a worker's child process has it."""

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport:
        """Render a report of 2,000 pages at the most."""
        return _engine().render(replace(request, limits=_LIMITS), output=output, progress=progress)


@cache
def _engine() -> WeasyPrintRenderer:
    # One process: what another one does is seen neither by a debugger nor by a fuzzer.
    return WeasyPrintRenderer(workers=1)


@cache
def _code(folder: Path) -> TemplateCode:
    # Measures of letters are taken from the fonts.
    load_native_libraries()
    configure_fonts(BUNDLED_FONTS)
    return load_template_code(folder)
