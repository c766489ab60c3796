"""Kill the render function at every point between two steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos.stack import JOBS, Stack, deadline
from tests.functional.service import until

POINTS = ("after_claim", "after_render", "after_put", "after_status", "after_publish", "after_mark")


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_between_two_steps_loses_no_report(
    stack: Stack, point: str, record_line: Callable[[str], None]
) -> None:
    jobs = [stack.submit(f"fault.{point}.{number:04}") for number in range(JOBS)]

    outcome = stack.outcome(jobs)

    record_line(f"worker killed {point.replace('_', ' ')}: {outcome.line()}")
    outcome.check()
    # Each job kills its worker once. What else its message loses, it loses with the workers of others.
    assert not outcome.reasons
    died = [job for job, events in outcome.timelines.items() if events.count("rendering") > 1]
    if point in ("after_status", "after_publish", "after_mark"):
        # The report had ended before. What tells of the death is that its message comes back, and finds nothing to do.
        until(lambda: stack.found_ended() >= set(jobs) or None, seconds=deadline(JOBS), what="all messages came back")
    else:
        assert died, "nothing died"
    if point == "after_publish":
        # Nothing has noted that it was told, so it is told again, under the same id.
        assert [job for job, ids in outcome.announced.items() if ids.total() < 2] == []


@pytest.mark.short
def test_workers_killed_at_every_point_at_once_lose_no_report(stack: Stack, record_line: Callable[[str], None]) -> None:
    jobs = [stack.submit(f"fault.{point}.{number:04}") for point in POINTS for number in range(JOBS)]

    outcome = stack.outcome(jobs)

    record_line(f"workers killed at every point: {outcome.line()}")
    outcome.check()
    assert not outcome.reasons
    assert sum(events.count("rendering") for events in outcome.timelines.values()) > len(jobs), "nothing died"
