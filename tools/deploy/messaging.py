"""Set up what CloudFormation has no property for, or an emulator asks for: the topic's retries, and a sender."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import boto3

from tools.emulator import clients
from tools.emulator.endpoint import REGION

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


def complete(endpoint_url: str | None, outputs: Mapping[str, str]) -> None:
    """Set a deployed stack up. Doing it again changes nothing."""
    region = os.environ.get("AWS_REGION", REGION)
    session = boto3.Session(region_name=region) if endpoint_url is None else clients.session()
    topic = outputs.get("EventsTopic")
    if topic is not None:
        session.client("sns", endpoint_url=endpoint_url).set_topic_attributes(
            TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=json.dumps(DELIVERY_POLICY)
        )
    sender = outputs.get("EmailSender")
    if endpoint_url is not None and sender:
        # An emulator takes anybody's word; on AWS, SES asks whoever has the address or the domain.
        session.client("ses", endpoint_url=endpoint_url).verify_email_identity(EmailAddress=sender)
