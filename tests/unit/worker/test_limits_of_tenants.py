"""What comes in by doors where nobody counts is counted, and held to its tenant's limits, by the worker."""

from __future__ import annotations

from typing import Any

import pytest

from reports.access.ports import Counted
from reports.access.tenants import Tenant
from reports.errors import QuotaExceededError, RenderTimeoutError, ServiceUnavailableError
from reports.jobs.render_messages import Envelope
from reports.jobs.values import JobStatus
from tests.builders import LEASE, Shop, direct_message, notification, upload_message
from tests.fakes.jobs import again
from tests.unit.worker.jobs import LETTER, only_job, submitted


def upload(shop: Shop, name: str, body: bytes = b"a\n1\n", tenant: str = "demo") -> Envelope:
    key = f"uploads/{tenant}/list/{name}.csv"
    shop.uploads.put(key, body, content_type="text/csv")
    return upload_message(notification(key))


def ends(shop: Shop) -> list[tuple[str, str | None]]:
    jobs = sorted(shop.jobs.jobs.values(), key=lambda job: job.created_at)
    return [(str(job.status), job.failure.code if job.failure else None) for job in jobs]


def test_uploads_over_the_days_limit_fail_and_say_so(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=1))

    for name, tenant in (("a", "demo"), ("b", "demo"), ("c", "acme")):
        assert shop.process(upload(shop, name, tenant=tenant)).done
        shop.clock.advance(seconds=1)

    assert ends(shop) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded"), ("SUCCEEDED", None)]


def test_direct_requests_are_counted_too(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=1))

    for request_id in ("req-1", "req-2"):
        assert shop.process(direct_message({**LETTER, "options": {}}, request_id=request_id)).done
        shop.clock.advance(seconds=1)

    assert ends(shop) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded")]


def test_what_the_api_has_counted_is_not_counted_again(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=1))
    _, envelope = submitted(shop)

    assert shop.process(envelope).done

    assert only_job(shop).status is JobStatus.SUCCEEDED


def test_an_attempt_that_is_tried_again_counts_once(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=1))
    message = upload(shop, "a")
    shop.renderer.faults.append(ServiceUnavailableError("S3 refused a request."))

    assert not shop.process(message).done
    shop.clock.advance(seconds=60)
    assert shop.process(message).done

    assert ends(shop) == [("SUCCEEDED", None)]


def test_what_could_not_be_counted_at_first_is_counted_later(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=1))
    message = upload(shop, "a")

    def be_down(*_: Any, **__: Any) -> bool:
        raise ServiceUnavailableError("DynamoDB is down.")

    with monkeypatch.context() as down:
        down.setattr(shop.counts, "add", be_down)
        assert not shop.process(message).done
    assert shop.process(again(message)).done
    shop.clock.advance(seconds=1)
    assert shop.process(upload(shop, "b")).done

    assert ends(shop) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded")]


def test_a_worker_that_dies_has_the_report_counted_once(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=2))
    message = upload(shop, "a")

    def die() -> None:
        raise KeyboardInterrupt

    shop.renderer.before = die
    with pytest.raises(KeyboardInterrupt):
        shop.process(message)
    shop.renderer.before = lambda: None
    shop.clock.advance(hours=1)

    assert shop.process(again(message)).done
    assert shop.counts.of_all(Counted.REPORTS) == 1


