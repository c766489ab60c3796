"""Kill the emulator itself, as the kernel does when memory runs out, and count what its snapshots have kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.chaos.stack import JOBS, Stack
from tests.functional.service import until
from tools.emulator import Emulator
from tools.emulator.consistency import lost
from tools.emulator.server.snapshots import Snapshots

HOME = os.environ.get("CHAOS_EMULATOR_HOME", "")

pytestmark = pytest.mark.skipif(not HOME, reason="the emulator is not one that this run may kill")


@pytest.fixture
def emulator(stack: Stack) -> Iterator[Emulator]:
    """Provide the emulator that the stack is on. It runs afterwards, whatever the test did."""
    port = urlsplit(stack.service.endpoint_url or "").port or 0
    running = Emulator(port, persist=True, enforce_iam=True, home=Path(HOME))
    yield running
    if running.pid is None:
        _start(running)


def _start(emulator: Emulator) -> None:
    """Start it as `make up` does, from a process that ends before it."""
    start = "import sys, pathlib; from tools.emulator import Emulator; "
    start += "Emulator(int(sys.argv[1]), persist=True, enforce_iam=True, home=pathlib.Path(sys.argv[2])).start()"
    subprocess.run([sys.executable, "-c", start, str(emulator.port), HOME], check=True)


class Crowd:
    """Callers that ask for reports until the stack has gone; each report's id with the moment it was accepted."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.requested: dict[str, float] = {}
        self.uploaded: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(n,), daemon=True) for n in range(3)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        try:
            while True:
                if number == 0:
                    self.uploaded.append(self._stack.upload(f"killed-{time.time_ns()}"))
                else:
                    job = self._stack.submit(f"killed.{time.time_ns()}")
                    # In a line of its own: in `requested[submit()] = time()` Python reads the clock before it submits.
                    self.requested[job] = time.time()
                time.sleep(0.2)
        except (OSError, BotoCoreError, ClientError):
            return  # The stack was killed, as far as a client can tell.


def _kill_amid_requests(emulator: Emulator, crowd: Crowd, seconds: float) -> float:
    """Kill the emulator, start it again, and return when the snapshot was taken that it goes on with."""
    snapshots = Snapshots(emulator.home / "state" / "snapshots")
    with crowd:
        until(lambda: crowd.requested or None, seconds=120, what="a request was accepted")
        first = min(crowd.requested.values())
        # On a busy machine that may take longer than the random time does.
        until(lambda: _taken_at(snapshots) > first or None, seconds=120, what="a snapshot has the first request")
        time.sleep(seconds)
        assert emulator.pid is not None
        os.kill(emulator.pid, signal.SIGKILL)
    newest = _taken_at(snapshots)
    _start(emulator)
    return newest


def _taken_at(snapshots: Snapshots) -> float:
    newest = snapshots.newest()
    return 0.0 if newest is None else newest.taken_at


def _is_known(stack: Stack, job: str) -> bool:
    """Tell whether the stack has a job; an answer may take a while, as the functions have just been started again."""

    def status() -> int | None:
        try:
            code = stack.service.get(f"/reports/{job}").status_code
        except OSError:
            return None  # On a busy machine the first answer may take longer than a client waits.
        return code if code in (200, 404) else None

    return until(status, seconds=120, what=job) == 200


@pytest.mark.short
def test_a_killed_emulator_loses_nothing_that_its_last_snapshot_has(
    stack: Stack, emulator: Emulator, record_line: Callable[[str], None]
) -> None:
    kept: list[str] = []
    requested, gone, latest = 0, 0, 0.0
    for _ in range(JOBS + 1):
        crowd = Crowd(stack)

        taken_at = _kill_amid_requests(emulator, crowd, random.uniform(0, 6))

        assert not lost(emulator.endpoint_url, "pressrun-local")
        before = [job for job, moment in crowd.requested.items() if moment <= taken_at]
        assert before, "nothing was accepted before the last snapshot"
        known = [job for job in crowd.requested if _is_known(stack, job)]
        missing = {job: round(taken_at - crowd.requested[job], 2) for job in set(before) - set(known)}
        assert not missing, f"{len(missing)} of {len(before)}, by their seconds before the snapshot: {missing}"
        requested += len(crowd.requested)
        gone += len(crowd.requested) - len(known)
        latest = max(latest, *(moment - taken_at for moment in crowd.requested.values()))
        # An upload is never lost, because it is on disk before it is answered.
        kept += [*known, *crowd.uploaded]

    outcome = stack.outcome(kept)
    record_line(
        f"emulator killed {JOBS + 1} times: {gone} of {requested} requests lost, the last one accepted {latest:.1f} s "
        f"after a snapshot; of the rest and of uploads: {outcome.line()}"
    )
    outcome.check()
    # All workers died, again and again, and no report had a part in that.
    assert not outcome.reasons
    assert stack.outcome([stack.submit("after.all")]).by_status["SUCCEEDED"] == 1
