from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.access.api_keys import new_key
from reports.access.authenticate import Authenticate
from reports.access.identity import Identity, Scope
from reports.access.tokens import TokenRules
from reports.errors import NoTenantError, ServiceUnavailableError, UnauthenticatedError
from tests.fakes.access import InMemoryApiKeys, KnownTokens
from tests.fakes.clock import NOON, SettableClock

RULES = TokenRules(audience="the-page", tenant_claim="custom:tenant", scopes_claim="cognito:groups", token_use="id")
CLAIMS: dict[str, Any] = {
    "sub": "user-1",
    "aud": "the-page",
    "token_use": "id",
    "custom:tenant": "acme",
    "cognito:groups": ["pressrun/read", "pressrun/submit", "other/admin", "read"],
}


class Door:
    """A door with one key and one token."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.keys = InMemoryApiKeys()
        self.record, self.key = new_key("demo", frozenset({Scope.READ}), name="ci", live=True, now=NOON)
        self.keys.add(self.record)

    def ask(self, authorization: str | None, **claims: Any) -> Identity:
        said = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
        tokens = KnownTokens({"good.token.here": said})
        return Authenticate(keys=self.keys, clock=self.clock, tokens=tokens, rules=RULES)(authorization)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   "])
def test_a_key_says_who_its_bearer_is(door: Door, scheme: str) -> None:
    assert door.ask(scheme + door.key) == Identity("demo", frozenset({Scope.READ}), f"key:{door.record.id}")


@pytest.mark.parametrize("authorization", [None, ""])
def test_a_request_without_any_credential_is_told_what_to_send(door: Door, authorization: str | None) -> None:
    with pytest.raises(UnauthenticatedError, match="Bearer") as refused:
        door.ask(authorization)

    assert refused.value.is_missing


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key,
        lambda key: f"Basic {key}",
        lambda key: f"Bearer{key}",
        lambda key: f"Bearer {key} {key}",
        lambda key: f"Bearer {key},Bearer {key}",
        lambda key: f"Bearer {key}\r\nX: y",
        lambda key: f"Bearer {key[:-1]}",
        lambda key: f"Bearer {key[:-1]}{'a' if key[-1] != 'a' else 'b'}",
        lambda key: f"Bearer {key.upper()}",
        lambda key: "Bearer " + "x" * 9000,
        lambda key: "Bearer pr_live_0000000000000000_" + "a" * 43,
    ],
)
def test_anything_but_the_key_is_refused(door: Door, change: Any) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        door.ask(change(door.key))

    assert not refused.value.is_missing
    assert door.key.rpartition("_")[2] not in str(refused.value)


@given(st.text())
def test_no_text_at_all_lets_a_caller_in_or_breaks_the_door(authorization: str) -> None:
    with pytest.raises(UnauthenticatedError):
        Door().ask(authorization)


def test_a_wrong_secret_is_not_told_from_a_key_that_is_not_there(door: Door) -> None:
    said = set()
    for key in (f"{door.key[:-43]}{'a' * 43}", f"pr_live_{'0' * 16}_{'a' * 43}", "pr_nonsense"):
        with pytest.raises(UnauthenticatedError) as refused:
            door.ask(f"Bearer {key}")
        said.add(str(refused.value))

    assert len(said) == 1


def test_a_key_that_was_revoked_is_refused_at_once(door: Door) -> None:
    door.keys.end(door.record.ending(door.clock.now()))

    with pytest.raises(UnauthenticatedError):
        door.ask(f"Bearer {door.key}")


def test_a_key_that_was_rotated_works_for_its_grace(door: Door) -> None:
    door.keys.end(door.record.ending(NOON + timedelta(days=7), "successor"))

    assert door.ask(f"Bearer {door.key}").tenant == "demo"
    door.clock.advance(days=7)
    with pytest.raises(UnauthenticatedError):
        door.ask(f"Bearer {door.key}")


def test_the_use_of_a_key_is_noted_once_a_day(door: Door) -> None:
    for _ in range(3):
        door.ask(f"Bearer {door.key}")
    door.clock.advance(days=1)
    door.ask(f"Bearer {door.key}")

    assert door.keys.uses_noted == 2
    assert door.keys.keys[door.record.id].last_used_on == date(2026, 11, 21)


def test_a_use_that_cannot_be_noted_costs_no_request(door: Door) -> None:
    door.keys.refuse_notes = ServiceUnavailableError("DynamoDB refused a request.")

    assert door.ask(f"Bearer {door.key}").tenant == "demo"


def test_a_refused_key_is_not_used(door: Door) -> None:
    with pytest.raises(UnauthenticatedError):
        door.ask(f"Bearer {door.key[:-43]}{'a' * 43}")

    assert door.keys.uses_noted == 0


def test_a_token_says_who_its_bearer_is_and_others_scopes_are_not_ours(door: Door) -> None:
    assert door.ask("Bearer good.token.here") == Identity("acme", frozenset({Scope.READ, Scope.SUBMIT}), "user:user-1")


@pytest.mark.parametrize(
    ("groups", "scopes"),
    [
        ("openid pressrun/admin", {Scope.ADMIN}),
        ("admin", set()),
        ("pressrun/", set()),
        ("pressrun/root", set()),
        (["pressrun/read", 7, None], {Scope.READ}),
        ({"pressrun/read": True}, set()),
        (None, set()),
    ],
)
def test_scopes_are_read_from_texts_and_lists(door: Door, groups: Any, scopes: set[Scope]) -> None:
    assert door.ask("Bearer good.token.here", **{"cognito:groups": groups}).scopes == scopes


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-page"},
        {"aud": ["another-page"]},
        {"aud": []},
        {"aud": None},
        {"aud": None, "client_id": "another-page"},
        {"aud": "another-page", "client_id": "the-page"},
        {"aud": {"the-page": 1}},
        {"token_use": "access"},
        {"token_use": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(door: Door, claims: dict[str, Any]) -> None:
    with pytest.raises(UnauthenticatedError):
        door.ask("Bearer good.token.here", **claims)


@pytest.mark.parametrize("claims", [{"aud": ["x", "the-page"]}, {"aud": None, "client_id": "the-page"}])
def test_a_token_may_name_us_among_others_or_as_its_client(door: Door, claims: dict[str, Any]) -> None:
    assert door.ask("Bearer good.token.here", **claims).tenant == "acme"


@pytest.mark.parametrize("tenant", [None, "", "Acme", "../demo", "a/b", "-", "a" * 64, ["acme"], 7])
def test_a_token_of_no_tenant_is_known_but_may_do_nothing(door: Door, tenant: Any) -> None:
    with pytest.raises(NoTenantError, match="custom:tenant"):
        door.ask("Bearer good.token.here", **{"custom:tenant": tenant})


def test_where_no_issuer_is_trusted_tokens_are_refused(door: Door) -> None:
    authenticate = Authenticate(keys=door.keys, clock=door.clock)

    with pytest.raises(UnauthenticatedError, match="tokens are not taken"):
        authenticate("Bearer good.token.here")
