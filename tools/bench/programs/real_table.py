"""Make a report of a CSV file by the template `table`: ``{source, long_tables, out}``, all from reading to the PDF."""

from __future__ import annotations

import csv
from pathlib import Path

from reports.catalog.catalog import Catalog
from reports.engine.renderer import WeasyPrintRenderer
from reports.shelf.templates import ProductTemplates
from reports.worker.report_maker import ReportMaker
from tools.bench.programs import Stopwatch, arguments, report
from tools.bench.programs.engine import TEMPLATES, context

_NOTHING = ("", "NA")


def main() -> None:
    """Render once. Making the renderer is not part of what is measured, but of the process's own times."""
    wanted = arguments()
    source, out = Path(wanted["source"]), Path(wanted["out"])
    columns, gaps = _shape(source)
    maker = ReportMaker(ProductTemplates(Catalog(TEMPLATES)), WeasyPrintRenderer(long_tables=wanted["long_tables"]))
    with Stopwatch() as watch, out.open("wb") as file:
        made = maker.from_file(source.name, source, "table", context(), output=file.write)
    report(
        cpu=watch.cpu,
        wall=watch.wall,
        pages=made.pages,
        bytes=made.size,
        layout=dict(made.layout),
        warnings=[warning["code"] for warning in made.warnings],
        columns=columns,
        gaps=gaps,
    )


def _shape(source: Path) -> tuple[int, float]:
    """Return the number of columns, and the share of cells that are empty."""
    with source.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        columns, cells, empty = len(next(lines)), 0, 0
        for line in lines:
            cells += columns
            empty += sum(cell in _NOTHING for cell in line)
    return columns, empty / cells


if __name__ == "__main__":
    main()
