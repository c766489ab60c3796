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
from tests.builders import LEASE, Shop, a_job
from tests.fakes.jobs import again


def added(shop: Shop, *steps: Callable[[Job], Job]) -> Job:
    job = a_job()
    shop.jobs.add(job)
    for step in steps:
        job = step(job)
        shop.jobs.advance(job)
    return job


def claim(shop: Shop) -> Callable[[Job], Job]:
    return lambda job: job.claimed(shop.clock.now(), LEASE)


def succeed(shop: Shop) -> Callable[[Job], Job]:
    return lambda job: job.succeeded(shop.clock.now(), artifacts=(), pages=1)


def fail(shop: Shop) -> Callable[[Job], Job]:
    return lambda job: job.failed(shop.clock.now(), Failure("x", "It broke.", retryable=True))


def before_the_next_write(shop: Shop, do: Callable[[], object]) -> None:
    """Have somebody else write first."""
    advance = shop.jobs.advance

    def advance_second(job: Job) -> None:
        shop.jobs.advance = advance  # type: ignore[method-assign]
        do()
        advance(job)

    shop.jobs.advance = advance_second  # type: ignore[method-assign]


def write(shop: Shop, step: Callable[[Job], Job]) -> Callable[[], None]:
    def do() -> None:
        job = step(shop.jobs.get("job-1"))
        shop.jobs.advance(job)

    return do


def test_a_pending_and_a_rendering_job_can_be_cancelled(shop: Shop) -> None:
    job = added(shop, claim(shop))

    cancelled = shop.cancel(job)

    assert shop.jobs.get(job.id) == cancelled
    assert (cancelled.status, cancelled.due_at, cancelled.lease_until) == (JobStatus.CANCELLED, None, None)
    assert shop.jobs.timeline(job.id)[-1].name == "cancelled"


def test_the_message_of_a_cancelled_job_is_done_with(shop: Shop) -> None:
    job = added(shop)
    shop.queue.send(job)
    shop.cancel(job)

    assert shop.process(shop.queue.sent[0]).done

    assert not shop.renderer.rendered
    assert shop.jobs.get(job.id).status is JobStatus.CANCELLED


def test_cancelling_twice_is_the_same_as_once(shop: Shop) -> None:
    job = added(shop)

    first, second = shop.cancel(job), shop.cancel(job)

    assert first == second
    assert len(shop.jobs.timeline(job.id)) == 2


@pytest.mark.parametrize("end", [succeed, fail])
def test_a_job_that_is_over_cannot_be_cancelled(shop: Shop, end: Callable[[Shop], Callable[[Job], Job]]) -> None:
    job = added(shop, claim(shop), end(shop))

    with pytest.raises(JobConflictError):
        shop.cancel(job)

    assert shop.jobs.get(job.id) == job


def test_a_worker_that_claims_in_between_is_cancelled_all_the_same(shop: Shop) -> None:
    job = added(shop)
    before_the_next_write(shop, write(shop, claim(shop)))

    assert shop.cancel(job).status is JobStatus.CANCELLED

    assert shop.jobs.get(job.id).attempt == 1


def test_a_worker_that_succeeds_in_between_has_succeeded(shop: Shop) -> None:
    job = added(shop, claim(shop))
    before_the_next_write(shop, write(shop, succeed(shop)))

    with pytest.raises(JobConflictError):
        shop.cancel(job)

    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED


def test_of_two_that_cancel_at_the_same_time_both_have(shop: Shop) -> None:
    job = added(shop)
    before_the_next_write(shop, lambda: shop.cancel(shop.jobs.get(job.id)))

    assert shop.cancel(job).status is JobStatus.CANCELLED


def test_a_render_that_is_cancelled_on_its_way_records_nothing_and_removes_its_files(shop: Shop) -> None:
    job = added(shop)
    shop.artifacts.put(job.input.key, b'{"template": "letter", "data": {"to": "me"}}', content_type="application/json")
    shop.queue.send(job)

    def cancel() -> None:
        shop.cancel(shop.jobs.get(job.id))

    shop.renderer.before = cancel

    assert shop.process(shop.queue.sent[0]).done

    assert shop.jobs.get(job.id).status is JobStatus.CANCELLED
    assert list(shop.artifacts.objects) == [job.input.key]
    assert not shop.publisher.published


def test_a_failed_job_is_pending_again_and_queued(shop: Shop) -> None:
    job = added(shop, fail(shop))
    shop.clock.advance(hours=30)

    retried = shop.retry(job)

    assert shop.jobs.get(job.id) == retried
    assert (retried.status, retried.failure, retried.opened_at) == (JobStatus.PENDING, None, shop.clock.now())
    assert len(shop.queue.sent) == 1
    assert shop.jobs.timeline(job.id)[-1].name == "retried"


@pytest.mark.parametrize("steps", [(), (claim,), (claim, succeed)])
def test_only_a_failed_job_can_be_retried(
    shop: Shop, steps: tuple[Callable[[Shop], Callable[[Job], Job]], ...]
) -> None:
    job = added(shop, *(step(shop) for step in steps))

    with pytest.raises(JobConflictError):
        shop.retry(job)

    assert shop.jobs.get(job.id) == job
    assert not shop.queue.sent


