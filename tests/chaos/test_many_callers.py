"""Have many callers ask at once, and count the processes that answer them."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.chaos.stack import DATA, JOBS, Stack
from tools.emulator import Emulator, processes

HOME = os.environ.get("CHAOS_EMULATOR_HOME", "")
CALLERS = 60

pytestmark = pytest.mark.skipif(not HOME, reason="no embedded emulator of this run's own")


@pytest.mark.short
def test_callers_at_once_wait_for_few_workers_or_are_told_when_to_come_again(
    stack: Stack, record_line: Callable[[str], None]
) -> None:
    port = urlsplit(stack.service.endpoint_url or "").port or 0
    leader = Emulator(port, persist=True, home=Path(HOME)).pid
    assert leader is not None
    body = json.dumps({"template": "table", "data": DATA})

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(lambda _: _post(stack, body), range(CALLERS)))
        started = processes.family_of(leader)

    told = Counter(answer.status_code for answer in answers)
    record_line(f"{CALLERS} callers at once: {dict(told)}, {len(started)} processes")
    assert set(told) <= {202, 429}
    for answer in answers:
        if answer.status_code == 429:
            _check_refusal(answer)
    commands = [processes.command_of(pid) for pid in started]
    assert 0 < sum("pressrun-local-api" in command for command in commands) <= 16
    accepted = [answer.json()["id"] for answer in answers if answer.status_code == 202]
    assert accepted
    stack.outcome(accepted[: 10 * JOBS]).check()


def _post(stack: Stack, body: str) -> requests.Response:
    """Ask on a connection of one's own: a session is not made for many threads."""
    headers = {**stack.service.http.headers, "Content-Type": "application/json"}
    return requests.post(f"{stack.service.api_url}/reports", data=body, headers=headers, timeout=60)


def _check_refusal(answer: requests.Response) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (429, "throttled")
    assert problem["correlation_id"] == answer.headers["X-Correlation-Id"]
