from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import api
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.values import Failure, Provenance
from reports.render_contract import Progress
from tests.builders import LEASE, App, a_job
from tests.fakes.clock import NOON
from tests.invoking import LambdaContext
from tests.unit.handlers.calling import Answer, Caller, keep, succeeded

LETTER = {"template": "letter", "data": {"to": "me"}}


def test_a_request_is_accepted_with_where_to_look(call: Caller, app: App) -> None:
    answer = call("POST", "/reports", LETTER)

    base = "https://abc.execute-api.eu-central-1.amazonaws.com/dev"
    assert answer.status == 202
    assert answer.headers["Location"] == f"{base}/reports/job-1"
    assert answer.headers["Retry-After"] == "2"
    assert answer.json == {
        "id": "job-1",
        "status": "PENDING",
        "links": {
            "self": f"{base}/reports/job-1",
            "pdf": f"{base}/reports/job-1/pdf",
            "events": f"{base}/reports/job-1/events",
            "deliveries": f"{base}/reports/job-1/deliveries",
            "receipt": f"{base}/reports/job-1/receipt",
        },
    }
    assert len(app.queue.sent) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Correlation-Id": "my-request.7"}, "my-request.7"),
        ({"x-correlation-id": "my-request.7"}, "my-request.7"),
        ({"X-Correlation-Id": "evil\ninjection"}, "request-1"),
        ({}, "request-1"),
    ],
)
def test_the_correlation_id_goes_from_the_request_into_the_job_and_back(
    call: Caller, app: App, headers: dict[str, str], expected: str
) -> None:
    answer = call("POST", "/reports", LETTER, headers)

    assert answer.headers["X-Correlation-Id"] == expected
    assert app.jobs.get("job-1").correlation_id == expected


@pytest.mark.parametrize("request_id", ['x","status":"200', "x" * 65, "a b c d e f", ""])
def test_a_request_id_that_a_caller_has_made_up_gives_way_to_api_gateways_own(
    call: Caller, app: App, request_id: str
) -> None:
    answer = call(
        "POST", "/reports", LETTER, context={"requestId": request_id, "extendedRequestId": "S-D5rG9QFiAFnVg="}
    )

    assert answer.headers["X-Correlation-Id"] == "S-D5rG9QFiAFnVg="
    assert app.jobs.get("job-1").correlation_id == "S-D5rG9QFiAFnVg="


@pytest.mark.parametrize(
    ("body", "status", "code", "errors"),
    [
        ("{", 400, "malformed_json", None),
        ("", 400, "malformed_json", None),
        ('{"template": "letter", "template": "list", "data": {}}', 400, "malformed_json", None),
        ('{"template": "letter", "data": {"to": NaN}}', 400, "malformed_json", None),
        ([], 422, "invalid_data", [""]),
        ({"template": "letter"}, 422, "invalid_data", ["/data"]),
        ({"template": 7, "data": {}}, 422, "invalid_data", ["/template"]),
        ({**LETTER, "tenant": "other"}, 422, "invalid_data", ["/tenant"]),
        ({**LETTER, "options": {"filename": "a/b"}}, 422, "invalid_data", ["/options/filename"]),
        ({**LETTER, "options": {"locale": "../x"}}, 422, "invalid_data", ["/options/locale"]),
        ({"template": "letter", "data": {"copies": "x"}}, 422, "invalid_data", ["", "/copies"]),
        ({"template": "nope", "data": {}}, 404, "unknown_template", None),
        ({"template": "letter", "data": {"to": "x" * 2000}}, 413, "too_large", None),
    ],
)
def test_a_bad_request_is_answered_by_a_problem_document(
    call: Caller, app: App, body: Any, status: int, code: str, errors: list[str] | None
) -> None:
    answer = call("POST", "/reports", body)

    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert (problem["status"], problem["code"], problem["correlation_id"]) == (status, code, "request-1")
    assert problem["type"] == f"urn:pressrun:problem:{code}"
    if errors is not None:
        assert sorted(error["pointer"] for error in problem["errors"]) == errors
        assert all(error["message"] for error in problem["errors"])
    assert not app.jobs.jobs


