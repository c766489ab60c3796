"""Render jobs: claim, read, make, store, record."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from reports import keys
from reports.announcing import AnnounceEnd
from reports.errors import (
    InternalError,
    JobBusyError,
    JobConflictError,
    MalformedMessageError,
    PermanentError,
    PressrunError,
    QuotaExceededError,
    TransientError,
)
from reports.intake import AdmitMessage
from reports.making import ReportMaker
from reports.messages import DirectRequest, Envelope, Instruction, RenderReport, UploadedFile, parse
from reports.model import Artifact, Door, Failure, Job, Provenance
from reports.ports import Clock, JobStore, ObjectStore
from reports.progress import ProgressNotes
from reports.quotas import Quotas
from reports.render_model import RenderContext, RenderedFile, RenderedReport

log = logging.getLogger(__name__)

DEFAULT_LOCALE = "en"

_PDF = "application/pdf"


class Jitter(Protocol):
    """Choose at random; random.Random is one."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between the two."""
        ...


@dataclass(frozen=True, slots=True)
class Backoff:
    """Choose how long a message waits: exponential, with full jitter. Times are in seconds."""

    base: float
    cap: float
    max_receives: int
    pick: Jitter

    def seconds_after(self, receives: int) -> int:
        """Return the wait after the n-th receive; none after the last, which sends it to the dead-letter queue."""
        if receives >= self.max_receives:
            return 0
        # At least a second, or a retry would meet the very fault that it waits for.
        return round(self.pick.uniform(1, max(1.0, min(self.cap, self.base * 2 ** (receives - 1)))))

    def is_last(self, receives: int) -> bool:
        """Tell whether SQS will not deliver the message again."""
        return receives >= self.max_receives


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say what becomes of a message: done with, or to be delivered again after some seconds."""

    retry_after: int | None = None
    rejected: str | None = None
    """Why the message belongs into the dead-letter queue at once."""

    @property
    def done(self) -> bool:
        """Tell whether the message can be deleted."""
        return self.retry_after is None and self.rejected is None


class RenderReports:
    """Work off the messages of the render queue."""

    def __init__(
        self,
        *,
        admit: AdmitMessage,
        maker: ReportMaker,
        uploads: ObjectStore,
        artifacts: ObjectStore,
        jobs: JobStore,
        clock: Clock,
        announce: AnnounceEnd,
        backoff: Backoff,
        lease: timedelta,
        new_id: Callable[[], str],
        quotas: Quotas,
        engine: Mapping[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._admit = admit
        self._maker = maker
        self._uploads = uploads
        self._artifacts = artifacts
        self._jobs = jobs
        self._clock = clock
        self._announce = announce
        self._backoff = backoff
        self._lease = lease
        self._new_id = new_id
        self._quotas = quotas
        self._engine = engine
        self._monotonic = monotonic

    def process(self, envelope: Envelope, *, seconds_left: float | None = None) -> Verdict:
        """Do what a message asks, and say what becomes of it. Never raises an Exception.

        ``seconds_left`` is the time that the worker has for it; a render that it does not suffice for is put off.
        """
        deadline = None if seconds_left is None else time.monotonic() + seconds_left
        try:
            instructions = parse(envelope.message_id, envelope.body, envelope.attributes)
        except MalformedMessageError as error:
            # There is no job to fail, and another try would find the same: a message of a later release, for example.
            # It goes to the dead-letter queue, where a person can look at it, and bring it back when it can be read.
            log.error("malformed message", extra={"message_id": envelope.message_id, "reason": error.message})  # noqa: TRY400
            return Verdict(rejected=error.message)
        verdicts = [self._follow(instruction, envelope, deadline) for instruction in instructions]
        waits = [verdict.retry_after for verdict in verdicts if verdict.retry_after is not None]
        return Verdict(retry_after=max(waits) if waits else None)

    def _follow(self, instruction: Instruction, envelope: Envelope, deadline: float | None) -> Verdict:
        try:
            job_id = self._job_id(instruction, envelope.correlation_id)
            if job_id is None:
                return Verdict()
            try:
                return self._render(job_id, envelope, deadline)
            except JobConflictError:
                return self._yield_to_the_other(job_id, envelope)
            except JobBusyError as error:
                # The other worker may die, so the message must stay; it is looked at again when the lease is over.
                facts = {"job_id": job_id, "correlation_id": envelope.correlation_id or job_id}
                log.info("busy elsewhere", extra={**facts, "message_id": envelope.message_id})
                return Verdict(retry_after=round(error.seconds) + 1)
        except Exception as error:
            # Nothing is known of the job's state here: the message stays in the queue, then in the dead-letter queue.
            code = error.code if isinstance(error, PressrunError) else InternalError.code
            log.exception(
                "the message could not be worked off", extra={"message_id": envelope.message_id, "code": code}
            )
            return Verdict(retry_after=self._backoff.seconds_after(envelope.receives))

    def _yield_to_the_other(self, job_id: str, envelope: Envelope) -> Verdict:
        """Leave the job to whoever wrote its latest revision; the message goes only when the job is over."""
        job = self._jobs.get(job_id)
        facts = {"job_id": job_id, "correlation_id": job.correlation_id, "message_id": envelope.message_id}
        log.info("nothing to do", extra={**facts, "status": job.status})
        return Verdict(None if job.status.is_final else self._backoff.seconds_after(envelope.receives))

    def _job_id(self, instruction: Instruction, correlation_id: str | None) -> str | None:
        match instruction:
            case RenderReport(job_id):
                return job_id
            case DirectRequest():
                return self._admit.direct(instruction, correlation_id=correlation_id)
            case UploadedFile():
                return self._admit.upload(instruction, correlation_id=correlation_id)

    def _render(self, job_id: str, envelope: Envelope, deadline: float | None) -> Verdict:
        job = self._claim(job_id, envelope.receives)
        facts = {"job_id": job.id, "correlation_id": job.correlation_id, "attempt": job.attempt}
        log.info("claimed", extra={**facts, "receives": envelope.receives})
        started = time.monotonic()
        stored: list[str] = []
        try:
            self._count(job)
            ended, report = self._report(job, deadline, facts, stored)
            self._jobs.advance(ended, ended.event("succeeded", pages=report.pages, layout=dict(report.layout)))
        except JobConflictError:
            # Cancelled, or taken over by another worker after this one's lease: nobody will ask for what it has made.
            self._remove(stored, facts)
            raise
        except PermanentError as error:
            return self._fail(job, error, facts)
        except TransientError as error:
            log.warning("attempt failed", extra={**facts, "code": error.code}, exc_info=True)
            return self._put_off(job, error, envelope, facts)
        except Exception:
            log.exception("attempt failed", extra={**facts, "code": InternalError.code})
            fault = InternalError("The report could not be made because of a fault in Pressrun. The logs say more.")
            return self._put_off(job, fault, envelope, facts)
        log.info("succeeded", extra={**facts, "duration_ms": _milliseconds(started)})
        self._announce.or_leave_it(ended)
        return Verdict()

    def _count(self, job: Job) -> None:
        """Count what came in by a door where nobody counts: what is asked for at the API was counted there.

        Once for each job; but one that was over the limit, and was given another life, is held to it again.
        """
        if job.door is not Door.API and (job.attempt == 1 or self._was_over_the_limit(job)):
            self._quotas.take(job.tenant)

    def _was_over_the_limit(self, job: Job) -> bool:
        failed = [event for event in self._jobs.events(job.id) if event.name == "failed"]
        return bool(failed) and failed[-1].detail.get("code") == QuotaExceededError.code

    def _claim(self, job_id: str, receives: int) -> Job:
        claimed = self._jobs.get(job_id).claimed(self._clock.now(), self._lease, self._new_id(), receives)
        self._jobs.advance(claimed, claimed.event("rendering"))
        return claimed

    def _report(
        self, job: Job, deadline: float | None, facts: Mapping[str, object], stored: list[str]
    ) -> tuple[Job, RenderedReport]:
        """Make and store the report, and return the job with all that there is to say about it.

        The keys of what is stored are added to ``stored``.
        """
        started = time.monotonic()
        name = keys.pdf_filename(job.options.filename, job.source if job.door is Door.UPLOAD else "", job.template)
        key = keys.artifact_key(job.tenant, job.id, job.attempt, name)
        with self._artifacts.open_upload(key, content_type=_PDF, filename=name) as upload:
            report, input_sha256 = self._make(job, upload.write, deadline)
        stored.append(key)
        pdf = Artifact(name, key, _PDF, report.size)
        log.info(
            "rendered",
            extra={**facts, "pages": report.pages, "layout": report.layout, "duration_ms": _milliseconds(started)},
        )
        files = [self._stored(job, file, stored) for file in report.files]
        ended = job.succeeded(
            self._clock.now(),
            artifacts=(pdf, *files),
            pages=report.pages,
            warnings=report.warnings,
            provenance=Provenance(input_sha256, self._maker.sha256_of(job.template), report.sha256, self._engine),
        )
        return ended, report

    def _make(self, job: Job, output: Callable[[bytes], object], deadline: float | None) -> tuple[RenderedReport, str]:
        """Return the report, and the digest of its input."""
        context = RenderContext(
            job_id=job.id,
            created_at=job.created_at,
            locale=job.options.locale or DEFAULT_LOCALE,
            title=job.options.title,
            source=job.source.rsplit("/", 1)[-1] if job.door is Door.UPLOAD else "",
        )
        limits = self._quotas.limits_of(job.tenant)
        notes = ProgressNotes(self._jobs, job, self._monotonic)
        digest = hashlib.sha256()
        if job.door is Door.UPLOAD:
            keys.UploadKey.parse(job.input.key)
            # Memory is for the render; a file may be larger than what is left of it.
            with NamedTemporaryFile(prefix="pressrun-input-") as file:
                for part in self._read(self._uploads, job, limits.bytes_per_report):
                    digest.update(part)
                    file.write(part)
                file.flush()
                report = self._maker.from_file(
                    job.input.key,
                    Path(file.name),
                    job.template,
                    context,
                    output=output,
                    progress=notes.tell,
                    deadline=deadline,
                    max_rows=limits.rows_per_report,
                )
            return report, digest.hexdigest()
        body = b"".join(self._read(self._artifacts, job, limits.bytes_per_report))
        digest.update(body)
        report = self._maker.from_request(
            body, context, output=output, progress=notes.tell, deadline=deadline, max_rows=limits.rows_per_report
        )
        return report, digest.hexdigest()

    def _read(self, store: ObjectStore, job: Job, max_bytes: int) -> Iterator[bytes]:
        ref = job.input
        return store.read(ref.key, version_id=ref.version_id, part=ref.part, max_bytes=max_bytes)

    def _stored(self, job: Job, file: RenderedFile, stored: list[str]) -> Artifact:
        key = keys.artifact_key(job.tenant, job.id, job.attempt, file.name)
        stored.append(key)
        self._artifacts.put(key, file.body, content_type=file.content_type, filename=file.name)
        return Artifact(file.name, key, file.content_type, len(file.body), file.width, file.height)

    def _remove(self, stored: list[str], facts: Mapping[str, object]) -> None:
        try:
            for key in stored:
                self._artifacts.delete(key)
        except PressrunError:
            # They expire like all artifacts.
            log.warning("what a lost attempt has stored could not be removed", extra=facts, exc_info=True)

    def _fail(self, job: Job, error: PressrunError, facts: Mapping[str, object]) -> Verdict:
        ended = job.failed(self._clock.now(), Failure.of(error))
        self._jobs.advance(ended, ended.event("failed", code=error.code))
        log.warning("failed", extra={**facts, "code": error.code})
        self._announce.or_leave_it(ended)
        return Verdict()

    def _put_off(self, job: Job, error: TransientError, envelope: Envelope, facts: Mapping[str, object]) -> Verdict:
        seconds = self._backoff.seconds_after(envelope.receives)
        if self._backoff.is_last(envelope.receives):
            self._fail(job, error, facts)
        else:
            now = self._clock.now()
            released = job.released(now, Failure.of(error), retry_at=now + timedelta(seconds=seconds))
            self._jobs.advance(released, released.event("retry", code=error.code, after_seconds=seconds))
        return Verdict(retry_after=seconds)


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
