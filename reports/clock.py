"""The time of day, and how much of the time for a piece of work is left."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Deadline:
    """A moment by which work has to be over; the earlier of two is the smaller. ``at`` is of time.monotonic()."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment in so many seconds; without end for infinitely many."""
        return cls(time.monotonic() + seconds)

    @property
    def seconds_left(self) -> float:
        """The seconds until then: negative afterwards, infinite for NEVER."""
        return self.at - time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self.seconds_left <= 0


NEVER = Deadline(math.inf)
