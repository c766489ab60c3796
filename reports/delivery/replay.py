"""Send a delivery once more, because its receiver asks for it."""

from __future__ import annotations

import logging

from reports.clock import Clock
from reports.delivery.delivery import Delivery
from reports.delivery.notify_messages import Deliver
from reports.delivery.ports import DeliveryStore, NotifyQueue
from reports.errors import (
    TransientError,
)

log = logging.getLogger(__name__)


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
            self._queue.send(Deliver.of(replayed, now))
        except TransientError:
            # The sweep will find that it is not queued.
            log.warning("not queued yet", extra=replayed.log_facts, exc_info=True)
        log.info("delivery replayed", extra=replayed.log_facts)
        return replayed
