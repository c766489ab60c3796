"""What tenants have, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.jobs.belongings import Belonging


class InMemoryBelongings:
    """Belongings in memory."""

    def __init__(self) -> None:
        self.things: dict[str, list[Belonging]] = {}
        self.kept: list[tuple[str, Belonging]] = []
        self.refuse: Exception | None = None

    def give(self, tenant: str, *things: Belonging) -> None:
        self.things.setdefault(tenant, []).extend(things)

    def of(self, tenant: str) -> Iterator[Belonging]:
        yield from list(self.things.get(tenant, ()))

    def remove(self, some: Sequence[Belonging]) -> None:
        if self.refuse is not None:
            raise self.refuse
        gone = set(some)
        for things in self.things.values():
            things[:] = [each for each in things if each not in gone]

    def keep(self, tenant: str, one: Belonging) -> None:
        if one in self.things.get(tenant, ()):
            self.kept.append((tenant, one))
