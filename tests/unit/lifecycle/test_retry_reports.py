from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from reports.access.ports import Counted
from reports.access.tenants import Tenant
from reports.errors import QuotaExceededError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.listing import JobFilter, JobPage
from reports.jobs.values import Failure, JobStatus
from reports.lifecycle.retry_reports import RetryOrder
from tests.builders import App, a_job
from tests.fakes.clock import NOON


def failed(app: App, number: int, code: str = "worker_lost", **changes: Any) -> Job:
    job = a_job(f"job-{number:04}", at=NOON + timedelta(minutes=number), **changes)
    app.jobs.add(job)
    job = job.failed(app.clock.now(), Failure(code, "It failed.", retryable=True))
    app.jobs.advance(job)
    return job


def run(app: App, *, limit: int = 100, dry_run: bool = False, **wanted: Any) -> dict[str, Any]:
    order = RetryOrder.model_validate({"filter": wanted, "limit": limit, "dry_run": dry_run})
    return app.retry_many(order, tenant="demo").as_dict()


def test_failed_jobs_are_pending_again_and_queued(app: App) -> None:
    for n in range(25):
        failed(app, n)

    counts = run(app)

    assert (counts["inspected"], counts["retried"], counts["skipped"], counts["failed"]) == (25, 25, 0, 0)
    assert not counts["more"]
    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.PENDING}
    assert len(app.queue.sent) == 25
    assert app.jobs.timeline("job-0000")[-1].name == "retried"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["job-0004", "job-0003", "job-0002", "job-0001"]),
        ({"status": "FAILED", "error_code": "too_large"}, ["job-0002"]),
        ({"template": "list"}, ["job-0003"]),
        ({"batch": "b"}, ["job-0004", "job-0003"]),
        ({"batch": "b", "template": "letter"}, ["job-0004"]),
        ({"created_after": "2026-11-20T12:03:00Z"}, ["job-0004", "job-0003"]),
        ({"created_before": "2026-11-20T13:03:00+01:00"}, ["job-0002", "job-0001"]),
        ({"created_after": "2026-11-20T12:02:00Z", "created_before": "2026-11-20T12:03:00Z"}, ["job-0002"]),
        ({"error_code": "no_such_code"}, []),
    ],
)
def test_a_filter_chooses(app: App, wanted: dict[str, Any], expected: list[str]) -> None:
    failed(app, 1)
    failed(app, 2, "too_large")
    failed(app, 3, template="list", batch="b")
    failed(app, 4, batch="b")
    failed(app, 5, tenant="other", batch="b")
    pending = a_job("job-0009", batch="b")
    app.jobs.add(pending)

    assert run(app, dry_run=True, **wanted)["ids"] == expected
    assert run(app, **wanted)["ids"] == expected

    assert app.jobs.get("job-0005").status is JobStatus.FAILED


def test_a_dry_run_changes_nothing(app: App) -> None:
    job = failed(app, 1)

    assert run(app, dry_run=True)["retried"] == 1

    assert app.jobs.get(job.id) == job
    assert not app.queue.sent


def test_a_list_that_breaks_off_leaves_what_was_retried_until_then(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(150):
        failed(app, n)
    whole = app.jobs.list

    def breaking_off(tenant: str, wanted: JobFilter, **page: Any) -> JobPage:
        if page["cursor"] is not None:
            raise ServiceUnavailableError("DynamoDB refused a request.")
        return whole(tenant, wanted, **page)

    monkeypatch.setattr(app.jobs, "list", breaking_off)

    counts = run(app, limit=200)

    assert (counts["retried"], counts["more"]) == (100, True)
    assert len(app.queue.sent) == 100


def test_a_list_that_cannot_be_begun_is_a_fault(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> JobPage:
        raise ServiceUnavailableError("DynamoDB refused a request.")

    monkeypatch.setattr(app.jobs, "list", refuse)

    with pytest.raises(ServiceUnavailableError):
        run(app)


@pytest.mark.parametrize("dry_run", [False, True])
def test_no_more_than_the_limit_is_retried_the_newest_first(app: App, dry_run: bool) -> None:
    for n in range(5):
        failed(app, n)

    counts = run(app, limit=3, dry_run=dry_run)

    assert (counts["ids"], counts["more"]) == (["job-0004", "job-0003", "job-0002"], True)


def test_a_job_that_another_request_retries_meanwhile_is_passed_over(app: App) -> None:
    for n in range(2):
        failed(app, n)
    advance = app.jobs.advance

    def advance_second(job: Job) -> None:
        app.jobs.advance = advance  # type: ignore[method-assign]
        app.clock.advance(milliseconds=1)
        app.retry(app.jobs.get(job.id))
        advance(job)

    app.jobs.advance = advance_second  # type: ignore[method-assign]

    counts = run(app)

    assert (counts["retried"], counts["skipped"]) == (1, 1)
    assert len(app.queue.sent) == 2


def test_a_fault_ends_the_run_and_what_was_retried_is_told_and_queued(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        failed(app, n)
    advance = app.jobs.advance
    writes = iter([True, True, False])

    def advance_or_fail(job: Job) -> None:
        if not next(writes):
            raise ServiceUnavailableError("DynamoDB is down.")
        advance(job)

    monkeypatch.setattr(app.jobs, "advance", advance_or_fail)

    counts = run(app)

    assert (counts["retried"], counts["failed"], counts["more"]) == (2, 1, True)
    assert len(app.queue.sent) == 2


def test_a_run_ends_when_its_time_is_up(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        failed(app, n)
    advance = app.jobs.advance

    def advance_slowly(job: Job) -> None:
        advance(job)
        app.clock.advance(seconds=10)

    monkeypatch.setattr(app.jobs, "advance", advance_slowly)

    counts = run(app)

    assert (counts["retried"], counts["more"]) == (2, True)
    assert len(app.queue.sent) == 2


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"filter": {"status": "PENDING"}},
        {"filter": {}, "limit": 0},
        {"filter": {}, "limit": 1001},
        {"filter": {}, "limit": "5"},
        {"filter": {"tenant": "other"}},
        {"filter": {"created_after": 1_700_000_000}},
        {"filter": {"created_after": "2026-11-20T12:00:00"}},
        {"filter": {"created_after": "2026-11-20T12:00:00Z", "created_before": "2026-11-20T12:00:00Z"}},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RetryOrder.model_validate(order)


def test_those_that_would_fail_again_are_passed_over_also_in_a_dry_run(app: App) -> None:
    failed(app, 1)
    job = a_job("job-bad")
    app.jobs.add(job)
    job = job.failed(app.clock.now(), Failure("invalid_data", "It is wrong."))
    app.jobs.advance(job)

    for dry_run in (True, False):
        counts = run(app, dry_run=dry_run)
        assert (counts["ids"], counts["skipped"]) == (["job-0001"], 1)


def test_a_run_ends_when_the_day_is_used_up_and_the_next_one_is_refused(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=2))
    for number in range(4):
        failed(app, number)

    counts = run(app)

    assert (len(counts["ids"]), counts["failed"], counts["more"]) == (2, 0, True)
    assert len(app.queue.sent) == 2
    with pytest.raises(QuotaExceededError):
        run(app)
    assert app.counts.of_all(Counted.REPORTS) == 2
