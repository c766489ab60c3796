"""Put figures into docs/performance.md, between its marks, and the chart beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.bench.chart import draw
from tools.bench.measuring import PROJECT
from tools.bench.summary import Figures
from tools.bench.tables import Sheet, sheets

PAGE = PROJECT / "docs" / "performance.md"
CHART = PROJECT / "docs" / "images" / "performance.svg"
_BEGIN, _END = "<!-- figures: made by `make bench DOCS=1` -->", "<!-- end of figures -->"


def update(figures: Figures, machine: Mapping[str, Any]) -> None:
    """Replace the figures of the page, and the chart."""
    page = PAGE.read_text("utf-8")
    made = "\n".join([_BEGIN, "", *_figures(figures, machine), _END])
    replaced, count = re.subn(f"{re.escape(_BEGIN)}.*{re.escape(_END)}", lambda _: made, page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{PAGE} has to have the lines {_BEGIN!r} and {_END!r}, once each")
    PAGE.write_text(replaced, "utf-8")
    CHART.write_text(draw(figures, machine), "utf-8")


def _figures(figures: Figures, machine: Mapping[str, Any]) -> Iterator[str]:
    memory = machine["memory_bytes"] / 2**30
    yield (
        f"{machine['date']}, commit {machine['commit']}: {machine['processor']}, {machine['cores']} cores, "
        f"{memory:.0f} GB, {machine['system']}, Python {machine['python']}, WeasyPrint {machine['weasyprint']}."
    )
    if figures.slowness:
        yield f"Plain WeasyPrint is {figures.slowness:.2f} times as slow as on the machine of the targets."
    yield ""
    for sheet in sheets(figures):
        yield from _markdown(sheet)


def _markdown(sheet: Sheet) -> Iterator[str]:
    yield f"### {sheet.title}"
    yield ""
    yield _line(sheet.headings)
    yield _line(["---" if column < sheet.words else "--:" for column in range(len(sheet.headings))])
    yield from map(_line, sheet.rows)
    yield ""


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"
