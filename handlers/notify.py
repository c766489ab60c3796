"""Work off the notify queue, in batches: notify those who asked for it that a report has ended."""

from __future__ import annotations

import logging
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from handlers import logs, metrics, sqs_batch
from handlers.sqs_batch import DeliverAgainError
from reports import bootstrap
from reports.delivery.notify import Notify
from reports.delivery.ports import NotifyQueue
from reports.errors import MalformedMessageError, PressrunError

log = logging.getLogger("reports.handlers.notify")

# What one attempt may take: a webhook's 15 s, and a call of AWS around it that hangs for its 18 s.
_RESERVE_MS = 35_000

# A record that a batch had no time for need not wait, only not come back to this very batch.
_NEXT_BATCH_SECONDS = 1


def handler(event: dict[str, Any], context: Any) -> Any:
    """Take one step for each record, and return those that are to be delivered again as ``batchItemFailures``."""
    logger = logs.configure("notify")
    service = bootstrap.service()
    notify, queue = service.notify, service.ports.notify_queue
    failures = 0

    def work_off(record: SQSRecord) -> None:
        nonlocal failures
        with logs.bound(logger, message_id=record.message_id):
            if context.get_remaining_time_in_millis() < _RESERVE_MS:
                log.info("no time left in this batch")
                _delay(queue, record, _NEXT_BATCH_SECONDS)
                raise DeliverAgainError
            try:
                _take_a_step(notify, queue, record)
            except Exception:
                # Once more, for a fault of ours or of a service may be mended meanwhile.
                log.exception("a message could not be worked off")
                failures += 1
                receives = int(record.raw_event["attributes"]["ApproximateReceiveCount"])
                _delay(queue, record, service.notify_backoff.seconds_after(receives))
                raise

    answer = sqs_batch.answer_of(event, context, work_off)
    # Lambda itself counts no errors: the batch as a whole has ended well.
    metrics.publish({"failures": failures}, service="notify", function=context.function_name)
    return answer


def _take_a_step(notify: Notify, queue: NotifyQueue, record: SQSRecord) -> None:
    try:
        notify(record.body)
    except MalformedMessageError as error:
        # Another try would find the same: a message of a later release, for example. A person finds it among the dead
        # letters, and brings it back when it can be read.
        log.error("malformed message", extra={"reason": error.message})  # noqa: TRY400
        queue.reject(record.body, reason=error.message)


def _delay(queue: NotifyQueue, record: SQSRecord, seconds: int) -> None:
    try:
        queue.postpone(record.receipt_handle, seconds=seconds)
    except PressrunError:
        # The message comes back all the same, only later: when its visibility timeout is over.
        log.exception("a message could not be given back")


bootstrap.at_init(bootstrap.service, "notify", "notify_backoff")
