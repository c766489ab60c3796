"""Hold tenants to what they may have: so many reports a day, and so much in each."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from reports.access.ports import Counted, DailyCounts, Tenants
from reports.access.recipients import may_be_written_to
from reports.access.tenants import TenantClass
from reports.access.usage import Spent, Use, UseOfDays
from reports.clock import Clock
from reports.errors import AddressNotAllowedError, QuotaExceededError, TooLargeError

log = logging.getLogger(__name__)

T = TypeVar("T")

_KNOWN_FOR = timedelta(minutes=1)
"""How long what is settled for a tenant is not looked up again: so long does a change take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a tenant may have. Days are those of UTC.

    Seconds of computing are those that workers spend on its reports, whatever becomes of them.
    """

    reports_per_day: int
    compute_seconds_per_day: int
    emails_per_day: int
    waiting_requests: int
    rows_per_report: int
    bytes_per_report: int
    email_to: tuple[str, ...]
    email_titles: bool
    tenant_class: TenantClass = TenantClass.STANDARD


@dataclass(frozen=True, slots=True)
class Standing:
    """A tenant's limits, and how much of them is used; ``resets_at`` is when a new day begins."""

    limits: Limits
    counts: Mapping[Counted, int]
    resets_at: datetime

    @property
    def reports_today(self) -> int:
        """Return the number of reports."""
        return self.counts[Counted.REPORTS]

    @property
    def compute_seconds_today(self) -> int:
        """Return the seconds of computing, rounded up."""
        return math.ceil(self.counts[Counted.COMPUTE_MS] / 1000)

    @property
    def emails_today(self) -> int:
        """Return the number of e-mails."""
        return self.counts[Counted.EMAILS]


class Quotas:
    """The limits of each tenant, and the counts that are held to them."""

    def __init__(
        self,
        *,
        tenants: Tenants,
        counts: DailyCounts,
        clock: Clock,
        for_all: Limits,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tenants = tenants
        self._counts = counts
        self._clock = clock
        self._for_all = for_all
        self._monotonic = monotonic
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
        rows, size = settled.rows_per_report, settled.bytes_per_report
        return Limits(
            reports_per_day=_settled(settled.reports_per_day, self._for_all.reports_per_day),
            compute_seconds_per_day=_settled(settled.compute_seconds_per_day, self._for_all.compute_seconds_per_day),
            emails_per_day=_settled(settled.emails_per_day, self._for_all.emails_per_day),
            waiting_requests=_settled(settled.waiting_requests, self._for_all.waiting_requests),
            email_to=_settled(settled.email_to, self._for_all.email_to),
            email_titles=_settled(settled.email_titles, self._for_all.email_titles),
            tenant_class=settled.tenant_class,
            # What the service can do at all holds for all tenants.
            rows_per_report=self._for_all.rows_per_report if rows is None else min(rows, self._for_all.rows_per_report),
            bytes_per_report=(
                self._for_all.bytes_per_report if size is None else min(size, self._for_all.bytes_per_report)
            ),
        )

    def count(self, tenant: str, reports: int = 1) -> None:
        """Count reports that are about to be made, all of them or none.

        Raises QuotaExceededError and ServiceUnavailableError.
        """
        limits = self.limits_of(tenant)
        now = self._now()
        full = self._counts.add(tenant, now.date(), Counted.REPORTS, reports, limits=_most(limits))
        if full is not None:
            raise _exceeded(full, limits, now)

    def count_email(self, tenant: str) -> None:
        """Count an e-mail that is about to be sent. Raises QuotaExceededError and ServiceUnavailableError."""
        limits = self.limits_of(tenant)
        now = self._now()
        most = {Counted.EMAILS: limits.emails_per_day}
        if self._counts.add(tenant, now.date(), Counted.EMAILS, 1, limits=most) is not None:
            raise _exceeded(Counted.EMAILS, limits, now)

    def check_recipient(self, tenant: str, address: str | None) -> None:
        """Hold an address to the tenant's list. Raises AddressNotAllowedError and ServiceUnavailableError."""
        if address is not None and not may_be_written_to(address, set(self.limits_of(tenant).email_to)):
            raise AddressNotAllowedError(self.limits_of(tenant).email_to)

    def check_compute(self, tenant: str) -> None:
        """Refuse a tenant whose seconds of computing are used up.

        Raises QuotaExceededError and ServiceUnavailableError.
        """
        limits = self.limits_of(tenant)
        now = self._now()
        if self._counts.get(tenant, now.date())[Counted.COMPUTE_MS] > _most(limits)[Counted.COMPUTE_MS]:
            raise _exceeded(Counted.COMPUTE_MS, limits, now)

    @contextmanager
    def measured(self, tenant: str, template: str) -> Iterator[Spent]:
        """Count the time that a worker spends on a tenant's report, and what is noted in the block, however it ends."""
        started = self._monotonic()
        spent = Spent(template)
        try:
            yield spent
        finally:
            self.note(tenant, spent, self._monotonic() - started)

    def note(self, tenant: str, spent: Spent, seconds: float) -> None:
        """Count what workers have spent on a tenant's reports, or may have."""
        use = Use(spent.reports, math.ceil(seconds * 1000), spent.cost)
        try:
            self._counts.add_use(tenant, self._now().date(), spent.template, use)
        except Exception:
            # The report itself is more important than its share of the day.
            facts = {"tenant": tenant, "ms": use.compute_ms}
            log.warning("seconds of computing were not counted", extra=facts, exc_info=True)

    def today(self) -> date:
        """Return the day by which is counted now."""
        return self._now().date()

    def uses(self, tenant: str, since: date, until: date) -> UseOfDays:
        """Return what a tenant's reports have taken, by day and template. Raises ServiceUnavailableError."""
        days: Sequence[date] = [since + timedelta(days=n) for n in range((until - since).days + 1)]
        return self._counts.uses(tenant, days)

    def standing(self, tenant: str) -> Standing:
        """Return what a tenant may have, and has had today. Raises ServiceUnavailableError."""
        now = self._now()
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

    def _now(self) -> datetime:
        return self._clock.now().astimezone(UTC)


def _settled(of_tenant: T | None, for_all: T) -> T:
    return for_all if of_tenant is None else of_tenant


def _most(limits: Limits) -> Mapping[Counted, int]:
    """Return how high each count may be for one more report to be begun."""
    # What a report will take is known only at its end. So the last second must not be spent yet.
    return {
        Counted.REPORTS: limits.reports_per_day,
        Counted.COMPUTE_MS: limits.compute_seconds_per_day * 1000 - 1,
    }


def _exceeded(full: Counted, limits: Limits, now: datetime) -> QuotaExceededError:
    name = {
        Counted.REPORTS: "reports_per_day",
        Counted.COMPUTE_MS: "compute_seconds_per_day",
        Counted.EMAILS: "emails_per_day",
    }[full]
    seconds = int((_midnight_after(now) - now).total_seconds()) + 1
    return QuotaExceededError(name, getattr(limits, name), seconds=seconds)


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
