"""A report is made once more as if it were the first one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.access.tenants import Tenant
from reports.errors import JobConflictError, QuotaExceededError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.request import NotifyOptions, ReportOptions
from reports.jobs.values import Door, JobStatus
from tests.builders import App, a_job, direct_message, notification, upload_message
from tests.unit.worker.jobs import LETTER, only_job, submitted

TOLD = ReportOptions(title="T", notify=NotifyOptions(email="a@example.org"), replaces="monthly")


def done(app: App) -> Job:
    job, message = submitted(app)
    app.process(message)
    return app.jobs.get(job.id)


def again(app: App, job: Job) -> Job:
    """Have a report made once more, a day later."""
    app.clock.advance(hours=24)
    made = app.rerender(job, correlation_id="later")
    app.process(app.queue.sent[-1])
    return app.jobs.get(made.id)


def test_it_knows_of_itself_what_the_first_one_did(app: App) -> None:
    first = done(app)

    second = again(app, first)

    one, other = (each.context for each in app.renderer.rendered)
    assert one == other
    assert (second.status, second.provenance) == (JobStatus.SUCCEEDED, first.provenance)
    assert second.rerenders is not None
    assert (second.rerenders.id, second.rerenders.created_at) == (first.id, first.created_at)
    assert second.id != first.id
    assert second.created_at > first.created_at
    assert {each.key for each in first.artifacts}.isdisjoint(each.key for each in second.artifacts)


def test_one_that_is_made_after_another_is_made_after_the_first(app: App) -> None:
    first = done(app)

    third = again(app, again(app, first))

    assert third.rerenders == again(app, first).rerenders


def test_an_uploaded_file_and_a_direct_request_are_made_once_more_too(app: App) -> None:
    app.uploads.put("uploads/demo/list/orders.csv", b"Item,Amount\nBread,2\n", content_type="text/csv")
    for message in (upload_message(notification("uploads/demo/list/orders.csv", version=None)), direct_message(LETTER)):
        app.jobs.jobs.clear()
        app.process(message)
        first = only_job(app)

        second = again(app, first)

        *_, one, other = app.renderer.rendered
        assert (one.context, dict(one.data)) == (other.context, dict(other.data))
        assert second.door is first.door
        assert [each.name for each in second.artifacts] == [each.name for each in first.artifacts]
        assert second.source == f"POST /reports/{first.id}/rerender"


def test_it_tells_no_one_and_takes_no_place(app: App) -> None:
    first = done(app)
    app.jobs.jobs[first.id] = first = replace(first, options=TOLD)
    app.announce(replace(first, due_at=app.clock.now()))
    found = app.report_files.job_of("demo", first.provenance.pdf_sha256 if first.provenance else "")

    second = again(app, first)

    assert second.options == ReportOptions(title="T")
    assert app.latest.get("demo", "monthly") == first.id
    assert found == first.id == app.report_files.job_of("demo", first.provenance.pdf_sha256 if first.provenance else "")


def test_options_beside_an_upload_tell_no_one_either(app: App) -> None:
    key = "uploads/demo/list/orders.csv"
    app.uploads.put(key, b"Item,Amount\nBread,2\n", content_type="text/csv")
    app.process(upload_message(notification(key, version=None)))
    first = only_job(app)
    app.uploads.put(f"{key}.pressrun.json", b'{"replaces": "orders"}', content_type="application/json")

    again(app, first)

    assert app.latest.latest == {}


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (a_job(), "PENDING"),
        (replace(a_job(), status=JobStatus.FAILED), "FAILED"),
        (
            replace(
                a_job(),
                status=JobStatus.SUCCEEDED,
                options=ReportOptions.model_validate({"protect": {"allow": ["print"]}}),
            ),
            "at random",
        ),
    ],
    ids=["pending", "failed", "encrypted"],
)
def test_what_cannot_come_to_the_same_bytes_is_refused(app: App, job: Job, reason: str) -> None:
    with pytest.raises(JobConflictError, match=reason):
        app.rerender(job, correlation_id="c")

    assert app.queue.sent == []


def test_it_counts_as_a_report(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=1))
    first = done(app)

    with pytest.raises(QuotaExceededError):
        app.rerender(first, correlation_id="c")


def test_one_that_could_not_be_queued_is_left_to_the_sweep(app: App) -> None:
    first = done(app)
    app.queue.refuse = ServiceUnavailableError("SQS is down.")

    second = app.rerender(first, correlation_id="c")

    assert app.jobs.get(second.id).status is JobStatus.PENDING
    assert app.jobs.get(second.id).due_at is not None
    assert second.door is Door.API
