"""All that the use cases ask of the world outside. AWS has it for the functions, and memory for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from reports.access.audit import AuditLog
from reports.access.ports import ApiKeys, DailyCounts, Tenants, Tokens
from reports.backoff import Jitter
from reports.catalog.catalog import Catalog
from reports.clock import Clock
from reports.delivery.ports import Buckets, DeliveryStore, Mailer, NotifyQueue, WebhookSecrets, WebhookSender
from reports.delivery.webhook_and_email_content import EmailRenderer
from reports.jobs.belongings import Belongings
from reports.jobs.erasure import Erasures
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
from reports.render_contract import Renderer
from reports.shelf.ports import OwnTemplates


class Snapshots(Protocol):
    """What is done around a snapshot of a function, which others are started from."""

    def before_snapshot(self) -> None: ...
    def after_restore(self) -> None: ...


class Time(Protocol):
    """Time and chance."""

    @property
    def clock(self) -> Clock: ...
    @property
    def chance(self) -> Jitter: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...
    def new_id(self, kind: str, /) -> str:
        """Return the id of a new ``job``, or of a ``waiter``, ``worker`` or ``notifier``."""
        ...


class AccessPorts(Protocol):
    """What is known of callers."""

    @property
    def api_keys(self) -> ApiKeys: ...
    @property
    def tokens(self) -> Tokens | None: ...
    @property
    def tenants(self) -> Tenants: ...
    @property
    def counts(self) -> DailyCounts: ...
    @property
    def audit(self) -> AuditLog: ...


class JobPorts(Protocol):
    """Jobs, their files and their messages."""

    @property
    def jobs(self) -> JobStore: ...
    @property
    def latest(self) -> LatestReports: ...
    @property
    def idempotency_keys(self) -> IdempotencyKeys: ...
    @property
    def places(self) -> WaitingPlaces: ...
    @property
    def kept_pauses(self) -> KeptPauses: ...
    @property
    def erasures(self) -> Erasures: ...
    @property
    def belongings(self) -> Sequence[Belongings]:
        """Return what tenants have, in all stores. Each finds all again that it found before it broke off."""
        ...

    @property
    def artifacts(self) -> ObjectStore: ...
    @property
    def uploads(self) -> ObjectStore: ...
    @property
    def queue(self) -> RenderQueue: ...
    @property
    def dead_letters(self) -> DeadLetterQueue: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def signer(self) -> Signer: ...
    @property
    def report_files(self) -> ReportFiles: ...
    @property
    def receipt_keys(self) -> ReceiptKeys: ...


class DeliveryPorts(Protocol):
    """What notifies people and programs."""

    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def notify_queue(self) -> NotifyQueue: ...
    @property
    def mailer(self) -> Mailer | None: ...
    @property
    def webhooks(self) -> WebhookSender: ...
    @property
    def secrets(self) -> WebhookSecrets: ...
    @property
    def buckets(self) -> Buckets: ...
    @property
    def emails(self) -> EmailRenderer: ...


class RenderPorts(Protocol):
    """Templates, and what makes reports of them."""

    @property
    def catalog(self) -> Catalog:
        """Return the templates of the product."""
        ...

    @property
    def own_templates(self) -> OwnTemplates: ...
    @property
    def unpacked(self) -> Path:
        """Return the folder that templates of tenants are unpacked into."""
        ...

    @property
    def renderer(self) -> Renderer: ...
    @property
    def architecture(self) -> str:
        """Return the processor's, as price lists name it."""
        ...

    @property
    def engine(self) -> Mapping[str, str]:
        """Return the versions of what makes reports, for their record."""
        ...


class Ports(Snapshots, Time, AccessPorts, JobPorts, DeliveryPorts, RenderPorts, Protocol):
    """All ports."""
