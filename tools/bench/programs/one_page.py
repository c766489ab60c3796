"""Render small reports over and over in one process: ``{document, engine, renders}``.

``document`` is ``letter`` (one page, here) or ``invoice`` (two pages, of the project). ``engine`` is ``pressrun``, or
``weasyprint``: the same HTML and CSS by WeasyPrint's own API, without what Pressrun keeps between renders.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.template_code import load_template_code
from reports.render_contract import RenderRequest
from tools.bench.programs import Stopwatch, arguments, memory, report
from tools.bench.programs.engine import BENCH, TEMPLATES, context, template

_WARM_UP = 5
_FOLDERS = {"letter": BENCH / "letter", "invoice": TEMPLATES / "invoice"}
_REMEMBERED = (1, 10, 100, 1000)


def main() -> None:
    """Warm up, render that often, and say how long each took, in milliseconds, and what memory was held."""
    wanted = arguments()
    folder = _FOLDERS[wanted["document"]]
    data = json.loads((folder / "sample.json").read_text("utf-8"))
    render = _ENGINES[wanted["engine"]](folder, data)
    cpu, wall, held = [], [], {}
    for number in range(1, wanted["renders"] + 1):
        with Stopwatch() as watch:
            render()
        if number in _REMEMBERED:
            held[number] = memory("VmRSS")
        if number > _WARM_UP:
            cpu.append(watch.cpu * 1000)
            wall.append(watch.wall * 1000)
    report(cpu_ms=cpu, wall_ms=wall, held_bytes=held)


def _pressrun(folder: Path, data: Mapping[str, Any]) -> Callable[[], object]:
    renderer, described, fixed = WeasyPrintRenderer(), template(folder), context()
    return lambda: renderer.render(RenderRequest(described, data, fixed), output=len)


def _weasyprint(folder: Path, data: Mapping[str, Any]) -> Callable[[], object]:
    WeasyPrintRenderer()  # loads the libraries, and has fontconfig look at the same fonts
    from weasyprint import HTML

    code = load_template_code(folder)
    html = code.html(code.view(data, context()), context())
    style, base = str(folder / "style.css"), folder.as_uri() + "/"
    return lambda: HTML(string=html, base_url=base).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")


_ENGINES = {"pressrun": _pressrun, "weasyprint": _weasyprint}

if __name__ == "__main__":
    main()
