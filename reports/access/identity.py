"""The identity of a caller, and what it allows. The tenant comes from here, never from what a request carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

NO_TENANT = "-"
"""The tenant of what belongs to none, such as a file in a wrong folder. No tenant can have this name."""

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def is_tenant(name: str) -> bool:
    """Tell whether a text may name a tenant. Names stand in paths and in keys of items."""
    return _TENANT.fullmatch(name) is not None


class Scope(StrEnum):
    """Name what a caller may do to what is its tenant's. None includes another."""

    SUBMIT = "submit"
    """Ask for reports, upload, cancel, retry, and have deliveries sent again."""
    READ = "read"
    """See reports and templates."""
    ADMIN = "admin"
    """Act on many reports at once."""
    TEMPLATES = "templates"
    """Store templates of the tenant's own."""
    ERASE = "erase"
    """Have all that the tenant has erased."""


EVERYTHING = frozenset(Scope)


def scopes_in(words: Iterable[str]) -> frozenset[Scope]:
    """Return those words that name scopes, as such."""
    said = set(words)
    return frozenset(scope for scope in Scope if scope in said)


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller. ``subject`` names the key or user in logs, as ``key:…`` or ``user:…``."""

    tenant: str
    scopes: frozenset[Scope]
    subject: str

    def as_context(self) -> dict[str, str]:
        """Return what a Lambda authorizer tells of the caller: texts alone are let through by API Gateway."""
        return {"tenant": self.tenant, "scopes": " ".join(sorted(self.scopes)), "subject": self.subject}

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Self | None:
        """Read what as_context() wrote; None when that is not what stands there."""
        tenant, scopes, subject = (context.get(name) for name in ("tenant", "scopes", "subject"))
        if not (isinstance(tenant, str) and isinstance(scopes, str) and isinstance(subject, str) and is_tenant(tenant)):
            return None
        return cls(tenant, scopes_in(scopes.split()), subject)
