"""Messages say whose they are, through every door that can say it, so that the queue can be fair to tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.service import Service, until

MANY = 1000
ROWS: dict[str, Any] = {"template": "table", "data": {"rows": [{"Item": "Bread", "Amount": 2.5}]}}


@pytest.fixture
def unread(service: Service) -> Iterator[None]:
    """Have the render function take no messages for a while."""
    name = f"pressrun-{service.stage}-render"
    [mapping] = service.functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    until(lambda: service.waiting() == 0 or None, seconds=60, what="an empty queue")
    _switch(service, mapping["UUID"], on=False)
    yield
    _switch(service, mapping["UUID"], on=True)


def _switch(service: Service, mapping: str, *, on: bool) -> None:
    service.functions.update_event_source_mapping(UUID=mapping, Enabled=on)
    wanted = "Enabled" if on else "Disabled"

    def switched() -> bool | None:
        return service.functions.get_event_source_mapping(UUID=mapping)["State"] == wanted or None

    until(switched, seconds=120, what=f"the render function's queue is {wanted}")


def groups(service: Service, count: int) -> list[str | None]:
    """Take messages from the render queue, let go of them again, and return the groups that they are in."""
    found: dict[str, Any] = {}

    def all_of_them() -> bool | None:
        answer = service.sqs.receive_message(
            QueueUrl=service.queue_url,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["MessageGroupId"],
            WaitTimeSeconds=1,
        )
        found.update({message["MessageId"]: message for message in answer.get("Messages", [])})
        return len(found) == count or None

    until(all_of_them, seconds=30, what=lambda: f"{count} messages; there are {len(found)}")
    for message in found.values():
        service.sqs.change_message_visibility(
            QueueUrl=service.queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
    return [message.get("Attributes", {}).get("MessageGroupId") for message in found.values()]


def test_requests_are_in_the_group_of_their_tenant_and_uploads_in_none(
    service: Service, unread: None, unique: str
) -> None:
    assert service.post("/reports", ROWS).status_code == 202
    assert service.post("/reports/batch", {"items": [ROWS] * 2}).status_code in (200, 202, 207)
    assert service.post("/queue/reports", ROWS).status_code == 202
    # Nothing can be put into S3's messages; only when such a message is sent once more, it gets a group.
    service.upload(f"uploads/demo/table/{unique}.csv", b"Item,Amount\nBread,2.50\n")

    assert sorted(group or "" for group in groups(service, 5)) == ["", *["demo"] * 4]


def test_one_tenants_thousand_reports_do_not_hold_up_anothers_one(service: Service, unique: str) -> None:
    if service.endpoint_url is not None:
        pytest.skip("MiniStack and LocalStack deliver by arrival; see tests/unit/service/test_fair_share.py")
    noisy, quiet = (service.with_key(service.new_key(f"{kind}-{unique}")) for kind in ("noisy", "quiet"))

    batch = noisy.post("/reports/batch", {"items": [ROWS] * MANY}).json()["batch"]
    quiet.ended(quiet.submit("table", ROWS["data"]), seconds=300)
    counts = noisy.get("/reports", params={"batch": batch, "limit": 1}).json()["counts"]

    assert counts["SUCCEEDED"] < MANY / 2, counts
    assert counts["PENDING"] > 0, counts
