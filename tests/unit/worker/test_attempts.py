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
from reports.worker.render_reports import MessageDisposition
from tests.builders import LEASE, HighestJitter, Shop, at_its_last_receive
from tests.fakes.jobs import again
from tests.unit.worker.jobs import names, only_job, submitted


def test_a_job_becomes_a_report_with_its_files_under_the_attempt(shop: Shop) -> None:
    job, message = submitted(shop, filename="Brief", title="Brief an mich", locale="de")

    disposition = shop.process(message)

    assert disposition.done
    ended = shop.jobs.get(job.id)
    assert (ended.status, ended.pages, ended.attempt, ended.failure) == (JobStatus.SUCCEEDED, 2, 1, None)
    assert [a.key for a in ended.artifacts] == ["reports/demo/job-1/1/Brief.pdf", "reports/demo/job-1/1/thumbnail.png"]
    assert shop.artifacts.objects["reports/demo/job-1/1/Brief.pdf"].content_type == "application/pdf"
    [request] = shop.renderer.rendered
    assert (request.template.name, request.data) == ("letter", {"to": "me"})
    context = request.context
    assert (context.title, context.locale, context.created_at) == ("Brief an mich", "de", job.created_at)
    assert names(shop, job) == ["accepted", "rendering", "succeeded"]


def test_a_message_delivered_twice_makes_one_report(shop: Shop) -> None:
    job, message = submitted(shop)

    assert shop.process(message).done
    assert shop.process(again(message)).done

    assert len(shop.renderer.rendered) == 1
    assert shop.jobs.get(job.id).attempt == 1


def test_a_file_that_cannot_be_rendered_fails_at_once_and_is_not_retried(shop: Shop) -> None:
    shop.renderer.faults = [TemplateBrokenError("Line 7 is broken.")]
    job, message = submitted(shop)

    disposition = shop.process(message)

    assert disposition.done
    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.message, failure.retryable) == ("template_broken", "Line 7 is broken.", False)


