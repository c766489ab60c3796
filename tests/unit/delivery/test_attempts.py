"""Everybody is told once, or often enough, and every delivery ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from reports.access.tenants import Tenant
from reports.delivery.delivery import MOST_ATTEMPTS_KEPT, AttemptResult, Channel, DeliveryFault, DeliveryStatus
from reports.delivery.notify import Sender
from reports.delivery.notify_messages import Deliver, encode
from reports.errors import MalformedMessageError, ReplaysUsedUpError, ServiceUnavailableError
from reports.jobs.published_events import event_of
from tests.unit.delivery.desk import AGAIN, HOOK, LEASE, LIFE, Desk, told


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
    desk.webhooks.results = [AGAIN] * 1000

    told(desk, webhook=HOOK)
    desk.live(hours=30)

    delivery = desk.deliveries.get("job-1", 1)
    waits = [b.at - a.at for a, b in zip(delivery.attempts, delivery.attempts[1:], strict=False)]
    assert delivery.status is DeliveryStatus.FAILED
    assert 14 <= len(desk.webhooks.sent) == len(delivery.attempts) <= 20
    assert LIFE <= delivery.attempts[-1].at - delivery.created_at < LIFE + timedelta(minutes=2)
    assert delivery.attempts[-1].fault is DeliveryFault.REFUSED
    assert waits[:-1] == sorted(waits[:-1])
    assert desk.queue.waiting == []
    assert len({dict(headers)["webhook-id"] for _, _, headers in desk.webhooks.sent}) == 1


def test_messages_about_one_delivery_become_one_again_after_an_outage(desk: Desk) -> None:
    desk.webhooks.results = [AGAIN] * 1000
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    for _ in range(12 * 6):
        desk.clock.advance(minutes=5)
        desk.sweep()
    many = len(desk.queue.waiting)

    desk.live(hours=1)

    assert many > 10
    assert len(desk.queue.waiting) == 1
    desk.live(hours=22)
    assert desk.deliveries.get(job.id, 1).status is DeliveryStatus.FAILED
    assert desk.queue.waiting == []
    assert desk.queue.sent < 150


def test_a_delivery_goes_on_by_any_one_of_its_messages(desk: Desk) -> None:
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    [first] = desk.queue.take()
    for _ in range(3):
        desk.clock.advance(hours=1)
        desk.sweep()
    desk.queue.lose()

    desk.notify(encode(first))

    assert desk.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_a_message_whose_successor_was_lost_is_made_up_for_by_the_sweep(desk: Desk) -> None:
    desk.webhooks.results = [AGAIN]
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    [first] = desk.queue.take()
    desk.notify(encode(first))
    desk.queue.lose()
    desk.clock.advance(minutes=25)

    desk.notify(encode(first))
    assert desk.queue.waiting == []
    assert desk.sweep() == 1
    desk.work_off()

    assert desk.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_a_replay_is_not_held_up_by_messages_from_before(desk: Desk) -> None:
    desk.webhooks.results = [AGAIN] * 3
    told(desk, webhook=HOOK)

    desk.replay("job-1", 1)
    desk.work_off()
    desk.live(hours=2)

    assert desk.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED
    assert len(desk.webhooks.sent) == 4
    assert desk.queue.waiting == []


def test_a_message_of_an_earlier_release_is_understood(desk: Desk) -> None:
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    desk.queue.lose()
    not_before = desk.clock.now().timestamp()

    desk.notify(f'{{"v": 1, "deliver": {{"job_id": "{job.id}", "number": 1, "not_before": {not_before}}}}}')

    assert desk.deliveries.get(job.id, 1).status is DeliveryStatus.DELIVERED


def test_every_message_names_the_tenant_whose_share_of_the_workers_it_takes(desk: Desk) -> None:
    desk.webhooks.results = [AGAIN] * 1000
    tenants: set[str | None] = set()

    told(desk, webhook=HOOK)
    for _ in range(24):
        desk.clock.advance(hours=1)
        desk.sweep()
        tenants |= {notice.tenant for _, notice in desk.queue.waiting}
        desk.work_off()
    desk.replay("job-1", 1)
    tenants |= {notice.tenant for _, notice in desk.queue.waiting}

    assert tenants == {"demo"}


def test_a_receiver_that_asks_for_time_gets_it_within_bounds(desk: Desk) -> None:
    asked = [timedelta(minutes=10), timedelta(days=400)]
    desk.webhooks.results = [replace(AGAIN, retry_after=wait) for wait in asked]

    told(desk, webhook=HOOK)
    desk.live(hours=5)

    delivery = desk.deliveries.get("job-1", 1)
    first, second, third = (attempt.at for attempt in delivery.attempts)
    assert timedelta(minutes=10) <= second - first < timedelta(minutes=13)
    assert timedelta(hours=3) <= third - second < timedelta(hours=3, minutes=2)
    assert delivery.status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize("status", [DeliveryStatus.GIVEN_UP, DeliveryStatus.FAILED])
def test_a_receiver_that_refuses_for_good_is_left_alone(desk: Desk, status: DeliveryStatus) -> None:
    desk.webhooks.results = [AttemptResult(status, 410, DeliveryFault.GONE)]

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
    notify = desk.notifier(
        Sender(content=desk.content, mailer=None, webhooks=desk.webhooks, secrets=desk.secrets, quotas=desk.shop.quotas)
    )
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


def test_the_log_keeps_the_latest_attempts(desk: Desk) -> None:
    told(desk, webhook=HOOK)
    for _ in range(MOST_ATTEMPTS_KEPT + 5):
        desk.deliveries.deliveries["job-1", 1] = replace(desk.deliveries.get("job-1", 1), replays=0)
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


def test_an_event_that_sns_has_wrapped_is_told_as_well(desk: Desk) -> None:
    event = event_of(desk.ended_job(notify={"webhook": HOOK}))
    assert event is not None

    desk.notify(json.dumps({"Type": "Notification", "TopicArn": "arn:…", "Message": event.encode()}))
    desk.work_off()

    assert desk.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED


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
def test_a_message_that_nobody_understands_is_an_error(desk: Desk, body: str) -> None:
    with pytest.raises(MalformedMessageError):
        desk.notify(body)


def test_an_address_that_was_taken_off_the_list_is_not_written_to(desk: Desk) -> None:
    job = desk.ended_job(notify={"email": "a@example.org"})
    desk.shop.tenants.put(Tenant("demo", email_to=("@example.com",)))
    desk.clock.advance(minutes=2)

    desk.tell(job)
    desk.work_off()

    delivery = desk.deliveries.get(job.id, 1)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.ADDRESS_NOT_ALLOWED)
    assert desk.mailer.sent == []
    assert desk.shop.quotas.standing("demo").emails_today == 0


def test_emails_are_counted_once_for_all_their_tries_and_once_for_each_replay(desk: Desk) -> None:
    desk.mailer.results = [AGAIN, AGAIN]
    delivery = told(desk, email="a@example.org")
    desk.live(hours=1)
    assert len(desk.mailer.sent) == 3
    assert desk.shop.quotas.standing("demo").emails_today == 1

    desk.replay(delivery.job_id, 1)
    desk.work_off()

    assert desk.shop.quotas.standing("demo").emails_today == 2


def test_an_email_too_many_fails_visibly_and_can_be_replayed_on_the_next_day(desk: Desk) -> None:
    desk.shop.tenants.put(Tenant("demo", emails_per_day=0))
    delivery = told(desk, email="a@example.org")
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.QUOTA_EXCEEDED)
    assert "0 e-mails a day" in str(delivery.attempts[0].reason)
    assert desk.mailer.sent == []

    desk.shop.tenants.put(Tenant("demo", emails_per_day=1))
    desk.clock.advance(hours=24)
    desk.replay(delivery.job_id, 1)
    desk.work_off()

    assert len(desk.mailer.sent) == 1


@pytest.mark.parametrize("notify", [{"email": "a@example.org"}, {"webhook": HOOK}])
def test_a_delivery_is_replayed_five_times_and_no_more(desk: Desk, notify: dict[str, str]) -> None:
    delivery = told(desk, **notify)

    for left in (4, 3, 2, 1, 0):
        assert desk.replay(delivery.job_id, 1).replays_left == left
        desk.work_off()
    with pytest.raises(ReplaysUsedUpError):
        desk.replay(delivery.job_id, 1)
    desk.live(hours=1)

    assert len(desk.mailer.sent) + len(desk.webhooks.sent) == 6
