"""Kill a redrive between sending a message again and deleting it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

from botocore.exceptions import ClientError

from tests.chaos.stack import JOBS, Stack
from tests.functional.service import until


def redrive(stack: Stack) -> dict[str, int]:
    answer = stack.service.functions.invoke(FunctionName="pressrun-local-redrive", Payload=b"{}")
    return dict(json.loads(answer["Payload"].read() or b"{}"))


def test_a_redrive_that_dies_and_is_run_again_makes_each_report_once(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    refusing = {"services": {"s3": {"kind": "error", "share": 1}}}
    with stack.failing("render", refusing):
        jobs = [stack.submit(f"chaos.redrive.{number:04}") for number in range(JOBS)]
        failed = stack.outcome(jobs)
    assert set(failed.by_status) == {"FAILED"}

    with stack.failing("redrive", {"kill_redrives": True}):
        try:
            died = "redriven" not in redrive(stack)
        except ClientError:
            died = True

    def all_brought_back() -> Counter[str] | None:
        counts.update(redrive(stack))
        return counts if {stack.service.report(job)["status"] for job in jobs} == {"SUCCEEDED"} else None

    # What the one that died has looked at stays hidden for five and a half minutes.
    counts: Counter[str] = Counter()
    until(all_brought_back, seconds=330 + 90, what=lambda: f"redrives: {counts}")
    outcome = stack.outcome(jobs)

    record_line(f"redrive killed, then run again ({dict(counts)}): {outcome.line()}")
    assert died
    assert not outcome.succeeded_twice