def test_a_body_that_is_no_text_is_refused(call: Caller, app: App, lambda_context: LambdaContext) -> None:
    event = {
        "httpMethod": "POST",
        "path": "/reports",
        "headers": {"Authorization": f"Bearer {app.key_of('demo')}"},
        "requestContext": {"requestId": "request-1"},
        "body": base64.b64encode(b"\xff\xfe{").decode(),
        "isBase64Encoded": True,
    }

    answer = Answer(api.handler(event, lambda_context))

    assert (answer.status, answer.json["code"]) == (400, "malformed_json")


def test_an_unknown_template_names_those_that_exist(call: Caller) -> None:
    assert call("POST", "/reports", {"template": "nope", "data": {}}).json["known"] == ["letter", "list", "picture"]


def test_too_large_a_body_leads_to_the_uploads(call: Caller) -> None:
    problem = call("POST", "/reports", {"template": "letter", "data": {"to": "x" * 2000}}).json

    assert "POST /uploads" in problem["detail"]
    assert problem["upload"].endswith("/dev/uploads")


def test_a_service_that_is_down_is_told_without_its_name(call: Caller, app: App) -> None:
    app.artifacts.refuse = ServiceUnavailableError("SQS refused a request.", reason="secret")

    answer = call("POST", "/reports", LETTER)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "SQS" not in answer.text
    assert "secret" not in answer.text


def test_a_fault_of_ours_shows_no_trace_and_leaves_one_in_the_logs(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(job_id: str) -> Job:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(app.jobs, "get", break_down)

    answer = call("GET", "/reports/job-1")

    assert answer.status == 500
    assert answer.json["code"] == "internal_error"
    assert "secret" not in answer.text
    assert any(record.exc_info for record in caplog.records)


def test_a_pending_report_says_when_to_look_again(call: Caller, app: App) -> None:
    call("POST", "/reports", LETTER)

    answer = call("GET", "/reports/job-1")

    assert (answer.status, answer.json["status"], answer.headers["Retry-After"]) == (200, "PENDING", "2")
    assert "artifacts" not in answer.json


def test_a_finished_report_has_its_figures_and_links(call: Caller, app: App) -> None:
    keep(app, succeeded())

    shown = call("GET", "/reports/job-s").json

    assert (shown["status"], shown["pages"], shown["bytes"], shown["attempts"]) == ("SUCCEEDED", 3, 999, 1)
    assert shown["created_at"] == "2026-11-20T12:00:00.000Z"
    assert [artifact["name"] for artifact in shown["artifacts"]] == ["Brief.pdf", "thumbnail.png"]
    place = "https://objects.test/reports/demo/job-s/1"
    assert shown["artifacts"][0]["url"] == f"{place}/Brief.pdf?expires=3600"
    assert shown["artifacts"][0]["download_url"] == f"{place}/Brief.pdf?expires=3600&save_as=Brief.pdf"
    assert shown["thumbnail"] == {"url": f"{place}/thumbnail.png?expires=3600", "width": 4, "height": 3}


def test_what_was_inferred_of_the_data_is_told_with_the_report_and_not_in_lists(call: Caller, app: App) -> None:
    column = {"key": "Net", "type": "number", "summed": True}
    reading = {"format": "csv", "delimiter": ";", "sections": [{"rows": 1, "columns": [column]}], "quote": "'"}
    keep(app, replace(succeeded(), reading=reading))

    assert call("GET", "/reports/job-s").json["reading"] == reading
    assert "reading" not in call("GET", "/reports").json["reports"][0]


def test_what_was_inferred_of_data_that_failed_is_told_too(call: Caller, app: App) -> None:
    keep(app, a_job("job-f").failed(NOON, Failure("unreadable_file", "At line 4."), {"format": "csv"}))

    assert call("GET", "/reports/job-f").json["reading"] == {"format": "csv"}


def test_a_finished_report_says_what_it_was_made_of(call: Caller, app: App) -> None:
    keep(app, replace(succeeded(), provenance=Provenance("ab", "cd", "ef", {"weasyprint": "70.0"})))

    assert call("GET", "/reports/job-s").json["provenance"] == {
        "input_sha256": "ab",
        "template_sha256": "cd",
        "pdf_sha256": "ef",
        "engine": {"weasyprint": "70.0"},
    }


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (Progress(40, 100), {"rows_done": 40, "rows_total": 100}),
        (Progress(40), {"rows_done": 40}),
        (None, None),
    ],
)
def test_a_report_that_is_rendered_says_how_far_it_is(
    call: Caller, app: App, progress: Progress | None, shown: dict[str, int] | None
) -> None:
    keep(app, replace(a_job("job-r").claimed(NOON, LEASE), progress=progress))

    assert call("GET", "/reports/job-r").json.get("progress") == shown