def test_a_render_over_its_limits_fails_at_once_and_the_next_message_is_worked_off(shop: Shop) -> None:
    shop.renderer.faults = [RenderTimeoutError("Too long.", seconds=240)]
    slow, first = submitted(shop)
    quick, second = submitted(shop)

    assert shop.process(first).done
    assert shop.process(second).done

    failure = shop.jobs.get(slow.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("render_timeout", False)
    assert shop.jobs.get(quick.id).status is JobStatus.SUCCEEDED


def test_a_render_that_fails_half_way_leaves_no_report(shop: Shop) -> None:
    shop.renderer.fails_after_parts = 1
    shop.renderer.faults = [RenderTimeoutError("Too long.", seconds=240)]
    _, message = submitted(shop)

    shop.process(message)

    assert [key for key in shop.artifacts.objects if key.startswith("reports/")] == []


def test_a_transient_fault_is_retried_with_growing_waits_and_succeeds(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down"), ServiceUnavailableError("down")]
    job, message = submitted(shop)

    first = shop.process(message)
    second = shop.process(again(message))
    third = shop.process(again(again(message)))

    assert (first.retry_after, second.retry_after, third.retry_after) == (30, 60, None)
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert shop.jobs.get(job.id).artifacts[0].key.startswith("reports/demo/job-1/3/")
    assert names(shop, job) == ["accepted", "rendering", "retry", "rendering", "retry", "rendering", "succeeded"]


def interrupted(shop: Shop, message: Envelope) -> MessageDisposition:
    shop.renderer.faults = [InterruptedRenderError("Too late.")]
    return shop.process(message, seconds_left=40)


def test_a_render_that_the_worker_had_no_time_for_takes_its_turn_again_and_loses_no_receive(shop: Shop) -> None:
    job, message = submitted(shop)

    dispositions = [interrupted(shop, m) for m in (message, again(message), again(again(message)))]

    assert [(v.retry_after, v.sent_again_after) for v in dispositions] == [(None, 0)] * 3
    assert shop.jobs.get(job.id).status is JobStatus.PENDING
    last = shop.jobs.timeline(job.id)[-1]
    assert (last.name, last.detail) == ("retry", {"code": "render_interrupted", "after_seconds": 0})
    seconds_left = shop.renderer.seconds_left[0]
    assert 0 < seconds_left <= 40
    assert shop.process(message).done
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_render_that_no_worker_has_time_for_ends_with_its_jobs_life(shop: Shop) -> None:
    job, message = submitted(shop)
    shop.clock.advance(hours=24)

    assert interrupted(shop, message).done

    failed = shop.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.retryable) == ("deadline_exceeded", True)
    retried = shop.retry(failed)
    assert interrupted(shop, shop.queue.sent[-1]).sent_again_after == 0
    assert shop.jobs.get(retried.id).status is JobStatus.PENDING


def test_a_render_that_is_interrupted_without_end_costs_its_tries_at_last(shop: Shop) -> None:
    job, message = submitted(shop)
    shop.jobs.jobs[job.id] = replace(job, revision=MOST_REVISIONS)

    dispositions = [interrupted(shop, m) for m in (message, again(message), again(again(message)))]

    assert dispositions == [
        MessageDisposition(retry_after=30),
        MessageDisposition(retry_after=60),
        MessageDisposition(rejected="render_interrupted"),
    ]
    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert failure.code == "render_interrupted"


def test_between_attempts_a_job_is_pending_and_says_why(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("S3 is slow.")]
    job, message = submitted(shop)

    shop.process(message)

    waiting = shop.jobs.get(job.id)
    assert waiting.status is JobStatus.PENDING
    assert waiting.failure is not None
    assert waiting.failure.message == "S3 is slow."


def test_after_its_last_try_a_job_fails_and_its_message_is_parked(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(shop)

    dispositions = [shop.process(m) for m in (message, again(message), again(again(message)))]

    assert dispositions[-1] == MessageDisposition(rejected="service_unavailable")
    failed = shop.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.failure is not None
    assert failed.failure.retryable


def test_a_fault_that_nobody_foresaw_is_retried_and_tells_callers_nothing_of_itself(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.renderer.faults = [ZeroDivisionError("secret detail")]
    job, message = submitted(shop)

    assert shop.process(message).retry_after == 30

    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert failure.code == "internal_error"
    assert "secret" not in failure.message
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("fault", [InputUnavailableError("x"), UnreadableFileError("x"), ValueError("x")])
def test_no_fault_of_a_store_escapes(shop: Shop, fault: Exception) -> None:
    _, message = submitted(shop)
    shop.artifacts.refuse = fault

    shop.process(message)

    assert only_job(shop).failure is not None


def test_a_worker_whose_job_store_is_down_leaves_the_message_in_the_queue(shop: Shop) -> None:
    _, message = submitted(shop)

    def down(job_id: str) -> Job:
        raise ServiceUnavailableError("DynamoDB is down.")

    shop.jobs.get = down  # type: ignore[method-assign]

    assert shop.process(message).retry_after == 30


def died_with(shop: Shop, message: Envelope) -> None:
    """Leave the job of a message RENDERING, as a worker does that dies."""
    shop.renderer.faults = [KilledError()]
    with pytest.raises(KilledError):
        shop.process(message)
    shop.clock.advance(seconds=LEASE.total_seconds() + 1)


class KilledError(BaseException):
    """End the worker as SIGKILL does: nothing handles it."""


def test_at_the_last_try_and_the_last_receive_sqs_parks_the_message_itself(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(shop)

    dispositions = [shop.process(m) for m in (message, again(message), at_its_last_receive(message))]

    assert dispositions[-1] == MessageDisposition(retry_after=0)
    assert shop.jobs.get(job.id).status is JobStatus.FAILED


def test_receives_that_were_lost_without_a_run_cost_no_try(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down")] * 2
    job, message = submitted(shop)

    first = shop.process(at_its_last_receive(message))
    second = shop.process(message)
    third = shop.process(again(message))

    assert (first, second, third) == (
        MessageDisposition(sent_again_after=30),
        MessageDisposition(retry_after=60),
        MessageDisposition(),
    )
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_job_without_tries_fails_and_its_message_is_parked_though_it_has_receives_left(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(shop)

    dispositions = [shop.process(m) for m in (again(again(message)), message, again(message))]

    assert dispositions[-1] == MessageDisposition(rejected="service_unavailable")
    assert shop.jobs.get(job.id).status is JobStatus.FAILED


@pytest.mark.parametrize(
    ("error", "disposition"),
    [
        (WorkerLostError.each_time(), MessageDisposition(rejected="worker_lost")),
        (ServiceUnavailableError("down"), MessageDisposition(rejected="service_unavailable")),
        (DeadlineError("Too late."), MessageDisposition()),
        (UnreadableFileError("No."), MessageDisposition()),
    ],
)
def test_a_message_that_comes_back_after_its_job_has_failed_is_parked_if_a_redrive_can_help(
    shop: Shop, error: PressrunError, disposition: MessageDisposition
) -> None:
    job, message = submitted(shop)
    failed = job.failed(shop.clock.now(), Failure.of(error))
    shop.jobs.advance(failed)

    assert shop.process(again(message)) == disposition


def test_a_retried_job_has_all_its_tries_again(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down")] * 5
    job, message = submitted(shop)
    for each in (message, again(message), again(again(message))):
        shop.process(each)

    shop.retry(shop.jobs.get(job.id))
    fresh = shop.queue.sent[-1]
    dispositions = [shop.process(m) for m in (fresh, again(fresh), again(again(fresh)))]

    assert [v.retry_after for v in dispositions] == [30, 60, None]
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_a_report_that_has_taken_three_workers_along_takes_no_fourth(shop: Shop) -> None:
    job, message = submitted(shop)
    for each in (message, message, again(message)):
        died_with(shop, each)

    disposition = shop.process(again(again(message)))

    assert disposition == MessageDisposition(rejected="worker_lost")
    assert len(shop.renderer.rendered) == 3
    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("worker_lost", True)
    assert [event.name for event in shop.publisher.published] == ["ReportFailed"]


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
