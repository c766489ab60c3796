"""When a delivery is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.backoff import Jitter
from reports.delivery.delivery import Delivery

# How much later than planned the last attempt may come, as when the queue is long.
_LATENESS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Retries:
    """The times of further tries: after waits that double, by chance up to half shorter, and at the end of ``life``.

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
