"""Break things on purpose, to see that nothing gets lost: see tests/chaos. The stage ``local`` alone knows this switch.

Packages for AWS do not have this module.

The environment variable FAULTS holds JSON::

    {"kill": true, "services": {"s3": {"kind": "throttled", "share": 0.3, "seed": 1}}}

With ``kill``, the process dies at the point that a job's correlation id names, such as ``fault.after_claim.0001``, on
its first attempt; with ``kill_at``, every process dies that gets to this point, whatever it works on; with
``kill_redrives``, a redrive does at its first message. ``services`` says which share of the calls to a service fail,
and how: ``throttled``, ``error`` or ``slow``, or one of several; with ``every`` in place of ``share``, each third one,
say.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter
from reports.jobs.published_events import ReportEvent
from reports.jobs.values import JobStatus
from reports.render_contract import RenderedReport

Added = Sequence[Job]

_PREFIX = "fault."
_SLOW_SECONDS = 3.0
_JSON_SERVICES = ("dynamodb", "sqs", "ssm")
_CODES = {
    "throttled": {"dynamodb": "ProvisionedThroughputExceededException", "s3": "SlowDown"},
    "error": {},
}
_DEFAULT_CODES = {"throttled": "ThrottlingException", "error": "InternalError"}


class Faults:
    """What is to go wrong in this process."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._kills = bool(plan.get("kill"))
        self._kills_at: str | None = plan.get("kill_at")
        self._kills_redrives = bool(plan.get("kill_redrives"))
        self._services: Mapping[str, Mapping[str, Any]] = plan.get("services", {})
        self._rendering: Job | None = None

    @classmethod
    def of(cls, stage: str, text: str) -> Faults | None:
        """Read FAULTS; None when nothing is to go wrong, and on every stage but ``local``."""
        return cls(json.loads(text)) if stage == "local" and text else None

    def in_client(self, service: str, client: Any) -> Any:
        """Have calls of a client fail, if its service is among those that do."""
        if service in self._services:
            client.meta.events.register("before-send", _Failing(service, self._services[service]))
        return client

    def in_jobs(self, jobs: Any) -> Any:
        """Have the process die around writes to jobs."""
        return _Wrapped(
            jobs,
            add=self._around_add(jobs),
            add_new=self._around_adding(jobs.add_new),
            add_missing=self._around_adding(jobs.add_missing),
            advance=self._around_advance(jobs),
            mark_announced=self._around_mark(jobs),
        )

    def in_keys(self, keys: Any) -> Any:
        """Have the process die when it has taken idempotency keys, and done nothing else yet."""

        def claim(*arguments: Any) -> Any:
            uses = keys.claim(*arguments)
            self._die("after_key", None)
            return uses

        return _Wrapped(keys, claim=claim)

    def in_renderer(self, renderer: Any) -> Any:
        """Have the process die when a report has been rendered, and is not stored yet."""

        def render(*arguments: Any, **more: Any) -> RenderedReport:
            report: RenderedReport = renderer.render(*arguments, **more)
            self._die("after_render", self._rendering)
            return report

        return _Wrapped(renderer, render=render)

    def in_queue(self, queue: Any) -> Any:
        """Have the process die when it has asked for a render, and has not said so yet."""

        def send(job: Job) -> None:
            queue.send(job)
            self._die("after_send", job)

        def send_all(jobs: Sequence[Job]) -> Collection[str]:
            sent: Collection[str] = queue.send_all(jobs)
            self._die("after_send", None)
            return sent

        return _Wrapped(queue, send=send, send_all=send_all)

    def in_dead_letters(self, dead_letters: Any) -> Any:
        """Have the process die when it has sent a message again, and has not deleted it yet."""

        def send_to_render_queue(letter: DeadLetter) -> None:
            dead_letters.send_to_render_queue(letter)
            if self._kills_redrives:
                os.kill(os.getpid(), signal.SIGKILL)

        return _Wrapped(dead_letters, send_to_render_queue=send_to_render_queue)

    def in_publisher(self, publisher: Any) -> Any:
        """Have the process die when it has published an event, and has not noted it yet."""

        def publish(event: ReportEvent) -> None:
            publisher.publish(event)
            self._die("after_publish", self._rendering)

        return _Wrapped(publisher, publish=publish)

    def _around_add(self, jobs: Any) -> Callable[[Job], None]:
        def add(job: Job) -> None:
            self._die("after_input", job)
            jobs.add(job)
            self._die("after_add", job)

        return add

    def _around_adding(self, add_many: Callable[[Added], Collection[str]]) -> Callable[[Added], Collection[str]]:
        def add(jobs: Added) -> Collection[str]:
            self._die("after_input", None)
            kept = add_many(jobs)
            self._die("after_add", None)
            return kept

        return add

    def _around_advance(self, jobs: Any) -> Callable[[Job], None]:
        def advance(job: Job) -> None:
            if job.status is JobStatus.SUCCEEDED:
                self._die("after_put", job)
            jobs.advance(job)
            self._rendering = job
            if job.status is JobStatus.RENDERING:
                self._die("after_claim", job)
            elif job.status is JobStatus.SUCCEEDED:
                self._die("after_status", job)

        return advance

    def _around_mark(self, jobs: Any) -> Callable[[Job], None]:
        def mark_announced(job: Job) -> None:
            jobs.mark_announced(job)
            self._die("after_mark", job)

        return mark_announced

    def _die(self, point: str, job: Job | None) -> None:
        if point == self._kills_at or self._kills_for(job, point):
            os.kill(os.getpid(), signal.SIGKILL)

    def _kills_for(self, job: Job | None, point: str) -> bool:
        if not self._kills or job is None or job.attempt > 1:
            return False
        return job.correlation_id.startswith(f"{_PREFIX}{point}.")


class _Wrapped:
    """Another object with some of its methods replaced."""

    def __init__(self, inner: Any, **methods: Callable[..., Any]) -> None:
        self._inner = inner
        vars(self).update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Failing:
    """A service's answers to a share of the calls."""

    def __init__(self, service: str, plan: Mapping[str, Any]) -> None:
        self._service = service
        self._kinds: Sequence[str] = [plan["kind"]] if isinstance(plan["kind"], str) else plan["kind"]
        self._share = float(plan.get("share", 1))
        self._every = int(plan.get("every", 1))
        self._calls = itertools.count(1)
        self._random = random.Random(plan.get("seed"))  # noqa: S311 - chance, no secret

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        if self._random.random() >= self._share or next(self._calls) % self._every:
            return None
        kind = self._random.choice(self._kinds)
        if kind == "slow":
            time.sleep(_SLOW_SECONDS)
            return None
        code = _CODES[kind].get(self._service) or _DEFAULT_CODES[kind]
        if self._service in _JSON_SERVICES:
            status, body = (400 if kind == "throttled" else 500), json.dumps({"__type": code, "message": "fault"})
        elif self._service == "s3":
            status, body = (503 if kind == "throttled" else 500), f"<Error><Code>{code}</Code></Error>"
        else:
            error = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"
            status, body = (400 if kind == "throttled" else 500), error
        headers = HTTPHeaders()
        headers["content-type"] = "application/json" if self._service in _JSON_SERVICES else "text/xml"
        return AWSResponse(request.url, status, headers, _Body(body.encode()))


class _Body(io.BytesIO):
    """The body of an answer, as urllib3 has it."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """Yield all of it."""
        yield self.read()
