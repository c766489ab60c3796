"""Build the parts of the API function."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial

from reports.access.authenticate import Authenticate
from reports.access.destinations import check_destination
from reports.access.quotas import Quotas
from reports.bootstrap import adapters
from reports.bootstrap.access_part import authenticate
from reports.bootstrap.settings import Settings
from reports.bootstrap.shipped_files import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.delivery.notify import Replay
from reports.delivery.ports import DeliveryStore
from reports.intake.await_end import AwaitEnd
from reports.intake.offer_upload import OfferUpload
from reports.intake.submit_batch import SubmitBatch
from reports.intake.submit_report import Intake, SubmitReport
from reports.jobs.ports import JobStore, LatestReports, ObjectStore
from reports.lifecycle.cancel_and_retry import CancelReport, RetryReport
from reports.lifecycle.retry_reports import RetryReports

_RETRY_BUDGET = timedelta(seconds=20)  # API Gateway waits for 29 s


@dataclass(frozen=True, slots=True)
class Api:
    """What the API function needs."""

    settings: Settings
    authenticate: Authenticate
    quotas: Quotas
    catalog: Catalog
    jobs: JobStore
    artifacts: ObjectStore
    offer_upload: OfferUpload
    latest: LatestReports
    submit: SubmitReport
    submit_batch: SubmitBatch
    await_end: AwaitEnd
    cancel: CancelReport
    retry: RetryReport
    retry_many: RetryReports


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What the API function needs to show deliveries and to replay them."""

    store: DeliveryStore
    replay: Replay


@cache
def api() -> Api:
    """Build the API function's part. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    clock = SystemClock()
    catalog = Catalog(TEMPLATES)
    jobs = adapters.jobs(settings)
    artifacts = adapters.objects(settings, settings.artifacts_bucket)
    queue = adapters.render_queue(settings)
    idempotency_keys = adapters.idempotency_keys(settings)
    if faults := adapters.faults():
        jobs, queue, idempotency_keys = faults.in_jobs(jobs), faults.in_queue(queue), faults.in_keys(idempotency_keys)
    quotas = adapters.quotas(settings, clock)
    intake = Intake(
        catalog=catalog,
        inputs=artifacts,
        jobs=jobs,
        idempotency_keys=idempotency_keys,
        queue=queue,
        clock=clock,
        quotas=quotas,
        new_id=adapters.new_id,
        check_webhook=partial(
            check_destination, known_hosts=settings.webhook_allowed_hosts, ports=settings.webhook_ports
        ),
    )
    return Api(
        settings=settings,
        authenticate=authenticate(),
        quotas=quotas,
        catalog=catalog,
        jobs=jobs,
        artifacts=artifacts,
        offer_upload=OfferUpload(
            intake, adapters.objects(settings, settings.uploads_bucket), seconds=settings.upload_seconds
        ),
        latest=adapters.latest(settings),
        submit=SubmitReport(intake),
        submit_batch=SubmitBatch(intake),
        await_end=AwaitEnd(
            jobs=jobs,
            places=adapters.waiting_places(settings),
            most=settings.most_waiting,
            clock=clock,
            new_id=adapters.new_id,
            monotonic=time.monotonic,
            sleep=time.sleep,
        ),
        cancel=CancelReport(jobs=jobs, clock=clock),
        retry=RetryReport(jobs=jobs, queue=queue, clock=clock, quotas=quotas),
        retry_many=RetryReports(jobs=jobs, queue=queue, clock=clock, quotas=quotas, budget=_RETRY_BUDGET),
    )


@cache
def deliveries() -> Deliveries:
    """Build the part of the API function that is about deliveries. Raises SettingsError."""
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    store = adapters.deliveries(settings)
    return Deliveries(store, Replay(deliveries=store, queue=adapters.notify_queue(settings), clock=SystemClock()))
