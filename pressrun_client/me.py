"""Define what a service says about who asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a tenant."""

    reports_per_day: int
    rows_per_report: int
    bytes_per_report: int
    compute_seconds_per_day: int | None = None
    emails_per_day: int | None = None
    """None from a service that does not limit it."""

    @classmethod
    def read(cls, document: Document) -> Limits:
        return cls(
            document.number("reports_per_day"),
            document.number("rows_per_report"),
            document.number("bytes_per_report"),
            document.optional_number("compute_seconds_per_day"),
            document.optional_number("emails_per_day"),
        )


@dataclass(frozen=True, slots=True)
class Used:
    """The used part of a tenant's limits, and when it begins anew."""

    reports_today: int
    resets_at: datetime
    compute_seconds_today: int | None = None
    emails_today: int | None = None

    @classmethod
    def read(cls, document: Document) -> Used:
        return cls(
            document.number("reports_today"),
            document.time("resets_at"),
            document.optional_number("compute_seconds_today"),
            document.optional_number("emails_today"),
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller as the service knows it: the key or token, and what it allows."""

    tenant: str
    subject: str
    scopes: tuple[str, ...]
    limits: Limits
    used: Used
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> Caller:
        return cls(
            tenant=document.text("tenant"),
            subject=document.text("subject"),
            scopes=document.texts("scopes"),
            limits=Limits.read(document.required_part("limits")),
            used=Used.read(document.required_part("used")),
            document=document.content,
        )


class CallerCalls(Calls):
    """Calls about the caller, and about the service itself."""

    def me(self) -> Caller:
        """Return as whom the service knows this client, and what it may ask for."""
        return Caller.read(self._call("GET", "/me").document)

    def health(self) -> Mapping[str, Any]:
        """Return what the service says of itself. Raises UnexpectedAnswerError when it is none of Pressrun's."""
        document = self._call("GET", "/health").document
        document.text("status"), document.text("stage")
        return document.content
