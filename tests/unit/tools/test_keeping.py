"""What operators settle on how long a tenant's things are kept, have erased, and read in the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from reports.access.retention import Retention, RetentionBounds
from reports.access.tenants import Tenant
from reports.jobs.belongings import Belonging, Kind
from reports.jobs.erasure import Erasure
from tests.fakes.access import InMemoryTenants
from tests.fakes.belongings import InMemoryBelongings
from tests.fakes.clock import NOON, SettableClock
from tests.fakes.jobs import InMemoryErasures
from tools import audit, forget, retention, tenant

BOUNDS = RetentionBounds(30, 7, 365)


def test_all_that_a_tenant_has_is_kept_as_is_settled_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    tenants, store = InMemoryTenants(), InMemoryBelongings()
    theirs = [Belonging(Kind.JOB, (f"job-{n}", "job")) for n in range(3)]
    store.give("acme", *theirs)
    store.give("demo", Belonging(Kind.JOB, ("job-9", "job")))
    retention.settle(tenants, "acme", "case 7")

    retention.apply("acme", Retention(tenants, SettableClock(), for_all=BOUNDS), [store])

    assert store.kept == [("acme", each) for each in theirs]
    assert tenants.get("acme") == Tenant("acme", legal_hold="case 7")
    told = capsys.readouterr().out
    assert "3  jobs" in told
    assert "3 things of acme are kept until the hold is released." in told


def test_a_release_leaves_all_else_that_is_settled() -> None:
    tenants = InMemoryTenants()
    tenants.put(Tenant("acme", retention_days=7, rows_per_report=9, legal_hold="case 7"))

    retention.settle(tenants, "acme", None)

    assert tenants.get("acme") == Tenant("acme", retention_days=7, rows_per_report=9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--hold"], "Give a REASON, or RELEASE=1."),
        (["--hold", "--reason", "x", "--release"], "Give a REASON, or RELEASE=1."),
        (["--hold", "--reason", "x" * 201], "REASON has to be one line"),
        (["--hold", "--reason", "a\nb"], "REASON has to be one line"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert retention.main(["--tenant", "acme", *arguments]) != 0

    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("days", "is_settled"), [("7", True), ("365", True), ("8", False), ("730", False), ("-", True)]
)
def test_a_tenant_gets_only_days_within_the_operators_bounds(
    days: str, is_settled: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    tenants = InMemoryTenants()

    status = tenant.main(["--tenant", "acme", f"--retention-days={days}"], tenants=tenants, bounds=BOUNDS)

    assert status == (0 if is_settled else 1)
    assert tenants.get("acme").retention_days == (int(days) if is_settled and days != "-" else None)
    assert is_settled or "RETENTION_DAYS has to be one of 7, 14, 30, 60, 90, 180, 365" in capsys.readouterr().err


def test_nothing_is_erased_without_the_name_once_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert forget.main(["--tenant", "acme", "--confirm", "acm"]) == 1

    assert "CONFIRM=acme" in capsys.readouterr().err


def test_an_erasure_is_watched_to_its_end() -> None:
    erasures = InMemoryErasures()
    erasures.open(Erasure("e-1", "acme", "operator:x", NOON, due_at=NOON))

    def run() -> None:
        erasure = erasures.latest["acme"]
        erasures.advance(erasure.removing({"jobs": 2}) if not erasure.removed else erasure.finished(NOON))

    ended = forget.watch(erasures, "acme", run=run, sleep=lambda _: None)

    assert ended.proof()["removed"]["jobs"] == 2


class StubLogs:
    """CloudWatch's logs, with the entries of two tenants in pages."""

    def __init__(self, *entries: dict[str, Any]) -> None:
        self._entries = entries
        self.asked: dict[str, Any] = {}

    def get_paginator(self, _: str) -> StubLogs:
        return self

    def paginate(self, **query: Any) -> Iterator[dict[str, Any]]:
        self.asked = query
        for entry in self._entries:
            yield {"events": [{"message": json.dumps(entry)}]}


def test_the_audit_log_is_read_for_one_tenant_in_the_order_of_time() -> None:
    logs = StubLogs(
        {"at": "2026-11-20T12:00:01Z", "tenant": "acme", "action": "later"},
        {"at": "2026-11-20T12:00:00Z", "tenant": "acme", "action": "earlier"},
        {"at": "2026-11-20T12:00:02Z", "tenant": "demo", "action": "of acme's report"},
    )

    found = list(audit.entries(logs, "/pressrun/dev/audit", "acme", NOON - timedelta(days=1)))

    assert [entry["action"] for entry in found] == ["earlier", "later"]
    assert logs.asked["filterPattern"] == '"acme"'
    assert logs.asked["startTime"] == round((NOON - timedelta(days=1)).timestamp() * 1000)
