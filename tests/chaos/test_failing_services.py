"""Have the services that functions call refuse, fail or be slow, now and then, or each third time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.chaos.stack import JOBS, Stack, deadline
from tests.functional.service import until

# botocore stops to repeat calls when most of many fail. Then three in four fail for good, and of the several that a job
# takes one does nearly always: as in an outage, nothing can be written down, nor then an end.
FAULTS_LAST_SECONDS = 60

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
        during = stack.outcome(jobs, seconds=FAULTS_LAST_SECONDS)
    outcome = stack.outcome(jobs)

    record_line(f"{service} {kind}: {outcome.line()}; {JOBS - len(during.unfinished)} of them ended meanwhile")
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


@pytest.mark.short
def test_what_has_no_job_yet_outlives_an_outage_that_is_longer_than_the_tries_of_a_job(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    def failures() -> int:
        return len(stack.service.log_lines("render", "a request could not be given a job"))

    failures_before = failures()
    with stack.failing("render", {"services": {name: {"kind": "error", "share": 1} for name in ("s3", "dynamodb")}}):
        jobs = [stack.upload(f"outage {uuid4().hex}") for _ in range(JOBS)]
        jobs += [stack.ask_directly() for _ in range(JOBS)]
        until(
            lambda: failures() >= failures_before + 4 * len(jobs) or None,
            seconds=deadline(4 * len(jobs)),
            what="each message has failed four times",
        )
    outcome = stack.outcome(jobs)

    record_line(f"outage, uploads and direct requests: {outcome.line()}")
    outcome.check()
    assert outcome.by_status == {"SUCCEEDED": len(jobs)}
