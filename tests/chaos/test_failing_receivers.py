"""Have whoever is told of a report refuse it, and the services fail by which they are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from reports.standard_webhooks import new_secret
from tests.chaos.stack import JOBS, Stack
from tests.functional.service import until
from tests.receiver import Receiver, hang, raw, status

SECONDS = 180
ANSWERS = {
    "redirects": status(302, Location="/elsewhere"),
    "not-found": status(404),
    "gone": status(410),
    "too-many": status(429, Retry_After="2"),
    "unavailable": status(503, Retry_After="1"),
    "broken": status(500),
    "hangs": hang,
    "drips": raw(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"x", every=0.5),
    "nonsense": raw(b"\x00\xff" * 99),
}
HUGE = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b"x" * 65_536, every=0.01)


@pytest.fixture(scope="module")
def receiver(stack: Stack) -> Iterator[Receiver]:
    name = f"/pressrun/{stack.service.stage}/webhook-secrets/demo"
    stack.service.ssm.put_parameter(Name=name, Value=new_secret(), Type="SecureString", Overwrite=True)
    with Receiver(stack.service.webhook_port) as listening:
        yield listening


def told(stack: Stack, jobs: dict[str, str], *, deliveries: int) -> dict[str, list[dict[str, Any]]]:
    """Wait until all deliveries of some jobs are over."""
    found: dict[str, list[dict[str, Any]]] = {}

    def all_over() -> dict[str, list[dict[str, Any]]] | None:
        for job in jobs.keys() - found.keys():
            shown = stack.service.get(f"/reports/{job}/deliveries").json()["deliveries"]
            if len(shown) == deliveries and all(each["status"] != "PENDING" for each in shown):
                found[job] = shown
        return found if len(found) == len(jobs) else None

    with stack.sweeping():
        return until(
            all_over, seconds=SECONDS, what=lambda: f"{[jobs[job] for job in jobs.keys() - found.keys()]} were told"
        )


@pytest.mark.short
def test_whoever_asked_is_told_once_however_the_receiver_answers_at_first(
    stack: Stack, receiver: Receiver, record_line: Callable[[str], None]
) -> None:
    jobs: dict[str, str] = {}
    for kind, answer in {**ANSWERS, "huge": HUGE}.items():
        for _ in range(JOBS):
            path = f"/{kind}-{uuid4().hex[:8]}"
            receiver.answers[path] = [answer]
            hook = f"http://127.0.0.1:{stack.service.webhook_port}{path}"
            jobs[stack.submit(f"chaos.receiver.{len(jobs):04}", notify={"webhook": hook})] = path

    ended = told(stack, jobs, deliveries=1)

    states = Counter((path.split("-")[0], ended[job][0]["status"]) for job, path in jobs.items())
    record_line(f"receivers that refuse at first: {dict(Counter(state for _, state in states.elements()))}")
    for job, path in jobs.items():
        kind, [delivery], asked = path.rpartition("-")[0][1:], ended[job], len(receiver.at(path))
        once = kind in ("gone", "huge")
        assert delivery["status"] == ("GIVEN_UP" if kind == "gone" else "DELIVERED"), (kind, delivery)
        assert (asked, len(delivery["attempts"])) == ((1, 1) if once else (2, 2)), (kind, delivery)
    assert receiver.at("/elsewhere") == []


def test_services_that_refuse_the_notify_function_keep_nobody_from_being_told(
    stack: Stack, receiver: Receiver, record_line: Callable[[str], None]
) -> None:
    plan = {
        "ses": {"kind": "throttled", "share": 0.75, "seed": 1},
        "dynamodb": {"kind": "error", "share": 0.3, "seed": 2},
        "ssm": {"kind": "error", "share": 0.3, "seed": 3},
        "sqs": {"kind": "throttled", "share": 0.3, "seed": 4},
    }
    with stack.failing("notify", {"services": plan}):
        jobs = {}
        for number in range(JOBS):
            path = f"/services-{uuid4().hex[:8]}"
            hook = f"http://127.0.0.1:{stack.service.webhook_port}{path}"
            notify = {"webhook": hook, "email": f"chaos-{number}@example.org"}
            jobs[stack.submit(f"chaos.notify.{number:04}", notify=notify)] = path
        ended = told(stack, jobs, deliveries=2)

    states = Counter(delivery["status"] for shown in ended.values() for delivery in shown)
    record_line(f"services that refuse the notify function: {dict(states)}")
    assert set(states) == {"DELIVERED"}
    assert all(len(receiver.at(path)) >= 1 for path in jobs.values())