def test_the_progress_of_an_attempt_that_is_over_is_not_shown(call: Caller, app: App) -> None:
    keep(app, replace(a_job("job-r").claimed(NOON, LEASE).failed(NOON, Failure("x", "y")), progress=Progress(1)))

    assert "progress" not in call("GET", "/reports/job-r").json


def test_a_failed_report_says_why(call: Caller, app: App) -> None:
    keep(app, a_job("job-f").failed(NOON, Failure("invalid_data", "At /to: missing.", {"n": 1})))

    assert call("GET", "/reports/job-f").json["error"] == {
        "code": "invalid_data",
        "message": "At /to: missing.",
        "detail": {"n": 1},
        "retryable": False,
    }


def test_the_pdf_is_a_redirection_to_where_it_lies(call: Caller, app: App) -> None:
    keep(app, succeeded())

    answer = call("GET", "/reports/job-s/pdf")

    assert (answer.status, answer.text) == (303, "")
    assert answer.headers["Location"].startswith("https://objects.test/reports/demo/job-s/1/Brief.pdf")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("job", "code", "retry"),
    [
        (a_job("job-x"), "report_not_ready", "2"),
        (a_job("job-x").claimed(NOON, LEASE), "report_not_ready", "2"),
        (a_job("job-x").failed(NOON, Failure("x", "It broke.")), "report_failed", None),
    ],
)
def test_a_pdf_that_is_not_there_is_a_conflict(call: Caller, app: App, job: Job, code: str, retry: str | None) -> None:
    keep(app, job)

    answer = call("GET", "/reports/job-x/pdf")

    assert (answer.status, answer.json["code"], answer.headers.get("Retry-After")) == (409, code, retry)


@pytest.mark.parametrize("path", ["/reports/job-s", "/reports/job-s/pdf", "/reports/job-s/events"])
def test_another_tenants_report_is_not_there(call: Caller, app: App, path: str) -> None:
    keep(app, succeeded(tenant="other"))

    answer = call("GET", path)

    assert (answer.status, answer.json["code"]) == (404, "job_not_found")
    assert answer.headers["Retry-After"] == "2"


def test_the_timeline_is_shown_in_order(call: Caller, app: App) -> None:
    call("POST", "/reports", LETTER)
    app.process(app.queue.sent[0])

    events = call("GET", "/reports/job-1/events").json["events"]

    assert [(event["event"], event["attempt"]) for event in events] == [
        ("accepted", 0),
        ("rendering", 1),
        ("succeeded", 1),
    ]


