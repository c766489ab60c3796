"""How long what belongs to a tenant is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reports.access.retention import HELD, Retention, RetentionBounds
from reports.access.tenants import Tenant
from tests.fakes.access import InMemoryTenants
from tests.fakes.clock import NOON, SettableClock

BOUNDS = RetentionBounds(days=30, least=7, most=365)


@pytest.fixture
def tenants() -> InMemoryTenants:
    return InMemoryTenants()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def retention(tenants: InMemoryTenants, clock: SettableClock) -> Retention:
    return Retention(tenants, clock, for_all=BOUNDS)


def test_a_tenant_keeps_things_as_all_do_unless_something_else_is_settled(
    tenants: InMemoryTenants, retention: Retention
) -> None:
    tenants.put(Tenant("bank", retention_days=365))

    assert retention.expires_at("demo", NOON) == NOON + timedelta(days=30)
    assert retention.expires_at("bank", NOON) == NOON + timedelta(days=365)
    assert (retention.tag_of("demo"), retention.tag_of("bank")) == ("30", "365")


def test_under_a_legal_hold_nothing_expires_whatever_is_settled(tenants: InMemoryTenants, retention: Retention) -> None:
    tenants.put(Tenant("demo", retention_days=7, legal_hold="case 7"))

    assert retention.expires_at("demo", NOON) is None
    assert retention.tag_of("demo") == HELD
    assert not HELD.isdecimal()  # no rule of the buckets is for it


@pytest.mark.parametrize(("settled", "kept"), [(1, 7), (7, 7), (3650, 365)])
def test_the_operators_bounds_hold_also_for_what_was_settled_before(
    tenants: InMemoryTenants, retention: Retention, settled: int, kept: int
) -> None:
    tenants.put(Tenant("demo", retention_days=settled))

    assert retention.days_of("demo") == kept


@pytest.mark.parametrize(
    ("days", "is_allowed"), [(7, True), (30, True), (365, True), (8, False), (1, False), (730, False)]
)
def test_a_tenant_may_have_only_days_for_which_there_is_a_rule_within_the_bounds(days: int, is_allowed: bool) -> None:
    assert BOUNDS.allows(days) is is_allowed


def test_a_change_takes_a_minute(tenants: InMemoryTenants, retention: Retention, clock: SettableClock) -> None:
    retention.days_of("demo")
    tenants.put(Tenant("demo", legal_hold="case 7"))

    clock.advance(seconds=59)
    assert retention.days_of("demo") == 30
    clock.advance(seconds=1)
    assert retention.days_of("demo") is None
