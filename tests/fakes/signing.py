"""The port of signatures in memory."""

from __future__ import annotations

import hashlib

from reports.errors import SigningKeyMissingError, TimestampNotOfferedError
from reports.jobs.ports import ObjectStore
from reports.jobs.signing import Signature, SigningOrder


class InMemorySigner:
    """A signer whose signature is a line behind the PDF. ``keys`` are the tenants' keys, by tenant and name."""

    def __init__(self, artifacts: ObjectStore) -> None:
        self.keys: set[tuple[str, str]] = set()
        self.has_authority = False
        self.refuse: Exception | None = None
        self.refuse_to_sign: Exception | None = None
        self.orders: list[SigningOrder] = []
        self._artifacts = artifacts

    def check(self, order: SigningOrder) -> None:
        if self.refuse is not None:
            raise self.refuse
        if (order.tenant, order.key) not in self.keys:
            raise SigningKeyMissingError(order.key)
        if order.timestamp and not self.has_authority:
            raise TimestampNotOfferedError

    def sign(self, order: SigningOrder) -> Signature:
        self.check(order)
        if self.refuse_to_sign is not None:
            raise self.refuse_to_sign
        self.orders.append(order)
        signed = self._artifacts.get(order.source, max_bytes=1 << 30) + b"\n%signed by " + order.key.encode()
        self._artifacts.put(order.destination, signed, content_type="application/pdf", filename=order.filename)
        return Signature(
            len(signed),
            hashlib.sha256(signed).hexdigest(),
            signer="CN=Acme",
            issuer="CN=Authority",
            serial="1f",
            signed_at="2026-11-20T12:00:00Z",
            certified=order.certify,
        )
