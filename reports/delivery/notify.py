"""Notify those who asked for it: open deliveries for an event, and try each until it is taken or its time is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from reports.clock import Clock
from reports.delivery.bucket_delivery import address_of
from reports.delivery.delivery import Attempt, AttemptResult, Channel, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.notify_messages import Deliver, ReportEnded, parse
from reports.delivery.ports import DeliveryStore, NotifyQueue
from reports.delivery.retry_schedule import Retries
from reports.delivery.send import Sender
from reports.errors import (
    DeliveryConflictError,
    DeliveryNotFoundError,
    JobNotFoundError,
)
from reports.jobs.ports import JobStore
from reports.jobs.published_events import REPORT_SUCCEEDED

log = logging.getLogger(__name__)


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
        if told.name == REPORT_SUCCEEDED:
            addresses[Channel.BUCKET] = address_of(job)
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
                self._queue.send(Deliver.of(opened, now))

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
            # The worker that ended that turn has sent a message of the next one. If it was lost, the sweep sends one.
            # Were this one to go on, too, what an outage has piled up would be sent on side by side for all of the day.
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
        log.info("delivery tried", extra={**after.log_facts, **facts, "tries": after.tries, "outcome": after.status})
        try:
            self._deliveries.advance(after)
        except DeliveryConflictError:
            # The lease was over before the attempt: the worker that has it now has sent it, or will.
            log.warning("another worker has taken the delivery over", extra=after.log_facts)
            return
        if next_try is not None:
            self._wait(after, next_try, finished)

    def _wait(self, delivery: Delivery, until: datetime, now: datetime) -> None:
        self._queue.send(Deliver.of(delivery, until), seconds=(until - now).total_seconds())
