"""Build the values that tests start from."""

from __future__ import annotations

import json
import math
import shutil
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from reports.access.api_keys import new_key
from reports.access.identity import EVERYTHING, Scope
from reports.bootstrap import Service
from reports.bootstrap.settings import Settings
from reports.catalog.catalog import Catalog
from reports.clock import Deadline
from reports.delivery.standard_webhooks import new_secret
from reports.jobs.belongings import Belongings
from reports.jobs.cost import X86_64
from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope
from reports.jobs.request import ReportOptions
from reports.jobs.values import Door, InputRef
from reports.worker.message_disposition import MessageDisposition
from tests.fakes.access import InMemoryApiKeys, InMemoryAuditLog, InMemoryDailyCounts, InMemoryTenants, KnownTokens
from tests.fakes.clock import NOON, SettableClock
from tests.fakes.delivery import (
    FixedSecrets,
    InMemoryBuckets,
    InMemoryDeliveryStore,
    InMemoryNotifyQueue,
    PlainEmails,
    RecordingMailer,
    RecordingWebhooks,
)
from tests.fakes.jobs import (
    InMemoryErasures,
    InMemoryIdempotencyKeys,
    InMemoryJobStore,
    InMemoryLatestReports,
    InMemoryPauses,
    InMemoryWaitingPlaces,
    RecordingPublisher,
)
from tests.fakes.objects import InMemoryObjectStore
from tests.fakes.own_templates import InMemoryOwnTemplates
from tests.fakes.passwords import InMemoryPasswords
from tests.fakes.queues import InMemoryDeadLetterQueue, InMemoryRenderQueue
from tests.fakes.receipts import InMemoryReceiptKeys, InMemoryReportFiles
from tests.fakes.rendering import ScriptedRenderer
from tests.fakes.signing import InMemorySigner

TEMPLATES = Path(__file__).parent / "templates"
UPLOADS = "uploads-bucket"
MAX_RECEIVES = 5
SETTINGS = Settings(
    "dev",
    jobs_table="jobs",
    uploads_bucket=UPLOADS,
    artifacts_bucket="artifacts",
    render_queue_url="queue",
    render_dlq_url="dlq",
    events_topic="events",
    notify_queue_url="notify",
    notify_dlq_url="notify-dlq",
    access_table="access",
    function_memory_mb=3008,
    max_receives=MAX_RECEIVES,
    max_body_bytes=1000,
    reports_per_day=5000,
    compute_seconds_per_day=3600,
    emails_per_day=100,
    waiting_requests=2,
    most_waiting=3,
    rows_per_report=1000,
    bytes_per_report=1000,
    email_to=("@example.org",),
    email_titles=True,
)
"""Settings with small limits; all else is as on AWS."""

LEASE = timedelta(seconds=SETTINGS.lease_seconds)
MAX_TRIES, MAX_DEATHS = SETTINGS.max_tries, SETTINGS.max_deaths
LIFE = timedelta(seconds=SETTINGS.job_life_seconds)


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


class App(Service):
    """The whole service in memory: the use cases of the functions, and the fakes below them."""

    def __init__(
        self,
        settings: Settings = SETTINGS,
        *,
        catalog: Catalog | None = None,
        clock: SettableClock | None = None,
        queue: InMemoryRenderQueue | None = None,
    ) -> None:
        super().__init__(settings, self)
        self.clock = clock or SettableClock()
        self.chance = HighestJitter()
        self.api_keys = InMemoryApiKeys()
        self.tokens: KnownTokens | None = None
        self.tenants = InMemoryTenants()
        self.counts = InMemoryDailyCounts()
        self.jobs = InMemoryJobStore()
        self.latest = InMemoryLatestReports()
        self.idempotency_keys = InMemoryIdempotencyKeys()
        self.places = InMemoryWaitingPlaces()
        self.kept_pauses = InMemoryPauses()
        self.erasures = InMemoryErasures()
        self.belongings: Sequence[Belongings] = ()
        self.audit = InMemoryAuditLog()
        self.artifacts = InMemoryObjectStore()
        self.uploads = InMemoryObjectStore()
        self.queue = queue or InMemoryRenderQueue()
        self.publisher = RecordingPublisher()
        self.deliveries = InMemoryDeliveryStore()
        self.notify_queue = InMemoryNotifyQueue(self.clock)
        self.mailer = RecordingMailer()
        self.webhooks = RecordingWebhooks()
        self.secrets = FixedSecrets(new_secret())
        self.buckets = InMemoryBuckets(self.artifacts)
        self.passwords = InMemoryPasswords()
        self.signer = InMemorySigner(self.artifacts)
        self.report_files = InMemoryReportFiles()
        self.receipt_keys = InMemoryReceiptKeys()
        self.emails = PlainEmails()
        self.catalog = catalog or shared_catalog()
        self.own_templates = InMemoryOwnTemplates()
        self.renderer = ScriptedRenderer()
        self.architecture = X86_64
        self.engine = {"pressrun": "1.2.3", "weasyprint": "70.0"}
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while a request waits for a report."""
        self._ids: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))

    @cached_property
    def unpacked(self) -> Path:
        """Return a folder that is made when a template is unpacked, and goes with this."""
        folder = Path(gettempdir()) / f"pressrun-test-templates-{uuid4()}"
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @property
    def dead_letters(self) -> InMemoryDeadLetterQueue:
        return self.queue.dead_letters

    def monotonic(self) -> float:
        return self.clock.now().timestamp()

    def before_snapshot(self) -> None: ...

    def after_restore(self) -> None: ...

    def sleep(self, seconds: float, /) -> None:
        self.clock.advance(seconds=seconds)
        self.meanwhile()

    def new_id(self, kind: str, /) -> str:
        return f"{kind}-{next(self._ids[kind])}"

    def with_settings(self, **changes: Any) -> Service:
        """Return the use cases with other settings, over the same fakes."""
        return Service(replace(self.settings, **changes), self)

    def begin_run_of_stack(self, name: str) -> None:
        """Go on as after the end of the whole stack: with the same state, and all processes started anew."""
        self.settings = replace(self.settings, stack_run=name)
        for use_case in ("worker", "sweep"):
            vars(self).pop(use_case, None)

    def process(self, message: Envelope, *, seconds_left: float = math.inf) -> MessageDisposition:
        """Have the worker do what a message asks."""
        return self.worker.work_off(self.worker.admit(message), deadline=Deadline.after(seconds_left))

    def key_of(self, tenant: str, *scopes: Scope) -> str:
        """Return a new API key of a tenant's, with every scope unless some are named."""
        allowed = frozenset(scopes) or EVERYTHING
        record, key = new_key(tenant, allowed, name="test", live=False, now=self.clock.now())
        self.api_keys.add(record)
        return key


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
