"""Make adapters of the settings: each function what its type says. Clients are made once, and shared.

Adapters are imported where they are made, so that a function of the stack loads only those that it needs.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from reports.access.ports import ApiKeys, Tenants
from reports.access.quotas import Limits, Quotas
from reports.bootstrap.call_timeouts import OF_AN_EMULATOR, CallTimes
from reports.bootstrap.settings import Settings
from reports.clock import Clock
from reports.delivery.ports import DeliveryStore, Mailer, NotifyQueue
from reports.jobs.ports import (
    IdempotencyKeys,
    JobStore,
    LatestReports,
    ObjectStore,
    Publisher,
    RenderQueue,
    WaitingPlaces,
)

if TYPE_CHECKING:
    from reports.adapters.fault_injection import Faults

# An e-mail whose answer was lost may have been sent, and nobody could tell a repetition by its looks. The delivery
# tries again by itself, after a wait.
_ONLY_ONCE = frozenset({"ses"})


def new_id() -> str:
    """Return a UUIDv7, which sorts by time."""
    from uuid6 import uuid7

    return str(uuid7())


def render_queue(settings: Settings) -> RenderQueue:
    from reports.adapters.sqs.render_queue import SQSRenderQueue

    return SQSRenderQueue(client("sqs"), settings.render_queue_url, settings.render_dlq_url)


def publisher(settings: Settings) -> Publisher:
    from reports.adapters.sns_publisher import SNSPublisher

    return SNSPublisher(client("sns"), settings.events_topic)


def deliveries(settings: Settings) -> DeliveryStore:
    from reports.adapters.dynamodb.deliveries import DynamoDBDeliveryStore

    return DynamoDBDeliveryStore(client("dynamodb"), settings.jobs_table, retention=_retention(settings))


def notify_queue(settings: Settings) -> NotifyQueue:
    from reports.adapters.sqs.notify_queue import SQSNotifyQueue

    return SQSNotifyQueue(client("sqs"), settings.notify_queue_url, settings.notify_dlq_url)


def mailer(settings: Settings) -> Mailer | None:
    from reports.adapters.ses_mailer import SESMailer

    return None if settings.email_sender is None else SESMailer(client("ses"), settings.email_sender)


def api_keys(settings: Settings) -> ApiKeys:
    from reports.adapters.dynamodb.api_keys import DynamoDBApiKeys

    return DynamoDBApiKeys(client("dynamodb"), settings.access_table)


def tenants(settings: Settings) -> Tenants:
    from reports.adapters.dynamodb.tenants import DynamoDBTenants

    return DynamoDBTenants(client("dynamodb"), settings.access_table)


def quotas(settings: Settings, clock: Clock) -> Quotas:
    from reports.adapters.dynamodb.daily_counts import DynamoDBDailyCounts

    return Quotas(
        tenants=tenants(settings),
        counts=DynamoDBDailyCounts(client("dynamodb"), settings.jobs_table),
        clock=clock,
        for_all=Limits(
            reports_per_day=settings.reports_per_day,
            compute_seconds_per_day=settings.compute_seconds_per_day,
            emails_per_day=settings.emails_per_day,
            waiting_requests=settings.waiting_requests,
            email_to=settings.email_to,
            email_titles=settings.email_titles,
            rows_per_report=settings.rows_per_report,
            bytes_per_report=min(settings.bytes_per_report, settings.max_upload_bytes),
        ),
    )


def waiting_places(settings: Settings) -> WaitingPlaces:
    from reports.adapters.dynamodb.waiting import DynamoDBWaitingPlaces

    return DynamoDBWaitingPlaces(client("dynamodb"), settings.jobs_table)


def latest(settings: Settings) -> LatestReports:
    from reports.adapters.dynamodb.latest_reports import DynamoDBLatestReports

    return DynamoDBLatestReports(client("dynamodb"), settings.jobs_table, retention=_retention(settings))


def jobs(settings: Settings) -> JobStore:
    from reports.adapters.dynamodb.jobs import DynamoDBJobStore

    return DynamoDBJobStore(client("dynamodb"), settings.jobs_table, retention=_retention(settings))


def idempotency_keys(settings: Settings) -> IdempotencyKeys:
    from reports.adapters.dynamodb.idempotency_keys import DynamoDBIdempotencyKeys

    return DynamoDBIdempotencyKeys(client("dynamodb"), settings.jobs_table)


def objects(settings: Settings, bucket: str) -> ObjectStore:
    from reports.adapters.s3.objects import S3ObjectStore

    return S3ObjectStore(client("s3"), bucket, signer=client("s3", settings.public_endpoint_url))


def _retention(settings: Settings) -> timedelta:
    return timedelta(days=settings.job_retention_days)


@cache
def client(service: str, endpoint_url: str | None = None) -> Any:
    import boto3
    from botocore.config import Config

    is_emulated = bool(endpoint_url or os.environ.get("AWS_ENDPOINT_URL"))
    once = service in _ONLY_ONCE
    times = OF_AN_EMULATOR if is_emulated else CallTimes.within(Settings.from_environment().function_seconds, once=once)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1 if once else times.tries},
        connect_timeout=times.connect,
        read_timeout=times.read,
        # Without it, presigned URLs of us-east-1 would be signed by a scheme that newer buckets refuse.
        signature_version="s3v4" if service == "s3" else None,
        # Presigned URLs name the region's own host. The global one redirects to it for the first day of a bucket, which
        # breaks signatures, and in regions opened after March 2019 it refuses them for good. An emulator has one host.
        s3=None if is_emulated else {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    made = boto3.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]
    broken = faults()
    return broken.in_client(service, made) if broken else made


@cache
def faults() -> Faults | None:
    """Return what is to go wrong on purpose, on the stage ``local``."""
    settings = Settings.from_environment()
    if settings.stage != "local" or not settings.faults:
        return None  # packages for AWS do not have the module
    from reports.adapters.fault_injection import Faults

    return Faults.of(settings.stage, settings.faults)
