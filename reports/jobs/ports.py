"""The ports of the use cases. Adapters and fakes provide it; a contract suite holds both to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from reports.jobs.job import Job
from reports.jobs.listing import EVERY_JOB, JobFilter, JobPage, KeyUse
from reports.jobs.published_events import ReportEvent
from reports.jobs.render_messages import Envelope
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import ByteRange, JobStatus
from reports.render_contract import Progress


class JobStore(Protocol):
    """Keep jobs and their timelines. Every method may raise ServiceUnavailableError."""

    def add(self, job: Job) -> None:
        """Keep a new job and its ``entry``. Raises JobExistsError when its id is taken, by any tenant."""
        ...

    def add_new(self, jobs: Sequence[Job]) -> Collection[str]:
        """Keep many new jobs, whose ids no other caller can know. Returns the ids of those that were kept.

        The answer lacks those that a fault of the service left out; this does not raise ServiceUnavailableError.
        """
        ...

    def add_missing(self, jobs: Sequence[Job]) -> Collection[str]:
        """Keep those jobs whose ids no job has yet. Returns the ids that have one now.

        The answer lacks those that a fault of the service left out; this does not raise ServiceUnavailableError.
        """
        ...

    def missing(self, job_ids: Collection[str]) -> Collection[str]:
        """Return those ids that no job has, or did not have a moment ago."""
        ...

    def advance(self, job: Job) -> None:
        """Replace the revision before ``job.revision``, and add the job's ``entry`` to the timeline.

        Raises JobConflictError when that revision is not the latest.

        The same write may be sent again, as when its answer was lost: it has succeeded, and is done once.
        """
        ...

    def extend_lease(self, job_id: str, attempt: int, until: datetime) -> None:
        """Have the lease of an attempt end later, without a new revision or a timeline entry.

        Raises JobConflictError when the job is not RENDERING in that attempt.
        """
        ...

    def note_progress(self, job_id: str, attempt: int, progress: Progress) -> None:
        """Note how far an attempt is, without a new revision or a timeline entry.

        Raises JobConflictError when the job is not RENDERING in that attempt.
        """
        ...

    def mark_announced(self, job: Job) -> None:
        """Note that there is nothing left to do for a revision that ended its job: ``due_at`` goes.

        Raises JobConflictError when it is not the latest revision.
        """
        ...

    def due(self, status: JobStatus, before: datetime) -> Iterator[str]:
        """Yield the ids of jobs of a status whose ``due_at`` came before that moment, those that wait longest first.

        Reads an index of jobs that have one, in pages as it goes on. May lag behind writes by a moment.
        """
        ...

    def get(self, job_id: str) -> Job:
        """Return the latest revision, including a write that has just ended. Raises JobNotFoundError."""
        ...

    def timeline(self, job_id: str) -> Sequence[TimelineEntry]:
        """Return the timeline, oldest first; empty for an unknown job."""
        ...

    def list(
        self, tenant: str, wanted: JobFilter = EVERY_JOB, *, limit: int = 20, cursor: str | None = None
    ) -> JobPage:
        """Return a page of a tenant's jobs, newest first. May lag behind writes by a moment.

        Raises ValueError for a cursor that is not one of ours.
        """
        ...

    def count(self, tenant: str, batch: str) -> Mapping[JobStatus, int]:
        """Return how many jobs of a batch have each status; one that none has may be missing. May lag behind writes."""
        ...


class IdempotencyKeys(Protocol):
    """The idempotency keys of tenants. A key stands for a job for a day from its first use."""

    def claim(self, tenant: str, wanted: Mapping[str, KeyUse], now: datetime) -> Mapping[str, KeyUse]:
        """Let each key stand for what is wanted, or for what it stands for already. Returns that, by key.

        A key may stand for a job that does not exist, when the process that claimed it ended before it had added the
        job. The answer lacks those that a fault of the service left out; this does not raise ServiceUnavailableError.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """An object as a list shows it; ``size`` is in bytes."""

    key: str
    size: int
    modified_at: datetime


class Upload(Protocol):
    """Take an object's bytes in parts, in order."""

    def write(self, part: bytes, /) -> object:
        """Take the next part. Raises ServiceUnavailableError."""
        ...


