"""What the API makes of paths and bodies that are not as they should be."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from reports import bootstrap
from tests.builders import App
from tests.unit.handlers.calling import Caller, keep, succeeded


def test_a_head_is_the_answer_to_get_without_its_body(call: Caller, app: App) -> None:
    keep(app, succeeded())

    assert (call("HEAD", "/health").status, call("HEAD", "/health").text) == (200, "")
    assert (call("HEAD", "/reports/job-s/pdf").status, call("HEAD", "/reports/none").status) == (303, 404)
    assert call("HEAD", "/reports/batch").status == 405


@pytest.mark.parametrize("path", ["/reports/", "/reports//"])
def test_slashes_at_the_end_are_passed_over(call: Caller, path: str) -> None:
    assert call("GET", path).status == 200
    assert call("OPTIONS", path).headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    "path",
    [
        "/reports/" + "x" * 3000,
        "/reports/" + "x" * 3000 + "/pdf",
        "/reports/latest/" + "x" * 3000,
        "/reports/latest/a%20b",
    ],
)
def test_a_name_that_nothing_can_have_is_not_looked_up(call: Caller, path: str) -> None:
    assert (call("GET", path).status, call("GET", path).json["code"]) == (404, "job_not_found")


@pytest.mark.parametrize("given", ["S-D5rG9QFiAFnVg=", "S-D5rG9QFiAFnVg%3D"])
def test_an_id_of_the_direct_door_is_found_however_its_end_is_written(call: Caller, app: App, given: str) -> None:
    keep(app, succeeded("S-D5rG9QFiAFnVg="))

    assert call("GET", f"/reports/{given}").json["id"] == "S-D5rG9QFiAFnVg="


def test_the_key_of_an_upload_is_measured_in_bytes(call: Caller) -> None:
    assert call("GET", f"/reports?source={quote('é' * 512)}").status == 200
    assert call("GET", f"/reports?source={quote('é' * 513)}").status == 422


@pytest.mark.parametrize(
    ("text", "status"),
    [("a" * 700, 202), ('"' * 250, 202), ('"' * 320, 413), ("\\" * 320, 413), ("\n" * 420, 413), ("é" * 320, 202)],
)
def test_a_body_has_to_fit_into_the_event_in_which_its_quotation_marks_take_more(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch, text: str, status: int
) -> None:
    small = app.with_settings(max_body_bytes=1000, max_escaped_bytes=1200)
    monkeypatch.setattr(bootstrap, "service", lambda: small)
    body = json.dumps({"template": "letter", "data": {"to": text}}, ensure_ascii=False)

    answer = call("POST", "/reports", body)

    event = json.dumps(body, ensure_ascii=False).encode()
    assert (answer.status, len(event) - 2 > 1200) == (status, status == 413)
    assert status == 202 or "within API Gateway's event" in answer.json["detail"]


@pytest.mark.gate
def test_however_much_is_wrong_the_answer_stays_small(call: Caller, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    large = app.with_settings(max_body_bytes=4_000_000)
    monkeypatch.setattr(bootstrap, "service", lambda: large)
    many = {f"m{n}": n for n in range(200_000)}
    long = {"é" * 600_000: 1, "template": "letter", "data": {}}
    some = {f"m{n}": n for n in range(900)}

    answers = [call("POST", "/reports", body) for body in (many, long, some)]

    assert [answer.status for answer in answers] == [422] * 3
    assert max(len(answer.text) for answer in answers) < 20_000
    assert answers[0].json["errors"] == [
        {"pointer": "", "message": "200,002 things are wrong here, too many to name them."}
    ]
    assert len(answers[2].json["errors"]) == 50


@pytest.mark.parametrize("name", ["${filename}", "x-${filename}", "$${filename}", "a${"])
def test_a_form_for_an_upload_is_for_one_name(call: Caller, name: str) -> None:
    assert call("POST", "/uploads", {"template": "list", "filename": name}).status == 422


@pytest.mark.parametrize("name", ["$5 {gross}.csv", "{a}$", "$$", "{", "}{$x{.csv"])
def test_dollars_and_braces_may_stand_in_a_name(call: Caller, name: str) -> None:
    assert call("POST", "/uploads", {"template": "list", "filename": name}).json["key"].endswith(f"/{name}")
