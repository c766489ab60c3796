"""Have receivers refuse what they are sent, and the services fail that send it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.chaos.stack import JOBS, Stack
from tests.chaos.test_failing_services import FAULTS, FAULTS_LAST_SECONDS
from tests.receiver import Receiver, hang, raw, status

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


@pytest.mark.short
def test_a_caller_who_asked_is_notified_once_however_the_receiver_answers_at_first(
    stack: Stack, receiver: Receiver, record_line: Callable[[str], None]
) -> None:
    jobs: dict[str, str] = {}
    for kind, answer in {**ANSWERS, "huge": HUGE}.items():
        for _ in range(JOBS):
            path = f"/{kind}-{uuid4().hex[:8]}"
            receiver.answers[path] = [answer]
            jobs[stack.submit(f"chaos.receiver.{len(jobs):04}", notify={"webhook": stack.hook(path)})] = path

    ended = stack.told(jobs, deliveries=1)

    states = Counter((path.split("-")[0], ended[job][0]["status"]) for job, path in jobs.items())
    record_line(f"receivers that refuse at first: {dict(Counter(state for _, state in states.elements()))}")
    for job, path in jobs.items():
        kind, [delivery], asked = path.rpartition("-")[0][1:], ended[job], len(receiver.at(path))
        once = kind in ("gone", "huge")
        assert delivery["status"] == ("GIVEN_UP" if kind == "gone" else "DELIVERED"), (kind, delivery)
        assert (asked, len(delivery["attempts"])) == ((1, 1) if once else (2, 2)), (kind, delivery)
    assert receiver.at("/elsewhere") == []


NOTIFY_SERVICES = ("ses", "dynamodb", "ssm", "sqs")


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("service", [*NOTIFY_SERVICES, "all"])
def test_services_that_fail_the_notify_function_keep_no_caller_from_being_notified(
    stack: Stack, receiver: Receiver, service: str, kind: str, record_line: Callable[[str], None]
) -> None:
    failing = NOTIFY_SERVICES if service == "all" else (service,)
    plan = {name: {**FAULTS[kind], "seed": seed} for seed, name in enumerate(failing)}
    with stack.failing("notify", {"services": plan}):
        jobs = {}
        for number in range(JOBS):
            path = f"/services-{uuid4().hex[:8]}"
            notify = {"webhook": stack.hook(path), "email": f"chaos-{number}@example.org"}
            jobs[stack.submit(f"chaos.notify.{number:04}", notify=notify)] = path
        during = stack.told_within(jobs, deliveries=2, seconds=FAULTS_LAST_SECONDS)
    ended = stack.told(jobs, deliveries=2)

    states = Counter(delivery["status"] for shown in ended.values() for delivery in shown)
    record_line(f"{service} {kind}, for the notify function: {dict(states)}, {2 * len(during)} of them meanwhile")
    assert set(states) == {"DELIVERED"}
    assert all(len(receiver.at(path)) >= 1 for path in jobs.values())
