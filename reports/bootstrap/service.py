"""Put the use cases together: of settings and ports, each when it is first asked for."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property, partial

from reports.access.authenticate import Authenticate
from reports.access.destinations import check_destination
from reports.access.quotas import Quotas
from reports.access.tokens import TokenRules
from reports.backoff import Backoff
from reports.bootstrap.ports import Ports
from reports.bootstrap.settings import Settings
from reports.delivery.bucket_delivery import BucketDelivery
from reports.delivery.notify import Notify
from reports.delivery.replay import Replay
from reports.delivery.retry_schedule import Retries
from reports.delivery.send import Sender
from reports.delivery.sweep_deliveries import SweepDeliveries
from reports.delivery.webhook_and_email_content import ContentBuilder
from reports.intake.await_end import AwaitEnd
from reports.intake.keep_assets import KeepAssets
from reports.intake.keep_templates import KeepTemplates
from reports.intake.offer_upload import OfferUpload
from reports.intake.submit_batch import SubmitBatch
from reports.intake.submit_report import Intake, SubmitReport
from reports.jobs.announce_end import AnnounceEnd
from reports.jobs.cost import CostMeter, Prices
from reports.jobs.pauses import Pauses
from reports.lifecycle.cancel_and_retry import CancelReport, RetryReport
from reports.lifecycle.erase_tenants import AskForErasure, EraseTenants
from reports.lifecycle.redrive import Redrive
from reports.lifecycle.replay_template import ReplayTemplate
from reports.lifecycle.rerender_report import RerenderReport
from reports.lifecycle.retry_reports import RetryReports
from reports.lifecycle.sweep import Sweep, SweepThresholds
from reports.shelf.templates import Templates
from reports.worker.admit_message import AdmitMessage
from reports.worker.heartbeat import Heartbeat
from reports.worker.render_reports import RenderReports
from reports.worker.report_maker import ReportMaker
from reports.worker.report_writer import ReportWriter
from reports.worker.upload_options import UploadOptions

MOST_NOTIFY_RECEIVES = 100
"""How often SQS delivers a message of the notify queue, as resources/notifications.yml has it."""

# With full jitter, the tries of a message are spread over some twelve hours on AWS: a fault of ours, or of a service,
# that is over by then has cost no message.
_LONGEST_NOTIFY_WAIT_SECONDS = 900

_LONGEST_RENDER_WAIT = 4
"""Times the first wait. A message has a hundred receives: were the wait to double with each, a request that has no job
yet would sleep for a quarter of an hour after its outage is over."""

_RETRY_BUDGET = timedelta(seconds=20)  # API Gateway waits for 29 s
_ERASE_BUDGET = timedelta(seconds=200)
_REDRIVE_BUDGET = timedelta(seconds=200)
_SWEEP_BUDGET = timedelta(seconds=35)
_DELIVERY_SWEEP_BUDGET = timedelta(seconds=10)


class Service:
    """All use cases of Pressrun. Each function of the stack asks for its own; the tests have the same over fakes."""

    def __init__(self, settings: Settings, ports: Ports) -> None:
        self.settings = settings
        self.ports = ports

    # Callers

    @cached_property
    def authenticate(self) -> Authenticate:
        settings, tokens = self.settings, self.ports.tokens
        rules = TokenRules(
            audience=settings.jwt_audience,
            tenant_claim=settings.jwt_tenant_claim,
            scopes_claim=settings.jwt_scopes_claim,
            token_use=settings.jwt_token_use,
        )
        return Authenticate(
            keys=self.ports.api_keys, clock=self.ports.clock, tokens=tokens, rules=None if tokens is None else rules
        )

    @cached_property
    def quotas(self) -> Quotas:
        ports = self.ports
        return Quotas(
            tenants=ports.tenants,
            counts=ports.counts,
            clock=ports.clock,
            for_all=self.settings.limits,
            monotonic=ports.monotonic,
        )

    @cached_property
    def pauses(self) -> Pauses:
        return Pauses(self.ports.kept_pauses, self.ports.clock)

    # Templates

    @cached_property
    def templates(self) -> Templates:
        ports = self.ports
        return Templates(ports.catalog, ports.own_templates, ports.artifacts, ports.jobs, folder=ports.unpacked)

    @cached_property
    def keep_templates(self) -> KeepTemplates:
        ports = self.ports
        return KeepTemplates(
            self.intake,
            own=ports.own_templates,
            archives=ports.artifacts,
            tenants=ports.tenants,
            folder=ports.unpacked,
        )

    # Intake

    @cached_property
    def intake(self) -> Intake:
        ports, settings = self.ports, self.settings
        return Intake(
            templates=self.templates,
            inputs=ports.artifacts,
            jobs=ports.jobs,
            idempotency_keys=ports.idempotency_keys,
            queue=ports.queue,
            clock=ports.clock,
            quotas=self.quotas,
            passwords=ports.passwords,
            tenants=ports.tenants,
            new_id=partial(ports.new_id, "job"),
            check_webhook=partial(
                check_destination, known_hosts=settings.webhook_allowed_hosts, ports=settings.webhook_ports
            ),
        )

    @cached_property
    def submit(self) -> SubmitReport:
        return SubmitReport(self.intake)

    @cached_property
    def submit_batch(self) -> SubmitBatch:
        return SubmitBatch(self.intake)

    @cached_property
    def offer_upload(self) -> OfferUpload:
        return OfferUpload(self.intake, self.ports.uploads, seconds=self.settings.upload_seconds)

    @cached_property
    def assets(self) -> KeepAssets:
        settings = self.settings
        return KeepAssets(
            self.ports.artifacts, self.ports.tenants, most=settings.most_assets, most_bytes=settings.most_asset_bytes
        )

    @cached_property
    def await_end(self) -> AwaitEnd:
        ports = self.ports
        return AwaitEnd(
            jobs=ports.jobs,
            places=ports.places,
            most=self.settings.most_waiting,
            clock=ports.clock,
            new_id=partial(ports.new_id, "waiter"),
            monotonic=ports.monotonic,
            sleep=ports.sleep,
        )

    # The worker

    @cached_property
    def announce(self) -> AnnounceEnd:
        return AnnounceEnd(
            jobs=self.ports.jobs,
            latest=self.ports.latest,
            files=self.ports.report_files,
            publisher=self.ports.publisher,
        )

    @cached_property
    def worker(self) -> RenderReports:
        ports, settings = self.ports, self.settings
        # First, for loading the engine takes a second; meanwhile this process makes its clients.
        writer = self._writer
        lease = timedelta(seconds=settings.lease_seconds)
        base = settings.retry_base_seconds
        return RenderReports(
            admit=AdmitMessage(
                inputs=ports.artifacts,
                uploads=ports.uploads,
                erasures=ports.erasures,
                audit=ports.audit,
                options=UploadOptions(ports.uploads),
                templates=self.templates,
                jobs=ports.jobs,
                clock=ports.clock,
                uploads_bucket=settings.uploads_bucket,
            ),
            writer=writer,
            jobs=ports.jobs,
            clock=ports.clock,
            announce=self.announce,
            backoff=Backoff(base, _LONGEST_RENDER_WAIT * base, settings.max_receives, ports.chance),
            max_tries=settings.max_tries,
            max_deaths=settings.max_deaths,
            lease=lease,
            heartbeat=Heartbeat(jobs=ports.jobs, queue=ports.queue, clock=ports.clock, lease=lease),
            life=timedelta(seconds=settings.job_life_seconds),
            new_id=partial(ports.new_id, "worker"),
            quotas=self.quotas,
            meter=CostMeter(Prices.known(), architecture=ports.architecture, memory_mb=settings.function_memory_mb),
            pauses=self.pauses,
            stack_run=settings.stack_run,
        )

    @property
    def _writer(self) -> ReportWriter:
        ports = self.ports
        return ReportWriter(
            maker=ReportMaker(self.templates, ports.renderer),
            uploads=ports.uploads,
            options=UploadOptions(ports.uploads),
            artifacts=ports.artifacts,
            jobs=ports.jobs,
            clock=ports.clock,
            quotas=self.quotas,
            passwords=ports.passwords,
            signer=ports.signer,
            engine=ports.engine,
            thumbnails=self.settings.thumbnails,
            monotonic=ports.monotonic,
        )

    # Later changes of jobs

    @cached_property
    def cancel(self) -> CancelReport:
        return CancelReport(jobs=self.ports.jobs, clock=self.ports.clock)

    @cached_property
    def retry(self) -> RetryReport:
        ports = self.ports
        return RetryReport(jobs=ports.jobs, queue=ports.queue, clock=ports.clock, quotas=self.quotas)

    @cached_property
    def rerender(self) -> RerenderReport:
        ports = self.ports
        return RerenderReport(
            jobs=ports.jobs,
            queue=ports.queue,
            clock=ports.clock,
            quotas=self.quotas,
            new_id=partial(ports.new_id, "job"),
        )

    @cached_property
    def replay_template(self) -> ReplayTemplate:
        ports = self.ports
        return ReplayTemplate(
            jobs=ports.jobs,
            queue=ports.queue,
            clock=ports.clock,
            quotas=self.quotas,
            new_id=partial(ports.new_id, "job"),
        )

    @cached_property
    def retry_many(self) -> RetryReports:
        ports = self.ports
        return RetryReports(
            jobs=ports.jobs, queue=ports.queue, clock=ports.clock, quotas=self.quotas, budget=_RETRY_BUDGET
        )

    @cached_property
    def ask_for_erasure(self) -> AskForErasure:
        ports = self.ports
        return AskForErasure(
            erasures=ports.erasures,
            tenants=ports.tenants,
            audit=ports.audit,
            clock=ports.clock,
            new_id=partial(ports.new_id, "erasure"),
        )

    @cached_property
    def erase(self) -> EraseTenants:
        ports, settings = self.ports, self.settings
        return EraseTenants(
            erasures=ports.erasures,
            tenants=ports.tenants,
            stores=ports.belongings,
            dead_letters=ports.dead_letters,
            audit=ports.audit,
            clock=ports.clock,
            quiet=timedelta(seconds=settings.erasure_quiet_seconds),
            pause=timedelta(seconds=settings.erasure_pause_seconds),
            budget=_ERASE_BUDGET,
        )

    @cached_property
    def redrive(self) -> Redrive:
        ports = self.ports
        return Redrive(jobs=ports.jobs, dead_letters=ports.dead_letters, clock=ports.clock, budget=_REDRIVE_BUDGET)

    @cached_property
    def sweep(self) -> Sweep:
        settings = self.settings
        return Sweep(
            jobs=self.ports.jobs,
            queue=self.ports.queue,
            announce=self.announce,
            clock=self.ports.clock,
            thresholds=SweepThresholds(
                queued=timedelta(seconds=settings.queued_patience_seconds),
                lease=timedelta(seconds=settings.lease_patience_seconds),
                announced=timedelta(seconds=settings.announced_patience_seconds),
                life=timedelta(seconds=settings.job_life_seconds),
            ),
            max_tries=settings.max_tries,
            max_deaths=settings.max_deaths,
            max_receives=settings.max_receives,
            budget=_SWEEP_BUDGET,
            pauses=self.pauses,
            stack_run=settings.stack_run,
        )

    # Deliveries

    @cached_property
    def content(self) -> ContentBuilder:
        settings = self.settings
        return ContentBuilder(
            jobs=self.ports.jobs,
            artifacts=self.ports.artifacts,
            emails=self.ports.emails,
            api_url=settings.api_base_url,
            link_seconds=settings.link_seconds,
            attachment_bytes=settings.email_attachment_bytes,
        )

    @cached_property
    def notify(self) -> Notify:
        ports = self.ports
        return self.notify_by(
            Sender(
                content=self.content,
                mailer=ports.mailer,
                webhooks=ports.webhooks,
                secrets=ports.secrets,
                buckets=BucketDelivery(jobs=ports.jobs, tenants=ports.tenants, buckets=ports.buckets),
                quotas=self.quotas,
            )
        )

    def notify_by(self, sender: Sender) -> Notify:
        """Return what notifies people and programs by a sender."""
        ports, settings = self.ports, self.settings
        return Notify(
            jobs=ports.jobs,
            deliveries=ports.deliveries,
            queue=ports.notify_queue,
            sender=sender,
            clock=ports.clock,
            retries=Retries(
                base=timedelta(seconds=settings.delivery_base_seconds),
                longest=timedelta(seconds=settings.delivery_longest_wait_seconds),
                life=timedelta(seconds=settings.delivery_life_seconds),
                pick=ports.chance,
            ),
            lease=timedelta(seconds=settings.delivery_lease_seconds),
            new_id=partial(ports.new_id, "notifier"),
            monotonic=ports.monotonic,
        )

    @cached_property
    def notify_backoff(self) -> Backoff:
        base = self.settings.delivery_base_seconds
        return Backoff(base, _LONGEST_NOTIFY_WAIT_SECONDS, MOST_NOTIFY_RECEIVES, self.ports.chance)

    @cached_property
    def replay(self) -> Replay:
        ports = self.ports
        return Replay(deliveries=ports.deliveries, queue=ports.notify_queue, clock=ports.clock)

    @cached_property
    def sweep_deliveries(self) -> SweepDeliveries:
        return SweepDeliveries(
            deliveries=self.ports.deliveries,
            queue=self.ports.notify_queue,
            clock=self.ports.clock,
            overdue_after=timedelta(seconds=self.settings.delivery_patience_seconds),
            budget=_DELIVERY_SWEEP_BUDGET,
        )
