from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from handlers import notify
from reports import bootstrap
from reports.backoff import Backoff
from reports.errors import MalformedMessageError, ServiceUnavailableError
from tests.builders import HighestJitter
from tests.fakes.clock import SettableClock
from tests.fakes.delivery import InMemoryNotifyQueue
from tests.invoking import LambdaContext


class Notifier:
    """Work off messages but for `bad`, and keep what was worked off."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.queue = InMemoryNotifyQueue(SettableClock())
        self.ports = SimpleNamespace(notify_queue=self.queue)
        self.notify_backoff = Backoff(base=30, cap=900, max_receives=100, pick=HighestJitter())

    def notify(self, body: str) -> None:
        if body == "bad":
            raise ZeroDivisionError
        if body == "nonsense":
            raise MalformedMessageError("The message is not JSON.")
        self.bodies.append(body)


@pytest.fixture
def notifier(monkeypatch: pytest.MonkeyPatch) -> Notifier:
    notifier = Notifier()
    monkeypatch.setattr(bootstrap, "service", lambda: notifier)
    return notifier


@pytest.fixture
def bodies(notifier: Notifier) -> list[str]:
    """Return what was worked off; `bad` cannot be."""
    return notifier.bodies


def event(*contents: str, receives: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {
        "Records": [
            {"messageId": f"m-{n}", "receiptHandle": f"r-{n}", "body": body, "attributes": attributes}
            for n, body in enumerate(contents, 1)
        ]
    }


def failures(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_each_record_is_worked_off(bodies: list[str], lambda_context: LambdaContext) -> None:
    assert failures(notify.handler(event("a", "b"), lambda_context)) == []
    assert bodies == ["a", "b"]


def test_one_bad_record_fails_alone(bodies: list[str], lambda_context: LambdaContext) -> None:
    assert failures(notify.handler(event("a", "bad", "c"), lambda_context)) == ["m-2"]
    assert bodies == ["a", "c"]


def test_a_batch_in_which_all_fail_is_an_answer_and_no_exception(
    bodies: list[str], lambda_context: LambdaContext
) -> None:
    assert failures(notify.handler(event("bad", "bad"), lambda_context)) == ["m-1", "m-2"]


def test_nothing_is_begun_that_could_not_be_recorded(bodies: list[str], lambda_context: LambdaContext) -> None:
    lambda_context.remaining_ms = 20_000

    assert failures(notify.handler(event("a"), lambda_context)) == ["m-1"]
    assert bodies == []


@pytest.mark.parametrize(("receives", "seconds"), [(1, 30), (2, 60), (6, 900), (99, 900), (100, 0)])
def test_a_record_that_failed_comes_back_after_a_wait_that_doubles(
    notifier: Notifier, lambda_context: LambdaContext, receives: int, seconds: int
) -> None:
    notify.handler(event("a", "bad", receives=receives), lambda_context)

    assert notifier.queue.postponed == [("r-2", seconds)]


def test_a_message_that_is_not_understood_is_put_aside_at_once_with_the_reason(
    notifier: Notifier, lambda_context: LambdaContext
) -> None:
    assert failures(notify.handler(event("nonsense", "a"), lambda_context)) == []

    assert notifier.queue.rejected == [("nonsense", "The message is not JSON.")]
    assert notifier.bodies == ["a"]


def test_a_message_that_cannot_be_put_aside_comes_back(notifier: Notifier, lambda_context: LambdaContext) -> None:
    notifier.queue.refuse = ServiceUnavailableError("SQS refused a request.")

    assert failures(notify.handler(event("nonsense"), lambda_context)) == ["m-1"]


def test_a_record_without_time_in_its_batch_comes_back_soon(notifier: Notifier, lambda_context: LambdaContext) -> None:
    lambda_context.remaining_ms = 20_000

    notify.handler(event("a", receives=5), lambda_context)

    assert notifier.queue.postponed == [("r-1", 1)]


def test_failures_are_counted_for_an_alarm_and_what_went_well_is_not(
    notifier: Notifier, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    lambda_context.function_name = "pressrun-dev-notify"

    notify.handler(event("a"), lambda_context)
    assert "_aws" not in capsys.readouterr().out
    notify.handler(event("a", "bad", "bad"), lambda_context)

    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (line["failures"], line["service"], line["function_name"]) == ([2.0], "notify", "pressrun-dev-notify")


def test_a_queue_that_does_not_answer_keeps_no_other_record_from_being_worked_off(
    notifier: Notifier, lambda_context: LambdaContext
) -> None:
    notifier.queue.refuse = ServiceUnavailableError("SQS refused a request.")

    assert failures(notify.handler(event("bad", "a"), lambda_context)) == ["m-1"]
    assert notifier.bodies == ["a"]
