"""The behaviour of Erasures, and of an AuditLog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reports.access.audit import AuditEntry, AuditLog
from reports.errors import JobConflictError
from reports.jobs.erasure import Erasure, Erasures
from tests.contracts.moments import NOON

# No run of a stack's may work on what a contract looks at.
LATER = NOON + timedelta(days=30)


def an_erasure(tenant: str, **changes: Any) -> Erasure:
    return replace(Erasure("erasure-1", tenant, "key:abc", NOON, due_at=LATER), **changes)


class ErasuresContract:
    """The behaviour of Erasures. ``erasures`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_of_a_tenant_without_one_there_is_none(self, erasures: Erasures, tenant: str) -> None:
        assert erasures.get(tenant) is None

    def test_one_comes_back_as_it_was_kept(self, erasures: Erasures, tenant: str) -> None:
        opened = erasures.open(an_erasure(tenant))
        counted = opened.removing({"jobs": 2, "uploads": 1})

        erasures.advance(counted)

        assert erasures.get(tenant) == counted

    def test_while_one_is_under_way_no_other_is_opened(self, erasures: Erasures, tenant: str) -> None:
        first = erasures.open(an_erasure(tenant))

        assert erasures.open(an_erasure(tenant, id="erasure-2")) == first

        erasures.advance(first.finished(NOON))
        second = an_erasure(tenant, id="erasure-2")
        assert erasures.open(second) == second

    def test_a_revision_that_is_not_the_latest_is_not_replaced(self, erasures: Erasures, tenant: str) -> None:
        first = erasures.open(an_erasure(tenant))
        erasures.advance(first.removing({"jobs": 1}))
        erasures.advance(first.removing({"jobs": 1}))  # sent again, for its answer was lost

        with pytest.raises(JobConflictError):
            erasures.advance(first.removing({"jobs": 7}))
        with pytest.raises(JobConflictError):
            erasures.advance(an_erasure(f"{tenant}-none", revision=2))

    def test_those_that_are_due_are_found_until_they_have_ended(self, erasures: Erasures, tenant: str) -> None:
        opened = erasures.open(an_erasure(tenant))

        assert tenant not in list(erasures.due(LATER))
        assert tenant in list(erasures.due(LATER + timedelta(seconds=1)))

        erasures.advance(opened.finished(NOON))
        assert tenant not in list(erasures.due(LATER + timedelta(seconds=1)))


class AuditLogContract:
    """The behaviour of an AuditLog. ``audit``, ``entries`` and ``tenant`` come from fixtures of the subclass."""

    def test_entries_stay_in_their_order(
        self, audit: AuditLog, entries: Callable[[str], Sequence[Any]], tenant: str
    ) -> None:
        now = datetime.now(UTC)  # CloudWatch takes no entry of another time
        given = [
            AuditEntry(now + timedelta(milliseconds=n), tenant, "key:ab", "asked", (f"job-{n}",), {"status": 202})
            for n in range(3)
        ]

        for entry in given:
            audit.append(entry)

        assert list(entries(tenant)) == [entry.as_dict() for entry in given]
