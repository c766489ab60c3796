"""What is paused waits, and is made when the operators go on."""

from __future__ import annotations

import time

from reports.jobs.pauses import KNOWN_FOR
from tests.functional.service import Service, until
from tools import pause

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}


def test_a_paused_tenant_waits_with_the_reason_while_others_go_on(service: Service, unique: str) -> None:
    tenant = f"held-{unique}"
    held = service.as_tenant(tenant)
    reason = "We look into your requests."
    assert pause.main(["pause", "--stage", service.stage, "--tenant", tenant, "--reason", reason]) == 0
    try:
        time.sleep(KNOWN_FOR.total_seconds() + 1)

        waiting = held.submit("table", ROWS)
        until(lambda: service.log_lines("render", waiting) or None, seconds=60, what="a worker looked at it")

        assert service.ended(service.submit("table", ROWS))["status"] == "SUCCEEDED"
        shown = held.report(waiting)
        assert (shown["status"], shown["attempts"], shown["paused"]["reason"]) == ("PENDING", 0, reason)
    finally:
        assert pause.main(["resume", "--stage", service.stage, "--tenant", tenant]) == 0

    report = held.ended(waiting, seconds=180)
    assert (report["status"], report["attempts"]) == ("SUCCEEDED", 1)
    assert "paused" not in report
