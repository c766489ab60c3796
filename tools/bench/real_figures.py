"""Draw conclusions from tables of packages, and say what the targets are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.bench.cases import REAL
from tools.bench.real_tables import ROWS, pair_with_gaps
from tools.bench.summary import Figures, Verdict, at_least, at_most, ratio

_FEW, _MANY = ROWS
_MEBIBYTE = 2**20
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class RealFigures:
    """The figures of one table with most rows: CPU in seconds, ``gaps`` and ``by_weasyprint`` as shares of 1.

    ``cell_us`` is what a cell costs beyond ``fixed``, which is what a report without rows would. Both follow from two
    numbers of rows. ``plain`` and what needs it are None for tables that plain WeasyPrint does not make.
    """

    name: str
    columns: int
    gaps: float
    cpu: float
    plain: float | None
    cell_us: float | None
    fixed: float | None
    by_weasyprint: float
    peak_mb: float
    pages: int

    @property
    def times_faster(self) -> float | None:
        """Return how many times less CPU time than plain WeasyPrint's it took."""
        return ratio(self.plain, self.cpu)


def real_figures(figures: Figures) -> list[RealFigures]:
    """Return the figures of all tables of packages that were measured with most rows."""
    groups = dict.fromkeys(m.group for m in figures.all() if m.group.startswith(REAL))
    return list(_all(figures, groups))


def real_verdicts(figures: Figures) -> list[Verdict]:
    """Compare the worst of all tables with each target; nothing when none was measured."""
    found = real_figures(figures)
    if not found:
        return []
    whole, gapped = (figures.number("cpu", f"{REAL}{table.name}", rows=_MANY) for table in pair_with_gaps())
    faster = [each.times_faster for each in found if each.times_faster is not None]
    cells = [each.cell_us for each in found if each.cell_us is not None]
    fixed = [each.fixed for each in found if each.fixed is not None]
    return [
        at_least("real tables, plain WeasyPrint to Pressrun, least", 10, min(faster, default=None), "×"),
        at_most("real tables, CPU per cell beyond what is fixed, most", 12, max(cells, default=None), "µs"),
        at_most("real tables, CPU that is fixed, most", 0.8, max(fixed, default=None), "s"),
        at_most("real tables, rows laid out by WeasyPrint, most", 2, 100 * max(e.by_weasyprint for e in found), "%"),
        at_most("real tables, peak memory, most", 200, max(each.peak_mb for each in found), "MB"),
        at_most("16 columns, with 30 % gaps to without", 1.5, ratio(gapped, whole), "×"),
    ]


def _all(figures: Figures, groups: Mapping[str, None]) -> Iterator[RealFigures]:
    for group in groups:
        run = figures.of(group, rows=_MANY)
        if run is None:
            continue
        few = figures.number("cpu", group, rows=_FEW)
        columns, cpu = run["columns"], run["cpu"]
        per_row = None if few is None else (cpu - few) / (_MANY - _FEW)
        yield RealFigures(
            name=group.removeprefix(REAL),
            columns=columns,
            gaps=run["gaps"],
            cpu=cpu,
            plain=figures.number("cpu", group, "WeasyPrint", _MANY),
            cell_us=None if per_row is None else per_row / columns * _MICROSECONDS,
            fixed=None if per_row is None else cpu - per_row * _MANY,
            by_weasyprint=_share(run["layout"]),
            peak_mb=run["peak_bytes"] / _MEBIBYTE,
            pages=run["pages"],
        )


def _share(layout: Mapping[str, Any]) -> float:
    """Return the share of rows that WeasyPrint laid out: all of them, where a table was laid out as a whole."""
    return float(layout["laid_out"] / layout["rows"]) if layout["path"] == "long_table" else 1.0
