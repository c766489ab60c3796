"""Test what no emulator can be made to do: calls for many items that are done in part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.access.retention import after
from reports.adapters.dynamodb.idempotency_keys import DynamoDBIdempotencyKeys
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.adapters.sqs.render_queue import SQSRenderQueue
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.listing import KeyUse
from tests.builders import a_job
from tests.fakes.clock import NOON

THROTTLED: Any = {"Error": {"Code": "ThrottlingException", "Message": ""}}


def jobs(number: int) -> list[Job]:
    return [a_job(f"job-{n}") for n in range(number)]


class WritingClient:
    """Take batches of writes, but for those items that ``leaves`` says, once per call."""

    def __init__(self, *leaves: Callable[[list[Any]], list[Any]]) -> None:
        self._leaves = list(leaves)
        self.sizes: list[int] = []

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
        [(table, requests)] = RequestItems.items()
        self.sizes.append(len(requests))
        left = self._leaves.pop(0)(requests) if self._leaves else []
        return {"UnprocessedItems": {table: left} if left else {}}


def add_new(client: WritingClient, new: Sequence[Job]) -> tuple[set[str], list[float]]:
    slept: list[float] = []
    store = DynamoDBJobStore(client, "jobs", expiry=after(days=1), sleep=slept.append)  # type: ignore[arg-type]
    return set(store.add_new(new)), slept


def refuse(requests: list[Any]) -> list[Any]:
    raise ClientError(THROTTLED, "BatchWriteItem")


def test_jobs_are_written_in_batches_of_25() -> None:
    client = WritingClient()

    kept, slept = add_new(client, jobs(60))

    assert (len(kept), client.sizes, slept) == (60, [25, 25, 10], [])


def test_what_there_was_no_capacity_for_is_written_again_after_a_while() -> None:
    client = WritingClient(lambda requests: requests[3:], lambda requests: requests[:1])

    kept, slept = add_new(client, jobs(10))

    assert (len(kept), client.sizes) == (10, [10, 7, 1])
    assert len(slept) == 2
    assert slept[0] < slept[1]


def test_what_there_is_never_capacity_for_is_not_kept() -> None:
    client = WritingClient(*[lambda requests: requests[-1:]] * 20)

    kept, slept = add_new(client, jobs(3))

    assert kept == {"job-0", "job-1"}
    assert sum(slept) < 3


def test_a_fault_ends_it_and_what_was_kept_before_is_told() -> None:
    client = WritingClient(lambda requests: [], refuse)

    kept, _ = add_new(client, jobs(75))

    assert kept == {f"job-{n}" for n in range(25)}
    assert client.sizes == [25, 25]


class SendingClient:
    """Take batches of messages, but for those that ``fails`` names by number."""

    def __init__(self, *fails: set[int] | ClientError) -> None:
        self._fails = list(fails)
        self.sizes: list[int] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.sizes.append(len(Entries))
        fails = self._fails.pop(0) if self._fails else set()
        if isinstance(fails, ClientError):
            raise fails
        return {
            "Successful": [{"Id": entry["Id"]} for entry in Entries if int(entry["Id"]) not in fails],
            "Failed": [{"Id": str(n), "Code": "InternalError"} for n in fails],
        }


def test_messages_are_sent_in_tens_and_those_that_fail_are_told() -> None:
    client = SendingClient({2, 5})

    sent = SQSRenderQueue(client, "queue", "dlq").send_all(jobs(23))  # type: ignore[arg-type]

    assert set(sent) == {f"job-{n}" for n in range(23)} - {"job-2", "job-5"}
    assert client.sizes == [10, 10, 3]


def test_a_queue_that_is_down_is_not_asked_again() -> None:
    client = SendingClient(set(), ClientError(THROTTLED, "SendMessageBatch"))

    sent = SQSRenderQueue(client, "queue", "dlq").send_all(jobs(40))  # type: ignore[arg-type]

    assert set(sent) == {f"job-{n}" for n in range(10)}
    assert client.sizes == [10, 10]


class PuttingClient:
    """Put items on condition, but refuse those at ``taken``, and fail from the call with number ``fails_at`` on."""

    def __init__(self, *taken: int, tells_the_item: bool = True, fails_at: int | None = None) -> None:
        self._taken = taken
        self._tells_the_item = tells_the_item
        self._fails_at = fails_at
        self._lock = threading.Lock()
        self.calls = 0

    def put_item(self, Item: dict[str, Any], **_: Any) -> None:  # noqa: N803
        with self._lock:
            self.calls += 1
            if self._fails_at is not None and self.calls > self._fails_at:
                raise ClientError(THROTTLED, "PutItem")
        if int(Item["used_by"]["S"].removeprefix("job-")) in self._taken:
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}
            raise ClientError(error | ({"Item": STANDING} if self._tells_the_item else {}), "PutItem")

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": STANDING}


STANDING = {"used_by": {"S": "job-before"}, "digest": {"S": "d"}}


def take(client: PuttingClient, number: int) -> dict[str, str]:
    wanted = {f"k{n}": KeyUse(f"job-{n}", "d") for n in range(number)}
    uses = DynamoDBIdempotencyKeys(client, "jobs").claim("demo", wanted, NOON)  # type: ignore[arg-type]
    return {key: use.job_id for key, use in uses.items()}


@pytest.mark.parametrize("tells_the_item", [True, False])
def test_a_key_that_is_taken_stands_for_what_it_stood_for(tells_the_item: bool) -> None:
    client = PuttingClient(1, tells_the_item=tells_the_item)

    assert take(client, 3) == {"k0": "job-0", "k1": "job-before", "k2": "job-2"}


def test_keys_are_not_taken_from_a_table_that_is_down() -> None:
    client = PuttingClient(fails_at=20)

    uses = take(client, 500)

    assert len(uses) == 20
    # Those that were under way when the first one failed.
    assert client.calls <= 30


class ReadingClient:
    """Have items of some ids, and read only so many of them in a call."""

    def __init__(self, *there: str, at_once: int) -> None:
        self._there = there
        self._at_once = at_once
        self.sizes: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        [(table, request)] = RequestItems.items()
        asked = request["Keys"]
        self.sizes.append(len(asked))
        left = asked[self._at_once :]
        return {
            "Responses": {table: [key for key in asked[: self._at_once] if key["job_id"]["S"] in self._there]},
            "UnprocessedKeys": {table: {"Keys": left}} if left else {},
        }


def missing(client: ReadingClient, *ids: str) -> set[str]:
    store = DynamoDBJobStore(client, "jobs", expiry=after(days=1), sleep=lambda _: None)  # type: ignore[arg-type]
    return set(store.missing(ids))


def test_what_there_was_no_capacity_to_read_is_read_again() -> None:
    client = ReadingClient("job-0", "job-2", at_once=2)

    assert missing(client, "job-0", "job-1", "job-2", "job-3") == {"job-1", "job-3"}
    assert client.sizes == [4, 2]


def test_what_there_is_never_capacity_to_read_is_not_called_missing() -> None:
    client = ReadingClient(at_once=0)

    with pytest.raises(ServiceUnavailableError):
        missing(client, "job-0")
