"""Deliver messages twice, late, out of order, and broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

import pytest

from reports.jobs import object_keys
from reports.jobs.render_messages import encode
from tests.chaos.stack import JOBS, Stack
from tests.functional.service import until

BROKEN = ("no JSON", '{"v": 99, "job_id": "x"}', "[]", '{"Records": [{"eventName": "ObjectCreated:Put"}]}')


def send(stack: Stack, *bodies: str) -> None:
    for start in range(0, len(bodies), 10):
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[start : start + 10])]
        answer = stack.service.sqs.send_message_batch(QueueUrl=stack.service.queue_url, Entries=entries)
        assert not answer.get("Failed")


def reasons_of_broken(stack: Stack, count: int) -> list[str]:
    """Wait for so many broken messages in the dead-letter queue, take them, and return why they are there.

    There is a word of ours only for those that a worker has put there; SQS says nothing.
    """
    reasons: list[str] = []

    def found() -> bool | None:
        answer = stack.service.sqs.receive_message(
            QueueUrl=stack.service.dlq_url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            VisibilityTimeout=5,
            WaitTimeSeconds=1,
        )
        for message in answer.get("Messages", []):
            if message["Body"] in BROKEN:
                reasons.append(message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", ""))
                stack.service.sqs.delete_message(QueueUrl=stack.service.dlq_url, ReceiptHandle=message["ReceiptHandle"])
        return len(reasons) >= count or None

    until(found, seconds=60, what=lambda: f"reasons so far: {reasons}")
    return reasons


@pytest.mark.short
def test_messages_that_come_twice_make_one_report(stack: Stack, record_line: Callable[[str], None]) -> None:
    jobs = [stack.submit(f"chaos.twice.{number:04}") for number in range(JOBS)]
    send(stack, *[encode(job) for job in jobs])
    first = stack.outcome(jobs)
    send(stack, *[encode(job) for job in jobs])
    outcome = stack.outcome(jobs)

    record_line(f"each message thrice: {outcome.line()}")
    outcome.check()
    assert first.by_status == outcome.by_status == {"SUCCEEDED": JOBS}


def notification(stack: Stack, key: str, version: str) -> str:
    place: Mapping[str, Any] = {
        "bucket": {"name": stack.service.uploads_bucket},
        "object": {"key": quote_plus(key, safe="/"), "versionId": version, "size": 1},
    }
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": place}]})


@pytest.mark.short
def test_notifications_that_come_twice_and_out_of_order_make_one_report_for_each_version(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    bucket, expected, repeats = stack.service.uploads_bucket, [], []
    for number in range(JOBS):
        key = f"uploads/demo/table/chaos {number:04}.csv"
        for version in range(2):
            put = stack.service.s3.put_object(Bucket=bucket, Key=key, Body=f"a,b\n1,{version}\n".encode())
            expected.append(object_keys.job_id_of_upload(bucket, key, put["VersionId"]))
            repeats.append(notification(stack, key, put["VersionId"]))
    send(stack, *reversed(repeats), *repeats)
    for job in expected:
        until(lambda job=job: stack.service.get(f"/reports/{job}").ok or None, seconds=60, what=job)  # type: ignore[misc]

    outcome = stack.outcome(expected)

    record_line(f"uploads told thrice, in wrong order: {outcome.line()}")
    outcome.check()
    assert outcome.by_status == {"SUCCEEDED": len(expected)}


@pytest.mark.short
def test_broken_messages_end_among_the_dead_letters_with_a_reason_and_harm_no_others(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    jobs = [stack.submit(f"chaos.broken.{number:04}") for number in range(JOBS)]
    send(stack, *BROKEN * 3)

    outcome = stack.outcome(jobs)

    reasons = reasons_of_broken(stack, len(BROKEN) * 3)
    record_line(f"{len(reasons)} broken messages beside them: {outcome.line()}")
    outcome.check()
    assert all(reasons)
    assert any("version 99" in reason for reason in reasons)