class ObjectStore(Protocol):
    """Keep the objects of one bucket. Every method may raise ServiceUnavailableError."""

    def put(self, key: str, body: bytes, *, content_type: str, filename: str | None = None) -> None:
        """Store an object, whole; ``filename`` is what a browser saves it as."""
        ...

    def open_upload(
        self, key: str, *, content_type: str, filename: str | None = None
    ) -> AbstractContextManager[Upload]:
        """Store an object that is still being made: it is there, whole, when the block has ended, or not at all.

        An error in the block, or the end of this process, leaves nothing; an object that was there before stays.
        """
        ...

    def get(self, key: str, *, version_id: str | None = None, max_bytes: int) -> bytes:
        """Return an object.

        Raises InputUnavailableError when it is not there or may not be read, TooLargeError above ``max_bytes``.
        """
        ...

    def read(
        self, key: str, *, version_id: str | None = None, part: ByteRange | None = None, max_bytes: int
    ) -> Iterator[bytes]:
        """Yield an object, or a part of it, in pieces that are small beside it.

        Raises as get() does, before the first piece; a part that the object does not have is not there.
        """
        ...

    def list(self, prefix: str) -> Iterator[Kept]:
        """Yield the objects whose keys begin like that, in their order, in pages as it goes on."""
        ...

    def metadata(self, key: str, *, version_id: str | None = None) -> Mapping[str, str]:
        """Return the metadata that an object was stored with, by their names in small letters.

        Raises InputUnavailableError when it is not there or may not be read.
        """
        ...

    def keep(self, key: str, *, version_id: str | None = None) -> None:
        """Have an object that was not put by this store expire when those do that were.

        Raises InputUnavailableError when it is not there.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove an object, if there is one."""
        ...

    def presigned_get(self, key: str, *, seconds: int, save_as: str | None = None) -> str:
        """Return a URL that lets its bearer read the object for a time.

        A browser saves it under the name ``save_as``; without one, it shows what it can show.
        """
        ...

    def presigned_post(
        self,
        key: str,
        *,
        content_type: str | None,
        max_bytes: int,
        seconds: int,
        metadata: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """Return ``url`` and ``fields`` of a form by which its bearer may upload this one object.

        The object gets these metadata, and no others.
        """
        ...


class RenderQueue(Protocol):
    """Carry work to the render function."""

    def send(self, job: Job) -> None:
        """Ask for the job to be rendered. Raises ServiceUnavailableError."""
        ...

    def send_all(self, jobs: Sequence[Job]) -> Collection[str]:
        """Ask for many jobs to be rendered. Returns the ids of those that were asked for.

        The answer lacks those that a fault of the service left out; this does not raise ServiceUnavailableError.
        """
        ...

    def resend(self, envelope: Envelope, *, after_seconds: int = 0) -> None:
        """Send a received message once more, as if it had never been received. Raises ServiceUnavailableError.

        It is delivered after that time, or after the longest that the queue can hold a message back: 15 minutes.
        """
        ...

    def reject(self, envelope: Envelope, *, reason: str) -> None:
        """Send a received message to the dead-letter queue, with a word on why. Raises ServiceUnavailableError."""
        ...

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        """Hide a received message for that time. Does nothing when it is no longer ours."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message of the dead-letter queue, with all that a redrive has to preserve."""

    message_id: str
    receipt_handle: str
    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None


class Publisher(Protocol):
    """Tell the world what has become of reports."""

    def publish(self, event: ReportEvent) -> None:
        """Publish an event, perhaps more than once. Raises ServiceUnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class WaitingPlace:
    """A place among those who wait for a report: whose it is, and until when it is kept should its holder die."""

    holder: str
    tenant: str
    until: datetime


class WaitingPlaces(Protocol):
    """The places of those who wait for their reports. Every method may raise ServiceUnavailableError."""

    def acquire(self, place: WaitingPlace, now: datetime, *, most: int, most_of_tenant: int) -> bool:
        """Take a place, unless so many are taken, of all tenants or of this one; tell whether it was taken."""
        ...

    def release(self, holder: str, now: datetime) -> None:
        """Give the place of a holder back, if it has one."""
        ...


class LatestReports(Protocol):
    """The latest reports of those that have the same key of a tenant's."""

    def offer(self, tenant: str, key: str, job: Job) -> bool:
        """Make a report the latest unless one is that was asked for later; tell whether it is the latest now."""
        ...

    def get(self, tenant: str, key: str) -> str:
        """Return the id of the latest report's job. Raises JobNotFoundError."""
        ...


class DeadLetterQueue(Protocol):
    """The messages that failed too often. Every method may raise ServiceUnavailableError."""

    def receive(self) -> Sequence[DeadLetter]:
        """Return up to ten messages, hidden from others until they are put back; none at the end."""
        ...

    def send_to_render_queue(self, letter: DeadLetter) -> None:
        """Send a message again, its body and attributes preserved."""
        ...

    def delete(self, letter: DeadLetter) -> None:
        """Remove a message."""
        ...

    def unhide(self, letter: DeadLetter) -> None:
        """Make a message visible again at once. Does nothing when it is no longer ours."""
        ...
