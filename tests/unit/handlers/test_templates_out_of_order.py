"""One template that is out of order changes no answer but those about itself."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from handlers.api import ROUTES
from handlers.http.route_table import Registered
from reports.jobs.values import Door, JobStatus
from tests.builders import App, a_catalog, direct_message, notification, upload_message, write_template
from tests.unit.handlers.calling import Caller, keep, succeeded
from tests.unit.worker.jobs import LETTER, only_job

FILES = {
    "schema.json": ["{", "[]", '{"title": "A", "description": "B", "type": "sting"}', '{"type": "object"}', ""],
    "sample.json": ["{"],
    "labels.json": ["{", '{"en": 7}'],
}
BROKEN = [(file, text) for file, texts in FILES.items() for text in texts]
BODIES: dict[str, Any] = {
    "/reports": LETTER,
    "/reports/batch": {"items": [LETTER, LETTER]},
    "/reports/retry": {"filter": {"template": "letter"}},
    "/uploads": {"template": "letter", "filename": "a.json"},
}


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(catalog=a_catalog(tmp_path))


def break_one(app: App, file: str, text: str) -> None:
    write_template(app.catalog._folder, "bad", {"type": "object"})
    (app.catalog._folder / "bad" / file).write_text(text)


@pytest.fixture(params=BROKEN, ids=lambda each: f"{each[0]} {each[1][:12]}")
def broken(app: App, request: pytest.FixtureRequest) -> str:
    break_one(app, *request.param)
    return str(request.param[0])


def path_of(route: Registered) -> str:
    return (
        route.rule.replace("<report_id>", "job-s")
        .replace("<name>", "letter")
        .replace("<key>", "k")
        .replace("<sha256>", "ab" * 32)
        .replace("<number>", "1")
        .replace("<tenant>", "demo")
        .replace("<file>", "none.js")
    )


@pytest.mark.parametrize("route", ROUTES.routes, ids=lambda route: f"{route.method} {route.rule}")
def test_every_route_answers_as_it_does_without_it(call: Caller, app: App, route: Registered) -> None:
    keep(app, succeeded())
    break_one(app, "schema.json", "{")
    path = path_of(route)
    assert "<" not in path

    answer = call(route.method, path, BODIES.get(route.rule))

    assert answer.status < 500, answer.text


def test_lists_show_the_others(call: Caller, broken: str) -> None:
    names = [template["name"] for template in call("GET", "/templates").json["templates"]]

    assert names == ["letter", "list", "picture"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/templates/bad", None),
        ("POST", "/reports", {"template": "bad", "data": {}}),
        ("POST", "/uploads", {"template": "bad", "filename": "a.json"}),
    ],
)
def test_what_is_asked_of_it_is_answered_by_a_problem_that_is_ours(
    call: Caller, broken: str, caplog: pytest.LogCaptureFixture, method: str, path: str, body: Any
) -> None:
    caplog.set_level(logging.ERROR)

    answer = call(method, path, body)

    problem = answer.json
    assert (answer.status, problem["code"]) == (500, "template_out_of_order")
    assert f"bad/{broken}" in problem["detail"]
    assert problem["place"].startswith(f"bad/{broken}")
    assert "Traceback" not in answer.text
    assert "a template is out of order" in [record.message for record in caplog.records]


def test_of_a_batch_only_its_items_are_refused(call: Caller, broken: str) -> None:
    answer = call("POST", "/reports/batch", {"items": [LETTER, {"template": "bad", "data": {}}]})

    assert answer.status == 202
    assert [item["status"] for item in answer.json["items"]] == [202, 500]
    assert answer.json["items"][1]["problem"]["code"] == "template_out_of_order"


def test_a_request_by_the_queue_or_an_upload_for_it_fails_with_the_code(app: App, broken: str) -> None:
    app.uploads.put("uploads/demo/bad/a.json", b"{}", content_type="application/json")
    for message in (
        direct_message({"template": "bad", "data": {}}),
        upload_message(notification("uploads/demo/bad/a.json")),
    ):
        app.jobs.jobs.clear()

        assert app.process(message).done

        failure = only_job(app).failure
        assert failure is not None
        assert (only_job(app).status, failure.code, failure.retryable) == (
            JobStatus.FAILED,
            "template_out_of_order",
            False,
        )


def test_requests_for_others_are_rendered(app: App, broken: str) -> None:
    assert app.process(direct_message(LETTER)).done

    assert (only_job(app).status, only_job(app).door) == (JobStatus.SUCCEEDED, Door.QUEUE)
