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
from tests.builders import Shop


def letter(to: str = "me", **changes: Any) -> BatchItem:
    return BatchItem.model_validate({"template": "letter", "data": {"to": to}, **changes})


def submit(shop: Shop, *items: BatchItem) -> BatchOutcome:
    return shop.submit_batch(items, tenant="demo", correlation_id="corr-7")


def accepted(outcome: BatchOutcome) -> list[str]:
    ids = [item.job_id for item in outcome.items if isinstance(item, AcceptedItem)]
    assert len(ids) == len(outcome.items), outcome
    return ids


def job_of(shop: Shop, item: AcceptedItem | PressrunError) -> Job:
    assert isinstance(item, AcceptedItem), item
    return shop.jobs.get(item.job_id)


def test_each_item_becomes_a_job_of_the_batch_that_is_rendered_from_its_own_part_of_one_input(shop: Shop) -> None:
    outcome = submit(shop, letter("Zoë"), letter("日本"), letter("c"))

    jobs = [shop.jobs.get(job_id) for job_id in accepted(outcome)]
    assert {job.batch for job in jobs} == {outcome.batch}
    assert [job.id for job in jobs] == [json.loads(message.body)["job_id"] for message in shop.queue.sent]
    assert list(shop.artifacts.objects) == [f"inputs/demo/{outcome.batch}.jsonl"]
    for message in shop.queue.sent:
        shop.process(message)
    assert [shop.jobs.get(job.id).status for job in jobs] == [JobStatus.SUCCEEDED] * 3
    assert [request.data["to"] for request in shop.renderer.rendered] == ["Zoë", "日本", "c"]


def test_bad_items_are_refused_and_do_no_harm_to_good_ones(shop: Shop) -> None:
    nope = BatchItem(template="nope", data={})
    empty = BatchItem(template="letter", data={})

    outcome = submit(shop, letter("a"), nope, letter("b"), empty)

    kinds = [type(item) for item in outcome.items]
    assert kinds == [AcceptedItem, UnknownTemplateError, AcceptedItem, InvalidDataError]
    assert len(shop.jobs.jobs) == len(shop.queue.sent) == 2


def test_a_batch_without_a_good_item_leaves_nothing_behind(shop: Shop) -> None:
    outcome = submit(shop, BatchItem(template="nope", data={}))

    assert isinstance(outcome.items[0], UnknownTemplateError)
    assert not shop.jobs.jobs
    assert not shop.artifacts.objects
    assert not shop.queue.sent


def test_items_with_one_key_are_one_job_if_they_ask_for_the_same(shop: Shop) -> None:
    outcome = submit(
        shop,
        letter("a", idempotency_key="k"),
        letter("a", idempotency_key="k"),
        letter("b", idempotency_key="k"),
        letter("b", idempotency_key="l"),
    )

    first, again, other, fresh = outcome.items
    assert first == again
    assert isinstance(other, IdempotencyKeyReusedError)
    assert job_of(shop, fresh).id != job_of(shop, first).id
    assert len(shop.jobs.jobs) == len(shop.queue.sent) == 2


def test_a_key_is_not_used_up_by_a_bad_item(shop: Shop) -> None:
    bad = BatchItem(template="letter", data={}, idempotency_key="k")

    outcome = submit(shop, bad, letter("a", idempotency_key="k"))

    assert isinstance(outcome.items[0], InvalidDataError)
    assert job_of(shop, outcome.items[1]).status is JobStatus.PENDING


def test_a_batch_that_is_sent_again_with_its_keys_makes_no_further_job(shop: Shop) -> None:
    items = [letter(str(n), idempotency_key=f"k{n}") for n in range(3)]
    first = submit(shop, *items)
    objects = set(shop.artifacts.objects)

    again = submit(shop, *items)

    assert accepted(again) == accepted(first)
    assert {item.batch for item in again.items if isinstance(item, AcceptedItem)} == {first.batch}
    assert len(shop.jobs.jobs) == len(shop.queue.sent) == 3
    assert set(shop.artifacts.objects) == objects


def test_keys_of_single_requests_and_of_items_are_the_same_keys(shop: Shop) -> None:
    single = shop.submit(letter("a"), tenant="demo", correlation_id="c", idempotency_key="k")

    outcome = submit(shop, letter("a", idempotency_key="k"))

    assert accepted(outcome) == [single.id]


def test_another_batch_that_is_first_to_use_a_key_wins_it(shop: Shop) -> None:
    other: list[BatchOutcome] = []

    def another() -> None:
        shop.idempotency_keys.before_take = lambda: None
        other.append(submit(shop, letter("a", idempotency_key="k")))

    shop.idempotency_keys.before_take = another

    ours = submit(shop, letter("a", idempotency_key="k"), letter("b", idempotency_key="l"))

    assert accepted(ours)[0] == accepted(other[0])[0]
    assert len(shop.jobs.jobs) == len(shop.queue.sent) == 2


