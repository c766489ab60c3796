"""The behaviour of Belongings."""

from __future__ import annotations

from collections.abc import Callable

from reports.jobs.belongings import Belonging, Belongings

Given = Callable[[str], set[Belonging]]


class BelongingsContract:
    """The behaviour of Belongings.

    ``belongings``, a fresh ``tenant`` and ``given`` come from fixtures of the subclass; the latter gives a tenant some
    things and says which. A tenant whose name only begins like that of another has nothing of the other's.
    """

    def test_all_that_a_tenant_has_is_found_and_nothing_of_others(
        self, belongings: Belongings, tenant: str, given: Given
    ) -> None:
        theirs = given(tenant)
        given(f"{tenant}-other")

        assert set(belongings.of(tenant)) == theirs
        assert set(belongings.of(f"{tenant}-none")) == set()

    def test_what_is_removed_is_gone_and_nothing_else(self, belongings: Belongings, tenant: str, given: Given) -> None:
        theirs = given(tenant)
        others = given(f"{tenant}-other")

        for _ in range(2):
            belongings.remove(sorted(theirs, key=str))

        assert set(belongings.of(tenant)) == set()
        assert set(belongings.of(f"{tenant}-other")) == others

    def test_what_is_removed_while_it_is_listed_does_not_end_the_list(
        self, belongings: Belongings, tenant: str, given: Given
    ) -> None:
        theirs = given(tenant)

        for each in belongings.of(tenant):
            belongings.remove([each])
            theirs.discard(each)

        assert theirs == set()

    def test_a_thing_that_is_gone_does_not_come_back_by_being_kept(
        self, belongings: Belongings, tenant: str, given: Given
    ) -> None:
        theirs = given(tenant)
        belongings.remove(sorted(theirs, key=str))

        for each in theirs:
            belongings.keep(tenant, each)

        assert set(belongings.of(tenant)) == set()
