"""Define what a delivery is: telling one event to one address, and all that was tried to that end.

::

    PENDING ──► DELIVERED    the receiver has taken it (2xx), or SES has
       │   ├──► FAILED       it was refused for good, or not taken in all the time there is
       │   └──► GIVEN_UP     the receiver has answered 410: it wants no more of them
       └──◄──── a replay, from any of the three

A delivery changes by its transitions, which return the next revision, as jobs do. A delivery whose worker died may be
sent once more; a webhook then has the same ``webhook-id``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from reports.errors import DeliveryConflictError, ReplaysUsedUpError

MOST_ATTEMPTS_KEPT = 50
MOST_REPLAYS = 5
"""How often a delivery is sent once more by its tenant's wish: who receives it never asked for that."""


class Channel(StrEnum):
    """The channel of a notification."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    BUCKET = "bucket"


class DeliveryStatus(StrEnum):
    """Name where a delivery is in its life."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    GIVEN_UP = "GIVEN_UP"

    @property
    def is_final(self) -> bool:
        """Tell whether nothing more is tried."""
        return self is not DeliveryStatus.PENDING


class DeliveryFault(StrEnum):
    """Name why an attempt did not end with a delivery. docs/delivery.md says what to do about each."""

    # Of webhooks
    BLOCKED_ADDRESS = "blocked_address"
    BLOCKED_URL = "blocked_url"
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_FAILED = "connection_failed"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    BAD_RESPONSE = "bad_response"
    REDIRECTED = "redirected"
    GONE = "gone"
    REFUSED = "refused"
    NO_SECRET = "no_secret"  # noqa: S105 - the name of a fault
    # Of e-mail
    EMAIL_NOT_CONFIGURED = "email_not_configured"
    EMAIL_REFUSED = "email_refused"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    QUOTA_EXCEEDED = "quota_exceeded"
    EMAIL_UNAVAILABLE = "email_unavailable"
    # Of buckets
    DESTINATION_MISSING = "destination_missing"
    BUCKET_REFUSED = "bucket_refused"
    BUCKET_UNAVAILABLE = "bucket_unavailable"
    FILES_MISSING = "files_missing"
    FILES_TOO_LARGE = "files_too_large"
    # Of all
    SERVICE_UNAVAILABLE = "service_unavailable"
    INTERNAL_ERROR = "internal_error"
    OUT_OF_TIME = "out_of_time"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when it began, how long it took, and the receiver's status or why there is none."""

    at: datetime
    duration_ms: int
    status_code: int | None = None
    fault: DeliveryFault | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The result of an attempt: the status it leads to, and for PENDING how long the receiver asks to be left alone.

    ``reason`` is for a person, and never quotes what the receiver has answered.
    """

    status: DeliveryStatus
    status_code: int | None = None
    reason_code: DeliveryFault | None = None
    reason: str | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of one event to one address.

    ``event`` is the event as it was published. ``opened_at`` is since when it is tried, and moves with a replay;
    ``tries`` counts since then, and ``attempts`` holds the latest. ``due_at`` is when the next step is to be taken: the
    next attempt, or the end of the lease of one that runs. It is None when there is none.

    ``turn`` says which messages count: it grows with each attempt that is over and each replay, and a message of an
    earlier turn has nothing left to ask for. While it stands, any one message does, however many were sent.
    """

    job_id: str
    number: int
    tenant: str
    channel: Channel
    address: str
    event_id: str
    event_name: str
    event: str
    correlation_id: str
    created_at: datetime
    opened_at: datetime
    due_at: datetime | None = None
    status: DeliveryStatus = DeliveryStatus.PENDING
    revision: int = 1
    turn: int = 1
    tries: int = 0
    replays: int = 0
    lease_until: datetime | None = None
    holder: str | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def message_id(self) -> str:
        """Return what a receiver may tell a repeated webhook by: the same for each attempt, and for each replay."""
        return f"msg_{self.event_id}_{self.number}"

    @property
    def log_facts(self) -> dict[str, object]:
        """Return what each line of the log about it says."""
        return {
            "job_id": self.job_id,
            "tenant": self.tenant,
            "delivery": self.number,
            "channel": self.channel,
            "receiver": self.receiver,
            "correlation_id": self.correlation_id,
        }

    @property
    def receiver(self) -> str:
        """Return where it goes to: the host of a webhook, the domain of an e-mail, or the name of a destination."""
        if self.channel is Channel.BUCKET:
            return self.address.partition("/")[0]
        if self.channel is Channel.WEBHOOK:
            return urlsplit(self.address).hostname or ""
        return self.address.rpartition("@")[2].lower()

    @property
    def replays_left(self) -> int:
        """Return how often it may still be replayed."""
        return max(0, MOST_REPLAYS - self.replays)

    def is_held(self, now: datetime) -> bool:
        """Tell whether a worker is at it."""
        return self.lease_until is not None and self.lease_until > now

    def claimed(self, now: datetime, lease: timedelta, holder: str) -> Delivery:
        """Start an attempt. Raises DeliveryConflictError when it is over, not due yet, or a worker is at it."""
        if self.status.is_final or self.is_held(now) or (self.due_at is not None and self.due_at > now):
            raise DeliveryConflictError("There is nothing to deliver now.")
        return self._next(due_at=now + lease, lease_until=now + lease, holder=holder, tries=self.tries + 1)

    def ended(self, attempt: Attempt, status: DeliveryStatus) -> Delivery:
        """End with an attempt."""
        return self._next(status=status, due_at=None, lease_until=None, attempts=self._with(attempt))

    def postponed(self, attempt: Attempt, due_at: datetime) -> Delivery:
        """Note an attempt in vain, and when the next one follows."""
        return self._next(turn=self.turn + 1, due_at=due_at, lease_until=None, attempts=self._with(attempt))

    def queued_again(self, now: datetime) -> Delivery:
        """Be due anew: its message was lost."""
        return self._next(due_at=now, lease_until=None)

    def replayed(self, now: datetime) -> Delivery:
        """Send once more, with all the time of a new one.

        Raises DeliveryConflictError while a worker is at it, ReplaysUsedUpError when it was replayed too often.
        """
        if self.replays_left == 0:
            raise ReplaysUsedUpError(MOST_REPLAYS)
        if self.is_held(now):
            raise DeliveryConflictError("This delivery is being sent right now. Look at it again in a minute.")
        return self._next(
            status=DeliveryStatus.PENDING,
            turn=self.turn + 1,
            opened_at=now,
            due_at=now,
            lease_until=None,
            tries=0,
            replays=self.replays + 1,
        )

    def _with(self, attempt: Attempt) -> tuple[Attempt, ...]:
        return (*self.attempts, attempt)[-MOST_ATTEMPTS_KEPT:]

    def _next(self, **changes: object) -> Delivery:
        return replace(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type]
