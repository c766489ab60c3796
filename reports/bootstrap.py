"""Put everything together: settings, clients, adapters, use cases. The only place that knows them all.

Each function of the stack asks for its own part, at its first call; nothing happens at import.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports import __version__
from reports.access_ports import ApiKeys, Tenants
from reports.announcing import AnnounceEnd
from reports.authenticating import Authenticate
from reports.batches import SubmitBatch
from reports.catalog import Catalog
from reports.delivering import Notify, Post, Replay, Retries, SweepDeliveries
from reports.delivery_ports import DeliveryStore, Mailer, NotifyQueue
from reports.intake import AdmitMessage, Intake, SubmitReport
from reports.making import ReportMaker
from reports.model import RenderLimits
from reports.ports import (
    Clock,
    DeadLetterQueue,
    IdempotencyKeys,
    JobStore,
    LatestReports,
    ObjectStore,
    Publisher,
    Renderer,
    RenderQueue,
)
from reports.quotas import Limits, Quotas
from reports.redriving import Redrive
from reports.rendering import Backoff, RenderReports
from reports.retrying import RetryReports
from reports.settings import Settings
from reports.steering import CancelReport, RetryReport
from reports.sweeping import Patience, Sweep
from reports.telling import Storyteller
from reports.tokens import TokenRules
from reports.waiting import AwaitEnd

if TYPE_CHECKING:
    from reports.adapters.faults import Faults

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
EMAILS = TEMPLATES.parent / "emails"
OPENAPI = TEMPLATES.parent / "docs" / "openapi.json"

_REDRIVE_BUDGET = timedelta(seconds=200)
_RETRY_BUDGET = timedelta(seconds=20)  # API Gateway waits for 29 s
_SWEEP_BUDGET = timedelta(seconds=35)
_DELIVERY_SWEEP_BUDGET = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Api:
    """Hold what the API function needs."""

    settings: Settings
    authenticate: Authenticate
    quotas: Quotas
    catalog: Catalog
    jobs: JobStore
    artifacts: ObjectStore
    uploads: ObjectStore
    latest: LatestReports
    submit: SubmitReport
    submit_batch: SubmitBatch
    await_end: AwaitEnd
    cancel: CancelReport
    retry: RetryReport
    retry_many: RetryReports


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Hold what the API function needs to show deliveries and to replay them."""

    store: DeliveryStore
    replay: Replay


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Hold what the authorizer function needs."""

    settings: Settings
    authenticate: Authenticate
    tenants: Tenants


@dataclass(frozen=True, slots=True)
class Worker:
    """Hold what the render function needs."""

    reports: RenderReports
    queue: RenderQueue


@cache
def api() -> Api:
    """Build the API function's part. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    clock = SystemClock()
    catalog = Catalog(TEMPLATES)
    jobs = _jobs(settings)
    artifacts = _objects(settings, settings.artifacts_bucket)
    queue = _render_queue(settings)
    idempotency_keys = _idempotency_keys(settings)
    if faults := _faults():
        jobs, queue, idempotency_keys = faults.in_jobs(jobs), faults.in_queue(queue), faults.in_keys(idempotency_keys)
    quotas = _quotas(settings, clock)
    intake = Intake(
        catalog=catalog,
        inputs=artifacts,
        jobs=jobs,
        idempotency_keys=idempotency_keys,
        queue=queue,
        clock=clock,
        quotas=quotas,
        new_id=_new_id,
    )
    return Api(
        settings=settings,
        authenticate=authenticate(),
        quotas=quotas,
        catalog=catalog,
        jobs=jobs,
        artifacts=artifacts,
        uploads=_objects(settings, settings.uploads_bucket),
        latest=_latest(settings),
        submit=SubmitReport(intake),
        submit_batch=SubmitBatch(intake),
        await_end=AwaitEnd(jobs=jobs, monotonic=time.monotonic, sleep=time.sleep),
        cancel=CancelReport(jobs=jobs, clock=clock),
        retry=RetryReport(jobs=jobs, queue=queue, clock=clock),
        retry_many=RetryReports(jobs=jobs, queue=queue, clock=clock, budget=_RETRY_BUDGET),
    )


@cache
def authenticate() -> Authenticate:
    """Build what finds out who asks. Raises SettingsError."""
    from reports.adapters.oidc_tokens import OidcTokens, fetch
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    keys = _api_keys(settings)
    if settings.jwt_issuer is None:
        return Authenticate(keys=keys, clock=SystemClock())
    rules = TokenRules(
        audience=settings.jwt_audience,
        tenant_claim=settings.jwt_tenant_claim,
        scopes_claim=settings.jwt_scopes_claim,
        token_use=settings.jwt_token_use,
    )
    tokens = OidcTokens(settings.jwt_issuer, partial(fetch, known_hosts=settings.jwt_allowed_hosts))
    return Authenticate(keys=keys, clock=SystemClock(), tokens=tokens, rules=rules)


