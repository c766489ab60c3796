"""Test the routes for the latest report of a key, for cancelling, and for retries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.jobs.values import Failure, JobStatus
from tests.builders import App, a_job
from tests.fakes.clock import NOON
from tests.unit.handlers.calling import Caller, keep, succeeded

LETTER = {"template": "letter", "data": {"to": "me"}}
BASE = "https://abc.execute-api.eu-central-1.amazonaws.com/dev"


def test_the_latest_report_of_a_key_is_shown_and_leads_to_its_pdf(call: Caller, app: App) -> None:
    for _ in range(2):
        call("POST", "/reports", {**LETTER, "options": {"replaces": "monthly-2026:10"}})
        app.clock.advance(seconds=1)
    for message in reversed(app.queue.sent):
        app.process(message)

    shown = call("GET", "/reports/latest/monthly-2026:10")
    encoded = call("GET", "/reports/latest/monthly-2026%3A10")
    pdf = call("GET", "/reports/latest/monthly-2026:10/pdf")

    assert (shown.status, shown.json["id"], shown.json["status"]) == (200, "job-2", "SUCCEEDED")
    assert shown.json["replaces"] == "monthly-2026:10"
    assert shown.json == encoded.json
    assert (pdf.status, "/job-2/" in pdf.headers["Location"]) == (303, True)


@pytest.mark.parametrize("path", ["/reports/latest/a", "/reports/latest/a/pdf", "/reports/latest/pdf"])
def test_a_key_without_a_report_is_a_problem(call: Caller, app: App, path: str) -> None:
    call("POST", "/reports", {**LETTER, "options": {"replaces": "a"}})

    answer = call("GET", path)

    assert (answer.status, answer.json["code"]) == (404, "job_not_found")


def test_a_report_is_cancelled(call: Caller, app: App) -> None:
    call("POST", "/reports", LETTER)

    answer = call("DELETE", "/reports/job-1")

    assert (answer.status, answer.json["status"]) == (200, "CANCELLED")
    assert call("DELETE", "/reports/job-1").status == 200
    pdf = call("GET", "/reports/job-1/pdf")
    assert (pdf.status, pdf.json["code"]) == (409, "report_failed")
    assert "cancelled" in pdf.json["detail"]


def test_a_failed_report_is_retried(call: Caller, app: App) -> None:
    keep(app, replace(a_job("job-f").failed(NOON, Failure("x", "y", retryable=True)), revision=7))

    answer = call("POST", "/reports/job-f/retry")

    assert (answer.status, answer.json["status"]) == (202, "PENDING")
    assert answer.headers["Location"] == f"{BASE}/reports/job-f"
    assert len(app.queue.sent) == 1
    assert call("POST", "/reports/job-f/retry").status == 409


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/reports/job-s"), ("POST", "/reports/job-s/retry")])
def test_what_is_over_stays_so_and_what_is_another_tenants_is_not_there(
    call: Caller, app: App, method: str, path: str
) -> None:
    keep(app, succeeded())
    answer = call(method, path)
    assert (answer.status, answer.json["code"]) == (409, "job_conflict")

    keep(app, replace(succeeded("job-o", tenant="other"), status=JobStatus.FAILED))
    answer = call(method, path.replace("job-s", "job-o"))
    assert (answer.status, answer.json["code"]) == (404, "job_not_found")


def test_failed_reports_are_retried_by_filter(call: Caller, app: App) -> None:
    for n in range(3):
        keep(
            app,
            replace(
                a_job(f"job-{n}", batch="b" if n else None).failed(NOON, Failure("x", "y", retryable=True)), revision=2
            ),
        )

    dry = call("POST", "/reports/retry", {"filter": {"batch": "b"}, "dry_run": True})
    done = call("POST", "/reports/retry", {"filter": {"batch": "b"}})

    assert (dry.status, dry.json["retried"], dry.json["dry_run"]) == (200, 2, True)
    assert done.json == {
        "inspected": 2,
        "retried": 2,
        "skipped": 0,
        "failed": 0,
        "more": False,
        "ids": ["job-2", "job-1"],
        "dry_run": False,
    }


def test_an_order_to_retry_that_makes_no_sense_is_refused(call: Caller) -> None:
    answer = call("POST", "/reports/retry", {"filter": {"status": "PENDING"}})

    assert (answer.status, [each["pointer"] for each in answer.json["errors"]]) == (422, ["/filter/status"])


def test_other_methods_of_the_new_paths_are_named(call: Caller) -> None:
    assert call("PUT", "/reports/job-1").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert call("PUT", "/reports/batch").headers["Allow"] == "OPTIONS, POST"
