"""What an entry of the audit log costs in calls of CloudWatch, for which callers wait."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

from reports.access.audit import AuditEntry
from reports.adapters.cloudwatch_audit_log import CloudWatchAuditLog
from tests.fakes.clock import NOON


class CountingClient:
    """Count the calls, and accept all."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> dict[str, Any]:
            self.calls[name] += 1
            return {}

        return call


def test_an_entry_takes_one_call_and_a_process_one_more() -> None:
    client = CountingClient()
    audit = CloudWatchAuditLog(client, "audit", writer="api")

    for number in range(10):
        audit.append(AuditEntry(NOON, "acme", "key:7", "POST /reports", (f"job-{number}",)))

    assert client.calls == {"create_log_stream": 1, "put_log_events": 10}


def test_functions_from_one_snapshot_write_streams_of_their_own() -> None:
    named: list[str] = []

    class Client(CountingClient):
        def create_log_stream(self, *, logStreamName: str, **_: Any) -> None:  # noqa: N803, boto3's names
            named.append(logStreamName)

    audit = CloudWatchAuditLog(Client(), "audit", writer="api")

    for started in (copy.copy(audit), copy.copy(audit)):
        started.append(AuditEntry(NOON, "acme", "key:7", "POST /reports", ("job-1",)))

    assert len(set(named)) == 2
