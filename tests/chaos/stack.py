"""Break a deployed stack, keep the sweep going, and count what became of jobs."""

from __future__ import annotations

import itertools
import json
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import requests

from reports.jobs import object_keys
from tests.functional.service import FINAL, Service, Session, until

JOBS = max(1, int(os.environ.get("CHAOS_JOBS") or "20"))
"""Jobs for each fault."""


def deadline(jobs: int) -> float:
    """Return the promise, in seconds, for a stack with the times of tools/chaos.py.

    A job that has not ended by then is lost, and a delivery that has not arrived by then is missing. Each worker that
    is killed hides the rest of its batch for the visibility timeout of 27 s, and takes a receive of each.
    """
    return 180 + 10 * jobs


DATA = {"rows": [{"item": "Bracket", "price": 1}, {"item": "Hose", "price": 2}]}

_SWEEP_SECONDS = 4
_FUNCTION = "pressrun-local-{}"


@dataclass
class Outcome:
    """The ends of some jobs."""

    reports: dict[str, dict[str, Any]]
    timelines: dict[str, list[str]]
    announced: Mapping[str, Counter[str]]
    slowest_seconds: float = 0.0
    takeover_seconds: Sequence[float] = ()
    """From each claim whose worker died to the next worker's claim."""

    @property
    def by_status(self) -> Counter[str]:
        return Counter(str(report["status"]) for report in self.reports.values())

    @property
    def unfinished(self) -> list[str]:
        return [
            f"{job}: {self.timelines[job]}" for job, report in self.reports.items() if report["status"] not in FINAL
        ]

    @property
    def succeeded_twice(self) -> list[str]:
        return [job for job, events in self.timelines.items() if events.count("succeeded") > 1]

    @property
    def announced_twice(self) -> list[str]:
        """Return the jobs with two ends that were told. The same event, told again, has the same id."""
        return [job for job, ids in self.announced.items() if len(ids) > 1]

    @property
    def never_announced(self) -> list[str]:
        told = {job for job, ids in self.announced.items() if ids}
        return [job for job, report in self.reports.items() if report["status"] in FINAL and job not in told]

    @property
    def reasons(self) -> Counter[str]:
        return Counter(report["error"]["code"] for report in self.reports.values() if report["status"] == "FAILED")

    def check(self) -> None:
        """Hold the jobs to the promise: each has ended once, and been announced."""
        assert self.reports, "no job was followed"
        assert not self.unfinished, "\n".join(self.unfinished)
        assert not self.succeeded_twice
        assert not self.announced_twice
        assert not self.never_announced

    def line(self) -> str:
        """Return it in one line."""
        ends = ", ".join(f"{count} {status.lower()}" for status, count in sorted(self.by_status.items()))
        reasons = f" ({', '.join(f'{n} {code}' for code, n in sorted(self.reasons.items()))})" if self.reasons else ""
        repeated = sum(sum(ids.values()) - len(ids) for ids in self.announced.values())
        return (
            f"accepted {len(self.reports)}: {ends}{reasons}; lost {len(self.unfinished)}, "
            f"doubled artifacts {len(self.succeeded_twice)}, doubled announcements {len(self.announced_twice)} "
            f"(same event told again: {repeated}), slowest {self.slowest_seconds:.0f} s{self._takeovers()}"
        )

    def _takeovers(self) -> str:
        if not self.takeover_seconds:
            return ""
        p95 = sorted(self.takeover_seconds)[math.ceil(0.95 * len(self.takeover_seconds)) - 1]
        return f"; {len(self.takeover_seconds)} dead workers followed within {p95:.0f} s (p95)"


