"""Hold the queues of SQS and the topic of SNS to the contracts of their ports, on queues that no function reads."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from reports.adapters.sns_publisher import SNSPublisher
from reports.adapters.sqs.notify_queue import SQSNotifyQueue
from reports.adapters.sqs.render_queue import SQSDeadLetterQueue, SQSRenderQueue
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import Envelope
from tests.contracts.publisher import PublisherContract
from tests.contracts.queues import (
    MAX_RECEIVES,
    VISIBILITY,
    DeadLetterQueueContract,
    NotifyQueueContract,
    RenderQueueContract,
)
from tests.functional.service import Service


class SQSConsumer:
    """What stands at the other ends of queues of SQS."""

    def __init__(self, sqs: Any, *, url: str, dead_url: str, puts_into: str) -> None:
        self._sqs = sqs
        self._url = url
        self._dead_url = dead_url
        self._puts_into = puts_into

    def receive(self) -> Sequence[Envelope]:
        return [
            Envelope(
                each["MessageId"],
                each["ReceiptHandle"],
                each["Body"],
                _attributes(each),
                int(each["Attributes"]["ApproximateReceiveCount"]),
            )
            for each in self._received(self._url)
        ]

    def dead(self) -> Sequence[DeadLetter]:
        return [
            DeadLetter(each["MessageId"], each["ReceiptHandle"], each["Body"], _attributes(each))
            for each in self._received(self._dead_url)
        ]

    def put(self, body: str, **attributes: str) -> None:
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self._sqs.send_message(QueueUrl=self._puts_into, MessageBody=body, MessageAttributes=typed)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def _received(self, url: str) -> Sequence[Mapping[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return list(answer.get("Messages", []))


def _attributes(message: Mapping[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}


@pytest.fixture
def dead_url(service: Service, unique: str) -> Iterator[str]:
    url = service.sqs.create_queue(QueueName=f"contract-{unique}-dead", Attributes={"VisibilityTimeout": "60"})
    yield url["QueueUrl"]
    service.sqs.delete_queue(QueueUrl=url["QueueUrl"])


@pytest.fixture
def url(service: Service, unique: str, dead_url: str) -> Iterator[str]:
    found = service.sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": found["Attributes"]["QueueArn"], "maxReceiveCount": MAX_RECEIVES}
    attributes = {
        "VisibilityTimeout": str(round(VISIBILITY.total_seconds())),
        "RedrivePolicy": json.dumps(redrive),
    }
    url = service.sqs.create_queue(QueueName=f"contract-{unique}", Attributes=attributes)
    yield url["QueueUrl"]
    service.sqs.delete_queue(QueueUrl=url["QueueUrl"])


@pytest.fixture
def consumer(service: Service, url: str, dead_url: str) -> SQSConsumer:
    return SQSConsumer(service.sqs, url=url, dead_url=dead_url, puts_into=url)


class TestSQSRenderQueue(RenderQueueContract):
    @pytest.fixture
    def queue(self, service: Service, url: str, dead_url: str) -> SQSRenderQueue:
        return SQSRenderQueue(service.sqs, url, dead_url)


class TestSQSDeadLetterQueue(DeadLetterQueueContract):
    @pytest.fixture
    def queue(self, service: Service, url: str, dead_url: str) -> SQSDeadLetterQueue:
        return SQSDeadLetterQueue(service.sqs, dead_url, url)

    @pytest.fixture
    def consumer(self, service: Service, url: str, dead_url: str) -> SQSConsumer:
        return SQSConsumer(service.sqs, url=url, dead_url=dead_url, puts_into=dead_url)


class TestSQSNotifyQueue(NotifyQueueContract):
    @pytest.fixture
    def queue(self, service: Service, url: str, dead_url: str) -> SQSNotifyQueue:
        return SQSNotifyQueue(service.sqs, url, dead_url)


class TestSNSPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self, service: Service, unique: str, url: str) -> Iterator[SNSPublisher]:
        topic = service.sns.create_topic(Name=f"contract-{unique}")["TopicArn"]
        arn = service.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        service.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        service.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        yield SNSPublisher(service.sns, topic)
        service.sns.delete_topic(TopicArn=topic)
