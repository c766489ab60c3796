"""Bring messages back from the dead-letter queue, by hand."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from reports.clock import Clock
from reports.errors import JobConflictError, JobNotFoundError, MalformedMessageError, PressrunError
from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter, DeadLetterQueue, JobStore
from reports.jobs.render_messages import REQUEST_ID, DirectRequest, Instruction, RenderReport, parse
from reports.jobs.values import JobStatus

log = logging.getLogger(__name__)


class RedriveOrder(BaseModel):
    """An order to bring messages back: at most ``max``, of jobs to which all applies that is given."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    max: Annotated[int, Field(ge=1, le=10_000)] = 100
    job_id: str | None = None
    error_code: str | None = None
    template: str | None = None
    tenant: str | None = None
    batch: str | None = None
    dry_run: bool = False


@dataclass(slots=True)
class RedriveCounts:
    """Count messages: looked at, sent again (or to be, in a dry run), passed over, and not sent for a fault."""

    inspected: int = 0
    redriven: int = 0
    skipped: int = 0
    failed: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


class _Decision(Enum):
    SEND = auto()  # to the render queue again
    LEAVE = auto()  # where it is
    DROP = auto()  # its job is over


class Redrive:
    """Move messages from the dead-letter queue to the render queue, and their jobs from FAILED to PENDING."""

    def __init__(self, *, jobs: JobStore, dead_letters: DeadLetterQueue, clock: Clock, budget: timedelta) -> None:
        self._jobs = jobs
        self._dead_letters = dead_letters
        self._clock = clock
        self._budget = budget

    def __call__(self, order: RedriveOrder) -> RedriveCounts:
        """Work until the queue is through, the number is reached, or the time budget is used up."""
        started = self._clock.now()
        counts = RedriveCounts()
        left: list[DeadLetter] = []
        seen: set[str] = set()
        try:
            while counts.redriven < order.max and self._clock.now() < started + self._budget:
                letters = self._dead_letters.receive()
                if not letters:
                    break
                for letter in letters:
                    # What comes round again within one run has been decided upon, or has just failed anew.
                    again = letter.message_id in seen or (letter.sent_at is not None and letter.sent_at > started)
                    seen.add(letter.message_id)
                    if again or counts.redriven >= order.max:
                        left.append(letter)
                        continue
                    counts.inspected += 1
                    if not self._handle(letter, order, counts):
                        left.append(letter)
        finally:
            for letter in left:
                self._unhide(letter)
        log.info("redriven", extra={**counts.as_dict(), "dry_run": order.dry_run})
        return counts

    def _unhide(self, letter: DeadLetter) -> None:
        try:
            self._dead_letters.unhide(letter)
        except PressrunError as error:
            # It is visible again when the time is over for which it was received.
            facts = {"message_id": letter.message_id, "code": error.code}
            log.warning("a message could not be put back", extra=facts, exc_info=True)

    def _handle(self, letter: DeadLetter, order: RedriveOrder, counts: RedriveCounts) -> bool:
        """Decide on one message and count it. Returns whether it has left the dead-letter queue."""
        try:
            decision, letter, jobs = self._decide(letter, order)
            if decision is _Decision.LEAVE or (order.dry_run and decision is _Decision.DROP):
                counts.skipped += 1
                return False
            if decision is _Decision.DROP:
                self._dead_letters.delete(letter)
                counts.skipped += 1
                return True
            if not order.dry_run:
                self._send(letter, jobs)
        except JobConflictError:
            counts.skipped += 1
            return False
        except Exception:
            log.exception("a message could not be redriven", extra={"message_id": letter.message_id})
            counts.failed += 1
            return False
        counts.redriven += 1
        return not order.dry_run

    def _send(self, letter: DeadLetter, jobs: Sequence[Job]) -> None:
        # In this order a crash at any point loses nothing: the message is still there, and a second run sends it.
        for job in jobs:
            if job.status is JobStatus.FAILED:
                self._jobs.advance(job.redriven(self._clock.now()))
        self._dead_letters.send_to_render_queue(letter)
        self._dead_letters.delete(letter)
        log.info("redriven", extra={"message_id": letter.message_id, "job_ids": [job.id for job in jobs]})

    def _decide(self, letter: DeadLetter, order: RedriveOrder) -> tuple[_Decision, DeadLetter, list[Job]]:
        try:
            instructions = parse(letter.message_id, letter.body, letter.attributes)
        except MalformedMessageError:
            # The worker reads messages by the same code: it could do nothing with this one, either.
            return _Decision.LEAVE, letter, []
        ids = {instruction.job_id: instruction for instruction in instructions}
        jobs = [job for job in (self._find(job_id) for job_id in ids) if job is not None]
        if not all(ids[job.id].is_answered_by(job) for job in jobs):
            # The worker has parked it because its id is another request's, whose job is not to be touched.
            return _Decision.LEAVE, letter, []
        if not _wanted(order, ids, jobs):
            return _Decision.LEAVE, letter, jobs
        missing = ids.keys() - {job.id for job in jobs}
        if any(isinstance(ids[job_id], RenderReport) for job_id in missing):
            return _Decision.LEAVE, letter, jobs
        now = self._clock.now()
        if any(job.status is JobStatus.RENDERING and job.lease_until and job.lease_until > now for job in jobs):
            return _Decision.LEAVE, letter, jobs
        if any(job.status is JobStatus.FAILED and job.has_full_timeline for job in jobs):
            return _Decision.LEAVE, letter, jobs
        if not missing and all(job.status.is_final and job.status is not JobStatus.FAILED for job in jobs):
            return _Decision.DROP, letter, jobs
        for instruction in instructions:
            if isinstance(instruction, DirectRequest):
                # The message gets a new id, on which the job's may have rested until now.
                letter = replace(letter, attributes={**letter.attributes, REQUEST_ID: instruction.job_id})
        return _Decision.SEND, letter, jobs

    def _find(self, job_id: str) -> Job | None:
        try:
            return self._jobs.get(job_id)
        except JobNotFoundError:
            return None


def _wanted(order: RedriveOrder, ids: dict[str, Instruction], jobs: Sequence[Job]) -> bool:
    if order.job_id is not None and order.job_id not in ids:
        return False
    wanted = (order.error_code, order.template, order.tenant, order.batch)
    if all(each is None for each in wanted):
        return True
    # A message of several jobs goes as a whole.
    return any(all(asked in (None, actual) for asked, actual in zip(wanted, _traits(job), strict=True)) for job in jobs)


def _traits(job: Job) -> tuple[str | None, str, str, str | None]:
    return (job.failure.code if job.failure else None, job.template, job.tenant, job.batch)
