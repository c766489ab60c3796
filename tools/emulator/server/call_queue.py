"""Let the calls of a function wait for its workers, instead of starting a worker for each call."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# To start a worker takes about as long as some dozens of calls.
_WORTH_A_START_SECONDS = 1.0
# It takes longer when the machine is busy. API Gateway gives up after 29 s.
_FIRST_START_SECONDS = 20.0
# Reads go first, for a person waits for them; but then one of the others has its turn.
_READS_IN_A_ROW = 3
_NEXT_LOOKS_SECONDS = 0.1
_OTHERS_LOOK_SECONDS = 1.0


@dataclass(eq=False, slots=True)
class _Call:
    is_read: bool
    since: float
    may_go: threading.Event = field(default_factory=threading.Event)


class CallQueue:
    """A queue of the calls of one function; ``limit`` is how many workers it may have.

    ``useful`` is how many of them keep the processors busy; further ones are for calls that wait for something else.
    ``count_ready`` tells how many workers have been started. One is started at a time, when there is none, or when a
    call has waited for longer than that is worth.
    """

    def __init__(self, limit: int, count_ready: Callable[[], int], *, useful: int) -> None:
        self._limit = limit
        self._useful = useful
        self._count_ready = count_ready
        self._lock = threading.Lock()
        self._at_work = 0
        self._reads: deque[_Call] = deque()
        self._others: deque[_Call] = deque()
        self._reads_in_a_row = 0
        self._ready_since = 0.0
        self._last_end = 0.0

    def enter(self, *, is_read: bool, patience_seconds: float, since: float | None = None) -> bool:
        """Wait for a worker. Returns False when none was free in time; after True, `leave` has to be called.

        ``since`` is when the call came, by the monotonic clock, if that was not now.
        """
        call = _Call(is_read, time.monotonic() if since is None else since)
        with self._lock:
            self._queue_of(call).append(call)
            self._let_go()
        while not call.may_go.wait(min(patience_seconds, self._look_again_after(call))):
            with self._lock:
                self._let_go()
                if not call.may_go.is_set() and self._has_waited(call) >= patience_seconds:
                    self._queue_of(call).remove(call)
                    return False
        return True

    def leave(self) -> None:
        """Give the worker back."""
        with self._lock:
            self._at_work -= 1
            self._last_end = time.monotonic()
            self._let_go()

    def _look_again_after(self, call: _Call) -> float:
        return _NEXT_LOOKS_SECONDS if self._next() is call else _OTHERS_LOOK_SECONDS

    def _has_waited(self, call: _Call) -> float:
        """Return for how long a call has waited for others; the start of a first worker does not count."""
        now = time.monotonic()
        if self._count_ready() == 0:
            self._ready_since = now
            return 0.0 if now - call.since < _FIRST_START_SECONDS else now - call.since
        return now - max(call.since, self._ready_since)

    def _let_go(self) -> None:
        while (call := self._next()) is not None and self._has_room_for(call):
            self._queue_of(call).popleft()
            self._reads_in_a_row = self._reads_in_a_row + 1 if call.is_read else 0
            self._at_work += 1
            call.may_go.set()

    def _next(self) -> _Call | None:
        if self._reads and (self._reads_in_a_row < _READS_IN_A_ROW or not self._others):
            return self._reads[0]
        return self._others[0] if self._others else None

    def _has_room_for(self, call: _Call) -> bool:
        ready = self._count_ready()
        if self._at_work < ready:
            return True
        is_starting_one = self._at_work > ready
        if is_starting_one or ready >= self._limit:
            return False
        # While calls end one after the other, a start would take from them the processors that they need.
        waits_since = call.since if ready < self._useful else max(call.since, self._last_end)
        return ready == 0 or time.monotonic() - waits_since >= _WORTH_A_START_SECONDS

    def _queue_of(self, call: _Call) -> deque[_Call]:
        return self._reads if call.is_read else self._others
