"""Carry deliveries by SQS."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reports.access.identity import NO_TENANT
from reports.adapters.aws_errors import translated
from reports.adapters.sqs.visibility import hide
from reports.delivery.notify_messages import Deliver, encode
from reports.jobs.render_messages import REASON

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_LONGEST_DELAY_SECONDS = 900
_LONGEST_REASON = 200


class SQSNotifyQueue:
    """A NotifyQueue over SQS."""

    def __init__(self, client: SQSClient, url: str, dead_letters_url: str) -> None:
        self._client = client
        self._url = url
        self._dead_letters_url = dead_letters_url

    def send(self, notice: Deliver, *, seconds: float = 0) -> None:
        """Ask for a delivery. See NotifyQueue.send."""
        # Rounded up: one that comes too early would only be sent on.
        delay = min(max(math.ceil(seconds), 0), _LONGEST_DELAY_SECONDS)
        with translated("SQS"):
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=encode(notice),
                DelaySeconds=delay,
                # On a standard queue this is for fairness alone: one tenant's receiver that hangs holds up no other.
                MessageGroupId=notice.tenant or NO_TENANT,
            )

    def reject(self, body: str, *, reason: str) -> None:
        """Send a message to the dead-letter queue. See NotifyQueue.reject."""
        with translated("SQS"):
            self._client.send_message(
                QueueUrl=self._dead_letters_url,
                MessageBody=body,
                MessageAttributes={REASON: {"DataType": "String", "StringValue": reason[:_LONGEST_REASON]}},
            )

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        """Hide a message for a time. See NotifyQueue.postpone."""
        hide(self._client, self._url, receipt_handle, seconds=seconds)
