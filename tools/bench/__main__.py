"""Measure Pressrun, plain WeasyPrint and, if asked, other engines. Prints tables, then JSON on standard output."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tools.bench import document, machine
from tools.bench.cases import Case, Wishes, all_cases, real_cases
from tools.bench.measuring import PROJECT
from tools.bench.real_figures import real_figures
from tools.bench.real_tables import write_all
from tools.bench.rounds import measure_rounds
from tools.bench.running import Measurement, as_json, from_json, measure
from tools.bench.summary import Figures, summarise
from tools.bench.tables import Sheet, real_sheets, sheets

_FOLDER = PROJECT / "build" / "bench"
_REQUIREMENTS = PROJECT / "requirements"
_SIZES = "1000,3000,10000,100000,1000000"

_console = Console(stderr=True, width=None if sys.stderr.isatty() else 120)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or read what was measured. Returns 1 when a program failed."""
    options = _options(arguments)
    results_file = _FOLDER / ("real-tables.json" if options.tables else "results.json")
    if options.kept:
        kept = json.loads(results_file.read_text("utf-8"))
        measurements, described = [from_json(each) for each in kept["measurements"]], kept["machine"]
    else:
        described = machine.describe()
        wishes = Wishes(options.sizes, options.repeat, options.renders, options.peers)
        written = write_all(_packages("tables"), _FOLDER / "tables")
        cases = [*([] if options.tables else all_cases(wishes)), *real_cases(written, options.repeat)]
        measurements = _measure_all(cases, _packages("bench") if options.peers else None)
    figures = Figures(measurements)
    results = {"machine": described, "summary": _summary(figures), "measurements": list(map(as_json, measurements))}
    _FOLDER.mkdir(parents=True, exist_ok=True)
    results_file.write_text(json.dumps(results, indent=1), "utf-8")
    for sheet in (*sheets(figures), *real_sheets(figures)):
        _console.print(_rich_table(sheet))
    failed = [measured for measured in measurements if measured.failure]
    for measured in failed:
        _console.print(f"[red]{measured.group}, {measured.engine}[/red]: {measured.failure}", highlight=False)
    if options.docs:
        document.update(figures, described)
    print(json.dumps(results))
    return 1 if failed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=_numbers(_SIZES), help=f"rows, such as {_SIZES}")
    parser.add_argument("--repeat", type=int, default=1, help="times that each measurement is made")
    parser.add_argument("--renders", type=int, default=1000, help="renders of small reports in one process")
    parser.add_argument(
        "--peers", action="store_true", help="measure Typst, PlutoPrint, fpdf2, ReportLab and Chromium, too"
    )
    parser.add_argument("--docs", action="store_true", help="put the figures and the chart into docs/")
    parser.add_argument("--tables", action="store_true", help="measure the tables of packages, and nothing else")
    parser.add_argument("--kept", action="store_true", help="measure nothing, take what was measured last")
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.replace("_", "").replace(" ", ",").split(",") if number]


def _measure_all(cases: Sequence[Case], peers: Path | None) -> list[Measurement]:
    """Measure cases of one group and size together, in turn, in the order of the first of each."""
    together: dict[tuple[str, int], list[Case]] = {}
    for case in cases:
        together.setdefault((case.group, case.rows), []).append(case)
    columns = SpinnerColumn(), TextColumn("{task.description:<40}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task("", total=sum(map(_steps, together.values())))
        measured: list[Measurement] = []
        for group in together.values():
            progress.update(task, description=group[0].title)
            way = measure_rounds if group[0].in_rounds else measure
            measured += way(group, peers, lambda: progress.advance(task))
        progress.update(task, description="done")
    return measured


def _steps(group: Sequence[Case]) -> int:
    return group[0].times if group[0].in_rounds else sum(case.times for case in group)


def _summary(figures: Figures) -> dict[str, Any]:
    return {**summarise(figures), "real_tables": [asdict(each) for each in real_figures(figures)]}


def _packages(lock: str) -> Path:
    """Return the folder of the packages of a lock."""
    return next(_environment(lock).parents[1].glob("lib/python*/site-packages"))


def _environment(lock: str) -> Path:
    """Install the packages of a lock into an environment of their own, once, and return its Python."""
    requirements = _REQUIREMENTS / f"{lock}.txt"
    folder = _FOLDER / f"{lock}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    installed = folder / "installed"
    if not installed.is_file():
        _console.print(f"Installing {requirements.relative_to(PROJECT)} into build/bench …")
        venv.create(folder, clear=True, with_pip=True)
        # Of packages with tables, the lock has none that they need.
        pip = [
            str(python),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "-qq",
            "--require-hashes",
            "--no-deps",
        ]
        subprocess.run([*pip, "-r", str(requirements)], check=True)
        installed.touch()
    return python


def _rich_table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left")
    for column, heading in enumerate(sheet.headings):
        table.add_column(heading, justify="left" if column < sheet.words else "right")
    for row in sheet.rows:
        table.add_row(*row)
    return table


if __name__ == "__main__":
    sys.exit(main())
