"""Answers about usage and cost. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count

Dollars = Annotated[float, Field(ge=0, description="An estimate, in USD.")]


class UsageEntry(TypedDict):
    """What the reports of one template, or of one day, have taken."""

    template: NotRequired[Annotated[str, Field(description="`unknown` for all templates that do not exist.")]]
    day: NotRequired[Annotated[str, Field(json_schema_extra={"format": "date"})]]
    reports: Annotated[Count, Field(description="That workers have begun; another try is no other report.")]
    compute_seconds: Annotated[float, Field(ge=0)]
    cost: Dollars


class PriceList(TypedDict):
    """The prices that estimates go by."""

    as_of: Annotated[str, Field(json_schema_extra={"format": "date"})]
    region: str
    currency: str


class Usage(TypedDict):
    """What a tenant's reports have taken on some days, both of which count."""

    since: Annotated[str, Field(json_schema_extra={"format": "date"})]
    until: Annotated[str, Field(json_schema_extra={"format": "date"})]
    by: str
    reports: Count
    compute_seconds: Annotated[float, Field(ge=0)]
    cost: Dollars
    entries: list[UsageEntry]
    prices: PriceList
