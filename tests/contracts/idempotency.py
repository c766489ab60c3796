"""The behaviour of IdempotencyKeys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.jobs.listing import KeyUse
from reports.jobs.ports import IdempotencyKeys
from reports.jobs.request import IDEMPOTENCY_KEY
from tests.contracts.moments import NOON
from tests.examples import examples


class IdempotencyKeysContract:
    """The behaviour of IdempotencyKeys. ``keys`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_a_key_stands_for_what_it_was_first_used_for(self, keys: IdempotencyKeys, tenant: str) -> None:
        first, second = KeyUse("job-1", "d1", "b"), KeyUse("job-2", "d2")

        assert keys.claim(tenant, {"k": first}, NOON) == {"k": first}
        assert keys.claim(tenant, {"k": second}, NOON) == {"k": first}

    def test_keys_that_are_taken_do_not_stand_in_the_way_of_others(self, keys: IdempotencyKeys, tenant: str) -> None:
        earlier = {f"k{n}": KeyUse(f"before-{n}", "d") for n in range(0, 60, 7)}
        keys.claim(tenant, earlier, NOON)
        wanted = {f"k{n}": KeyUse(f"job-{n}", "d") for n in range(60)}

        assert keys.claim(tenant, wanted, NOON) == wanted | earlier

    def test_a_key_stands_for_a_day(self, keys: IdempotencyKeys, tenant: str) -> None:
        first, second = KeyUse("job-1", "d"), KeyUse("job-2", "d")
        keys.claim(tenant, {"k": first}, NOON)
        almost, over = NOON + timedelta(hours=24, microseconds=-1), NOON + timedelta(hours=24)

        assert keys.claim(tenant, {"k": second}, almost) == {"k": first}
        assert keys.claim(tenant, {"k": second}, over) == {"k": second}
        assert keys.claim(tenant, {"k": first}, over) == {"k": second}

    def test_tenants_do_not_share_keys(self, keys: IdempotencyKeys, tenant: str) -> None:
        ours, theirs = KeyUse("job-1", "d"), KeyUse("job-2", "d")

        keys.claim(tenant, {"k": ours}, NOON)

        assert keys.claim(f"{tenant}-other", {"k": theirs}, NOON) == {"k": theirs}

    def test_of_uses_at_the_same_time_one_wins_and_all_know_it(self, keys: IdempotencyKeys, tenant: str) -> None:
        wanted = [{"k": KeyUse(f"job-{n}", "d")} for n in range(8)]

        with ThreadPoolExecutor(8) as pool:
            stands = list(pool.map(lambda each: keys.claim(tenant, each, NOON)["k"], wanted))

        assert len(set(stands)) == 1
        assert stands[0] in [each["k"] for each in wanted]

    @settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(given_keys=st.lists(st.from_regex(IDEMPOTENCY_KEY, fullmatch=True), min_size=1, max_size=8, unique=True))
    def test_any_keys_are_told_apart(self, keys: IdempotencyKeys, tenant: str, given_keys: list[str]) -> None:
        scope = f"{tenant}-{uuid4().hex[:6]}"
        wanted = {key: KeyUse(f"job-{n}", "d") for n, key in enumerate(given_keys)}

        keys.claim(scope, wanted, NOON)

        assert keys.claim(scope, {key: KeyUse("later", "d") for key in given_keys}, NOON) == wanted
