"""Prefer: wait holds an answer back until the report is over."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.http.finished_report import MOST_PDF_BYTES
from reports.access.identity import Scope
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.ports import WaitingPlace
from reports.jobs.render_messages import Envelope
from reports.jobs.values import Failure
from tests.builders import App
from tests.fakes.clock import NOON
from tests.invoking import LambdaContext
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}
WAIT = {"Prefer": "wait=10"}
AS_PDF = {**WAIT, "Accept": "application/pdf"}
BASE = "https://abc.execute-api.eu-central-1.amazonaws.com/dev"


def work(app: App, *, after_seconds: float = 0) -> None:
    """Have a worker take what is queued while the caller waits."""

    def process() -> None:
        if (app.clock.now() - NOON).total_seconds() >= after_seconds:
            messages: list[Envelope] = [*app.queue.sent]
            app.queue.sent.clear()
            for message in messages:
                app.process(message)

    app.meanwhile = process


def fail(app: App, *, retryable: bool) -> None:
    def end() -> None:
        job = app.jobs.get("job-1")
        failure = Failure("render_timeout", "It took too long.", {"n": 1}, retryable)
        app.jobs.jobs[job.id] = job.failed(NOON, failure)

    app.meanwhile = end


def test_a_report_that_is_quick_is_the_answer(call: Caller, app: App) -> None:
    work(app)

    answer = call("POST", "/reports", LETTER, WAIT)

    assert (answer.status, answer.json["status"], answer.json["id"]) == (201, "SUCCEEDED", "job-1")
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert answer.headers["Location"] == f"{BASE}/reports/job-1"
    assert answer.json["artifacts"][0]["url"].startswith("https://objects.test/")


def test_the_pdf_itself_is_the_answer_to_whom_accepts_that(call: Caller, app: App) -> None:
    work(app)

    answer = call("POST", "/reports", {**LETTER, "options": {"filename": "Größe 7"}}, AS_PDF)

    assert (answer.status, answer.headers["Content-Type"]) == (201, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%207.pdf"
    assert base64.b64decode(answer.text) == app.artifacts.objects[app.jobs.get("job-1").artifacts[0].key].body
    assert answer.headers["Location"] == f"{BASE}/reports/job-1"


def test_a_pdf_that_is_too_large_to_be_the_answer_is_linked_to(call: Caller, app: App) -> None:
    work(app)
    call("POST", "/reports", LETTER, {**WAIT, "Idempotency-Key": "k"})
    job = app.jobs.get("job-1")
    grown = tuple(replace(artifact, size=MOST_PDF_BYTES + 1) for artifact in job.artifacts)
    app.jobs.jobs[job.id] = replace(job, artifacts=grown)

    answer = call("POST", "/reports", LETTER, {**AS_PDF, "Idempotency-Key": "k"})

    assert (answer.status, answer.json["id"]) == (201, "job-1")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/json, application/pdf"])
def test_of_several_types_the_first_counts(call: Caller, app: App, accept: str) -> None:
    work(app)

    answer = call("POST", "/reports", LETTER, {**WAIT, "accept": accept})

    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(("retryable", "status"), [(False, 422), (True, 503)])
def test_a_report_that_fails_meanwhile_is_a_problem_with_its_reason(
    call: Caller, app: App, retryable: bool, status: int
) -> None:
    fail(app, retryable=retryable)

    answer = call("POST", "/reports", LETTER, AS_PDF)

    assert (answer.status, answer.json["code"]) == (status, "report_failed")
    assert answer.json["error"]["code"] == "render_timeout"
    assert "It took too long." in answer.json["detail"]
    assert answer.json["links"]["self"] == f"{BASE}/reports/job-1"


def test_a_report_that_is_cancelled_meanwhile_is_a_conflict(call: Caller, app: App) -> None:
    app.meanwhile = lambda: app.jobs.jobs.update({"job-1": app.jobs.get("job-1").cancelled(NOON)})

    answer = call("POST", "/reports", LETTER, WAIT)

    assert (answer.status, answer.json["code"]) == (409, "report_failed")


def test_a_report_that_takes_longer_is_accepted_as_usual(call: Caller, app: App) -> None:
    work(app, after_seconds=11)

    answer = call("POST", "/reports", LETTER, AS_PDF)

    assert (answer.status, answer.json["status"]) == (202, "PENDING")
    assert (answer.headers["Retry-After"], answer.headers["Preference-Applied"]) == ("2", "wait=10")
    assert (app.clock.now() - NOON).total_seconds() == pytest.approx(10)


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=3", 3),
        ("respond-async, Wait=3; x=y", 3),
        ('wait="3"', 3),
        ("wait=90", 20),
        ("wait=" + "9" * 5000, 20),
        ("wait=0", 0),
        ("wait=-3", 0),
        ("wait=1.5", 0),
        ("wait=٣", 0),
        ("wait", 0),
        ("handling=lenient", 0),
    ],
)
def test_no_request_waits_longer_than_was_asked_for_nor_than_the_gateway_does(
    call: Caller, app: App, prefer: str, seconds: int
) -> None:
    answer = call("POST", "/reports", LETTER, {"Prefer": prefer})

    assert answer.status == 202
    assert (app.clock.now() - NOON).total_seconds() == pytest.approx(seconds)
    assert answer.headers.get("Preference-Applied") == (f"wait={seconds}" if seconds else None)


@pytest.mark.parametrize(("remaining_ms", "seconds"), [(14_000, 5), (2_000, 0)])
def test_the_function_keeps_the_time_it_needs_to_answer(
    call: Caller, app: App, lambda_context: LambdaContext, remaining_ms: int, seconds: float
) -> None:
    lambda_context.remaining_ms = remaining_ms

    answer = call("POST", "/reports", LETTER, WAIT)

    assert answer.status == 202
    assert (app.clock.now() - NOON).total_seconds() == pytest.approx(seconds)


def test_a_request_that_is_sent_again_gets_the_report_at_once(call: Caller, app: App) -> None:
    work(app)
    call("POST", "/reports", LETTER, {**WAIT, "Idempotency-Key": "k"})
    at = app.clock.now()

    answer = call("POST", "/reports", LETTER, {**WAIT, "Idempotency-Key": "k"})

    assert (answer.status, answer.json["id"], app.clock.now()) == (201, "job-1", at)


def test_who_waits_while_the_service_fails_has_the_report_all_the_same(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job_id: str) -> Job:
        raise ServiceUnavailableError("DynamoDB is down.")

    monkeypatch.setattr(app.jobs, "get", refuse)

    answer = call("POST", "/reports", LETTER, WAIT)

    assert (answer.status, answer.json["id"]) == (202, "job-1")
    assert list(app.jobs.jobs) == ["job-1"]


def waiting(app: App, *tenants: str) -> None:
    """Have others wait already."""
    app.places.places = [WaitingPlace(f"w{n}", each, NOON + timedelta(seconds=30)) for n, each in enumerate(tenants)]


@pytest.mark.parametrize("others", [("demo", "demo"), ("a", "b", "c"), ("a", "b", "demo")])
def test_where_too_many_wait_the_answer_comes_at_once_and_the_report_is_made(
    call: Caller, app: App, others: tuple[str, ...]
) -> None:
    waiting(app, *others)

    answer = call("POST", "/reports", LETTER, WAIT)

    assert (answer.status, answer.json["status"]) == (202, "PENDING")
    assert "Preference-Applied" not in answer.headers
    assert app.clock.now() == NOON
    assert len(app.queue.sent) == 1


def test_others_that_wait_leave_a_tenant_its_share(call: Caller, app: App) -> None:
    waiting(app, "a", "a")
    work(app)

    assert call("POST", "/reports", LETTER, WAIT).status == 201


@pytest.mark.parametrize("is_made", [True, False])
def test_a_place_is_given_back_when_the_wait_is_over(call: Caller, app: App, is_made: bool) -> None:
    if is_made:
        work(app)

    call("POST", "/reports", LETTER, WAIT)

    assert app.places.places == []


def test_a_place_of_one_that_died_does_not_count_for_ever(call: Caller, app: App) -> None:
    waiting(app, "demo", "demo")
    app.clock.advance(seconds=31)

    assert "Preference-Applied" in call("POST", "/reports", LETTER, {"Prefer": "wait=1"}).headers


def test_while_places_cannot_be_counted_no_request_waits_and_nothing_is_lost(call: Caller, app: App) -> None:
    app.places.refuse = ServiceUnavailableError("DynamoDB is down.")

    answer = call("POST", "/reports", LETTER, WAIT)

    assert answer.status == 202
    assert "Preference-Applied" not in answer.headers


def test_a_key_that_may_not_read_does_not_get_the_report_by_waiting(call: Caller, app: App) -> None:
    work(app)
    submit_only = call.with_key(app.key_of("demo", Scope.SUBMIT))

    answer = submit_only("POST", "/reports", LETTER, WAIT)

    assert (answer.status, set(answer.json)) == (202, {"id", "status", "links"})
    assert "Preference-Applied" not in answer.headers
