"""Work off the messages of the render queue: claim a job, have its report written, record how that ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from reports.access.quotas import Quotas
from reports.access.usage import Spent
from reports.backoff import Backoff
from reports.clock import NEVER, Clock, Deadline
from reports.errors import (
    DeadlineError,
    InternalError,
    InterruptedRenderError,
    JobBusyError,
    JobConflictError,
    JobExistsError,
    JobNotFoundError,
    MalformedMessageError,
    PermanentError,
    PressrunError,
    TransientError,
)
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.cost import CostMeter
from reports.jobs.job import Job
from reports.jobs.log_lines import lines_about, log_end
from reports.jobs.pauses import Pauses
from reports.jobs.ports import JobStore
from reports.jobs.render_messages import DirectRequest, Envelope, Instruction, RenderReport, UploadedFile, parse
from reports.jobs.values import Door, Failure, JobStatus
from reports.worker.admit_message import AdmitMessage
from reports.worker.failed_attempts import FailedAttempts
from reports.worker.heartbeat import Heartbeat
from reports.worker.message_disposition import Admitted, MessageDisposition
from reports.worker.report_writer import ReportWriter

log = logging.getLogger(__name__)


class RenderReports:
    """Work off the messages of the render queue."""

    def __init__(
        self,
        *,
        admit: AdmitMessage,
        writer: ReportWriter,
        jobs: JobStore,
        clock: Clock,
        announce: AnnounceEnd,
        backoff: Backoff,
        max_tries: int,
        max_deaths: int,
        lease: timedelta,
        heartbeat: Heartbeat,
        life: timedelta,
        new_id: Callable[[], str],
        quotas: Quotas,
        meter: CostMeter,
        pauses: Pauses,
        stack_run: str | None,
    ) -> None:
        self._admit = admit
        self._writer = writer
        self._jobs = jobs
        self._clock = clock
        self._announce = announce
        self._backoff = backoff
        self._max_tries = max_tries
        self._max_deaths = max_deaths
        self._lease = lease
        self._heartbeat = heartbeat
        self._new_id = new_id
        self._quotas = quotas
        self._meter = meter
        self._pauses = pauses
        self._failed = FailedAttempts(
            jobs=jobs, clock=clock, announce=announce, backoff=backoff, max_tries=max_tries, life=life
        )
        self._stack_run = stack_run

    def admit(self, envelope: Envelope) -> Admitted:
        """Give every request of a message a job, unless it has one. Never raises an Exception.

        From then on, whatever becomes of the message, the sweep sees to it.
        """
        try:
            instructions = parse(envelope.message_id, envelope.body, envelope.attributes)
        except MalformedMessageError as error:
            # There is no job to fail, and another try would find the same: a message of a later release, for example.
            # It goes to the dead-letter queue, where a person can look at it, and bring it back when it can be read.
            log.error("malformed message", extra={"message_id": envelope.message_id, "reason": error.message})  # noqa: TRY400
            return Admitted(envelope, (), MessageDisposition(rejected=error.message))
        job_ids, dispositions = [], []
        for instruction in instructions:
            try:
                job_id = self._job_id(instruction, envelope)
            except TransientError as error:
                dispositions.append(self._not_admitted_yet(error, envelope))
            except JobExistsError as error:
                # Another try would find the same. Its request was accepted, so a person has to see it.
                facts = {"message_id": envelope.message_id, "job_id": instruction.job_id, "reason": error.message}
                log.error("a message under the id of another request", extra=facts)  # noqa: TRY400
                dispositions.append(MessageDisposition(rejected=error.message))
            except Exception as error:
                log.exception("the message could not be worked off", extra=_facts_of(error, envelope))
                dispositions.append(MessageDisposition(retry_after=self._backoff.seconds_after(envelope.receives)))
            else:
                if job_id is not None:
                    job_ids.append(job_id)
        return Admitted(envelope, tuple(job_ids), MessageDisposition.of_all(dispositions))

    def work_off(self, admitted: Admitted, *, deadline: Deadline = NEVER) -> MessageDisposition:
        """Render the reports that a message asks for, and say what becomes of it. Never raises an Exception.

        A render that cannot be over by the ``deadline`` is put off.
        """
        rendered = [self._follow(job_id, admitted.envelope, deadline) for job_id in admitted.job_ids]
        return MessageDisposition.of_all([admitted.disposition, *rendered])

    def _not_admitted_yet(self, error: TransientError, envelope: Envelope) -> MessageDisposition:
        facts = _facts_of(error, envelope)
        # One receive is kept: should a worker be killed at the last one, no copy would be sent.
        if not self._backoff.is_last(envelope.receives + 1):
            log.warning("a request could not be given a job", extra=facts, exc_info=error)
            return MessageDisposition(retry_after=self._backoff.seconds_after(envelope.receives))
        # Only this message knows of the request. A copy costs nothing, and outages end: so there is no limit.
        seconds = self._backoff.seconds_before_copy(envelope.receives)
        log.warning(
            "a request without a job is sent once more", extra={**facts, "after_seconds": seconds}, exc_info=error
        )
        return MessageDisposition(sent_again_after=seconds)

    def _follow(self, job_id: str, envelope: Envelope, deadline: Deadline) -> MessageDisposition:
        try:
            try:
                return self._render(job_id, envelope, deadline)
            except JobConflictError:
                return self._yield_to_the_other(job_id, envelope)
        except JobNotFoundError:
            # There was one before there was a message: it has expired, or was erased with all that its tenant has.
            log.warning("the report is gone", extra={"job_id": job_id, "message_id": envelope.message_id})
            return MessageDisposition()
        except JobBusyError as error:
            # The other worker may die, so the message must stay; it is looked at again when the lease is over.
            facts = {"job_id": job_id, "correlation_id": envelope.correlation_id or job_id}
            log.info("busy elsewhere", extra={**facts, "message_id": envelope.message_id})
            return MessageDisposition(retry_after=round(error.seconds) + 1)
        except Exception as error:
            # Nothing is known of the job's state here: the message stays in the queue, then in the dead-letter queue.
            log.exception("the message could not be worked off", extra=_facts_of(error, envelope))
            return MessageDisposition(retry_after=self._backoff.seconds_after(envelope.receives))

    def _yield_to_the_other(self, job_id: str, envelope: Envelope) -> MessageDisposition:
        """Leave the job to the process that wrote its latest revision; the message goes only when the job is over."""
        job = self._jobs.get(job_id)
        if (failure := job.failure) is not None and job.status is JobStatus.FAILED and _is_to_be_parked(failure):
            # As when the sweep ended it before its message came back, or a worker could not send the message on.
            return MessageDisposition(rejected=failure.code)
        log.info("nothing to do", extra={**job.log_facts, "message_id": envelope.message_id, "status": job.status})
        return MessageDisposition(None if job.status.is_final else self._backoff.seconds_after(envelope.receives))

    def _job_id(self, instruction: Instruction, envelope: Envelope) -> str | None:
        match instruction:
            case RenderReport(job_id):
                return job_id
            case DirectRequest():
                return self._admit.direct(instruction, envelope)
            case UploadedFile():
                return self._admit.upload(instruction, envelope)

    def _render(self, job_id: str, envelope: Envelope, deadline: Deadline) -> MessageDisposition:
        before = self._jobs.get(job_id)
        if (pause := self._pauses.of(before)) is not None:
            log.info("held by a pause", extra=before.log_facts)
            return MessageDisposition(sent_again_after=pause.seconds_to_hold(self._clock.now()))
        run = self._stack_run
        claimed = before.claimed(self._clock.now(), self._lease, self._new_id(), envelope.receives, run)
        if (lost := before.lost_for_good(run, max_deaths=self._max_deaths, max_tries=self._max_tries)) is not None:
            # It has taken its last worker along, and would take this one. The message is one of several.
            with lines_about(before):
                self._failed.fail(replace(before, cost=before.cost + self._cost_until(before)), lost)
            self._note_lost(before)
            return MessageDisposition(rejected=lost.code)
        claimed = replace(claimed, cost=before.cost + self._cost_until(before))
        self._jobs.advance(claimed)
        self._note_lost(before)
        with (
            lines_about(claimed),
            self._quotas.measured(claimed.tenant, self._writer.template_of(claimed)) as spent,
            self._heartbeat.during(claimed, envelope.receipt_handle),
        ):
            if before.attempt == 0:
                spent.reports, spent.before = 1, claimed.cost
            return self._attempt(claimed, envelope, deadline, spent)

    def _note_lost(self, before: Job) -> None:
        """Count the attempt whose worker has died, if the job has one: all the time that it may have taken."""
        if before.seconds_leased:
            spent = Spent(self._writer.template_of(before), before=self._cost_until(before))
            self._quotas.note(before.tenant, spent, before.seconds_leased)

    def _cost_until(self, before: Job) -> int:
        """Return the cost of what led to a claim: the request, or the attempt whose worker has died."""
        if before.attempt == 0:
            return self._meter.report(before.door)
        return self._meter.attempt(before.seconds_leased) if before.seconds_leased else 0

    def _charged(self, job: Job, spent: Spent) -> Job:
        """Return the job with the cost of the attempt that ends now, and note it for its tenant's day."""
        started = job.started_at or job.updated_at
        spent.attempt = self._meter.attempt((self._clock.now() - started).total_seconds(), files=len(job.artifacts))
        return replace(job, cost=job.cost + spent.attempt)

    def _attempt(self, claimed: Job, envelope: Envelope, deadline: Deadline, spent: Spent) -> MessageDisposition:
        # Counted once, by the first attempt that gets so far. One that is over the limit, and is given another life, is
        # held to it again; should the worker die in between, its tenant has the benefit.
        job = claimed.uncounted() if claimed.counted_in == claimed.attempt else claimed
        log.info("claimed", extra={"receives": envelope.receives})
        started = time.monotonic()
        stored: list[str] = []
        try:
            job = replace(job, tenant_class=self._quotas.limits_of(job.tenant).tenant_class)
            if job.counted_in is None:
                self._quotas.count(job.tenant)
                job = replace(job, counted_in=claimed.counted_in)
            else:
                self._quotas.check_compute(job.tenant)
            if job.door is not Door.API:
                # Of those the API function has done so, before it accepted them.
                self._quotas.check_recipient(job.tenant, job.options.notify.email if job.options.notify else None)
            ended = self._charged(self._writer.write(job, deadline, stored), spent)
            self._jobs.advance(ended)
        except JobConflictError:
            # Cancelled, or taken over by another worker after this one's lease: what it has made is not wanted.
            self._charged(job, spent)
            self._remove(job, stored)
            raise
        except PermanentError as error:
            return self._failed.fail(self._charged(job, spent), error)
        except InterruptedRenderError as error:
            return self._failed.take_another_turn(self._charged(job, spent), error, envelope)
        except TransientError as error:
            log.warning("attempt failed", extra={"code": error.code}, exc_info=True)
            return self._failed.put_off(self._charged(job, spent), error, envelope)
        except Exception:
            log.exception("attempt failed", extra={"code": InternalError.code})
            fault = InternalError("The report could not be made because of a fault in Pressrun. The logs say more.")
            return self._failed.put_off(self._charged(job, spent), fault, envelope)
        log.info("succeeded", extra={"duration_ms": _milliseconds(started)})
        log_end(ended)
        self._announce.or_leave_it(ended)
        return MessageDisposition(fast_path_faults=int("fault" in ended.new_entry.detail["layout"]))

    def _remove(self, job: Job, stored: list[str]) -> None:
        """Remove what a lost attempt has stored, but for what the job names: then it was not lost after all.

        Raises ServiceUnavailableError, and removes nothing, when it cannot be read what the job names.
        """
        named: set[str] = set()
        with suppress(JobNotFoundError):
            named = {artifact.key for artifact in self._jobs.get(job.id).artifacts}
        self._writer.remove([key for key in stored if key not in named])


def _is_to_be_parked(failure: Failure) -> bool:
    """Tell whether a redrive can help, once its cause is mended. The owner of a report that came too late can ask for
    it again.
    """
    return failure.retryable and failure.code != DeadlineError.code


def _facts_of(error: Exception, envelope: Envelope) -> Mapping[str, object]:
    return {
        "message_id": envelope.message_id,
        "code": error.code if isinstance(error, PressrunError) else InternalError.code,
    }


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
