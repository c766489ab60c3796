"""See that every job ends, and is told of, whatever was lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.render_messages import encode
from reports.jobs.request import NotifyOptions, ReportOptions, ReportRequest
from reports.jobs.values import JobStatus
from reports.lifecycle.sweep import Sweep, SweepCounts
from tests.builders import LEASE, MAX_RECEIVES, THRESHOLDS, Shop


@pytest.fixture
def sweep(shop: Shop) -> Sweep:
    return shop.sweep


def submitted(shop: Shop, **options: object) -> Job:
    request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions.model_validate(options))
    return shop.submit(request, tenant="demo", correlation_id="corr-7")


def lost_in_render(shop: Shop, *, receives: int, tries: int = 1) -> Job:
    """Leave a job RENDERING, as a worker does that dies."""
    job = submitted(shop)
    for _ in range(tries):
        job = job.claimed(shop.clock.now(), LEASE, "w", receives)
        shop.jobs.advance(job)
        job = replace(job, lease_until=shop.clock.now())
    return shop.jobs.get(job.id)


def test_a_job_that_was_never_queued_is_queued(shop: Shop, sweep: Sweep) -> None:
    shop.queue.refuse = ServiceUnavailableError("SQS is down.")
    job = submitted(shop)
    shop.queue.refuse = None
    shop.clock.advance(minutes=16)

    assert sweep() == SweepCounts(inspected=1, queued=1)

    shop.process(shop.queue.sent[-1])
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_job_that_may_still_be_in_the_queue_is_left_alone(shop: Shop, sweep: Sweep) -> None:
    submitted(shop)
    shop.clock.advance(minutes=14)

    counts = sweep()

    assert counts.queued == 0
    assert len(shop.queue.sent) == 1


def test_a_job_in_a_long_queue_is_queued_again_ever_more_rarely(shop: Shop, sweep: Sweep) -> None:
    submitted(shop)

    for _ in range(12 * 23):
        shop.clock.advance(minutes=5)
        sweep()

    assert 3 <= len(shop.queue.sent) <= 10


@pytest.mark.parametrize("was_begun", [False, True])
def test_a_message_that_could_not_be_sent_is_sent_by_the_next_sweep(shop: Shop, sweep: Sweep, was_begun: bool) -> None:
    job = lost_in_render(shop, receives=1) if was_begun else submitted(shop)
    shop.queue.sent.clear()
    shop.clock.advance(seconds=LEASE.total_seconds() + 901)
    shop.queue.refuse = ServiceUnavailableError("SQS is down.")
    first = sweep()
    shop.queue.refuse = None
    shop.clock.advance(minutes=5)

    second = sweep()

    assert (first.faults, second.queued) == (1, 1)
    assert [message.body for message in shop.queue.sent] == [encode(job.id)]
    assert [e.name for e in shop.jobs.timeline(job.id)].count("queued_again") == 1


@pytest.mark.parametrize("was_begun", [False, True])
def test_a_worker_that_is_faster_than_the_sweep_has_the_job(
    shop: Shop, sweep: Sweep, monkeypatch: pytest.MonkeyPatch, was_begun: bool
) -> None:
    job = lost_in_render(shop, receives=1) if was_begun else submitted(shop)
    shop.clock.advance(seconds=LEASE.total_seconds() + 901)
    send = shop.queue.send

    def send_and_work_off(job: Job) -> None:
        send(job)
        shop.process(shop.queue.sent[-1])

    monkeypatch.setattr(shop.queue, "send", send_and_work_off)

    sweep()

    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert [event.name for event in shop.publisher.published] == ["ReportSucceeded"]


def test_a_job_that_nobody_begins_fails_within_its_bound_and_is_told(shop: Shop, sweep: Sweep) -> None:
    job = submitted(shop)

    for _ in range(12 * 25):
        shop.clock.advance(minutes=5)
        sweep()

    ended = shop.jobs.get(job.id)
    assert ended.status is JobStatus.FAILED
    assert ended.failure is not None
    assert ended.failure.code == "deadline_exceeded"
    assert ended.finished_at is not None
    assert ended.finished_at - job.created_at <= THRESHOLDS.life + timedelta(minutes=30)
    assert [event.name for event in shop.publisher.published] == ["ReportFailed"]


def test_a_worker_that_was_lost_on_the_last_try_fails_its_job(shop: Shop, sweep: Sweep) -> None:
    job = lost_in_render(shop, receives=3, tries=3)
    shop.clock.advance(seconds=LEASE.total_seconds() + 121)

    assert sweep() == SweepCounts(inspected=1, lost=1)

    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("worker_lost", True)
    assert [event.job_id for event in shop.publisher.published] == [job.id]


def test_a_job_whose_message_was_spent_on_the_deaths_of_others_has_all_its_tries(shop: Shop, sweep: Sweep) -> None:
    job = lost_in_render(shop, receives=MAX_RECEIVES)

    for _ in range(2):
        shop.queue.sent.clear()
        shop.clock.advance(seconds=LEASE.total_seconds() + 121)
        assert sweep() == SweepCounts(inspected=1, queued=1)
        assert [message.body for message in shop.queue.sent] == [encode(job.id)]
        taken = shop.jobs.get(job.id).claimed(shop.clock.now(), LEASE, "w", receives=MAX_RECEIVES)
        shop.jobs.advance(taken)

    shop.clock.advance(seconds=LEASE.total_seconds() + 121)
    assert sweep() == SweepCounts(inspected=1, lost=1)


def test_a_message_of_a_lost_worker_has_time_to_come_back_by_itself(shop: Shop, sweep: Sweep) -> None:
    lost_in_render(shop, receives=1)
    shop.clock.advance(seconds=LEASE.total_seconds() + 121)

    counts = sweep()

    assert (counts.lost, counts.queued) == (0, 0)


def test_a_message_that_went_with_its_worker_is_sent_anew(shop: Shop, sweep: Sweep) -> None:
    job = lost_in_render(shop, receives=1)
    shop.clock.advance(seconds=LEASE.total_seconds() + 901)

    assert sweep() == SweepCounts(inspected=1, queued=1)

    shop.process(shop.queue.sent[-1])
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert [e.name for e in shop.jobs.timeline(job.id)] == [
        *("accepted", "rendering", "retry", "queued_again", "rendering", "succeeded")
    ]


def test_a_render_that_goes_on_is_left_alone(shop: Shop, sweep: Sweep) -> None:
    job = lost_in_render(shop, receives=3)
    shop.clock.advance(seconds=LEASE.total_seconds() - 1)

    sweep()

    assert shop.jobs.get(job.id) == job


@pytest.mark.parametrize("faults", [[], [ServiceUnavailableError("down")] * 3])
def test_an_end_that_nobody_was_told_is_told(shop: Shop, sweep: Sweep, faults: list[Exception]) -> None:
    shop.publisher.refuse = ServiceUnavailableError("SNS is down.")
    submitted(shop)
    shop.process(shop.queue.sent[0])
    shop.publisher.refuse = None
    shop.clock.advance(minutes=2)

    first, second = sweep(), sweep()

    assert (first.announced, second.inspected) == (1, 0)
    assert [event.name for event in shop.publisher.published] == ["ReportSucceeded"]


def test_what_cannot_be_repaired_does_not_keep_the_sweep_from_the_rest(shop: Shop, sweep: Sweep) -> None:
    for _ in range(3):
        lost_in_render(shop, receives=3, tries=3)
    shop.clock.advance(hours=1)
    shop.jobs.jobs["job-2"] = breaking(shop.jobs.get("job-2"))

    assert sweep() == SweepCounts(inspected=3, lost=2, faults=1)


def breaking(job: Job) -> Job:
    object.__setattr__(job, "tries", None)
    return job


def test_a_sweep_keeps_to_its_time(shop: Shop, sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        lost_in_render(shop, receives=3, tries=3)
    shop.clock.advance(hours=1)
    make_slow(shop, monkeypatch, seconds=15)

    first, second = sweep(), sweep()

    assert (first.lost, second.lost) == (3, 2)


def test_no_long_queue_keeps_an_end_or_a_lost_worker_waiting(
    shop: Shop, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(200):
        submitted(shop)
    lost = lost_in_render(shop, receives=3, tries=3)
    shop.publisher.refuse = ServiceUnavailableError("SNS is down.")
    ended = submitted(shop)
    shop.process(shop.queue.sent[-1])
    shop.publisher.refuse = None
    shop.clock.advance(hours=1)
    make_slow(shop, monkeypatch, seconds=1)

    counts = sweep()

    assert (counts.announced, counts.lost) == (1, 1)
    assert 20 <= counts.queued < 40
    assert {event.job_id for event in shop.publisher.published} == {lost.id, ended.id}


@pytest.mark.gate
def test_no_crowd_of_ends_keeps_the_queue_waiting_and_no_time_is_left_unused(
    shop: Shop, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.publisher.refuse = ServiceUnavailableError("SNS is down.")
    for _ in range(100):
        submitted(shop)
        shop.process(shop.queue.sent[-1])
    shop.publisher.refuse = None
    waiting = submitted(shop)
    shop.clock.advance(hours=1)
    make_slow(shop, monkeypatch, seconds=1)

    counts = sweep()

    assert shop.queue.sent[-1].body == encode(waiting.id)
    assert (counts.queued, counts.announced) == (1, 39)


def test_a_job_for_which_it_is_too_early_is_not_even_read(
    shop: Shop, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        submitted(shop)
    shop.clock.advance(minutes=14)
    monkeypatch.setattr(shop.jobs, "get", lambda job_id: pytest.fail("It was read."))

    assert sweep() == SweepCounts()


def make_slow(shop: Shop, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> None:
    get = shop.jobs.get

    def slow(job_id: str) -> Job:
        shop.clock.advance(seconds=seconds)
        return get(job_id)

    monkeypatch.setattr(shop.jobs, "get", slow)


def test_the_event_of_an_end_has_the_same_id_however_often_it_is_told(
    shop: Shop, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_before_the_mark(job: Job) -> None:
        raise ServiceUnavailableError("DynamoDB is down.")

    submitted(shop, notify={"email": "a@example.org"})
    with monkeypatch.context() as patch:
        patch.setattr(shop.jobs, "mark_announced", die_before_the_mark)
        shop.process(shop.queue.sent[0])
    shop.clock.advance(minutes=2)

    sweep()

    first, second = shop.publisher.published
    assert first == second
    assert first.attributes["notify"] == "yes"


def test_a_report_that_was_asked_for_earlier_never_replaces_a_later_one(shop: Shop) -> None:
    for _ in range(2):
        submitted(shop, replaces="monthly")
        shop.clock.advance(seconds=1)

    for message in reversed(shop.queue.sent):
        shop.process(message)

    assert shop.latest.get("demo", "monthly") == "job-2"


def test_who_is_to_be_told_is_kept(shop: Shop) -> None:
    job = submitted(shop, notify={"email": "a@example.org", "webhook": "https://example.org/hook"})

    assert shop.jobs.get(job.id).options.notify == NotifyOptions(
        email="a@example.org", webhook="https://example.org/hook"
    )
