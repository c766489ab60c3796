"""Make a tenant's last reports of a template once more, by the version that counts and by another, to compare them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.access.quotas import Quotas
from reports.clock import Clock
from reports.jobs.job import Job
from reports.jobs.listing import JobFilter
from reports.jobs.ports import JobStore, RenderQueue
from reports.jobs.values import JobStatus

log = logging.getLogger(__name__)

MOST_REPORTS = 50
"""Reports that are replayed at once; each is made twice."""

_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class ReplayedReport:
    """The ids of a report, and of the two that are made of its input."""

    original: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay: the batch that all its reports are of, and the reports."""

    batch: str
    reports: Sequence[ReplayedReport]


class ReplayTemplate:
    """The replay of real inputs before a version goes live. It counts as two reports for each."""

    def __init__(
        self, *, jobs: JobStore, queue: RenderQueue, clock: Clock, quotas: Quotas, new_id: Callable[[], str]
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._quotas = quotas
        self._new_id = new_id

    def __call__(
        self, tenant: str, template: str, *, before: int | None, after: int, most: int, correlation_id: str
    ) -> Replay:
        """Ask for the reports, the newest first. Raises QuotaExceededError or ServiceUnavailableError."""
        wanted = JobFilter(status=JobStatus.SUCCEEDED, template=template)
        found = [job for job in self._jobs.list(tenant, wanted, limit=_LOOKED_AT).jobs if _is_real(job)][:most]
        batch, now = self._new_id(), self._clock.now()
        tenant_class = self._quotas.limits_of(tenant).tenant_class
        pairs = [
            tuple(
                job.replayed(
                    self._new_id(),
                    now,
                    template_version=version,
                    batch=batch,
                    correlation_id=correlation_id,
                    tenant_class=tenant_class,
                )
                for version in (before, after)
            )
            for job in found
        ]
        jobs = [job for pair in pairs for job in pair]
        if jobs:
            self._quotas.count(tenant, len(jobs))
        kept = set(self._jobs.add_new(jobs)) if jobs else set()
        # What cannot be sent now is sent by the sweep.
        self._queue.send_all([job for job in jobs if job.id in kept])
        log.info("a template is replayed", extra={"tenant": tenant, "batch": batch, "reports": len(found)})
        ids = [(job.id, old.id, new.id) for job, (old, new) in zip(found, pairs, strict=True)]
        return Replay(batch, [ReplayedReport(*each) for each in ids if {each[1], each[2]} <= kept])


def _is_real(job: Job) -> bool:
    """Tell whether a report was made for itself, and can be made again: not a check, a sample, or a replay."""
    is_one_of_ours = job.checks_template or job.rerenders is not None or job.options.sample is True
    return not is_one_of_ours and job.options.protect is None
