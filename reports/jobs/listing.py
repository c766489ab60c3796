"""Lists of jobs, and the jobs that idempotency keys stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.jobs.job import Job
from reports.jobs.values import JobStatus


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The first use of an idempotency key: the job, its batch, and the digest of the request."""

    job_id: str
    digest: str
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class JobFilter:
    """A filter of a tenant's jobs: those to which all applies that is not None.

    ``source`` is the exact key of an upload. A job created at ``created_after`` is among them, one created at
    ``created_before`` is not.
    """

    status: JobStatus | None = None
    template: str | None = None
    source: str | None = None
    batch: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def is_met_by(self, job: Job) -> bool:
        """Tell whether a job is one of those."""
        return (
            self.status in (None, job.status)
            and self.template in (None, job.template)
            and self.source in (None, job.source)
            and self.batch in (None, job.batch)
            and (self.created_after is None or self.created_after <= job.created_at)
            and (self.created_before is None or job.created_at < self.created_before)
        )


EVERY_JOB = JobFilter()


@dataclass(frozen=True, slots=True)
class JobPage:
    """A part of a list of jobs, newest first; ``cursor`` continues it, None at its end."""

    jobs: tuple[Job, ...]
    cursor: str | None
    later: tuple[str, ...] = ()
    """The ids of jobs in its place of the list that a later release has written in a way that this one cannot read."""
