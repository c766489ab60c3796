"""Pauses by operators: while one lasts, no worker begins what it is about, and nothing of that is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reports.clock import Clock
from reports.jobs.job import Job
from reports.jobs.values import JobStatus

KNOWN_FOR = timedelta(seconds=10)
"""How long pauses are not looked up again: so long does a change take."""

REMEMBERED_FOR = timedelta(days=5)
"""How long an ended pause is kept: longer than any message, so that what it has held has its full time again."""


_SHORTEST_HOLD, _LONGEST_HOLD = 60, 900  # the longest that SQS holds a message back


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of a tenant's jobs, of those of a template, of both, or of all; ``until`` is None while it lasts."""

    reason: str
    since: datetime
    tenant: str | None = None
    template: str | None = None
    until: datetime | None = None

    def holds(self, job: Job) -> bool:
        """Tell whether it is about a job."""
        return self.tenant in (None, job.tenant) and self.template in (None, job.template)

    def seconds_to_hold(self, now: datetime) -> int:
        """Return how long a message waits until a worker looks at it again. It loses neither receives nor tries.

        Each look costs a run of the function, so they become rarer.
        """
        return round(min(max((now - self.since).total_seconds() / 4, _SHORTEST_HOLD), _LONGEST_HOLD))

    @property
    def lasts(self) -> bool:
        """Tell whether it has not ended."""
        return self.until is None


class KeptPauses(Protocol):
    """The pauses that are kept."""

    def read(self) -> Sequence[Pause]:
        """Return all, those that have ended not long ago among them. Raises ServiceUnavailableError."""
        ...


class Pauses:
    """All pauses, as they were known a moment ago. Every method may raise ServiceUnavailableError."""

    def __init__(self, kept: KeptPauses, clock: Clock) -> None:
        self._kept = kept
        self._clock = clock
        self._known: tuple[datetime, Sequence[Pause]] | None = None

    def of(self, job: Job) -> Pause | None:
        """Return the pause that holds a job now, the first of several; None for a job that is over or runs."""
        if job.status.is_final or _runs(job, self._clock.now()):
            return None
        return min((each for each in self._all() if each.lasts and each.holds(job)), key=_since, default=None)

    def ended(self, job: Job) -> datetime | None:
        """Return when the last pause has ended that held a job."""
        ends = (each.until for each in self._all() if each.until and each.holds(job) and each.until > job.open_since)
        return max(ends, default=None)

    def _all(self) -> Sequence[Pause]:
        now = self._clock.now()
        if self._known is None or self._known[0] <= now:
            self._known = (now + KNOWN_FOR, self._kept.read())
        return self._known[1]


def with_pause(pauses: Iterable[Pause], new: Pause) -> list[Pause]:
    """Return all pauses with one more, which takes the place of one that is about the same and lasts."""
    return [each for each in pauses if not (each.lasts and _about(each) == _about(new))] + [new]


def resumed(pauses: Iterable[Pause], tenant: str | None, template: str | None, now: datetime) -> list[Pause]:
    """Return all pauses, with those ended that are about just this, and without those that ended long ago."""
    ended = [
        Pause(each.reason, each.since, each.tenant, each.template, now)
        if each.lasts and _about(each) == (tenant, template)
        else each
        for each in pauses
    ]
    return [each for each in ended if each.until is None or each.until > now - REMEMBERED_FOR]


def _about(pause: Pause) -> tuple[str | None, str | None]:
    return pause.tenant, pause.template


def _since(pause: Pause) -> datetime:
    return pause.since


def _runs(job: Job, now: datetime) -> bool:
    return job.status is JobStatus.RENDERING and job.lease_until is not None and job.lease_until > now
