"""Have each line of the log that is about a job say which one, and whose, whichever module writes it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from reports.jobs.cost import dollars
from reports.jobs.job import Job
from reports.jobs.values import JobStatus

ENDS = "reports.jobs.ends"
"""The logger of the lines that count: one for each end of a report. What is measured goes by them, at every level."""

_ends = logging.getLogger(ENDS)
_facts: ContextVar[Mapping[str, object]] = ContextVar("facts_of_log_lines", default={})  # noqa: B039 - never changed


@contextmanager
def lines_about(job: Job) -> Iterator[None]:
    """Let all lines that are logged in the block be about a job."""
    token = _facts.set({**_facts.get(), **job.log_facts, "attempt": job.attempt})
    try:
        yield
    finally:
        _facts.reset(token)


def facts_of_lines() -> Mapping[str, object]:
    """Return what the lines logged just now are about; nothing outside of ``lines_about``."""
    return _facts.get()


def log_end(job: Job) -> None:
    """Log that a job is over, with all that there is to count. Call it once, after that was recorded."""
    _ends.info("ended", extra=_facts_of_end(job))


def _facts_of_end(job: Job) -> dict[str, Any]:
    finished = job.finished_at or job.updated_at
    # The time until the attempt began that ended it: with others before, also theirs and the waits between.
    began = job.started_at if job.started_at and job.started_at >= job.open_since else finished
    pdf = job.pdf
    facts = {
        **job.log_facts,
        "status": job.status,
        "code": job.failure.code if job.status is JobStatus.FAILED and job.failure else None,
        "failed": int(job.status is JobStatus.FAILED),
        "seconds": _seconds(job.open_since, finished),
        "wait_seconds": _seconds(job.open_since, began),
        "tries": job.tries,
        "attempt": job.attempt,
        "pages": job.pages if job.status is JobStatus.SUCCEEDED else None,
        "bytes": pdf.size if pdf and job.status is JobStatus.SUCCEEDED else None,
        "tenant_class": job.tenant_class,
        "cost": dollars(job.cost) if job.cost else None,
        **job.measured,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _seconds(since: datetime, until: datetime) -> float:
    return round(max(0.0, (until - since).total_seconds()), 3)
