"""What happened can be followed by one id, and the logs hold nothing private."""

from __future__ import annotations

from typing import Any

from tests.functional.service import Service, until


def test_one_id_leads_from_the_request_to_the_last_line(service: Service, unique: str, invoice: dict[str, Any]) -> None:
    secret = f"Secret buyer {unique}"
    data = {**invoice, "buyer": {"lines": [secret]}}
    answer = service.post(
        "/reports",
        {"template": "invoice", "data": data, "options": {"filename": secret}},
        headers={"X-Correlation-Id": f"follow-{unique}"},
    )
    report = service.ended(answer.json()["id"])

    def told() -> dict[str, dict[str, Any]] | None:
        lines = service.log_lines("api", f"follow-{unique}") + service.log_lines("render", f"follow-{unique}")
        steps = {line["message"]: line for line in lines}
        return steps if {"accepted", "answered", "claimed", "rendered", "succeeded"} <= steps.keys() else None

    steps = until(told, seconds=60, what="a line of each step in the logs")

    assert {line["correlation_id"] for line in steps.values()} == {f"follow-{unique}"}
    assert {steps[name]["job_id"] for name in ("accepted", "claimed", "rendered", "succeeded")} == {report["id"]}
    assert (steps["accepted"]["function"], steps["succeeded"]["function"]) == ("api", "render")
    assert steps["succeeded"]["attempt"] == 1
    assert steps["succeeded"]["duration_ms"] > 0
    everything = str(list(steps.values()))
    assert secret not in everything
    assert "X-Amz-Signature" not in everything
