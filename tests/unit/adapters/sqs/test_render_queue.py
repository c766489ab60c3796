"""Test what the render queue is told of a message besides its body: whose it is, and which workers can read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.access.identity import NO_TENANT
from reports.adapters.sqs.render_queue import SQSDeadLetterQueue, SQSRenderQueue
from reports.errors import ServiceUnavailableError
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import TENANT, Envelope, encode
from tests.builders import a_job, notification

REDRIVE_FUNCTION_SECONDS = 300
JOBS = [a_job("job-1", tenant="acme"), a_job("job-2", tenant="zenith")]
OURS = (encode("job-1"), {TENANT: "acme"})
DIRECT = ('{"template": "table", "data": {}}', {"door": "queue", "request_id": "req-1", TENANT: "acme"})
UPLOAD = (json.dumps({"Records": [notification("uploads/acme/table/a b.csv")]}), dict[str, str]())
MISPLACED = (json.dumps({"Records": [notification("uploads/acme/a.csv")]}), dict[str, str]())
NONSENSE = ("no JSON", dict[str, str]())


class RecordingClient:
    """Keep what would be sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> None:
        self.sent.append(message)

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.sent += Entries
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    @property
    def groups(self) -> list[str]:
        return [message["MessageGroupId"] for message in self.sent]


@pytest.fixture
def client() -> RecordingClient:
    return RecordingClient()


@pytest.fixture
def queue(client: RecordingClient) -> SQSRenderQueue:
    return SQSRenderQueue(client, "queue", "dlq")  # type: ignore[arg-type]


def test_a_message_is_in_the_group_of_its_tenant(client: RecordingClient, queue: SQSRenderQueue) -> None:
    for job in JOBS:
        queue.send(job)
    queue.send_all(JOBS)

    assert client.groups == ["acme", "zenith"] * 2


@pytest.mark.parametrize(
    ("message", "group"),
    [(OURS, "acme"), (UPLOAD, "acme"), (DIRECT, "acme"), (MISPLACED, "acme"), (NONSENSE, NO_TENANT)],
    ids=["ours", "upload", "direct", "misplaced upload", "nonsense"],
)
def test_a_message_that_is_sent_once_more_is_in_the_group_of_its_tenant(
    client: RecordingClient, queue: SQSRenderQueue, message: tuple[str, Mapping[str, str]], group: str
) -> None:
    body, attributes = message
    envelope = Envelope("m", "r", body, attributes, 1)

    queue.resend(envelope)
    queue.reject(envelope, reason="it cannot be read")
    letters = SQSDeadLetterQueue(client, "dlq", "queue")  # type: ignore[arg-type]
    letters.send_to_render_queue(DeadLetter("m", "r", body, attributes))

    assert client.groups == [group] * 3


def test_a_job_is_asked_for_by_its_version_of_messages_though_this_release_may_not_know_it(
    client: RecordingClient, queue: SQSRenderQueue
) -> None:
    jobs = [a_job(message_version=version) for version in (1, 2, 99)]

    queue.send(jobs[2])
    queue.send_all(jobs)

    assert [json.loads(message["MessageBody"])["v"] for message in client.sent] == [99, 1, 2, 99]


def test_a_message_is_sent_once_more_after_a_wait_that_sqs_can_have(
    client: RecordingClient, queue: SQSRenderQueue
) -> None:
    envelope = Envelope("m", "r", *OURS, 3)

    for seconds in (0, 120, 5000):
        queue.resend(envelope, after_seconds=seconds)

    assert [message.get("DelaySeconds") for message in client.sent] == [None, 120, 900]


class ExpiredClient:
    """A client that knows no receipt handle any more, or is down."""

    def __init__(self, code: str) -> None:
        self._code = code
        self.received: dict[str, Any] = {}

    def change_message_visibility(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": ""}}, "ChangeMessageVisibility")

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        self.received = asked
        return {}


@pytest.mark.parametrize("code", ["ReceiptHandleIsInvalid", "AWS.SimpleQueueService.MessageNotInflight"])
def test_putting_a_dead_letter_back_that_is_visible_already_does_nothing(code: str) -> None:
    SQSDeadLetterQueue(ExpiredClient(code), "dlq", "queue").unhide(DeadLetter("m", "r", "{}"))  # type: ignore[arg-type]


def test_a_dead_letter_queue_that_is_down_says_so() -> None:
    client: Any = ExpiredClient("InternalError")

    with pytest.raises(ServiceUnavailableError):
        SQSDeadLetterQueue(client, "dlq", "queue").unhide(DeadLetter("m", "r", "{}"))


def test_dead_letters_are_hidden_for_longer_than_a_redrive_runs() -> None:
    client = ExpiredClient("")

    SQSDeadLetterQueue(client, "dlq", "queue").receive()  # type: ignore[arg-type]

    assert client.received["VisibilityTimeout"] > REDRIVE_FUNCTION_SECONDS
