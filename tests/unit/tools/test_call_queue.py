from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tools.emulator.server import call_queue
from tools.emulator.server.call_queue import CallQueue

LONG = 60.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a start be worth a wait of no time, and calls look again soon."""
    monkeypatch.setattr(call_queue, "_WORTH_A_START_SECONDS", 0.0)
    monkeypatch.setattr(call_queue, "_NEXT_LOOKS_SECONDS", 0.005)
    monkeypatch.setattr(call_queue, "_OTHERS_LOOK_SECONDS", 0.005)


class Function:
    """A function whose workers are started by hand, and whose calls last until they are told to end."""

    def __init__(self, *, limit: int, ready: int = 0, useful: int = 4) -> None:
        self.ready = ready
        self.queue = CallQueue(limit, lambda: self.ready, useful=useful)
        self.working: list[str] = []
        self.refused: list[str] = []
        self.order: list[str] = []
        self._ends: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def call(self, name: str, *, is_read: bool = False, patience: float = LONG) -> None:
        self._ends[name] = threading.Event()
        thread = threading.Thread(target=self._run, args=(name, is_read, patience), daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self, name: str) -> None:
        self._ends[name].set()
        _until(lambda: name not in self.working)

    def _run(self, name: str, is_read: bool, patience: float) -> None:
        if not self.queue.enter(is_read=is_read, patience_seconds=patience):
            self.refused.append(name)
            return
        self.working.append(name)
        self.order.append(name)
        self._ends[name].wait(LONG)
        self.working.remove(name)
        self.queue.leave()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def _stays(condition: Callable[[], bool]) -> None:
    for _ in range(20):
        assert condition()
        time.sleep(0.005)


def test_the_first_call_starts_a_worker_and_the_second_waits_until_it_has_started() -> None:
    function = Function(limit=4)

    function.call("first")
    _until(lambda: function.working == ["first"])
    function.call("second")
    _stays(lambda: function.working == ["first"])

    function.ready = 1
    _until(lambda: function.working == ["first", "second"])


def test_no_more_calls_are_at_work_than_there_may_be_workers() -> None:
    function = Function(limit=3, ready=3)

    for number in range(10):
        function.call(f"call {number}")
    _until(lambda: len(function.working) == 3)

    _stays(lambda: len(function.working) == 3)
    while len(function.order) < 10:
        function.end(function.working[0])
        _until(lambda: len(function.working) == min(3, 10) or len(function.order) == 10)


def test_a_worker_that_is_given_back_is_taken_instead_of_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_queue, "_WORTH_A_START_SECONDS", LONG)
    function = Function(limit=4, ready=1)
    function.call("first")
    _until(lambda: function.working == ["first"])

    function.call("second")
    _stays(lambda: function.working == ["first"])
    function.end("first")

    _until(lambda: function.working == ["second"])


def test_while_calls_end_no_more_workers_are_started_than_are_useful(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(call_queue, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(call_queue, "_WORTH_A_START_SECONDS", 1.0)
    function = Function(limit=4, ready=1, useful=1)
    for number in range(10):
        function.call(f"call {number}")
    _until(lambda: len(function.working) + len(function.queue._others) == 10)

    for _ in range(8):
        clock.now += 0.9
        function.end(function.working[0])
        _until(lambda: len(function.working) == 1)
    _stays(lambda: len(function.working) == 1)

    # None ends any more: they wait for something, and the processors are free.
    clock.now += 1.1
    _until(lambda: len(function.working) == 2)


def test_a_call_has_waited_since_it_came_to_the_emulator() -> None:
    function = Function(limit=1, ready=1)
    function.call("long")
    _until(lambda: function.working == ["long"])

    was_taken = function.queue.enter(is_read=False, patience_seconds=30, since=time.monotonic() - 31)

    assert not was_taken


def test_a_call_that_no_worker_takes_in_time_is_refused_and_leaves_no_trace() -> None:
    function = Function(limit=1, ready=1)
    function.call("long")
    _until(lambda: function.working == ["long"])

    function.call("impatient", patience=0.05)
    _until(lambda: function.refused == ["impatient"])
    function.end("long")
    function.call("next")

    _until(lambda: function.working == ["next"])


def test_the_start_of_the_first_worker_uses_up_no_callers_patience() -> None:
    function = Function(limit=2)
    function.call("first")
    _until(lambda: function.working == ["first"])

    function.call("patient for less than the start takes", patience=0.1)
    time.sleep(0.3)
    assert not function.refused

    function.ready = 1
    _until(lambda: function.working == ["first", "patient for less than the start takes"])


def test_a_first_worker_that_never_starts_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_queue, "_FIRST_START_SECONDS", 0.2)
    function = Function(limit=2)
    function.call("first")

    function.call("second", patience=0.05)

    _until(lambda: function.refused == ["second"])


def test_reads_pass_writes_but_do_not_starve_them() -> None:
    function = Function(limit=1, ready=1)
    function.call("long")
    _until(lambda: function.working == ["long"])
    function.call("write")
    waiting = 1
    for number in range(5):
        function.call(f"read {number}", is_read=True)
        waiting += 1
        _until(lambda: len(function.queue._reads) + len(function.queue._others) == waiting)  # noqa: B023 - ends before

    function.end("long")
    while len(function.order) < 7:
        _until(lambda: bool(function.working))
        function.end(function.working[0])

    assert function.order == ["long", "read 0", "read 1", "read 2", "write", "read 3", "read 4"]


def test_a_worker_that_died_makes_room_for_a_start() -> None:
    function = Function(limit=1, ready=1)
    function.call("first")
    _until(lambda: function.working == ["first"])
    function.end("first")

    function.ready = 0
    function.call("second")

    _until(lambda: function.working == ["second"])
