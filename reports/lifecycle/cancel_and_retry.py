"""Change the course of a job by its owner's wish."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reports.access.quotas import Quotas
from reports.clock import Clock
from reports.errors import JobConflictError, TransientError
from reports.jobs.job import Job
from reports.jobs.log_lines import log_end
from reports.jobs.ports import JobStore, RenderQueue
from reports.jobs.values import JobStatus

log = logging.getLogger(__name__)

# A worker writes a handful of revisions of a job, and those take it seconds.
_MOST_TRIES = 5


class CancelReport:
    """End a job that is not over; a worker that renders it finds out when it notes its progress, or at its end.

    Doing it twice is the same as doing it once.
    """

    def __init__(self, *, jobs: JobStore, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock

    def __call__(self, job: Job) -> Job:
        """Raises JobConflictError when the job is over for another reason."""
        try:
            cancelled = _advanced(self._jobs, job, lambda latest: latest.cancelled(self._clock.now()))
        except JobConflictError:
            latest = self._jobs.get(job.id)
            if latest.status is JobStatus.CANCELLED:
                return latest
            raise
        log.info("cancelled", extra={**job.log_facts, "attempt": cancelled.attempt})
        log_end(cancelled)
        return cancelled


class RetryReport:
    """Give a failed job another life, and ask for its render. Counts as one more report of its tenant's day."""

    def __init__(self, *, jobs: JobStore, queue: RenderQueue, clock: Clock, quotas: Quotas) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._quotas = quotas

    def __call__(self, job: Job) -> Job:
        """Raises JobConflictError when the job is not FAILED, or was tried too often.

        Raises RetryInVainError when it would fail again, QuotaExceededError, and ServiceUnavailableError.
        """
        # Before it is counted. After that a retry may be lost, which is better than one that was not counted.
        job.retried(self._clock.now())
        self._quotas.count(job.tenant)
        reopened = _advanced(self._jobs, job, lambda latest: latest.retried(self._clock.now()))
        try:
            self._queue.send(reopened)
        except TransientError:
            # The sweep will find that it is not queued.
            log.warning("not queued yet", extra=job.log_facts, exc_info=True)
        log.info("retried", extra={**job.log_facts, "attempt": reopened.attempt})
        return reopened


def _advanced(jobs: JobStore, job: Job, step: Callable[[Job], Job]) -> Job:
    """Take a step from the latest revision, whichever process wrote that. An error of the step ends it."""
    for _ in range(_MOST_TRIES):
        following = step(job)
        try:
            jobs.advance(following)
        except JobConflictError:
            job = jobs.get(job.id)
        else:
            return following
    raise JobConflictError("The job moves on too fast. Try again.")
