"""How long to wait, how often to try, and when to give up."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The number of tries, and the waits between them, in seconds.

    Waits are chosen at random up to a bound that doubles (full jitter), and are never shorter than a ``Retry-After``.
    If the service asks for a longer wait than ``patience``, the error is raised at once.
    """

    tries: int = 5
    base: float = 0.5
    longest: float = 20
    patience: float = 60


@dataclass(frozen=True)
class Waiting:
    """The passing of time; in tests it passes at once."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    uniform: Callable[[float, float], float] = random.uniform


PATIENTLY = RetryPolicy()
IN_REAL_TIME = Waiting()


class Deadline:
    """The end of a wait: a number of seconds from now, or never.

    Several waits may share one, which is then for all of them together.
    """

    def __init__(self, seconds: float | None = None, waiting: Waiting = IN_REAL_TIME) -> None:
        self.seconds = seconds
        self._waiting = waiting
        self._end = math.inf if seconds is None else waiting.monotonic() + seconds

    @property
    def left(self) -> float:
        """Return how many seconds are left: infinitely many, or none, but never less than that."""
        return max(0.0, self._end - self._waiting.monotonic())
