"""The behaviour of WaitingPlaces."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from reports.jobs.ports import WaitingPlace, WaitingPlaces
from tests.contracts.moments import NOON

LATER = NOON + timedelta(seconds=20)


class WaitingPlacesContract:
    """The behaviour of WaitingPlaces. ``places`` and a fresh ``tenant`` come from fixtures of the subclass.

    Places are shared by all tenants, so each test leaves none taken.
    """

    @pytest.fixture
    def taken(self, places: WaitingPlaces) -> Iterator[list[str]]:
        holders: list[str] = []
        yield holders
        for holder in holders:
            places.release(holder, NOON)

    def test_a_tenant_has_its_share_and_others_have_theirs(
        self, places: WaitingPlaces, tenant: str, taken: list[str]
    ) -> None:
        def take(holder: str, of: str) -> bool:
            taken.append(f"{tenant}-{holder}")
            return places.acquire(WaitingPlace(taken[-1], of, LATER), NOON, most=3, most_of_tenant=2)

        assert [take("a", tenant), take("b", tenant), take("c", tenant)] == [True, True, False]
        assert [take("d", "other"), take("e", "third")] == [True, False]
        places.release(f"{tenant}-a", NOON)
        assert take("f", tenant)

    def test_the_place_of_one_that_died_is_free_after_its_time(
        self, places: WaitingPlaces, tenant: str, taken: list[str]
    ) -> None:
        taken += [f"{tenant}-dead", f"{tenant}-next"]
        dead, following = (WaitingPlace(holder, tenant, LATER) for holder in taken)
        assert places.acquire(dead, NOON, most=1, most_of_tenant=1)

        assert not places.acquire(following, LATER - timedelta(seconds=1), most=1, most_of_tenant=1)
        following = WaitingPlace(following.holder, tenant, LATER + timedelta(seconds=20))
        assert places.acquire(following, LATER, most=1, most_of_tenant=1)

    def test_no_place_is_given_back_that_is_not_held(self, places: WaitingPlaces, tenant: str) -> None:
        places.release(f"{tenant}-nobody", NOON)

    def test_no_place_is_had_twice_by_those_who_come_at_once(
        self, places: WaitingPlaces, tenant: str, taken: list[str]
    ) -> None:
        taken += [f"{tenant}-{number}" for number in range(8)]

        def take(holder: str) -> bool:
            return places.acquire(WaitingPlace(holder, tenant, LATER), NOON, most=100, most_of_tenant=2)

        with ThreadPoolExecutor(8) as pool:
            assert 1 <= sum(pool.map(take, taken)) <= 2
