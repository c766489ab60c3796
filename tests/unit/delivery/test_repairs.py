"""What was lost is sent anew, what nobody can send ends, and what is over can be replayed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus
from reports.errors import DeliveryConflictError, DeliveryNotFoundError, ServiceUnavailableError
from tests.unit.delivery.desk import AGAIN, HOOK, Desk, told


def test_a_message_that_was_lost_is_sent_anew_by_the_sweep(desk: Desk) -> None:
    desk.webhooks.results = [AGAIN]
    told(desk, webhook=HOOK)
    desk.queue.lose()
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
    assert desk.sweep() == 1
    assert desk.sweep() == 0


def test_what_nobody_could_try_in_a_day_fails(desk: Desk) -> None:
    job = desk.ended_job(notify={"webhook": HOOK})
    desk.tell(job)
    desk.clock.advance(hours=25)

    desk.work_off()

    delivery = desk.deliveries.get(job.id, 1)
    assert (delivery.status, delivery.attempts[0].fault) == (DeliveryStatus.FAILED, DeliveryFault.OUT_OF_TIME)
    assert desk.webhooks.sent == []


@pytest.mark.parametrize("result", [None, AttemptResult(DeliveryStatus.GIVEN_UP, 410), AGAIN])
def test_a_replay_sends_once_more_with_the_same_id_and_a_day_of_its_own(
    desk: Desk, result: AttemptResult | None
) -> None:
    desk.webhooks.results = [result] if result else []
    told(desk, webhook=HOOK)
    desk.clock.advance(hours=40)

    replayed = desk.replay("job-1", 1)
    desk.work_off()

    delivery = desk.deliveries.get("job-1", 1)
    assert (replayed.status, delivery.status) == (DeliveryStatus.PENDING, DeliveryStatus.DELIVERED)
    assert len(delivery.attempts) == 2
    first, second = (dict(headers)["webhook-id"] for _, _, headers in desk.webhooks.sent)
    assert first == second


def test_a_replay_that_cannot_be_queued_is_left_to_the_sweep(desk: Desk) -> None:
    told(desk, webhook=HOOK)
    desk.queue.refuse = ServiceUnavailableError("SQS is down.")

    assert desk.replay("job-1", 1).status is DeliveryStatus.PENDING

    desk.queue.refuse = None
    desk.clock.advance(hours=1)
    assert desk.sweep() == 1
    desk.work_off()
    assert len(desk.webhooks.sent) == 2


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
