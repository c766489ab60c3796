"""The audit log: who asked for reports, who got them, and what was removed. It has neither data nor secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry: who did what to which reports of a tenant's, and when.

    ``subject`` is a key or a user, as logs have it, a door, or an operator. ``detail`` has ids, codes and counts alone.
    """

    at: datetime
    tenant: str
    subject: str
    action: str
    reports: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as JSON has it."""
        written: dict[str, Any] = {
            "at": self.at.isoformat(timespec="milliseconds"),
            "tenant": self.tenant,
            "subject": self.subject,
            "action": self.action,
        }
        return written | ({"reports": list(self.reports)} if self.reports else {}) | dict(self.detail)


class AuditLog(Protocol):
    """Entries can be added, and neither changed nor removed."""

    def append(self, entry: AuditEntry) -> None:
        """Add an entry. It is kept when this returns. Raises ServiceUnavailableError."""
        ...
