"""Be what is measured, each in a process of its own: ``python -m tools.bench.programs.NAME '{"argument": …}'``.

A program prints one line of JSON, its findings. This module needs the standard library only.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self


def arguments() -> dict[str, Any]:
    """Return what the program is asked for."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    return given


def report(**findings: Any) -> None:
    """Print the findings, with the most memory that this process had."""
    print(json.dumps({**findings, "peak_bytes": memory("VmHWM")}), flush=True)


def memory(entry: str) -> int:
    """Return an entry of /proc/self/status in bytes: VmHWM is the peak, VmRSS what is held now."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{entry}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(entry)


def answer_rounds(render: Callable[[int], Mapping[str, Any] | None]) -> None:
    """Render once for each line on standard input, and answer with a line: how long it took, and what memory is held.

    ``render`` gets the number of the round, from 0 on, and may return further findings.
    """
    for number, _ in enumerate(sys.stdin):
        with Stopwatch() as watch:
            found = render(number)
        times = {"cpu_ms": watch.cpu * 1000, "wall_ms": watch.wall * 1000}
        print(json.dumps({**times, "held_bytes": memory("VmRSS"), **(found or {})}), flush=True)


class Stopwatch:
    """Measure a block: ``wall`` and ``cpu`` seconds; the latter of this process and those it has waited for."""

    wall = 0.0
    cpu = 0.0

    def __enter__(self) -> Self:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()
        return self

    def so_far(self) -> float:
        """Return the CPU seconds since the beginning."""
        return _cpu_seconds() - self._cpu

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, _cpu_seconds() - self._cpu


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
