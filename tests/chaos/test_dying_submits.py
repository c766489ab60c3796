"""Kill the API function between each two of its steps; some callers send their requests again, and some do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests

from reports.access.retention import after
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.jobs.listing import JobFilter
from tests.chaos.stack import DATA, JOBS, Stack
from tests.functional.service import until

POINTS = ("after_key", "after_input", "after_add", "after_send")
ITEMS = 5
"""Requests in a batch."""


class Caller:
    """Ask for reports that can be told from all others: their title is a word of their own."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._since = datetime.now(UTC) - timedelta(minutes=1)
        self._word = uuid4().hex

    @property
    def request(self) -> dict[str, Any]:
        return {"template": "table", "data": DATA, "options": {"title": self._word}}

    def is_left_without_an_answer(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> bool:
        """Ask while the function dies."""
        return self._stack.service.post(path, body, headers=dict(headers or {})).status_code >= 500

    def asks_until_accepted(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        def accepted() -> requests.Response | None:
            answer = self._stack.service.post(path, body, headers=dict(headers or {}))
            return answer if answer.status_code == 202 else None

        return until(accepted, seconds=60, what="a request that is accepted").json()

    def jobs(self) -> list[str]:
        """Return all jobs that came of the requests."""
        service = self._stack.service
        store = DynamoDBJobStore(service.dynamodb, service.jobs_table, expiry=after(days=1))
        found: list[str] = []
        cursor: str | None = None
        while True:
            page = store.list("demo", JobFilter(created_after=self._since), limit=100, cursor=cursor)
            found += [job.id for job in page.jobs if job.options.title == self._word]
            cursor = page.cursor
            if cursor is None:
                return found


@pytest.mark.short
def test_a_request_with_a_key_that_is_sent_again_is_one_report_wherever_the_function_died(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    caller = Caller(stack)
    keys = {point: [f"{point}-{uuid4().hex}" for _ in range(JOBS)] for point in POINTS}
    for point in POINTS:
        with stack.failing("api", {"kill_at": point}):
            for key in keys[point]:
                assert caller.is_left_without_an_answer("/reports", caller.request, {"Idempotency-Key": key}), point

    accepted = [
        str(caller.asks_until_accepted("/reports", caller.request, {"Idempotency-Key": key})["id"])
        for point in POINTS
        for key in keys[point]
    ]
    outcome = stack.outcome(accepted)

    record_line(f"submits killed at every point, then sent again: {outcome.line()}")
    outcome.check()
    assert len(set(accepted)) == len(POINTS) * JOBS
    assert sorted(caller.jobs()) == sorted(accepted)
    assert outcome.by_status == {"SUCCEEDED": len(accepted)}


def test_a_request_without_a_key_is_a_whole_report_or_none_wherever_the_function_died(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    made: dict[str, list[str]] = {}
    for point in POINTS[1:]:
        caller = Caller(stack)
        with stack.failing("api", {"kill_at": point}):
            for _ in range(JOBS):
                assert caller.is_left_without_an_answer("/reports", caller.request), point
        made[point] = caller.jobs()

    outcome = stack.outcome([job for jobs in made.values() for job in jobs])

    record_line(f"submits killed at every point, and not sent again: {outcome.line()}")
    outcome.check()
    assert {point: len(jobs) for point, jobs in made.items()} == {
        "after_input": 0,
        "after_add": JOBS,
        "after_send": JOBS,
    }
    assert outcome.by_status == {"SUCCEEDED": 2 * JOBS}


def test_a_batch_that_is_sent_again_is_one_report_for_each_key_wherever_the_function_died(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    caller = Caller(stack)
    batches = {
        point: [
            {"items": [{**caller.request, "idempotency_key": uuid4().hex} for _ in range(ITEMS)]} for _ in range(JOBS)
        ]
        for point in POINTS
    }
    for point in POINTS:
        with stack.failing("api", {"kill_at": point}):
            for batch in batches[point]:
                assert caller.is_left_without_an_answer("/reports/batch", batch), point

    answers = [caller.asks_until_accepted("/reports/batch", batch) for point in POINTS for batch in batches[point]]
    accepted = [str(item["id"]) for answer in answers for item in answer["items"]]
    outcome = stack.outcome(accepted)

    record_line(f"batches killed at every point, then sent again: {outcome.line()}")
    outcome.check()
    assert len(set(accepted)) == len(POINTS) * JOBS * ITEMS
    assert sorted(caller.jobs()) == sorted(accepted)
    assert outcome.by_status == {"SUCCEEDED": len(accepted)}
