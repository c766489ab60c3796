"""Hold tenants to what they may have: so many reports a day, and so much in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reports.access_ports import DailyCounts, Tenants
from reports.errors import QuotaExceededError, TooLargeError
from reports.ports import Clock

_KNOWN_FOR = timedelta(minutes=1)
"""How long what is settled for a tenant is not looked up again: so long does a change take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Say how much a tenant may have. Days are those of UTC."""

    reports_per_day: int
    rows_per_report: int
    bytes_per_report: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Say how much of what a tenant may have is used; ``resets_at`` is when a new day begins."""

    limits: Limits
    reports_today: int
    resets_at: datetime


class Quotas:
    """Know each tenant's limits, and count its reports."""

    def __init__(self, *, tenants: Tenants, counts: DailyCounts, clock: Clock, for_all: Limits) -> None:
        self._tenants = tenants
        self._counts = counts
        self._clock = clock
        self._for_all = for_all
        self._known: dict[str, tuple[datetime, Limits]] = {}

    def limits_of(self, tenant: str) -> Limits:
        """Return a tenant's limits. Raises ServiceUnavailableError."""
        now = self._clock.now()
        known = self._known.get(tenant)
        if known is None or known[0] <= now:
            known = self._known[tenant] = (now + _KNOWN_FOR, self._look_up(tenant))
        return known[1]

    def _look_up(self, tenant: str) -> Limits:
        settled = self._tenants.get(tenant)
        day, rows, size = settled.reports_per_day, settled.rows_per_report, settled.bytes_per_report
        return Limits(
            reports_per_day=self._for_all.reports_per_day if day is None else day,
            # What the service can do at all holds for everybody.
            rows_per_report=self._for_all.rows_per_report if rows is None else min(rows, self._for_all.rows_per_report),
            bytes_per_report=(
                self._for_all.bytes_per_report if size is None else min(size, self._for_all.bytes_per_report)
            ),
        )

    def take(self, tenant: str, reports: int = 1) -> None:
        """Count reports that are about to be made, all of them or none.

        Raises QuotaExceededError and ServiceUnavailableError.
        """
        limit = self.limits_of(tenant).reports_per_day
        now = self._clock.now().astimezone(UTC)
        if not self._counts.add(tenant, now.date(), reports, limit=limit):
            raise QuotaExceededError(limit, seconds=int((_midnight_after(now) - now).total_seconds()) + 1)

    def standing(self, tenant: str) -> Standing:
        """Return what a tenant may have, and has had today. Raises ServiceUnavailableError."""
        now = self._clock.now().astimezone(UTC)
        return Standing(self.limits_of(tenant), self._counts.get(tenant, now.date()), _midnight_after(now))

    def check_size(self, tenant: str, size: int) -> None:
        """Hold a request's body to what a report of the tenant's may have. Raises TooLargeError."""
        limit = self.limits_of(tenant).bytes_per_report
        if size > limit:
            raise TooLargeError(
                f"The request has {size:,} bytes, and a report of yours may have {limit:,}.", size=size, max_bytes=limit
            )

    def check_rows(self, tenant: str, rows: int) -> None:
        """Hold the rows of a request to what a report of the tenant's may have. Raises TooLargeError."""
        limit = self.limits_of(tenant).rows_per_report
        if rows > limit:
            raise TooLargeError(
                f"The request has {rows:,} rows, and a report of yours may have {limit:,}.", rows=rows, max_rows=limit
            )


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
