"""Hold every provider of ApiKeys to the same behaviour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

from reports.access_ports import ApiKeys, DailyCounts, Tenants
from reports.api_keys import ApiKey, PresentedKey, new_key
from reports.identity import Scope
from reports.tenants import Tenant
from tests.fakes import NOON

TODAY = NOON.date()


class ApiKeysContract:
    """Say what ApiKeys do. ``keys`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def _add(self, keys: ApiKeys, tenant: str, *, minutes: int = 0) -> ApiKey:
        now = NOON + timedelta(minutes=minutes)
        key, _ = new_key(tenant, frozenset({Scope.READ, Scope.SUBMIT}), name="CI, nightly", live=False, now=now)
        keys.add(key)
        return key

    def test_a_key_is_found_as_it_was_kept(self, keys: ApiKeys, tenant: str) -> None:
        key, shown = new_key(tenant, frozenset({Scope.READ}), name="Ø", live=True, now=NOON)

        keys.add(key)

        found = keys.get(key.id)
        presented = PresentedKey.parse(shown)
        assert found == key
        assert found is not None
        assert presented is not None
        assert found.is_opened_by(presented, NOON)

    def test_an_id_that_nobody_has_is_nothing(self, keys: ApiKeys, tenant: str) -> None:
        assert keys.get(f"{tenant}-none") is None

    def test_the_keys_of_a_tenant_are_listed_oldest_first(self, keys: ApiKeys, tenant: str) -> None:
        late, early = self._add(keys, tenant, minutes=9), self._add(keys, tenant, minutes=1)
        self._add(keys, f"{tenant}-other")

        assert list(keys.of_tenant(tenant)) == [early, late]

    def test_a_key_of_no_scopes_is_kept_as_such(self, keys: ApiKeys, tenant: str) -> None:
        key, _ = new_key(tenant, frozenset(), name="nothing", live=False, now=NOON)

        keys.add(key)

        assert keys.get(key.id) == key

    def test_an_end_is_kept_with_what_replaces_the_key(self, keys: ApiKeys, tenant: str) -> None:
        key, successor = self._add(keys, tenant), self._add(keys, tenant)
        ended = key.ending(NOON + timedelta(days=7), successor.id)

        keys.end(ended)

        assert keys.get(key.id) == ended
        assert keys.get(successor.id) == successor

    def test_the_end_of_a_key_leaves_a_use_that_was_noted_meanwhile(self, keys: ApiKeys, tenant: str) -> None:
        key = self._add(keys, tenant)
        keys.note_use(key.id, date(2026, 11, 21))

        keys.end(key.ending(NOON))

        assert keys.get(key.id) == replace(key.ending(NOON), last_used_on=date(2026, 11, 21))

    def test_the_last_day_of_use_is_kept(self, keys: ApiKeys, tenant: str) -> None:
        key = self._add(keys, tenant)

        for day in (20, 21):
            keys.note_use(key.id, date(2026, 11, day))

        assert keys.get(key.id) == replace(key, last_used_on=date(2026, 11, 21))

    def test_the_use_of_a_key_that_is_gone_is_not_noted(self, keys: ApiKeys, tenant: str) -> None:
        keys.note_use(f"{tenant}-none", date(2026, 11, 21))

        assert keys.get(f"{tenant}-none") is None


class DailyCountsContract:
    """Say what DailyCounts do. ``counts`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_what_fits_is_added_and_what_does_not_leaves_the_count_alone(
        self, counts: DailyCounts, tenant: str
    ) -> None:
        added = [counts.add(tenant, TODAY, number, limit=10) for number in (6, 5, 4, 1)]

        assert added == [True, False, True, False]

    def test_more_than_the_limit_at_once_is_never_added(self, counts: DailyCounts, tenant: str) -> None:
        assert not counts.add(tenant, TODAY, 11, limit=10)
        assert not counts.add(tenant, TODAY, 1, limit=0)
        assert counts.add(tenant, TODAY, 10, limit=10)

    def test_each_day_and_each_tenant_is_counted_for_itself(self, counts: DailyCounts, tenant: str) -> None:
        assert counts.add(tenant, TODAY, 1, limit=1)
        assert not counts.add(tenant, TODAY, 1, limit=1)

        assert counts.add(tenant, TODAY + timedelta(days=1), 1, limit=1)
        assert counts.add(f"{tenant}-other", TODAY, 1, limit=1)

    def test_a_limit_that_was_raised_lets_more_in(self, counts: DailyCounts, tenant: str) -> None:
        assert counts.add(tenant, TODAY, 1, limit=1)

        assert counts.add(tenant, TODAY, 1, limit=2)

    def test_a_count_is_told_and_is_none_before_the_first(self, counts: DailyCounts, tenant: str) -> None:
        for _ in range(2):
            counts.add(tenant, TODAY, 3, limit=10)

        assert counts.get(tenant, TODAY) == 6
        assert counts.get(tenant, TODAY + timedelta(days=1)) == 0
        assert counts.get(f"{tenant}-other", TODAY) == 0

    def test_of_many_at_once_as_many_are_added_as_there_is_room_for(self, counts: DailyCounts, tenant: str) -> None:
        with ThreadPoolExecutor(8) as pool:
            added = list(pool.map(lambda _: counts.add(tenant, TODAY, 1, limit=5), range(20)))

        assert sum(added) == 5


class TenantsContract:
    """Say what Tenants do. ``tenants`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_of_a_tenant_that_nobody_knows_nothing_is_settled(self, tenants: Tenants, tenant: str) -> None:
        assert tenants.get(tenant) == Tenant(tenant)

    def test_what_is_settled_is_kept_and_what_is_not_stays_open(self, tenants: Tenants, tenant: str) -> None:
        settled = Tenant(tenant, usage_key="pressrun-dev-tenant-x", reports_per_day=0, bytes_per_report=7)

        tenants.put(settled)

        assert tenants.get(tenant) == settled

    def test_it_is_settled_as_a_whole(self, tenants: Tenants, tenant: str) -> None:
        tenants.put(Tenant(tenant, rows_per_report=5))

        tenants.put(Tenant(tenant, reports_per_day=9))

        assert tenants.get(tenant) == Tenant(tenant, reports_per_day=9)
