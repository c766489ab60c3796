"""What callers are told when their tenant has had enough."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.access.tenants import Tenant
from tests.builders import App
from tests.unit.handlers.calling import Caller, keep, succeeded

LETTER = {"template": "letter", "data": {"to": "me"}}


def rows(number: int) -> dict[str, Any]:
    return {"template": "list", "data": {"rows": [{"a": n} for n in range(number)]}}


@pytest.fixture(autouse=True)
def _limits(app: App) -> None:
    app.tenants.put(Tenant("demo", reports_per_day=2, rows_per_report=3, bytes_per_report=400))


def test_one_report_too_many_is_refused_until_the_next_day(call: Caller, app: App) -> None:
    assert [call("POST", "/reports", LETTER).status for _ in range(2)] == [202, 202]

    answer = call("POST", "/reports", LETTER)

    assert (answer.status, answer.json["code"], answer.json["reports_per_day"]) == (429, "quota_exceeded", 2)
    assert answer.headers["Retry-After"] == str(12 * 3600 + 1)
    assert len(app.jobs.jobs) == len(app.artifacts.objects) == 2
    app.clock.advance(hours=12)
    assert call("POST", "/reports", LETTER).status == 202


def test_no_report_is_accepted_once_the_seconds_of_computing_are_used_up(call: Caller, app: App) -> None:
    app.tenants.put(Tenant("demo", compute_seconds_per_day=5))
    with app.quotas.measured("demo", "letter"):
        app.clock.advance(seconds=5.2)

    answer = call("POST", "/reports", LETTER)

    assert (answer.status, answer.json["code"]) == (429, "quota_exceeded")
    assert (answer.json["limit"], answer.json["compute_seconds_per_day"]) == ("compute_seconds_per_day", 5)
    assert int(answer.headers["Retry-After"]) > 0
    assert not app.jobs.jobs
    assert call("GET", "/me").json["used"]["compute_seconds_today"] == 6


def test_another_tenant_is_not_held_to_it(call: Caller, app: App) -> None:
    acme = call.with_key(app.key_of("acme"))

    assert [acme("POST", "/reports", LETTER).status for _ in range(3)] == [202] * 3


def test_a_request_that_is_repeated_with_its_key_counts_once(call: Caller) -> None:
    for _ in range(5):
        assert call("POST", "/reports", LETTER, {"Idempotency-Key": "k"}).status == 202

    assert call("POST", "/reports", LETTER).status == 202
    assert call("POST", "/reports", LETTER).status == 429


def test_a_request_over_the_limit_can_be_repeated_with_its_key_on_the_next_day(call: Caller, app: App) -> None:
    for _ in range(2):
        call("POST", "/reports", LETTER)
    assert call("POST", "/reports", LETTER, {"Idempotency-Key": "k"}).status == 429

    app.clock.advance(hours=12)

    assert call("POST", "/reports", LETTER, {"Idempotency-Key": "k"}).status == 202
    assert len(app.jobs.jobs) == 3


def test_a_request_that_is_refused_does_not_count(call: Caller) -> None:
    for _ in range(5):
        assert call("POST", "/reports", {"template": "letter", "data": {}}).status == 422

    assert call("POST", "/reports", LETTER).status == 202


def test_a_batch_is_counted_as_a_whole(call: Caller, app: App) -> None:
    refused = call("POST", "/reports/batch", {"items": [LETTER] * 3})

    assert (refused.status, refused.json["code"]) == (429, "quota_exceeded")
    assert not app.jobs.jobs
    assert call("POST", "/reports/batch", {"items": [LETTER, {"template": "letter"}, LETTER]}).status == 202
    assert call("POST", "/reports", LETTER).status == 429


def test_a_batch_that_is_repeated_with_its_keys_counts_once(call: Caller) -> None:
    items = [{**LETTER, "idempotency_key": f"k{n}"} for n in range(2)]

    assert [call("POST", "/reports/batch", {"items": items}).status for _ in range(3)] == [202] * 3


def test_a_report_of_too_many_rows_is_refused(call: Caller, app: App) -> None:
    assert call("POST", "/reports", rows(3)).status == 202

    answer = call("POST", "/reports", rows(4))

    assert (answer.status, answer.json["code"], answer.json["max_rows"]) == (413, "too_large", 3)
    assert len(app.jobs.jobs) == 1


def test_a_report_of_too_many_bytes_is_refused(call: Caller, app: App) -> None:
    answer = call("POST", "/reports", {"template": "letter", "data": {"to": "x" * 500}})

    assert (answer.status, answer.json["code"], answer.json["max_bytes"]) == (413, "too_large", 400)
    assert not app.artifacts.objects


def test_of_a_batch_the_items_that_are_too_large_are_refused(call: Caller) -> None:
    large = {"template": "letter", "data": {"to": "x" * 500}}

    items = call("POST", "/reports/batch", {"items": [LETTER, large]}).json["items"]

    assert [item["status"] for item in items] == [202, 413]
    assert items[1]["problem"]["code"] == "too_large"


def test_the_form_of_an_upload_lets_no_larger_file_in(call: Caller) -> None:
    answer = call("POST", "/uploads", {"template": "list", "filename": "a.csv"})

    assert answer.json["max_bytes"] == 400


def test_who_has_had_enough_may_still_look_fetch_and_cancel(call: Caller, app: App) -> None:
    first, _ = (call("POST", "/reports", LETTER).json["id"] for _ in range(2))
    keep(app, succeeded())

    assert call("GET", "/reports").status == 200
    assert call("GET", "/reports/job-s/pdf").status == 303
    assert call("DELETE", f"/reports/{first}").status == 200


def test_a_caller_sees_what_its_tenant_may_have_and_has_had_today(call: Caller, app: App) -> None:
    call("POST", "/reports", LETTER)
    call.with_key(app.key_of("acme"))("POST", "/reports", LETTER)

    shown = call("GET", "/me").json

    assert shown["tenant"] == "demo"
    assert shown["limits"] == {
        "reports_per_day": 2,
        "compute_seconds_per_day": 3600,
        "emails_per_day": 100,
        "waiting_requests": 2,
        "rows_per_report": 3,
        "bytes_per_report": 400,
        "email_to": ["@example.org"],
        "email_titles": True,
    }
    assert shown["used"] == {
        "reports_today": 1,
        "compute_seconds_today": 0,
        "emails_today": 0,
        "resets_at": "2026-11-21T00:00:00.000Z",
    }


def test_the_bytes_of_an_item_are_counted_as_those_of_a_request(call: Caller, app: App) -> None:
    app.tenants.put(Tenant("demo", bytes_per_report=400))
    large = {"template": "letter", "data": {"to": "é" * 180}}

    alone = call("POST", "/reports", json.dumps(large, ensure_ascii=False)).status
    items = [large, {**large, "data": {"to": "é"}, "idempotency_key": "k" * 255}]
    batch = call("POST", "/reports/batch", json.dumps({"items": items}, ensure_ascii=False)).json

    assert alone == 413
    assert [item["status"] for item in batch["items"]] == [413, 202]


def test_an_address_that_is_not_allowed_is_refused_with_its_place(call: Caller, app: App) -> None:
    options = {"notify": {"email": "a@evil.example"}}

    answer = call("POST", "/reports", {**LETTER, "options": options})

    assert (answer.status, answer.json["code"]) == (422, "address_not_allowed")
    [error] = answer.json["errors"]
    assert error["pointer"] == "/options/notify/email"
    assert "@example.org" in error["message"]
    assert not app.jobs.jobs


def test_an_item_of_a_batch_with_such_an_address_is_refused_alone(call: Caller) -> None:
    refused = {**LETTER, "options": {"notify": {"email": "a@evil.example"}}}

    answer = call("POST", "/reports/batch", {"items": [LETTER, refused]})

    assert [item["status"] for item in answer.json["items"]] == [202, 422]
    assert answer.json["items"][1]["problem"]["code"] == "address_not_allowed"


def test_a_tenant_sees_its_limits_on_email(call: Caller, app: App) -> None:
    app.tenants.put(Tenant("demo", emails_per_day=7, waiting_requests=3, email_to=("@acme.example",)))
    app.quotas.count_email("demo")

    me = call("GET", "/me").json

    assert me["limits"]["email_to"] == ["@acme.example"]
    assert (me["limits"]["emails_per_day"], me["used"]["emails_today"]) == (7, 1)
    assert (me["limits"]["waiting_requests"], me["limits"]["email_titles"]) == (3, True)
