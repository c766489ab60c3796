from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.access.api_keys import ApiKey, PresentedKey, new_key
from reports.access.identity import EVERYTHING, Identity, Scope
from tests.fakes.clock import NOON


def a_key(*, live: bool = True) -> tuple[ApiKey, PresentedKey, str]:
    record, shown = new_key("demo", frozenset({Scope.READ}), name="ci", live=live, now=NOON)
    presented = PresentedKey.parse(shown)
    assert presented is not None
    return record, presented, shown


@pytest.mark.parametrize(("live", "prefix"), [(True, "pr_live_"), (False, "pr_test_")])
def test_a_key_says_what_it_is_for_and_has_256_bits(live: bool, prefix: str) -> None:
    _, presented, shown = a_key(live=live)

    assert shown.startswith(prefix + presented.id + "_")
    assert 62 ** len(presented.secret) >= 2**256


def test_no_two_keys_are_alike() -> None:
    keys = [new_key("demo", EVERYTHING, name="", live=True, now=NOON) for _ in range(50)]

    assert len({key.id for key, _ in keys}) == len({key.salt for key, _ in keys}) == len({s for _, s in keys}) == 50


def test_of_a_secret_nothing_is_kept_that_could_open_anything() -> None:
    record, presented, shown = a_key()

    assert presented.secret not in repr(record)
    assert presented.secret not in repr(presented)
    assert presented.secret in shown


def test_a_key_opens_for_its_own_secret_alone() -> None:
    record, presented, _ = a_key()
    _, stranger, _ = a_key()

    assert record.is_opened_by(presented, NOON)
    assert not record.is_opened_by(stranger, NOON)


def test_a_key_that_was_rotated_works_until_its_grace_is_over() -> None:
    record, presented, _ = a_key()

    ended = record.ending(NOON + timedelta(days=7), "successor")

    assert ended.is_opened_by(presented, NOON + timedelta(days=7, seconds=-1))
    assert not ended.is_opened_by(presented, NOON + timedelta(days=7))
    assert ended.replaced_by == "successor"


def test_the_end_of_a_key_is_never_put_off() -> None:
    record, _, _ = a_key()

    revoked = record.ending(NOON)

    assert revoked.ending(NOON + timedelta(days=7), "successor").ends_at == NOON
    assert record.ending(NOON + timedelta(days=7)).ending(NOON).ends_at == NOON


def test_a_keys_bearer_is_its_tenant_with_its_scopes() -> None:
    record, presented, _ = a_key()

    assert record.identity == Identity("demo", frozenset({Scope.READ}), f"key:{presented.id}")


@given(st.text())
def test_what_is_no_key_is_none(text: str) -> None:
    assert PresentedKey.parse(text) is None


@pytest.mark.parametrize("change", ["{}x", "x{}", " {}", "{}\n", "{}é"])
def test_a_key_with_anything_around_it_is_none(change: str) -> None:
    _, _, shown = a_key()

    assert PresentedKey.parse(change.format(shown)) is None
