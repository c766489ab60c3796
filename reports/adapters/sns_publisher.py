"""Publish events to an SNS topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.adapters.aws_errors import translated
from reports.jobs.published_events import ReportEvent

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SNSPublisher:
    """A Publisher over SNS."""

    def __init__(self, client: SNSClient, topic: str) -> None:
        self._client = client
        self._topic = topic

    def publish(self, event: ReportEvent) -> None:
        """Publish an event. See Publisher.publish."""
        with translated("SNS"):
            self._client.publish(
                TopicArn=self._topic,
                Message=event.encode(),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in event.attributes.items()
                },
                # SNS hands it on to standard queues, where it is for fairness alone, and nowhere else.
                MessageGroupId=event.tenant,
            )
