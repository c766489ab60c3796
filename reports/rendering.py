"""Render jobs: claim, read, validate, render, store, record."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from pydantic import ValidationError

from reports import keys, strictjson
from reports.catalog import Catalog, json_pointer
from reports.datasets import read_file
from reports.errors import (
    InternalError,
    InvalidDataError,
    JobBusyError,
    JobConflictError,
    MalformedMessageError,
    PermanentError,
    PressrunError,
    TransientError,
    Violation,
)
from reports.intake import AdmitMessage
from reports.messages import DirectRequest, Envelope, Instruction, RenderReport, UploadedFile, parse
from reports.model import (
    Artifact,
    Door,
    Failure,
    Job,
    RenderContext,
    RenderedFile,
    RenderedReport,
    ReportRequest,
)
from reports.ports import Clock, JobStore, ObjectStore, Renderer

log = logging.getLogger(__name__)

DEFAULT_LOCALE = "en"

Output = Callable[[bytes], object]
"""What takes a PDF in parts, in order."""


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

    @property
    def done(self) -> bool:
        """Tell whether the message can be deleted."""
        return self.retry_after is None


class ReportMaker:
    """Make a report of input, wherever that comes from; the same for the Lambda and for `make render`."""

    def __init__(self, catalog: Catalog, renderer: Renderer) -> None:
        self._catalog = catalog
        self._renderer = renderer

    def from_request(
        self, body: bytes, context: RenderContext, output: Output, *, deadline: float | None = None
    ) -> RenderedReport:
        """Render a kept request: the JSON of ``{template, data, options}``, by a time of time.monotonic()."""
        request = parse_request(body)
        return self._make(request.template, request.data, context, output, deadline)

    def from_file(
        self,
        name: str,
        body: bytes,
        template: str,
        context: RenderContext,
        output: Output,
        *,
        deadline: float | None = None,
    ) -> RenderedReport:
        """Render an uploaded file, by a time of time.monotonic()."""
        wanted = self._catalog.get(template)  # first, for a file in a wrong folder may be of a wrong kind, too
        data = read_file(name, body).data_for(wanted)
        return self._make(template, data, context, output, deadline)

    def _make(
        self, name: str, data: Mapping[str, Any], context: RenderContext, output: Output, deadline: float | None
    ) -> RenderedReport:
        template = self._catalog.get(name)
        self._catalog.validate(template, data)
        seconds_left = None if deadline is None else deadline - time.monotonic()
        return self._renderer.render(template, data, context, output=output, seconds_left=seconds_left)


def parse_request(body: bytes | str) -> ReportRequest:
    """Read a request. Raises MalformedMessageError when it is not JSON, InvalidDataError when it is not a request."""
    try:
        content = strictjson.parse(body)
    except ValueError as error:
        raise MalformedMessageError(f"The request is not JSON: {error}.") from None
    try:
        return ReportRequest.model_validate(content)
    except ValidationError as error:
        raise InvalidDataError(
            "request",
            [Violation(json_pointer(e["loc"]), e["msg"]) for e in error.errors(include_url=False, include_input=False)],
        ) from None


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
        backoff: Backoff,
        lease: timedelta,
        new_id: Callable[[], str],
        max_input_bytes: int,
    ) -> None:
        self._admit = admit
        self._maker = maker
        self._uploads = uploads
        self._artifacts = artifacts
        self._jobs = jobs
        self._clock = clock
        self._backoff = backoff
        self._lease = lease
        self._new_id = new_id
        self._max_input_bytes = max_input_bytes

    def process(self, envelope: Envelope, *, seconds_left: float | None = None) -> Verdict:
        """Do what a message asks, and say what becomes of it. Never raises an Exception.

        ``seconds_left`` is the time that the worker has for it; a render that it does not suffice for is put off.
        """
        deadline = None if seconds_left is None else time.monotonic() + seconds_left
        try:
            instructions = parse(envelope.message_id, envelope.body, envelope.attributes)
        except MalformedMessageError as error:
            # There is no job to fail. The message goes to the dead-letter queue, where a person can look at it.
            log.error("malformed message", extra={"message_id": envelope.message_id, "reason": error.message})  # noqa: TRY400
            return Verdict(retry_after=self._backoff.seconds_after(envelope.receives))
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
        job = self._claim(job_id)
        facts = {"job_id": job.id, "correlation_id": job.correlation_id, "attempt": job.attempt}
        log.info("claimed", extra={**facts, "receives": envelope.receives})
        started = time.monotonic()
        try:
            pdf = bytearray()
            report = self._make(job, pdf.extend, deadline)
            log.info("rendered", extra={**facts, "pages": report.pages, "duration_ms": _milliseconds(started)})
            artifacts = self._store(job, report, bytes(pdf))
            ended = job.succeeded(self._clock.now(), artifacts=artifacts, pages=report.pages, warnings=report.warnings)
            self._jobs.advance(ended, ended.event("succeeded", pages=report.pages))
        except JobConflictError:
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
        return Verdict()

    def _claim(self, job_id: str) -> Job:
        claimed = self._jobs.get(job_id).claimed(self._clock.now(), self._lease, self._new_id())
        self._jobs.advance(claimed, claimed.event("rendering"))
        return claimed

    def _make(self, job: Job, output: Output, deadline: float | None) -> RenderedReport:
        context = RenderContext(
            job_id=job.id,
            created_at=job.created_at,
            locale=job.options.locale or DEFAULT_LOCALE,
            title=job.options.title,
            source=job.source.rsplit("/", 1)[-1] if job.door is Door.UPLOAD else "",
        )
        if job.door is Door.UPLOAD:
            keys.UploadKey.parse(job.input.key)
            body = self._read(self._uploads, job)
            return self._maker.from_file(job.input.key, body, job.template, context, output, deadline=deadline)
        return self._maker.from_request(self._read(self._artifacts, job), context, output, deadline=deadline)

    def _read(self, store: ObjectStore, job: Job) -> bytes:
        return store.get(job.input.key, version_id=job.input.version_id, max_bytes=self._max_input_bytes)

    def _store(self, job: Job, report: RenderedReport, body: bytes) -> tuple[Artifact, ...]:
        filename = keys.pdf_filename(job.options.filename, job.source if job.door is Door.UPLOAD else "", job.template)
        pdf = RenderedFile(filename, "application/pdf", body)
        artifacts = []
        for file in (pdf, *report.files):
            key = keys.artifact_key(job.tenant, job.id, job.attempt, file.name)
            self._artifacts.put(key, file.body, content_type=file.content_type, filename=file.name)
            artifacts.append(Artifact(file.name, key, file.content_type, len(file.body), file.width, file.height))
        return tuple(artifacts)

    def _fail(self, job: Job, error: PressrunError, facts: Mapping[str, object]) -> Verdict:
        ended = job.failed(self._clock.now(), Failure.of(error))
        self._jobs.advance(ended, ended.event("failed", code=error.code))
        log.warning("failed", extra={**facts, "code": error.code})
        return Verdict()

    def _put_off(self, job: Job, error: TransientError, envelope: Envelope, facts: Mapping[str, object]) -> Verdict:
        seconds = self._backoff.seconds_after(envelope.receives)
        if self._backoff.is_last(envelope.receives):
            self._fail(job, error, facts)
        else:
            released = job.released(self._clock.now(), Failure.of(error))
            self._jobs.advance(released, released.event("retry", code=error.code, after_seconds=seconds))
        return Verdict(retry_after=seconds)


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
