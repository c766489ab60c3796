"""Run the cases, one after another, and keep what was measured."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tools.bench.cases import Case
from tools.bench.measuring import MeasurementError, Run, program, run_command, run_program
from tools.bench.pythons import measured_python

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PRINTED = re.compile(r"([\d,]+) pages?, ([\d,]+) bytes")
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Measurement:
    """The runs of a case, or the reason why there are none."""

    group: str
    engine: str
    rows: int
    runs: Sequence[Mapping[str, Any]]
    failure: str | None = None

    @property
    def median(self) -> Mapping[str, Any]:
        """Return the run whose CPU time is in the middle. Raises IndexError when there is none."""
        return sorted(self.runs, key=lambda run: float(run["cpu"]))[(len(self.runs) - 1) // 2]


def measure(cases: Sequence[Case], peers: Path | None, tell: Callable[[], object]) -> list[Measurement]:
    """Run cases as often as each says, in turn, so that all meet the same machine; ``tell`` is called after each run.

    ``peers`` is the folder of the packages of other engines.
    """
    done = [Measurement(case.group, case.engine, case.rows, []) for case in cases]
    for number in range(max(case.times for case in cases)):
        for place, case in enumerate(cases):
            if number < case.times and done[place].failure is None:
                done[place] = _once_more(case, done[place], peers)
                tell()
    return done


def _once_more(case: Case, before: Measurement, peers: Path | None) -> Measurement:
    with tempfile.TemporaryDirectory(prefix="pressrun-bench-") as folder:
        try:
            return replace(before, runs=[*before.runs, _run(case, Path(folder), peers)])
        except MeasurementError as error:
            return replace(before, failure=str(error))


def as_json(measurement: Measurement) -> dict[str, Any]:
    """Return what is kept in a file."""
    return asdict(measurement)


def from_json(kept: Mapping[str, Any]) -> Measurement:
    """Return what ``as_json`` was given."""
    return Measurement(**kept)


def _run(case: Case, folder: Path, peers: Path | None) -> dict[str, Any]:
    out = folder / "out.pdf"
    arguments = {**case.arguments, "out": str(out)}
    if case.program == "csv_table":
        return _csv_to_pdf(arguments, folder)
    if case.program == "peer_chromium":
        arguments["browser"] = _browser()
    packages = peers if case.is_of_peer else None
    if case.program.startswith("small_"):
        return _first_of_peer(case, folder, packages)
    run = run_program(case.program, arguments, packages=packages)
    found = dict(run.findings)
    if "finished_at" in found:
        found["first_ms"] = (found.pop("finished_at") - run.started_at) * _MILLISECONDS
    return {**_of_process(run), **found}


def _first_of_peer(case: Case, folder: Path, packages: Path | None) -> dict[str, Any]:
    """Measure a process that renders once. Its end comes right after the report."""
    content = folder / "content.json"
    run_program("small_content", {**case.arguments, "out": str(content)})
    command = program(case.program, {**case.arguments, "content": str(content)})
    run = run_command(command, packages=packages, asks="\n")
    return {**_of_process(run), "first_ms": run.wall * _MILLISECONDS}


def _csv_to_pdf(arguments: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Measure all of `make render`: reading, validation, the confined child, and the PDF in a file."""
    source = folder / "ledger.csv"
    run_program("csv_table", {**arguments, "out": str(source)})
    command = [measured_python().path, "-m", "tools.render", "--template", "table", "--data", str(source)]
    run = run_command([*command, "--out", str(arguments["out"])])
    printed = _PRINTED.search(run.output)
    if printed is None:
        raise MeasurementError(f"`make render` printed no number of pages: {run.output[:200]}")
    pages, size = (int(number.replace(",", "")) for number in printed.groups())
    return {**_of_process(run), "pages": pages, "bytes": size, "source_bytes": source.stat().st_size}


def _of_process(run: Run) -> dict[str, Any]:
    """Return the times of the whole process; findings of the program take their place, if it has any."""
    whole = {"cpu": run.cpu, "wall": run.wall}
    return {**whole, "process_cpu": run.cpu, "process_wall": run.wall, "peak_bytes": run.peak}


def _browser() -> str:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise MeasurementError("Chromium is not installed. Try: sudo apt-get install chromium")
    return found
