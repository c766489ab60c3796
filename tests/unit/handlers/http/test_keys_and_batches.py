"""Test idempotency keys and batches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import bootstrap
from reports.errors import ServiceUnavailableError
from tests.builders import App
from tests.examples import examples
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}
BASE = "https://abc.execute-api.eu-central-1.amazonaws.com/dev"


def keyed(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


def test_a_key_in_the_header_makes_repeated_requests_one_report(call: Caller, app: App) -> None:
    first, again = (call("POST", "/reports", LETTER, keyed("k")) for _ in range(2))
    other = call("POST", "/reports", {**LETTER, "data": {"to": "you"}}, keyed("k"))

    assert (first.status, again.status) == (202, 202)
    assert first.json == again.json
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(app.jobs.jobs) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(50))
@given(key=st.text(max_size=260) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=260))
def test_a_key_is_printable_ascii_of_a_limited_length(call: Caller, app: App, key: str) -> None:
    before = len(app.jobs.jobs)
    is_right = 1 <= len(key) <= 255 and all(" " <= each <= "~" for each in key)

    answer = call("POST", "/reports", {**LETTER, "options": {"title": key[:9].strip() or "x"}}, keyed(key))

    if is_right:
        # Another example may have used the same key, for another title.
        assert answer.status in (202, 422)
        assert answer.status == 202 or answer.json["code"] == "idempotency_key_reused"
    else:
        assert answer.status == 422
        assert "Idempotency-Key" in answer.json["detail"] or answer.json["errors"]
        assert len(app.jobs.jobs) == before


def test_a_batch_is_answered_item_by_item(call: Caller, app: App) -> None:
    items: list[Any] = [
        LETTER,
        {"template": "nope", "data": {}},
        7,
        {**LETTER, "idempotency_key": "k"},
        {**LETTER, "idempotency_key": ""},
        {"template": "letter", "data": {}},
    ]

    answer = call("POST", "/reports/batch", {"items": items})

    assert answer.status == 202
    body = answer.json
    assert [(each["index"], each["status"]) for each in body["items"]] == [
        *((0, 202), (1, 404), (2, 422), (3, 202), (4, 422), (5, 422)),
    ]
    assert (body["total"], body["accepted"], body["refused"]) == (6, 2, 4)
    assert body["items"][0]["links"]["self"] == f"{BASE}/reports/{body['items'][0]['id']}"
    assert body["items"][1]["problem"]["code"] == "unknown_template"
    assert [each["pointer"] for each in body["items"][4]["problem"]["errors"]] == ["/idempotency_key"]
    assert answer.headers["Location"] == body["links"]["reports"] == f"{BASE}/reports?batch={body['batch']}"
    assert {job.batch for job in app.jobs.jobs.values()} == {body["batch"]}


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, {"items": {}}, {"items": [LETTER] * 1001}, {"items": [LETTER], "typo": 1}, []]
)
def test_a_batch_that_is_none_is_refused(app: App, call: Caller, monkeypatch: pytest.MonkeyPatch, body: Any) -> None:
    ours = app.with_settings(max_body_bytes=1_000_000)
    monkeypatch.setattr(bootstrap, "service", lambda: ours)

    answer = call("POST", "/reports/batch", body)

    assert (answer.status, answer.json["code"]) == (422, "invalid_data")
    assert not app.jobs.jobs


def test_a_batch_has_the_limit_of_a_single_request(call: Caller) -> None:
    assert call("POST", "/reports/batch", {"items": [LETTER] * 50}).status == 413


def test_a_batch_of_which_nothing_is_accepted_is_a_problem(call: Caller, app: App) -> None:
    bad = {"items": [{"template": "nope", "data": {}}, 7]}
    answer = call("POST", "/reports/batch", bad)
    assert (answer.status, answer.json["code"]) == (422, "nothing_accepted")
    assert [each["status"] for each in answer.json["items"]] == [404, 422]

    app.jobs.refuse_new_after = 0
    answer = call("POST", "/reports/batch", {"items": [LETTER, 7]})
    assert (answer.status, answer.json["code"]) == (503, "nothing_accepted")
    assert [each["status"] for each in answer.json["items"]] == [503, 422]


def test_a_batch_that_is_sent_again_is_the_batch_that_it_was(call: Caller) -> None:
    batch = {"items": [{**LETTER, "idempotency_key": f"k{n}"} for n in range(3)]}

    first, again = (call("POST", "/reports/batch", batch).json for _ in range(2))

    assert first == again
    listed = call("GET", f"/reports?batch={again['batch']}").json
    assert {each["id"] for each in listed["reports"]} == {each["id"] for each in first["items"]}


def test_a_list_of_a_batch_has_counts_by_status(call: Caller, app: App) -> None:
    body = call("POST", "/reports/batch", {"items": [LETTER] * 3}).json
    call("POST", "/reports", LETTER)
    app.process(app.queue.sent[0])

    listed = call("GET", f"/reports?batch={body['batch']}&status=PENDING").json

    assert listed["counts"] == {"PENDING": 2, "RENDERING": 0, "SUCCEEDED": 1, "FAILED": 0, "CANCELLED": 0}
    assert (listed["total"], len(listed["reports"])) == (3, 2)
    assert {each["batch"] for each in listed["reports"]} == {body["batch"]}
    assert "counts" not in call("GET", "/reports").json
    assert call("GET", "/reports?batch=unknown").json["total"] == 0


def test_keys_that_cannot_be_looked_up_are_told_as_a_fault(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise ServiceUnavailableError("DynamoDB is down.")

    assert call("POST", "/reports", LETTER, keyed("k")).status == 202
    monkeypatch.setattr(app.jobs, "missing", refuse)
    assert call("POST", "/reports/batch", {"items": [{**LETTER, "idempotency_key": "k"}]}).status == 503

    app.idempotency_keys.refuse = True
    assert call("POST", "/reports", LETTER, keyed("l")).status == 503
    [item] = call("POST", "/reports/batch", {"items": [{**LETTER, "idempotency_key": "l"}]}).json["items"]
    assert (item["status"], item["problem"]["code"]) == (503, "service_unavailable")
