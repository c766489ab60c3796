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


EVERY_JOB = JobFilter()


@dataclass(frozen=True, slots=True)
class JobPage:
    """A part of a list of jobs, newest first; ``cursor`` continues it, None at its end."""

    jobs: tuple[Job, ...]
    cursor: str | None
