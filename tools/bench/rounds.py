"""Measure several engines in one run, one render of each in turn, so that all meet the same machine.

Times of a shared machine vary from minute to minute, and ratios of such turns do not.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tools.bench.cases import Case
from tools.bench.measuring import PROJECT, MeasurementError, program, run_program
from tools.bench.pythons import measured_python
from tools.bench.running import Measurement

_WARM_UP = 5
_REMEMBERED = (1, 10, 100, 300, 1000)


@dataclass(slots=True)
class _Server:
    """A program that renders once for each line."""

    case: Case
    process: subprocess.Popen[bytes]
    errors: BinaryIO
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)
    failure: str | None = None

    def render(self) -> None:
        """Have it render once more, unless it has failed."""
        if self.failure is not None:
            return
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(b"\n")
            self.process.stdin.flush()
            self.answers.append(json.loads(self.process.stdout.readline()))
        except (OSError, ValueError):
            self.errors.seek(0)
            self.failure = "\n".join(self.errors.read().decode().strip().splitlines()[-5:]) or "it has ended"
            return
        if (number := len(self.answers)) in _REMEMBERED:
            self.held[number] = self.answers[-1]["held_bytes"]

    def measured(self) -> Measurement:
        """Return what is known of all rounds but those for warming up."""
        rounds = self.answers[_WARM_UP : self.case.times]
        if not rounds:
            return Measurement(self.case.group, self.case.engine, 0, [], self.failure or "there were too few rounds")
        run = {name: [each[name] for each in rounds] for name in ("cpu_ms", "wall_ms", "pdf_ms") if name in rounds[0]}
        facts = {"cpu": sum(run["cpu_ms"]) / 1000, "held_bytes": self.held, "bytes": rounds[-1]["bytes"]}
        return Measurement(self.case.group, self.case.engine, 0, [{**run, **facts}], self.failure)


def measure_rounds(cases: Sequence[Case], peers: Path | None, tell: Callable[[], object]) -> list[Measurement]:
    """Measure the engines of one report in turn; ``peers`` are the packages of others. ``tell`` is called each round.

    An engine whose case has more ``renders`` than rounds goes on alone, for the memory that it holds then.
    """
    document = cases[0].arguments["document"]
    with tempfile.TemporaryDirectory(prefix="pressrun-bench-") as folder, ExitStack() as stack:
        content = Path(folder) / "content.json"
        try:
            run_program("small_content", {"document": document, "out": str(content)})
        except MeasurementError as error:
            return [Measurement(case.group, case.engine, 0, [], str(error)) for case in cases]
        servers = [stack.enter_context(_serving(case, content, peers)) for case in cases]
        for number in range(cases[0].times):
            first = number % len(servers)
            for server in (*servers[first:], *servers[:first]):
                server.render()
            tell()
        for server in servers:
            for _ in range(server.case.arguments.get("renders", 0) - len(server.answers)):
                server.render()
        return [server.measured() for server in servers]


@contextmanager
def _serving(case: Case, content: Path, peers: Path | None) -> Iterator[_Server]:
    packages = peers if case.is_of_peer else None
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            program(case.program, {**case.arguments, "content": str(content)}),
            cwd=PROJECT,
            env=measured_python().environment(packages),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            yield _Server(case, process, errors)
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.kill()
            process.wait()
            process.stdout.close()
            with suppress(OSError):  # it had ended before it could read
                process.stdin.close()
