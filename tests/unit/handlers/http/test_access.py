"""Who may call which route: every one says so, and every one asks."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handlers import api
from handlers.http.route_table import Entry
from reports import bootstrap
from reports.access.identity import EVERYTHING, Identity, Scope
from reports.errors import ServiceUnavailableError
from tests.builders import App
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}

ACCESS = {(each.method, each.rule): each.access for each in api.ROUTES.routes}
GUARDED = sorted(route for route, access in ACCESS.items() if access is not Entry.OPEN)
SCOPES = {route: access for route, access in ACCESS.items() if isinstance(access, Scope)}
ANYBODYS = {("GET", path) for path in ("/health", "/openapi.json", "/docs", "/docs/<file>", "/receipt-keys")}


def path_of(rule: str) -> str:
    return re.sub(r"<\w+>", "1", rule)


def test_only_what_tells_nothing_of_tenants_is_open() -> None:
    assert {route for route, access in ACCESS.items() if access is Entry.OPEN} == ANYBODYS


def test_all_that_any_key_may_do_is_to_see_whose_it_is(call: Caller, app: App) -> None:
    answer = call.with_key(app.key_of("demo", Scope.SUBMIT))("GET", "/me")

    assert {route for route, access in ACCESS.items() if access is Entry.KNOWN} == {("GET", "/me")}
    assert answer.status == 200
    assert (answer.json["tenant"], answer.json["scopes"]) == ("demo", ["submit"])
    assert answer.json["subject"].startswith("key:")


@pytest.mark.parametrize(("method", "rule"), GUARDED)
def test_a_route_asks_who_is_there(call: Caller, app: App, method: str, rule: str) -> None:
    answer = call.with_key(None)(method, path_of(rule), LETTER)

    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="pressrun"'
    assert not app.jobs.jobs


@pytest.mark.parametrize(("method", "rule"), sorted(SCOPES))
def test_a_route_refuses_a_key_that_may_do_all_but_this(call: Caller, app: App, method: str, rule: str) -> None:
    scope = SCOPES[method, rule]
    key = app.key_of("demo", *(EVERYTHING - {scope}))

    answer = call.with_key(key)(method, path_of(rule), LETTER)

    assert (answer.status, answer.json["code"], answer.json["scope"]) == (403, "insufficient_scope", scope)
    assert f'error="insufficient_scope", scope="{scope}"' in answer.headers["WWW-Authenticate"]
    assert not app.jobs.jobs


@pytest.mark.parametrize(("method", "rule"), sorted(SCOPES))
def test_a_route_lets_in_who_may_do_just_this(call: Caller, app: App, method: str, rule: str) -> None:
    scope = SCOPES[method, rule]

    answer = call.with_key(app.key_of("demo", scope))(method, path_of(rule), LETTER)

    assert answer.status not in (401, 403)


@pytest.mark.parametrize(("scope", "method"), [(Scope.READ, "GET"), (Scope.SUBMIT, "POST"), (Scope.SUBMIT, "DELETE")])
def test_reading_and_changing_need_different_scopes(scope: Scope, method: str) -> None:
    asked = {each for (verb, _), each in SCOPES.items() if verb == method}

    assert asked - {Scope.ADMIN, Scope.ERASE, Scope.TEMPLATES} == {scope}


def test_what_changes_many_reports_at_once_is_for_admins() -> None:
    assert {route for route, scope in SCOPES.items() if scope is Scope.ADMIN} == {("POST", "/reports/retry")}


def test_what_erases_all_that_a_tenant_has_has_a_scope_of_its_own() -> None:
    assert {route for route, scope in SCOPES.items() if scope is Scope.ERASE} == {("DELETE", "/tenants/<tenant>/data")}


def test_a_wrong_key_is_told_from_a_missing_one(call: Caller) -> None:
    answer = call.with_key("pr_live_wrong")("GET", "/reports")

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="pressrun", error="invalid_token"',
    )


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_the_header_counts_in_any_case(call: Caller, app: App, name: str) -> None:
    answer = call.with_key(None)("GET", "/reports", headers={name: f"Bearer {app.key_of('demo')}"})

    assert answer.status == 200


@pytest.mark.parametrize("path", ["/health", "/health?x=1"])
def test_an_open_route_needs_no_key_and_no_wrong_one_hurts(call: Caller, path: str) -> None:
    assert call.with_key(None)("GET", path).status == 200
    assert call.with_key("pr_live_wrong")("GET", path).status == 200


def test_a_table_of_keys_that_does_not_answer_is_no_refusal(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key_id: str) -> Any:
        raise ServiceUnavailableError("DynamoDB refused a request.")

    monkeypatch.setattr(app.api_keys, "get", refuse)

    assert call("GET", "/reports").status == 503


def test_the_logs_say_whose_request_it_was_and_never_by_which_key(
    call: Caller, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    key = app.key_of("demo")

    call.with_key(key)("GET", "/reports")

    (record,) = [record for record in caplog.records if record.msg == "answered"]
    assert (record.__dict__["tenant"], record.__dict__["subject"]) == ("demo", f"key:{key.split('_')[2]}")
    assert not [record for record in caplog.records if key.split("_")[3] in str(record.__dict__)]


ACME = Identity("acme", frozenset({Scope.READ}), "user:u").as_context()


def test_what_an_authorizer_says_counts_where_the_stage_has_one(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = app.with_settings(has_authorizer=True)
    monkeypatch.setattr(bootstrap, "service", lambda: guarded)

    call("POST", "/reports", LETTER, authorizer=ACME | {"scopes": "submit"})

    assert app.jobs.get("job-1").tenant == "acme"


def test_what_an_authorizer_says_counts_nowhere_else(call: Caller, app: App) -> None:
    assert call.with_key(None)("GET", "/reports", authorizer=ACME).status == 401
    assert call("POST", "/reports", LETTER, authorizer=ACME | {"scopes": "submit"}).status == 202
    assert app.jobs.get("job-1").tenant == "demo"


@pytest.mark.parametrize(
    "said", [None, {}, {"principalId": "x"}, ACME | {"tenant": ""}, ACME | {"tenant": "../x"}, ACME | {"scopes": None}]
)
def test_where_the_authorizer_says_nothing_the_function_asks_itself(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any] | None
) -> None:
    guarded = app.with_settings(has_authorizer=True)
    monkeypatch.setattr(bootstrap, "service", lambda: guarded)

    assert call.with_key(None)("GET", "/reports", authorizer=said).status == 401
    assert call("GET", "/reports", authorizer=said).status == 200


def test_the_authorizers_scopes_are_held_to(call: Caller, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = app.with_settings(has_authorizer=True)
    monkeypatch.setattr(bootstrap, "service", lambda: guarded)

    answer = call("POST", "/reports", LETTER, authorizer=ACME)

    assert (answer.status, answer.json["code"]) == (403, "insufficient_scope")
