"""Work off the render queue, in batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from handlers import logs, metrics, sqs_batch
from handlers.sqs_batch import DeliverAgainError
from reports import bootstrap
from reports.clock import Deadline
from reports.errors import PressrunError
from reports.jobs.ports import RenderQueue
from reports.jobs.render_messages import Envelope, first_sent
from reports.worker.message_disposition import Admitted, MessageDisposition
from reports.worker.render_reports import RenderReports

log = logging.getLogger("reports.handlers.render")

# A record is begun only while this part of the time that the batch had at first is left, at most a minute.
_RESERVE = 0.25
_MOST_RESERVE_MS = 60_000

# No admission is begun with less of the time than this, for the reports have to be rendered, too.
_LEFT_BY_ADMISSION = 0.8

# What storing a report and recording how it ended may take, once the render is over; less in a function that has
# little time altogether, which would never render otherwise.
_SECONDS_TO_END = 20


def handler(event: dict[str, Any], context: Any) -> Any:
    """Render each record's report, and return those that are to be delivered again as ``batchItemFailures``."""
    logger = logs.configure("render")
    service = bootstrap.service()
    worker, queue = service.worker, service.ports.queue
    time_at_first = context.get_remaining_time_in_millis()
    reserve = min(_MOST_RESERVE_MS, time_at_first * _RESERVE)
    seconds_to_end = min(_SECONDS_TO_END, time_at_first / 1000 * _RESERVE)
    # A render may cost the worker its life. The rest of the batch is then a receive poorer; as each request has its job
    # by then, none is lost, however often that happens.
    admitted = _admit_all(
        event.get("Records") or (),
        worker,
        logger,
        has_time=lambda: context.get_remaining_time_in_millis() >= time_at_first * _LEFT_BY_ADMISSION,
    )
    unadmitted = fast_path_faults = 0

    def work_off(record: SQSRecord) -> None:
        nonlocal unadmitted, fast_path_faults
        envelope = _envelope(record)
        with logs.bound(logger, correlation_id=envelope.correlation_id):
            if context.get_remaining_time_in_millis() < reserve:
                log.info("no time left in this batch", extra={"message_id": envelope.message_id})
                # Sent once more, it has lost none of its receives; given back, it would have lost one.
                _or_deliver_again(lambda: queue.resend(envelope), envelope)
                return
            known = admitted.get(envelope.receipt_handle) or worker.admit(envelope)
            unadmitted += known.is_incomplete
            deadline = Deadline.after(context.get_remaining_time_in_millis() / 1000 - seconds_to_end)
            disposition = worker.work_off(known, deadline=deadline)
            fast_path_faults += disposition.fast_path_faults
            _act(disposition, queue, envelope)

    answer = sqs_batch.answer_of(event, context, work_off)
    # Only their messages know of unadmitted requests, and copies do not age: no other alarm would see them.
    # Reports that were laid out as a whole for a fault of the fast path have succeeded.
    counts = {"unadmitted": unadmitted, "fast_path_faults": fast_path_faults}
    metrics.publish(counts, service="render", function=context.function_name)
    return answer


def _admit_all(
    records: Iterable[dict[str, Any]], worker: RenderReports, logger: Logger, *, has_time: Callable[[], bool]
) -> Mapping[str, Admitted]:
    """Give the requests of a batch their jobs, as far as there is time; return them by receipt handle."""
    admitted: dict[str, Admitted] = {}
    for record in records:
        if not has_time():
            log.info("the rest is admitted in its turn")
            break
        try:
            envelope = _envelope(SQSRecord(record))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # It fails alone, in its turn.
        with logs.bound(logger, correlation_id=envelope.correlation_id):
            admitted[envelope.receipt_handle] = worker.admit(envelope)
    return admitted


def _act(disposition: MessageDisposition, queue: RenderQueue, envelope: Envelope) -> None:
    if (reason := disposition.rejected) is not None:
        _or_deliver_again(lambda: queue.reject(envelope, reason=reason), envelope)
    elif (seconds := disposition.sent_again_after) is not None:
        _or_deliver_again(lambda: queue.resend(envelope, after_seconds=seconds), envelope)
    elif disposition.retry_after is not None:
        _delay(queue, envelope, disposition.retry_after)
        raise DeliverAgainError


def _or_deliver_again(send: Callable[[], None], envelope: Envelope) -> None:
    """Send a message to where it belongs; if that fails, have it delivered again."""
    try:
        send()
    except PressrunError as error:
        log.exception("a message could not be sent on", extra={"message_id": envelope.message_id})
        raise DeliverAgainError from error


def _delay(queue: RenderQueue, envelope: Envelope, seconds: int) -> None:
    try:
        queue.postpone(envelope.receipt_handle, seconds=seconds)
    except PressrunError:
        # The message comes back all the same, only later: when its visibility timeout is over.
        log.exception("a message could not be given back", extra={"message_id": envelope.message_id})


def _envelope(record: SQSRecord) -> Envelope:
    attributes = {
        name: str(value["stringValue"])
        for name, value in (record.raw_event.get("messageAttributes") or {}).items()
        if value.get("stringValue")
    }
    told = record.raw_event["attributes"]
    sent = told.get("SentTimestamp")
    return Envelope(
        message_id=record.message_id,
        receipt_handle=record.receipt_handle,
        body=record.body,
        attributes=attributes,
        receives=int(told["ApproximateReceiveCount"]),
        sent_at=first_sent(attributes, datetime.fromtimestamp(int(sent) / 1000, UTC) if sent else None),
    )


bootstrap.at_init(bootstrap.service, "worker")
