"""Answers about tenants. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
    NotRequired,
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count, Time


class ErasureProof(TypedDict):
    """What is on record of an erasure that has ended."""

    id: str
    tenant: str
    asked_by: str
    asked_at: Time
    finished_at: Time
    removed: Annotated[dict[str, Count], Field(description="How many things of each kind were removed.")]
    passes: Annotated[Count, Field(description="Over all stores, with the last one.")]
    found_by_last_pass: Annotated[Count, Field(description="Always 0: one that finds something is not the last.")]
    sha256: Annotated[str, Field(description="Of the other members: their JSON, sorted, without white space.")]


class ShownErasure(TypedDict):
    """The erasure of all that a tenant has."""

    id: str
    tenant: str
    asked_by: Annotated[str, Field(description="Which key or user it was, as logs have it, or an operator.")]
    asked_at: Time
    under_way: bool
    removed: Annotated[dict[str, Count], Field(description="How many things of each kind were removed so far.")]
    proof: NotRequired[Annotated[ErasureProof, Field(description="Once it has ended.")]]
