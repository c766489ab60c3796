"""Hold every provider of ApiKeys to the same behaviour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports.access.api_keys import ApiKey, PresentedKey, new_key
from reports.access.buckets import BucketDestination
from reports.access.identity import Scope
from reports.access.ports import ApiKeys, Counted, DailyCounts, Tenants
from reports.access.tenants import Tenant, TenantClass
from reports.access.usage import Use
from tests.fakes.clock import NOON

TODAY = NOON.date()


class ApiKeysContract:
    """The behaviour of ApiKeys. ``keys`` and a fresh ``tenant`` come from fixtures of the subclass."""

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

    def test_an_unknown_id_is_nothing(self, keys: ApiKeys, tenant: str) -> None:
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

    def test_a_later_end_does_not_give_a_key_back_its_life(self, keys: ApiKeys, tenant: str) -> None:
        key, successor = self._add(keys, tenant), self._add(keys, tenant)
        revoked = key.ending(NOON + timedelta(microseconds=1))

        keys.end(revoked)
        keys.end(key.ending(NOON + timedelta(days=7), successor.id))

        assert keys.get(key.id) == revoked

    def test_the_last_day_of_use_is_kept(self, keys: ApiKeys, tenant: str) -> None:
        key = self._add(keys, tenant)

        for day in (20, 21):
            keys.note_use(key.id, date(2026, 11, day))

        assert keys.get(key.id) == replace(key, last_used_on=date(2026, 11, 21))

    def test_the_use_of_a_key_that_is_gone_is_not_noted(self, keys: ApiKeys, tenant: str) -> None:
        keys.note_use(f"{tenant}-none", date(2026, 11, 21))

        assert keys.get(f"{tenant}-none") is None


REPORTS, COMPUTE = Counted.REPORTS, Counted.COMPUTE_MS


class DailyCountsContract:
    """The behaviour of DailyCounts. ``counts`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_what_fits_is_added_and_what_does_not_leaves_the_count_alone(
        self, counts: DailyCounts, tenant: str
    ) -> None:
        full = [counts.add(tenant, TODAY, REPORTS, number, limits={REPORTS: 10}) for number in (6, 5, 4, 1)]

        assert full == [None, REPORTS, None, REPORTS]

    def test_more_than_the_limit_at_once_is_never_added(self, counts: DailyCounts, tenant: str) -> None:
        assert counts.add(tenant, TODAY, REPORTS, 11, limits={REPORTS: 10}) is REPORTS
        assert counts.add(tenant, TODAY, REPORTS, 1, limits={REPORTS: 0}) is REPORTS
        assert counts.add(tenant, TODAY, REPORTS, 10, limits={REPORTS: 10}) is None

    def test_each_day_and_each_tenant_is_counted_for_itself(self, counts: DailyCounts, tenant: str) -> None:
        assert counts.add(tenant, TODAY, REPORTS, 1, limits={REPORTS: 1}) is None
        assert counts.add(tenant, TODAY, REPORTS, 1, limits={REPORTS: 1}) is REPORTS

        assert counts.add(tenant, TODAY + timedelta(days=1), REPORTS, 1, limits={REPORTS: 1}) is None
        assert counts.add(f"{tenant}-other", TODAY, REPORTS, 1, limits={REPORTS: 1}) is None

    def test_a_limit_that_was_raised_lets_more_in(self, counts: DailyCounts, tenant: str) -> None:
        assert counts.add(tenant, TODAY, REPORTS, 1, limits={REPORTS: 1}) is None

        assert counts.add(tenant, TODAY, REPORTS, 1, limits={REPORTS: 2}) is None

    def test_what_is_counted_without_a_limit_is_always_added(self, counts: DailyCounts, tenant: str) -> None:
        for milliseconds in (700, 10**9):
            assert counts.add(tenant, TODAY, COMPUTE, milliseconds, limits={}) is None

        assert counts.get(tenant, TODAY) == {REPORTS: 0, COMPUTE: 10**9 + 700, Counted.EMAILS: 0}

    def test_use_is_added_up_by_day_and_template_and_is_computing_of_the_day(
        self, counts: DailyCounts, tenant: str
    ) -> None:
        tomorrow = TODAY + timedelta(days=1)
        counts.add_use(tenant, TODAY, "invoice", Use(1, 700, 10**12))
        counts.add_use(tenant, TODAY, "invoice", Use(0, 50, 5))
        counts.add_use(tenant, TODAY, "table", Use(1, 1, 0))
        counts.add_use(tenant, tomorrow, "table", Use(1, 9, 7))
        counts.add_use(f"{tenant}-other", TODAY, "table", Use(1, 1, 1))
        days = [TODAY + timedelta(days=n) for n in range(-120, 2)]

        assert counts.uses(tenant, days) == {
            TODAY: {"invoice": Use(1, 750, 10**12 + 5), "table": Use(1, 1, 0)},
            tomorrow: {"table": Use(1, 9, 7)},
        }
        assert counts.get(tenant, TODAY)[COMPUTE] == 751

    def test_a_count_that_is_above_its_limit_lets_nothing_else_be_added(self, counts: DailyCounts, tenant: str) -> None:
        limits = {REPORTS: 10, COMPUTE: 99}
        assert counts.add(tenant, TODAY, REPORTS, 1, limits=limits) is None
        counts.add(tenant, TODAY, COMPUTE, 99, limits={})
        assert counts.add(tenant, TODAY, REPORTS, 1, limits=limits) is None
        counts.add(tenant, TODAY, COMPUTE, 1, limits={})

        assert counts.add(tenant, TODAY, REPORTS, 1, limits=limits) is COMPUTE
        assert counts.add(f"{tenant}-other", TODAY, REPORTS, 1, limits={REPORTS: 10, COMPUTE: -1}) is COMPUTE
        assert counts.get(tenant, TODAY) == {REPORTS: 2, COMPUTE: 100, Counted.EMAILS: 0}

    def test_a_count_is_told_and_is_none_before_the_first(self, counts: DailyCounts, tenant: str) -> None:
        for _ in range(2):
            counts.add(tenant, TODAY, REPORTS, 3, limits={REPORTS: 10})

        assert counts.get(tenant, TODAY)[REPORTS] == 6
        assert counts.get(tenant, TODAY + timedelta(days=1))[REPORTS] == 0
        assert counts.get(f"{tenant}-other", TODAY)[REPORTS] == 0

    def test_of_many_at_once_as_many_are_added_as_there_is_room_for(self, counts: DailyCounts, tenant: str) -> None:
        with ThreadPoolExecutor(8) as pool:
            full = list(pool.map(lambda _: counts.add(tenant, TODAY, REPORTS, 1, limits={REPORTS: 5}), range(20)))

        assert full.count(None) == 5


class TenantsContract:
    """The behaviour of Tenants. ``tenants`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_of_an_unknown_tenant_nothing_is_settled(self, tenants: Tenants, tenant: str) -> None:
        assert tenants.get(tenant) == Tenant(tenant)

    def test_what_is_settled_is_kept_and_what_is_not_stays_open(self, tenants: Tenants, tenant: str) -> None:
        settled = Tenant(
            tenant, usage_key="pressrun-dev-tenant-x", reports_per_day=0, compute_seconds_per_day=60, bytes_per_report=7
        )

        tenants.put(settled)

        assert tenants.get(tenant) == settled

    @pytest.mark.parametrize(("to", "titles"), [(("@example.com", "a@example.org"), True), ((), False)])
    def test_to_whom_it_may_write_is_kept_also_when_the_list_is_empty(
        self, tenants: Tenants, tenant: str, to: tuple[str, ...], titles: bool
    ) -> None:
        settled = Tenant(tenant, emails_per_day=0, waiting_requests=3, email_to=to, email_titles=titles)
        tenants.put(settled)

        assert tenants.get(tenant) == settled

    def test_its_destinations_are_kept_in_their_order(self, tenants: Tenants, tenant: str) -> None:
        role = "arn:aws:iam::123456789012:role/pressrun-delivery-x"
        settled = Tenant(
            tenant,
            destinations=(
                BucketDestination("b", "bucket-b", "", role, "id-b", "eu-central-1"),
                BucketDestination("a", "bucket-a", "x/y/", role, "id-a"),
            ),
        )
        tenants.put(settled)

        assert tenants.get(tenant) == settled

    def test_it_is_settled_as_a_whole(self, tenants: Tenants, tenant: str) -> None:
        tenants.put(Tenant(tenant, rows_per_report=5, tenant_class=TenantClass.TRIAL))
        assert tenants.get(tenant).tenant_class is TenantClass.TRIAL

        tenants.put(Tenant(tenant, reports_per_day=9))

        assert tenants.get(tenant) == Tenant(tenant, reports_per_day=9)
