"""What was lost is sent anew, deliveries that cannot be sent end, and those that are over can be replayed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus
from reports.errors import DeliveryConflictError, DeliveryNotFoundError, ServiceUnavailableError
from tests.unit.delivery.notifier import AGAIN, HOOK, Notifier, told


def test_a_message_that_was_lost_is_sent_anew_by_the_sweep(notifier: Notifier) -> None:
    notifier.webhooks.results = [AGAIN]
    told(notifier, webhook=HOOK)
    notifier.queue.lose()
    notifier.clock.advance(minutes=15)

    assert notifier.sweep() == 0
    notifier.clock.advance(minutes=10)
    assert notifier.sweep() == 1
    assert notifier.sweep() == 0
    notifier.work_off()

    assert notifier.deliveries.get("job-1", 1).status is DeliveryStatus.DELIVERED
    notifier.clock.advance(hours=1)
    assert notifier.sweep() == 0


def test_a_sweep_goes_on_though_the_queue_refuses_one(notifier: Notifier) -> None:
    told(notifier, webhook=HOOK)
    notifier.deliveries.deliveries["job-1", 1] = replace(
        notifier.deliveries.get("job-1", 1), status=DeliveryStatus.PENDING, due_at=notifier.clock.now()
    )
    notifier.clock.advance(hours=1)
    notifier.queue.refuse = ServiceUnavailableError("SQS is down.")

    assert notifier.sweep() == 0

    notifier.queue.refuse = None
    assert notifier.sweep() == 1
    assert notifier.sweep() == 0


def test_what_could_not_be_tried_in_a_day_fails(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"webhook": HOOK})
    notifier.tell(job)
    notifier.clock.advance(hours=25)

    notifier.work_off()

    delivery = notifier.deliveries.get(job.id, 1)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.OUT_OF_TIME)
    assert notifier.webhooks.sent == []


@pytest.mark.parametrize("result", [None, AttemptResult(DeliveryStatus.GIVEN_UP, 410), AGAIN])
def test_a_replay_sends_once_more_with_the_same_id_and_a_day_of_its_own(
    notifier: Notifier, result: AttemptResult | None
) -> None:
    notifier.webhooks.results = [result] if result else []
    told(notifier, webhook=HOOK)
    notifier.clock.advance(hours=40)

    replayed = notifier.replay("job-1", 1)
    notifier.work_off()

    delivery = notifier.deliveries.get("job-1", 1)
    assert (replayed.status, delivery.status) == (DeliveryStatus.PENDING, DeliveryStatus.DELIVERED)
    assert len(delivery.attempts) == 2
    first, second = (dict(headers)["webhook-id"] for _, _, headers in notifier.webhooks.sent)
    assert first == second


def test_a_replay_that_cannot_be_queued_is_left_to_the_sweep(notifier: Notifier) -> None:
    told(notifier, webhook=HOOK)
    notifier.queue.refuse = ServiceUnavailableError("SQS is down.")

    assert notifier.replay("job-1", 1).status is DeliveryStatus.PENDING

    notifier.queue.refuse = None
    notifier.clock.advance(hours=1)
    assert notifier.sweep() == 1
    notifier.work_off()
    assert len(notifier.webhooks.sent) == 2


def test_what_is_being_sent_cannot_be_replayed(notifier: Notifier) -> None:
    conflicts: list[Exception] = []

    def replay() -> None:
        try:
            notifier.replay("job-1", 1)
        except DeliveryConflictError as error:
            conflicts.append(error)

    notifier.webhooks.meanwhile = replay

    told(notifier, webhook=HOOK)

    assert len(conflicts) == 1


def test_what_is_not_there_cannot_be_replayed(notifier: Notifier) -> None:
    with pytest.raises(DeliveryNotFoundError):
        notifier.replay("job-1", 1)
