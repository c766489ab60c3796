"""One tenant's many jobs do not hold up another's few: the order in which a few workers finish them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.adapters.sqs.render_queue import SQSDeadLetterQueue, SQSRenderQueue
from reports.intake.submit_batch import SubmitBatch
from reports.intake.submit_report import SubmitReport
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import Envelope
from reports.jobs.request import BatchItem, ReportRequest
from tests.builders import App
from tests.fakes.fair_queue import FairQueue

pytestmark = pytest.mark.gate

WORKERS = 5
MANY = 1000


class Floor:
    """The service in memory, with the real adapters of its queue, and a few workers."""

    def __init__(self, app: App, *, fair: bool = True) -> None:
        self.app = app
        self.queue = FairQueue(fair=fair)
        self.render_queue = SQSRenderQueue(self.queue, "render", "dlq")  # type: ignore[arg-type]
        self.dead_letters = SQSDeadLetterQueue(self.queue, "dlq", "render")  # type: ignore[arg-type]
        intake = replace(app.intake, queue=self.render_queue)
        self._submit = SubmitReport(intake)
        self._submit_batch = SubmitBatch(intake)

    def one(self, tenant: str) -> str:
        request = ReportRequest(template="letter", data={"to": tenant})
        return self._submit(request, tenant=tenant, correlation_id="c").id

    def one_by_one(self, tenant: str) -> None:
        for _ in range(MANY):
            self.one(tenant)

    def in_a_batch(self, tenant: str) -> None:
        self._submit_batch(
            [BatchItem(template="letter", data={"to": tenant})] * MANY, tenant=tenant, correlation_id="c"
        )

    def put_back(self, tenant: str) -> None:
        """Have all messages come, and go back because the time of their batches was over."""
        self.in_a_batch(tenant)
        for envelope in self._received():
            self.render_queue.resend(envelope)

    def redriven(self, tenant: str) -> None:
        """Have all messages come out of the dead-letter queue."""
        self.in_a_batch(tenant)
        for envelope in self._received():
            letter = DeadLetter(envelope.message_id, envelope.receipt_handle, envelope.body, envelope.attributes)
            self.dead_letters.send_to_render_queue(letter)

    def _received(self) -> list[Envelope]:
        envelopes = []
        while (envelope := self.queue.receive()) is not None:
            envelopes.append(envelope)
            self.queue.delete(envelope)
        return envelopes

    def work(self) -> list[str]:
        """Work off all messages; return the jobs in the order in which they ended."""
        running: list[Envelope] = []
        while True:
            while len(running) < WORKERS and (envelope := self.queue.receive()) is not None:
                running.append(envelope)
            if not running:
                return [event.job_id for event in self.app.publisher.published]
            ended = running.pop(0)
            assert self.app.process(ended).done
            self.queue.delete(ended)


@pytest.mark.parametrize("how", [Floor.one_by_one, Floor.in_a_batch, Floor.put_back, Floor.redriven])
def test_one_tenants_thousand_jobs_do_not_hold_up_anothers_one(app: App, how: Callable[[Floor, str], None]) -> None:
    floor = Floor(app)
    how(floor, "noisy")
    quiet = floor.one("quiet")

    order = floor.work()

    assert len(order) == MANY + 1
    assert order.index(quiet) < WORKERS


def test_where_the_queue_goes_by_arrival_they_do(app: App) -> None:
    floor = Floor(app, fair=False)
    floor.in_a_batch("noisy")
    quiet = floor.one("quiet")

    assert floor.work().index(quiet) == MANY
