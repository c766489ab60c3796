"""Define what orders came to: many reports at once, files sent, reports retried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pressrun_client.documents import Document
from pressrun_client.errors import Problem
from pressrun_client.model import Status


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """The outcome of one item: the ``id`` of its report, or the ``problem`` of its refusal."""

    index: int
    id: str | None = None
    batch: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ManyOutcome:
    """The outcomes of all submitted items, in their order."""

    items: tuple[ItemOutcome, ...]

    @property
    def accepted(self) -> tuple[ItemOutcome, ...]:
        """Return the items of which reports will be made."""
        return tuple(item for item in self.items if item.id is not None)

    @property
    def refused(self) -> tuple[ItemOutcome, ...]:
        """Return the items that were refused."""
        return tuple(item for item in self.items if item.id is None)

    @property
    def batches(self) -> tuple[str, ...]:
        """Return the batches that the reports are in, each once."""
        return tuple(dict.fromkeys(item.batch for item in self.items if item.batch is not None))


@dataclass(frozen=True, slots=True)
class Batch:
    """Count the reports of a batch by status."""

    id: str
    counts: Mapping[Status, int]
    total: int

    @property
    def over(self) -> int:
        """Return how many have ended."""
        return sum(count for status, count in self.counts.items() if status.is_final)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Name a file that was uploaded. ``before`` are the reports that files of that key had when it was uploaded."""

    key: str
    size: int
    before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Retried:
    """The outcome of an order to retry: ``ids`` are the retried reports, or in a dry run those that would be.

    ``skipped`` were changed by another request meanwhile, ``failed`` could not be changed, and ``more`` says that not
    all were seen.
    """

    ids: tuple[str, ...]
    inspected: int
    skipped: int
    failed: int
    more: bool
    dry_run: bool
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> Retried:
        return cls(
            ids=document.texts("ids"),
            inspected=document.number("inspected"),
            skipped=document.number("skipped"),
            failed=document.number("failed"),
            more=document.flag("more"),
            dry_run=document.flag("dry_run"),
            document=document.content,
        )
