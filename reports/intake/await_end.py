"""Wait for the end of a report on behalf of its caller, as long as not too many do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from reports.clock import Clock
from reports.errors import TransientError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, WaitingPlace, WaitingPlaces

log = logging.getLogger(__name__)

# A short report takes a quarter of a second. What takes longer is looked at ever more rarely.
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
_GROWTH = 1.5
# How much longer than its wait a place is held for one that died: for clocks that differ, and a slow last look.
_SLACK = timedelta(seconds=5)


class AwaitEnd:
    """Look at a job again and again until it is over, or the caller has waited long enough.

    Each caller that waits holds a function, of which an account has so many: so there are ``most`` places in all, and a
    share of them for each tenant.
    """

    def __init__(
        self,
        *,
        jobs: JobStore,
        places: WaitingPlaces,
        most: int,
        clock: Clock,
        new_id: Callable[[], str],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._jobs = jobs
        self._places = places
        self._most = most
        self._clock = clock
        self._new_id = new_id
        self._monotonic = monotonic
        self._sleep = sleep

    def __call__(self, job: Job, *, seconds: float, most_of_tenant: int) -> Job | None:
        """Return the latest revision, over or not, after so many seconds at the most; None when no place is free."""
        if job.status.is_final:
            return job
        now = self._clock.now()
        place = WaitingPlace(self._new_id(), job.tenant, now + timedelta(seconds=seconds) + _SLACK)
        try:
            if not self._places.acquire(place, now, most=self._most, most_of_tenant=most_of_tenant):
                log.info("no place to wait", extra=job.log_facts)
                return None
        except TransientError:
            # The report is accepted, and the answer says so; an error would have the caller ask for another one.
            log.warning("no place to wait", extra=job.log_facts, exc_info=True)
            return None
        try:
            return self._wait(job, seconds)
        finally:
            self._release(place)

    def _wait(self, job: Job, seconds: float) -> Job:
        deadline = self._monotonic() + seconds
        pause = _FIRST_PAUSE
        while not job.status.is_final:
            left = deadline - self._monotonic()
            if left <= 0:
                break
            self._sleep(min(pause, left))
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
            try:
                job = self._jobs.get(job.id)
            except TransientError:
                # As above: it is accepted.
                log.warning("the wait was broken off", extra=job.log_facts, exc_info=True)
                break
        return job

    def _release(self, place: WaitingPlace) -> None:
        try:
            self._places.release(place.holder, self._clock.now())
        except TransientError:
            # It is free when its time is over.
            log.warning("a place was not given back", exc_info=True)
