"""Wait for the end of a report on behalf of its caller."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reports.errors import TransientError
from reports.model import Job
from reports.ports import JobStore

log = logging.getLogger(__name__)

# A short report takes a quarter of a second. What takes longer is looked at ever more rarely.
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
_GROWTH = 1.5


class AwaitEnd:
    """Look at a job again and again until it is over, or the caller has waited long enough."""

    def __init__(self, *, jobs: JobStore, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._jobs = jobs
        self._monotonic = monotonic
        self._sleep = sleep

    def __call__(self, job: Job, *, seconds: float) -> Job:
        """Return the latest revision, over or not, after so many seconds at the most."""
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
                # The report is accepted, and the answer says so; an error would have the caller ask for another one.
                log.warning("the wait was broken off", extra={"job_id": job.id}, exc_info=True)
                break
        return job
