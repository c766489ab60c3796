"""Repair what a crash, a lost message or a fault of a service has left behind, so that every job ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from reports.clock import Clock
from reports.errors import DeadlineError, JobConflictError, JobNotFoundError, PressrunError, WorkerLostError
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.job import Job
from reports.jobs.log_lines import log_end
from reports.jobs.pauses import Pauses
from reports.jobs.ports import JobStore, RenderQueue
from reports.jobs.values import Failure, JobStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SweepThresholds:
    """How long each thing may take before the sweep sees to it.

    ``queued``: a PENDING job whose message has not been seen; each time it is queued again this doubles. ``lease``: a
    lease that is over, while the message may still come back by itself. ``announced``: an end that was not announced.
    ``life``: all of a job, from its request on; what has not begun by then fails.
    """

    queued: timedelta
    lease: timedelta
    announced: timedelta
    life: timedelta

    def of(self, status: JobStatus) -> timedelta:
        """Return how long a job of that status may be overdue."""
        return {JobStatus.PENDING: self.queued, JobStatus.RENDERING: self.lease}.get(status, self.announced)


# First the ends that callers wait for, and last what a long queue may have most of.
_IN_ORDER = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.RENDERING, JobStatus.PENDING)


@dataclass(slots=True)
class SweepCounts:
    """Count jobs: looked at, queued again, failed as lost or too late, announced, and not repaired for a fault."""

    inspected: int = 0
    queued: int = 0
    lost: int = 0
    expired: int = 0
    announced: int = 0
    faults: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


class Sweep:
    """Look at every job that is overdue, and take the step that no other process has taken."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        queue: RenderQueue,
        announce: AnnounceEnd,
        clock: Clock,
        thresholds: SweepThresholds,
        max_tries: int,
        max_deaths: int,
        max_receives: int,
        budget: timedelta,
        pauses: Pauses,
        stack_run: str | None,
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._announce = announce
        self._clock = clock
        self._thresholds = thresholds
        self._max_tries = max_tries
        self._max_deaths = max_deaths
        self._max_receives = max_receives
        self._budget = budget
        self._pauses = pauses
        self._stack_run = stack_run

    def __call__(self) -> SweepCounts:
        """Work until nothing is overdue or the time budget is used up. The next sweep does the rest.

        Of the time that is left, each status gets a like share, so that no crowd of one keeps the others waiting; what
        one does not need is for the others.
        """
        started = self._clock.now()
        end = started + self._budget
        counts = SweepCounts()
        overdue = [self._jobs.due(status, started - self._thresholds.of(status)) for status in _IN_ORDER]
        while overdue and self._clock.now() < end:
            unfinished = []
            for position, job_ids in enumerate(overdue):
                now = self._clock.now()
                share = (end - now) / (len(overdue) - position)
                if not self._work_through(job_ids, now + share, counts):
                    unfinished.append(job_ids)
            overdue = unfinished
        if overdue:
            log.warning("the sweep ran out of time", extra=counts.as_dict())
        log.info("swept", extra=counts.as_dict())
        return counts

    def _work_through(self, job_ids: Iterator[str], until: datetime, counts: SweepCounts) -> bool:
        """Repair one after the other, and tell whether that was all."""
        while self._clock.now() < until:
            job_id = next(job_ids, None)
            if job_id is None:
                return True
            counts.inspected += 1
            facts: Mapping[str, object] = {"job_id": job_id}
            try:
                job = self._jobs.get(job_id)
                facts = job.log_facts
                self._repair(job, counts)
            except (JobConflictError, JobNotFoundError):
                continue  # Another process has seen to it, or it is too old to be kept.
            except Exception:
                log.exception("a job could not be repaired", extra=facts)
                counts.faults += 1
        return False

    def _repair(self, job: Job, counts: SweepCounts) -> None:
        now = self._clock.now()
        if job.due_at is None or now < job.due_at + self._thresholds.of(job.status):
            return
        if job.status is JobStatus.PENDING and self._is_held(job, now):
            return
        since = self._pauses.ended(job) or job.open_since
        is_too_old = now >= since + self._thresholds.life
        match job.status:
            case JobStatus.PENDING if is_too_old:
                self._fail(job, DeadlineError("The report was not made in time. Ask for it again, or retry it."), now)
                counts.expired += 1
            case JobStatus.PENDING:
                self._send(job)
                self._wait_longer(job, now)
                counts.queued += 1
            case JobStatus.RENDERING if (lost := self._lost_for_good(job, is_too_old=is_too_old)) is not None:
                self._fail(job, lost, now)
                counts.lost += 1
            case JobStatus.RENDERING if self._is_its_message_gone(job, now):
                self._send(job)
                self._wait_longer(self._released(job, now), now)
                counts.queued += 1
            case JobStatus.RENDERING:
                pass  # The message comes back by itself when its visibility timeout is over.
            case _:
                self._announce(job)
                counts.announced += 1

    def _is_held(self, job: Job, now: datetime) -> bool:
        """Tell whether a pause holds a job, or did a moment ago: its message is there, and will be looked at."""
        ended = self._pauses.ended(job)
        return self._pauses.of(job) is not None or (ended is not None and now < ended + self._thresholds.queued)

    def _lost_for_good(self, job: Job, *, is_too_old: bool) -> PressrunError | None:
        lost = job.lost_for_good(self._stack_run, max_deaths=self._max_deaths, max_tries=self._max_tries)
        return WorkerLostError.in_last_try() if lost is None and is_too_old else lost

    def _is_its_message_gone(self, job: Job, now: datetime) -> bool:
        # After its last receive it is in the dead-letter queue. It may get there before the job has had all of its
        # tries: a worker that dies takes a receive of each message of its batch.
        is_parked = job.receives >= self._max_receives
        return is_parked or (job.due_at is not None and now >= job.due_at + self._thresholds.queued)

    def _send(self, job: Job) -> None:
        # Before anything is written: should the message not get away, the job is as overdue as before, and the next
        # sweep sends one. If the write is missing instead, the next sweep sends one too many, which is harmless: a job
        # is claimed once. Should a worker take the message before the write, one of the two is refused: the sweep
        # leaves it the job, and the worker looks again some seconds later.
        self._queue.send(job)
        log.info("queued again", extra={**job.log_facts, "attempt": job.attempt})

    def _released(self, job: Job, now: datetime) -> Job:
        error = WorkerLostError("The worker that made the report died.")
        released = job.abandoned(now, Failure.of(error), self._stack_run)
        self._jobs.advance(released)
        return released

    def _wait_longer(self, job: Job, now: datetime) -> None:
        # Twice as long each time, so that not every sweep sends a message while the queue is long.
        doubled = now + (now - job.open_since)
        at_the_latest = job.open_since + self._thresholds.life - self._thresholds.queued
        waiting = job.queued_again(now, due_at=min(doubled, at_the_latest))
        self._jobs.advance(waiting)

    def _fail(self, job: Job, error: PressrunError, now: datetime) -> None:
        ended = job.failed(now, Failure.of(error))
        self._jobs.advance(ended)
        log.warning("failed", extra={**job.log_facts, "code": error.code})
        log_end(ended)
        self._announce.or_leave_it(ended)