def test_lists_can_be_narrowed_and_continued(call: Caller, app: App) -> None:
    for _ in range(3):
        call("POST", "/reports", LETTER)
        app.clock.advance(seconds=1)
    app.process(app.queue.sent[0])

    first = call("GET", "/reports?status=PENDING&limit=1").json
    second = call("GET", f"/reports?status=PENDING&limit=1&cursor={first['cursor']}").json

    assert [r["id"] for r in first["reports"] + second["reports"]] == ["job-3", "job-2"]
    assert second["cursor"] is None
    assert call("GET", "/reports?template=list").json["reports"] == []


@pytest.mark.parametrize("query", ["status=DONE", "limit=0", "limit=101", "limit=x", "cursor=foreign", "typo=1"])
def test_a_query_that_makes_no_sense_is_refused(call: Caller, query: str) -> None:
    answer = call("GET", f"/reports?{query}")

    assert (answer.status, answer.json["code"]) == (422, "invalid_data")


def test_an_upload_form_is_for_one_key_below_the_callers_tenant(call: Caller) -> None:
    answer = call("POST", "/uploads", {"template": "list", "filename": "Q1 Zahlen.csv"})

    assert answer.status == 201
    assert answer.json["fields"]["key"] == answer.json["key"] == "uploads/demo/list/Q1 Zahlen.csv"
    assert answer.json["links"]["reports"].endswith("/reports?source=uploads%2Fdemo%2Flist%2FQ1+Zahlen.csv")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"template": "nope", "filename": "a.csv"}, 404),
        ({"template": "list", "filename": "../../other/list/a.csv"}, 422),
        ({"template": "list"}, 422),
        ({"template": "list", "filename": "a.csv", "content_type": "text/csv\r\nX: y"}, 422),
    ],
)
def test_an_upload_form_for_a_wrong_place_is_refused(call: Caller, body: dict[str, str], status: int) -> None:
    assert call("POST", "/uploads", body).status == status


def test_options_of_an_upload_are_a_part_of_its_form(call: Caller) -> None:
    options = {"title": "Größe", "reading": {"delimiter": "tab"}}

    answer = call("POST", "/uploads", {"template": "list", "filename": "a.csv", "options": options})

    assert json.loads(answer.json["fields"]["x-amz-meta-pressrun-options"]) == {
        "title": "Größe",
        "reading": {"delimiter": "\t"},
    }


def test_options_that_an_upload_cannot_have_are_refused_at_their_place(call: Caller) -> None:
    body = {"template": "list", "filename": "a.csv", "options": {"reading": {"paper": "A4"}}}

    answer = call("POST", "/uploads", body)

    assert (answer.status, answer.json["code"]) == (422, "invalid_options")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/options/reading/paper"]


def test_templates_are_listed_and_shown_with_schema_and_sample(call: Caller) -> None:
    assert [t["name"] for t in call("GET", "/templates").json["templates"]] == ["letter", "list", "picture"]
    assert call("GET", "/templates/letter").json["schema"]["required"] == ["to"]
    assert call("GET", "/templates/nope").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nope", 404, None),
        ("GET", "/reports/\x00", 404, None),
        ("GET", "/reports/\N{PILE OF POO}/pdf", 404, None),
        ("DELETE", "/reports", 405, "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/reports/", 405, "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/reports/job-1", 405, "DELETE, GET, HEAD, OPTIONS"),
        ("POST", "/templates", 405, "GET, HEAD, OPTIONS"),
        # What stands there is no report of that name.
        ("GET", "/reports/batch", 405, "OPTIONS, POST"),
        ("DELETE", "/reports/retry", 405, "OPTIONS, POST"),
        ("GET", "/openapiXjson", 404, None),
    ],
)
def test_what_no_route_has_is_a_problem_too(
    call: Caller, method: str, path: str, status: int, allow: str | None
) -> None:
    answer = call(method, path)

    assert (answer.status, answer.headers.get("Allow")) == (status, allow)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_health_route_names_the_stage(call: Caller) -> None:
    assert call("GET", "/health").json == {"status": "ok", "stage": "dev"}
