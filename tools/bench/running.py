"""Run the cases, one after another, and keep what was measured."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.bench.cases import Case
from tools.bench.measuring import MeasurementError, Run, run_command, run_program

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


def measure(case: Case, peer_python: str, tell: Callable[[], object]) -> Measurement:
    """Run a case as often as it says; ``tell`` is called after each run."""
    runs = []
    for _ in range(case.times):
        with tempfile.TemporaryDirectory(prefix="pressrun-bench-") as folder:
            try:
                runs.append(_run(case, Path(folder), peer_python))
            except MeasurementError as error:
                return Measurement(case.group, case.engine, case.rows, runs, str(error))
            finally:
                tell()
    return Measurement(case.group, case.engine, case.rows, runs)


def as_json(measurement: Measurement) -> dict[str, Any]:
    """Return what is kept in a file."""
    return asdict(measurement)


def from_json(kept: Mapping[str, Any]) -> Measurement:
    """Return what ``as_json`` was given."""
    return Measurement(**kept)


def _run(case: Case, folder: Path, peer_python: str) -> dict[str, Any]:
    out = folder / "out.pdf"
    arguments = {**case.arguments, "out": str(out)}
    if case.program == "csv_table":
        return _csv_to_pdf(arguments, folder)
    if case.program == "peer_chromium":
        arguments["browser"] = _browser()
    python = peer_python if case.program in ("peer_typst", "peer_reportlab") else sys.executable
    run = run_program(case.program, arguments, python=python)
    found = dict(run.findings)
    if "finished_at" in found:
        found["first_ms"] = (found.pop("finished_at") - run.started_at) * _MILLISECONDS
    return {**_of_process(run), **found}


def _csv_to_pdf(arguments: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Measure all of `make render`: reading, validation, the confined child, and the PDF in a file."""
    source = folder / "ledger.csv"
    run_program("csv_table", {**arguments, "out": str(source)})
    command = [sys.executable, "-m", "tools.render", "--template", "table", "--data", str(source)]
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
