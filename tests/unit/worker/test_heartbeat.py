"""A worker that lives keeps its job; one that has died is followed within a lease."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.values import JobStatus
from reports.worker.heartbeat import BEATS_PER_LEASE, MESSAGE_AFTER_LEASE_SECONDS, Heartbeat
from tests.builders import LEASE, App
from tests.fakes.queues import again
from tests.unit.worker.jobs import submitted


class Beats:
    """A clock of beats that a test moves by hand: ``pass_by`` lets the thread wake up, and waits for its next sleep."""

    def __init__(self, app: App) -> None:
        self._shop = app
        self._wake = threading.Semaphore(0)
        self._asleep = threading.Semaphore(0)
        self.pauses: list[float] = []

    def wait(self, over: threading.Event, seconds: float) -> bool:
        self.pauses.append(seconds)
        self._asleep.release()
        while not self._wake.acquire(timeout=0.005):
            if over.is_set():
                return True
        return over.is_set()

    def wake(self) -> None:
        self._wake.release()

    def pass_by(self) -> None:
        assert self._asleep.acquire(timeout=10)
        self._shop.clock.advance(seconds=self.pauses[-1])
        self._wake.release()
        # The beat is over when the thread sleeps again.
        assert self._asleep.acquire(timeout=10)
        self._asleep.release()


@pytest.fixture
def beats(app: App) -> Beats:
    return Beats(app)


@pytest.fixture
def heartbeat(app: App, beats: Beats) -> Heartbeat:
    return Heartbeat(jobs=app.jobs, queue=app.queue, clock=app.clock, lease=LEASE, wait=beats.wait)


@pytest.fixture
def claimed(app: App) -> Iterator[Job]:
    job, _ = submitted(app)
    claimed = job.claimed(app.clock.now(), LEASE, "worker-1")
    app.jobs.advance(claimed)
    yield claimed
    assert [each.name for each in threading.enumerate() if each.name == "heartbeat"] == []


def until(app: App, job: Job) -> datetime:
    found = app.jobs.get(job.id).lease_until
    assert found is not None
    return found


def test_a_render_of_many_leases_keeps_its_job(app: App, heartbeat: Heartbeat, beats: Beats, claimed: Job) -> None:
    with heartbeat.during(claimed, "r1"):
        for _ in range(5 * BEATS_PER_LEASE):
            beats.pass_by()
            assert until(app, claimed) == app.clock.now() + LEASE

    assert app.clock.now() - claimed.updated_at == 5 * LEASE
    assert app.jobs.get(claimed.id).revision == claimed.revision


def test_its_message_stays_hidden_a_little_longer_than_the_lease(
    app: App, heartbeat: Heartbeat, beats: Beats, claimed: Job
) -> None:
    with heartbeat.during(claimed, "r1"):
        at_first = list(app.queue.postponed)
        beats.pass_by()

    seconds = LEASE.total_seconds() + MESSAGE_AFTER_LEASE_SECONDS
    assert at_first == [("r1", seconds)]
    assert app.queue.postponed == [("r1", seconds)] * 2


def test_after_its_last_beat_another_worker_takes_the_job(
    app: App, heartbeat: Heartbeat, beats: Beats, claimed: Job
) -> None:
    with heartbeat.during(claimed, "r1"):
        beats.pass_by()
    app.clock.advance(seconds=LEASE.total_seconds())

    assert app.process(again(app.queue.sent[0])).done

    assert app.jobs.get(claimed.id).status is JobStatus.SUCCEEDED


def test_a_beat_that_fails_is_made_up_for_before_the_lease_is_over(
    app: App, heartbeat: Heartbeat, beats: Beats, claimed: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    extend, failures = app.jobs.extend_lease, [ServiceUnavailableError("down"), RuntimeError("a fault of ours")]

    def shaky(job_id: str, attempt: int, end: datetime) -> None:
        if failures:
            raise failures.pop()
        extend(job_id, attempt, end)

    monkeypatch.setattr(app.jobs, "extend_lease", shaky)

    with heartbeat.during(claimed, "r1"):
        for _ in range(3):
            beats.pass_by()
            assert until(app, claimed) > app.clock.now()

    usual = LEASE.total_seconds() / BEATS_PER_LEASE
    assert beats.pauses == [usual, usual / 4, usual / 4, usual]


@pytest.mark.parametrize(
    "move_on",
    [
        lambda job, now: job.cancelled(now),
        lambda job, now: job.claimed(now + timedelta(hours=1), LEASE, "another worker"),
    ],
    ids=["cancelled", "taken over"],
)
def test_a_job_that_has_moved_on_has_no_more_beats(
    app: App, heartbeat: Heartbeat, beats: Beats, claimed: Job, move_on: Callable[[Job, datetime], Job]
) -> None:
    after = move_on(claimed, app.clock.now())
    with heartbeat.during(claimed, "r1"):
        app.jobs.advance(after)
        beats.wake()
        (beating,) = [each for each in threading.enumerate() if each.name == "heartbeat"]
        beating.join(timeout=10)
        assert not beating.is_alive()

    assert app.jobs.get(claimed.id).lease_until == after.lease_until
    assert len(app.queue.postponed) == 1


def test_a_queue_that_is_down_keeps_no_report_from_being_made(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(receipt_handle: str, *, seconds: int) -> None:
        raise ServiceUnavailableError("SQS is down.")

    job, message = submitted(app)
    monkeypatch.setattr(app.queue, "postpone", down)

    assert app.process(message).done

    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_message_that_could_not_be_hidden_for_less_has_its_first_beat_sooner(
    app: App, heartbeat: Heartbeat, beats: Beats, claimed: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide, failures = app.queue.postpone, [ServiceUnavailableError("SQS is down.")]

    def shaky(receipt_handle: str, *, seconds: int) -> None:
        if failures:
            raise failures.pop()
        hide(receipt_handle, seconds=seconds)

    monkeypatch.setattr(app.queue, "postpone", shaky)

    with heartbeat.during(claimed, "r1"):
        beats.pass_by()

    usual = LEASE.total_seconds() / BEATS_PER_LEASE
    assert beats.pauses == [usual / 4, usual]
    assert len(app.queue.postponed) == 1
