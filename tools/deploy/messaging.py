"""Set up what CloudFormation has no property for, or an emulator asks for: the topic's retries, and a sender."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.connection import Connection

DELIVERY_POLICY: Mapping[str, Any] = {
    "http": {
        # SNS allows for an hour in all. The waits: twice 5 s, then ever longer, and 10 minutes at the end.
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 5,
            "maxDelayTarget": 600,
            "numRetries": 12,
            "numNoDelayRetries": 0,
            "numMinDelayRetries": 2,
            "numMaxDelayRetries": 2,
            "backoffFunction": "exponential",
        },
        "disableSubscriptionOverrides": False,
        "defaultRequestPolicy": {"headerContentType": "application/json"},
    }
}
"""How SNS tries again to reach those who have subscribed to the events by HTTP."""


def complete(connection: Connection, outputs: Mapping[str, str]) -> None:
    """Set a deployed stack up. Doing it again changes nothing."""
    topic = outputs.get("EventsTopic")
    if topic is not None:
        connection.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=json.dumps(DELIVERY_POLICY)
        )
    sender = outputs.get("EmailSender")
    if connection.endpoint_url is not None and sender:
        # An emulator does not ask; on AWS, SES asks the owner of the address or the domain.
        connection.client("ses").verify_email_identity(EmailAddress=sender)
