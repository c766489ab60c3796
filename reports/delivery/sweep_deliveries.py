"""Repair deliveries whose message was lost."""

from __future__ import annotations

import logging
from datetime import timedelta

from reports.clock import Clock
from reports.delivery.notify_messages import Deliver
from reports.delivery.ports import DeliveryStore, NotifyQueue
from reports.errors import (
    DeliveryConflictError,
    DeliveryNotFoundError,
    PressrunError,
)

log = logging.getLogger(__name__)


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
                self._queue.send(Deliver.of(delivery, now))
                # So that not every sweep sends one while the queue is long.
                self._deliveries.advance(delivery.queued_again(now))
            except (DeliveryConflictError, DeliveryNotFoundError):
                continue  # Another process has seen to it, or it is too old to be kept.
            except PressrunError as error:
                facts = {"job_id": job_id, "code": error.code}
                log.warning("a delivery could not be queued again", extra=facts, exc_info=True)
                continue
            queued += 1
        return queued
