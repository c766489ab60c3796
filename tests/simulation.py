"""Run the whole service in memory, on a model of SQS, with troubles wherever a service is called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Any
from unittest.mock import patch

from handlers import render
from reports import bootstrap
from reports.errors import JobConflictError, PressrunError, ServiceUnavailableError
from reports.jobs import object_keys
from reports.jobs.job import Job
from reports.jobs.render_messages import (
    TENANT,
    DirectRequest,
    request_id_of,
)
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import Door, JobStatus
from reports.lifecycle.redrive import Redrive, RedriveOrder
from tests.builders import LEASE, MAX_RECEIVES, UPLOADS, App, notification
from tests.fakes.clock import SettableClock
from tests.fakes.objects import StoredObject
from tests.fakes.queues import InMemoryRenderQueue
from tests.invoking import LambdaContext, record

# A little longer than the lease, as on the stack.
VISIBILITY = LEASE + timedelta(seconds=15)
_RENDER_MS = 300_000


class KilledError(BaseException):
    """End a function as SIGKILL does: nothing of ours handles it."""


class Trouble(Enum):
    """Name what may happen at a call of a service."""

    REFUSED = auto()
    ANSWER_LOST = auto()
    """It is done, and whoever called hears of a fault."""
    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()
    TAKEN_OVER = auto()
    """Before it is done, so much time passes that the message comes back, and another worker works it off."""
    SWEPT = auto()
    """Before it is done, the sweep runs."""


class Simulation:
    """A stage whose functions a test invokes by hand, with planned troubles."""

    def __init__(self) -> None:
        clock = SettableClock()
        self.queue = InMemoryRenderQueue(clock, visibility=VISIBILITY, max_receives=MAX_RECEIVES)
        self.app = app = App(clock=clock, queue=self.queue)
        self.asked: set[str] = set()
        """The ids of the jobs that the service has accepted."""
        self.direct: list[DirectRequest] = []
        self._keys: dict[str, str] = {}
        self._plan: Mapping[int, Trouble] = {}
        self._calls = 0
        self.down: object = None
        """What refuses all calls for the time being: ``app.jobs``, for example."""
        self._notifications: list[str] = []
        self._trouble(app.jobs, "add", "advance", "get", "mark_announced", "due", "note_progress")
        self._trouble(app.artifacts, "put", "read", "delete")
        self._trouble(app.uploads, "read")
        self._trouble(self.queue, "send", "resend", "reject", "postpone")
        self._trouble(self.queue.dead_letters, "receive", "send_to_render_queue", "delete", "unhide")
        self._trouble(app.renderer, "render")
        self._trouble(app.publisher, "publish")
        self._trouble(app.latest, "offer")
        self._trouble(app.counts, "add")
        self._redrive = Redrive(
            jobs=app.jobs, dead_letters=self.queue.dead_letters, clock=clock, budget=timedelta(seconds=200)
        )

    def plan(self, troubles: Mapping[int, Trouble]) -> None:
        """Have calls of services meet troubles: the next one what is planned for 0, the one after it for 1 …"""
        self._plan, self._calls = troubles, 0

    def submit(self, idempotency_key: str | None) -> None:
        request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(replaces="k"))
        try:
            job = self.app.submit(request, tenant="demo", correlation_id="c", idempotency_key=idempotency_key)
        except (PressrunError, KilledError):
            return  # The caller knows that it was not accepted, or does not know.
        self.asked.add(job.id)
        if idempotency_key is not None:
            assert self._keys.setdefault(idempotency_key, job.id) == job.id

    def upload(self) -> None:
        key = f"uploads/demo/list/{len(self._notifications)}.csv"
        self.app.uploads.objects[key] = StoredObject(b"a,b\n1,2\n", "text/csv", None)
        self._notifications.append(json.dumps({"Records": [notification(key)]}))
        self.queue.put(self._notifications[-1], {})
        self.asked.add(object_keys.job_id_of_upload(UPLOADS, key, "v1"))

    def notify_again(self) -> None:
        for body in self._notifications:
            self.queue.put(body, {})

    def ask_directly(self, *, has_request_id: bool) -> None:
        body = json.dumps({"template": "letter", "data": {"to": "me"}})
        attributes = {"door": "queue", "tenant": "demo"}
        if not has_request_id:  # as on an emulator
            request_id = self.queue.put(body, attributes)
        else:
            request_id = f"request-{len(self.asked)}"
            self.queue.put(body, {**attributes, "request_id": request_id})
        self.asked.add(request_id)
        self.direct.append(DirectRequest(request_id, body, "demo"))

    def ask_under_an_id_that_is_taken(self, chosen: int, tenant: str, to: str) -> None:
        """Ask directly under the id of a report that was asked for before, as only a forger could."""
        if not self.asked:
            return
        request_id = sorted(self.asked)[chosen % len(self.asked)]
        body = json.dumps({"template": "letter", "data": {"to": to}})
        self.queue.put(body, {"door": "queue", "tenant": tenant, "request_id": request_id})
        self.direct.append(DirectRequest(request_id, body, tenant))

    def lost(self) -> list[DirectRequest]:
        """Return the direct requests that have neither a job of their own nor a dead letter."""
        dead = {
            (request_id_of(letter.message_id, letter.attributes), letter.body, letter.attributes.get(TENANT))
            for letter in self.queue.dead_letters.letters
        }
        kept = self.app.artifacts.objects
        admitted = {
            (job.id, kept[job.input.key].body.decode(), job.tenant)
            for job in self.app.jobs.jobs.values()
            if job.door is Door.QUEUE
        }
        return [each for each in self.direct if (each.job_id, each.body, each.tenant) not in dead | admitted]

    def deliver(self, most: int = 10, *, stay_visible: bool = False) -> int:
        """Invoke the render function with a batch, and return how many messages that had."""
        envelopes = self.queue.receive(most, stay_visible=stay_visible)
        if not envelopes:
            return 0
        try:
            with patch.object(bootstrap, "service", lambda: self.app):
                answer = render.handler({"Records": [record(each) for each in envelopes]}, LambdaContext(_RENDER_MS))
        except KilledError:
            return len(envelopes)
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for envelope in envelopes:
            if envelope.message_id not in again:
                self.queue.delete(envelope)
        return len(envelopes)

    def throttle(self) -> None:
        """Receive a batch for which Lambda has no room: it comes back a receive poorer, and nothing has run."""
        self.queue.receive(10)

    def sweep(self) -> None:
        """Invoke the sweep, which may die, or end when the store cannot even say what is due."""
        try:
            self.app.sweep()
        except (KilledError, ServiceUnavailableError):
            return

    def redrive(self) -> None:
        self.queue.dead_letters.hidden.clear()
        try:
            self._redrive(RedriveOrder(max=1000))
        except (KilledError, ServiceUnavailableError):
            return

    def steer(self, step: Callable[[Job], Job], chosen: int) -> None:
        """Cancel or retry one of the jobs."""
        jobs = list(self.app.jobs.jobs.values())
        if not jobs:
            return
        try:
            step(jobs[chosen % len(jobs)])
        except (JobConflictError, ServiceUnavailableError, KilledError):
            return

    def unfinished(self) -> list[Job]:
        """Return the jobs that are not over, or whose end was not announced."""
        jobs = self.app.jobs.jobs.values()
        return [
            job
            for job in jobs
            if not job.status.is_final or (job.due_at is not None and job.status is not JobStatus.CANCELLED)
        ]

    def settle(self, *, within: timedelta) -> None:
        """Let time pass without troubles until all jobs are over and announced, and no message is left.

        At most for so long.
        """
        self.plan({})
        every = timedelta(minutes=5)
        for _ in range(within // every):
            while self.deliver():
                pass
            self.sweep()
            if not self.unfinished() and self.queue.is_empty:
                return
            self.app.clock.advance(seconds=every.total_seconds())

    def _trouble(self, port: Any, *methods: str) -> None:
        for name in methods:
            setattr(port, name, self._troubled(port, getattr(port, name)))

    def _troubled(self, port: object, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            if port is self.down:
                raise ServiceUnavailableError("The service is down.")
            trouble = self._plan.get(self._calls)
            self._calls += 1
            match trouble:
                case Trouble.REFUSED:
                    raise ServiceUnavailableError("The service refuses.")
                case Trouble.KILLED_BEFORE:
                    raise KilledError
                case Trouble.TAKEN_OVER:
                    self._meanwhile(VISIBILITY + timedelta(seconds=1), self.deliver)
                case Trouble.SWEPT:
                    self._meanwhile(timedelta(minutes=10), self.sweep)
            result = method(*arguments, **more)
            if trouble is Trouble.ANSWER_LOST:
                raise ServiceUnavailableError("The answer was lost.")
            if trouble is Trouble.KILLED_AFTER:
                raise KilledError
            return result

        return call

    def _meanwhile(self, time: timedelta, happens: Callable[[], object]) -> None:
        self.app.clock.advance(seconds=time.total_seconds())
        plan, self._plan = self._plan, {}
        calls = self._calls
        happens()
        self._plan, self._calls = plan, calls