@cache
def authorizer() -> Authorizer:
    """Build the authorizer function's part. Raises SettingsError."""
    settings = Settings.from_environment()
    return Authorizer(settings, authenticate(), _tenants(settings))


@cache
def worker() -> Worker:
    """Build the render function's part. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock
    from reports.engine.confined import ConfinedRenderer

    settings = Settings.from_environment()
    limits = RenderLimits(settings.render_seconds, settings.render_memory_bytes, settings.render_pages)
    confined = ConfinedRenderer(limits)
    renderer: Renderer = confined
    # Loading the engine takes a second; meanwhile this process makes its clients, and reads the first job.
    confined.start()
    clock = SystemClock()
    catalog = Catalog(TEMPLATES)
    jobs = _jobs(settings)
    publisher = _publisher(settings)
    artifacts = _objects(settings, settings.artifacts_bucket)
    if faults := _faults():
        jobs, renderer, publisher = faults.in_jobs(jobs), faults.in_renderer(renderer), faults.in_publisher(publisher)
    reports = RenderReports(
        admit=AdmitMessage(inputs=artifacts, jobs=jobs, clock=clock, uploads_bucket=settings.uploads_bucket),
        maker=ReportMaker(catalog, renderer),
        uploads=_objects(settings, settings.uploads_bucket),
        artifacts=artifacts,
        jobs=jobs,
        clock=clock,
        announce=AnnounceEnd(jobs=jobs, latest=_latest(settings), publisher=publisher),
        backoff=Backoff(
            base=settings.retry_base_seconds,
            cap=settings.retry_cap_seconds,
            max_receives=settings.max_receives,
            pick=random.Random(),  # noqa: S311 - jitter, no secret
        ),
        lease=timedelta(seconds=settings.lease_seconds),
        new_id=_new_id,
        quotas=_quotas(settings, clock),
        engine=engine_versions(),
    )
    return Worker(reports, _render_queue(settings))


@cache
def sweep() -> Sweep:
    """Build the sweep function's part. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    jobs = _jobs(settings)
    return Sweep(
        jobs=jobs,
        queue=_render_queue(settings),
        announce=AnnounceEnd(jobs=jobs, latest=_latest(settings), publisher=_publisher(settings)),
        clock=SystemClock(),
        patience=Patience(
            queued=timedelta(seconds=settings.queued_patience_seconds),
            lease=timedelta(seconds=settings.lease_patience_seconds),
            announced=timedelta(seconds=settings.announced_patience_seconds),
            life=timedelta(seconds=settings.job_life_seconds),
        ),
        max_receives=settings.max_receives,
        budget=_SWEEP_BUDGET,
    )


@cache
def deliveries() -> Deliveries:
    """Build the part of the API function that is about deliveries. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    store = _deliveries(settings)
    return Deliveries(store, Replay(deliveries=store, queue=_notify_queue(settings), clock=SystemClock()))


@cache
def delivery_sweep() -> SweepDeliveries:
    """Build the sweep function's part that is about deliveries. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    return SweepDeliveries(
        deliveries=_deliveries(settings),
        queue=_notify_queue(settings),
        clock=SystemClock(),
        patience=timedelta(seconds=settings.delivery_patience_seconds),
        budget=_DELIVERY_SWEEP_BUDGET,
    )


@cache
def notify() -> Notify:
    """Build the notify function's part. Raises SettingsError."""
    from reports.adapters.http_webhooks import HttpWebhookSender
    from reports.adapters.ssm_secrets import SSMWebhookSecrets
    from reports.adapters.system_clock import SystemClock
    from reports.emails import EmailTemplates

    settings = Settings.from_environment()
    jobs = _jobs(settings)
    story = Storyteller(
        jobs=jobs,
        artifacts=_objects(settings, settings.artifacts_bucket),
        letters=EmailTemplates(EMAILS),
        api_url=settings.api_base_url,
        link_seconds=settings.link_seconds,
        attachment_bytes=settings.email_attachment_bytes,
    )
    webhooks = HttpWebhookSender(
        agent=f"Pressrun/{__version__}",
        known_hosts=settings.webhook_allowed_hosts,
        ports=settings.webhook_ports,
    )
    secrets = SSMWebhookSecrets(_client("ssm"), settings.webhook_secrets)
    return Notify(
        jobs=jobs,
        deliveries=_deliveries(settings),
        queue=_notify_queue(settings),
        post=Post(story=story, mailer=_mailer(settings), webhooks=webhooks, secrets=secrets),
        clock=SystemClock(),
        retries=Retries(
            base=timedelta(seconds=settings.delivery_base_seconds),
            longest=timedelta(seconds=settings.delivery_longest_wait_seconds),
            life=timedelta(seconds=settings.delivery_life_seconds),
            pick=random.Random(),  # noqa: S311 - jitter, no secret
        ),
        lease=timedelta(seconds=settings.delivery_lease_seconds),
        new_id=_new_id,
    )


