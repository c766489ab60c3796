"""The erasure of all that a tenant has: how far it is, and in the end the proof of it.

While one is under way, its tenant is closed: nothing new is accepted, and requests that wait in the queue are dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from reports.errors import BeingErasedError
from reports.jobs.belongings import Kind

DEAD_LETTERS = "dead_letters"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of all that a tenant has.

    ``removed`` counts by kind what was removed so far; a function that dies may have what it was at counted twice.
    ``passes`` are those over all stores that came to their end.
    """

    id: str
    tenant: str
    asked_by: str
    asked_at: datetime
    due_at: datetime | None
    removed: Mapping[str, int] = field(default_factory=dict)
    passes: int = 0
    finished_at: datetime | None = None
    revision: int = 1

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is not finished."""
        return self.finished_at is None

    def removing(self, counts: Mapping[str, int]) -> Erasure:
        """Count what is about to be removed."""
        return self._next(removed=dict(Counter(self.removed) + Counter(counts)))

    def passed(self, due_at: datetime) -> Erasure:
        """End a pass that has found something, or came too early to be the last; another one follows."""
        return self._next(passes=self.passes + 1, due_at=due_at)

    def postponed(self, due_at: datetime) -> Erasure:
        """Go on later."""
        return self._next(due_at=due_at)

    def finished(self, now: datetime) -> Erasure:
        """End with a pass that has found nothing."""
        return self._next(passes=self.passes + 1, due_at=None, finished_at=now)

    def _next(self, **changes: Any) -> Erasure:
        return replace(self, revision=self.revision + 1, **changes)

    def proof(self) -> Mapping[str, Any]:
        """Return what is on record of an erasure that is finished, with its digest."""
        if self.finished_at is None:
            raise ValueError("An erasure that is under way proves nothing.")
        record = {
            "id": self.id,
            "tenant": self.tenant,
            "asked_by": self.asked_by,
            "asked_at": self.asked_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "removed": {name: self.removed.get(name, 0) for name in (*Kind, DEAD_LETTERS)},
            "passes": self.passes,
            "found_by_last_pass": 0,
        }
        return {**record, "sha256": digest_of(record)}


def digest_of(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record: of its JSON with sorted members and no white space."""
    return hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Erasures(Protocol):
    """The latest erasure of each tenant. Every method may raise ServiceUnavailableError."""

    def get(self, tenant: str) -> Erasure | None:
        """Return a tenant's, including a write that has just ended; None when there is none, or none any more."""
        ...

    def open(self, erasure: Erasure) -> Erasure:
        """Keep a new one, unless one is under way; return the one that is under way now."""
        ...

    def advance(self, erasure: Erasure) -> None:
        """Replace the revision before. Raises JobConflictError when that is not the latest."""
        ...

    def due(self, before: datetime) -> Iterator[str]:
        """Yield the tenants whose erasure was due before a moment. May lag behind writes by a moment."""
        ...


def check_open(erasures: Erasures, tenant: str) -> None:
    """Refuse what would give a tenant something new. Raises BeingErasedError and ServiceUnavailableError."""
    erasure = erasures.get(tenant)
    if erasure is not None and erasure.is_under_way:
        raise BeingErasedError(erasure.asked_at)


def is_erased(erasures: Erasures, tenant: str, sent_at: datetime | None) -> bool:
    """Tell whether a request that waited in a queue is among what was erased. Raises ServiceUnavailableError."""
    erasure = erasures.get(tenant)
    if erasure is None:
        return False
    return erasure.finished_at is None or sent_at is None or sent_at <= erasure.finished_at