def test_of_two_that_retry_at_the_same_time_one_does(shop: Shop) -> None:
    job = added(shop, fail(shop))

    def retry_a_moment_later() -> None:
        shop.clock.advance(microseconds=1)
        shop.retry(shop.jobs.get(job.id))

    before_the_next_write(shop, retry_a_moment_later)

    with pytest.raises(JobConflictError):
        shop.retry(job)

    assert len(shop.queue.sent) == 1
    assert [event.name for event in shop.jobs.timeline(job.id)].count("retried") == 1


def test_a_retry_that_cannot_be_queued_is_left_to_the_sweep(shop: Shop) -> None:
    job = added(shop, fail(shop))
    shop.queue.refuse = ServiceUnavailableError("SQS is down.")

    retried = shop.retry(job)

    assert retried.due_at == shop.clock.now()


def test_a_failure_that_was_not_announced_yet_can_be_retried_while_the_sweep_announces_it(shop: Shop) -> None:
    job = added(shop, fail(shop))
    shop.retry(job)

    shop.announce.or_leave_it(job)

    assert shop.jobs.get(job.id).status is JobStatus.PENDING
    assert shop.jobs.get(job.id).due_at is not None


def item_size(shop: Shop, job_id: str) -> int:
    """Return how large DynamoDB takes the item of a job to be, in bytes."""
    events = shop.jobs.timeline(job_id)
    item = item_of(shop.jobs.get(job_id), 0) | {TIMELINE: {"L": [timeline_of(event)["L"][0] for event in events]}}
    # A text has the size of its UTF-8; each entry of a list has another byte.
    return len(json.dumps(item, ensure_ascii=False).encode())


def test_a_job_is_retried_so_often_and_no_more_that_its_item_stays_far_below_what_dynamodb_takes(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "reports")
    shop.renderer.faults = [ServiceUnavailableError("S3 refused a request.", service="S3")] * 10_000
    request = ReportRequest(
        template="letter", data={"to": "me"}, options=ReportOptions(title="Ä" * 200, filename="ß" * 100)
    )
    job = shop.submit(request, tenant="demo", correlation_id="c" * 100)

    def fail_three_times() -> Job:
        message = shop.queue.sent[-1]
        for each in (message, again(message), again(again(message))):
            shop.process(each)
        return shop.jobs.get(job.id)

    while not (worn_out := fail_three_times()).has_full_timeline:
        shop.retry(worn_out)
    with pytest.raises(JobConflictError, match=r"tried too often.*Ask for it again, as a new report"):
        shop.retry(worn_out)

    assert worn_out.attempt > 200
    assert shop.jobs.get(job.id).status is JobStatus.FAILED
    assert item_size(shop, job.id) < 100_000


def test_of_many_jobs_those_that_were_tried_too_often_are_skipped(shop: Shop) -> None:
    worn_out = added(shop, fail(shop))
    shop.jobs.jobs[worn_out.id] = replace(worn_out, revision=MOST_REVISIONS)
    order = RetryOrder(filter=RetryFilter())

    tried = shop.retry_many(order.model_copy(update={"dry_run": True}), tenant="demo")
    done = shop.retry_many(order, tenant="demo")

    assert [(counts.skipped, counts.ids) for counts in (tried, done)] == [(1, [])] * 2
    assert shop.jobs.get(worn_out.id).status is JobStatus.FAILED


@pytest.mark.parametrize("code", ["invalid_data", "unreadable_file", "too_large", "render_timeout", "too_much_work"])
def test_a_report_that_would_fail_again_is_not_retried_and_not_counted(shop: Shop, code: str) -> None:
    job = added(shop, lambda job: job.failed(shop.clock.now(), Failure(code, "It broke.")))

    with pytest.raises(RetryInVainError, match=code):
        shop.retry(job)

    assert not job.can_retry
    assert shop.jobs.get(job.id) == job
    assert shop.counts.of_all(Counted.REPORTS) == 0


@pytest.mark.parametrize("code", ["template_broken", "quota_exceeded", "unknown_template", "address_not_allowed"])
def test_what_can_be_mended_without_a_new_input_is_retried(shop: Shop, code: str) -> None:
    job = added(shop, lambda job: job.failed(shop.clock.now(), Failure(code, "It broke.")))

    assert job.can_retry
    assert shop.retry(job).status is JobStatus.PENDING


def test_each_retry_counts_as_a_report_once(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=3))
    shop.renderer.faults = [TemplateBrokenError("Line 3 fails.")] * 10
    job = shop.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="c")
    shop.process(shop.queue.sent[-1])

    for _ in range(2):
        shop.retry(shop.jobs.get(job.id))
        shop.process(shop.queue.sent[-1])
    with pytest.raises(QuotaExceededError):
        shop.retry(shop.jobs.get(job.id))

    assert shop.counts.of_all(Counted.REPORTS) == 3
    assert shop.jobs.get(job.id).attempt == 3
