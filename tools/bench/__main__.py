"""Measure Pressrun, plain WeasyPrint and, if asked, other engines. Prints tables, then JSON on standard output."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tools.bench import document, machine
from tools.bench.cases import Case, Wishes, all_cases
from tools.bench.measuring import PROJECT
from tools.bench.running import Measurement, as_json, from_json, measure
from tools.bench.summary import Figures, summarise
from tools.bench.tables import Sheet, sheets

_FOLDER = PROJECT / "build" / "bench"
_RESULTS = _FOLDER / "results.json"
_REQUIREMENTS = PROJECT / "requirements" / "bench.txt"
_SIZES = "1000,3000,10000,100000,1000000"

_console = Console(stderr=True, width=None if sys.stderr.isatty() else 120)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or read what was measured. Returns 1 when a program failed."""
    options = _options(arguments)
    if options.kept:
        kept = json.loads(_RESULTS.read_text("utf-8"))
        measurements, described = [from_json(each) for each in kept["measurements"]], kept["machine"]
    else:
        described = machine.describe()
        wishes = Wishes(options.sizes, options.repeat, options.renders, options.peers)
        measurements = _measure_all(all_cases(wishes), _peer_python() if options.peers else "")
    figures = Figures(measurements)
    results = {"machine": described, "summary": summarise(figures), "measurements": list(map(as_json, measurements))}
    _FOLDER.mkdir(parents=True, exist_ok=True)
    _RESULTS.write_text(json.dumps(results, indent=1), "utf-8")
    for sheet in sheets(figures):
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
    parser.add_argument("--peers", action="store_true", help="measure Typst, ReportLab and Chromium, too")
    parser.add_argument("--docs", action="store_true", help="put the figures and the chart into docs/")
    parser.add_argument("--kept", action="store_true", help=f"measure nothing, take {_RESULTS.relative_to(PROJECT)}")
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.replace("_", "").replace(" ", ",").split(",") if number]


def _measure_all(cases: Sequence[Case], peer_python: str) -> list[Measurement]:
    columns = SpinnerColumn(), TextColumn("{task.description:<40}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task("", total=sum(case.times for case in cases))
        measured = []
        for case in cases:
            progress.update(task, description=case.title)
            measured.append(measure(case, peer_python, lambda: progress.advance(task)))
        progress.update(task, description="done")
    return measured


def _peer_python() -> str:
    """Install the other engines into an environment of their own, once, and return its Python."""
    folder = _FOLDER / f"peers-{hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    installed = folder / "installed"
    if not installed.is_file():
        _console.print("Installing Typst and ReportLab into build/bench …")
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--require-hashes"]
        subprocess.run([*pip, "-r", str(_REQUIREMENTS)], check=True)
        installed.touch()
    return str(python)


def _rich_table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left")
    for column, heading in enumerate(sheet.headings):
        table.add_column(heading, justify="left" if column < sheet.words else "right")
    for row in sheet.rows:
        table.add_row(*row)
    return table


if __name__ == "__main__":
    sys.exit(main())
