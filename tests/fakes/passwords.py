"""The port of passwords in memory."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

from reports.errors import ServiceUnavailableError


class InMemoryPasswords:
    """Passwords whose seal is one in name only. ``secrets`` are those of tenants, by tenant and name."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.sealed = 0
        self.refuse: Exception | None = None
        self.can_seal = True

    def seal(self, tenant: str, texts: Sequence[str]) -> Sequence[str]:
        if self.refuse is not None:
            raise self.refuse
        self.sealed += len(texts)
        return [b64encode(f"{tenant}\0{text}".encode()).decode() for text in texts]

    def unseal(self, tenant: str, sealed: str) -> str:
        if self.refuse is not None:
            raise self.refuse
        whose, _, text = b64decode(sealed).decode().partition("\0")
        if whose != tenant:
            raise ServiceUnavailableError("KMS refused a request.")
        return text

    def secret(self, tenant: str, name: str) -> str | None:
        if self.refuse is not None:
            raise self.refuse
        return self.secrets.get((tenant, name))
