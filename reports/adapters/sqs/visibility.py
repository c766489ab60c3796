"""Hide a message of a queue's for a time."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from reports.adapters.aws_errors import error_code, translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger(__name__)

MAX_VISIBILITY_SECONDS = 12 * 3600
_GONE = (
    "ReceiptHandleIsInvalid",
    "InvalidParameterValue",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
)


def hide(client: SQSClient, url: str, receipt_handle: str, *, seconds: int) -> None:
    """Hide a received message for that time. Does nothing when it is no longer ours; raises ServiceUnavailableError."""
    with translated("SQS"):
        try:
            client.change_message_visibility(
                QueueUrl=url, ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, MAX_VISIBILITY_SECONDS)
            )
        except ClientError as error:
            if error_code(error) not in _GONE:
                raise
            log.info("a message is no longer ours to hide or show")
