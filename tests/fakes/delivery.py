"""Provide the ports of delivering in memory. tests/contracts/delivery.py holds the store to what the adapter does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reports.access.buckets import BucketDestination
from reports.access.destinations import destination_of
from reports.adapters.email_messages import UnsafeMessageError, message_of
from reports.clock import Clock
from reports.delivery.delivery import AttemptResult, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.notify_messages import Deliver, encode, parse
from reports.delivery.ports import Email
from reports.delivery.webhook_and_email_content import EmailContent
from reports.errors import DeliveryConflictError, DeliveryNotFoundError, ServiceUnavailableError
from reports.jobs.ports import ObjectStore
from reports.jobs.render_messages import Envelope
from reports.jobs.values import Artifact
from tests.fakes.sqs import LONGEST_REASON, InMemoryQueue


class InMemoryDeliveryStore:
    """A DeliveryStore in memory."""

    def __init__(self) -> None:
        self.deliveries: dict[tuple[str, int], Delivery] = {}
        self.before_advance: Callable[[], None] = lambda: None

    def open(self, delivery: Delivery) -> Delivery:
        kept = self.of_job(delivery.job_id)
        for other in kept:
            if (other.event_id, other.channel) == (delivery.event_id, delivery.channel):
                return other
        numbered = replace(delivery, number=len(kept) + 1)
        self.deliveries[delivery.job_id, numbered.number] = numbered
        return numbered

    def get(self, job_id: str, number: int) -> Delivery:
        try:
            return self.deliveries[job_id, number]
        except KeyError:
            raise DeliveryNotFoundError(f"The report has no delivery {number}.") from None

    def of_job(self, job_id: str) -> Sequence[Delivery]:
        return [found for key, found in sorted(self.deliveries.items()) if key[0] == job_id]

    def advance(self, delivery: Delivery) -> None:
        self.before_advance()
        key = delivery.job_id, delivery.number
        if key not in self.deliveries or self.deliveries[key].revision != delivery.revision - 1:
            raise DeliveryConflictError("The delivery has moved on since it was read.")
        self.deliveries[key] = delivery

    def due(self, before: datetime) -> Iterator[tuple[str, int]]:
        waiting = [(found.due_at, key) for key, found in self.deliveries.items() if found.due_at is not None]
        yield from [key for due_at, key in sorted(waiting) if due_at < before]


class InMemoryNotifyQueue:
    """A NotifyQueue in memory. It also counts what was ``sent``, and keeps what was ``postponed`` and ``rejected``."""

    def __init__(self, clock: Clock) -> None:
        self._messages = InMemoryQueue(clock)
        self.sent = 0
        self.refuse: Exception | None = None
        self.postponed: list[tuple[str, int]] = []
        self.rejected: list[tuple[str, str]] = []

    def reject(self, body: str, *, reason: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.rejected.append((body, reason[:LONGEST_REASON]))

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.postponed.append((receipt_handle, seconds))
        self._messages.hide(receipt_handle, seconds=seconds)

    def send(self, notice: Deliver, *, seconds: float = 0) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.sent += 1
        self._messages.put(encode(notice), {}, after_seconds=seconds)

    def receive(self) -> Sequence[Envelope]:
        """Deliver up to ten messages as SQS does."""
        return self._messages.receive()

    def drain(self) -> list[Deliver]:
        """Receive and remove all that is visible by now."""
        taken = []
        while received := self._messages.receive():
            for envelope in received:
                self._messages.delete(envelope.receipt_handle)
                taken.append(_read(envelope.body))
        return taken

    @property
    def waiting(self) -> list[tuple[datetime, Deliver]]:
        """Return each message, and when it is visible."""
        return [(at, _read(body)) for at, body in self._messages.waiting]

    def lose(self) -> None:
        """Lose all messages."""
        self._messages.lose(lambda body: True)


def _read(body: str) -> Deliver:
    notice = parse(body)
    assert isinstance(notice, Deliver)
    return notice


class RecordingMailer:
    """A Mailer that keeps its messages."""

    def __init__(self) -> None:
        self.sent: list[Email] = []
        self.results: list[AttemptResult] = []

    def send(self, email: Email) -> AttemptResult:
        try:
            message_of(email, "reports@example.com")
        except UnsafeMessageError as error:
            return AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.EMAIL_REFUSED, reason=str(error))
        self.sent.append(email)
        return self.results.pop(0) if self.results else AttemptResult(DeliveryStatus.DELIVERED)


class RecordingWebhooks:
    """A WebhookSender that keeps its requests."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.results: list[AttemptResult] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> AttemptResult:
        try:
            destination_of(url)
        except ValueError as error:
            return AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.BLOCKED_URL, reason=str(error))
        self.sent.append((url, body, headers))
        self.meanwhile()
        return self.results.pop(0) if self.results else AttemptResult(DeliveryStatus.DELIVERED, 204)


class FixedSecrets:
    """WebhookSecrets that never change."""

    def __init__(self, *secrets: str) -> None:
        self.secrets: tuple[str, ...] = secrets
        self.refuse: ServiceUnavailableError | None = None

    def of(self, tenant: str) -> Sequence[str]:
        if self.refuse is not None:
            raise self.refuse
        return self.secrets


class PlainEmails:
    """A EmailRenderer of few words."""

    def __init__(self) -> None:
        self.letters: list[EmailContent] = []

    def write(self, to: str, letter: EmailContent) -> Email:
        self.letters.append(letter)
        return Email(to, letter.event_name, "text", "<p>html</p>")


class InMemoryBuckets:
    """Buckets in memory, by name and key. Those of ``refused`` roles take nothing."""

    def __init__(self, artifacts: ObjectStore) -> None:
        self._artifacts = artifacts
        self.objects: dict[tuple[str, str], bytes] = {}
        self.refused: set[str] = set()

    def put(self, destination: BucketDestination, folder: str, files: Sequence[Artifact]) -> AttemptResult:
        if destination.role in self.refused:
            fault, reason = DeliveryFault.BUCKET_REFUSED, "The role can't be assumed: AccessDenied."
            return AttemptResult(DeliveryStatus.PENDING, reason_code=fault, reason=reason)
        for file in files:
            body = b"".join(self._artifacts.read(file.key, max_bytes=file.size))
            self.objects[destination.bucket, f"{destination.prefix}{folder}/{file.name}"] = body
        return AttemptResult(DeliveryStatus.DELIVERED)
