"""Decide what follows an attempt that has failed: another one, or the end of the job."""

from __future__ import annotations

import logging
from datetime import timedelta

from reports.backoff import Backoff
from reports.clock import Clock
from reports.errors import DeadlineError, InterruptedRenderError, PressrunError, TransientError
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.job import Job
from reports.jobs.log_lines import log_end
from reports.jobs.ports import JobStore
from reports.jobs.render_messages import Envelope
from reports.jobs.values import Failure
from reports.worker.message_disposition import MessageDisposition

log = logging.getLogger(__name__)


class FailedAttempts:
    """The ends of attempts without a report."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        clock: Clock,
        announce: AnnounceEnd,
        backoff: Backoff,
        max_tries: int,
        life: timedelta,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._announce = announce
        self._backoff = backoff
        self._max_tries = max_tries
        self._life = life

    def fail(self, job: Job, error: PressrunError) -> MessageDisposition:
        """Let no other attempt follow."""
        ended = job.failed(self._clock.now(), Failure.of(error), error.reading)
        self._jobs.advance(ended)
        log.warning("failed", extra={"code": error.code})
        log_end(ended)
        self._announce.or_leave_it(ended)
        return MessageDisposition()

    def take_another_turn(self, job: Job, error: InterruptedRenderError, envelope: Envelope) -> MessageDisposition:
        """Let another attempt follow at the cost of no receive: others of the batch have used up the time for this one.

        That ends with the job's life. The sweep does not see to it, as long as each turn comes soon after the other.
        """
        now = self._clock.now()
        if now >= job.open_since + self._life:
            too_late = DeadlineError("The report was not made in time. Ask for it again, or retry it.")
            return self.fail(job, too_late)
        if job.has_full_timeline:
            return self.put_off(job, error, envelope)
        log.info("no time left for this render")
        self._jobs.advance(job.release_uncounted(now, Failure.of(error)))
        return MessageDisposition(sent_again_after=0)

    def put_off(self, job: Job, error: TransientError, envelope: Envelope) -> MessageDisposition:
        """Let another attempt follow, as long as the job has tries left, whatever receives its message has.

        A worker that dies takes a receive of each message of its batch, and so does Lambda when it throttles a batch.
        """
        is_its_last_receive = self._backoff.is_last(envelope.receives)
        if job.tries >= self._max_tries:
            self.fail(job, error)
            return MessageDisposition(retry_after=0) if is_its_last_receive else MessageDisposition(rejected=error.code)
        seconds = self._backoff.seconds_before_copy(job.tries)
        self._jobs.advance(job.released(self._clock.now(), Failure.of(error), after_seconds=seconds))
        return (
            MessageDisposition(sent_again_after=seconds)
            if is_its_last_receive
            else MessageDisposition(retry_after=seconds)
        )
