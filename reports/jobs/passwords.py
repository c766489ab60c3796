"""The port of passwords: encrypted until a worker needs them, or read from where a tenant's secrets are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Passwords(Protocol):
    """The passwords of tenants' PDFs. Every method may raise ServiceUnavailableError."""

    @property
    def can_seal(self) -> bool:
        """Tell whether this stage has what to encrypt by."""
        ...

    def seal(self, tenant: str, texts: Sequence[str]) -> Sequence[str]:
        """Encrypt texts, each by itself, so that they can be read for this tenant alone."""
        ...

    def unseal(self, tenant: str, sealed: str) -> str:
        """Return what was sealed for a tenant. Raises SecretUnusableError if this stage has nothing to decrypt by."""
        ...

    def secret(self, tenant: str, name: str) -> str | None:
        """Return a tenant's secret of that name; None when there is none."""
        ...
