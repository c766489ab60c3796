"""Operators pause renders with a reason, replay what a receiver lost, and go back to the deployment before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reports.adapters.dynamodb.pauses import DynamoDBPauses
from reports.delivery.delivery import Attempt, Channel, Delivery, DeliveryStatus
from reports.errors import DeliveryConflictError
from reports.jobs.pauses import Pause
from tests.contracts.delivery import a_delivery
from tools import pause, replay, rollback
from tools.deploy.errors import DeployError


class OneItem:
    """A table with room for one item, as DynamoDB's client shows it."""

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self.item} if self.item else {}

    def put_item(self, *, Item: dict[str, Any], **_: Any) -> None:  # noqa: N803 - boto3's name
        self.item = Item


@pytest.fixture
def store() -> DynamoDBPauses:
    client: Any = OneItem()
    return DynamoDBPauses(client, "jobs")


def test_what_is_paused_is_listed_with_its_reason_until_it_is_resumed(
    store: DynamoDBPauses, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pause.main(["pause", "--tenant", "acme", "--reason", "Too much at once."], store=store) == 0
    assert pause.main(["pause", "--all", "--reason", "An outage."], store=store) == 0
    told = capsys.readouterr().out.splitlines()

    assert [line.split("since")[0].strip() for line in told[-2:]] == ["tenant acme", "everything"]
    assert told[-1].endswith("An outage.")
    assert pause.main(["resume", "--all"], store=store) == 0
    assert pause.main(["resume", "--tenant", "acme"], store=store) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing is paused."
    assert [each.lasts for each in store.read()] == [False, False]


@pytest.mark.parametrize(
    "typed",
    [
        ["pause", "--reason", "x"],
        ["resume"],
        ["pause", "--all", "--reason", " "],
        ["pause", "--all", "--reason", "x" * 201],
    ],
)
def test_a_pause_of_nothing_or_without_a_reason_is_refused(store: DynamoDBPauses, typed: list[str]) -> None:
    assert pause.main(typed, store=store) == 2
    assert store.read() == []


def test_pauses_are_kept_as_they_are(store: DynamoDBPauses) -> None:
    now = datetime.now(UTC)
    pauses = [Pause("A", now, "acme"), Pause("B", now, None, "table", now + timedelta(hours=1))]

    store.write(pauses)

    assert store.read() == pauses


NOW = datetime.now(UTC)


def delivery(number: int, status: DeliveryStatus, url: str, *, hours_ago: float = 1) -> Delivery:
    attempt = Attempt(NOW - timedelta(hours=hours_ago), 5)
    found = a_delivery(f"job-{number}")
    return replace(found, number=number, channel=Channel.WEBHOOK, address=url, status=status, attempts=(attempt,))


DELIVERIES = [
    delivery(1, DeliveryStatus.FAILED, "https://Hooks.example/a"),
    delivery(2, DeliveryStatus.DELIVERED, "https://hooks.example/a"),
    delivery(3, DeliveryStatus.GIVEN_UP, "https://hooks.example/a"),
    delivery(4, DeliveryStatus.FAILED, "https://other.example/a"),
    delivery(5, DeliveryStatus.FAILED, "https://hooks.example/b", hours_ago=7),
    delivery(6, DeliveryStatus.FAILED, "https://hooks.example/c"),
]


def test_what_a_receiver_lost_since_then_is_sent_once_more(capsys: pytest.CaptureFixture[str]) -> None:
    options = replay._parser().parse_args(["--receiver", "hooks.example", "--since", "6h"])
    sent: list[tuple[str, int]] = []

    def act(job_id: str, number: int) -> None:
        if number == 6:
            raise DeliveryConflictError("It is being sent.")
        sent.append((job_id, number))

    replay.run(replay.lost(DELIVERIES, options), options, act)

    told = capsys.readouterr()
    assert sent == [("job-1", 1)]
    assert told.out.splitlines()[-1] == "1 sent once more to hooks.example"
    assert told.err == "1 left: It is being sent.\n"


def test_a_dry_run_replays_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    options = replay._parser().parse_args(["--receiver", "hooks.example", "--since", "9h", "--dry-run", "--max", "2"])

    replay.run(replay.lost(DELIVERIES, options), options, lambda *_: pytest.fail("It is sent."))

    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "2 would be sent once more to hooks.example"
    assert told.err == "1 left: over the maximum\n"


@pytest.mark.parametrize("typed", [["--since", "6h"], ["--receiver", "hooks.example"]])
def test_a_replay_needs_its_receiver_and_a_time(typed: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        replay.main(typed)
    assert ended.value.code == 2


class Bucket:
    """A stack with its deployment bucket."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def client(self, _: str) -> Bucket:
        return self

    def describe_stack_resource(self, **_: str) -> dict[str, Any]:
        return {"StackResourceDetail": {"PhysicalResourceId": "bucket"}}

    def get_paginator(self, _: str) -> Bucket:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key}]} for key in self._keys]


def test_the_deployment_before_is_chosen_or_the_one_that_is_named() -> None:
    folders = [f"serverless/pressrun/dev/{time}-2026-11-30T10:00:00.000Z" for time in (1796000000000, 1796000000001)]
    names = ("compiled-cloudformation-template.json", "light.zip")
    connection: Any = Bucket(*(f"{folder}/{name}" for folder in folders for name in names))

    kept = rollback.kept_deployments(connection, "dev")

    assert kept == ["1796000000001", "1796000000000"]
    assert rollback.chosen(kept, None) == "1796000000000"
    assert rollback.chosen(kept, "1796000000001") == "1796000000001"
    for wrong in (kept[:1], None), (kept, "1"):
        with pytest.raises(DeployError):
            rollback.chosen(*wrong)
