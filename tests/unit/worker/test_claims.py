"""Who may work on a job: one worker at a time, and the latest wins."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

import pytest

from reports.errors import JobConflictError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.values import JobStatus
from reports.render_contract import Progress
from tests.builders import LEASE, Shop
from tests.fakes.jobs import again
from tests.unit.worker.jobs import names, reports_of, submitted


def test_while_one_worker_renders_another_leaves_the_job_alone_and_the_message_in_the_queue(shop: Shop) -> None:
    job, message = submitted(shop)
    dispositions = []
    shop.renderer.before = lambda: dispositions.append(shop.process(message))

    shop.process(message)

    assert dispositions[0].retry_after == LEASE.total_seconds() + 1
    assert shop.jobs.get(job.id).attempt == 1
    assert len(shop.renderer.rendered) == 1


def test_a_worker_that_died_is_followed_by_another_when_its_lease_is_over(shop: Shop) -> None:
    job, message = submitted(shop)
    dead = job.claimed(shop.clock.now(), LEASE)
    shop.jobs.advance(dead)

    early = shop.process(again(message))
    shop.clock.advance(seconds=LEASE.total_seconds() + 1)
    late = shop.process(again(message))

    assert not early.done
    assert late.done
    assert shop.jobs.get(job.id).artifacts[0].key.startswith("reports/demo/job-1/2/")


@pytest.mark.parametrize(("seconds_left", "lease"), [(500.0, 330), (290.0, 310), (55.0, 75), (math.inf, 330)])
def test_a_lease_ends_soon_after_the_time_that_its_worker_has(shop: Shop, seconds_left: float, lease: int) -> None:
    job, message = submitted(shop)
    leases: list[timedelta] = []

    def look() -> None:
        until = shop.jobs.get(job.id).lease_until
        assert until is not None
        leases.append(until - shop.clock.now())

    shop.renderer.before = look
    shop.process(message, seconds_left=seconds_left)

    assert [round(each.total_seconds()) for each in leases] == [lease]


def test_a_worker_that_dies_late_in_its_batch_has_a_follower_when_the_message_comes_back(shop: Shop) -> None:
    job, message = submitted(shop)

    def die() -> None:
        raise KeyboardInterrupt

    shop.renderer.before = die
    shop.clock.advance(seconds=235)
    with pytest.raises(KeyboardInterrupt):
        shop.process(message, seconds_left=300 - 235 - 10)
    shop.renderer.before = lambda: None
    shop.clock.advance(seconds=360 - 235)

    assert shop.process(again(message)).done
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_slow_worker_that_lost_its_lease_cannot_overwrite_the_winner(shop: Shop) -> None:
    job, message = submitted(shop)

    def be_overtaken() -> None:
        shop.renderer.before = lambda: None
        shop.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert shop.process(again(message)).done

    shop.renderer.before = be_overtaken
    slow = shop.process(message)

    assert slow.done
    ended = shop.jobs.get(job.id)
    assert ended.attempt == 2
    assert ended.artifacts[0].key == "reports/demo/job-1/2/letter.pdf"
    assert names(shop, job) == ["accepted", "rendering", "rendering", "succeeded"]


def test_a_worker_that_loses_the_race_for_a_claim_leaves_the_message_in_the_queue(shop: Shop) -> None:
    job, message = submitted(shop)
    advance = shop.jobs.advance

    def lose(candidate: Job) -> None:
        shop.jobs.advance = advance  # type: ignore[method-assign]
        winner = job.claimed(shop.clock.now(), LEASE)
        advance(winner)
        raise JobConflictError("lost")

    shop.jobs.advance = lose  # type: ignore[method-assign,assignment]

    assert shop.process(message).retry_after == 30
    assert not shop.renderer.rendered


def test_two_claims_of_the_same_moment_are_told_apart(shop: Shop) -> None:
    job, _ = submitted(shop)

    assert job.claimed(shop.clock.now(), LEASE, "worker-1") != job.claimed(shop.clock.now(), LEASE, "worker-2")


def test_a_claim_names_its_worker(shop: Shop) -> None:
    job, message = submitted(shop)

    shop.process(message)

    assert shop.jobs.get(job.id).holder == "worker-1"


def test_what_a_lost_attempt_has_stored_is_removed(shop: Shop) -> None:
    job, message = submitted(shop)

    def take_over() -> None:
        shop.clock.advance(hours=1)
        winner = shop.jobs.get(job.id).claimed(shop.clock.now(), timedelta(hours=1), "another worker")
        shop.jobs.advance(winner)

    shop.renderer.before = take_over

    assert not shop.process(message).done
    assert reports_of(shop) == []
    assert shop.jobs.get(job.id).holder == "another worker"


def lose_the_answer(shop: Shop) -> None:
    """Have a success be written, and its writer be told that somebody else was first."""
    advance = shop.jobs.advance

    def advance_and_deny(job: Job) -> None:
        advance(job)
        if job.status is JobStatus.SUCCEEDED:
            raise JobConflictError("lost")

    shop.jobs.advance = advance_and_deny  # type: ignore[method-assign]


def test_what_the_job_names_is_never_removed(shop: Shop) -> None:
    job, message = submitted(shop)
    lose_the_answer(shop)

    assert shop.process(message).done

    ended = shop.jobs.get(job.id)
    assert ended.status is JobStatus.SUCCEEDED
    assert reports_of(shop) == [artifact.key for artifact in ended.artifacts]


def test_nothing_is_removed_while_nobody_can_say_what_the_job_names(shop: Shop) -> None:
    _, message = submitted(shop)
    lose_the_answer(shop)
    get = shop.jobs.get

    def be_down_at_the_end(job_id: str) -> Job:
        if reports_of(shop):
            raise ServiceUnavailableError("DynamoDB is down.")
        return get(job_id)

    shop.jobs.get = be_down_at_the_end  # type: ignore[method-assign]

    assert shop.process(message).retry_after == 30
    assert len(reports_of(shop)) == 2


def test_a_render_that_nobody_waits_for_any_more_ends_at_its_next_note(shop: Shop) -> None:
    job, message = submitted(shop)
    shop.renderer.parts = [b"%PDF"] * 3

    def cancel_and_tell(progress: Callable[[Progress], object]) -> None:
        cancelled = shop.jobs.get(job.id).cancelled(shop.clock.now())
        shop.jobs.advance(cancelled)
        shop.clock.advance(seconds=60)
        progress(Progress(1))
        raise AssertionError("the render went on")

    shop.renderer.progress = [cancel_and_tell]

    assert shop.process(message).done
    assert shop.jobs.get(job.id).status is JobStatus.CANCELLED
    assert reports_of(shop) == []
