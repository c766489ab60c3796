"""What becomes of a job by one attempt after another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.backoff import Backoff
from reports.errors import (
    DeadlineError,
    InputUnavailableError,
    InterruptedRenderError,
    PressrunError,
    RenderTimeoutError,
    ServiceUnavailableError,
    TemplateBrokenError,
    UnreadableFileError,
    WorkerLostError,
)
from reports.jobs.job import MOST_REVISIONS, Job
from reports.jobs.render_messages import Envelope
from reports.jobs.values import Failure, JobStatus
from reports.worker.message_disposition import MessageDisposition
from tests.builders import LEASE, App, HighestJitter, at_its_last_receive
from tests.fakes.queues import again
from tests.unit.worker.jobs import names, only_job, submitted


def test_a_job_becomes_a_report_with_its_files_under_the_attempt(app: App) -> None:
    job, message = submitted(app, filename="Brief", title="Brief an mich", locale="de")

    disposition = app.process(message)

    assert disposition.done
    ended = app.jobs.get(job.id)
    assert (ended.status, ended.pages, ended.attempt, ended.failure) == (JobStatus.SUCCEEDED, 2, 1, None)
    assert [a.key for a in ended.artifacts] == ["reports/demo/job-1/1/Brief.pdf", "reports/demo/job-1/1/thumbnail.png"]
    assert app.artifacts.objects["reports/demo/job-1/1/Brief.pdf"].content_type == "application/pdf"
    [request] = app.renderer.rendered
    assert (request.template.name, request.data) == ("letter", {"to": "me"})
    context = request.context
    assert (context.title, context.locale, context.created_at) == ("Brief an mich", "de", job.created_at)
    assert names(app, job) == ["accepted", "rendering", "succeeded"]


def test_a_message_delivered_twice_makes_one_report(app: App) -> None:
    job, message = submitted(app)

    assert app.process(message).done
    assert app.process(again(message)).done

    assert len(app.renderer.rendered) == 1
    assert app.jobs.get(job.id).attempt == 1


def test_a_file_that_cannot_be_rendered_fails_at_once_and_is_not_retried(app: App) -> None:
    app.renderer.faults = [TemplateBrokenError("Line 7 is broken.")]
    job, message = submitted(app)

    disposition = app.process(message)

    assert disposition.done
    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.message, failure.retryable) == ("template_broken", "Line 7 is broken.", False)


def test_a_render_over_its_limits_fails_at_once_and_the_next_message_is_worked_off(app: App) -> None:
    app.renderer.faults = [RenderTimeoutError("Too long.", seconds=240)]
    slow, first = submitted(app)
    quick, second = submitted(app)

    assert app.process(first).done
    assert app.process(second).done

    failure = app.jobs.get(slow.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("render_timeout", False)
    assert app.jobs.get(quick.id).status is JobStatus.SUCCEEDED


def test_a_render_that_fails_half_way_leaves_no_report(app: App) -> None:
    app.renderer.fails_after_parts = 1
    app.renderer.faults = [RenderTimeoutError("Too long.", seconds=240)]
    _, message = submitted(app)

    app.process(message)

    assert [key for key in app.artifacts.objects if key.startswith("reports/")] == []


def test_a_transient_fault_is_retried_with_growing_waits_and_succeeds(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down"), ServiceUnavailableError("down")]
    job, message = submitted(app)

    first = app.process(message)
    second = app.process(again(message))
    third = app.process(again(again(message)))

    assert (first.retry_after, second.retry_after, third.retry_after) == (30, 60, None)
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert app.jobs.get(job.id).artifacts[0].key.startswith("reports/demo/job-1/3/")
    assert names(app, job) == ["accepted", "rendering", "retry", "rendering", "retry", "rendering", "succeeded"]


def interrupted(app: App, message: Envelope) -> MessageDisposition:
    app.renderer.faults = [InterruptedRenderError("Too late.")]
    return app.process(message, seconds_left=40)


def test_a_render_that_the_worker_had_no_time_for_takes_its_turn_again_and_loses_no_receive(app: App) -> None:
    job, message = submitted(app)

    dispositions = [interrupted(app, m) for m in (message, again(message), again(again(message)))]

    assert [(v.retry_after, v.sent_again_after) for v in dispositions] == [(None, 0)] * 3
    assert app.jobs.get(job.id).status is JobStatus.PENDING
    last = app.jobs.timeline(job.id)[-1]
    assert (last.name, last.detail) == ("retry", {"code": "render_interrupted", "after_seconds": 0})
    seconds_left = app.renderer.seconds_left[0]
    assert 0 < seconds_left <= 40
    assert app.process(message).done
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_render_that_no_worker_has_time_for_ends_with_its_jobs_life(app: App) -> None:
    job, message = submitted(app)
    app.clock.advance(hours=24)

    assert interrupted(app, message).done

    failed = app.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.retryable) == ("deadline_exceeded", True)
    retried = app.retry(failed)
    assert interrupted(app, app.queue.sent[-1]).sent_again_after == 0
    assert app.jobs.get(retried.id).status is JobStatus.PENDING


def test_a_render_that_is_interrupted_without_end_costs_its_tries_at_last(app: App) -> None:
    job, message = submitted(app)
    app.jobs.jobs[job.id] = replace(job, revision=MOST_REVISIONS)

    dispositions = [interrupted(app, m) for m in (message, again(message), again(again(message)))]

    assert dispositions == [
        MessageDisposition(retry_after=30),
        MessageDisposition(retry_after=60),
        MessageDisposition(rejected="render_interrupted"),
    ]
    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert failure.code == "render_interrupted"


def test_between_attempts_a_job_is_pending_and_says_why(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("S3 is slow.")]
    job, message = submitted(app)

    app.process(message)

    waiting = app.jobs.get(job.id)
    assert waiting.status is JobStatus.PENDING
    assert waiting.failure is not None
    assert waiting.failure.message == "S3 is slow."


def test_after_its_last_try_a_job_fails_and_its_message_is_parked(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(app)

    dispositions = [app.process(m) for m in (message, again(message), again(again(message)))]

    assert dispositions[-1] == MessageDisposition(rejected="service_unavailable")
    failed = app.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.failure is not None
    assert failed.failure.retryable


def test_a_fault_that_was_not_foreseen_is_retried_and_tells_callers_nothing_of_itself(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.renderer.faults = [ZeroDivisionError("secret detail")]
    job, message = submitted(app)

    assert app.process(message).retry_after == 30

    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert failure.code == "internal_error"
    assert "secret" not in failure.message
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("fault", [InputUnavailableError("x"), UnreadableFileError("x"), ValueError("x")])
def test_no_fault_of_a_store_escapes(app: App, fault: Exception) -> None:
    _, message = submitted(app)
    app.artifacts.refuse = fault

    app.process(message)

    assert only_job(app).failure is not None


def test_a_worker_whose_job_store_is_down_leaves_the_message_in_the_queue(app: App) -> None:
    _, message = submitted(app)

    def down(job_id: str) -> Job:
        raise ServiceUnavailableError("DynamoDB is down.")

    app.jobs.get = down  # type: ignore[method-assign]

    assert app.process(message).retry_after == 30


def died_with(app: App, message: Envelope) -> None:
    """Leave the job of a message RENDERING, as a worker does that dies."""
    app.renderer.faults = [KilledError()]
    with pytest.raises(KilledError):
        app.process(message)
    app.clock.advance(seconds=LEASE.total_seconds() + 1)


class KilledError(BaseException):
    """End the worker as SIGKILL does: nothing handles it."""


def test_at_the_last_try_and_the_last_receive_sqs_parks_the_message_itself(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(app)

    dispositions = [app.process(m) for m in (message, again(message), at_its_last_receive(message))]

    assert dispositions[-1] == MessageDisposition(retry_after=0)
    assert app.jobs.get(job.id).status is JobStatus.FAILED


def test_receives_that_were_lost_without_a_run_cost_no_try(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")] * 2
    job, message = submitted(app)

    first = app.process(at_its_last_receive(message))
    second = app.process(message)
    third = app.process(again(message))

    assert (first, second, third) == (
        MessageDisposition(sent_again_after=30),
        MessageDisposition(retry_after=60),
        MessageDisposition(),
    )
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_job_without_tries_fails_and_its_message_is_parked_though_it_has_receives_left(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(app)

    dispositions = [app.process(m) for m in (again(again(message)), message, again(message))]

    assert dispositions[-1] == MessageDisposition(rejected="service_unavailable")
    assert app.jobs.get(job.id).status is JobStatus.FAILED


@pytest.mark.parametrize(
    ("error", "disposition"),
    [
        (WorkerLostError.in_last_try(), MessageDisposition(rejected="worker_lost")),
        (ServiceUnavailableError("down"), MessageDisposition(rejected="service_unavailable")),
        (DeadlineError("Too late."), MessageDisposition()),
        (UnreadableFileError("No."), MessageDisposition()),
    ],
)
def test_a_message_that_comes_back_after_its_job_has_failed_is_parked_if_a_redrive_can_help(
    app: App, error: PressrunError, disposition: MessageDisposition
) -> None:
    job, message = submitted(app)
    failed = job.failed(app.clock.now(), Failure.of(error))
    app.jobs.advance(failed)

    assert app.process(again(message)) == disposition


def test_a_retried_job_has_all_its_tries_again(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")] * 5
    job, message = submitted(app)
    for each in (message, again(message), again(again(message))):
        app.process(each)

    app.retry(app.jobs.get(job.id))
    fresh = app.queue.sent[-1]
    dispositions = [app.process(m) for m in (fresh, again(fresh), again(again(fresh)))]

    assert [v.retry_after for v in dispositions] == [30, 60, None]
    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_report_that_has_taken_two_workers_along_takes_no_third(app: App) -> None:
    job, message = submitted(app)
    for each in (message, again(message)):
        died_with(app, each)

    disposition = app.process(again(again(message)))

    assert disposition == MessageDisposition(rejected="poison")
    assert len(app.renderer.rendered) == 2
    failure = app.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("poison", True)
    assert "before it had got anywhere" in failure.message
    assert [event.name for event in app.publisher.published] == ["ReportFailed"]


@pytest.mark.parametrize("found_by", ["worker", "sweep"])
def test_workers_that_ended_with_their_whole_stack_are_no_sign_against_a_report(app: App, found_by: str) -> None:
    job, message = submitted(app)
    for number in range(2, 8):
        died_with(app, message)
        app.begin_run_of_stack(f"run-{number}")
        if found_by == "sweep":
            app.clock.advance(seconds=901)
            app.sweep()
            message = app.queue.sent[-1]

    disposition = app.process(message)

    assert disposition.done
    ended = app.jobs.get(job.id)
    assert (ended.status, ended.tries, ended.deaths) == (JobStatus.SUCCEEDED, 1, 0)


def test_what_ends_whole_stacks_does_not_do_so_for_ever(app: App) -> None:
    job, message = submitted(app)
    app.jobs.jobs[job.id] = replace(app.jobs.get(job.id), revision=MOST_REVISIONS)
    for number in range(2, 4):
        died_with(app, message)
        app.begin_run_of_stack(f"run-{number}")

    assert app.process(message) == MessageDisposition(rejected="poison")


def test_a_worker_that_dies_after_two_failed_tries_is_the_last(app: App) -> None:
    app.renderer.faults = [ServiceUnavailableError("down")] * 2
    job, message = submitted(app)
    app.process(message)
    app.process(again(message))
    died_with(app, again(again(message)))

    disposition = app.process(again(again(again(message))))

    assert disposition == MessageDisposition(rejected="worker_lost")
    assert app.jobs.get(job.id).status is JobStatus.FAILED


def test_a_report_that_is_retried_may_lose_as_many_workers_again(app: App) -> None:
    job, message = submitted(app)
    for each in (message, again(message)):
        died_with(app, each)
    app.process(again(again(message)))

    app.retry(app.jobs.get(job.id))
    died_with(app, app.queue.sent[-1])
    app.process(again(app.queue.sent[-1]))

    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_message_is_parked_for_one_of_its_jobs_only_when_nothing_else_is_left_to_do() -> None:
    parked, done, later = (
        MessageDisposition(rejected="service_unavailable"),
        MessageDisposition(),
        MessageDisposition(retry_after=30),
    )

    assert MessageDisposition.of_all([done, parked]) == parked
    assert MessageDisposition.of_all([parked, later]) == later
    assert MessageDisposition.of_all([parked, MessageDisposition(sent_again_after=5)]) == MessageDisposition(
        sent_again_after=5
    )


@given(receives=st.integers(1, 10), base=st.floats(0.01, 100), cap=st.floats(1, 1000))
def test_waits_are_at_least_a_second_and_at_most_the_cap(receives: int, base: float, cap: float) -> None:
    backoff = Backoff(base=base, cap=cap, max_receives=20, pick=HighestJitter())

    assert 1 <= backoff.seconds_after(receives) <= round(max(1, cap))
