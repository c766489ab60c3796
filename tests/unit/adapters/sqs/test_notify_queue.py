"""Test whose share of the notify function's workers a message takes."""

from __future__ import annotations

from typing import Any

import pytest

from reports.access.identity import NO_TENANT
from reports.adapters.sns_publisher import SNSPublisher
from reports.adapters.sqs.notify_queue import SQSNotifyQueue
from reports.delivery.notify_messages import Deliver
from reports.jobs.published_events import event_of
from reports.jobs.values import Failure
from tests.builders import a_job
from tests.fakes.clock import NOON


class RecordingClient:
    """Keep what would be sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> None:
        self.sent.append(message)

    def publish(self, **message: Any) -> None:
        self.sent.append(message)


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient()


@pytest.fixture
def queue(client: RecordingClient) -> SQSNotifyQueue:
    return SQSNotifyQueue(client, "queue", "dlq")  # type: ignore[arg-type]


@pytest.mark.parametrize(("tenant", "group"), [("acme", "acme"), (None, NO_TENANT)])
def test_a_message_is_in_the_group_of_its_tenant(
    client: RecordingClient, queue: SQSNotifyQueue, tenant: str | None, group: str
) -> None:
    queue.send(Deliver("job-1", 1, NOON, tenant=tenant))

    assert [message["MessageGroupId"] for message in client.sent] == [group]


def test_a_message_that_is_not_understood_goes_to_the_dead_letter_queue_with_the_reason(
    client: RecordingClient, queue: SQSNotifyQueue
) -> None:
    queue.reject("nonsense", reason="It is no JSON. " * 100)

    [message] = client.sent
    assert (message["QueueUrl"], message["MessageBody"]) == ("dlq", "nonsense")
    assert message["MessageAttributes"]["reason"]["StringValue"].startswith("It is no JSON.")
    assert len(message["MessageAttributes"]["reason"]["StringValue"]) == 200


def test_an_event_is_in_the_group_of_its_tenant(client: RecordingClient) -> None:
    event = event_of(a_job(tenant="acme").failed(NOON, Failure("x", "y")))
    assert event is not None

    SNSPublisher(client, "topic").publish(event)  # type: ignore[arg-type]

    assert [message["MessageGroupId"] for message in client.sent] == ["acme"]