def test_items_whose_first_batch_ended_before_it_had_added_them_are_completed_by_the_next(shop: Shop) -> None:
    items = [letter(str(n), idempotency_key=f"k{n}") for n in range(3)]
    shop.artifacts.refuse = ServiceUnavailableError("S3 is down.")
    with pytest.raises(ServiceUnavailableError):
        submit(shop, *items)
    shop.artifacts.refuse = None

    again = submit(shop, *items, letter("new", idempotency_key="new"))
    third = submit(shop, *items)

    assert accepted(again)[:3] == accepted(third)
    assert len(shop.jobs.jobs) == len(shop.queue.sent) == 4
    for message in shop.queue.sent:
        shop.process(message)
    assert {job.status for job in shop.jobs.jobs.values()} == {JobStatus.SUCCEEDED}
    assert [request.data["to"] for request in shop.renderer.rendered] == ["0", "1", "2", "new"]
    assert {item.batch for item in again.items[:3] if isinstance(item, AcceptedItem)} == {
        shop.jobs.get(accepted(again)[0]).batch
    }


def test_a_first_batch_that_is_slower_than_the_next_with_its_keys_is_the_same_jobs(shop: Shop) -> None:
    others: list[BatchOutcome] = []

    def another() -> None:
        shop.artifacts.before_put = lambda: None
        others.append(submit(shop, letter("a", idempotency_key="k")))
        shop.process(shop.queue.sent[0])

    shop.artifacts.before_put = another

    ours = submit(shop, letter("a", idempotency_key="k"))

    assert accepted(ours) == accepted(others[0]) == list(shop.jobs.jobs)
    assert [job.status for job in shop.jobs.jobs.values()] == [JobStatus.SUCCEEDED]


def test_what_could_not_be_kept_is_told_item_by_item(shop: Shop) -> None:
    shop.jobs.refuse_new_after = 2
    shop.idempotency_keys.refuse = True

    outcome = submit(shop, letter("a"), letter("k", idempotency_key="k"), letter("b"), letter("c"))

    kinds = [type(item) for item in outcome.items]
    assert kinds == [AcceptedItem, ServiceUnavailableError, AcceptedItem, ServiceUnavailableError]
    assert len(shop.jobs.jobs) == len(shop.queue.sent) == 2


def test_a_batch_whose_input_cannot_be_kept_makes_no_job(shop: Shop) -> None:
    shop.artifacts.refuse = ServiceUnavailableError("S3 is down.")

    with pytest.raises(ServiceUnavailableError):
        submit(shop, letter())

    assert not shop.jobs.jobs


def test_jobs_that_cannot_be_queued_are_kept_for_the_sweep_to_queue(shop: Shop) -> None:
    shop.queue.refuse = ServiceUnavailableError("SQS is down.")

    outcome = submit(shop, letter("a"), letter("b", idempotency_key="k"))

    due = [shop.jobs.get(job_id).due_at for job_id in accepted(outcome)]
    assert due == [shop.clock.now()] * 2


ITEMS = st.builds(
    lambda to, key: BatchItem(template="letter", data={} if to is None else {"to": to}, idempotency_key=key),
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.none() | st.sampled_from(["k", "l", "m"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(items=st.lists(ITEMS, min_size=1, max_size=12))
def test_whatever_a_batch_holds_every_item_gets_its_own_answer_and_data(
    tmp_path_factory: pytest.TempPathFactory, items: list[BatchItem]
) -> None:
    shop = Shop(tmp_path_factory.mktemp("shop"))

    outcome = submit(shop, *items)

    assert len(outcome.items) == len(items)
    used: dict[str, Any] = {}
    for item, end in zip(items, outcome.items, strict=True):
        if "to" not in item.data:
            assert isinstance(end, InvalidDataError)
        elif item.idempotency_key is not None and used.setdefault(item.idempotency_key, item.data) != item.data:
            assert isinstance(end, IdempotencyKeyReusedError)
        else:
            ref = job_of(shop, end).input
            line = b"".join(shop.artifacts.read(ref.key, part=ref.part, max_bytes=10_000))
            assert json.loads(line)["data"] == item.data
    assert len(shop.queue.sent) == len(shop.jobs.jobs)


def test_jobs_of_a_batch_are_asked_for_of_workers_that_read_parts_of_inputs(shop: Shop) -> None:
    submit(shop, letter("a"), letter("b"))
    shop.submit(letter("c"), tenant="demo", correlation_id="corr-8")

    assert [json.loads(message.body)["v"] for message in shop.queue.sent] == [2, 2, 1]
