"""Put figures into docs/performance.md, between its marks, and the chart beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tools.bench.chart import draw
from tools.bench.measuring import PROJECT
from tools.bench.summary import Figures
from tools.bench.tables import Sheet, real_sheets, sheets

PAGE = PROJECT / "docs" / "performance.md"
CHART = PROJECT / "docs" / "images" / "performance.svg"
_FIGURES = "<!-- figures: made by `make bench DOCS=1` -->", "<!-- end of figures -->"
_REAL = (
    "<!-- figures of real tables: made by `make bench TABLES=1 DOCS=1` -->",
    "<!-- end of figures of real tables -->",
)


def update(figures: Figures, machine: Mapping[str, Any]) -> None:
    """Replace the figures of the page that were measured, and the chart."""
    page = PAGE.read_text("utf-8")
    if made := list(sheets(figures)):
        slowness = figures.slowness
        about = (
            f"Plain WeasyPrint is {slowness:.2f} times as slow as on the machine of the targets.\n" if slowness else ""
        )
        page = _replaced(page, _FIGURES, _figures(made, machine, about))
        CHART.write_text(draw(figures, machine), "utf-8")
    if made := list(real_sheets(figures)):
        page = _replaced(page, _REAL, _figures(made, machine, ""))
    PAGE.write_text(page, "utf-8")


def _replaced(page: str, marks: tuple[str, str], lines: Iterable[str]) -> str:
    begin, end = marks
    made = "\n".join([begin, "", *lines, end])
    replaced, count = re.subn(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: made, page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{PAGE} has to have the lines {begin!r} and {end!r}, once each")
    return replaced


def _figures(made: Sequence[Sheet], machine: Mapping[str, Any], about: str) -> Iterator[str]:
    memory = machine["memory_bytes"] / 2**30
    yield (
        f"{machine['date']}, commit {machine['commit']}: {machine['processor']}, {machine['cores']} cores, "
        f"{memory:.0f} GB, {machine['system']}, Python {machine['python']}, WeasyPrint {machine['weasyprint']}."
    )
    yield about
    for sheet in made:
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
