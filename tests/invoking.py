"""Invoke functions as Lambda does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.jobs.render_messages import Envelope


@dataclass
class LambdaContext:
    """The context that Lambda gives a function for its invocation."""

    remaining_ms: int = 60_000
    function_name: str = "test"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:test"
    aws_request_id: str = "invocation-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


def record(envelope: Envelope, **changes: Any) -> dict[str, Any]:
    """Return a message of SQS as a function gets it."""
    return {
        "messageId": envelope.message_id,
        "receiptHandle": envelope.receipt_handle,
        "body": envelope.body,
        "attributes": {"ApproximateReceiveCount": str(envelope.receives)},
        "messageAttributes": {
            name: {"stringValue": value, "dataType": "String"} for name, value in envelope.attributes.items()
        },
    } | changes
