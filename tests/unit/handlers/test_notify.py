from __future__ import annotations

from typing import Any

import pytest

from handlers import notify
from reports import bootstrap
from tests.unit.handlers.conftest import LambdaContext


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was worked off; `bad` cannot be."""
    seen: list[str] = []

    def work_off(body: str) -> None:
        if body == "bad":
            raise ZeroDivisionError
        seen.append(body)

    monkeypatch.setattr(bootstrap, "notify", lambda: work_off)
    return seen


def event(*contents: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m-{n}", "body": body, "attributes": {}} for n, body in enumerate(contents, 1)]}


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
