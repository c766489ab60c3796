"""See that a job's owner can change its course, whatever workers do at the same time."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.access.ports import Counted
from reports.access.tenants import Tenant
from reports.adapters.dynamodb.job_items import TIMELINE, item_of, timeline_of
from reports.errors import (
    JobConflictError,
    QuotaExceededError,
    RetryInVainError,
    ServiceUnavailableError,
    TemplateBrokenError,
)
from reports.jobs.job import MOST_REVISIONS, Job
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import Failure, JobStatus
from reports.lifecycle.retry_reports import RetryFilter, RetryOrder
from tests.builders import LEASE, App, a_job
from tests.fakes.queues import again


def added(app: App, *steps: Callable[[Job], Job]) -> Job:
    job = a_job()
    app.jobs.add(job)
    for step in steps:
        job = step(job)
        app.jobs.advance(job)
    return job


def claim(app: App) -> Callable[[Job], Job]:
    return lambda job: job.claimed(app.clock.now(), LEASE)


def succeed(app: App) -> Callable[[Job], Job]:
    return lambda job: job.succeeded(app.clock.now(), artifacts=(), pages=1)


def fail(app: App) -> Callable[[Job], Job]:
    return lambda job: job.failed(app.clock.now(), Failure("x", "It broke.", retryable=True))


def before_the_next_write(app: App, do: Callable[[], object]) -> None:
    """Have another writer come first."""
    advance = app.jobs.advance

    def advance_second(job: Job) -> None:
        app.jobs.advance = advance  # type: ignore[method-assign]
        do()
        advance(job)

    app.jobs.advance = advance_second  # type: ignore[method-assign]


def write(app: App, step: Callable[[Job], Job]) -> Callable[[], None]:
    def do() -> None:
        job = step(app.jobs.get("job-1"))
        app.jobs.advance(job)

    return do


def test_a_pending_and_a_rendering_job_can_be_cancelled(app: App) -> None:
    job = added(app, claim(app))

    cancelled = app.cancel(job)

    assert app.jobs.get(job.id) == cancelled
    assert (cancelled.status, cancelled.due_at, cancelled.lease_until) == (JobStatus.CANCELLED, None, None)
    assert app.jobs.timeline(job.id)[-1].name == "cancelled"


def test_the_message_of_a_cancelled_job_is_done_with(app: App) -> None:
    job = added(app)
    app.queue.send(job)
    app.cancel(job)

    assert app.process(app.queue.sent[0]).done

    assert not app.renderer.rendered
    assert app.jobs.get(job.id).status is JobStatus.CANCELLED


def test_cancelling_twice_is_the_same_as_once(app: App) -> None:
    job = added(app)

    first, second = app.cancel(job), app.cancel(job)

    assert first == second
    assert len(app.jobs.timeline(job.id)) == 2


@pytest.mark.parametrize("end", [succeed, fail])
def test_a_job_that_is_over_cannot_be_cancelled(app: App, end: Callable[[App], Callable[[Job], Job]]) -> None:
    job = added(app, claim(app), end(app))

    with pytest.raises(JobConflictError):
        app.cancel(job)

    assert app.jobs.get(job.id) == job


def test_a_worker_that_claims_in_between_is_cancelled_all_the_same(app: App) -> None:
    job = added(app)
    before_the_next_write(app, write(app, claim(app)))

    assert app.cancel(job).status is JobStatus.CANCELLED

    assert app.jobs.get(job.id).attempt == 1


def test_a_worker_that_succeeds_in_between_has_succeeded(app: App) -> None:
    job = added(app, claim(app))
    before_the_next_write(app, write(app, succeed(app)))

    with pytest.raises(JobConflictError):
        app.cancel(job)

    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_of_two_that_cancel_at_the_same_time_both_have(app: App) -> None:
    job = added(app)
    before_the_next_write(app, lambda: app.cancel(app.jobs.get(job.id)))

    assert app.cancel(job).status is JobStatus.CANCELLED


def test_a_render_that_is_cancelled_on_its_way_records_nothing_and_removes_its_files(app: App) -> None:
    job = added(app)
    app.artifacts.put(job.input.key, b'{"template": "letter", "data": {"to": "me"}}', content_type="application/json")
    app.queue.send(job)

    def cancel() -> None:
        app.cancel(app.jobs.get(job.id))

    app.renderer.before = cancel

    assert app.process(app.queue.sent[0]).done

    assert app.jobs.get(job.id).status is JobStatus.CANCELLED
    assert list(app.artifacts.objects) == [job.input.key]
    assert not app.publisher.published


def test_a_failed_job_is_pending_again_and_queued(app: App) -> None:
    job = added(app, fail(app))
    app.clock.advance(hours=30)

    retried = app.retry(job)

    assert app.jobs.get(job.id) == retried
    assert (retried.status, retried.failure, retried.opened_at) == (JobStatus.PENDING, None, app.clock.now())
    assert len(app.queue.sent) == 1
    assert app.jobs.timeline(job.id)[-1].name == "retried"


@pytest.mark.parametrize("steps", [(), (claim,), (claim, succeed)])
def test_only_a_failed_job_can_be_retried(app: App, steps: tuple[Callable[[App], Callable[[Job], Job]], ...]) -> None:
    job = added(app, *(step(app) for step in steps))

    with pytest.raises(JobConflictError):
        app.retry(job)

    assert app.jobs.get(job.id) == job
    assert not app.queue.sent


def test_of_two_that_retry_at_the_same_time_one_does(app: App) -> None:
    job = added(app, fail(app))

    def retry_a_moment_later() -> None:
        app.clock.advance(microseconds=1)
        app.retry(app.jobs.get(job.id))

    before_the_next_write(app, retry_a_moment_later)

    with pytest.raises(JobConflictError):
        app.retry(job)

    assert len(app.queue.sent) == 1
    assert [event.name for event in app.jobs.timeline(job.id)].count("retried") == 1


def test_a_retry_that_cannot_be_queued_is_left_to_the_sweep(app: App) -> None:
    job = added(app, fail(app))
    app.queue.refuse = ServiceUnavailableError("SQS is down.")

    retried = app.retry(job)

    assert retried.due_at == app.clock.now()


def test_a_failure_that_was_not_announced_yet_can_be_retried_while_the_sweep_announces_it(app: App) -> None:
    job = added(app, fail(app))
    app.retry(job)

    app.announce.or_leave_it(job)

    assert app.jobs.get(job.id).status is JobStatus.PENDING
    assert app.jobs.get(job.id).due_at is not None


def item_size(app: App, job_id: str) -> int:
    """Return how large DynamoDB takes the item of a job to be, in bytes."""
    events = app.jobs.timeline(job_id)
    item = item_of(app.jobs.get(job_id), None) | {TIMELINE: {"L": [timeline_of(event)["L"][0] for event in events]}}
    # A text has the size of its UTF-8, bytes have their own; each entry of a list has another byte.
    return len(json.dumps(item, ensure_ascii=False, default=lambda packed: packed.decode("latin-1")).encode())


@pytest.mark.gate
def test_a_job_is_retried_so_often_and_no_more_that_its_item_stays_far_below_what_dynamodb_takes(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "reports")
    app.renderer.faults = [ServiceUnavailableError("S3 refused a request.", service="S3")] * 10_000
    request = ReportRequest(
        template="letter", data={"to": "me"}, options=ReportOptions(title="Ä" * 200, filename="ß" * 100)
    )
    job = app.submit(request, tenant="demo", correlation_id="c" * 100)

    def fail_three_times() -> Job:
        message = app.queue.sent[-1]
        for each in (message, again(message), again(again(message))):
            app.process(each)
        return app.jobs.get(job.id)

    while not (worn_out := fail_three_times()).has_full_timeline:
        app.retry(worn_out)
    with pytest.raises(JobConflictError, match=r"tried too often.*Ask for it again, as a new report"):
        app.retry(worn_out)

    assert worn_out.attempt > 200
    assert app.jobs.get(job.id).status is JobStatus.FAILED
    assert item_size(app, job.id) < 100_000


def test_of_many_jobs_those_that_were_tried_too_often_are_skipped(app: App) -> None:
    worn_out = added(app, fail(app))
    app.jobs.jobs[worn_out.id] = replace(worn_out, revision=MOST_REVISIONS)
    order = RetryOrder(filter=RetryFilter())

    tried = app.retry_many(order.model_copy(update={"dry_run": True}), tenant="demo")
    done = app.retry_many(order, tenant="demo")

    assert [(counts.skipped, counts.ids) for counts in (tried, done)] == [(1, [])] * 2
    assert app.jobs.get(worn_out.id).status is JobStatus.FAILED


@pytest.mark.parametrize("code", ["invalid_data", "unreadable_file", "too_large", "render_timeout", "too_much_work"])
def test_a_report_that_would_fail_again_is_not_retried_and_not_counted(app: App, code: str) -> None:
    job = added(app, lambda job: job.failed(app.clock.now(), Failure(code, "It broke.")))

    with pytest.raises(RetryInVainError, match=code):
        app.retry(job)

    assert not job.can_retry
    assert app.jobs.get(job.id) == job
    assert app.counts.of_all(Counted.REPORTS) == 0


@pytest.mark.parametrize("code", ["template_broken", "quota_exceeded", "unknown_template", "address_not_allowed"])
def test_what_can_be_mended_without_a_new_input_is_retried(app: App, code: str) -> None:
    job = added(app, lambda job: job.failed(app.clock.now(), Failure(code, "It broke.")))

    assert job.can_retry
    assert app.retry(job).status is JobStatus.PENDING


def test_each_retry_counts_as_a_report_once(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=3))
    app.renderer.faults = [TemplateBrokenError("Line 3 fails.")] * 10
    job = app.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="c")
    app.process(app.queue.sent[-1])

    for _ in range(2):
        app.retry(app.jobs.get(job.id))
        app.process(app.queue.sent[-1])
    with pytest.raises(QuotaExceededError):
        app.retry(app.jobs.get(job.id))

    assert app.counts.of_all(Counted.REPORTS) == 3
    assert app.jobs.get(job.id).attempt == 3
