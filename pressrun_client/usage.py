"""Define what a service says about what reports have taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document


@dataclass(frozen=True, slots=True)
class UsageEntry:
    """The sums of one template or day; ``name`` says of which. ``cost`` is an estimate in dollars."""

    name: str
    reports: int
    compute_seconds: float
    cost: float

    @classmethod
    def read(cls, document: Document, by: str) -> UsageEntry:
        return cls(
            document.text(by),
            document.number("reports"),
            document.fraction("compute_seconds"),
            document.fraction("cost"),
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What the reports of a tenant have taken on some days, both of which count."""

    since: str
    until: str
    by: str
    reports: int
    compute_seconds: float
    cost: float
    entries: tuple[UsageEntry, ...]
    prices_of: str
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> Usage:
        by = document.text("by")
        prices = document.required_part("prices")
        return cls(
            since=document.text("since"),
            until=document.text("until"),
            by=by,
            reports=document.number("reports"),
            compute_seconds=document.fraction("compute_seconds"),
            cost=document.fraction("cost"),
            entries=tuple(UsageEntry.read(each, by) for each in document.parts("entries")),
            prices_of=f"{prices.text('region')}, {prices.text('as_of')}",
            document=document.content,
        )


class UsageCalls(Calls):
    """Calls about what reports have taken."""

    def usage(self, *, by: str = "template", since: date | None = None, until: date | None = None) -> Usage:
        """Sum up the reports of some days, of the last 30 by default, by ``template`` or by ``day``."""
        wanted = {"by": by, "since": since, "until": until}
        query = {name: str(value) for name, value in wanted.items() if value is not None}
        return Usage.read(self._call("GET", "/usage", query=query).document)
