"""Lay the figures out in tables, for the terminal and for docs/performance.md alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.bench.cases import REAL
from tools.bench.real_figures import RealFigures, real_figures, real_verdicts
from tools.bench.running import Measurement
from tools.bench.summary import Figures, Verdict, small_report, verdicts

_MEBIBYTE = 2**20
_NONE = "–"
_DOCUMENTS = ("letter", "invoice")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title, headings, and rows of text. The first ``words`` columns are text, the others numbers."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1


def real_sheets(figures: Figures) -> Iterator[Sheet]:
    """Yield the tables about tables of packages."""
    found = real_figures(figures)
    if not found:
        return
    yield _answers("Targets of real tables", real_verdicts(figures))
    headings = ["table", "columns", "gaps %", "CPU s", "plain CPU s", "times faster", "µs/cell", "fixed s"]
    headings += ["by WeasyPrint %", "peak MB", "pages"]
    yield Sheet("Real tables of 3,000 rows", headings, [_real_table(each) for each in found])


def _real_table(real: RealFigures) -> list[str]:
    optional = (real.plain, real.times_faster, real.cell_us, real.fixed)
    return [
        real.name,
        f"{real.columns}",
        f"{100 * real.gaps:.0f}",
        _short(real.cpu),
        *(_NONE if value is None else _short(value) for value in optional),
        f"{100 * real.by_weasyprint:.1f}",
        f"{real.peak_mb:,.0f}",
        f"{real.pages:,}",
    ]


def sheets(figures: Figures) -> Iterator[Sheet]:
    """Yield all tables that there are figures for, but those about tables of packages."""
    for sheet in (_targets(figures), _long_tables(figures), _small_reports(figures), _memory(figures)):
        if sheet.rows:
            yield sheet


def _targets(figures: Figures) -> Sheet:
    compared = verdicts(figures)
    return _answers("Targets", compared if any(verdict.value is not None for verdict in compared) else [])


def _answers(title: str, compared: Sequence[Verdict]) -> Sheet:
    rows = [[v.what, v.target, _value(v), _answer(v)] for v in compared]
    return Sheet(title, ["what", "target", "measured", "met"], rows)


def _value(verdict: Verdict) -> str:
    return _NONE if verdict.value is None else f"{_short(verdict.value)} {verdict.unit}".strip()


def _answer(verdict: Verdict) -> str:
    return {None: _NONE, True: "yes", False: "no"}[verdict.is_met]


def _long_tables(figures: Figures) -> Sheet:
    measured = [m for m in figures.all() if m.rows and not m.group.startswith(REAL)]
    order = {group: number for number, group in enumerate(dict.fromkeys(m.group for m in measured))}
    measured.sort(key=lambda m: (order[m.group], m.rows, m.engine != "Pressrun"))
    headings = ["report", "engine", "rows", "CPU s", "wall s", "ms/row", "peak MB", "pages", "PDF MB"]
    return Sheet("Long tables", headings, [_long_table(m, m.median) for m in measured], words=2)


def _long_table(measured: Measurement, run: Mapping[str, Any]) -> list[str]:
    return [
        measured.group,
        measured.engine,
        f"{measured.rows:,}",
        _short(run["cpu"]),
        _short(run["wall"]),
        _short(run["cpu"] * 1000 / measured.rows),
        f"{run['peak_bytes'] / _MEBIBYTE:,.0f}",
        f"{run['pages']:,}",
        _short(run["bytes"] / _MEBIBYTE),
    ]


def _small_reports(figures: Figures) -> Sheet:
    rows = []
    for document in _DOCUMENTS:
        for engine, known in small_report(figures, document).items():
            names = ("p50_ms", "p95_ms", "whole_p50_ms", "times_pressrun", "first_p50_ms")
            rows.append([document, engine, *(_short(known[name]) if name in known else _NONE for name in names)])
    headings = [
        "report",
        "engine",
        "p50 ms",
        "p95 ms",
        "with all files, p50 ms",
        "to Pressrun",
        "start to first, p50 ms",
    ]
    return Sheet("Small reports, CPU", headings, rows, words=2)


def _memory(figures: Figures) -> Sheet:
    rows = []
    for document in _DOCUMENTS:
        for engine, known in small_report(figures, document).items():
            held = known.get("held_bytes", {})
            rows += [[document, engine, f"{int(count):,}", f"{size / _MEBIBYTE:,.1f}"] for count, size in held.items()]
    return Sheet("Memory of a process", ["report", "engine", "after renders", "MB"], rows, words=2)


def _short(value: float) -> str:
    """Write three significant digits."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"
