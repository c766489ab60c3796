"""Make a report once more of the same input, to see whether it comes to the same bytes."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reports.access.quotas import Quotas
from reports.clock import Clock
from reports.errors import TransientError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, RenderQueue

log = logging.getLogger(__name__)


class RerenderReport:
    """Add a job that makes a report once more. Counts as one more report of its tenant's day."""

    def __init__(
        self, *, jobs: JobStore, queue: RenderQueue, clock: Clock, quotas: Quotas, new_id: Callable[[], str]
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._quotas = quotas
        self._new_id = new_id

    def __call__(self, job: Job, *, correlation_id: str) -> Job:
        """Return the new job.

        Raises JobConflictError when the report can't be made to the same bytes, QuotaExceededError, and
        ServiceUnavailableError.
        """
        tenant_class = self._quotas.limits_of(job.tenant).tenant_class
        again = job.rerendered(
            self._new_id(), self._clock.now(), correlation_id=correlation_id, tenant_class=tenant_class
        )
        self._quotas.count(job.tenant)
        self._jobs.add(again)
        try:
            self._queue.send(again)
        except TransientError:
            # The sweep will find that it is not queued.
            log.warning("not queued yet", extra=again.log_facts, exc_info=True)
        log.info("rerendered", extra={**again.log_facts, "original": job.id})
        return again
