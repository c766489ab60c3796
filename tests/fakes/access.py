"""Provide in memory what finding out who asks needs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reports.access.api_keys import ApiKey
from reports.access.audit import AuditEntry
from reports.access.ports import Counted
from reports.access.tenants import Tenant
from reports.access.usage import Use, UseOfDays
from reports.errors import UnauthenticatedError


class InMemoryApiKeys:
    """API keys in memory."""

    def __init__(self) -> None:
        self.keys: dict[str, ApiKey] = {}
        self.uses_noted = 0
        self.refuse_notes: Exception | None = None

    def add(self, key: ApiKey) -> None:
        assert key.id not in self.keys
        self.keys[key.id] = key

    def get(self, key_id: str) -> ApiKey | None:
        return self.keys.get(key_id)

    def of_tenant(self, tenant: str) -> Sequence[ApiKey]:
        theirs = [key for key in self.keys.values() if key.tenant == tenant]
        return sorted(theirs, key=lambda key: (key.created_at, key.id))

    def end(self, key: ApiKey) -> None:
        known = self.keys[key.id]
        if known.ends_at is not None and key.ends_at is not None and known.ends_at < key.ends_at:
            return
        self.keys[key.id] = replace(known, ends_at=key.ends_at, replaced_by=key.replaced_by)

    def note_use(self, key_id: str, day: date) -> None:
        if self.refuse_notes is not None:
            raise self.refuse_notes
        if key_id in self.keys:
            self.keys[key_id] = replace(self.keys[key_id], last_used_on=day)
            self.uses_noted += 1


class InMemoryTenants:
    """Tenants in memory."""

    def __init__(self) -> None:
        self._tenants: dict[str, Tenant] = {}

    def get(self, name: str) -> Tenant:
        return self._tenants.get(name, Tenant(name))

    def put(self, tenant: Tenant) -> None:
        self._tenants[tenant.name] = tenant


class InMemoryDailyCounts:
    """DailyCounts, in memory."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, date, Counted]] = Counter()
        self._lock = threading.Lock()
        self._uses: dict[tuple[str, date], dict[str, Use]] = {}

    def add(
        self, tenant: str, day: date, what: Counted, number: int, *, limits: Mapping[Counted, int]
    ) -> Counted | None:
        with self._lock:
            after = {each: self.counts[tenant, day, each] + (number if each is what else 0) for each in limits}
            full = next((each for each, limit in limits.items() if after[each] > limit), None)
            if full is None:
                self.counts[tenant, day, what] += number
            return full

    def add_use(self, tenant: str, day: date, template: str, use: Use) -> None:
        self.add(tenant, day, Counted.COMPUTE_MS, use.compute_ms, limits={})
        with self._lock:
            of_day = self._uses.setdefault((tenant, day), {})
            of_day[template] = of_day.get(template, Use()) + use

    def uses(self, tenant: str, days: Sequence[date]) -> UseOfDays:
        return {day: dict(self._uses[tenant, day]) for day in days if (tenant, day) in self._uses}

    def get(self, tenant: str, day: date) -> Mapping[Counted, int]:
        return {each: self.counts[tenant, day, each] for each in Counted}

    def of_all(self, what: Counted) -> int:
        """Return the sum over all tenants and days."""
        return sum(number for (_, _, counted), number in self.counts.items() if counted is what)


class KnownTokens:
    """Tokens from a list of known ones, with their claims."""

    def __init__(self, tokens: Mapping[str, Mapping[str, Any]]) -> None:
        self._tokens = tokens

    def claims(self, token: str) -> Mapping[str, Any]:
        if token not in self._tokens:
            raise UnauthenticatedError("The token is not right.")
        return self._tokens[token]


class InMemoryAuditLog:
    """The audit log in memory."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []
        self.refuse: Exception | None = None

    def append(self, entry: AuditEntry) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.entries.append(entry)
