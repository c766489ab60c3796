from __future__ import annotations

import re
from datetime import timedelta

import pytest

from reports.access.api_keys import PresentedKey
from reports.access.identity import Scope
from tests.fakes.access import InMemoryApiKeys
from tests.fakes.clock import NOON
from tools import api_key


class Commands:
    """Give out keys as `make api-key` does, and read what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.keys = InMemoryApiKeys()
        self.now = NOON
        self.counted: list[tuple[str, str]] = []
        self._capsys = capsys

    def order(self, *arguments: str, tenant: str = "demo", stage: str = "dev") -> tuple[int, str, str]:
        order = ["--stage", stage, "--tenant", tenant, *arguments]
        status = api_key.main(order, keys=self.keys, now=self.now, count=lambda *who: self.counted.append(who))
        output = self._capsys.readouterr()
        return status, output.out, output.err

    def made(self, *arguments: str, tenant: str = "demo") -> PresentedKey:
        status, out, _ = self.order(*arguments, tenant=tenant)
        assert status == 0
        presented = PresentedKey.parse(out.strip())
        assert presented is not None
        return presented

    def opens(self, presented: PresentedKey) -> bool:
        record = self.keys.get(presented.id)
        return record is not None and record.is_opened_by(presented, self.now)


@pytest.fixture
def commands(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


def test_a_key_is_shown_alone_on_the_standard_output_and_opens(commands: Commands) -> None:
    made = commands.made("--name", "nightly")

    record = commands.keys.keys[made.id]
    assert commands.opens(made)
    assert (record.tenant, record.name, record.scopes) == ("demo", "nightly", frozenset({Scope.SUBMIT, Scope.READ}))


@pytest.mark.parametrize(("stage", "prefix"), [("local", "pr_test_"), ("dev", "pr_live_"), ("prod", "pr_live_")])
def test_a_key_says_whether_it_is_for_real(commands: Commands, stage: str, prefix: str) -> None:
    assert commands.order(stage=stage)[1].startswith(prefix)


def test_on_aws_a_tenants_requests_are_counted_from_its_first_key_on(commands: Commands) -> None:
    commands.order(stage="local", tenant="here")
    commands.order(stage="dev", tenant="there")
    commands.order("--list", stage="dev", tenant="there")

    assert commands.counted == [("dev", "there")]


def test_scopes_can_be_chosen(commands: Commands) -> None:
    made = commands.made("--scopes", "read,admin")

    assert commands.keys.keys[made.id].scopes == {Scope.READ, Scope.ADMIN}


@pytest.mark.parametrize("scopes", ["", "root", "read,root", ","])
def test_scopes_that_there_are_not_are_refused(commands: Commands, scopes: str) -> None:
    status, _, said = commands.order("--scopes", scopes)

    assert status == 1
    assert "submit, read, admin" in said
    assert not commands.keys.keys


@pytest.mark.parametrize("tenant", ["", "../prod", "A", "a/b", "a" * 64, "-"])
def test_what_is_no_tenant_is_refused(commands: Commands, tenant: str) -> None:
    assert commands.order(tenant=tenant)[0] == 1
    assert not commands.keys.keys


def test_the_list_has_a_tenants_own_keys_without_their_secrets(commands: Commands) -> None:
    mine, theirs = commands.made(), commands.made(tenant="other")

    _, out, _ = commands.order("--list")

    assert mine.id in out
    assert theirs.id not in out
    assert mine.secret not in out
    assert re.search(r"never +yes", out)


def test_a_rotation_gives_the_same_rights_and_leaves_the_old_key_some_days(commands: Commands) -> None:
    old = commands.made("--scopes", "read", "--name", "ci")

    new = commands.made("--rotate", old.id)

    before, after = commands.keys.keys[old.id], commands.keys.keys[new.id]
    assert (after.scopes, after.name, after.ends_at) == (before.scopes, "ci", None)
    assert before.replaced_by == new.id
    assert commands.opens(old)
    assert commands.opens(new)
    commands.now = NOON + timedelta(days=7)
    assert not commands.opens(old)
    assert commands.opens(new)


def test_a_rotation_without_grace_ends_the_old_key_now(commands: Commands) -> None:
    old = commands.made()

    commands.made("--rotate", old.id, "--grace-days", "0")

    assert not commands.opens(old)


def test_a_key_that_is_over_cannot_be_rotated_into_a_new_life(commands: Commands) -> None:
    old = commands.made()
    commands.order("--revoke", old.id)

    status, out, said = commands.order("--rotate", old.id)

    assert (status, out) == (1, "")
    assert "is over" in said


def test_a_revoked_key_opens_no_more_and_is_listed_as_ended(commands: Commands) -> None:
    made = commands.made()

    assert commands.order("--revoke", made.id)[0] == 0

    assert not commands.opens(made)
    assert "ended 2026-11-20" in commands.order("--list")[1]


@pytest.mark.parametrize("what", ["--revoke", "--rotate"])
def test_another_tenants_key_cannot_be_touched(commands: Commands, what: str) -> None:
    theirs = commands.made(tenant="other")

    status, _, said = commands.order(what, theirs.id)

    assert status == 1
    assert "has no key" in said
    assert commands.opens(theirs)
