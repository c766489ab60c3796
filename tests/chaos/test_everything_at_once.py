"""Have all faults at once, at random."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reports.messages import encode
from tests.chaos.stack import JOBS, Stack
from tests.chaos.test_killed_workers import POINTS
from tests.chaos.test_repeated_messages import send
from tests.receiver import Receiver, hang, status

SEED = int(os.environ.get("CHAOS_SEED") or "1")
COUNT = JOBS * 50
SECONDS = 120 + 2 * COUNT
_SOMETIMES: dict[str, Any] = {"share": 0.1, "seed": SEED}
_SERVICES = {
    "s3": {"kind": "throttled", **_SOMETIMES},
    "dynamodb": {"kind": "error", **_SOMETIMES},
    "sqs": {"kind": "throttled", **_SOMETIMES},
    "sns": {"kind": "error", **_SOMETIMES},
}
_NOTIFY_SERVICES = {
    "dynamodb": _SERVICES["dynamodb"],
    "ssm": _SERVICES["dynamodb"],
    "ses": _SERVICES["sqs"],
    "sqs": _SERVICES["sqs"],
}
_ANSWERS = (status(500), status(429, Retry_After="1"), status(503), status(302, Location="/elsewhere"), hang)
_NO_TITLE = {"rows": [{"a": 1}], "title": ""}


class Crowd:
    """Ask for many reports of all kinds."""

    def __init__(self, stack: Stack, receiver: Receiver, chance: random.Random) -> None:
        self._stack = stack
        self._receiver = receiver
        self._chance = chance
        self.refused = 0
        self.to_tell: list[str] = []

    def jobs(self) -> Iterator[str]:
        kinds = [self._plain, self._told, self._dying, self._upload, self._bad_upload, self._refused, self._direct]
        for number in range(COUNT):
            ask = self._chance.choices(kinds, weights=(45, 10, 15, 10, 5, 5, 10))[0]
            job = ask(number)
            if job is None:
                continue
            if self._chance.random() < 0.1:
                send(self._stack, encode(job))
            yield job

    def _plain(self, number: int) -> str:
        return self._stack.submit(f"chaos.plain.{number:05}")

    def _told(self, number: int) -> str:
        path = f"/crowd-{number:05}"
        self._receiver.answers[path] = self._chance.sample(_ANSWERS, k=self._chance.choice((0, 0, 1)))
        notify = {"webhook": self._stack.hook(path), "email": f"crowd-{number}@example.org"}
        self.to_tell.append(self._stack.submit(f"chaos.told.{number:05}", notify=notify))
        return self.to_tell[-1]

    def _dying(self, number: int) -> str:
        return self._stack.submit(f"fault.{self._chance.choice(POINTS)}.{number:05}")

    def _upload(self, number: int) -> str:
        return self._stack.upload(f"crowd {SEED} {number:05}")

    def _bad_upload(self, number: int) -> str:
        return self._stack.upload(f"crowd {SEED} {number:05}", b"a,b\n\xff\xfe,\x00\n")

    def _refused(self, number: int) -> None:
        body = {"template": "table", "data": _NO_TITLE, "options": {}}
        assert self._stack.service.post("/reports", body).status_code == 422
        self.refused += 1

    def _direct(self, number: int) -> str:
        return self._stack.ask_directly()


@contextmanager
def everything_failing(stack: Stack) -> Iterator[None]:
    with (
        stack.failing("render", {"kill": True, "services": _SERVICES}),
        stack.failing("notify", {"services": _NOTIFY_SERVICES}),
    ):
        yield


def test_a_crowd_of_reports_survives_everything_at_once(
    stack: Stack, receiver: Receiver, record_line: Callable[[str], None]
) -> None:
    crowd = Crowd(stack, receiver, random.Random(SEED))

    with everything_failing(stack):
        outcome = stack.outcome(list(crowd.jobs()), seconds=SECONDS)
        record_line(f"everything at once, seed {SEED} ({crowd.refused} refused): {outcome.line()}")
        outcome.check()
        deliveries = stack.told(crowd.to_tell, deliveries=2, seconds=SECONDS)

    states = Counter(delivery["status"] for each in deliveries.values() for delivery in each)
    record_line(f"… and {2 * len(crowd.to_tell)} deliveries of {len(crowd.to_tell)} of these reports: {dict(states)}")
    assert set(states) <= {"DELIVERED"}
