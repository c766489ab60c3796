"""Make API keys, and tell whether one that is presented is right.

A key is ``pr_live_<id>_<secret>``, on the stage ``local`` ``pr_test_…``. The id finds its record. Of the secret, an
HMAC-SHA256 under a salt is kept. A slow hash, as passwords need, would gain nothing: the secret is drawn from 2^256, so
it cannot be guessed, however fast the hash is. It would cost each request its time.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from reports.access.identity import Identity, Scope

PREFIX = "pr_"

_ID_ALPHABET = string.ascii_lowercase + string.digits
_SECRET_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 16
_SECRET_LENGTH = 43  # 62^43 is just above 2^256
_SALT_BYTES = 16
_FORM = re.compile(rf"{PREFIX}(?:live|test)_([a-z0-9]{{{_ID_LENGTH}}})_([A-Za-z0-9]{{{_SECRET_LENGTH}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """The parts of a key that a caller has shown."""

    id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Split a key; None for what does not have the form of one."""
        match = _FORM.fullmatch(text)
        return cls(*match.groups()) if match else None

    def __repr__(self) -> str:
        return f"PresentedKey({self.id!r}, …)"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The record of a key. It works until ``ends_at``; ``replaced_by`` is the id of the key it was rotated to."""

    id: str
    tenant: str
    name: str
    scopes: frozenset[Scope]
    salt: bytes
    digest: bytes
    created_at: datetime
    ends_at: datetime | None = None
    replaced_by: str | None = None
    last_used_on: date | None = None

    @property
    def identity(self) -> Identity:
        """Return who its bearer is."""
        return Identity(self.tenant, self.scopes, f"key:{self.id}")

    def is_opened_by(self, presented: PresentedKey, now: datetime) -> bool:
        """Tell whether the secret is right, and the key not over. Takes as long for any wrong secret."""
        is_right = hmac.compare_digest(self.digest, _digest(self.salt, presented.secret))
        return is_right and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Tell whether the key was revoked, or its time has run out since it was rotated."""
        return self.ends_at is not None and self.ends_at <= now

    def ending(self, at: datetime, replaced_by: str | None = None) -> Self:
        """Return the record with an end, which can come earlier than was said before, but not later."""
        end = at if self.ends_at is None else min(at, self.ends_at)
        return replace(self, ends_at=end, replaced_by=replaced_by or self.replaced_by)


def new_key(tenant: str, scopes: frozenset[Scope], *, name: str, live: bool, now: datetime) -> tuple[ApiKey, str]:
    """Make a key. Returns its record, and the key itself, which nothing can bring back afterwards."""
    key_id = _random(_ID_ALPHABET, _ID_LENGTH)
    secret = _random(_SECRET_ALPHABET, _SECRET_LENGTH)
    salt = secrets.token_bytes(_SALT_BYTES)
    record = ApiKey(key_id, tenant, name, scopes, salt, _digest(salt, secret), now)
    return record, f"{PREFIX}{'live' if live else 'test'}_{key_id}_{secret}"


def _digest(salt: bytes, secret: str) -> bytes:
    return hmac.digest(salt, secret.encode(), "sha256")


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
