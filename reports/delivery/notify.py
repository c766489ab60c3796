"""Notify those who asked for it: open deliveries for an event, and try each until it is taken or its time is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from reports.access.quotas import Quotas
from reports.clock import Clock
from reports.delivery import standard_webhooks
from reports.delivery.content import ContentBuilder
from reports.delivery.delivery import Attempt, AttemptResult, Channel, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.notify_messages import Deliver, ReportEnded, parse
from reports.delivery.ports import DeliveryStore, Mailer, NotifyQueue, WebhookSecrets, WebhookSender
from reports.delivery.retry_schedule import Retries
from reports.errors import (
    AddressNotAllowedError,
    DeliveryConflictError,
    DeliveryNotFoundError,
    JobNotFoundError,
    PressrunError,
    QuotaExceededError,
    TransientError,
)
from reports.jobs.ports import JobStore

log = logging.getLogger(__name__)


class Sender:
    """Send what a delivery says, by its channel."""

    def __init__(
        self,
        *,
        content: ContentBuilder,
        mailer: Mailer | None,
        webhooks: WebhookSender,
        secrets: WebhookSecrets,
        quotas: Quotas,
    ) -> None:
        self._content = content
        self._mailer = mailer
        self._webhooks = webhooks
        self._secrets = secrets
        self._quotas = quotas

    def __call__(self, delivery: Delivery, now: datetime) -> AttemptResult:
        """Send once. Never raises: a fault of ours is a reason to try again."""
        try:
            return self._email(delivery, now) if delivery.channel is Channel.EMAIL else self._webhook(delivery, now)
        except PressrunError as error:
            log.warning("a delivery could not be sent", extra={**_facts(delivery), "code": error.code}, exc_info=True)
            return AttemptResult(
                DeliveryStatus.PENDING, reason_code=DeliveryFault.SERVICE_UNAVAILABLE, reason=error.message
            )
        except Exception:
            log.exception("a delivery could not be sent", extra=_facts(delivery))
            return AttemptResult(DeliveryStatus.PENDING, reason_code=DeliveryFault.INTERNAL_ERROR)

    def _email(self, delivery: Delivery, now: datetime) -> AttemptResult:
        if self._mailer is None:
            return AttemptResult(
                DeliveryStatus.FAILED,
                reason_code=DeliveryFault.EMAIL_NOT_CONFIGURED,
                reason="This stage has no sender for e-mail. Deploy it with the parameter emailSender.",
            )
        try:
            self._quotas.check_recipient(delivery.tenant, delivery.address)
            if delivery.tries == 1:
                # Once for all tries of it, and once for each replay.
                self._quotas.count_email(delivery.tenant)
        except AddressNotAllowedError as error:
            return AttemptResult(
                DeliveryStatus.FAILED, reason_code=DeliveryFault.ADDRESS_NOT_ALLOWED, reason=error.message
            )
        except QuotaExceededError as error:
            return AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.QUOTA_EXCEEDED, reason=error.message)
        with_title = self._quotas.limits_of(delivery.tenant).email_titles
        return self._mailer.send(self._content.email(delivery, now, with_title=with_title))

    def _webhook(self, delivery: Delivery, now: datetime) -> AttemptResult:
        secrets = self._secrets.of(delivery.tenant)
        if not secrets:
            return _unsigned("There is no secret to sign with. Make one: `make webhook-secret`.")
        body = self._content.webhook_body(delivery, now)
        try:
            signed = standard_webhooks.headers(delivery.message_id, now, body, secrets)
        except ValueError as error:
            return _unsigned(f"The secrets to sign with are not as they have to be: {error}.")
        return self._webhooks.post(delivery.address, body, signed)


class Notify:
    """Work off one message of the notify queue."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        deliveries: DeliveryStore,
        queue: NotifyQueue,
        sender: Sender,
        clock: Clock,
        retries: Retries,
        lease: timedelta,
        new_id: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = jobs
        self._deliveries = deliveries
        self._queue = queue
        self._sender = sender
        self._clock = clock
        self._retries = retries
        self._lease = lease
        self._new_id = new_id
        self._monotonic = monotonic

    def __call__(self, body: str) -> None:
        """Take one step. May be done again with the same message.

        Raises MalformedMessageError, or ServiceUnavailableError when the message has to come back.
        """
        notice = parse(body)
        if isinstance(notice, ReportEnded):
            self._open(notice)
        else:
            self._deliver(notice)

    def _open(self, told: ReportEnded) -> None:
        try:
            job = self._jobs.get(told.job_id)
        except JobNotFoundError:
            log.warning("an event tells of no job that is known", extra={"job_id": told.job_id})
            return
        wishes = job.options.notify
        now = self._clock.now()
        addresses = {Channel.EMAIL: wishes.email, Channel.WEBHOOK: wishes.webhook} if wishes else {}
        for channel, address in addresses.items():
            if address is None:
                continue
            opened = self._deliveries.open(
                Delivery(
                    job_id=job.id,
                    number=0,
                    tenant=job.tenant,
                    channel=channel,
                    address=address,
                    event_id=told.event_id,
                    event_name=told.name,
                    event=told.text,
                    correlation_id=job.correlation_id,
                    created_at=now,
                    opened_at=now,
                    due_at=now,
                )
            )
            # One that was tried has a message of its own: the event was told twice.
            if not opened.status.is_final and opened.tries == 0:
                self._queue.send(_asking_for(opened, now))

    def _deliver(self, notice: Deliver) -> None:
        now = self._clock.now()
        if now < notice.not_before:
            self._queue.send(notice, seconds=(notice.not_before - now).total_seconds())
            return
        try:
            delivery = self._deliveries.get(notice.job_id, notice.number)
        except DeliveryNotFoundError:
            log.warning("a message names no delivery that is known", extra={"job_id": notice.job_id})
            return
        if delivery.status.is_final:
            return
        if notice.turn is not None and notice.turn < delivery.turn:
            # Whoever ended that turn has sent a message of the next one. If it was lost, the sweep sends another; if
            # this one went on, too, what an outage has piled up would be sent on side by side for all of the day.
            return
        if delivery.due_at is not None and delivery.due_at > now:
            # Also while another worker is at it: it may die, and its message with it.
            self._wait(delivery, delivery.due_at, now)
            return
        try:
            claimed = delivery.claimed(now, self._lease, self._new_id())
            self._deliveries.advance(claimed)
        except DeliveryConflictError:
            self._wait(delivery, now + self._lease, now)
            return
        self._attempt(claimed, now)

    def _attempt(self, claimed: Delivery, now: datetime) -> None:
        started = self._monotonic()
        result = (
            AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.OUT_OF_TIME)
            if self._retries.are_over(claimed, now)
            else self._sender(claimed, now)
        )
        duration_ms = round((self._monotonic() - started) * 1000)
        attempt = Attempt(now, duration_ms, result.status_code, result.reason_code, result.reason)
        finished = self._clock.now()
        next_try = None
        if result.status is DeliveryStatus.PENDING:
            next_try = self._retries.next_try(claimed, finished, result.retry_after)
        if next_try is not None:
            after = claimed.postponed(attempt, next_try)
        else:
            is_over = result.status is DeliveryStatus.PENDING
            after = claimed.ended(attempt, DeliveryStatus.FAILED if is_over else result.status)
        facts = {"status": result.status_code, "code": result.reason_code, "duration_ms": duration_ms}
        log.info("delivery tried", extra={**_facts(after), **facts, "tries": after.tries, "outcome": after.status})
        try:
            self._deliveries.advance(after)
        except DeliveryConflictError:
            # The lease was over before the attempt: whoever has it now has sent it, or will.
            log.warning("another worker has taken the delivery over", extra=_facts(after))
            return
        if next_try is not None:
            self._wait(after, next_try, finished)

    def _wait(self, delivery: Delivery, until: datetime, now: datetime) -> None:
        self._queue.send(_asking_for(delivery, until), seconds=(until - now).total_seconds())


