"""The ports of authentication and quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from reports.access.api_keys import ApiKey
from reports.access.tenants import Tenant
from reports.access.usage import Use, UseOfDays


class ApiKeys(Protocol):
    """Keep the records of API keys. Every method may raise ServiceUnavailableError."""

    def add(self, key: ApiKey) -> None:
        """Keep a new key's record."""
        ...

    def get(self, key_id: str) -> ApiKey | None:
        """Return a record, including a write that has just ended; None when there is none."""
        ...

    def of_tenant(self, tenant: str) -> Sequence[ApiKey]:
        """Return a tenant's keys, oldest first. May lag behind writes by a moment."""
        ...

    def end(self, key: ApiKey) -> None:
        """Keep the end of a key that is there, and by which it was replaced. An earlier end, once kept, stays."""
        ...

    def note_use(self, key_id: str, day: date) -> None:
        """Note the last day of a key's use. Does nothing when there is no such key."""
        ...


class Tenants(Protocol):
    """The settings of tenants. Every method may raise ServiceUnavailableError."""

    def get(self, name: str) -> Tenant:
        """Return what is settled for a tenant, which may be nothing."""
        ...

    def put(self, tenant: Tenant) -> None:
        """Replace the settings of a tenant."""
        ...


class Counted(StrEnum):
    """A thing of which a tenant may have so much a day. The values are names of attributes in stored items."""

    REPORTS = "used"
    COMPUTE_MS = "compute_ms"
    EMAILS = "emails"


class DailyCounts(Protocol):
    """The counts of what tenants do on a day."""

    def add(
        self, tenant: str, day: date, what: Counted, number: int, *, limits: Mapping[Counted, int]
    ) -> Counted | None:
        """Add a number to a day's count, unless a count that has a limit would then be above it; return which one.

        Counts that others add to at the same time are seen. May raise ServiceUnavailableError.
        """
        ...

    def add_use(self, tenant: str, day: date, template: str, use: Use) -> None:
        """Add to what a day's reports of a template have taken. Its time counts among all computing of the day.

        May raise ServiceUnavailableError.
        """
        ...

    def uses(self, tenant: str, days: Sequence[date]) -> UseOfDays:
        """Return what reports of these days have taken, without days on which there were none.

        May lag behind add_use() by a moment, and raise ServiceUnavailableError.
        """
        ...

    def get(self, tenant: str, day: date) -> Mapping[Counted, int]:
        """Return all counts of a day. May lag behind add() by a moment, and raise ServiceUnavailableError."""
        ...


class Tokens(Protocol):
    """Read the tokens of the one issuer that is trusted."""

    def claims(self, token: str) -> Mapping[str, Any]:
        """Return what a token says, once its signature, its issuer and its times have been found right.

        Raises UnauthenticatedError, and ServiceUnavailableError when the issuer's keys can't be had.
        """
        ...
