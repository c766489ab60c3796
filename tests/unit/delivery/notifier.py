"""All parts that send notifications, in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reports.delivery.content import ContentBuilder
from reports.delivery.delivery import AttemptResult, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.notify import Notify, Replay, Sender, SweepDeliveries
from reports.delivery.notify_messages import encode
from reports.delivery.retry_schedule import Retries
from reports.delivery.standard_webhooks import new_secret
from reports.jobs.job import Job
from reports.jobs.published_events import event_of
from reports.jobs.request import ReportOptions, ReportRequest
from tests.builders import App, HighestJitter
from tests.fakes.delivery import (
    FixedSecrets,
    InMemoryDeliveryStore,
    InMemoryNotifyQueue,
    PlainEmails,
    RecordingMailer,
    RecordingWebhooks,
)

LEASE = timedelta(seconds=120)
LIFE = timedelta(hours=24)
PATIENCE = timedelta(minutes=20)
HOOK = "https://example.org/hook"
AGAIN = AttemptResult(DeliveryStatus.PENDING, 500, DeliveryFault.REFUSED)


class Notifier:
    """All parts that send notifications, in memory."""

    def __init__(self, *, attachment_bytes: int = 0) -> None:
        self.app = App()
        self.clock = self.app.clock
        self.deliveries = InMemoryDeliveryStore()
        self.queue = InMemoryNotifyQueue(self.clock)
        self.mailer = RecordingMailer()
        self.webhooks = RecordingWebhooks()
        self.secrets = FixedSecrets(new_secret())
        self.letters = PlainEmails()
        self._holders = iter(f"notifier-{n}" for n in range(1, 100_000))
        self.content = ContentBuilder(
            jobs=self.app.jobs,
            artifacts=self.app.artifacts,
            emails=self.letters,
            api_url="https://api.test",
            link_seconds=3600,
            attachment_bytes=attachment_bytes,
        )
        self.post = Sender(
            content=self.content,
            mailer=self.mailer,
            webhooks=self.webhooks,
            secrets=self.secrets,
            quotas=self.app.quotas,
        )
        self.notify = self.with_sender(self.post)
        self.replay = Replay(deliveries=self.deliveries, queue=self.queue, clock=self.clock)
        self.sweep = SweepDeliveries(
            deliveries=self.deliveries,
            queue=self.queue,
            clock=self.clock,
            overdue_after=PATIENCE,
            budget=timedelta(seconds=10),
        )

    def with_sender(self, sender: Sender) -> Notify:
        return Notify(
            jobs=self.app.jobs,
            deliveries=self.deliveries,
            queue=self.queue,
            sender=sender,
            clock=self.clock,
            retries=Retries(timedelta(seconds=30), timedelta(hours=3), LIFE, HighestJitter()),
            lease=LEASE,
            new_id=lambda: next(self._holders),
            monotonic=lambda: self.clock.now().timestamp(),
        )

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
