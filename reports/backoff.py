"""Choose how long to wait before another try: of a message by SQS, and of a delivery over a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reports.deliveries import Delivery


class Jitter(Protocol):
    """Choose at random; random.Random is one."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between the two."""
        ...


@dataclass(frozen=True, slots=True)
class Backoff:
    """Choose how long a message waits: exponential, with full jitter. Times are in seconds."""

    base: float
    cap: float
    max_receives: int
    pick: Jitter

    def seconds_after(self, receives: int) -> int:
        """Return the wait after the n-th receive; none after the last, which sends it to the dead-letter queue."""
        return 0 if self.is_last(receives) else self.seconds_before_copy(receives)

    def seconds_before_copy(self, receives: int) -> int:
        """Return the wait of a copy that is sent after the n-th receive, the last one included."""
        # At least a second, or a retry would meet the very fault that it waits for.
        return round(self.pick.uniform(1, max(1.0, min(self.cap, self.base * 2 ** (receives - 1)))))

    def is_last(self, receives: int) -> bool:
        """Tell whether SQS will not deliver the message again."""
        return receives >= self.max_receives


# How much later than planned the last attempt may come, as when the queue is long.
_LATENESS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Retries:
    """Say when to try again: after waits that double, by chance up to half shorter, and a last time as ``life`` ends.

    A receiver that asks for another wait gets it, up to ``longest``.
    """

    base: timedelta
    longest: timedelta
    life: timedelta
    pick: Jitter

    def next_try(self, delivery: Delivery, now: datetime, asked: timedelta | None) -> datetime | None:
        """Return when to try again; None when there is no time left, or less than the receiver asks for."""
        end = delivery.opened_at + self.life
        doubled = min(self.longest, self.base * 2 ** min(delivery.tries - 1, 30))
        wait = timedelta(seconds=self.pick.uniform(doubled.total_seconds() / 2, doubled.total_seconds()))
        at_the_earliest = now
        if asked is not None:
            asked = min(self.longest, max(asked, timedelta()))
            at_the_earliest = now + asked
            wait = min(self.longest, asked + wait)
        return min(now + wait, end) if now < end and at_the_earliest <= end else None

    def are_over(self, delivery: Delivery, now: datetime) -> bool:
        """Tell whether it is too late for any attempt."""
        return now > delivery.opened_at + self.life + _LATENESS
