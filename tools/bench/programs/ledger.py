"""Print the ledger with Pressrun: ``{rows, kind, style, rich, long_tables, out}``."""

from __future__ import annotations

from pathlib import Path

from reports.engine.renderer import WeasyPrintRenderer
from reports.render_contract import RenderRequest
from tools.bench.programs import Stopwatch, arguments, report
from tools.bench.programs.engine import BENCH, context, template
from tools.bench.rows import HEADINGS, WIDTHS_MM, Ledger


def main() -> None:
    """Render once. Making the renderer is not part of what is measured, but of the process's own times."""
    wanted = arguments()
    lines = Ledger(wanted["rows"], wanted["kind"])
    data = {
        "lines": lines,
        "style": wanted["style"],
        "rich": wanted["rich"],
        "headings": HEADINGS,
        "widths": WIDTHS_MM,
    }
    renderer = WeasyPrintRenderer(long_tables=wanted["long_tables"])
    with Stopwatch() as making_lines:
        for _ in lines:
            pass
    with Path(wanted["out"]).open("wb") as file, Stopwatch() as watch:
        made = renderer.render(RenderRequest(template(BENCH / "ledger"), data, context()), output=file.write)
    report(
        cpu=watch.cpu,
        wall=watch.wall,
        pages=made.pages,
        bytes=made.size,
        lines_cpu=making_lines.cpu,
        layout=dict(made.layout),
    )


if __name__ == "__main__":
    main()
