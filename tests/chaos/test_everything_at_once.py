"""Have all faults at once, at random."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from reports.jobs import object_keys
from reports.jobs.render_messages import encode
from tests.chaos.stack import DATA, JOBS, Stack
from tests.chaos.test_failing_receivers import ANSWERS, HUGE
from tests.chaos.test_killed_workers import POINTS
from tests.chaos.test_repeated_messages import BROKEN, notification, reasons_of_broken, send
from tests.functional.service import until
from tests.receiver import Receiver

SEED = int(os.environ.get("CHAOS_SEED") or "1")
COUNT = JOBS * 50
SECONDS = 120 + 2 * COUNT
_KINDS_OF_FAULTS = ["throttled", "error", "slow"]
_ANSWERS = {**ANSWERS, "huge": HUGE}


def failing(*services: str) -> dict[str, Any]:
    """Return what has a tenth of the calls to some services fail, each in one way or another."""
    return {name: {"kind": _KINDS_OF_FAULTS, "share": 0.1, "seed": SEED + n} for n, name in enumerate(services)}


class Crowd:
    """Ask for many reports of all kinds."""

    def __init__(self, stack: Stack, receiver: Receiver, chance: random.Random) -> None:
        self._stack = stack
        self._receiver = receiver
        self._chance = chance
        self.refused = 0
        self.broken_messages = 0
        self.unreadable = 0
        self.answers: dict[str, str] = {}
        """How the receiver of a report's webhook answers at first, by the report's id."""

    def jobs(self) -> Iterator[str]:
        ways = {
            self._plain: 35,
            self._told: 10,
            self._dying: 15,
            self._asked_for_twice: 10,
            self._upload: 10,
            self._bad_upload: 5,
            self._refused: 5,
            self._direct: 10,
        }
        for number in range(COUNT):
            ask = self._chance.choices(list(ways), weights=list(ways.values()))[0]
            job = ask(number)
            if job is not None:
                yield job
                if self._chance.random() < 0.1:
                    send(self._stack, encode(job))
            if self._chance.random() < 0.05:
                send(self._stack, self._chance.choice(BROKEN))
                self.broken_messages += 1

    def _plain(self, number: int) -> str:
        return self._stack.submit(f"chaos.plain.{number:05}")

    def _told(self, number: int) -> str:
        path, first = f"/crowd-{number:05}", self._chance.choice([*_ANSWERS, "accepts"])
        self._receiver.answers[path] = [_ANSWERS[first]] if first in _ANSWERS else []
        notify = {"webhook": self._stack.hook(path), "email": f"crowd-{number}@example.org"}
        job = self._stack.submit(f"chaos.told.{number:05}", notify=notify)
        self.answers[job] = first
        return job

    def _dying(self, number: int) -> str:
        return self._stack.submit(f"fault.{self._chance.choice(POINTS)}.{number:05}")

    def _asked_for_twice(self, number: int) -> str:
        """Have the API function die, and ask again until it answers."""
        point = self._chance.choice(("after_input", "after_add", "after_send"))
        body = {"template": "table", "data": DATA, "options": {}}
        key = {"Idempotency-Key": uuid4().hex}

        def ask(correlation_id: str) -> Any:
            return self._stack.service.post("/reports", body, headers={**key, "X-Correlation-Id": correlation_id})

        assert ask(f"fault.{point}.{number:05}").status_code >= 500

        def accepted() -> Any:
            answer = ask(f"chaos.again.{number:05}")
            return answer if answer.status_code == 202 else None

        return str(until(accepted, seconds=60, what="a request that is accepted").json()["id"])

    def _upload(self, number: int, body: bytes = b"a,b\n1,2\n") -> str:
        bucket, key = self._stack.service.uploads_bucket, f"uploads/demo/table/crowd {SEED} {number:05}.csv"
        version = self._stack.service.s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
        if self._chance.random() < 0.3:
            send(self._stack, notification(self._stack, key, version))
        return object_keys.job_id_of_upload(bucket, key, version)

    def _bad_upload(self, number: int) -> str:
        self.unreadable += 1
        return self._upload(number, b"PK\x03\x04 and no archive")

    def _refused(self, number: int) -> None:
        body = {"template": "table", "data": {"rows": [{"a": 1}], "title": ""}, "options": {}}
        assert self._stack.service.post("/reports", body).status_code == 422
        self.refused += 1

    def _direct(self, number: int) -> str:
        return self._stack.ask_directly()


@contextmanager
def everything_failing(stack: Stack) -> Iterator[None]:
    with (
        stack.failing("render", {"kill": True, "services": failing("s3", "dynamodb", "sqs", "sns")}),
        stack.failing("notify", {"services": failing("dynamodb", "ssm", "ses", "sqs")}),
        stack.failing("sweep", {"services": failing("dynamodb", "sqs", "sns")}),
    ):
        yield


def test_a_crowd_of_reports_survives_everything_at_once(
    stack: Stack, receiver: Receiver, record_line: Callable[[str], None]
) -> None:
    crowd = Crowd(stack, receiver, random.Random(SEED))

    with everything_failing(stack):
        outcome = stack.outcome(list(crowd.jobs()), seconds=SECONDS)
        beside = f"{crowd.refused} refused, {crowd.broken_messages} broken messages"
        record_line(f"everything at once, seed {SEED} ({beside}): {outcome.line()}")
        outcome.check()
        # Nothing else fails, and nothing that cannot be read is made of.
        assert outcome.reasons == Counter({"unreadable_file": crowd.unreadable})
        deliveries = stack.told(crowd.answers, deliveries=2, seconds=SECONDS)

        reasons_of_broken(stack, crowd.broken_messages)

    states = Counter(delivery["status"] for each in deliveries.values() for delivery in each)
    record_line(f"… and {states.total()} deliveries of {len(crowd.answers)} of these reports: {dict(states)}")
    gone = sum(answer == "gone" for answer in crowd.answers.values())
    assert states == Counter(DELIVERED=2 * len(crowd.answers) - gone, GIVEN_UP=gone)
