"""Tenants have all that they have erased, and the audit log knows who asked for what and who got it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reports.access.identity import Scope
from reports.access.tenants import Tenant
from reports.errors import ServiceUnavailableError
from tests.builders import App
from tests.unit.handlers.calling import Caller, keep, succeeded

LETTER = {"template": "letter", "data": {"to": "me"}}
DATA = "/tenants/demo/data"


def audited(app: App) -> list[dict[str, Any]]:
    return [entry.as_dict() for entry in app.audit.entries]


def test_a_tenant_has_its_data_erased_and_sees_how_far_that_is(app: App, call: Caller) -> None:
    assert call("GET", DATA).json["code"] == "no_erasure"

    answer = call("DELETE", DATA)

    assert (answer.status, answer.json["under_way"], answer.json["removed"]) == (202, True, {})
    assert answer.headers["Location"].endswith(DATA)
    assert call("GET", DATA).json == answer.json
    app.erasures.advance(app.erasures.latest["demo"].finished(app.clock.now()))
    shown = call("GET", DATA).json
    assert (shown["under_way"], shown["proof"]["found_by_last_pass"]) == (False, 0)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/reports", LETTER),
        ("POST", "/reports/batch", {"items": [LETTER]}),
        ("POST", "/uploads", {"template": "list", "filename": "a.csv"}),
        ("POST", "/reports/retry", {"filter": {"template": "letter"}}),
        ("POST", "/reports/job-s/retry", None),
    ],
)
def test_meanwhile_the_tenant_gets_nothing_new(app: App, call: Caller, method: str, path: str, body: Any) -> None:
    call("DELETE", DATA)

    answer = call(method, path, body)

    assert (answer.status, answer.json["code"]) == (409, "being_erased")
    other = call.with_key(app.key_of("acme"))
    assert other(method, path, body).json.get("code") != "being_erased"


def test_only_a_key_with_that_scope_erases_and_not_under_a_legal_hold(app: App, call: Caller) -> None:
    others = call.with_key(app.key_of("demo", Scope.SUBMIT, Scope.READ, Scope.ADMIN))
    assert others("DELETE", DATA).json["code"] == "insufficient_scope"
    app.tenants.put(Tenant("demo", legal_hold="case 7"))

    answer = call("DELETE", DATA)

    assert (answer.status, answer.json["code"]) == (409, "legal_hold")
    assert "case 7" not in answer.text
    assert app.erasures.latest == {}


def test_the_audit_log_has_who_asked_and_for_which_report(app: App, call: Caller) -> None:
    report = call("POST", "/reports", LETTER).json["id"]
    batch = call("POST", "/reports/batch", {"items": [LETTER, LETTER]}).json

    single, several = audited(app)

    assert (single["tenant"], single["action"], single["reports"]) == ("demo", "POST /reports", [report])
    assert single["subject"].startswith("key:")
    assert several["reports"] == sorted(item["id"] for item in batch["items"])


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/reports/job-s", True),
        ("/reports/job-s/pdf", True),
        ("/reports", True),
        ("/reports/job-s/events", False),
        ("/reports/job-p", False),
        ("/templates", False),
    ],
)
def test_the_audit_log_has_who_was_handed_a_link(app: App, call: Caller, path: str, is_kept: bool) -> None:
    keep(app, succeeded())
    call("POST", "/reports", LETTER)
    app.audit.entries.clear()

    call("GET", path)

    assert [entry["reports"] for entry in audited(app)] == ([["job-s"]] if is_kept else [])
    assert all(entry["hands_out"] for entry in audited(app))


def test_no_link_is_handed_out_that_is_on_no_record(app: App, call: Caller) -> None:
    keep(app, succeeded())
    app.audit.refuse = ServiceUnavailableError("CloudWatch is down.")

    for path in ("/reports/job-s", "/reports/job-s/pdf", "/reports"):
        answer = call("GET", path)
        assert (answer.status, answer.json["code"]) == (503, "service_unavailable")
        assert "objects.test" not in answer.text


def test_what_was_accepted_is_answered_also_when_that_could_not_be_recorded(
    app: App, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    app.audit.refuse = ServiceUnavailableError("CloudWatch is down.")

    answer = call("POST", "/reports", LETTER)

    assert answer.status == 202
    [record] = [each for each in caplog.records if "audit log" in each.message]
    assert record.entry["reports"] == [answer.json["id"]]  # type: ignore[attr-defined]


def test_for_an_entry_of_the_audit_log_a_caller_waits_for_one_call_of_five(
    app: App, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    waits = ("counts.add", "artifacts.put", "jobs.add", "queue.send", "audit.append")
    for name in waits:
        port, method = name.split(".")
        act = getattr(getattr(app, port), method)

        def note(*given: Any, name: str = name, act: Callable[..., Any] = act, **more: Any) -> Any:
            calls.append(name)
            return act(*given, **more)

        monkeypatch.setattr(getattr(app, port), method, note)

    call("POST", "/reports", LETTER)

    assert tuple(calls) == waits