@dataclass
class Stack:
    """The stack under test, whose parts are made to fail."""

    service: Service = field(default_factory=Service)

    def __post_init__(self) -> None:
        session = Session()
        self._sns = session.client("sns")
        sqs = self.service.sqs
        self._inbox = sqs.create_queue(QueueName=f"chaos-{uuid4().hex[:8]}")["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=self._inbox, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        [topic] = [t["TopicArn"] for t in self._sns.list_topics()["Topics"] if "pressrun-events" in t["TopicArn"]]
        may_send = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may_send]})
        sqs.set_queue_attributes(QueueUrl=self._inbox, Attributes={"Policy": policy})
        raw = {"RawMessageDelivery": "true"}
        self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
        self._announced: dict[str, Counter[str]] = {}

    def submit(self, correlation_id: str, data: Any = DATA, **options: Any) -> str:
        """Ask for a report, again if the API function died; return its id."""
        headers = {"X-Correlation-Id": correlation_id}
        request = {"template": "table", "data": data, "options": options}

        def taken() -> requests.Response | None:
            answer = self.service.post("/reports", request, headers=headers)
            # An embedded stack has few workers, and says so.
            return None if answer.status_code == 429 else answer

        answer = until(taken, seconds=120, what="the request was taken")
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def upload(self, name: str, body: bytes = b"a,b\n1,2\n") -> str:
        """Put a file into the folder of the template `table`; return the id that its report will have."""
        bucket, key = self.service.uploads_bucket, f"uploads/demo/table/{name}.csv"
        put = self.service.s3.put_object(Bucket=bucket, Key=key, Body=body)
        return object_keys.job_id_of_upload(bucket, key, put["VersionId"])

    def ask_directly(self) -> str:
        """Ask for a report at the door that leads straight to the queue; return its id."""
        answer = self.service.post("/queue/reports", {"template": "table", "data": DATA})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def hook(self, path: str) -> str:
        """Return the address of a path of the receiver of webhooks."""
        return self.service.hook(path)

    def told(
        self, jobs: Collection[str], *, deliveries: int, seconds: float | None = None
    ) -> dict[str, list[dict[str, Any]]]:
        """Wait until all deliveries of some jobs are over, at most until the deadline."""
        seconds = deadline(len(jobs)) if seconds is None else seconds
        found = self.told_within(jobs, deliveries=deliveries, seconds=seconds)
        assert len(found) == len(jobs), f"not told within {seconds:.0f} s: {set(jobs) - found.keys()}"
        return found

    def told_within(self, jobs: Collection[str], *, deliveries: int, seconds: float) -> dict[str, list[dict[str, Any]]]:
        """Return the deliveries of those jobs of which all are over in a time, at once when that is true of all."""
        found: dict[str, list[dict[str, Any]]] = {}
        end = time.monotonic() + seconds
        with self.sweeping():
            while len(found) < len(jobs) and time.monotonic() < end:
                for job in [job for job in jobs if job not in found]:
                    shown = self.service.get(f"/reports/{job}/deliveries").json()["deliveries"]
                    if len(shown) == deliveries and all(each["status"] != "PENDING" for each in shown):
                        found[job] = shown
                time.sleep(0.5)
        return found

    def found_ended(self) -> set[str]:
        """Return the jobs whose message came to a worker when there was nothing left to do."""
        return {str(line["job_id"]) for line in self.service.log_lines("render", "nothing to do")}

    @contextmanager
    def failing(self, function: str, plan: Mapping[str, Any]) -> Iterator[None]:
        """Have a function run with other faults than those it was deployed with."""
        name = _FUNCTION.format(function)
        before = self.service.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        self._configure(name, {**before, "FAULTS": json.dumps(plan)})
        try:
            yield
        finally:
            self._configure(name, before)

    def _configure(self, name: str, variables: Mapping[str, str]) -> None:
        self.service.functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": dict(variables)}
        )

    @contextmanager
    def sweeping(self) -> Iterator[None]:
        """Have the sweep run every few seconds, instead of every minute."""
        done = threading.Event()

        def sweep() -> None:
            while not done.wait(_SWEEP_SECONDS):
                self.sweep()

        thread = threading.Thread(target=sweep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def sweep(self) -> dict[str, int]:
        """Run the sweep once, and return its counts."""
        answer = self.service.functions.invoke(FunctionName=_FUNCTION.format("sweep"), Payload=b"{}")
        return dict(json.loads(answer["Payload"].read()))

    def outcome(self, jobs: Iterable[str], *, seconds: float | None = None) -> Outcome:
        """Wait until all jobs have ended and been announced, at most until the deadline, and gather their ends."""
        waiting, reports = list(jobs), {}
        seconds = deadline(len(waiting)) if seconds is None else seconds
        started = time.monotonic()
        slowest = 0.0
        with self.sweeping():
            while waiting and time.monotonic() - started < seconds:
                self._read_inbox()
                for job in list(waiting):
                    reports[job] = self._report(job)
                    if reports[job]["status"] in FINAL and self._announced.get(job):
                        waiting.remove(job)
                        slowest = time.monotonic() - started
                time.sleep(0.5)
        self._settle(started + seconds)
        self._read_inbox()
        events = {job: self._events(job) for job in reports}
        timelines = {job: [event["event"] for event in found] for job, found in events.items()}
        takeovers = [seconds for found in events.values() for seconds in _takeovers(found)]
        announced = {job: self._announced.get(job, Counter()) for job in reports}
        return Outcome(reports, timelines, announced, slowest, takeovers)

    def _report(self, job: str) -> dict[str, Any]:
        answer = self.service.get(f"/reports/{job}")
        if answer.status_code == 404:  # of an upload or a direct request that no worker has seen yet
            return {"status": "UNSEEN"}
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _settle(self, deadline: float) -> None:
        """Wait until a sweep finds nothing more to do, not even to tell an end once more."""
        quiet = 0
        while quiet < 2 and time.monotonic() < deadline:
            quiet = quiet + 1 if self.sweep().get("inspected") == 0 else 0
            time.sleep(2)

    def _events(self, job: str) -> list[dict[str, Any]]:
        return list(self.service.get(f"/reports/{job}/events").json().get("events", []))

    def _read_inbox(self) -> None:
        while True:
            answer = self.service.sqs.receive_message(QueueUrl=self._inbox, MaxNumberOfMessages=10, WaitTimeSeconds=0)
            messages = answer.get("Messages", [])
            for message in messages:
                event = json.loads(message["Body"])
                self._announced.setdefault(event["report"]["id"], Counter())[event["id"]] += 1
                self.service.sqs.delete_message(QueueUrl=self._inbox, ReceiptHandle=message["ReceiptHandle"])
            if not messages:
                return


def _takeovers(events: Sequence[Mapping[str, Any]]) -> Iterator[float]:
    for before, after in itertools.pairwise(events):
        if before["event"] == after["event"] == "rendering":
            yield (datetime.fromisoformat(after["at"]) - datetime.fromisoformat(before["at"])).total_seconds()
