"""Work off the notify queue, in batches: tell whoever asked to be told that a report has ended."""

from __future__ import annotations

import logging
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from reports import bootstrap, logs

log = logging.getLogger("reports.handlers.notify")

# What one attempt may take: a webhook's 15 s, and reading and recording around it.
_RESERVE_MS = 30_000


class DeliverAgainError(Exception):
    """Tell the batch processor that a record is to be delivered again."""


def handler(event: dict[str, Any], context: Any) -> Any:
    """Take one step for each record, and return those that are to be delivered again as ``batchItemFailures``."""
    logger = logs.configure("notify")
    notify = bootstrap.notify()

    def work_off(record: SQSRecord) -> None:
        with logs.bound(logger, message_id=record.message_id):
            if context.get_remaining_time_in_millis() < _RESERVE_MS:
                log.info("no time left in this batch")
                raise DeliverAgainError
            try:
                notify(record.body)
            except Exception:
                # Once more, up to the dead-letter queue, where a person finds what nobody here understands.
                log.exception("a message could not be worked off")
                raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=work_off, processor=processor, context=context)
