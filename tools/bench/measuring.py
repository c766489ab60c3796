"""Run a program in a process of its own, and watch it and all that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.bench.pythons import measured_python

PROJECT = Path(__file__).resolve().parents[2]
_EVERY_SECONDS = 0.1
_LONGEST_SECONDS = 3600


class MeasurementError(Exception):
    """The failure of a program, and how it ended."""


@dataclass(frozen=True, slots=True)
class Run:
    """The measurements of a process and its descendants; times in seconds, memory in bytes.

    ``cpu`` and ``wall`` are of the whole process, its start included. ``peak`` is of all together: memory that they
    share counts once. ``findings`` is what the program measured by itself.
    """

    cpu: float
    wall: float
    started_at: float
    peak: int
    output: str
    findings: Mapping[str, Any] = field(default_factory=dict)


def run_program(name: str, arguments: Mapping[str, Any], *, packages: Path | None = None) -> Run:
    """Run one of the programs, with other packages than those of the project, if they are given.

    Raises MeasurementError.
    """
    run = run_command(program(name, arguments), packages=packages)
    findings = json.loads(run.output.splitlines()[-1])
    return Run(run.cpu, run.wall, run.started_at, max(run.peak, findings["peak_bytes"]), run.output, findings)


def program(name: str, arguments: Mapping[str, Any]) -> list[str]:
    """Return the command of one of the programs."""
    return [measured_python().path, "-m", f"tools.bench.programs.{name}", json.dumps(arguments)]


def run_command(command: Sequence[str], *, packages: Path | None = None, asks: str = "") -> Run:
    """Run any command, which reads ``asks`` on its standard input. Raises MeasurementError."""
    started_at = time.monotonic()
    environment = measured_python().environment(packages)
    with tempfile.TemporaryFile() as said:
        said.write(asks.encode())
        said.seek(0)
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdin=said, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    watcher = _Watcher(process.pid)
    watcher.start()
    late = threading.Timer(_LONGEST_SECONDS, process.kill)
    late.start()
    try:
        output, errors = _drained(process)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started_at
    finally:
        late.cancel()
        watcher.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = "\n".join(errors.strip().splitlines()[-5:])
        raise MeasurementError(f"{' '.join(command[:4])} ended with status {process.returncode}: {last}")
    cpu = max(usage.ru_utime + usage.ru_stime, watcher.cpu)
    # The kernel's own peak is of the largest process alone, and never below what this one held when it forked: little.
    peak = max(usage.ru_maxrss * 1024, watcher.peak)
    return Run(cpu, wall, started_at, peak, output)


def _drained(process: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Read both outputs to their ends, without waiting for the process itself, which wait4() is to do."""
    assert process.stdout is not None
    assert process.stderr is not None
    errors: list[bytes] = []
    reader = threading.Thread(target=lambda stream: errors.append(stream.read()), args=(process.stderr,))
    reader.start()
    with process.stdout as stream:
        output = stream.read()
    reader.join()
    process.stderr.close()
    return output.decode(), errors[0].decode()


class _Watcher:
    """Look at a tree of processes a few times a second."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._cpu: dict[int, float] = {}
        self.peak = 0

    @property
    def cpu(self) -> float:
        """Return the seconds of all that were seen. Processes that are not waited for are missing in the kernel's own
        sum.
        """
        return sum(self._cpu.values())

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            pids = list(_tree(self._root))
            held = 0
            for pid in pids:
                with suppress(OSError, ValueError):  # it has just ended
                    self._cpu[pid] = _cpu_of(pid)
                    held += held_by(pid, alone=len(pids) == 1)
            self.peak = max(self.peak, held)


def _tree(pid: int) -> list[int]:
    children: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                children += map(int, (task / "children").read_text().split())
    return [pid, *(each for child in children for each in _tree(child))]


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held_by(pid: int, *, alone: bool, processes: Path = Path("/proc")) -> int:
    """Return a process's peak if it is alone, else its share of memory now, in which shared pages are divided.

    The kernel does not tell the share of a process that hides itself, as Pressrun's do: then all that it holds counts,
    which is more. One that has ended, and is not waited for yet, holds nothing.
    """
    places = [("status", "VmHWM:")] if alone else [("smaps_rollup", "Pss:"), ("status", "VmRSS:")]
    for file, entry in places:
        with suppress(OSError):
            lines = (processes / str(pid) / file).read_text().splitlines()
            return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(entry)), 0)
    return 0