class Replay:
    """Send a delivery once more."""

    def __init__(self, *, deliveries: DeliveryStore, queue: NotifyQueue, clock: Clock) -> None:
        self._deliveries = deliveries
        self._queue = queue
        self._clock = clock

    def __call__(self, job_id: str, number: int) -> Delivery:
        """Return the delivery, which is PENDING again.

        Raises DeliveryNotFoundError, DeliveryConflictError while it is being sent, ReplaysUsedUpError, or
        ServiceUnavailableError.
        """
        now = self._clock.now()
        replayed = self._deliveries.get(job_id, number).replayed(now)
        self._deliveries.advance(replayed)
        try:
            self._queue.send(_asking_for(replayed, now))
        except TransientError:
            # The sweep will find that nobody has queued it.
            log.warning("not queued yet", extra=_facts(replayed), exc_info=True)
        log.info("delivery replayed", extra=_facts(replayed))
        return replayed


class SweepDeliveries:
    """Send a message anew for every delivery that is overdue, because its message was lost."""

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        queue: NotifyQueue,
        clock: Clock,
        overdue_after: timedelta,
        budget: timedelta,
    ) -> None:
        self._deliveries = deliveries
        self._queue = queue
        self._clock = clock
        self._overdue_after = overdue_after
        self._budget = budget

    def __call__(self) -> int:
        """Return how many were queued. The next sweep does what the time budget does not suffice for."""
        started = self._clock.now()
        queued = 0
        for job_id, number in self._deliveries.due(started - self._overdue_after):
            now = self._clock.now()
            if now >= started + self._budget:
                break
            try:
                delivery = self._deliveries.get(job_id, number)
                if delivery.due_at is None or delivery.due_at > now - self._overdue_after:
                    continue
                # Sent before anything is written: should the message not get away, the next sweep finds the delivery
                # overdue still. One too many is harmless, for a delivery is claimed once.
                self._queue.send(_asking_for(delivery, now))
                # So that not every sweep sends one while the queue is long.
                self._deliveries.advance(delivery.queued_again(now))
            except (DeliveryConflictError, DeliveryNotFoundError):
                continue  # Somebody else has seen to it, or it is too old to be kept.
            except PressrunError as error:
                facts = {"job_id": job_id, "code": error.code}
                log.warning("a delivery could not be queued again", extra=facts, exc_info=True)
                continue
            queued += 1
        return queued


def _asking_for(delivery: Delivery, not_before: datetime) -> Deliver:
    return Deliver(delivery.job_id, delivery.number, not_before, delivery.turn, delivery.tenant)


def _unsigned(reason: str) -> AttemptResult:
    return AttemptResult(DeliveryStatus.PENDING, reason_code=DeliveryFault.NO_SECRET, reason=reason)


def _facts(delivery: Delivery) -> dict[str, object]:
    return {
        "job_id": delivery.job_id,
        "tenant": delivery.tenant,
        "delivery": delivery.number,
        "channel": delivery.channel,
        "receiver": delivery.receiver,
        "correlation_id": delivery.correlation_id,
    }
