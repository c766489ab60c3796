"""All parts that send notifications, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from reports.delivery.delivery import AttemptResult, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.notify_messages import encode
from reports.jobs.job import Job
from reports.jobs.published_events import event_of
from reports.jobs.request import ReportOptions, ReportRequest
from tests.builders import SETTINGS, App

LEASE = timedelta(seconds=120)
LIFE = timedelta(hours=24)
PATIENCE = timedelta(minutes=20)
HOOK = "https://example.org/hook"
AGAIN = AttemptResult(DeliveryStatus.PENDING, 500, DeliveryFault.REFUSED)


class Notifier:
    """All parts that send notifications, in memory."""

    def __init__(self, *, attachment_bytes: int = 0) -> None:
        settings = replace(SETTINGS, api_base_url="https://api.test", email_attachment_bytes=attachment_bytes)
        self.app = app = App(settings)
        self.clock = app.clock
        self.deliveries, self.queue = app.deliveries, app.notify_queue
        self.mailer, self.webhooks, self.secrets, self.letters = app.mailer, app.webhooks, app.secrets, app.emails
        self.content = app.content
        self.notify = app.notify
        self.replay = app.replay
        self.sweep = app.sweep_deliveries

    def ended_job(self, **options: Any) -> Job:
        request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions.model_validate(options))
        job = self.app.submit(request, tenant="demo", correlation_id="corr-7")
        self.app.process(self.app.queue.sent[-1])
        return self.app.jobs.get(job.id)

    def tell(self, job: Job) -> None:
        event = event_of(job)
        assert event is not None
        self.notify(event.encode())

    def work_off(self) -> None:
        """Work until no message is visible."""
        while ready := self.queue.drain():
            for notice in ready:
                self.notify(encode(notice))

    def live(self, *, hours: float) -> None:
        """Let time pass, minute by minute."""
        for _ in range(round(hours * 60)):
            self.clock.advance(minutes=1)
            self.work_off()


def told(notifier: Notifier, **notify: str) -> Delivery:
    job = notifier.ended_job(notify=notify)
    notifier.tell(job)
    notifier.work_off()
    return notifier.deliveries.get(job.id, 1)
