"""Answers to orders for several reports. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.problems import ProblemDocument
from handlers.http.answers.reports import ReportLinks
from handlers.http.answers.types import Count, Url


class BatchAcceptedItem(TypedDict):
    """An item of a batch that is being made."""

    index: Count
    status: Annotated[int, Field(ge=202, le=202)]
    id: str
    links: ReportLinks


class BatchRefusedItem(TypedDict):
    """An item of a batch that was refused."""

    index: Count
    status: Annotated[int, Field(ge=400, le=599)]
    problem: ProblemDocument


class BatchLinks(TypedDict):
    """Where the reports are listed."""

    reports: Url


class Batch(TypedDict):
    """What became of the items of a batch, in their order."""

    batch: str
    total: Count
    accepted: Count
    refused: Count
    items: list[BatchAcceptedItem | BatchRefusedItem]
    links: BatchLinks


class RetriedReports(TypedDict):
    """What became of an order to retry."""

    inspected: Count
    retried: Count
    skipped: Annotated[
        int, Field(ge=0, description="Those that were changed meanwhile, would fail again, or were tried too often.")
    ]
    failed: Annotated[int, Field(ge=0, description="Those that a fault has kept from being retried.")]
    more: Annotated[bool, Field(description="Whether there may be more to do: ask again.")]
    ids: list[str]
    dry_run: bool
