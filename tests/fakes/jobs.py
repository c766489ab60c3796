"""The ports of jobs in memory. tests/contracts holds these and the real adapters to the same behaviour."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from reports.errors import (
    JobConflictError,
    JobExistsError,
    JobNotFoundError,
)
from reports.jobs.erasure import Erasure
from reports.jobs.job import Job
from reports.jobs.listing import EVERY_JOB, JobFilter, JobPage, KeyUse
from reports.jobs.pauses import Pause
from reports.jobs.ports import WaitingPlace
from reports.jobs.published_events import ReportEvent
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import JobStatus
from reports.render_contract import Progress


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
            if job.tenant == tenant and wanted.is_met_by(job)
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


class InMemoryErasures:
    """The erasures of tenants in memory."""

    def __init__(self) -> None:
        self.latest: dict[str, Erasure] = {}

    def get(self, tenant: str) -> Erasure | None:
        return self.latest.get(tenant)

    def open(self, erasure: Erasure) -> Erasure:
        known = self.latest.get(erasure.tenant)
        if known is not None and known.is_under_way:
            return known
        self.latest[erasure.tenant] = erasure
        return erasure

    def advance(self, erasure: Erasure) -> None:
        known = self.latest.get(erasure.tenant)
        if known == erasure:
            return
        if known is None or known.revision != erasure.revision - 1 or not known.is_under_way:
            raise JobConflictError("The erasure has moved on since it was read.")
        self.latest[erasure.tenant] = erasure

    def due(self, before: datetime) -> Iterator[str]:
        waiting = [(each.due_at, each.tenant) for each in self.latest.values() if each.due_at is not None]
        yield from [tenant for due_at, tenant in sorted(waiting) if due_at < before]


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


class InMemoryPauses:
    """The pauses of a stage, in memory."""

    def __init__(self) -> None:
        self.pauses: list[Pause] = []
        self.refuse: Exception | None = None

    def read(self) -> Sequence[Pause]:
        if self.refuse is not None:
            raise self.refuse
        return list(self.pauses)
