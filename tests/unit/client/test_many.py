"""Submit many requests, a thousand to a call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import requests

from pressrun_client import RefusedError, ServiceFaultError
from reports import bootstrap
from reports.bootstrap.settings import MEGABYTE
from reports.jobs.values import JobStatus
from tests.builders import App
from tests.unit.client.wire import UUID, Fault, World
from tests.unit.worker.jobs import only_job

LETTER = {"template": "letter", "data": {"to": "me"}}


@pytest.fixture(autouse=True)
def _usual_limits(world: World, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = app.with_settings(max_body_bytes=4 * MEGABYTE)
    monkeypatch.setattr(bootstrap, "service", lambda: ours)


def sizes(world: World) -> Sequence[int]:
    return [len(json.loads(sent.body)["items"]) for sent in world.api.sent]


@pytest.mark.gate
def test_many_are_submitted_a_thousand_to_a_call(world: World, app: App) -> None:
    outcome = world.client.submit_many([LETTER] * 2300)

    assert sizes(world) == [1000, 1000, 300]
    assert len({item.id for item in outcome.accepted}) == len(app.jobs.jobs) == 2300
    assert [item.index for item in outcome.items] == list(range(2300))
    assert len(outcome.batches) == 3


@pytest.mark.gate
def test_a_call_has_no_more_bytes_than_the_service_takes(world: World) -> None:
    large = {"template": "letter", "data": {"to": "x" * MEGABYTE}}

    outcome = world.client.submit_many([large] * 5)

    assert sizes(world) == [3, 2]
    assert len(outcome.accepted) == 5


@pytest.mark.gate
def test_a_call_fits_into_the_event_that_its_quotation_marks_make_larger(world: World) -> None:
    # In the event each of these takes twice its bytes.
    large = {"template": "letter", "data": {"to": '"' * 600_000}}

    outcome = world.client.submit_many([large] * 5)

    assert sizes(world) == [2, 2, 1]
    assert len(outcome.accepted) == 5


def test_where_less_is_taken_calls_are_halved(world: World, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = app.with_settings(max_body_bytes=500)
    monkeypatch.setattr(bootstrap, "service", lambda: ours)

    outcome = world.client.submit_many([LETTER] * 7 + [{"template": "letter", "data": {"to": "x" * 600}}])

    assert len(outcome.accepted) == 7
    assert [(item.index, item.problem and item.problem.code) for item in outcome.refused] == [(7, "too_large")]


def test_each_item_is_accepted_or_refused_for_itself(world: World) -> None:
    wrong = {"template": "letter", "data": {"to": 7}}

    outcome = world.client.submit_many([wrong, LETTER, {"template": "none", "data": {}}])

    assert [item.id for item in outcome.items] == [None, "job-2", None]
    problems = [item.problem for item in outcome.refused]
    assert [(each and each.status, each and each.code) for each in problems] == [
        (422, "invalid_data"),
        (404, "unknown_template"),
    ]
    assert problems[0]
    assert problems[0].errors[0].pointer == "/to"


def test_all_that_were_refused_are_told_item_by_item_too(world: World) -> None:
    outcome = world.client.submit_many([{"template": "none", "data": {}}] * 2)

    assert [item.problem and item.problem.code for item in outcome.items] == ["unknown_template"] * 2
    assert outcome.batches == ()


def test_an_item_has_a_key_of_its_own_unless_it_is_given_one(world: World) -> None:
    world.client.submit_many([LETTER, {**LETTER, "idempotency_key": "order-8"}])

    first, second = (item["idempotency_key"] for item in json.loads(world.api.sent[0].body)["items"])
    assert UUID.fullmatch(first)
    assert second == "order-8"
    assert "idempotency_key" not in LETTER


def test_a_call_whose_answer_was_lost_makes_no_report_twice(world: World, app: App) -> None:
    world.api.faults_afterwards = [(504, {}, b"")]

    outcome = world.client.submit_many([LETTER] * 3)

    assert len(outcome.accepted) == len(app.jobs.jobs) == 3


def test_items_that_a_fault_has_refused_are_sent_again_and_no_others(world: World, app: App) -> None:
    fault = {"code": "service_unavailable", "detail": "A service does not answer."}
    items = [
        {"index": 0, "status": 202, "id": "job-0"},
        {"index": 1, "status": 503, "problem": fault},
        {"index": 2, "status": 422, "problem": {"code": "invalid_data", "detail": "No."}},
    ]
    world.api.faults = [(202, {}, unlikely(items))]

    outcome = world.client.submit_many([LETTER] * 3)

    assert sizes(world) == [3, 1]
    assert json.loads(world.api.sent[0].body)["items"][1] == json.loads(world.api.sent[1].body)["items"][0]
    assert [item.id for item in outcome.items] == ["job-0", only_job(app).id, None]


def test_items_that_faults_go_on_to_refuse_are_told_after_as_many_tries_as_any_request(world: World, app: App) -> None:
    app.idempotency_keys.refuse = True

    outcome = world.client.submit_many([LETTER])

    assert outcome.items[0].problem
    assert outcome.items[0].problem.code == "service_unavailable"
    assert sizes(world) == [1] * 4


@pytest.mark.gate
def test_what_was_accepted_before_a_fault_is_known(world: World, app: App) -> None:
    known: list[str | None] = []
    outcomes = world.client.submit_each([LETTER] * 1500)

    for _ in range(1000):
        known.append(next(outcomes).id)
    world.api.faults = [(500, {}, b"{}")]

    with pytest.raises(ServiceFaultError):
        next(outcomes)
    assert known == list(app.jobs.jobs)


@pytest.mark.parametrize("fault", [(500, {}, b"{}"), requests.ConnectionError("broken")], ids=repr)
def test_what_was_accepted_is_told_though_the_rest_cannot_be_sent_again(world: World, fault: Fault) -> None:
    items = [
        {"index": 0, "status": 202, "id": "job-0"},
        {"index": 1, "status": 503, "problem": {"code": "service_unavailable", "detail": "No."}},
    ]
    world.api.faults = [(202, {}, unlikely(items)), *[fault] * 4]

    outcome = world.client.submit_many([LETTER] * 2)

    assert [item.id for item in outcome.items] == ["job-0", None]
    assert [item.problem and item.problem.code for item in outcome.refused] == ["service_unavailable"]


def test_no_items_are_no_call(world: World) -> None:
    assert world.client.submit_many([]).items == ()
    assert world.api.sent == []


@pytest.mark.parametrize("status", [400, 500])
def test_a_call_that_is_refused_as_a_whole_raises(world: World, status: int) -> None:
    world.api.faults = [(status, {}, b"{}")]

    with pytest.raises((RefusedError, ServiceFaultError)):
        world.client.submit_many([LETTER])


def test_a_batch_counts_its_reports(world: World) -> None:
    outcome = world.client.submit_many([LETTER] * 3)
    world.client.cancel(str(outcome.items[0].id))

    batch = world.client.batch(outcome.batches[0])

    assert (batch.total, batch.over, batch.counts[JobStatus.PENDING]) == (3, 1, 2)  # type: ignore[index]


def unlikely(items: list[dict[str, Any]]) -> bytes:
    return json.dumps({"batch": "b", "items": items}).encode()


@pytest.mark.parametrize(
    "items", [[], [{"index": 1, "status": 202, "id": "a"}], [{"index": -1, "status": 202, "id": "a"}], [{"index": 0}]]
)
def test_an_answer_that_does_not_fit_the_items_is_told_apart(world: World, items: list[dict[str, Any]]) -> None:
    world.api.faults = [(202, {}, unlikely(items))]

    with pytest.raises(Exception, match=r"This is not an answer of Pressrun"):
        world.client.submit_many([LETTER])
