"""See that whoever asked to be told is told once, or often enough, and that every delivery ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from standardwebhooks.webhooks import Webhook

from reports.deliveries import MOST_ATTEMPTS_KEPT, Channel, Delivery, DeliveryFault, DeliveryStatus, Verdict
from reports.delivering import Notify, Post, Replay, Retries, SweepDeliveries
from reports.errors import (
    DeliveryConflictError,
    DeliveryNotFoundError,
    MalformedMessageError,
    ServiceUnavailableError,
    TemplateBrokenError,
)
from reports.events import event_of
from reports.model import Job
from reports.notices import Deliver, encode
from reports.request import ReportOptions, ReportRequest
from reports.standard_webhooks import new_secret
from reports.telling import Storyteller
from tests.builders import HighestJitter, Shop
from tests.delivery_fakes import (
    FixedSecrets,
    InMemoryDeliveryStore,
    InMemoryNotifyQueue,
    PlainLetters,
    RecordingMailer,
    RecordingWebhooks,
)

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "events"
LEASE = timedelta(seconds=120)
LIFE = timedelta(hours=24)
PATIENCE = timedelta(minutes=20)
HOOK = "https://example.org/hook"
AGAIN = Verdict(DeliveryStatus.PENDING, 500, DeliveryFault.REFUSED)


class Desk:
    """Hold all that tells of reports, in memory."""

    def __init__(self, folder: Path, *, attachment_bytes: int = 0) -> None:
        self.shop = Shop(folder)
        self.clock = self.shop.clock
        self.deliveries = InMemoryDeliveryStore()
        self.queue = InMemoryNotifyQueue(self.clock)
        self.mailer = RecordingMailer()
        self.webhooks = RecordingWebhooks()
        self.secrets = FixedSecrets(new_secret())
        self.letters = PlainLetters()
        self._holders = iter(f"notifier-{n}" for n in range(1, 100_000))
        self.story = Storyteller(
            jobs=self.shop.jobs,
            artifacts=self.shop.artifacts,
            letters=self.letters,
            api_url="https://api.test",
            link_seconds=3600,
            attachment_bytes=attachment_bytes,
        )
        self.post = Post(story=self.story, mailer=self.mailer, webhooks=self.webhooks, secrets=self.secrets)
        self.notify = self.notifier(self.post)
        self.replay = Replay(deliveries=self.deliveries, queue=self.queue, clock=self.clock)
        self.sweep = SweepDeliveries(
            deliveries=self.deliveries,
            queue=self.queue,
            clock=self.clock,
            patience=PATIENCE,
            budget=timedelta(seconds=10),
        )

    def notifier(self, post: Post) -> Notify:
        return Notify(
            jobs=self.shop.jobs,
            deliveries=self.deliveries,
            queue=self.queue,
            post=post,
            clock=self.clock,
            retries=Retries(timedelta(seconds=30), timedelta(hours=3), LIFE, HighestJitter()),
            lease=LEASE,
            new_id=lambda: next(self._holders),
            monotonic=lambda: self.clock.now().timestamp(),
        )

    def ended_job(self, **options: Any) -> Job:
        request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions.model_validate(options))
        job = self.shop.submit(request, tenant="demo", correlation_id="corr-7")
        self.shop.worker.process(self.shop.queue.sent[-1])
        return self.shop.jobs.get(job.id)

    def tell(self, job: Job) -> None:
        event = event_of(job)
        assert event is not None
        self.notify(event.encode())

    def work_off(self) -> None:
        """Work until no message is visible."""
        while ready := self.queue.take():
            for notice in ready:
                self.notify(encode(notice))

    def live(self, *, hours: float) -> None:
        """Let time pass, minute by minute."""
        for _ in range(round(hours * 60)):
            self.clock.advance(minutes=1)
            self.work_off()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def told(desk: Desk, **notify: str) -> Delivery:
    job = desk.ended_job(notify=notify)
    desk.tell(job)
    desk.work_off()
    return desk.deliveries.get(job.id, 1)


def test_a_webhook_is_sent_signed_with_the_event_and_a_link(desk: Desk) -> None:
    delivery = told(desk, webhook=HOOK)

    [(url, body, headers)] = desk.webhooks.sent
    assert url == HOOK
    content = json.loads(body)
    assert content["type"] == "ReportSucceeded"
    assert content["data"]["id"] == delivery.job_id
    assert content["data"]["download"]["url"].startswith("https://objects.test/reports/demo/")
    assert content["data"]["download"]["expires_at"] == "2026-11-20T13:00:00Z"
    assert content["data"]["links"]["self"] == f"https://api.test/reports/{delivery.job_id}"
    assert headers["webhook-id"] == f"msg_{delivery.event_id}_1"
    assert delivery.status is DeliveryStatus.DELIVERED
    assert [(attempt.status_code, attempt.fault) for attempt in delivery.attempts] == [(204, None)]


def test_a_receiver_can_verify_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told(desk, webhook=HOOK)
    [(_, body, headers)] = desk.webhooks.sent
    webhook = Webhook(desk.secrets.secrets[0])
    # The clock of these tests stands still, and the library minds the time.
    monkeypatch.setattr(webhook, "_Webhook__verify_timestamp", lambda value: desk.clock.now())

    assert webhook.verify(body, dict(headers)) == json.loads(body)


@pytest.mark.parametrize("fault", [None, TemplateBrokenError("The template is broken.")])
def test_the_body_of_a_webhook_is_as_its_schema_says(desk: Desk, fault: Exception | None) -> None:
    desk.shop.renderer.faults = [fault] if fault else []
    told(desk, webhook=HOOK)

    body = json.loads(desk.webhooks.sent[0][1])

    schema = json.loads((SCHEMAS / "webhook.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert body["data"]["status"] == ("FAILED" if fault else "SUCCEEDED")


def test_an_email_is_written_in_the_reports_own_terms(desk: Desk) -> None:
    job = desk.ended_job(notify={"email": "a@example.org"}, locale="de-CH", title="Größe")

    desk.tell(job)
    desk.work_off()

    [letter] = desk.letters.letters
    assert (letter.locale, letter.title, letter.is_attached) == ("de-CH", "Größe", False)
    assert letter.download is not None
    [email] = desk.mailer.sent
    assert (email.to, email.attachments) == ("a@example.org", ())


@pytest.mark.parametrize(("limit", "count"), [(12, 0), (13, 1)])
def test_a_small_pdf_is_attached(tmp_path: Path, limit: int, count: int) -> None:
    desk = Desk(tmp_path, attachment_bytes=limit)

    told(desk, email="a@example.org")

    assert [file.body for file in desk.mailer.sent[0].attachments] == [b"%PDF-1.7 fake"] * count
    assert desk.letters.letters[0].is_attached is bool(count)


def test_a_failure_is_told_with_its_reason_and_without_a_link(desk: Desk) -> None:
    desk.shop.renderer.faults = [TemplateBrokenError("The template is broken.")]
    told(desk, email="a@example.org", webhook=HOOK)

    [letter] = desk.letters.letters
    content = json.loads(desk.webhooks.sent[0][1])
    assert (letter.event_name, letter.download) == ("ReportFailed", None)
    assert letter.report["error"]["code"] == content["data"]["error"]["code"] == "template_broken"
    assert "download" not in content["data"]


def test_nobody_is_told_who_did_not_ask(desk: Desk) -> None:
    desk.tell(desk.ended_job())

    assert desk.deliveries.deliveries == {}
    assert desk.queue.sent == 0


def test_an_event_told_twice_is_one_delivery_by_each_channel(desk: Desk) -> None:
    job = desk.ended_job(notify={"email": "a@example.org", "webhook": HOOK})

    for _ in range(3):
        desk.tell(job)
    desk.work_off()
    desk.tell(job)
    desk.work_off()

    assert (len(desk.mailer.sent), len(desk.webhooks.sent)) == (1, 1)
    assert [delivery.channel for delivery in desk.deliveries.of_job(job.id)] == [Channel.EMAIL, Channel.WEBHOOK]


def test_a_message_that_comes_twice_while_it_is_sent_is_not_sent_twice(desk: Desk) -> None:
    def deliver_again() -> None:
        desk.webhooks.meanwhile = lambda: None
        desk.notify(encode(Deliver("job-1", 1, desk.clock.now())))

    desk.webhooks.meanwhile = deliver_again

    told(desk, webhook=HOOK)
    desk.live(hours=1)

    assert len(desk.webhooks.sent) == 1
    assert desk.queue.waiting == []


def test_of_two_workers_that_begin_at_once_one_sends(desk: Desk) -> None:
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)

    def other_worker() -> None:
        desk.deliveries.before_advance = lambda: None
        desk.notify(encode(Deliver(job.id, 1, desk.clock.now())))

    desk.deliveries.before_advance = other_worker
    desk.work_off()
    desk.live(hours=1)

    assert len(desk.webhooks.sent) == 1
    assert desk.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_what_fails_is_tried_again_after_waits_that_double_for_a_day(desk: Desk) -> None:
    desk.webhooks.verdicts = [AGAIN] * 1000

    told(desk, webhook=HOOK)
    desk.live(hours=30)

    delivery = desk.deliveries.get("job-1", 1)
    waits = [b.at - a.at for a, b in zip(delivery.attempts, delivery.attempts[1:], strict=False)]
    assert delivery.status is DeliveryStatus.FAILED
    assert 14 <= len(desk.webhooks.sent) == len(delivery.attempts) <= 20
    assert delivery.attempts[-1].at - delivery.created_at <= LIFE
    assert delivery.attempts[-1].at - delivery.created_at > timedelta(hours=20)
    assert waits == sorted(waits)
    assert desk.queue.waiting == []
    assert len({dict(headers)["webhook-id"] for _, _, headers in desk.webhooks.sent}) == 1


def test_a_receiver_that_asks_for_time_gets_it_within_bounds(desk: Desk) -> None:
    asked = [timedelta(minutes=10), timedelta(days=400)]
    desk.webhooks.verdicts = [replace(AGAIN, retry_after=wait) for wait in asked]

    told(desk, webhook=HOOK)
    desk.live(hours=5)

    delivery = desk.deliveries.get("job-1", 1)
    first, second, third = (attempt.at for attempt in delivery.attempts)
    assert timedelta(minutes=10) <= second - first < timedelta(minutes=13)
    assert timedelta(hours=3) <= third - second < timedelta(hours=3, minutes=2)
    assert delivery.status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize("status", [DeliveryStatus.GIVEN_UP, DeliveryStatus.FAILED])
def test_a_receiver_that_refuses_for_good_is_left_alone(desk: Desk, status: DeliveryStatus) -> None:
    desk.webhooks.verdicts = [Verdict(status, 410, DeliveryFault.GONE)]

    delivery = told(desk, webhook=HOOK)
    desk.live(hours=5)

    assert (delivery.status, len(desk.webhooks.sent)) == (status, 1)


def test_nothing_goes_out_unsigned_and_a_secret_that_comes_later_is_in_time(desk: Desk) -> None:
    secrets = desk.secrets.secrets
    desk.secrets.secrets = ()

    waiting = told(desk, webhook=HOOK)
    desk.secrets.secrets = ("no secret",)
    desk.live(hours=1)
    assert desk.webhooks.sent == []
    desk.secrets.secrets = secrets
    desk.live(hours=3)

    assert waiting.attempts[0].fault is DeliveryFault.NO_SECRET
    assert desk.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED


def test_without_a_sender_an_email_fails_with_the_reason_and_the_job_is_as_it_was(desk: Desk) -> None:
    notify = desk.notifier(Post(story=desk.story, mailer=None, webhooks=desk.webhooks, secrets=desk.secrets))
    job = desk.ended_job(notify={"email": "a@example.org"})
    desk.tell(job)
    for notice in desk.queue.take():
        notify(encode(notice))

    delivery = desk.deliveries.get(job.id, 1)
    assert delivery.status is DeliveryStatus.FAILED
    assert delivery.attempts[0].fault is DeliveryFault.EMAIL_NOT_CONFIGURED
    assert "emailSender" in str(delivery.attempts[0].reason)
    assert desk.shop.jobs.get(job.id) == job


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ServiceUnavailableError("S3 is down."), DeliveryFault.SERVICE_UNAVAILABLE),
        (ZeroDivisionError(), DeliveryFault.INTERNAL_ERROR),
    ],
)
def test_a_fault_of_ours_is_a_reason_to_try_again(desk: Desk, error: Exception, fault: DeliveryFault) -> None:
    def fail() -> None:
        desk.webhooks.meanwhile = lambda: None
        raise error

    desk.webhooks.meanwhile = fail

    delivery = told(desk, webhook=HOOK)
    desk.live(hours=1)

    assert delivery.attempts[0].fault is fault
    assert desk.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED


def test_a_worker_that_died_while_it_sent_is_followed_by_another_with_the_same_id(desk: Desk) -> None:
    class KilledError(BaseException):
        pass

    def die() -> None:
        desk.webhooks.meanwhile = lambda: None
        raise KilledError

    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    desk.webhooks.meanwhile = die
    [notice] = desk.queue.take()
    with pytest.raises(KilledError):
        desk.notify(encode(notice))

    desk.notify(encode(notice))
    desk.live(hours=1)

    assert desk.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED
    first, second = (dict(headers) for _, _, headers in desk.webhooks.sent)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


def test_a_worker_that_lost_its_lease_leaves_the_delivery_to_the_other(desk: Desk) -> None:
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)

    def sleep_too_long() -> None:
        desk.webhooks.meanwhile = lambda: None
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        desk.notify(encode(Deliver(job.id, 1, desk.clock.now())))

    desk.webhooks.meanwhile = sleep_too_long
    desk.work_off()

    delivery = desk.deliveries.get(job.id, 1)
    assert (delivery.status, len(delivery.attempts)) == (DeliveryStatus.DELIVERED, 1)


def test_a_message_that_was_lost_is_sent_anew_by_the_sweep(desk: Desk) -> None:
    desk.webhooks.verdicts = [AGAIN]
    told(desk, webhook=HOOK)
    desk.queue.waiting.clear()
    desk.clock.advance(minutes=15)

    assert desk.sweep() == 0
    desk.clock.advance(minutes=10)
    assert desk.sweep() == 1
    assert desk.sweep() == 0
    desk.work_off()

    assert desk.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED
    desk.clock.advance(hours=1)
    assert desk.sweep() == 0


def test_a_sweep_goes_on_though_the_queue_refuses_one(desk: Desk) -> None:
    told(desk, webhook=HOOK)
    desk.deliveries.deliveries["job-1", 1] = replace(
        desk.deliveries.get("job-1", 1), status=DeliveryStatus.PENDING, due_at=desk.clock.now()
    )
    desk.clock.advance(hours=1)
    desk.queue.refuse = ServiceUnavailableError("SQS is down.")

    assert desk.sweep() == 0

    desk.queue.refuse = None
    desk.clock.advance(hours=1)
    assert desk.sweep() == 1


def test_what_nobody_could_try_in_a_day_fails(desk: Desk) -> None:
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    desk.clock.advance(hours=25)

    desk.work_off()

    delivery = desk.deliveries.get(job.id, 1)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.OUT_OF_TIME)
    assert desk.webhooks.sent == []


@pytest.mark.parametrize("verdict", [None, Verdict(DeliveryStatus.GIVEN_UP, 410), AGAIN])
def test_a_replay_sends_once_more_with_the_same_id_and_a_day_of_its_own(desk: Desk, verdict: Verdict | None) -> None:
    desk.webhooks.verdicts = [verdict] if verdict else []
    told(desk, webhook=HOOK)
    desk.clock.advance(hours=40)

    replayed = desk.replay("job-1", 1)
    desk.work_off()

    delivery = desk.deliveries.get("job-1", 1)
    assert (replayed.status, delivery.status) == (DeliveryStatus.PENDING, DeliveryStatus.DELIVERED)
    assert len(delivery.attempts) == 2
    first, second = (dict(headers)["webhook-id"] for _, _, headers in desk.webhooks.sent)
    assert first == second


def test_what_is_being_sent_cannot_be_replayed(desk: Desk) -> None:
    conflicts: list[Exception] = []

    def replay() -> None:
        try:
            desk.replay("job-1", 1)
        except DeliveryConflictError as error:
            conflicts.append(error)

    desk.webhooks.meanwhile = replay

    told(desk, webhook=HOOK)

    assert len(conflicts) == 1


def test_what_is_not_there_cannot_be_replayed(desk: Desk) -> None:
    with pytest.raises(DeliveryNotFoundError):
        desk.replay("job-1", 1)


def test_the_log_keeps_the_latest_attempts(desk: Desk) -> None:
    told(desk, webhook=HOOK)
    for _ in range(MOST_ATTEMPTS_KEPT + 5):
        desk.replay("job-1", 1)
        desk.work_off()

    assert len(desk.deliveries.get("job-1", 1).attempts) == MOST_ATTEMPTS_KEPT


def test_a_message_of_no_known_job_or_delivery_is_dropped(desk: Desk) -> None:
    event = event_of(desk.ended_job(notify={"webhook": HOOK}))
    assert event is not None
    desk.shop.jobs.jobs.clear()

    desk.notify(event.encode())
    desk.notify(encode(Deliver("job-1", 1, desk.clock.now())))

    assert desk.queue.sent == 0


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"v": 2, "deliver": {}}',
        '{"v": 1}',
        '{"v": 1, "deliver": {"job_id": "a", "number": "1", "not_before": 0}}',
        '{"v": 1, "deliver": {"job_id": "a", "number": 1, "not_before": 1e300}}',
        '{"v": 1, "id": 7, "type": "x", "report": {"id": "a"}}',
        '{"v": 1, "id": "a", "type": "x", "report": []}',
    ],
)
def test_a_message_that_nobody_understands_is_an_error(desk: Desk, body: str) -> None:
    with pytest.raises(MalformedMessageError):
        desk.notify(body)
