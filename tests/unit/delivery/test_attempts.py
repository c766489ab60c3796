"""Every receiver is notified once, or often enough, and every delivery ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from reports.access.tenants import Tenant
from reports.delivery.bucket_delivery import BucketDelivery
from reports.delivery.delivery import MOST_ATTEMPTS_KEPT, AttemptResult, Channel, DeliveryFault, DeliveryStatus
from reports.delivery.notify_messages import Deliver, encode
from reports.delivery.send import Sender
from reports.errors import MalformedMessageError, ReplaysUsedUpError, ServiceUnavailableError
from reports.jobs.published_events import event_of
from tests.unit.delivery.notifier import AGAIN, HOOK, LEASE, LIFE, Notifier, told


def test_an_event_told_twice_is_one_delivery_by_each_channel(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"email": "a@example.org", "webhook": HOOK})

    for _ in range(3):
        notifier.tell(job)
    notifier.work_off()
    notifier.tell(job)
    notifier.work_off()

    assert (len(notifier.mailer.sent), len(notifier.webhooks.sent)) == (1, 1)
    assert [delivery.channel for delivery in notifier.deliveries.of_job(job.id)] == [Channel.EMAIL, Channel.WEBHOOK]


def test_a_message_that_comes_twice_while_it_is_sent_is_not_sent_twice(notifier: Notifier) -> None:
    def deliver_again() -> None:
        notifier.webhooks.meanwhile = lambda: None
        notifier.notify(encode(Deliver("job-1", 1, notifier.clock.now())))

    notifier.webhooks.meanwhile = deliver_again

    told(notifier, webhook=HOOK)
    notifier.live(hours=1)

    assert len(notifier.webhooks.sent) == 1
    assert notifier.queue.waiting == []


def test_of_two_workers_that_begin_at_once_one_sends(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)

    def other_worker() -> None:
        notifier.deliveries.before_advance = lambda: None
        notifier.notify(encode(Deliver(job.id, 1, notifier.clock.now())))

    notifier.deliveries.before_advance = other_worker
    notifier.work_off()
    notifier.live(hours=1)

    assert len(notifier.webhooks.sent) == 1
    assert notifier.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_what_fails_is_tried_again_after_waits_that_double_for_a_day(notifier: Notifier) -> None:
    notifier.webhooks.results = [AGAIN] * 1000

    told(notifier, webhook=HOOK)
    notifier.live(hours=30)

    delivery = notifier.deliveries.get("job-1", 1)
    waits = [b.at - a.at for a, b in zip(delivery.attempts, delivery.attempts[1:], strict=False)]
    assert delivery.status is DeliveryStatus.FAILED
    assert 14 <= len(notifier.webhooks.sent) == len(delivery.attempts) <= 20
    assert LIFE <= delivery.attempts[-1].at - delivery.created_at < LIFE + timedelta(minutes=2)
    assert delivery.attempts[-1].fault is DeliveryFault.REFUSED
    assert waits[:-1] == sorted(waits[:-1])
    assert notifier.queue.waiting == []
    assert len({dict(headers)["webhook-id"] for _, _, headers in notifier.webhooks.sent}) == 1


def test_messages_about_one_delivery_become_one_again_after_an_outage(notifier: Notifier) -> None:
    notifier.webhooks.results = [AGAIN] * 1000
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)
    for _ in range(12 * 6):
        notifier.clock.advance(minutes=5)
        notifier.sweep()
    many = len(notifier.queue.waiting)

    notifier.live(hours=1)

    assert many > 10
    assert len(notifier.queue.waiting) == 1
    notifier.live(hours=22)
    assert notifier.deliveries.get(job.id, 1).status is DeliveryStatus.FAILED
    assert notifier.queue.waiting == []
    assert notifier.queue.sent < 150


def test_a_delivery_goes_on_by_any_one_of_its_messages(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)
    [first] = notifier.queue.drain()
    for _ in range(3):
        notifier.clock.advance(hours=1)
        notifier.sweep()
    notifier.queue.lose()

    notifier.notify(encode(first))

    assert notifier.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_a_message_whose_successor_was_lost_is_made_up_for_by_the_sweep(notifier: Notifier) -> None:
    notifier.webhooks.results = [AGAIN]
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)
    [first] = notifier.queue.drain()
    notifier.notify(encode(first))
    notifier.queue.lose()
    notifier.clock.advance(minutes=25)

    notifier.notify(encode(first))
    assert notifier.queue.waiting == []
    assert notifier.sweep() == 1
    notifier.work_off()

    assert notifier.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_a_replay_is_not_held_up_by_messages_from_before(notifier: Notifier) -> None:
    notifier.webhooks.results = [AGAIN] * 3
    told(notifier, webhook=HOOK)

    notifier.replay("job-1", 1)
    notifier.work_off()
    notifier.live(hours=2)

    assert notifier.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED
    assert len(notifier.webhooks.sent) == 4
    assert notifier.queue.waiting == []


def test_a_message_of_an_earlier_release_is_understood(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)
    notifier.queue.lose()
    not_before = notifier.clock.now().timestamp()

    notifier.notify(f'{{"v": 1, "deliver": {{"job_id": "{job.id}", "number": 1, "not_before": {not_before}}}}}')

    assert notifier.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_every_message_names_the_tenant_whose_share_of_the_workers_it_takes(notifier: Notifier) -> None:
    notifier.webhooks.results = [AGAIN] * 1000
    tenants: set[str | None] = set()

    told(notifier, webhook=HOOK)
    for _ in range(24):
        notifier.clock.advance(hours=1)
        notifier.sweep()
        tenants |= {notice.tenant for _, notice in notifier.queue.waiting}
        notifier.work_off()
    notifier.replay("job-1", 1)
    tenants |= {notice.tenant for _, notice in notifier.queue.waiting}

    assert tenants == {"demo"}


def test_a_receiver_that_asks_for_time_gets_it_within_bounds(notifier: Notifier) -> None:
    asked = [timedelta(minutes=10), timedelta(days=400)]
    notifier.webhooks.results = [replace(AGAIN, retry_after=wait) for wait in asked]

    told(notifier, webhook=HOOK)
    notifier.live(hours=5)

    delivery = notifier.deliveries.get("job-1", 1)
    first, second, third = (attempt.at for attempt in delivery.attempts)
    assert timedelta(minutes=10) <= second - first < timedelta(minutes=13)
    assert timedelta(hours=3) <= third - second < timedelta(hours=3, minutes=2)
    assert delivery.status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize("status", [DeliveryStatus.GIVEN_UP, DeliveryStatus.FAILED])
def test_a_receiver_that_refuses_for_good_is_left_alone(notifier: Notifier, status: DeliveryStatus) -> None:
    notifier.webhooks.results = [AttemptResult(status, 410, DeliveryFault.GONE)]

    delivery = told(notifier, webhook=HOOK)
    notifier.live(hours=5)

    assert (delivery.status, len(notifier.webhooks.sent)) == (status, 1)


def test_nothing_goes_out_unsigned_and_a_secret_that_comes_later_is_in_time(notifier: Notifier) -> None:
    secrets = notifier.secrets.secrets
    notifier.secrets.secrets = ()

    waiting = told(notifier, webhook=HOOK)
    notifier.secrets.secrets = ("no secret",)
    notifier.live(hours=1)
    assert notifier.webhooks.sent == []
    notifier.secrets.secrets = secrets
    notifier.live(hours=3)

    assert waiting.attempts[0].fault is DeliveryFault.NO_SECRET
    assert notifier.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED


def test_without_a_sender_an_email_fails_with_the_reason_and_the_job_is_as_it_was(notifier: Notifier) -> None:
    notify = notifier.app.notify_by(
        Sender(
            content=notifier.content,
            mailer=None,
            webhooks=notifier.webhooks,
            secrets=notifier.secrets,
            buckets=BucketDelivery(jobs=notifier.app.jobs, tenants=notifier.app.tenants, buckets=notifier.app.buckets),
            quotas=notifier.app.quotas,
        )
    )
    job = notifier.ended_job(notify={"email": "a@example.org"})
    notifier.tell(job)
    for notice in notifier.queue.drain():
        notify(encode(notice))

    delivery = notifier.deliveries.get(job.id, 1)
    assert delivery.status is DeliveryStatus.FAILED
    assert delivery.attempts[0].fault is DeliveryFault.EMAIL_NOT_CONFIGURED
    assert "emailSender" in str(delivery.attempts[0].reason)
    assert notifier.app.jobs.get(job.id) == job


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ServiceUnavailableError("S3 is down."), DeliveryFault.SERVICE_UNAVAILABLE),
        (ZeroDivisionError(), DeliveryFault.INTERNAL_ERROR),
    ],
)
def test_a_fault_of_ours_is_a_reason_to_try_again(notifier: Notifier, error: Exception, fault: DeliveryFault) -> None:
    def fail() -> None:
        notifier.webhooks.meanwhile = lambda: None
        raise error

    notifier.webhooks.meanwhile = fail

    delivery = told(notifier, webhook=HOOK)
    notifier.live(hours=1)

    assert delivery.attempts[0].fault is fault
    assert notifier.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED


def test_a_worker_that_died_while_it_sent_is_followed_by_another_with_the_same_id(notifier: Notifier) -> None:
    class KilledError(BaseException):
        pass

    def die() -> None:
        notifier.webhooks.meanwhile = lambda: None
        raise KilledError

    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)
    notifier.webhooks.meanwhile = die
    [notice] = notifier.queue.drain()
    with pytest.raises(KilledError):
        notifier.notify(encode(notice))

    notifier.notify(encode(notice))
    notifier.live(hours=1)

    assert notifier.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED
    first, second = (dict(headers) for _, _, headers in notifier.webhooks.sent)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


def test_a_worker_that_lost_its_lease_leaves_the_delivery_to_the_other(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)

    def sleep_too_long() -> None:
        notifier.webhooks.meanwhile = lambda: None
        notifier.clock.advance(seconds=LEASE.total_seconds() + 1)
        notifier.notify(encode(Deliver(job.id, 1, notifier.clock.now())))

    notifier.webhooks.meanwhile = sleep_too_long
    notifier.work_off()

    delivery = notifier.deliveries.get(job.id, 1)
    assert (delivery.status, len(delivery.attempts)) == (DeliveryStatus.DELIVERED, 1)


def test_the_log_keeps_the_latest_attempts(notifier: Notifier) -> None:
    told(notifier, webhook=HOOK)
    for _ in range(MOST_ATTEMPTS_KEPT + 5):
        notifier.deliveries.deliveries["job-1", 1] = replace(notifier.deliveries.get("job-1", 1), replays=0)
        notifier.replay("job-1", 1)
        notifier.work_off()

    assert len(notifier.deliveries.get("job-1", 1).attempts) == MOST_ATTEMPTS_KEPT


def test_a_message_of_no_known_job_or_delivery_is_dropped(notifier: Notifier) -> None:
    event = event_of(notifier.ended_job(notify={"webhook": HOOK}))
    assert event is not None
    notifier.app.jobs.jobs.clear()

    notifier.notify(event.encode())
    notifier.notify(encode(Deliver("job-1", 1, notifier.clock.now())))

    assert notifier.queue.sent == 0


def test_an_event_that_sns_has_wrapped_is_told_as_well(notifier: Notifier) -> None:
    event = event_of(notifier.ended_job(notify={"webhook": HOOK}))
    assert event is not None

    notifier.notify(json.dumps({"Type": "Notification", "TopicArn": "arn:…", "Message": event.encode()}))
    notifier.work_off()

    assert notifier.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"Type": "Notification", "Message": "hello"}',
        "{}",
        '{"v": 2, "deliver": {}}',
        '{"v": 1}',
        '{"v": 1, "deliver": {"job_id": "a", "number": "1", "not_before": 0}}',
        '{"v": 1, "deliver": {"job_id": "a", "number": 1, "not_before": 1e300}}',
        '{"v": 1, "deliver": {"job_id": "a", "number": 1, "not_before": 0, "turn": "1"}}',
        '{"v": 1, "deliver": {"job_id": "a", "number": 1, "not_before": 0, "tenant": 7}}',
        '{"v": 1, "id": 7, "type": "x", "report": {"id": "a"}}',
        '{"v": 1, "id": "a", "type": "x", "report": []}',
    ],
)
def test_a_message_that_is_not_understood_is_an_error(notifier: Notifier, body: str) -> None:
    with pytest.raises(MalformedMessageError):
        notifier.notify(body)


def test_an_address_that_was_taken_off_the_list_is_not_written_to(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"email": "a@example.org"})
    notifier.app.tenants.put(Tenant("demo", email_to=("@example.com",)))
    notifier.clock.advance(minutes=2)

    notifier.tell(job)
    notifier.work_off()

    delivery = notifier.deliveries.get(job.id, 1)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.ADDRESS_NOT_ALLOWED)
    assert notifier.mailer.sent == []
    assert notifier.app.quotas.standing("demo").emails_today == 0


def test_emails_are_counted_once_for_all_their_tries_and_once_for_each_replay(notifier: Notifier) -> None:
    notifier.mailer.results = [AGAIN, AGAIN]
    delivery = told(notifier, email="a@example.org")
    notifier.live(hours=1)
    assert len(notifier.mailer.sent) == 3
    assert notifier.app.quotas.standing("demo").emails_today == 1

    notifier.replay(delivery.job_id, 1)
    notifier.work_off()

    assert notifier.app.quotas.standing("demo").emails_today == 2


def test_an_email_too_many_fails_visibly_and_can_be_replayed_on_the_next_day(notifier: Notifier) -> None:
    notifier.app.tenants.put(Tenant("demo", emails_per_day=0))
    delivery = told(notifier, email="a@example.org")
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.QUOTA_EXCEEDED)
    assert "0 e-mails a day" in str(delivery.attempts[0].reason)
    assert notifier.mailer.sent == []

    notifier.app.tenants.put(Tenant("demo", emails_per_day=1))
    notifier.clock.advance(hours=24)
    notifier.replay(delivery.job_id, 1)
    notifier.work_off()

    assert len(notifier.mailer.sent) == 1


@pytest.mark.parametrize("notify", [{"email": "a@example.org"}, {"webhook": HOOK}])
def test_a_delivery_is_replayed_five_times_and_no_more(notifier: Notifier, notify: dict[str, str]) -> None:
    delivery = told(notifier, **notify)

    for left in (4, 3, 2, 1, 0):
        assert notifier.replay(delivery.job_id, 1).replays_left == left
        notifier.work_off()
    with pytest.raises(ReplaysUsedUpError):
        notifier.replay(delivery.job_id, 1)
    notifier.live(hours=1)

    assert len(notifier.mailer.sent) + len(notifier.webhooks.sent) == 6
