"""Render a small report, once for each line on standard input: ``{document, engine}``.

``document`` is ``letter`` (one page, here) or ``invoice`` (two pages, of the project). ``engine`` is ``pressrun``, or
``weasyprint``: the same HTML and CSS by WeasyPrint's own API, without what Pressrun keeps between renders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.template_code import load_template_code
from reports.render_contract import RenderRequest
from tools.bench.programs import Stopwatch, answer_rounds, arguments
from tools.bench.programs.engine import context, template
from tools.bench.programs.small_reports import data_of, folder_of

_Render = Callable[[int], Mapping[str, Any] | None]


def main() -> None:
    """Load the engine, then answer."""
    wanted = arguments()
    answer_rounds(_ENGINES[wanted["engine"]](wanted["document"]))


def _pressrun(document: str) -> _Render:
    """Return a render that also says when the PDF was there, before the picture of its first page."""
    renderer, fixed = WeasyPrintRenderer(), context()
    described, variants = template(folder_of(document)), data_of(document)

    def render(number: int) -> Mapping[str, Any]:
        times: list[float] = []
        with Stopwatch() as watch:
            request = RenderRequest(described, variants[number % len(variants)], fixed)
            report = renderer.render(request, output=lambda _: times.append(watch.so_far()))
        return {"pdf_ms": times[-1] * 1000, "pages": report.pages, "bytes": report.size}

    return render


def _weasyprint(document: str) -> _Render:
    WeasyPrintRenderer()  # loads the libraries, and has fontconfig look at the same fonts
    from weasyprint import HTML

    folder, variants = folder_of(document), data_of(document)
    code = load_template_code(folder)
    style, base = str(folder / "style.css"), folder.as_uri() + "/"

    def render(number: int) -> Mapping[str, Any]:
        html = code.html(code.view(variants[number % len(variants)], context()), context())
        pdf = HTML(string=html, base_url=base).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
        return {"bytes": len(pdf)}

    return render


_ENGINES = {"pressrun": _pressrun, "weasyprint": _weasyprint}

if __name__ == "__main__":
    main()
