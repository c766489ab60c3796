from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.errors import (
    IdempotencyKeyReusedError,
    InvalidDataError,
    PressrunError,
    ServiceUnavailableError,
    UnknownTemplateError,
)
from reports.intake.submit_batch import AcceptedItem, BatchOutcome
from reports.jobs.job import Job
from reports.jobs.request import BatchItem
from reports.jobs.values import JobStatus
from tests.builders import App


def letter(to: str = "me", **changes: Any) -> BatchItem:
    return BatchItem.model_validate({"template": "letter", "data": {"to": to}, **changes})


def submit(app: App, *items: BatchItem) -> BatchOutcome:
    return app.submit_batch(items, tenant="demo", correlation_id="corr-7")


def accepted(outcome: BatchOutcome) -> list[str]:
    ids = [item.job_id for item in outcome.items if isinstance(item, AcceptedItem)]
    assert len(ids) == len(outcome.items), outcome
    return ids


def job_of(app: App, item: AcceptedItem | PressrunError) -> Job:
    assert isinstance(item, AcceptedItem), item
    return app.jobs.get(item.job_id)


def test_each_item_becomes_a_job_of_the_batch_that_is_rendered_from_its_own_part_of_one_input(app: App) -> None:
    outcome = submit(app, letter("Zoë"), letter("日本"), letter("c"))

    jobs = [app.jobs.get(job_id) for job_id in accepted(outcome)]
    assert {job.batch for job in jobs} == {outcome.batch}
    assert [job.id for job in jobs] == [json.loads(message.body)["job_id"] for message in app.queue.sent]
    assert list(app.artifacts.objects) == [f"inputs/demo/{outcome.batch}.jsonl"]
    for message in app.queue.sent:
        app.process(message)
    assert [app.jobs.get(job.id).status for job in jobs] == [JobStatus.SUCCEEDED] * 3
    assert [request.data["to"] for request in app.renderer.rendered] == ["Zoë", "日本", "c"]


def test_bad_items_are_refused_and_do_no_harm_to_good_ones(app: App) -> None:
    nope = BatchItem(template="nope", data={})
    empty = BatchItem(template="letter", data={})

    outcome = submit(app, letter("a"), nope, letter("b"), empty)

    kinds = [type(item) for item in outcome.items]
    assert kinds == [AcceptedItem, UnknownTemplateError, AcceptedItem, InvalidDataError]
    assert len(app.jobs.jobs) == len(app.queue.sent) == 2


def test_a_batch_without_a_good_item_leaves_nothing_behind(app: App) -> None:
    outcome = submit(app, BatchItem(template="nope", data={}))

    assert isinstance(outcome.items[0], UnknownTemplateError)
    assert not app.jobs.jobs
    assert not app.artifacts.objects
    assert not app.queue.sent


def test_items_with_one_key_are_one_job_if_they_ask_for_the_same(app: App) -> None:
    outcome = submit(
        app,
        letter("a", idempotency_key="k"),
        letter("a", idempotency_key="k"),
        letter("b", idempotency_key="k"),
        letter("b", idempotency_key="l"),
    )

    first, again, other, fresh = outcome.items
    assert first == again
    assert isinstance(other, IdempotencyKeyReusedError)
    assert job_of(app, fresh).id != job_of(app, first).id
    assert len(app.jobs.jobs) == len(app.queue.sent) == 2


def test_a_key_is_not_used_up_by_a_bad_item(app: App) -> None:
    bad = BatchItem(template="letter", data={}, idempotency_key="k")

    outcome = submit(app, bad, letter("a", idempotency_key="k"))

    assert isinstance(outcome.items[0], InvalidDataError)
    assert job_of(app, outcome.items[1]).status is JobStatus.PENDING


def test_a_batch_that_is_sent_again_with_its_keys_makes_no_further_job(app: App) -> None:
    items = [letter(str(n), idempotency_key=f"k{n}") for n in range(3)]
    first = submit(app, *items)
    objects = set(app.artifacts.objects)

    again = submit(app, *items)

    assert accepted(again) == accepted(first)
    assert {item.batch for item in again.items if isinstance(item, AcceptedItem)} == {first.batch}
    assert len(app.jobs.jobs) == len(app.queue.sent) == 3
    assert set(app.artifacts.objects) == objects


def test_keys_of_single_requests_and_of_items_are_the_same_keys(app: App) -> None:
    single = app.submit(letter("a"), tenant="demo", correlation_id="c", idempotency_key="k")

    outcome = submit(app, letter("a", idempotency_key="k"))

    assert accepted(outcome) == [single.id]


