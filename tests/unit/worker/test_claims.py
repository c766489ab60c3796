"""Who may work on a job: one worker at a time, and the latest wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from reports.errors import JobConflictError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.values import JobStatus
from reports.render_contract import Progress
from tests.builders import LEASE, App
from tests.fakes.queues import again
from tests.unit.worker.jobs import names, reports_of, submitted


def test_while_one_worker_renders_another_leaves_the_job_alone_and_the_message_in_the_queue(app: App) -> None:
    job, message = submitted(app)
    dispositions = []
    app.renderer.before = lambda: dispositions.append(app.process(message))

    app.process(message)

    assert dispositions[0].retry_after == LEASE.total_seconds() + 1
    assert app.jobs.get(job.id).attempt == 1
    assert len(app.renderer.rendered) == 1


def test_a_worker_that_died_is_followed_by_another_when_its_lease_is_over(app: App) -> None:
    job, message = submitted(app)
    dead = job.claimed(app.clock.now(), LEASE)
    app.jobs.advance(dead)

    early = app.process(again(message))
    app.clock.advance(seconds=LEASE.total_seconds() + 1)
    late = app.process(again(message))

    assert not early.done
    assert late.done
    assert app.jobs.get(job.id).artifacts[0].key.startswith("reports/demo/job-1/2/")


def test_a_slow_worker_that_lost_its_lease_cannot_overwrite_the_winner(app: App) -> None:
    job, message = submitted(app)

    def be_overtaken() -> None:
        app.renderer.before = lambda: None
        app.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert app.process(again(message)).done

    app.renderer.before = be_overtaken
    slow = app.process(message)

    assert slow.done
    ended = app.jobs.get(job.id)
    assert ended.attempt == 2
    assert ended.artifacts[0].key == "reports/demo/job-1/2/letter.pdf"
    assert names(app, job) == ["accepted", "rendering", "rendering", "succeeded"]


def test_a_worker_that_loses_the_race_for_a_claim_leaves_the_message_in_the_queue(app: App) -> None:
    job, message = submitted(app)
    advance = app.jobs.advance

    def lose(candidate: Job) -> None:
        app.jobs.advance = advance  # type: ignore[method-assign]
        winner = job.claimed(app.clock.now(), LEASE)
        advance(winner)
        raise JobConflictError("lost")

    app.jobs.advance = lose  # type: ignore[method-assign,assignment]

    assert app.process(message).retry_after == 30
    assert not app.renderer.rendered


def test_two_claims_of_the_same_moment_are_told_apart(app: App) -> None:
    job, _ = submitted(app)

    assert job.claimed(app.clock.now(), LEASE, "worker-1") != job.claimed(app.clock.now(), LEASE, "worker-2")


def test_a_claim_names_its_worker(app: App) -> None:
    job, message = submitted(app)

    app.process(message)

    assert app.jobs.get(job.id).holder == "worker-1"


def test_what_a_lost_attempt_has_stored_is_removed(app: App) -> None:
    job, message = submitted(app)

    def take_over() -> None:
        app.clock.advance(hours=1)
        winner = app.jobs.get(job.id).claimed(app.clock.now(), timedelta(hours=1), "another worker")
        app.jobs.advance(winner)

    app.renderer.before = take_over

    assert not app.process(message).done
    assert reports_of(app) == []
    assert app.jobs.get(job.id).holder == "another worker"


def lose_the_answer(app: App) -> None:
    """Have a success be written, and its writer learn that another one came first."""
    advance = app.jobs.advance

    def advance_and_deny(job: Job) -> None:
        advance(job)
        if job.status is JobStatus.SUCCEEDED:
            raise JobConflictError("lost")

    app.jobs.advance = advance_and_deny  # type: ignore[method-assign]


def test_what_the_job_names_is_never_removed(app: App) -> None:
    job, message = submitted(app)
    lose_the_answer(app)

    assert app.process(message).done

    ended = app.jobs.get(job.id)
    assert ended.status is JobStatus.SUCCEEDED
    assert reports_of(app) == [artifact.key for artifact in ended.artifacts]


def test_nothing_is_removed_while_it_is_unknown_what_the_job_names(app: App) -> None:
    _, message = submitted(app)
    lose_the_answer(app)
    get = app.jobs.get

    def be_down_at_the_end(job_id: str) -> Job:
        if reports_of(app):
            raise ServiceUnavailableError("DynamoDB is down.")
        return get(job_id)

    app.jobs.get = be_down_at_the_end  # type: ignore[method-assign]

    assert app.process(message).retry_after == 30
    assert len(reports_of(app)) == 2


def test_a_render_that_is_not_wanted_any_more_ends_at_its_next_note(app: App) -> None:
    job, message = submitted(app)
    app.renderer.parts = [b"%PDF"] * 3

    def cancel_and_tell(progress: Callable[[Progress], object]) -> None:
        cancelled = app.jobs.get(job.id).cancelled(app.clock.now())
        app.jobs.advance(cancelled)
        app.clock.advance(seconds=60)
        progress(Progress(1))
        raise AssertionError("the render went on")

    app.renderer.progress = [cancel_and_tell]

    assert app.process(message).done
    assert app.jobs.get(job.id).status is JobStatus.CANCELLED
    assert reports_of(app) == []
