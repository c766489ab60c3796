"""The settings of a tenant. Without any, the defaults apply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reports.access.buckets import BucketDestination


class TenantClass(StrEnum):
    """A class of tenants, by which operators tell reports apart. It changes nothing for the tenant."""

    STANDARD = "standard"
    TRIAL = "trial"
    PREMIUM = "premium"
    INTERNAL = "internal"


LIMITS = (
    "reports_per_day",
    "compute_seconds_per_day",
    "emails_per_day",
    "waiting_requests",
    "rows_per_report",
    "bytes_per_report",
    "retention_days",
)
"""The fields of a tenant that are numbers."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """The settings of a tenant that differ from the defaults; None for those that do not."""

    name: str
    usage_key: str | None = None
    """The value of its key of API Gateway's, by which its requests are counted; None for that of all other tenants."""
    reports_per_day: int | None = None
    emails_per_day: int | None = None
    waiting_requests: int | None = None
    compute_seconds_per_day: int | None = None
    rows_per_report: int | None = None
    bytes_per_report: int | None = None
    email_to: tuple[str, ...] | None = None
    """Addresses, and domains such as ``@example.com``, to which it may have e-mail sent; see ``recipients``."""
    email_titles: bool | None = None
    """Whether titles of its reports stand in the subjects of e-mail."""
    tenant_class: TenantClass = TenantClass.STANDARD
    retention_days: int | None = None
    """How long its jobs, inputs and artifacts are kept: one of the classes of ``retention``."""
    destinations: tuple[BucketDestination, ...] = ()
    """Buckets of its own that its reports may be delivered to."""
    legal_hold: str | None = None
    """Why nothing of its may be removed; None without a legal hold."""
