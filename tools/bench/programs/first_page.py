"""Render one small report in a new process: ``{document, engine}``, as in one_page.

``finished_at`` is on the clock of time.monotonic(), which all processes share.
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
    with Stopwatch() as rendering:
        renderer.render(RenderRequest(template(folder), data, context()), output=len)
    report(finished_at=time.monotonic(), loading_ms=loading.wall * 1000, rendering_ms=rendering.wall * 1000)


if __name__ == "__main__":
    main()
