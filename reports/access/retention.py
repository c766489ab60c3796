"""How long what belongs to a tenant is kept.

Two services remove it by themselves: DynamoDB, items past their ``expires_at``, and S3, objects by the rule of the
bucket for their tag ``retention``. Under a legal hold, items have no ``expires_at``, and no rule is for the tag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.access.ports import Tenants
from reports.clock import Clock

CLASSES = (1, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1095, 3650)
"""The days that things can be kept. The buckets have a rule for each: see resources/retention.js."""

TAG = "retention"
KEPT = "kept"
"""The value of the tag of what is kept until its owner removes it, as assets are."""

HELD = "held"
"""The value of the tag under a legal hold."""

_KNOWN_FOR = timedelta(minutes=1)

Expiry = Callable[[str, datetime], datetime | None]
"""What says when something of a tenant's that has existed since a moment expires; None for never."""


def after(days: float) -> Expiry:
    """Return the expiry of what is kept for the same time, for all tenants."""
    return lambda _, since: since + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class RetentionBounds:
    """The operator's: the days of tenants for which nothing else is settled, and the bounds of what may be."""

    days: int
    least: int
    most: int

    def allows(self, days: int) -> bool:
        """Tell whether a tenant may have it so."""
        return days in CLASSES and self.least <= days <= self.most


class Retention:
    """What is settled for tenants on how long things are kept. A change takes a minute."""

    def __init__(self, tenants: Tenants, clock: Clock, *, for_all: RetentionBounds) -> None:
        self._tenants = tenants
        self._clock = clock
        self._for_all = for_all
        self._known: dict[str, tuple[datetime, int | None]] = {}

    def days_of(self, tenant: str) -> int | None:
        """Return the days that a tenant's are kept; None under a legal hold. Raises ServiceUnavailableError."""
        now = self._clock.now()
        known = self._known.get(tenant)
        if known is None or known[0] <= now:
            known = self._known[tenant] = (now + _KNOWN_FOR, self._look_up(tenant))
        return known[1]

    def _look_up(self, tenant: str) -> int | None:
        settled = self._tenants.get(tenant)
        if settled.legal_hold is not None:
            return None
        if settled.retention_days is None:
            return self._for_all.days
        # The bounds of the operator are for all tenants, also for what was settled before.
        return min(max(settled.retention_days, self._for_all.least), self._for_all.most)

    def expires_at(self, tenant: str, since: datetime) -> datetime | None:
        """Return when an item expires; an Expiry. Raises ServiceUnavailableError."""
        days = self.days_of(tenant)
        return None if days is None else since + timedelta(days=days)

    def tag_of(self, tenant: str) -> str:
        """Return the value of the tag of an object. Raises ServiceUnavailableError."""
        days = self.days_of(tenant)
        return HELD if days is None else str(days)
