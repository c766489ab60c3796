"""Render one small report in a new process: ``{document}``, as in one_page.

``pdf_cpu`` is the CPU time of the process until the PDF was there. ``finished_at`` is on the clock of time.monotonic(),
which all processes share.
"""

from __future__ import annotations

import time

from reports.render_contract import RenderRequest
from tools.bench.programs import Stopwatch, report


def main() -> None:
    """Import, render, and say how long each took, in milliseconds."""
    with Stopwatch() as loading:
        from reports.engine.renderer import WeasyPrintRenderer

        renderer = WeasyPrintRenderer()
    import json

    from tools.bench.programs import arguments
    from tools.bench.programs.engine import BENCH, TEMPLATES, context, template

    folder = BENCH / "letter" if arguments()["document"] == "letter" else TEMPLATES / "invoice"
    data = json.loads((folder / "sample.json").read_text("utf-8"))
    spent = []
    with Stopwatch() as rendering:
        request = RenderRequest(template(folder), data, context())
        renderer.render(request, output=lambda _: spent.append(time.process_time()))
    times = {"loading_ms": loading.wall * 1000, "rendering_ms": rendering.wall * 1000}
    report(finished_at=time.monotonic(), pdf_cpu=spent[-1], **times)


if __name__ == "__main__":
    main()
