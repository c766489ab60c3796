"""Take many requests in at once: one object for their inputs, and few calls for their jobs and messages."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports import keys
from reports.errors import PressrunError, ServiceUnavailableError
from reports.intake import Intake, accepted, digest_of, key_reused, new_job
from reports.model import ByteRange, InputRef, Job, KeyUse
from reports.ports import KeyedJob
from reports.request import BatchItem

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AcceptedItem:
    """Name the job of an item that was accepted, now or, by its idempotency key, before."""

    job_id: str
    batch: str | None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """Say what became of each item, in their order: it was accepted, or refused for an error."""

    batch: str
    items: tuple[AcceptedItem | PressrunError, ...]


class SubmitBatch:
    """Accept requests at POST /reports/batch, each for itself. The jobs that are named will be rendered."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def __call__(self, items: Sequence[BatchItem], *, tenant: str, correlation_id: str) -> BatchOutcome:
        """Raises ServiceUnavailableError when nothing could be kept at all."""
        now = self._intake.clock.now()
        batch = self._intake.new_id()
        refused = self._refused(items)
        plain, first = _sorted_out(items, refused)
        uses = dict(self._intake.keyed_jobs.uses(tenant, first, now)) if first else {}
        fresh = [index for key, index in first.items() if key not in uses]
        asked = {index: items[index] for index in sorted([*plain, *fresh])}
        jobs = self._with_input(asked, batch, tenant, correlation_id, now)
        kept = self._keep([jobs[index] for index in plain])
        uses |= self._keep_with_keys([(jobs[index], items[index]) for index in fresh])
        kept |= {use.job_id for use in uses.values()}
        new = [job for job in jobs.values() if job.id in kept]
        queued = self._intake.queue.send_all(new)
        facts = {"batch": batch, "items": len(items), "jobs": len(new), "not_queued_yet": len(new) - len(queued)}
        log.info("accepted", extra=facts)
        outcomes = (
            refused.get(index) or _outcome(item, jobs.get(index), kept, uses) for index, item in enumerate(items)
        )
        return BatchOutcome(batch, tuple(outcomes))

    def _refused(self, items: Sequence[BatchItem]) -> dict[int, PressrunError]:
        refused: dict[int, PressrunError] = {}
        for index, item in enumerate(items):
            try:
                self._intake.catalog.validate(self._intake.catalog.get(item.template), item.data)
            except PressrunError as error:
                refused[index] = error
        return refused

    def _with_input(
        self, items: Mapping[int, BatchItem], batch: str, tenant: str, correlation_id: str, now: datetime
    ) -> dict[int, Job]:
        """Keep the inputs, a line for each in one object, and make a job for each."""
        lines = {i: item.model_dump_json(exclude={"idempotency_key"}).encode() + b"\n" for i, item in items.items()}
        key = keys.batch_input_key(tenant, batch)
        if lines:
            self._intake.inputs.put(key, b"".join(lines.values()), content_type="application/jsonl")
        jobs: dict[int, Job] = {}
        start = 0
        for index, line in lines.items():
            jobs[index] = new_job(
                self._intake.new_id(),
                items[index],
                tenant=tenant,
                source="POST /reports/batch",
                input_ref=InputRef(key, part=ByteRange(start, len(line))),
                correlation_id=correlation_id,
                now=now,
                batch=batch,
            )
            start += len(line)
        return jobs

    def _keep(self, jobs: Sequence[Job]) -> set[str]:
        return set(self._intake.jobs.add_new([(job, accepted(job)) for job in jobs])) if jobs else set()

    def _keep_with_keys(self, jobs: Sequence[tuple[Job, BatchItem]]) -> dict[str, KeyUse]:
        """Return what the keys of these jobs stand for now, by key."""
        keyed = [KeyedJob(job, accepted(job), item.idempotency_key or "", digest_of(item)) for job, item in jobs]
        uses = self._intake.keyed_jobs.add(keyed) if keyed else {}
        return {each.key: uses[each.job.id] for each in keyed if each.job.id in uses}


def _sorted_out(items: Sequence[BatchItem], refused: Collection[int]) -> tuple[list[int], dict[str, int]]:
    """Return the places of items without a key, and by key that of the first item that has it."""
    plain: list[int] = []
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        if index in refused:
            continue
        if item.idempotency_key is None:
            plain.append(index)
        else:
            first.setdefault(item.idempotency_key, index)
    return plain, first


def _outcome(
    item: BatchItem, job: Job | None, kept: Collection[str], uses: Mapping[str, KeyUse]
) -> AcceptedItem | PressrunError:
    if item.idempotency_key is None:
        is_kept = job is not None and job.id in kept
        return AcceptedItem(job.id, job.batch) if job is not None and is_kept else _not_kept()
    use = uses.get(item.idempotency_key)
    if use is None:
        return _not_kept()
    return AcceptedItem(use.job_id, use.batch) if use.digest == digest_of(item) else key_reused()


def _not_kept() -> PressrunError:
    return ServiceUnavailableError("The report could not be kept.")
