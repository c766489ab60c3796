"""What a tenant's reports have taken, by day and template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Use:
    """Reports that workers have begun, the time of these, and the estimated cost in billionths of a dollar."""

    reports: int = 0
    compute_ms: int = 0
    cost: int = 0

    def __add__(self, other: Use) -> Use:
        return Use(self.reports + other.reports, self.compute_ms + other.compute_ms, self.cost + other.cost)


@dataclass(slots=True)
class Spent:
    """What an attempt has taken so far, for its tenant's day: ``before`` is the cost of what led to it."""

    template: str
    reports: int = 0
    before: int = 0
    attempt: int = 0

    @property
    def cost(self) -> int:
        """Return all of the cost."""
        return self.before + self.attempt


UseOfDays = Mapping[date, Mapping[str, Use]]
"""By day, and by template."""


def by_day(uses: UseOfDays) -> dict[str, Use]:
    """Sum up each day."""
    return {day.isoformat(): total(of_day.values()) for day, of_day in sorted(uses.items())}


def by_template(uses: UseOfDays) -> dict[str, Use]:
    """Sum up each template, the one that costs most first."""
    names = {name for of_day in uses.values() for name in of_day}
    sums = {name: total(of_day[name] for of_day in uses.values() if name in of_day) for name in names}
    return dict(sorted(sums.items(), key=lambda item: (-item[1].cost, item[0])))


def total(uses: Iterable[Use]) -> Use:
    """Sum up."""
    return sum(uses, Use())
