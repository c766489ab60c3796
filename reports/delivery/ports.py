"""The ports of deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reports.access.buckets import BucketDestination
from reports.delivery.delivery import AttemptResult, Delivery
from reports.delivery.notify_messages import Deliver
from reports.jobs.values import Artifact


class DeliveryStore(Protocol):
    """Keep deliveries beside their jobs, numbered from 1. Every method may raise ServiceUnavailableError."""

    def open(self, delivery: Delivery) -> Delivery:
        """Keep a new delivery under the next number of its job, whatever number it has, and return it so.

        When there is one of the same event by the same channel already, nothing is kept, and that one is returned.
        """
        ...

    def get(self, job_id: str, number: int) -> Delivery:
        """Return the latest revision. Raises DeliveryNotFoundError."""
        ...

    def of_job(self, job_id: str) -> Sequence[Delivery]:
        """Return all deliveries of a job, by their number; none of an unknown job."""
        ...

    def advance(self, delivery: Delivery) -> None:
        """Replace the revision before. Raises DeliveryConflictError when that is not the latest."""
        ...

    def due(self, before: datetime) -> Iterator[tuple[str, int]]:
        """Yield job and number of deliveries that have been due since before a time. May lag behind a moment."""
        ...


class NotifyQueue(Protocol):
    """Carry deliveries to the notify function."""

    def send(self, notice: Deliver, *, seconds: float = 0) -> None:
        """Ask for a delivery after a time, of which SQS grants 15 minutes at once. Raises ServiceUnavailableError."""
        ...

    def reject(self, body: str, *, reason: str) -> None:
        """Send a message that cannot be understood to the dead-letter queue, with the reason.

        Raises ServiceUnavailableError.
        """
        ...

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        """Hide a received message for that time. Does nothing when it is no longer ours.

        Raises ServiceUnavailableError; the message then comes back later, when its visibility timeout is over.
        """
        ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    filename: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """A message as it is read: a subject, and the same in plain text and in HTML."""

    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Mailer(Protocol):
    """Send e-mail."""

    def send(self, email: Email) -> AttemptResult:
        """Send a message, and say what came of it. Never raises for what the mail service answers."""
        ...


class WebhookSender(Protocol):
    """Send webhooks to where they may go."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> AttemptResult:
        """Post a body, and say what came of it. Never raises for what the receiver does, nor for where it is."""
        ...


class Buckets(Protocol):
    """Put files into buckets of tenants' own."""

    def put(self, destination: BucketDestination, folder: str, files: Sequence[Artifact]) -> AttemptResult:
        """Put files into a folder below the destination's prefix, and say what came of it. May be done again.

        Never raises for what the bucket or the role answer. Raises InputUnavailableError when a file is not there, and
        ServiceUnavailableError.
        """
        ...


class WebhookSecrets(Protocol):
    """The secrets that sign a tenant's webhooks."""

    def of(self, tenant: str) -> Sequence[str]:
        """Return the secrets, the newest first; none when there are none. Raises ServiceUnavailableError."""
        ...
