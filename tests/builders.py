"""Build the values that tests start from."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from reports.access.api_keys import new_key
from reports.access.authenticate import Authenticate
from reports.access.identity import EVERYTHING, Scope
from reports.access.quotas import Limits, Quotas
from reports.backoff import Backoff
from reports.catalog.catalog import Catalog
from reports.clock import Deadline
from reports.intake.await_end import AwaitEnd
from reports.intake.offer_upload import OfferUpload
from reports.intake.submit_batch import SubmitBatch
from reports.intake.submit_report import Intake, SubmitReport
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.cost import X86_64, CostMeter, Prices
from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope
from reports.jobs.request import ReportOptions
from reports.jobs.values import Door, InputRef
from reports.lifecycle.cancel_and_retry import CancelReport, RetryReport
from reports.lifecycle.retry_reports import RetryReports
from reports.lifecycle.sweep import Sweep, SweepThresholds
from reports.worker.admit_message import AdmitMessage
from reports.worker.heartbeat import Heartbeat
from reports.worker.render_reports import MessageDisposition, RenderReports
from reports.worker.report_maker import ReportMaker
from reports.worker.report_writer import ReportWriter
from reports.worker.upload_options import UploadOptions
from tests.fakes.access import InMemoryApiKeys, InMemoryDailyCounts, InMemoryTenants
from tests.fakes.clock import NOON, SettableClock
from tests.fakes.jobs import (
    InMemoryIdempotencyKeys,
    InMemoryJobStore,
    InMemoryLatestReports,
    InMemoryWaitingPlaces,
    RecordingPublisher,
)
from tests.fakes.objects import InMemoryObjectStore
from tests.fakes.queues import InMemoryRenderQueue
from tests.fakes.rendering import ScriptedRenderer

TEMPLATES = Path(__file__).parent / "templates"
UPLOADS = "uploads-bucket"
LEASE = timedelta(seconds=24)
MAX_TRIES = 3
MAX_DEATHS = 2
MAX_RECEIVES = 5
THRESHOLDS = SweepThresholds(
    queued=timedelta(minutes=15), lease=timedelta(minutes=2), announced=timedelta(minutes=1), life=timedelta(hours=24)
)

SMALL_LIMITS = Limits(
    reports_per_day=5000,
    compute_seconds_per_day=3600,
    emails_per_day=100,
    waiting_requests=2,
    rows_per_report=1000,
    bytes_per_report=1000,
    email_to=("@example.org",),
    email_titles=True,
)


def at_its_last_receive(envelope: Envelope, *, but: int = 0) -> Envelope:
    """Deliver a message for the last time, or so many times before it."""
    return replace(envelope, receives=MAX_RECEIVES - but)


class HighestJitter:
    """Choose the longest of all possible waits."""

    def uniform(self, low: float, high: float) -> float:
        return high


def a_job(job_id: str = "job-1", *, at: datetime = NOON, **changes: Any) -> Job:
    job = Job.accepted(
        job_id,
        at,
        door=Door.API,
        tenant="demo",
        template="letter",
        source="POST /reports",
        input_ref=InputRef(f"inputs/demo/{job_id}.json"),
        options=ReportOptions(),
        correlation_id="corr-1",
    )
    return replace(job, **({"counted_in": None} | changes))


def write_template(folder: Path, name: str, schema: dict[str, Any], sample: object = None) -> None:
    (folder / name).mkdir(parents=True)
    described = {"title": name.title(), "description": f"A {name}."} | schema
    (folder / name / "schema.json").write_text(json.dumps(described))
    (folder / name / "sample.json").write_text(json.dumps(sample or {}))


@cache
def shared_catalog() -> Catalog:
    """Return the templates of all tests: `letter` from an object, `list` from rows, `picture` from an image."""
    return Catalog(TEMPLATES)


def a_catalog(folder: Path) -> Catalog:
    """Return these templates for a test that adds to them, or changes them."""
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    return Catalog(folder)


class App:
    """The whole service in memory."""

    def __init__(
        self,
        limits: Limits = SMALL_LIMITS,
        *,
        catalog: Catalog | None = None,
        clock: SettableClock | None = None,
        queue: InMemoryRenderQueue | None = None,
    ) -> None:
        self.clock = clock or SettableClock()
        self.api_keys = InMemoryApiKeys()
        self.tenants = InMemoryTenants()
        self.counts = InMemoryDailyCounts()
        self.quotas = Quotas(
            tenants=self.tenants, counts=self.counts, clock=self.clock, for_all=limits, monotonic=self._seconds
        )
        self.authenticate = Authenticate(keys=self.api_keys, clock=self.clock)
        self.catalog = catalog or shared_catalog()
        self.jobs = InMemoryJobStore()
        self.idempotency_keys = InMemoryIdempotencyKeys()
        self.artifacts = InMemoryObjectStore()
        self.uploads = InMemoryObjectStore()
        self.queue = queue or InMemoryRenderQueue()
        self.renderer = ScriptedRenderer()
        self.publisher = RecordingPublisher()
        self.latest = InMemoryLatestReports()
        self.announce = AnnounceEnd(jobs=self.jobs, latest=self.latest, publisher=self.publisher)
        self._holders = iter(f"worker-{n}" for n in range(1, 10_000))
        self._ids = iter(f"job-{n}" for n in range(1, 10_000))
        self.intake = Intake(
            catalog=self.catalog,
            inputs=self.artifacts,
            jobs=self.jobs,
            idempotency_keys=self.idempotency_keys,
            queue=self.queue,
            clock=self.clock,
            quotas=self.quotas,
            new_id=lambda: next(self._ids),
        )
        self.submit = SubmitReport(self.intake)
        self.submit_batch = SubmitBatch(self.intake)
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while somebody waits for a report."""
        self.places = InMemoryWaitingPlaces()
        self.await_end = AwaitEnd(
            jobs=self.jobs,
            places=self.places,
            most=3,
            clock=self.clock,
            new_id=iter(f"waiter-{n}" for n in range(1, 10_000)).__next__,
            monotonic=self._seconds,
            sleep=self._let_time_pass,
        )
        self.cancel = CancelReport(jobs=self.jobs, clock=self.clock)
        self.retry = RetryReport(jobs=self.jobs, queue=self.queue, clock=self.clock, quotas=self.quotas)
        self.retry_many = RetryReports(
            jobs=self.jobs, queue=self.queue, clock=self.clock, quotas=self.quotas, budget=timedelta(seconds=20)
        )
        options = UploadOptions(self.uploads)
        self.offer_upload = OfferUpload(self.intake, self.uploads, seconds=900)
        writer = ReportWriter(
            maker=ReportMaker(self.catalog, self.renderer),
            uploads=self.uploads,
            options=options,
            artifacts=self.artifacts,
            jobs=self.jobs,
            clock=self.clock,
            quotas=self.quotas,
            engine={"pressrun": "1.2.3", "weasyprint": "70.0"},
            monotonic=self._seconds,
        )
        self.worker = RenderReports(
            admit=AdmitMessage(
                inputs=self.artifacts, options=options, jobs=self.jobs, clock=self.clock, uploads_bucket=UPLOADS
            ),
            writer=writer,
            jobs=self.jobs,
            clock=self.clock,
            announce=self.announce,
            backoff=Backoff(base=30, cap=120, max_receives=MAX_RECEIVES, pick=HighestJitter()),
            max_tries=MAX_TRIES,
            max_deaths=MAX_DEATHS,
            lease=LEASE,
            heartbeat=Heartbeat(jobs=self.jobs, queue=self.queue, clock=self.clock, lease=LEASE),
            life=THRESHOLDS.life,
            new_id=lambda: next(self._holders),
            quotas=self.quotas,
            meter=CostMeter(Prices.known(), architecture=X86_64, memory_mb=3008),
            stack_run=None,
        )

        self.sweep = Sweep(
            jobs=self.jobs,
            queue=self.queue,
            announce=self.announce,
            clock=self.clock,
            thresholds=THRESHOLDS,
            max_tries=MAX_TRIES,
            max_deaths=MAX_DEATHS,
            max_receives=MAX_RECEIVES,
            budget=timedelta(seconds=40),
            stack_run=None,
        )

    def begin_run_of_stack(self, name: str) -> None:
        """Go on as after the end of the whole stack: with the same state, and all processes started anew."""
        self.worker._stack_run = self.sweep._stack_run = name

    def process(self, message: Envelope, *, seconds_left: float = math.inf) -> MessageDisposition:
        """Have the worker do what a message asks."""
        return self.worker.work_off(self.worker.admit(message), deadline=Deadline.after(seconds_left))

    def key_of(self, tenant: str, *scopes: Scope) -> str:
        """Return a new API key of a tenant's, with every scope unless some are named."""
        allowed = frozenset(scopes) or EVERYTHING
        record, key = new_key(tenant, allowed, name="test", live=False, now=self.clock.now())
        self.api_keys.add(record)
        return key

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    def _let_time_pass(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.meanwhile()


def notification(
    key: str, *, bucket: str = UPLOADS, version: str | None = "v1", event: str = "ObjectCreated:Put"
) -> dict[str, Any]:
    """Return one record of an S3 notification, its key encoded as S3 does it."""
    s3_object: dict[str, Any] = {"key": quote_plus(key, safe="/"), "size": 10}
    if version:
        s3_object["versionId"] = version
    return {"eventName": event, "s3": {"bucket": {"name": bucket}, "object": s3_object}}


def upload_message(*records: dict[str, Any], message_id: str = "m-upload", receives: int = 1) -> Envelope:
    return Envelope(message_id, "r-upload", json.dumps({"Records": records}), {}, receives)


def direct_message(
    body: Any, *, request_id: str | None = "req-1", message_id: str = "m-direct", tenant: str = "demo"
) -> Envelope:
    attributes = {"door": "queue", "tenant": tenant} | ({"request_id": request_id} if request_id else {})
    text = body if isinstance(body, str) else json.dumps(body)
    return Envelope(message_id, "r-direct", text, attributes, 1)
