from __future__ import annotations

import re
from datetime import timedelta

import pytest

from reports.access.api_keys import PresentedKey
from reports.access.identity import Scope
from tests.fakes.access import InMemoryApiKeys
from tests.fakes.jobs import NOON
from tools import api_key


class Desk:
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
def desk(capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(capsys)


def test_a_key_is_shown_alone_on_the_standard_output_and_opens(desk: Desk) -> None:
    made = desk.made("--name", "nightly")

    record = desk.keys.keys[made.id]
    assert desk.opens(made)
    assert (record.tenant, record.name, record.scopes) == ("demo", "nightly", frozenset({Scope.SUBMIT, Scope.READ}))


@pytest.mark.parametrize(("stage", "prefix"), [("local", "pr_test_"), ("dev", "pr_live_"), ("prod", "pr_live_")])
def test_a_key_says_whether_it_is_for_real(desk: Desk, stage: str, prefix: str) -> None:
    assert desk.order(stage=stage)[1].startswith(prefix)


def test_on_aws_a_tenants_requests_are_counted_from_its_first_key_on(desk: Desk) -> None:
    desk.order(stage="local", tenant="here")
    desk.order(stage="dev", tenant="there")
    desk.order("--list", stage="dev", tenant="there")

    assert desk.counted == [("dev", "there")]


def test_scopes_can_be_chosen(desk: Desk) -> None:
    made = desk.made("--scopes", "read,admin")

    assert desk.keys.keys[made.id].scopes == {Scope.READ, Scope.ADMIN}


@pytest.mark.parametrize("scopes", ["", "root", "read,root", ","])
def test_scopes_that_there_are_not_are_refused(desk: Desk, scopes: str) -> None:
    status, _, said = desk.order("--scopes", scopes)

    assert status == 1
    assert "submit, read, admin" in said
    assert not desk.keys.keys


@pytest.mark.parametrize("tenant", ["", "../prod", "A", "a/b", "a" * 64, "-"])
def test_what_is_no_tenant_is_refused(desk: Desk, tenant: str) -> None:
    assert desk.order(tenant=tenant)[0] == 1
    assert not desk.keys.keys


def test_the_list_has_a_tenants_own_keys_without_their_secrets(desk: Desk) -> None:
    mine, theirs = desk.made(), desk.made(tenant="other")

    _, out, _ = desk.order("--list")

    assert mine.id in out
    assert theirs.id not in out
    assert mine.secret not in out
    assert re.search(r"never +yes", out)


def test_a_rotation_gives_the_same_rights_and_leaves_the_old_key_some_days(desk: Desk) -> None:
    old = desk.made("--scopes", "read", "--name", "ci")

    new = desk.made("--rotate", old.id)

    before, after = desk.keys.keys[old.id], desk.keys.keys[new.id]
    assert (after.scopes, after.name, after.ends_at) == (before.scopes, "ci", None)
    assert before.replaced_by == new.id
    assert desk.opens(old)
    assert desk.opens(new)
    desk.now = NOON + timedelta(days=7)
    assert not desk.opens(old)
    assert desk.opens(new)


def test_a_rotation_without_grace_ends_the_old_key_now(desk: Desk) -> None:
    old = desk.made()

    desk.made("--rotate", old.id, "--grace-days", "0")

    assert not desk.opens(old)


def test_a_key_that_is_over_cannot_be_rotated_into_a_new_life(desk: Desk) -> None:
    old = desk.made()
    desk.order("--revoke", old.id)

    status, out, said = desk.order("--rotate", old.id)

    assert (status, out) == (1, "")
    assert "is over" in said


def test_a_revoked_key_opens_no_more_and_is_listed_as_ended(desk: Desk) -> None:
    made = desk.made()

    assert desk.order("--revoke", made.id)[0] == 0

    assert not desk.opens(made)
    assert "ended 2026-11-20" in desk.order("--list")[1]


@pytest.mark.parametrize("what", ["--revoke", "--rotate"])
def test_another_tenants_key_cannot_be_touched(desk: Desk, what: str) -> None:
    theirs = desk.made(tenant="other")

    status, _, said = desk.order(what, theirs.id)

    assert status == 1
    assert "has no key" in said
    assert desk.opens(theirs)
