"""Forks: they answer, they fail in a way that can be told, and they never outlive what they are for."""

from __future__ import annotations

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports.engine.longtable.forks.fork import Fork
from reports.errors import InternalError

ROOT = Path(__file__).resolve().parents[5]
SECONDS = 20


@contextmanager
def fork(work: Callable[[bytes], bytes]) -> Iterator[Fork]:
    made = Fork(lambda: work)
    try:
        yield made
    finally:
        made.end()


def has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_itself(request: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return request


def test_a_fork_answers_requests_in_their_order() -> None:
    with fork(bytes.upper) as worker:
        for request in (b"one", b"two", b""):
            worker.send(request)

        answers = [worker.receive() for _ in range(3)]

    assert answers == [b"ONE", b"TWO", b""]


def test_requests_and_answers_that_fill_both_pipes_do_not_wait_for_each_other() -> None:
    large = bytes(5 * 2**20)
    with fork(lambda request: request + b"!") as worker:
        for _ in range(3):
            worker.send(large)

        answers = [worker.receive() for _ in range(3)]

    assert answers == [large + b"!"] * 3


def test_a_failure_is_logged_with_its_trace_and_the_fork_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def work(request: bytes) -> bytes:
        if request == b"bad":
            raise ValueError("not this one")
        return request

    with fork(work) as worker:
        worker.send(b"bad")
        worker.send(b"good")

        answers = [worker.receive(), worker.receive()]

    assert answers == [None, b"good"]
    [record] = caplog.records
    assert "ValueError" in record.getMessage()
    assert "not this one" in record.__dict__["exception"]


def test_what_the_fork_hears_of_weasyprint_is_heard_here_once(caplog: pytest.LogCaptureFixture) -> None:
    def work(request: bytes) -> bytes:
        logging.getLogger("weasyprint").warning("Ignored %s", "colour: read")
        return request

    with fork(work) as worker:
        for _ in range(2):
            worker.send(b"")
            worker.receive()

    assert [record.getMessage() for record in caplog.records] == ["Ignored colour: read"]


def test_too_little_memory_in_the_fork_is_too_little_memory_here() -> None:
    def work(request: bytes) -> bytes:
        raise MemoryError

    with fork(work) as worker:
        worker.send(b"")

        with pytest.raises(MemoryError):
            worker.receive()


def test_a_fork_that_dies_is_a_fault_and_no_endless_wait() -> None:
    with fork(kill_itself) as worker:
        worker.send(b"")

        with pytest.raises(InternalError):
            worker.receive()

    assert not has_children()


def test_a_fork_that_has_died_is_noticed_while_a_request_is_sent() -> None:
    with fork(kill_itself) as worker:
        worker.send(b"")

        with pytest.raises(InternalError):
            worker.send(bytes(5 * 2**20))

    assert not has_children()


def test_a_fork_that_dies_while_it_uses_much_memory_has_run_into_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a limit that this process is above already
    monkeypatch.setattr(resource, "getrlimit", lambda _: (2**20, 2**20))

    with fork(kill_itself) as worker:
        worker.send(b"")

        with pytest.raises(MemoryError):
            worker.receive()


def test_a_fork_that_is_busy_is_ended_at_once() -> None:
    def work(request: bytes) -> bytes:
        time.sleep(SECONDS * 10)
        return request

    started = time.monotonic()
    with fork(work) as worker:
        worker.send(b"")

    assert time.monotonic() - started < SECONDS
    assert not has_children()


CONFINED = """
import os, time
from pathlib import Path
from reports.engine.longtable.forks.fork import Fork
from reports.engine.sandbox.confinement import confine

def work(request):
    if request == b"busy":
        while True:
            time.sleep(1)
    return request + str(os.getpid()).encode()

assert not confine(parent=os.getppid(), folder=Path({folder!r}), places=[Path.cwd()], descriptors=range(3))["seccomp"]
idle, busy = Fork(lambda: work), Fork(lambda: work)
for fork in (idle, busy):
    fork.send(b"")
    assert fork.receive() == str(fork.pid).encode()
busy.send(b"busy")
started = time.monotonic()
busy.end()
idle.end()
later = Fork(lambda: work)
later.send(b"x")
assert later.receive() == b"x%d" % later.pid
later.end()
print(time.monotonic() - started < {seconds})
try:
    os.wait()
except ChildProcessError:
    print("none is left")
"""


def test_a_confined_process_has_forks_and_ends_them_too(tmp_path: Path) -> None:
    program = CONFINED.format(folder=str(tmp_path), seconds=SECONDS)

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * SECONDS,
        start_new_session=True,
    )

    assert (done.stdout, done.returncode) == ("True\nnone is left\n", 0), done.stderr


def test_a_fork_holds_no_sockets_of_its_parent() -> None:
    ours, theirs = socket.socketpair()
    with theirs, fork(bytes.upper) as worker:
        worker.send(b"")
        worker.receive()
        theirs.settimeout(SECONDS)

        ours.close()

        assert theirs.recv(1) == b""


def test_a_fork_ends_with_its_parent() -> None:
    program = (
        "import os, signal, time\n"
        "from reports.engine.longtable.forks.fork import Fork\n"
        "def work(request):\n"
        "    while True: time.sleep(1)\n"
        "fork = Fork(lambda: work)\n"
        "fork.send(b'')\n"
        "print(fork.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    parent = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS
    )

    assert parent.returncode == -signal.SIGKILL
    pid = int(parent.stdout)
    deadline = time.monotonic() + SECONDS
    while lives(pid) and time.monotonic() < deadline:
        os.sched_yield()
    assert not lives(pid)


def test_a_process_with_threads_is_not_safe_to_fork() -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    try:
        assert not Fork.is_safe()
    finally:
        release.set()
        thread.join()
