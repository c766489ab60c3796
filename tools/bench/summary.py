"""Draw conclusions: ratios, growth, and what the targets of the project say to them.

The targets of long tables were set on another machine, on which plain WeasyPrint took 41 CPU seconds for the 10,000
rows. Their times are compared after division by how much slower plain WeasyPrint is in the same run. Those of small
reports are compared as they are. Ratios are of runs that were made in turn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from tools.bench.running import Measurement

_REFERENCE_CPU = {1_000: 3.3, 10_000: 41.0}
_MEBIBYTE = 2**20
SMALL_ENGINES = ("Pressrun", "WeasyPrint", "Typst", "PlutoPrint", "fpdf2")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Compare one figure with its target. ``value`` is None when it was not measured."""

    what: str
    target: str
    value: float | None
    unit: str
    is_met: bool | None


class Figures:
    """Look figures up by what was measured."""

    def __init__(self, measurements: Iterable[Measurement]) -> None:
        self._found = {(m.group, m.engine, m.rows): m for m in measurements if m.runs}

    def all(self) -> list[Measurement]:
        """Return every measurement that has runs."""
        return list(self._found.values())

    def of(self, group: str, engine: str = "Pressrun", rows: int = 0) -> Mapping[str, Any] | None:
        """Return the median run, or None."""
        found = self._found.get((group, engine, rows))
        return found.median if found else None

    def number(self, name: str, group: str, engine: str = "Pressrun", rows: int = 0) -> float | None:
        """Return one number of the median run, or None."""
        run = self.of(group, engine, rows)
        return None if run is None else float(run[name])

    def every(self, name: str, group: str, engine: str = "Pressrun") -> list[float]:
        """Return a number of every run."""
        found = self._found.get((group, engine, 0))
        return [float(run[name]) for run in found.runs] if found else []

    def paired(self, group: str, engine: str, other: str, rows: int = 0) -> float | None:
        """Return how many times the CPU time of another engine one takes: the median of runs made in turn."""
        ones, others = (self.cpu_of(group, each, rows) for each in (engine, other))
        return median(one / two for one, two in zip(ones, others, strict=False)) if ones and others else None

    def cpu_of(self, group: str, engine: str = "Pressrun", rows: int = 0) -> list[float]:
        """Return the CPU time of each run; of a small report in rounds, of each until the PDF was there.

        So is the first one of a process, if the program says when that was.
        """
        found = self._found.get((group, engine, rows))
        if found is None:
            return []
        first = found.runs[0]
        if "cpu_ms" in first:
            return [float(each) for each in first.get("pdf_ms", first["cpu_ms"])]
        return [float(run.get("pdf_cpu", run.get("process_cpu", run["cpu"]))) for run in found.runs]

    @property
    def slowness(self) -> float | None:
        """Return how many times slower plain WeasyPrint is here than on the machine of the targets."""
        for rows in sorted(_REFERENCE_CPU, reverse=True):
            cpu = self.number("cpu", "table", "WeasyPrint", rows)
            if cpu is not None:
                return cpu / _REFERENCE_CPU[rows]
        return None


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all is not above (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def growth_exponent(figures: Figures, small: int, large: int) -> float | None:
    """Return the exponent of CPU time over rows: 1 is linear."""
    first, last = (figures.number("cpu", "table", rows=rows) for rows in (small, large))
    return math.log(last / first) / math.log(large / small) if first and last else None


def summarise(figures: Figures) -> dict[str, Any]:
    """Return the conclusions, for JSON."""
    return {
        "slowness_to_machine_of_targets": figures.slowness,
        "times_faster_than_plain": {
            rows: figures.paired("table", "WeasyPrint", "Pressrun", rows) for rows in sorted(_REFERENCE_CPU)
        },
        "growth_exponent_10k_to_1m": growth_exponent(figures, 10_000, 1_000_000),
        "small_reports": {document: small_report(figures, document) for document in ("letter", "invoice")},
        "verdicts": [
            {"what": v.what, "target": v.target, "value": v.value, "unit": v.unit, "is_met": v.is_met}
            for v in verdicts(figures)
        ],
    }


def small_report(figures: Figures, document: str) -> dict[str, Any]:
    """Return by engine what is known of a small report: CPU times in ms, how many of Pressrun's, memory in bytes."""
    found: dict[str, Any] = {}
    for engine in SMALL_ENGINES:
        group = f"warm {document}"
        if run := figures.of(group, engine):
            cpu = figures.cpu_of(group, engine)
            found[engine] = {
                "p50_ms": median(cpu),
                "p95_ms": percentile(cpu, 0.95),
                "whole_p50_ms": median(run["cpu_ms"]),
                "times_pressrun": figures.paired(group, engine, "Pressrun"),
                "held_bytes": run["held_bytes"],
            }
        if first := figures.cpu_of(f"first {document}", engine):
            found.setdefault(engine, {})["first_p50_ms"] = median(first) * 1000
    return found


def verdicts(figures: Figures) -> list[Verdict]:
    """Compare with every target."""
    slowness = figures.slowness
    fast = figures.number("cpu", "table", rows=10_000)
    plain = figures.paired("table", "WeasyPrint", "Pressrun", 10_000)
    rich = figures.number("cpu", "rich cells", rows=10_000)
    letter, invoice = (small_report(figures, document).get("Pressrun", {}) for document in ("letter", "invoice"))
    to_typst = ratio(1, small_report(figures, "letter").get("Typst", {}).get("times_pressrun"))
    return [
        at_least("10,000 rows, plain WeasyPrint to Pressrun", 60, plain, "×"),
        at_most("10,000 rows, CPU", 0.7, ratio(fast, slowness), "s"),
        at_most("100,000 rows, CPU", 5, ratio(figures.number("cpu", "table", rows=100_000), slowness), "s"),
        at_most("100,000 rows, peak memory", 200, _mebibytes(figures, 100_000), "MB"),
        at_most("1,000,000 rows, CPU", 50, ratio(figures.number("cpu", "table", rows=1_000_000), slowness), "s"),
        at_most("1,000,000 rows, peak memory", 350, _mebibytes(figures, 1_000_000), "MB"),
        at_most("growth exponent, 10,000 to 1,000,000 rows", 1.02, growth_exponent(figures, 10_000, 1_000_000), ""),
        at_most("rich cells, CPU per row", 2, ratio(ratio(rich, 10), slowness), "ms"),
        at_most("letter, warm, CPU to the PDF, p50", 12, letter.get("p50_ms"), "ms"),
        at_most("letter, warm, CPU, Pressrun to Typst", 3, to_typst, "×"),
        at_most("invoice, warm, CPU to the PDF, p50", 100, invoice.get("p50_ms"), "ms"),
        at_most("start of a process to its first letter, CPU, p50", 230, letter.get("first_p50_ms"), "ms"),
    ]


def at_most(what: str, limit: float, value: float | None, unit: str) -> Verdict:
    """Judge whether a value is no more than its target."""
    return Verdict(what, f"≤ {limit:g} {unit}".strip(), value, unit, None if value is None else value <= limit)


def at_least(what: str, limit: float, value: float | None, unit: str) -> Verdict:
    """Judge whether a value is no less than its target."""
    return Verdict(what, f"≥ {limit:g} {unit}".strip(), value, unit, None if value is None else value >= limit)


def ratio(dividend: float | None, divisor: float | None) -> float | None:
    """Divide; None where one of both was not measured, or there is nothing to divide by."""
    return dividend / divisor if dividend is not None and divisor else None


def _mebibytes(figures: Figures, rows: int) -> float | None:
    return ratio(figures.number("peak_bytes", "table", rows=rows), _MEBIBYTE)
