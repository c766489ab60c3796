"""Answers about callers and the service. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count, Time
from reports.access.identity import Scope


class CallerLimits(TypedDict):
    """What a tenant may have."""

    reports_per_day: Count
    compute_seconds_per_day: Annotated[Count, Field(description="Of workers, for all reports of a day together.")]
    emails_per_day: Count
    waiting_requests: Annotated[Count, Field(description="That wait for their reports (`Prefer: wait`) at once.")]
    rows_per_report: Count
    bytes_per_report: Count
    email_to: Annotated[
        list[str],
        Field(description="Addresses, and domains such as `@example.com`, that e-mail may go to; `*` for all."),
    ]
    email_titles: Annotated[bool, Field(description="Whether titles of reports stand in the subjects of e-mail.")]


class CallerUse(TypedDict):
    """What of it is used. Days are those of UTC."""

    reports_today: Count
    compute_seconds_today: Count
    emails_today: Count
    resets_at: Time


class Caller(TypedDict):
    """Who asks, by the key or token, and what that allows."""

    tenant: str
    subject: Annotated[str, Field(description="Which key or user it is, as logs have it: `key:…` or `user:…`.")]
    scopes: list[Scope]
    limits: CallerLimits
    used: CallerUse


class Health(TypedDict):
    """That the API is there."""

    status: str
    stage: str
