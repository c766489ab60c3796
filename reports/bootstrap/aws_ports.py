"""Make the ports of AWS, each when it is first asked for. Clients are made once, and shared.

Adapters are imported where they are made, so that a function of the stack loads only those that it needs.
"""

from __future__ import annotations

import platform
import random
import time
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reports import __version__
from reports.access.audit import AuditLog
from reports.access.identity import NO_TENANT
from reports.access.ports import ApiKeys, DailyCounts, Tenants, Tokens
from reports.access.retention import KEPT, Retention
from reports.bootstrap.aws_clients import client, client_of_other
from reports.bootstrap.initializing import warm_up
from reports.bootstrap.settings import Settings
from reports.bootstrap.shipped_files import EMAILS, TEMPLATES
from reports.catalog.catalog import Catalog
from reports.clock import Clock
from reports.delivery.ports import Buckets, DeliveryStore, Mailer, NotifyQueue, WebhookSecrets, WebhookSender
from reports.delivery.webhook_and_email_content import EmailRenderer
from reports.jobs.belongings import Belongings
from reports.jobs.cost import ARM64, X86_64
from reports.jobs.erasure import Erasures
from reports.jobs.object_keys import ASSETS_PREFIX, TEMPLATES_PREFIX, tenant_of
from reports.jobs.passwords import Passwords
from reports.jobs.pauses import KeptPauses
from reports.jobs.ports import (
    DeadLetterQueue,
    IdempotencyKeys,
    JobStore,
    LatestReports,
    ObjectStore,
    Publisher,
    RenderQueue,
    WaitingPlaces,
)
from reports.jobs.receipts import ReceiptKeys, ReportFiles
from reports.jobs.signing import Signer
from reports.render_contract import Renderer, RenderLimits
from reports.shelf.ports import OwnTemplates

if TYPE_CHECKING:
    from reports.adapters.fault_injection import Faults


