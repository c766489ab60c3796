"""Test what no emulator can be made to do: calls for many items that are done in part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.adapters.dynamodb_jobs import DynamoDBJobStore
from reports.adapters.dynamodb_keyed_jobs import DynamoDBKeyedJobs
from reports.adapters.sqs_queue import SQSRenderQueue
from reports.model import Job, KeyUse
from reports.ports import KeyedJob
from tests.builders import a_job

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
    store = DynamoDBJobStore(client, "jobs", retention=timedelta(days=1), sleep=slept.append)  # type: ignore[arg-type]
    return set(store.add_new([(job, job.event("accepted")) for job in new])), slept


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


class TransactingClient:
    """Refuse transactions for the given reasons, one after the other; then take them."""

    def __init__(self, *refusals: list[dict[str, Any]], standing: dict[str, Any] | None = None) -> None:
        self._refusals = list(refusals)
        self._standing = standing
        self.sizes: list[int] = []

    def transact_write_items(self, TransactItems: list[Any]) -> None:  # noqa: N803
        self.sizes.append(len(TransactItems))
        if self._refusals:
            error: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": self._refusals.pop(0),
            }
            raise ClientError(error, "TransactWriteItems")

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self._standing}


NONE = {"Code": "None"}
CONFLICT = {"Code": "TransactionConflict"}
STANDING = {"used_by": {"S": "job-before"}, "digest": {"S": "d"}}


def add_keyed(client: TransactingClient, number: int) -> tuple[dict[str, KeyUse], list[float]]:
    slept: list[float] = []
    keyed = DynamoDBKeyedJobs(client, "jobs", retention=timedelta(days=1), sleep=slept.append)  # type: ignore[arg-type]
    wanted = [KeyedJob(job, job.event("accepted"), f"k-{job.id}", "d") for job in jobs(number)]
    return dict(keyed.add(wanted)), slept


def test_a_transaction_that_met_another_is_tried_again_after_a_while() -> None:
    client = TransactingClient([CONFLICT, NONE], [CONFLICT, NONE])

    uses, slept = add_keyed(client, 1)

    assert uses == {"job-0": KeyUse("job-0", "d")}
    assert (client.sizes, len(slept)) == ([2, 2, 2], 2)


def test_a_transaction_that_always_meets_another_is_given_up() -> None:
    client = TransactingClient(*[[CONFLICT, NONE]] * 20)

    uses, slept = add_keyed(client, 1)

    assert uses == {}
    assert sum(slept) < 3


@pytest.mark.parametrize("tells_the_item", [True, False])
def test_a_key_that_is_taken_is_left_out_of_the_next_transaction(tells_the_item: bool) -> None:
    taken = {"Code": "ConditionalCheckFailed"} | ({"Item": STANDING} if tells_the_item else {})
    client = TransactingClient([NONE, NONE, taken, NONE, NONE, NONE], standing=STANDING)

    uses, slept = add_keyed(client, 3)

    assert {job_id: use.job_id for job_id, use in uses.items()} == {
        "job-0": "job-0",
        "job-1": "job-before",
        "job-2": "job-2",
    }
    assert (client.sizes, slept) == ([6, 4], [])


def test_a_transaction_has_a_hundred_items_at_the_most() -> None:
    client = TransactingClient()

    uses, _ = add_keyed(client, 120)

    assert (len(uses), client.sizes) == (120, [100, 100, 40])
