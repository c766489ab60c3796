"""Have the services that functions call refuse, fail or be slow, now and then, or each third time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.stack import JOBS, Stack

SERVICES = ("s3", "dynamodb", "sqs", "sns")
# After the four tries of botocore's, a third of the calls fail for good.
FAULTS: dict[str, dict[str, Any]] = {
    "throttled": {"kind": "throttled", "share": 0.75},
    "error": {"kind": "error", "share": 0.75},
    "slow": {"kind": "slow", "share": 0.2},
    "error each third time": {"kind": "error", "every": 3},
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_fails_now_and_then_loses_no_report(
    stack: Stack, service: str, kind: str, record_line: Callable[[str], None]
) -> None:
    with stack.failing("render", {"services": {service: {**FAULTS[kind], "seed": 1}}}):
        jobs = [stack.submit(f"chaos.{service}.{number:04}") for number in range(JOBS)]
        outcome = stack.outcome(jobs)

    record_line(f"{service} {kind}: {outcome.line()}")
    outcome.check()
    assert set(outcome.reasons) <= {"service_unavailable", "input_unavailable", "worker_lost", "render_interrupted"}


@pytest.mark.short
def test_an_outage_of_all_services_is_outlived(stack: Stack, record_line: Callable[[str], None]) -> None:
    everything = {name: {"kind": "error", "share": 1} for name in SERVICES}
    with stack.failing("render", {"services": everything}):
        jobs = [stack.submit(f"chaos.outage.{number:04}") for number in range(JOBS)]
        during = stack.outcome(jobs, seconds=15)
    outcome = stack.outcome(jobs)

    record_line(f"outage of 15 s: {outcome.line()}")
    assert during.unfinished
    outcome.check()
