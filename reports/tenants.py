"""Say what is settled for a tenant. One of which nothing is, is a tenant like any other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """Hold what differs for a tenant from what holds for all; None for what does not."""

    name: str
    usage_key: str | None = None
    """The value of its key of API Gateway's, by which its requests are counted; None for that of all other tenants."""
    reports_per_day: int | None = None
    compute_seconds_per_day: int | None = None
    rows_per_report: int | None = None
    bytes_per_report: int | None = None
