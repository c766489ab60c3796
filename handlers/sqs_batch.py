"""Work off a batch of SQS, each record by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


class DeliverAgainError(Exception):
    """Tell the batch processor that a record is to be delivered again."""


def answer_of(event: dict[str, Any], context: Any, work_off: Callable[[SQSRecord], None]) -> Any:
    """Work off each record, and return those for which that raised, to be delivered again: ``batchItemFailures``.

    A batch in which every record fails is an answer, too: an exception would cost the environment its life.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=work_off, processor=processor, context=context)