class AwsPorts:
    """The ports of a function on AWS or an emulator, some of which may fail on purpose."""

    def __init__(self, settings: Settings, broken: Faults | None = None) -> None:
        self._settings = settings
        self._broken = broken
        self.chance = random.Random()  # noqa: S311 - jitter, no secret

    # Snapshots

    def before_snapshot(self) -> None:
        """Wait until the rendering process has loaded all that it needs, so that it is in the snapshot."""
        if "renderer" in vars(self):
            self._confined.load()

    def after_restore(self) -> None:
        """Draw new chances: functions from one snapshot would all wait for the same time before they try again.

        Ids and keys are drawn by the kernel, which knows that it was started anew.
        """
        random.seed()
        self.chance.seed()

    # Time

    @cached_property
    def clock(self) -> Clock:
        from reports.adapters.system_clock import SystemClock

        return SystemClock()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, /) -> None:
        time.sleep(seconds)

    def new_id(self, _kind: str, /) -> str:
        """Return a UUIDv7, which sorts by time."""
        from uuid6 import uuid7

        return str(uuid7())

    # Callers

    @cached_property
    def api_keys(self) -> ApiKeys:
        from reports.adapters.dynamodb.api_keys import DynamoDBApiKeys

        return DynamoDBApiKeys(client("dynamodb"), self._settings.access_table)

    @cached_property
    def tokens(self) -> Tokens | None:
        from reports.adapters.oidc_tokens import OidcTokens, fetch

        issuer, hosts = self._settings.jwt_issuer, self._settings.jwt_allowed_hosts
        return None if issuer is None else OidcTokens(issuer, partial(fetch, known_hosts=hosts))

    @cached_property
    def tenants(self) -> Tenants:
        from reports.adapters.dynamodb.tenants import DynamoDBTenants

        return DynamoDBTenants(client("dynamodb"), self._settings.access_table)

    @cached_property
    def counts(self) -> DailyCounts:
        from reports.adapters.dynamodb.daily_counts import DynamoDBDailyCounts

        return DynamoDBDailyCounts(client("dynamodb"), self._settings.jobs_table)

    @cached_property
    def audit(self) -> AuditLog:
        from reports.adapters.cloudwatch_audit_log import CloudWatchAuditLog

        return CloudWatchAuditLog(client("logs"), self._settings.audit_log_group, writer="function")

    @cached_property
    def _retention(self) -> Retention:
        return Retention(self.tenants, self.clock, for_all=self._settings.retention)

    # Jobs

    @cached_property
    def jobs(self) -> JobStore:
        from reports.adapters.dynamodb.jobs import DynamoDBJobStore

        made: JobStore = DynamoDBJobStore(
            client("dynamodb"), self._settings.jobs_table, expiry=self._retention.expires_at
        )
        return self._broken.in_jobs(made) if self._broken else made

    @cached_property
    def latest(self) -> LatestReports:
        from reports.adapters.dynamodb.latest_reports import DynamoDBLatestReports

        return DynamoDBLatestReports(client("dynamodb"), self._settings.jobs_table, expiry=self._retention.expires_at)

    @cached_property
    def idempotency_keys(self) -> IdempotencyKeys:
        from reports.adapters.dynamodb.idempotency_keys import DynamoDBIdempotencyKeys

        made: IdempotencyKeys = DynamoDBIdempotencyKeys(client("dynamodb"), self._settings.jobs_table)
        return self._broken.in_keys(made) if self._broken else made

    @cached_property
    def places(self) -> WaitingPlaces:
        from reports.adapters.dynamodb.waiting import DynamoDBWaitingPlaces

        return DynamoDBWaitingPlaces(client("dynamodb"), self._settings.jobs_table)

    @cached_property
    def kept_pauses(self) -> KeptPauses:
        from reports.adapters.dynamodb.pauses import DynamoDBPauses

        return DynamoDBPauses(client("dynamodb"), self._settings.jobs_table)

    @cached_property
    def erasures(self) -> Erasures:
        from reports.adapters.dynamodb.erasures import DynamoDBErasures

        return DynamoDBErasures(client("dynamodb"), self._settings.jobs_table)

    @cached_property
    def belongings(self) -> Sequence[Belongings]:
        from reports.adapters.dynamodb.belongings import DynamoDBBelongings
        from reports.adapters.s3.belongings import S3Belongings

        kept, settings = self._retention, self._settings
        buckets = {"uploads": settings.uploads_bucket, "artifacts": settings.artifacts_bucket}
        return (
            S3Belongings(client("s3"), **buckets, tag=kept.tag_of),
            DynamoDBBelongings(client("dynamodb"), settings.jobs_table, expiry=kept.expires_at),
        )

    @cached_property
    def artifacts(self) -> ObjectStore:
        return self._objects(self._settings.artifacts_bucket)

    @cached_property
    def uploads(self) -> ObjectStore:
        return self._objects(self._settings.uploads_bucket)

    def _objects(self, bucket: str) -> ObjectStore:
        from reports.adapters.s3.objects import S3ObjectStore

        kept, signer = self._retention, client("s3", self._settings.public_endpoint_url)

        def tag(key: str) -> str:
            stays = key.startswith((ASSETS_PREFIX, TEMPLATES_PREFIX))
            return KEPT if stays else kept.tag_of(tenant_of(key) or NO_TENANT)

        return S3ObjectStore(client("s3"), bucket, tag=tag, signer=signer)

    @cached_property
    def queue(self) -> RenderQueue:
        from reports.adapters.sqs.render_queue import SQSRenderQueue

        settings = self._settings
        made: RenderQueue = SQSRenderQueue(client("sqs"), settings.render_queue_url, settings.render_dlq_url)
        return self._broken.in_queue(made) if self._broken else made

    @cached_property
    def dead_letters(self) -> DeadLetterQueue:
        from reports.adapters.sqs.render_queue import SQSDeadLetterQueue

        settings = self._settings
        made: DeadLetterQueue = SQSDeadLetterQueue(client("sqs"), settings.render_dlq_url, settings.render_queue_url)
        return self._broken.in_dead_letters(made) if self._broken else made

    @cached_property
    def publisher(self) -> Publisher:
        from reports.adapters.sns_publisher import SNSPublisher

        made: Publisher = SNSPublisher(client("sns"), self._settings.events_topic)
        return self._broken.in_publisher(made) if self._broken else made

    @cached_property
    def passwords(self) -> Passwords:
        from reports.adapters.aws_passwords import AwsPasswords

        key, prefix = self._settings.password_key, self._settings.tenant_secrets
        return AwsPasswords(client("kms"), client("ssm"), key=key, prefix=prefix)

    @cached_property
    def signer(self) -> Signer:
        """Return what signs, in the function that has the keys; elsewhere, what asks that function to."""
        if self._settings.signing_keys:
            from reports.adapters.kms_signing import KmsSigning
            from reports.adapters.pades_signer import PadesSigner
            from reports.adapters.ssm_signing_keys import SSMSigningKeys

            keys = SSMSigningKeys(client("ssm"), self._settings.signing_keys)
            kms, authorities = KmsSigning(client("kms")), self._settings.timestamp_authorities
            return PadesSigner(keys, kms, self.artifacts, self.clock, authorities=authorities)
        from reports.adapters.lambda_signer import LambdaSigner

        return LambdaSigner(client("lambda"), self._settings.sign_function)

    @cached_property
    def report_files(self) -> ReportFiles:
        from reports.adapters.dynamodb.report_files import DynamoDBReportFiles

        return DynamoDBReportFiles(client("dynamodb"), self._settings.jobs_table, expiry=self._retention.expires_at)

    @cached_property
    def receipt_keys(self) -> ReceiptKeys:
        from reports.adapters.ssm_receipt_keys import SSMReceiptKeys

        return SSMReceiptKeys(client("ssm"), self._settings.receipt_keys)

    # Deliveries

    @cached_property
    def deliveries(self) -> DeliveryStore:
        from reports.adapters.dynamodb.deliveries import DynamoDBDeliveryStore

        return DynamoDBDeliveryStore(client("dynamodb"), self._settings.jobs_table, expiry=self._retention.expires_at)

    @cached_property
    def notify_queue(self) -> NotifyQueue:
        from reports.adapters.sqs.notify_queue import SQSNotifyQueue

        return SQSNotifyQueue(client("sqs"), self._settings.notify_queue_url, self._settings.notify_dlq_url)

    @cached_property
    def mailer(self) -> Mailer | None:
        from reports.adapters.ses_mailer import SESMailer

        sender = self._settings.email_sender
        return None if sender is None else SESMailer(client("ses"), sender)

    @cached_property
    def webhooks(self) -> WebhookSender:
        from reports.adapters.http_webhooks import HttpWebhookSender

        hosts, ports = self._settings.webhook_allowed_hosts, self._settings.webhook_ports
        return HttpWebhookSender(agent=f"Pressrun/{__version__}", known_hosts=hosts, ports=ports)

    @cached_property
    def secrets(self) -> WebhookSecrets:
        from reports.adapters.ssm_secrets import SSMWebhookSecrets

        return SSMWebhookSecrets(client("ssm"), self._settings.webhook_secrets)

    @cached_property
    def buckets(self) -> Buckets:
        from reports.adapters.assumed_role_buckets import AssumedRoleBuckets

        return AssumedRoleBuckets(client("sts"), self.artifacts, client_of_other)

    @cached_property
    def emails(self) -> EmailRenderer:
        from reports.delivery.emails import EmailTemplates

        return EmailTemplates(EMAILS)

    # Rendering

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog(TEMPLATES)

    @cached_property
    def own_templates(self) -> OwnTemplates:
        from reports.adapters.dynamodb.own_templates import DynamoDBOwnTemplates

        return DynamoDBOwnTemplates(client("dynamodb"), self._settings.jobs_table)

    @cached_property
    def unpacked(self) -> Path:
        self._folder_of_unpacked = TemporaryDirectory(prefix="pressrun-templates-")
        return Path(self._folder_of_unpacked.name).resolve()

    @cached_property
    def renderer(self) -> Renderer:
        """Return the renderer, which begins to load the engine in a process of its own."""
        from reports.engine.sandbox.confined_renderer import ConfinedRenderer

        settings = self._settings
        self._confined = ConfinedRenderer(
            render_limits(settings),
            templates=[TEMPLATES],
            needed=settings.render_sandbox,
            long_tables=settings.long_tables,
            tenants_apart=settings.render_isolation,
            warm_up=warm_up(),
        )
        self._confined.start()
        made: Renderer = self._confined
        return self._broken.in_renderer(made) if self._broken else made

    @property
    def architecture(self) -> str:
        return ARM64 if platform.machine() in ("aarch64", "arm64") else X86_64

    @cached_property
    def engine(self) -> Mapping[str, str]:
        return engine_versions()


def render_limits(settings: Settings) -> RenderLimits:
    """Return what one render may take."""
    return RenderLimits(
        seconds=settings.render_seconds,
        memory_bytes=settings.render_memory_bytes,
        pages=settings.render_pages,
        cpu_seconds=settings.render_cpu_seconds,
        cpu_seconds_per_mb=settings.render_cpu_seconds_per_mb,
    )


def engine_versions() -> dict[str, str]:
    """Return the versions of what makes reports, for their record."""
    return {"pressrun": __version__, "weasyprint": version("weasyprint")}