@cache
def redrive() -> Redrive:
    """Build the redrive function's part. Raises SettingsError."""
    from reports.adapters.sqs_queue import SQSDeadLetterQueue
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    dead_letters: DeadLetterQueue = SQSDeadLetterQueue(
        _client("sqs"), settings.render_dlq_url, settings.render_queue_url
    )
    if faults := _faults():
        dead_letters = faults.in_dead_letters(dead_letters)
    return Redrive(jobs=_jobs(settings), dead_letters=dead_letters, clock=SystemClock(), budget=_REDRIVE_BUDGET)


@contextmanager
def report_maker(catalog: Catalog, limits: RenderLimits | None = None) -> Iterator[ReportMaker]:
    """Provide what turns data into reports, with the real engine and AWS's limits; needs no AWS."""
    from reports.engine.confined import ConfinedRenderer

    with ConfinedRenderer(limits or RenderLimits()) as renderer:
        yield ReportMaker(catalog, renderer)


def _new_id() -> str:
    """Return a UUIDv7, which sorts by time."""
    from uuid6 import uuid7

    return str(uuid7())


def engine_versions() -> dict[str, str]:
    """Return the versions of what makes reports, for their record."""
    return {"pressrun": __version__, "weasyprint": version("weasyprint")}


def _render_queue(settings: Settings) -> RenderQueue:
    from reports.adapters.sqs_queue import SQSRenderQueue

    return SQSRenderQueue(_client("sqs"), settings.render_queue_url, settings.render_dlq_url)


def _publisher(settings: Settings) -> Publisher:
    from reports.adapters.sns_publisher import SNSPublisher

    return SNSPublisher(_client("sns"), settings.events_topic)


def _deliveries(settings: Settings) -> DeliveryStore:
    from reports.adapters.dynamodb_deliveries import DynamoDBDeliveryStore

    return DynamoDBDeliveryStore(
        _client("dynamodb"), settings.jobs_table, retention=timedelta(days=settings.job_retention_days)
    )


def _notify_queue(settings: Settings) -> NotifyQueue:
    from reports.adapters.sqs_notify_queue import SQSNotifyQueue

    return SQSNotifyQueue(_client("sqs"), settings.notify_queue_url)


def _mailer(settings: Settings) -> Mailer | None:
    from reports.adapters.ses_mailer import SESMailer

    return None if settings.email_sender is None else SESMailer(_client("ses"), settings.email_sender)


def _api_keys(settings: Settings) -> ApiKeys:
    from reports.adapters.dynamodb_api_keys import DynamoDBApiKeys

    return DynamoDBApiKeys(_client("dynamodb"), settings.access_table)


def _tenants(settings: Settings) -> Tenants:
    from reports.adapters.dynamodb_tenants import DynamoDBTenants

    return DynamoDBTenants(_client("dynamodb"), settings.access_table)


def _quotas(settings: Settings, clock: Clock) -> Quotas:
    from reports.adapters.dynamodb_daily_counts import DynamoDBDailyCounts

    return Quotas(
        tenants=_tenants(settings),
        counts=DynamoDBDailyCounts(_client("dynamodb"), settings.jobs_table),
        clock=clock,
        for_all=Limits(
            reports_per_day=settings.reports_per_day,
            rows_per_report=settings.rows_per_report,
            bytes_per_report=min(settings.bytes_per_report, settings.max_upload_bytes),
        ),
    )


def _latest(settings: Settings) -> LatestReports:
    from reports.adapters.dynamodb_latest import DynamoDBLatestReports

    return DynamoDBLatestReports(
        _client("dynamodb"), settings.jobs_table, retention=timedelta(days=settings.job_retention_days)
    )


def _jobs(settings: Settings) -> JobStore:
    from reports.adapters.dynamodb_jobs import DynamoDBJobStore

    return DynamoDBJobStore(
        _client("dynamodb"), settings.jobs_table, retention=timedelta(days=settings.job_retention_days)
    )


def _idempotency_keys(settings: Settings) -> IdempotencyKeys:
    from reports.adapters.dynamodb_idempotency import DynamoDBIdempotencyKeys

    return DynamoDBIdempotencyKeys(_client("dynamodb"), settings.jobs_table)


def _objects(settings: Settings, bucket: str) -> ObjectStore:
    from reports.adapters.s3_objects import S3ObjectStore

    return S3ObjectStore(_client("s3"), bucket, signer=_client("s3", settings.public_endpoint_url))


@cache
def _client(service: str, endpoint_url: str | None = None) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=3,
        read_timeout=20,
        # Without it, presigned URLs of us-east-1 would be signed by a scheme that newer buckets refuse.
        signature_version="s3v4" if service == "s3" else None,
    )
    client = boto3.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]
    faults = _faults()
    return faults.in_client(service, client) if faults else client


@cache
def _faults() -> Faults | None:
    """Return what is to go wrong on purpose, on the stage ``local``."""
    settings = Settings.from_environment()
    if not settings.faults:
        return None
    from reports.adapters.faults import Faults

    return Faults.of(settings.stage, settings.faults)
