"""Reports from doors without a counter are counted, and held to its tenant's limits, by the worker."""

from __future__ import annotations

from typing import Any

import pytest

from reports.access.ports import Counted
from reports.access.tenants import Tenant
from reports.errors import QuotaExceededError, RenderTimeoutError, ServiceUnavailableError
from reports.jobs.render_messages import Envelope
from reports.jobs.values import JobStatus
from tests.builders import LEASE, App, direct_message, notification, upload_message
from tests.fakes.queues import again
from tests.unit.worker.jobs import LETTER, only_job, submitted


def upload(app: App, name: str, body: bytes = b"a\n1\n", tenant: str = "demo") -> Envelope:
    key = f"uploads/{tenant}/list/{name}.csv"
    app.uploads.put(key, body, content_type="text/csv")
    return upload_message(notification(key))


def ends(app: App) -> list[tuple[str, str | None]]:
    jobs = sorted(app.jobs.jobs.values(), key=lambda job: job.created_at)
    return [(str(job.status), job.failure.code if job.failure else None) for job in jobs]


def test_uploads_over_the_days_limit_fail_and_say_so(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))

    for name, tenant in (("a", "demo"), ("b", "demo"), ("c", "acme")):
        assert app.process(upload(app, name, tenant=tenant)).done
        app.clock.advance(seconds=1)

    assert ends(app) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded"), ("SUCCEEDED", None)]


def test_direct_requests_are_counted_too(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))

    for request_id in ("req-1", "req-2"):
        assert app.process(direct_message({**LETTER, "options": {}}, request_id=request_id)).done
        app.clock.advance(seconds=1)

    assert ends(app) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded")]


def test_what_the_api_has_counted_is_not_counted_again(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))
    _, envelope = submitted(app)

    assert app.process(envelope).done

    assert only_job(app).status is JobStatus.SUCCEEDED


def test_an_attempt_that_is_tried_again_counts_once(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))
    message = upload(app, "a")
    app.renderer.faults.append(ServiceUnavailableError("S3 refused a request."))

    assert not app.process(message).done
    app.clock.advance(seconds=60)
    assert app.process(message).done

    assert ends(app) == [("SUCCEEDED", None)]


def test_what_could_not_be_counted_at_first_is_counted_later(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))
    message = upload(app, "a")

    def be_down(*_: Any, **__: Any) -> bool:
        raise ServiceUnavailableError("DynamoDB is down.")

    with monkeypatch.context() as down:
        down.setattr(app.counts, "add", be_down)
        assert not app.process(message).done
    assert app.process(again(message)).done
    app.clock.advance(seconds=1)
    assert app.process(upload(app, "b")).done

    assert ends(app) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded")]


def test_a_worker_that_dies_has_the_report_counted_once(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=2))
    message = upload(app, "a")

    def die() -> None:
        raise KeyboardInterrupt

    app.renderer.before = die
    with pytest.raises(KeyboardInterrupt):
        app.process(message)
    app.renderer.before = lambda: None
    app.clock.advance(hours=1)

    assert app.process(again(message)).done
    assert app.counts.of_all(Counted.REPORTS) == 1


def test_a_retry_leads_around_no_limit_and_works_on_the_next_day(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))
    for name in "ab":
        app.process(upload(app, name))
        app.clock.advance(seconds=1)
    refused = next(job for job in app.jobs.jobs.values() if job.status is JobStatus.FAILED)

    with pytest.raises(QuotaExceededError):
        app.retry(refused)
    assert ends(app)[1] == ("FAILED", "quota_exceeded")
    app.clock.advance(hours=24)
    app.retry(app.jobs.get(refused.id))
    app.process(app.queue.sent[-1])

    assert ends(app) == [("SUCCEEDED", None), ("SUCCEEDED", None)]
    assert app.counts.of_all(Counted.REPORTS) == 2


def takes(app: App, seconds: float) -> None:
    """Let every render take some time."""
    app.renderer.before = lambda: app.clock.advance(seconds=seconds)


def test_the_time_that_renders_take_is_counted_also_of_those_that_fail(app: App) -> None:
    takes(app, 2.5)
    app.renderer.faults.append(RenderTimeoutError("The report took too long."))

    for name in ("a", "b"):
        app.process(upload(app, name))

    assert ends(app) == [("FAILED", "render_timeout"), ("SUCCEEDED", None)]
    assert app.counts.of_all(Counted.COMPUTE_MS) == 5000


def test_an_attempt_that_is_tried_again_takes_time_each_time(app: App) -> None:
    takes(app, 2)
    app.renderer.faults.append(ServiceUnavailableError("S3 refused a request."))
    message = upload(app, "a")

    app.process(message)
    app.process(again(message))

    assert app.counts.of_all(Counted.COMPUTE_MS) == 4000


def test_reports_that_wait_fail_when_the_seconds_of_computing_are_used_up_and_work_on_the_next_day(app: App) -> None:
    app.tenants.put(Tenant("demo", compute_seconds_per_day=3))
    takes(app, 3)
    _, accepted = submitted(app)
    _, waiting = submitted(app)

    app.process(accepted)
    app.process(waiting)
    assert ends(app) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded")]
    refused = next(job for job in app.jobs.jobs.values() if job.status is JobStatus.FAILED)
    app.clock.advance(hours=24)
    app.retry(refused)
    app.process(app.queue.sent[-1])

    assert app.jobs.get(refused.id).status is JobStatus.SUCCEEDED


def test_a_worker_that_dies_has_taken_all_the_time_that_it_had(app: App) -> None:
    message = upload(app, "a")
    (job_id,) = app.worker.admit(message).job_ids
    claimed = app.jobs.get(job_id).claimed(app.clock.now(), LEASE)
    app.jobs.advance(claimed)
    app.clock.advance(hours=1)

    app.process(message)

    assert ends(app) == [("SUCCEEDED", None)]
    assert app.counts.of_all(Counted.COMPUTE_MS) == LEASE.total_seconds() * 1000


@pytest.mark.parametrize(
    ("limits", "rows"), [({"rows_per_report": 2}, 3), ({"bytes_per_report": 5}, 3), ({"rows_per_report": 0}, 1)]
)
def test_a_file_of_more_than_a_report_may_have_fails(app: App, limits: dict[str, Any], rows: int) -> None:
    app.tenants.put(Tenant("demo", **limits))

    assert app.process(upload(app, "a", b"a\n" + b"1\n" * rows)).done

    assert ends(app) == [("FAILED", "too_large")]


def test_a_direct_request_of_too_many_rows_fails(app: App) -> None:
    app.tenants.put(Tenant("demo", rows_per_report=2))
    body = {"template": "list", "data": {"rows": [{"a": n} for n in range(3)]}}

    assert app.process(direct_message(body)).done

    assert ends(app) == [("FAILED", "too_large")]


def test_a_direct_request_for_email_to_whom_the_tenant_may_not_write_fails_and_nothing_is_rendered(app: App) -> None:
    body = {"template": "letter", "data": {"to": "me"}, "options": {"notify": {"email": "a@evil.example"}}}

    app.process(direct_message(body))

    job = app.jobs.get("req-1")
    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "address_not_allowed")
    assert job.failure.detail["violations"][0]["pointer"] == "/options/notify/email"
    assert not app.renderer.rendered
