"""Run the parts of `make test` side by side; tell which has begun, which has ended, and what is waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
_LOGS = PROJECT / "build" / "gate"
_PROGRESS_SECONDS = 30.0
_POLL_SECONDS = 0.1
_WIDTH = 100


@dataclass(slots=True)
class Part:
    """A running part of the gate, whose output goes to a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    started: float

    @property
    def seconds(self) -> float:
        """Return how long it has been running."""
        return time.monotonic() - self.started

    def last_line(self) -> str:
        """Return what it said last."""
        lines = self.log.read_text("utf-8", "replace").split("\n")
        return next((line.strip()[-_WIDTH:] for line in reversed(lines) if line.strip()), "nothing said yet")


def run(commands: Iterable[tuple[str, list[str]]], *, side_by_side: bool) -> int:
    """Run all parts, also after one has failed. Returns 1 when one has."""
    waiting, running, failed = list(commands), list[Part](), list[str]()
    _LOGS.mkdir(parents=True, exist_ok=True)
    told = time.monotonic()
    try:
        while waiting or running:
            while waiting and (side_by_side or not running):
                running.append(_begin(*waiting.pop(0)))
            for part in [part for part in running if part.process.poll() is not None]:
                running.remove(part)
                if _end(part):
                    failed.append(part.name)
            if running and time.monotonic() - told > _PROGRESS_SECONDS:
                told = time.monotonic()
                for part in running:
                    print(f"  {part.name} runs for {part.seconds:.0f} s: {part.last_line()}", flush=True)
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        # The parts are in the same group of processes, so that they were interrupted, too.
        for part in running:
            part.process.wait()
        return 130
    print(f"Failed: {', '.join(failed)}" if failed else "All parts of the gate have passed.", flush=True)
    return 1 if failed else 0


def _begin(name: str, command: list[str]) -> Part:
    log = _LOGS / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT)
    print(f"==> {name} has begun", flush=True)
    return Part(name, process, log, time.monotonic())


def _end(part: Part) -> int:
    status = part.process.returncode
    outcome = f"failed with status {status}" if status else "passed"
    print(f"==> {part.name} {outcome} after {part.seconds:.0f} s; it said:", flush=True)
    sys.stdout.write(part.log.read_text("utf-8", "replace"))
    sys.stdout.flush()
    return status


def main() -> int:
    """Run the make targets that the arguments name. On an endpoint of the caller's there is one stack for all."""
    make = os.environ.get("MAKE", "make")
    commands = [(target, [make, "--no-print-directory", target]) for target in sys.argv[1:]]
    return run(commands, side_by_side=not os.environ.get("AWS_ENDPOINT_URL"))


if __name__ == "__main__":
    sys.exit(main())
