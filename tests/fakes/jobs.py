"""Provide the ports in memory. tests/contracts holds these and the real adapters to the same behaviour."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reports.clock import Clock
from reports.datasets import RowsFile
from reports.errors import (
    InputUnavailableError,
    JobConflictError,
    JobExistsError,
    JobNotFoundError,
    ServiceUnavailableError,
    TooLargeError,
)
from reports.jobs.job import Job
from reports.jobs.listing import EVERY_JOB, JobFilter, JobPage, KeyUse
from reports.jobs.ports import DeadLetter, Upload, WaitingPlace
from reports.jobs.published_events import ReportEvent
from reports.jobs.render_messages import CORRELATION_ID, REASON, TENANT, Envelope, encode, to_send_again
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import ByteRange, JobStatus
from reports.render_contract import Output, Progress, ProgressListener, RenderedFile, RenderedReport, RenderRequest
from tests.fakes.sqs import LONGEST_REASON, InMemoryQueue

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class SettableClock:
    """A Clock that stands still until a test moves it."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **amount: float) -> None:
        self._now += timedelta(**amount)


class InMemoryJobStore:
    """A JobStore in memory."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.timelines: dict[str, list[TimelineEntry]] = {}
        self.noted: list[Progress] = []
        self.refuse_progress: Exception | None = None
        self.refuse_new_after: int | None = None
        self.refuse: Exception | None = None

    def add_new(self, jobs: Sequence[Job]) -> Collection[str]:
        kept = jobs[: self.refuse_new_after]
        for job in kept:
            self._keep(job)
        return {job.id for job in kept}

    def add_missing(self, jobs: Sequence[Job]) -> Collection[str]:
        there = jobs[: self.refuse_new_after]
        for job in there:
            if job.id not in self.jobs:
                self._keep(job)
        return {job.id for job in there}

    def missing(self, job_ids: Collection[str]) -> Collection[str]:
        return {job_id for job_id in job_ids if job_id not in self.jobs}

    def add(self, job: Job) -> None:
        if self.refuse is not None:
            raise self.refuse
        if job.id in self.jobs:
            raise JobExistsError("There is a job with this id.")
        self._keep(job)

    def advance(self, job: Job) -> None:
        latest = self.jobs.get(job.id)
        if latest is not None and latest.is_same_revision(job):
            return
        if latest is None or latest.revision != job.revision - 1:
            raise JobConflictError("The job has moved on since it was read.")
        self._keep(job)

    def extend_lease(self, job_id: str, attempt: int, until: datetime) -> None:
        self.jobs[job_id] = replace(self._running(job_id, attempt), lease_until=until, due_at=until)

    def note_progress(self, job_id: str, attempt: int, progress: Progress) -> None:
        if self.refuse_progress is not None:
            raise self.refuse_progress
        self.jobs[job_id] = replace(self._running(job_id, attempt), progress=progress)
        self.noted.append(progress)

    def _running(self, job_id: str, attempt: int) -> Job:
        job = self.jobs.get(job_id)
        if job is None or (job.attempt, job.status) != (attempt, JobStatus.RENDERING):
            raise JobConflictError("The job is not being rendered in this attempt.")
        return job

    def mark_announced(self, job: Job) -> None:
        latest = self.jobs.get(job.id)
        if latest is None or latest.revision != job.revision:
            raise JobConflictError("The job has moved on since it was read.")
        self.jobs[job.id] = replace(latest, due_at=None)

    def due(self, status: JobStatus, before: datetime) -> Iterator[str]:
        waiting = [
            (job.due_at, job.id) for job in self.jobs.values() if job.status is status and job.due_at is not None
        ]
        yield from [job_id for due_at, job_id in sorted(waiting) if due_at < before]

    def _keep(self, job: Job) -> None:
        self.jobs[job.id] = replace(job, entry=None)
        self.timelines.setdefault(job.id, []).append(job.new_entry)

    def get(self, job_id: str) -> Job:
        if job_id not in self.jobs:
            raise JobNotFoundError(f"There is no report {job_id!r}.")
        return self.jobs[job_id]

    def timeline(self, job_id: str) -> Sequence[TimelineEntry]:
        return list(self.timelines.get(job_id, ()))

    def list(
        self, tenant: str, wanted: JobFilter = EVERY_JOB, *, limit: int = 20, cursor: str | None = None
    ) -> JobPage:
        listed = [
            job
            for job in sorted(self.jobs.values(), key=lambda job: (job.created_at, job.id), reverse=True)
            if job.tenant == tenant
            and wanted.status in (None, job.status)
            and wanted.template in (None, job.template)
            and wanted.source in (None, job.source)
            and wanted.batch in (None, job.batch)
            and (wanted.created_after is None or wanted.created_after <= job.created_at)
            and (wanted.created_before is None or job.created_at < wanted.created_before)
        ]
        if cursor is not None:
            after = [n for n, job in enumerate(listed) if f"after {job.id}" == cursor]
            if not after:
                raise ValueError("the cursor is not one that this list gave out")
            listed = listed[after[0] + 1 :]
        more = len(listed) > limit
        return JobPage(tuple(listed[:limit]), f"after {listed[limit - 1].id}" if more else None)

    def count(self, tenant: str, batch: str) -> Mapping[JobStatus, int]:
        return Counter(job.status for job in self.jobs.values() if (job.tenant, job.batch) == (tenant, batch))


class InMemoryIdempotencyKeys:
    """Idempotency keys in memory."""

    def __init__(self) -> None:
        self._uses: dict[tuple[str, str], tuple[datetime, KeyUse]] = {}
        self._lock = threading.Lock()
        self.refuse = False
        self.before_claim: Callable[[], None] = lambda: None

    def claim(self, tenant: str, wanted: Mapping[str, KeyUse], now: datetime) -> Mapping[str, KeyUse]:
        self.before_claim()
        with self._lock:
            return {} if self.refuse else {key: self._claim((tenant, key), use, now) for key, use in wanted.items()}

    def _claim(self, place: tuple[str, str], wanted: KeyUse, now: datetime) -> KeyUse:
        used_at, standing = self._uses.get(place, (now - timedelta(days=2), wanted))
        if used_at > now - timedelta(hours=24):
            return standing
        self._uses[place] = (now, wanted)
        return wanted


@dataclass
class StoredObject:
    """One version of an object."""

    body: bytes
    content_type: str
    filename: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)


class InMemoryObjectStore:
    """An ObjectStore in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self.refuse: Exception | None = None
        self.before_put: Callable[[], None] = lambda: None

    def put(self, key: str, body: bytes, *, content_type: str, filename: str | None = None) -> None:
        self.before_put()
        if self.refuse is not None:
            raise self.refuse
        self.objects[key] = StoredObject(body, content_type, filename)

    @contextmanager
    def open_upload(self, key: str, *, content_type: str, filename: str | None = None) -> Iterator[Upload]:
        body = io.BytesIO()
        yield body
        self.put(key, body.getvalue(), content_type=content_type, filename=filename)

    def get(self, key: str, *, version_id: str | None = None, max_bytes: int) -> bytes:
        return b"".join(self.read(key, version_id=version_id, max_bytes=max_bytes))

    def read(
        self, key: str, *, version_id: str | None = None, part: ByteRange | None = None, max_bytes: int
    ) -> Iterator[bytes]:
        if self.refuse is not None:
            raise self.refuse
        if key not in self.objects:
            raise InputUnavailableError("The input is not there, or may not be read.")
        body = self.objects[key].body
        if part is not None:
            body = body[part.start : part.start + part.length]
            if len(body) < part.length:
                raise InputUnavailableError("The input is not whole.")
        if len(body) > max_bytes:
            raise TooLargeError(f"The file has {len(body):,} bytes.")
        half = len(body) // 2
        yield from (body[:half], body[half:])

    def metadata(self, key: str, *, version_id: str | None = None) -> Mapping[str, str]:
        if self.refuse is not None:
            raise self.refuse
        if key not in self.objects:
            raise InputUnavailableError("The input is not there, or may not be read.")
        return self.objects[key].metadata

    def delete(self, key: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.objects.pop(key, None)

    def presigned_get(self, key: str, *, seconds: int, save_as: str | None = None) -> str:
        return f"https://objects.test/{key}?expires={seconds}" + ("" if save_as is None else f"&save_as={save_as}")

    def presigned_post(
        self,
        key: str,
        *,
        content_type: str | None,
        max_bytes: int,
        seconds: int,
        metadata: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        meta = {f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()}
        return {"url": "https://objects.test/", "fields": {"key": key, "max": str(max_bytes), **meta}}


class InMemoryRenderQueue:
    """A RenderQueue in memory. It also keeps what was asked of it, in order: ``sent``, ``postponed``, ``rejected``."""

    def __init__(
        self, clock: Clock | None = None, *, visibility: timedelta = timedelta(seconds=30), max_receives: int = 5
    ) -> None:
        clock = clock or SettableClock()
        self.dead_letters = InMemoryDeadLetterQueue(on_send=lambda letter: self.put(letter.body, letter.attributes))
        self._messages = InMemoryQueue(
            clock,
            visibility=visibility,
            max_receives=max_receives,
            dead_letter=lambda letter: self.dead_letters.letters.append(letter),
        )
        self._clock = clock
        self.sent: list[Envelope] = []
        self.postponed: list[tuple[str, int]] = []
        self.rejected: list[tuple[Envelope, str]] = []
        self.delays: list[int] = []
        """The waits of what was put back."""
        self.refuse: Exception | None = None

    def send(self, job: Job) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.put(encode(job.id, job.message_version), {CORRELATION_ID: job.correlation_id, TENANT: job.tenant})

    def send_all(self, jobs: Sequence[Job]) -> Collection[str]:
        sent = set()
        for job in jobs:
            try:
                self.send(job)
            except ServiceUnavailableError:
                continue
            sent.add(job.id)
        return sent

    def resend(self, envelope: Envelope, *, after_seconds: int = 0) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.put(envelope.body, to_send_again(envelope), after_seconds=after_seconds)
        self.delays.append(after_seconds)

    def reject(self, envelope: Envelope, *, reason: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.rejected.append((envelope, reason))
        new_id = f"rejected-{len(self.rejected)}"
        attributes = {**to_send_again(envelope), REASON: reason[:LONGEST_REASON]}
        self.dead_letters.letters.append(DeadLetter(new_id, new_id, envelope.body, attributes, self._clock.now()))

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        self.postponed.append((receipt_handle, seconds))
        self._messages.hide(receipt_handle, seconds=seconds)

    def put(self, body: str, attributes: Mapping[str, str], *, after_seconds: int = 0) -> str:
        """Send a message as any sender may, and return its id."""
        envelope = self._messages.put(body, attributes, after_seconds=after_seconds)
        self.sent.append(envelope)
        return envelope.message_id

    def receive(self, most: int = 10, *, stay_visible: bool = False) -> list[Envelope]:
        """Deliver messages as SQS does. See InMemoryQueue.receive."""
        return self._messages.receive(most, stay_visible=stay_visible)

    def delete(self, envelope: Envelope) -> None:
        """Remove a message that was received."""
        self._messages.delete(envelope.receipt_handle)

    def lose(self, is_lost: Callable[[str], bool]) -> None:
        """Lose the messages with such bodies."""
        self._messages.lose(is_lost)

    @property
    def is_empty(self) -> bool:
        """Tell whether no message is left, not even a hidden one."""
        return not self._messages.waiting


class RecordingPublisher:
    """A Publisher that keeps its events."""

    def __init__(self) -> None:
        self.published: list[ReportEvent] = []
        self.refuse: Exception | None = None

    def publish(self, event: ReportEvent) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.published.append(event)


class InMemoryWaitingPlaces:
    """WaitingPlaces in memory."""

    def __init__(self) -> None:
        self.places: list[WaitingPlace] = []
        self.refuse: Exception | None = None
        self._lock = threading.Lock()

    def acquire(self, place: WaitingPlace, now: datetime, *, most: int, most_of_tenant: int) -> bool:
        if self.refuse is not None:
            raise self.refuse
        with self._lock:
            self.places = [each for each in self.places if each.until > now]
            of_tenant = [each for each in self.places if each.tenant == place.tenant]
            if len(self.places) >= most or len(of_tenant) >= most_of_tenant:
                return False
            self.places.append(place)
            return True

    def release(self, holder: str, now: datetime) -> None:
        if self.refuse is not None:
            raise self.refuse
        with self._lock:
            self.places = [each for each in self.places if each.holder != holder]


class InMemoryLatestReports:
    """The latest reports in memory."""

    def __init__(self) -> None:
        self.latest: dict[tuple[str, str], tuple[datetime, str]] = {}

    def offer(self, tenant: str, key: str, job: Job) -> bool:
        mine = (job.created_at, job.id)
        if self.latest.get((tenant, key), mine) > mine:
            return False
        self.latest[tenant, key] = mine
        return True

    def get(self, tenant: str, key: str) -> str:
        if (tenant, key) not in self.latest:
            raise JobNotFoundError(f"There is no report with the key {key!r}.")
        return self.latest[tenant, key][1]


@dataclass
class InMemoryDeadLetterQueue:
    """A DeadLetterQueue in memory; ``sent`` has the messages that went to the render queue."""

    letters: list[DeadLetter] = field(default_factory=list)
    sent: list[DeadLetter] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    refuse: Exception | None = None
    on_send: Callable[[DeadLetter], object] = lambda letter: None

    def receive(self) -> Sequence[DeadLetter]:
        visible = [letter for letter in self.letters if letter.message_id not in self.hidden][:10]
        self.hidden |= {letter.message_id for letter in visible}
        return visible

    def send_to_render_queue(self, letter: DeadLetter) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.sent.append(letter)
        self.on_send(letter)

    def delete(self, letter: DeadLetter) -> None:
        self.letters = [kept for kept in self.letters if kept.receipt_handle != letter.receipt_handle]

    def unhide(self, letter: DeadLetter) -> None:
        self.hidden.discard(letter.message_id)


class ScriptedRenderer:
    """A Renderer that makes a small file, or raises the next entry of ``faults``."""

    def __init__(self, *faults: BaseException) -> None:
        self.faults = list(faults)
        self.parts = [b"%PDF-1.7", b" fake"]
        self.fails_after_parts = 0
        self.progress: list[Callable[[Callable[[Progress], object]], None]] = []
        self.rendered: list[RenderRequest] = []
        self.seconds_left: list[float] = []
        self.before: Callable[[], None] = lambda: None
        self.layout: Mapping[str, Any] = {"path": "plain"}
        self.reading: Mapping[str, Any] = {}

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport:
        self.before()
        # Rows are read while they are rendered, as by a renderer proper; afterwards their file is gone.
        read = {name: list(value) if isinstance(value, RowsFile) else value for name, value in request.data.items()}
        self.rendered.append(replace(request, data=read))
        for each in self.progress:
            if progress is not None:
                each(progress)
        self.seconds_left.append(request.deadline.seconds_left)
        if self.faults:
            for part in self.parts[: self.fails_after_parts]:
                output(part)
            raise self.faults.pop(0)
        thumbnail = RenderedFile("thumbnail.png", "image/png", b"\x89PNG", 4, 3)
        for part in self.parts:
            output(part)
        pdf = b"".join(self.parts)
        digest = hashlib.sha256(pdf).hexdigest()
        return RenderedReport(2, len(pdf), digest, (thumbnail,), layout=self.layout, reading=self.reading)


def again(envelope: Envelope) -> Envelope:
    """Deliver a message once more."""
    return replace(envelope, receives=envelope.receives + 1)
