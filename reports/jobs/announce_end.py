"""Announce that a job is over, so that no receiver is forgotten, whatever fails in between."""

from __future__ import annotations

import logging

from reports.errors import JobConflictError, PressrunError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, LatestReports, Publisher
from reports.jobs.published_events import event_of
from reports.jobs.receipts import ReportFiles, digests_to_find
from reports.jobs.values import JobStatus

log = logging.getLogger(__name__)


class AnnounceEnd:
    """Do all that follows from a job's end. May be done again: each step comes to the same."""

    def __init__(self, *, jobs: JobStore, latest: LatestReports, files: ReportFiles, publisher: Publisher) -> None:
        self._jobs = jobs
        self._latest = latest
        self._files = files
        self._publisher = publisher

    def __call__(self, job: Job) -> None:
        """Raises ServiceUnavailableError, or JobConflictError when the job has been reopened meanwhile."""
        if job.status is JobStatus.SUCCEEDED and job.options.replaces is not None:
            self._latest.offer(job.tenant, job.options.replaces, job)
        for digest in digests_to_find(job):
            self._files.note(job, digest)
        event = event_of(job)
        if event is not None:
            self._publisher.publish(event)
        # Last: what dies before it is done once more by the sweep.
        self._jobs.mark_announced(job)

    def or_leave_it(self, job: Job) -> None:
        """Announce a job; if that fails, log it, and leave it to the sweep."""
        facts = job.log_facts
        try:
            self(job)
        except JobConflictError:
            log.info("the job has been reopened", extra=facts)
        except PressrunError as error:
            log.warning("the end could not be announced", extra={**facts, "code": error.code}, exc_info=True)
