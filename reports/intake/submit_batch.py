"""Take many requests in at once: one object for their inputs, and few calls for their jobs and messages."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.errors import PressrunError, ServiceUnavailableError
from reports.intake.submit_report import Intake, digest_of, key_reused
from reports.jobs import object_keys
from reports.jobs.job import Job
from reports.jobs.listing import KeyUse
from reports.jobs.request import BatchItem
from reports.jobs.values import ByteRange, Door, InputRef
from reports.shelf.templates import FoundTemplate

log = logging.getLogger(__name__)

# As many as an item's problem shows. Those of a thousand items would keep the API busy.
_MOST_VIOLATIONS = 5


@dataclass(frozen=True, slots=True)
class AcceptedItem:
    """Name the job of an item that was accepted, now or, by its idempotency key, before."""

    job_id: str
    batch: str | None


Answer = AcceptedItem | PressrunError


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """The outcome of each item, in their order: it was accepted, or refused for an error."""

    batch: str
    items: tuple[Answer, ...]


class SubmitBatch:
    """Accept requests at POST /reports/batch, each for itself. The jobs that are named will be rendered."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def __call__(self, items: Sequence[BatchItem], *, tenant: str, correlation_id: str) -> BatchOutcome:
        """Raises QuotaExceededError when not all of it may be made any more on this day.

        Raises ServiceUnavailableError when nothing could be kept at all.
        """
        now = self._intake.clock.now()
        batch = self._intake.new_id()
        found, answers = self._refused(items, tenant)
        plain = [index for index, item in enumerate(items) if item.idempotency_key is None and index not in answers]
        keyed = [index for index, item in enumerate(items) if item.idempotency_key is not None and index not in answers]
        answers |= {index: AcceptedItem(self._intake.new_id(), batch) for index in plain}
        answers |= self._of_keys({index: items[index] for index in keyed}, tenant, batch, now)
        known = self._known([answers[index] for index in keyed], batch)
        named = _each_job_once(answers, known)
        wanted = {index: (items[index], named[index]) for index in sorted(named)}
        # First, because what fails once the reports are counted uses up the tenant's day.
        sealed = dict(zip(wanted, self._intake.sealed([item for item, _ in wanted.values()], tenant), strict=True))
        if wanted:
            self._intake.quotas.count(tenant, len(wanted))
        jobs = self._with_input(wanted, found, sealed, batch, tenant, correlation_id, now)
        kept = self._keep([jobs[i] for i in plain], [jobs[i] for i in keyed if i in jobs])
        new = [job for job in jobs.values() if job.id in kept]
        queued = self._intake.queue.send_all(new)
        facts = {"batch": batch, "items": len(items), "jobs": len(new), "not_queued_yet": len(new) - len(queued)}
        log.info("accepted", extra=facts)
        return BatchOutcome(batch, tuple(_answer(answers[index], kept | known) for index in range(len(items))))

    def _refused(
        self, items: Sequence[BatchItem], tenant: str
    ) -> tuple[Mapping[str, FoundTemplate], dict[int, Answer]]:
        """Return the templates that items name, each looked up once, and the items that are refused."""
        found: dict[str, FoundTemplate] = {}
        refused: dict[int, Answer] = {}
        for index, item in enumerate(items):
            try:
                if item.template not in found:
                    found[item.template] = self._intake.templates.find(tenant, item.template, for_report=True)
                self._intake.check_data(found[item.template], item, tenant, most_violations=_MOST_VIOLATIONS)
                self._intake.quotas.check_size(tenant, len(_input_of(item)))
            except PressrunError as error:
                refused[index] = error
        return found, refused

    def _of_keys(self, items: Mapping[int, BatchItem], tenant: str, batch: str, now: datetime) -> dict[int, Answer]:
        """Name the job that each item's key stands for now."""
        digests = {index: digest_of(item) for index, item in items.items()}
        wanted: dict[str, KeyUse] = {}
        for index, item in items.items():
            wanted.setdefault(str(item.idempotency_key), KeyUse(self._intake.new_id(), digests[index], batch))
        uses = self._intake.idempotency_keys.claim(tenant, wanted, now) if wanted else {}
        answers: dict[int, Answer] = {}
        for index, item in items.items():
            use = uses.get(str(item.idempotency_key))
            if use is None:
                answers[index] = _not_kept()
            else:
                answers[index] = AcceptedItem(use.job_id, use.batch) if use.digest == digests[index] else key_reused()
        return answers

    def _known(self, answers: Collection[Answer], batch: str) -> set[str]:
        """Return the ids of those jobs that were added before.

        That a key was used before does not say so: the process that used it may have ended before it had added the job.
        """
        earlier = {each.job_id for each in answers if isinstance(each, AcceptedItem) and each.batch != batch}
        return earlier - set(self._intake.jobs.missing(earlier)) if earlier else set()

    def _with_input(
        self,
        items: Mapping[int, tuple[BatchItem, AcceptedItem]],
        found: Mapping[str, FoundTemplate],
        sealed: Mapping[int, str | None],
        batch: str,
        tenant: str,
        correlation_id: str,
        now: datetime,
    ) -> dict[int, Job]:
        """Keep the inputs, a line for each in one object, and make a job for each."""
        lines = {index: _input_of(item) + b"\n" for index, (item, _) in items.items()}
        key = object_keys.batch_input_key(tenant, batch)
        if lines:
            self._intake.inputs.put(key, b"".join(lines.values()), content_type="application/jsonl")
        tenant_class = self._intake.quotas.limits_of(tenant).tenant_class
        jobs: dict[int, Job] = {}
        start = 0
        for index, (item, name) in items.items():
            length = len(lines[index])
            jobs[index] = Job.accepted(
                name.job_id,
                now,
                door=Door.API,
                tenant=tenant,
                template=found[item.template].template.name,
                source="POST /reports/batch",
                input_ref=InputRef(key, part=ByteRange(start, length)),
                options=item.options,
                correlation_id=correlation_id,
                batch=name.batch,
                tenant_class=tenant_class,
                sealed=sealed[index],
                template_version=found[item.template].version,
            )
            start += length
        return jobs

    def _keep(self, new: Sequence[Job], perhaps_new: Sequence[Job]) -> set[str]:
        """Return the ids of the jobs that are there now. Another request with the same keys may add the latter, too."""
        kept = set(self._intake.jobs.add_new(new)) if new else set()
        if perhaps_new:
            kept |= set(self._intake.jobs.add_missing(perhaps_new))
        return kept


def _input_of(item: BatchItem) -> bytes:
    return item.without_passwords().model_dump_json(exclude={"idempotency_key"}).encode()


def _each_job_once(answers: Mapping[int, Answer], known: Collection[str]) -> dict[int, AcceptedItem]:
    """Return the first item of each job that is still to be added."""
    first: dict[str, int] = {}
    for index, answer in answers.items():
        if isinstance(answer, AcceptedItem) and answer.job_id not in known:
            first.setdefault(answer.job_id, index)
    return {index: answer for index in first.values() if isinstance(answer := answers[index], AcceptedItem)}


def _answer(answer: Answer, kept: Collection[str]) -> Answer:
    return _not_kept() if isinstance(answer, AcceptedItem) and answer.job_id not in kept else answer


def _not_kept() -> PressrunError:
    return ServiceUnavailableError("The report could not be kept.")