def test_a_retry_leads_around_no_limit_and_works_on_the_next_day(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", reports_per_day=1))
    for name in "ab":
        shop.process(upload(shop, name))
        shop.clock.advance(seconds=1)
    refused = next(job for job in shop.jobs.jobs.values() if job.status is JobStatus.FAILED)

    with pytest.raises(QuotaExceededError):
        shop.retry(refused)
    assert ends(shop)[1] == ("FAILED", "quota_exceeded")
    shop.clock.advance(hours=24)
    shop.retry(shop.jobs.get(refused.id))
    shop.process(shop.queue.sent[-1])

    assert ends(shop) == [("SUCCEEDED", None), ("SUCCEEDED", None)]
    assert shop.counts.of_all(Counted.REPORTS) == 2


def takes(shop: Shop, seconds: float) -> None:
    """Let every render take some time."""
    shop.renderer.before = lambda: shop.clock.advance(seconds=seconds)


def test_the_time_that_renders_take_is_counted_also_of_those_that_fail(shop: Shop) -> None:
    takes(shop, 2.5)
    shop.renderer.faults.append(RenderTimeoutError("The report took too long."))

    for name in ("a", "b"):
        shop.process(upload(shop, name))

    assert ends(shop) == [("FAILED", "render_timeout"), ("SUCCEEDED", None)]
    assert shop.counts.of_all(Counted.COMPUTE_MS) == 5000


def test_an_attempt_that_is_tried_again_takes_time_each_time(shop: Shop) -> None:
    takes(shop, 2)
    shop.renderer.faults.append(ServiceUnavailableError("S3 refused a request."))
    message = upload(shop, "a")

    shop.process(message)
    shop.process(again(message))

    assert shop.counts.of_all(Counted.COMPUTE_MS) == 4000


def test_reports_that_wait_fail_when_the_seconds_of_computing_are_used_up_and_work_on_the_next_day(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", compute_seconds_per_day=3))
    takes(shop, 3)
    _, accepted = submitted(shop)
    _, waiting = submitted(shop)

    shop.process(accepted)
    shop.process(waiting)
    assert ends(shop) == [("SUCCEEDED", None), ("FAILED", "quota_exceeded")]
    refused = next(job for job in shop.jobs.jobs.values() if job.status is JobStatus.FAILED)
    shop.clock.advance(hours=24)
    shop.retry(refused)
    shop.process(shop.queue.sent[-1])

    assert shop.jobs.get(refused.id).status is JobStatus.SUCCEEDED


def test_a_worker_that_dies_has_taken_all_the_time_that_it_had(shop: Shop) -> None:
    message = upload(shop, "a")
    (job_id,) = shop.worker.admit(message).job_ids
    claimed = shop.jobs.get(job_id).claimed(shop.clock.now(), LEASE)
    shop.jobs.advance(claimed)
    shop.clock.advance(hours=1)

    shop.process(message)

    assert ends(shop) == [("SUCCEEDED", None)]
    assert shop.counts.of_all(Counted.COMPUTE_MS) == LEASE.total_seconds() * 1000


@pytest.mark.parametrize(
    ("limits", "rows"), [({"rows_per_report": 2}, 3), ({"bytes_per_report": 5}, 3), ({"rows_per_report": 0}, 1)]
)
def test_a_file_of_more_than_a_report_may_have_fails(shop: Shop, limits: dict[str, Any], rows: int) -> None:
    shop.tenants.put(Tenant("demo", **limits))

    assert shop.process(upload(shop, "a", b"a\n" + b"1\n" * rows)).done

    assert ends(shop) == [("FAILED", "too_large")]


def test_a_direct_request_of_too_many_rows_fails(shop: Shop) -> None:
    shop.tenants.put(Tenant("demo", rows_per_report=2))
    body = {"template": "list", "data": {"rows": [{"a": n} for n in range(3)]}}

    assert shop.process(direct_message(body)).done

    assert ends(shop) == [("FAILED", "too_large")]


def test_a_direct_request_for_email_to_whom_the_tenant_may_not_write_fails_and_nothing_is_rendered(shop: Shop) -> None:
    body = {"template": "letter", "data": {"to": "me"}, "options": {"notify": {"email": "a@evil.example"}}}

    shop.process(direct_message(body))

    job = shop.jobs.get("req-1")
    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "address_not_allowed")
    assert job.failure.detail["violations"][0]["pointer"] == "/options/notify/email"
    assert not shop.renderer.rendered
