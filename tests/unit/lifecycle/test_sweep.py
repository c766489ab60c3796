"""See that every job ends, and is told of, whatever was lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.render_messages import encode
from reports.jobs.request import NotifyOptions, ReportOptions, ReportRequest
from reports.jobs.values import Failure, JobStatus
from reports.lifecycle.sweep import Sweep, SweepCounts
from reports.render_contract import Progress
from tests.builders import LEASE, LIFE, MAX_RECEIVES, MAX_TRIES, App


@pytest.fixture
def sweep(app: App) -> Sweep:
    return app.sweep


def submitted(app: App, **options: object) -> Job:
    request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions.model_validate(options))
    return app.submit(request, tenant="demo", correlation_id="corr-7")


def lost_in_render(app: App, *, receives: int, tries: int = 1) -> Job:
    """Leave a job RENDERING, as a worker does that dies."""
    job = submitted(app)
    for _ in range(tries):
        job = job.claimed(app.clock.now(), LEASE, "w", receives)
        app.jobs.advance(job)
        job = replace(job, lease_until=app.clock.now())
    return app.jobs.get(job.id)


def test_a_job_that_was_never_queued_is_queued(app: App, sweep: Sweep) -> None:
    app.queue.refuse = ServiceUnavailableError("SQS is down.")
    job = submitted(app)
    app.queue.refuse = None
    app.clock.advance(minutes=16)

    assert sweep() == SweepCounts(inspected=1, queued=1)

    app.process(app.queue.sent[-1])
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_job_that_may_still_be_in_the_queue_is_left_alone(app: App, sweep: Sweep) -> None:
    submitted(app)
    app.clock.advance(minutes=14)

    counts = sweep()

    assert counts.queued == 0
    assert len(app.queue.sent) == 1


def test_a_job_in_a_long_queue_is_queued_again_ever_more_rarely(app: App, sweep: Sweep) -> None:
    submitted(app)

    for _ in range(12 * 23):
        app.clock.advance(minutes=5)
        sweep()

    assert 3 <= len(app.queue.sent) <= 10


@pytest.mark.parametrize("was_begun", [False, True])
def test_a_message_that_could_not_be_sent_is_sent_by_the_next_sweep(app: App, sweep: Sweep, was_begun: bool) -> None:
    job = lost_in_render(app, receives=1) if was_begun else submitted(app)
    app.queue.sent.clear()
    app.clock.advance(seconds=LEASE.total_seconds() + 901)
    app.queue.refuse = ServiceUnavailableError("SQS is down.")
    first = sweep()
    app.queue.refuse = None
    app.clock.advance(minutes=5)

    second = sweep()

    assert (first.faults, second.queued) == (1, 1)
    assert [message.body for message in app.queue.sent] == [encode(job.id)]
    assert [e.name for e in app.jobs.timeline(job.id)].count("queued_again") == 1


@pytest.mark.parametrize("was_begun", [False, True])
def test_a_worker_that_is_faster_than_the_sweep_has_the_job(
    app: App, sweep: Sweep, monkeypatch: pytest.MonkeyPatch, was_begun: bool
) -> None:
    job = lost_in_render(app, receives=1) if was_begun else submitted(app)
    app.clock.advance(seconds=LEASE.total_seconds() + 901)
    send = app.queue.send

    def send_and_work_off(job: Job) -> None:
        send(job)
        app.process(app.queue.sent[-1])

    monkeypatch.setattr(app.queue, "send", send_and_work_off)

    sweep()

    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert [event.name for event in app.publisher.published] == ["ReportSucceeded"]


def test_a_job_that_is_never_begun_fails_within_its_bound_and_is_announced(app: App, sweep: Sweep) -> None:
    job = submitted(app)

    for _ in range(12 * 25):
        app.clock.advance(minutes=5)
        sweep()

    ended = app.jobs.get(job.id)
    assert ended.status is JobStatus.FAILED
    assert ended.failure is not None
    assert ended.failure.code == "deadline_exceeded"
    assert ended.finished_at is not None
    assert ended.finished_at - job.created_at <= LIFE + timedelta(minutes=30)
    assert [event.name for event in app.publisher.published] == ["ReportFailed"]


def test_a_second_worker_that_was_lost_fails_its_job(app: App, sweep: Sweep) -> None:
    job = lost_in_render(app, receives=2, tries=2)
    app.jobs.note_progress(job.id, 2, Progress(1200, 5000))
    app.clock.advance(seconds=LEASE.total_seconds() + 121)

    assert sweep() == SweepCounts(inspected=1, lost=1)

    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable, failure.detail) == ("poison", True, {"deaths": 2, "row": 1200})
    assert "after row 1,200" in failure.message
    assert [event.job_id for event in app.publisher.published] == [job.id]


def test_a_worker_that_was_lost_on_the_last_try_fails_its_job(app: App, sweep: Sweep) -> None:
    job = submitted(app)
    for _ in range(MAX_TRIES - 1):
        job = job.claimed(app.clock.now(), LEASE).released(app.clock.now(), Failure("service_unavailable", "Down."))
    lost = replace(job.claimed(app.clock.now(), LEASE), revision=2)
    app.jobs.advance(lost)
    app.clock.advance(seconds=LEASE.total_seconds() + 121)

    assert sweep() == SweepCounts(inspected=1, lost=1)

    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("worker_lost", True)


def test_a_job_whose_message_was_spent_on_the_deaths_of_others_may_lose_a_worker(app: App, sweep: Sweep) -> None:
    job = lost_in_render(app, receives=MAX_RECEIVES)
    app.queue.sent.clear()
    app.clock.advance(seconds=LEASE.total_seconds() + 121)

    assert sweep() == SweepCounts(inspected=1, queued=1)

    assert [message.body for message in app.queue.sent] == [encode(job.id)]
    taken = app.jobs.get(job.id).claimed(app.clock.now(), LEASE, "w", receives=MAX_RECEIVES)
    app.jobs.advance(taken)
    app.clock.advance(seconds=LEASE.total_seconds() + 121)
    assert sweep() == SweepCounts(inspected=1, lost=1)


def test_a_message_of_a_lost_worker_has_time_to_come_back_by_itself(app: App, sweep: Sweep) -> None:
    lost_in_render(app, receives=1)
    app.clock.advance(seconds=LEASE.total_seconds() + 121)

    counts = sweep()

    assert (counts.lost, counts.queued) == (0, 0)


def test_a_message_that_went_with_its_worker_is_sent_anew(app: App, sweep: Sweep) -> None:
    job = lost_in_render(app, receives=1)
    app.clock.advance(seconds=LEASE.total_seconds() + 901)

    assert sweep() == SweepCounts(inspected=1, queued=1)

    app.process(app.queue.sent[-1])
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert [e.name for e in app.jobs.timeline(job.id)] == [
        *("accepted", "rendering", "retry", "queued_again", "rendering", "succeeded")
    ]


def test_a_render_that_goes_on_is_left_alone(app: App, sweep: Sweep) -> None:
    job = lost_in_render(app, receives=3)
    app.clock.advance(seconds=LEASE.total_seconds() - 1)

    sweep()

    assert app.jobs.get(job.id) == job


@pytest.mark.parametrize("faults", [[], [ServiceUnavailableError("down")] * 3])
def test_an_end_that_was_not_announced_is_announced(app: App, sweep: Sweep, faults: list[Exception]) -> None:
    app.publisher.refuse = ServiceUnavailableError("SNS is down.")
    submitted(app)
    app.process(app.queue.sent[0])
    app.publisher.refuse = None
    app.clock.advance(minutes=2)

    first, second = sweep(), sweep()

    assert (first.announced, second.inspected) == (1, 0)
    assert [event.name for event in app.publisher.published] == ["ReportSucceeded"]


def test_what_cannot_be_repaired_does_not_keep_the_sweep_from_the_rest(app: App, sweep: Sweep) -> None:
    for _ in range(3):
        lost_in_render(app, receives=3, tries=3)
    app.clock.advance(hours=1)
    app.jobs.jobs["job-2"] = breaking(app.jobs.get("job-2"))

    assert sweep() == SweepCounts(inspected=3, lost=2, faults=1)


def breaking(job: Job) -> Job:
    object.__setattr__(job, "deaths", None)
    return job


def test_a_sweep_keeps_to_its_time(app: App, sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        lost_in_render(app, receives=3, tries=3)
    app.clock.advance(hours=1)
    make_slow(app, monkeypatch, seconds=15)

    first, second = sweep(), sweep()

    assert (first.lost, second.lost) == (3, 2)


def test_no_long_queue_keeps_an_end_or_a_lost_worker_waiting(
    app: App, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(200):
        submitted(app)
    lost = lost_in_render(app, receives=3, tries=3)
    app.publisher.refuse = ServiceUnavailableError("SNS is down.")
    ended = submitted(app)
    app.process(app.queue.sent[-1])
    app.publisher.refuse = None
    app.clock.advance(hours=1)
    make_slow(app, monkeypatch, seconds=1)

    counts = sweep()

    assert (counts.announced, counts.lost) == (1, 1)
    assert 20 <= counts.queued < 40
    assert {event.job_id for event in app.publisher.published} == {lost.id, ended.id}


@pytest.mark.gate
def test_no_crowd_of_ends_keeps_the_queue_waiting_and_no_time_is_left_unused(
    app: App, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.publisher.refuse = ServiceUnavailableError("SNS is down.")
    for _ in range(100):
        submitted(app)
        app.process(app.queue.sent[-1])
    app.publisher.refuse = None
    waiting = submitted(app)
    app.clock.advance(hours=1)
    make_slow(app, monkeypatch, seconds=1)

    counts = sweep()

    assert app.queue.sent[-1].body == encode(waiting.id)
    assert (counts.queued, counts.announced) == (1, 34)


def test_a_job_for_which_it_is_too_early_is_not_even_read(
    app: App, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        submitted(app)
    app.clock.advance(minutes=14)
    monkeypatch.setattr(app.jobs, "get", lambda job_id: pytest.fail("It was read."))

    assert sweep() == SweepCounts()


def make_slow(app: App, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> None:
    get = app.jobs.get

    def slow(job_id: str) -> Job:
        app.clock.advance(seconds=seconds)
        return get(job_id)

    monkeypatch.setattr(app.jobs, "get", slow)


def test_the_event_of_an_end_has_the_same_id_however_often_it_is_told(
    app: App, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_before_the_mark(job: Job) -> None:
        raise ServiceUnavailableError("DynamoDB is down.")

    submitted(app, notify={"email": "a@example.org"})
    with monkeypatch.context() as patch:
        patch.setattr(app.jobs, "mark_announced", die_before_the_mark)
        app.process(app.queue.sent[0])
    app.clock.advance(minutes=2)

    sweep()

    first, second = app.publisher.published
    assert first == second
    assert first.attributes["notify"] == "yes"


def test_a_report_that_was_asked_for_earlier_never_replaces_a_later_one(app: App) -> None:
    for _ in range(2):
        submitted(app, replaces="monthly")
        app.clock.advance(seconds=1)

    for message in reversed(app.queue.sent):
        app.process(message)

    assert app.latest.get("demo", "monthly") == "job-2"


def test_who_is_to_be_told_is_kept(app: App) -> None:
    job = submitted(app, notify={"email": "a@example.org", "webhook": "https://example.org/hook"})

    assert app.jobs.get(job.id).options.notify == NotifyOptions(
        email="a@example.org", webhook="https://example.org/hook"
    )
