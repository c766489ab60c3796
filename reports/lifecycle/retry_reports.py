"""Give many failed jobs another life."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from reports.access.quotas import Quotas
from reports.clock import Clock
from reports.errors import JobConflictError, QuotaExceededError, TransientError
from reports.jobs.job import Job
from reports.jobs.listing import JobFilter
from reports.jobs.ports import JobStore, RenderQueue
from reports.jobs.values import JobStatus

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1000
_PAGE = 100
# What is reopened is queued in tens, so that a run that dies leaves few to the sweep.
_QUEUED_AT_ONCE = 10

_Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]


def _no_number(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("give a time with its zone, such as 2026-11-20T12:00:00Z")  # noqa: TRY004 - for pydantic
    return value


_Time = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_no_number)]


class RetryFilter(BaseModel):
    """A filter of failed jobs: those to which all of it applies."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    status: Literal["FAILED"] = "FAILED"
    error_code: _Word | None = None
    template: _Word | None = None
    batch: _Word | None = None
    created_after: _Time | None = None
    created_before: _Time | None = None

    @model_validator(mode="after")
    def _in_order(self) -> RetryFilter:
        if self.created_after and self.created_before and self.created_after >= self.created_before:
            raise ValueError("created_after has to be before created_before")
        return self


class RetryOrder(BaseModel):
    """An order to retry failed jobs, the newest first, and a limit on their number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    filter: RetryFilter
    limit: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 100
    dry_run: bool = False


@dataclass(slots=True)
class RetryCounts:
    """The outcome of a RetryOrder.

    ``ids`` are those of the jobs that are retried, or would be in a dry run. ``skipped`` counts those that another
    request has changed meanwhile, that would fail again, or that were tried too often; ``failed`` those that a fault
    has kept FAILED. ``more`` says that the run has ended before all were seen.
    """

    inspected: int = 0
    skipped: int = 0
    failed: int = 0
    more: bool = False
    ids: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts by name, and the ids."""
        return {
            "inspected": self.inspected,
            "retried": len(self.ids),
            "skipped": self.skipped,
            "failed": self.failed,
            "more": self.more,
            "ids": self.ids,
        }


class RetryReports:
    """Reopen the failed jobs that are wanted, and ask for their renders. Each counts as one more report."""

    def __init__(self, *, jobs: JobStore, queue: RenderQueue, clock: Clock, quotas: Quotas, budget: timedelta) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._quotas = quotas
        self._budget = budget

    def __call__(self, order: RetryOrder, *, tenant: str) -> RetryCounts:
        """Work until all are through, the limit is reached, or the time budget or the tenant's day is used up.

        Raises QuotaExceededError when not even one may be retried any more on this day, and ServiceUnavailableError.
        """
        deadline = self._clock.now() + self._budget
        counts = RetryCounts()
        reopened: list[Job] = []
        for job in self._failed(order.filter, tenant, counts, deadline):
            if len(counts.ids) >= order.limit:
                counts.more = True
                break
            if not job.can_retry:
                counts.skipped += 1
            elif order.dry_run:
                counts.ids.append(job.id)
            elif not self._reopen(job, counts, reopened):
                counts.more = True
                break
            if len(reopened) >= _QUEUED_AT_ONCE:
                self._ask_for(reopened)
                reopened = []
        self._ask_for(reopened)
        facts = {name: value for name, value in counts.as_dict().items() if name != "ids"}
        log.info("retried", extra={**facts, "dry_run": order.dry_run})
        return counts

    def _failed(self, wanted: RetryFilter, tenant: str, counts: RetryCounts, deadline: datetime) -> Iterator[Job]:
        """Yield those that are wanted, until the deadline."""
        chosen = JobFilter(
            status=JobStatus.FAILED,
            template=wanted.template,
            batch=wanted.batch,
            created_after=wanted.created_after,
            created_before=wanted.created_before,
        )
        cursor: str | None = None
        while True:
            try:
                page = self._jobs.list(tenant, chosen, limit=_PAGE, cursor=cursor)
            except TransientError:
                if cursor is None:
                    raise
                # What was retried already has to be told.
                log.warning("the rest is left", exc_info=True)
                counts.more = True
                return
            # Those of a later release are its own workers' to retry.
            counts.skipped += len(page.later)
            for job in page.jobs:
                if self._clock.now() >= deadline:
                    counts.more = True
                    return
                counts.inspected += 1
                if wanted.error_code is None or (job.failure is not None and job.failure.code == wanted.error_code):
                    yield job
            if page.cursor is None:
                return
            cursor = page.cursor

    def _reopen(self, job: Job, counts: RetryCounts, reopened: list[Job]) -> bool:
        """Reopen a job. Returns False for what the next ones would meet, too: a fault, or a used-up day."""
        again = job.retried(self._clock.now())
        try:
            self._quotas.count(job.tenant)
            self._jobs.advance(again)
        except JobConflictError:
            counts.skipped += 1
        except QuotaExceededError:
            if not counts.ids:
                raise
            return False
        except TransientError:
            log.warning("not retried", extra=job.log_facts, exc_info=True)
            counts.failed += 1
            return False
        else:
            reopened.append(again)
            counts.ids.append(job.id)
        return True

    def _ask_for(self, jobs: Sequence[Job]) -> None:
        # What is not queued for a fault is found by the sweep.
        if jobs:
            self._queue.send_all(jobs)
