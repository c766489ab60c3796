"""End what takes more processor time than it may, where a stranger's schema or its patterns decide on that."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 5.0
"""Seconds of processor time that a stranger's schema may take for the data of one report."""

_AGAIN = 0.5
"""Seconds of processor time after which the end is told again: Python drops exceptions in finalizers and callbacks."""


class OutOfPatienceError(Exception):
    """The end of what took too long."""


@contextmanager
def patient(seconds: float = SECONDS) -> Iterator[None]:
    """Raise OutOfPatienceError in the block when it has taken that many seconds of processor time.

    Python tells signals to its main thread alone, also while a regular expression searches. In another thread, the
    block is not bounded; functions of the stack do not validate there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        raise OutOfPatienceError

    before = signal.signal(signal.SIGVTALRM, give_up)
    left, interval = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    began = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if left:  # this block is within another one
            signal.setitimer(signal.ITIMER_VIRTUAL, max(left - (time.process_time() - began), 0.001), interval)
