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


@dataclass(frozen=True, slots=True)
class Ended:
    """A part that has ended: its exit status, and what it took."""

    name: str
    status: int
    seconds: float
    cpu_seconds: float


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

    def ended(self) -> Ended | None:
        """Return what it took, with all processes that it waited for; None while it runs."""
        # Popen.poll() would throw the processor time away.
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if not pid:
            return None
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(self.name, self.process.returncode, self.seconds, usage.ru_utime + usage.ru_stime)

    def last_line(self) -> str:
        """Return what it said last."""
        lines = self.log.read_text("utf-8", "replace").split("\n")
        return next((line.strip()[-_WIDTH:] for line in reversed(lines) if line.strip()), "nothing said yet")


def run(commands: Iterable[tuple[str, list[str]]], *, side_by_side: bool) -> int:
    """Run all parts, also after one has failed. Returns 1 when one has."""
    waiting, running, over = list(commands), list[Part](), list[Ended]()
    _LOGS.mkdir(parents=True, exist_ok=True)
    told = time.monotonic()
    try:
        while waiting or running:
            while waiting and (side_by_side or not running):
                running.append(_begin(*waiting.pop(0)))
            for part in list(running):
                if (ended := part.ended()) is not None:
                    running.remove(part)
                    over.append(ended)
                    _tell_end(part, ended)
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
    failed = [ended.name for ended in over if ended.status]
    print(_table(over))
    print(f"Failed: {', '.join(failed)}" if failed else "All parts of the gate have passed.", flush=True)
    return 1 if failed else 0


def _begin(name: str, command: list[str]) -> Part:
    log = _LOGS / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT)
    print(f"==> {name} has begun", flush=True)
    return Part(name, process, log, time.monotonic())


def _tell_end(part: Part, ended: Ended) -> None:
    outcome = f"failed with status {ended.status}" if ended.status else "passed"
    print(f"==> {ended.name} {outcome} after {ended.seconds:.0f} s; it said:", flush=True)
    sys.stdout.write(part.log.read_text("utf-8", "replace"))
    sys.stdout.flush()


def _table(over: Iterable[Ended]) -> str:
    """Print what each part took. CPU time leaves out what runs on after its part, such as an emulator."""
    rows = [f"{each.name:<16}{each.seconds:>8.0f} s{each.cpu_seconds:>8.0f} s of CPU time" for each in over]
    return "\n".join(["Each part took:", *rows])


def main() -> int:
    """Run the make targets that the arguments name. On an endpoint of the caller's there is one stack for all."""
    make = os.environ.get("MAKE", "make")
    commands = [(target, [make, "--no-print-directory", target]) for target in sys.argv[1:]]
    return run(commands, side_by_side=not os.environ.get("AWS_ENDPOINT_URL"))


if __name__ == "__main__":
    sys.exit(main())