def test_another_batch_that_is_first_to_use_a_key_wins_it(app: App) -> None:
    other: list[BatchOutcome] = []

    def another() -> None:
        app.idempotency_keys.before_claim = lambda: None
        other.append(submit(app, letter("a", idempotency_key="k")))

    app.idempotency_keys.before_claim = another

    ours = submit(app, letter("a", idempotency_key="k"), letter("b", idempotency_key="l"))

    assert accepted(ours)[0] == accepted(other[0])[0]
    assert len(app.jobs.jobs) == len(app.queue.sent) == 2


def test_items_whose_first_batch_ended_before_it_had_added_them_are_completed_by_the_next(app: App) -> None:
    items = [letter(str(n), idempotency_key=f"k{n}") for n in range(3)]
    app.artifacts.refuse = ServiceUnavailableError("S3 is down.")
    with pytest.raises(ServiceUnavailableError):
        submit(app, *items)
    app.artifacts.refuse = None

    again = submit(app, *items, letter("new", idempotency_key="new"))
    third = submit(app, *items)

    assert accepted(again)[:3] == accepted(third)
    assert len(app.jobs.jobs) == len(app.queue.sent) == 4
    for message in app.queue.sent:
        app.process(message)
    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.SUCCEEDED}
    assert [request.data["to"] for request in app.renderer.rendered] == ["0", "1", "2", "new"]
    assert {item.batch for item in again.items[:3] if isinstance(item, AcceptedItem)} == {
        app.jobs.get(accepted(again)[0]).batch
    }


def test_a_first_batch_that_is_slower_than_the_next_with_its_keys_is_the_same_jobs(app: App) -> None:
    others: list[BatchOutcome] = []

    def another() -> None:
        app.artifacts.before_put = lambda: None
        others.append(submit(app, letter("a", idempotency_key="k")))
        app.process(app.queue.sent[0])

    app.artifacts.before_put = another

    ours = submit(app, letter("a", idempotency_key="k"))

    assert accepted(ours) == accepted(others[0]) == list(app.jobs.jobs)
    assert [job.status for job in app.jobs.jobs.values()] == [JobStatus.SUCCEEDED]


def test_what_could_not_be_kept_is_told_item_by_item(app: App) -> None:
    app.jobs.refuse_new_after = 2
    app.idempotency_keys.refuse = True

    outcome = submit(app, letter("a"), letter("k", idempotency_key="k"), letter("b"), letter("c"))

    kinds = [type(item) for item in outcome.items]
    assert kinds == [AcceptedItem, ServiceUnavailableError, AcceptedItem, ServiceUnavailableError]
    assert len(app.jobs.jobs) == len(app.queue.sent) == 2


def test_a_batch_whose_input_cannot_be_kept_makes_no_job(app: App) -> None:
    app.artifacts.refuse = ServiceUnavailableError("S3 is down.")

    with pytest.raises(ServiceUnavailableError):
        submit(app, letter())

    assert not app.jobs.jobs


def test_jobs_that_cannot_be_queued_are_kept_for_the_sweep_to_queue(app: App) -> None:
    app.queue.refuse = ServiceUnavailableError("SQS is down.")

    outcome = submit(app, letter("a"), letter("b", idempotency_key="k"))

    due = [app.jobs.get(job_id).due_at for job_id in accepted(outcome)]
    assert due == [app.clock.now()] * 2


ITEMS = st.builds(
    lambda to, key: BatchItem(template="letter", data={} if to is None else {"to": to}, idempotency_key=key),
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.none() | st.sampled_from(["k", "l", "m"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(items=st.lists(ITEMS, min_size=1, max_size=12))
def test_whatever_a_batch_holds_every_item_gets_its_own_answer_and_data(
    items: list[BatchItem],
) -> None:
    app = App()

    outcome = submit(app, *items)

    assert len(outcome.items) == len(items)
    used: dict[str, Any] = {}
    for item, end in zip(items, outcome.items, strict=True):
        if "to" not in item.data:
            assert isinstance(end, InvalidDataError)
        elif item.idempotency_key is not None and used.setdefault(item.idempotency_key, item.data) != item.data:
            assert isinstance(end, IdempotencyKeyReusedError)
        else:
            ref = job_of(app, end).input
            line = b"".join(app.artifacts.read(ref.key, part=ref.part, max_bytes=10_000))
            assert json.loads(line)["data"] == item.data
    assert len(app.queue.sent) == len(app.jobs.jobs)


def test_jobs_of_a_batch_are_asked_for_of_workers_that_read_parts_of_inputs(app: App) -> None:
    submit(app, letter("a"), letter("b"))
    app.submit(letter("c"), tenant="demo", correlation_id="corr-8")

    assert [json.loads(message.body)["v"] for message in app.queue.sent] == [2, 2, 1]
