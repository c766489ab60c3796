from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from handlers import api, authorizer
from handlers.http.route_table import Entry
from reports import bootstrap
from reports.access.identity import EVERYTHING, Identity, Scope
from reports.access.tenants import Tenant
from reports.errors import ServiceUnavailableError
from tests.builders import App
from tests.fakes.access import InMemoryTenants, KnownTokens

API = "arn:aws:execute-api:eu-central-1:000000000000:abc/dev"


@pytest.fixture
def tenants(app: App) -> InMemoryTenants:
    return app.tenants


@pytest.fixture(autouse=True)
def ours(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.tokens = KnownTokens({"of.no.tenant": {"sub": "u", "aud": "us"}})
    service = app.with_settings(usage_key="everybody-else", jwt_audience="us")
    monkeypatch.setattr(bootstrap, "service", lambda: service)


def ask(credential: str | None, *, name: str = "Authorization", arn: str = f"{API}/GET/reports") -> dict[str, Any]:
    headers = {} if credential is None else {name: f"Bearer {credential}"}
    event = {"type": "REQUEST", "methodArn": arn, "headers": headers, "requestContext": {"requestId": "req-1"}}
    return authorizer.handler(event, None)


def said(answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(s["Effect"], s["Resource"]) for s in answer["policyDocument"]["Statement"]]


def lets_in(answer: dict[str, Any], route: str) -> bool:
    """Tell what API Gateway makes of the answer: `*` stands for anything, slashes among it."""
    [(effect, resources)] = said(answer)
    return effect == "Allow" and any(fnmatchcase(f"{API}/{route}", resource) for resource in resources)


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_a_key_is_let_in_with_its_tenant_for_all_routes(app: App, name: str) -> None:
    answer = ask(app.key_of("acme"), name=name)

    assert said(answer) == [("Allow", [f"{API}/*"])]
    assert answer["context"]["tenant"] == "acme"
    identity = Identity.from_context(answer["context"])
    assert identity == Identity("acme", EVERYTHING, answer["principalId"])


def test_the_answer_is_the_same_whatever_was_asked_for_first(app: App) -> None:
    key = app.key_of("acme")

    answers = [ask(key, arn=f"{API}/{route}") for route in ("GET/reports", "POST/queue/reports", "DELETE/reports/a/b")]

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    "path", ["queue/reports", "queue/reports/", "queue//reports", "/queue/reports", "queue/./reports"]
)
def test_the_direct_door_is_shut_for_who_may_not_submit(app: App, path: str) -> None:
    assert not lets_in(ask(app.key_of("acme", Scope.READ, Scope.ADMIN)), f"POST/{path}")
    assert lets_in(ask(app.key_of("acme", Scope.SUBMIT)), f"POST/{path}")


ROUTES = sorted((each.method, each.rule) for each in api.ROUTES.routes if each.access is not Entry.OPEN)


@pytest.mark.parametrize(("method", "rule"), ROUTES)
def test_all_else_is_left_to_the_function_which_says_why(app: App, method: str, rule: str) -> None:
    path = re.sub(r"<\w+>", "1", rule)

    assert lets_in(ask(app.key_of("acme", Scope.READ)), f"{method}{path}")


@pytest.mark.parametrize("credential", [None, "pr_live_wrong", "no.good.token"])
def test_any_other_caller_is_refused_in_the_word_that_api_gateway_waits_for(credential: str | None) -> None:
    with pytest.raises(authorizer.Unauthorized) as refused:
        ask(credential)

    assert str(refused.value) == "Unauthorized"


def test_a_token_of_no_tenant_is_denied_everything() -> None:
    answer = ask("of.no.tenant")

    assert said(answer) == [("Deny", [f"{API}/*"])]
    assert "context" not in answer


def test_requests_are_counted_for_the_tenant_or_with_those_of_all_others(app: App, tenants: InMemoryTenants) -> None:
    tenants.put(Tenant("acme", usage_key="pressrun-dev-tenant-acme"))

    assert ask(app.key_of("acme"))["usageIdentifierKey"] == "pressrun-dev-tenant-acme"
    assert ask(app.key_of("other"))["usageIdentifierKey"] == "everybody-else"


def test_a_table_that_does_not_answer_is_no_refusal(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    key = app.key_of("acme")

    def refuse(key_id: str) -> Any:
        raise ServiceUnavailableError("DynamoDB refused a request.")

    monkeypatch.setattr(app.api_keys, "get", refuse)

    with pytest.raises(ServiceUnavailableError):
        ask(key)


def test_the_logs_never_say_by_which_key(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    key = app.key_of("acme")

    ask(key)
    with pytest.raises(authorizer.Unauthorized):
        ask(key[:-43] + "a" * 43)

    assert [record.msg for record in caplog.records if record.name.endswith("authorizer")] == ["let in", "refused"]
    assert not [record for record in caplog.records if key.split("_")[3] in str(record.__dict__)]
