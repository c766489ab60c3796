"""Hold every DeliveryStore to the same behaviour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reports.delivery.delivery import Attempt, Channel, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.ports import DeliveryStore
from reports.errors import DeliveryConflictError, DeliveryNotFoundError
from tests.contracts.moments import NOON as SOON
from tests.fakes.clock import NOON

LEASE = timedelta(seconds=120)


def a_delivery(job_id: str = "job-1", **changes: Any) -> Delivery:
    values: dict[str, Any] = {
        "job_id": job_id,
        "number": 0,
        "tenant": "demo",
        "channel": Channel.WEBHOOK,
        "address": "https://example.org/hook?a=ü",
        "event_id": "event-1",
        "event_name": "ReportSucceeded",
        "event": '{"v": 1}',
        "correlation_id": "corr-1",
        "created_at": NOON,
        "opened_at": NOON,
        "due_at": NOON,
    }
    return Delivery(**(values | changes))


def soon(job_id: str, **changes: Any) -> Delivery:
    """Be a delivery that no sweep of a stack has to see to while a contract looks at it."""
    return a_delivery(job_id, **({"created_at": SOON, "opened_at": SOON, "due_at": SOON} | changes))


class DeliveryStoreContract:
    """The behaviour of a DeliveryStore. ``store`` and a fresh ``job_id`` come from fixtures of the subclass."""

    def test_deliveries_are_numbered_from_one_and_come_back_as_they_were(
        self, store: DeliveryStore, job_id: str
    ) -> None:
        wanted = [soon(job_id, event_id=f"event-{n}") for n in range(12)]

        opened = [store.open(delivery) for delivery in wanted]

        assert opened == [replace(delivery, number=n) for n, delivery in enumerate(wanted, 1)]
        assert store.of_job(job_id) == opened
        assert store.get(job_id, 11) == opened[10]

    def test_the_same_event_by_the_same_channel_is_one_delivery(self, store: DeliveryStore, job_id: str) -> None:
        first = store.open(soon(job_id))
        claimed = first.claimed(SOON, LEASE, "w")
        store.advance(claimed)

        again = store.open(soon(job_id, created_at=SOON + LEASE))
        by_email = store.open(soon(job_id, channel=Channel.EMAIL))

        assert again == claimed
        assert (by_email.number, len(store.of_job(job_id))) == (2, 2)

    def test_an_event_told_many_times_at_once_is_one_delivery_by_each_channel(
        self, store: DeliveryStore, job_id: str
    ) -> None:
        wanted = [soon(job_id), soon(job_id, channel=Channel.EMAIL)] * 8

        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(store.open, wanted))

        assert len(set(opened)) == 2
        assert [delivery.number for delivery in store.of_job(job_id)] == [1, 2]

    def test_what_is_not_there_is_not_found(self, store: DeliveryStore, job_id: str) -> None:
        assert store.of_job(job_id) == []
        with pytest.raises(DeliveryNotFoundError):
            store.get(job_id, 1)

    def test_a_whole_life_is_kept(self, store: DeliveryStore, job_id: str) -> None:
        opened = store.open(soon(job_id))
        claimed = opened.claimed(SOON, LEASE, "w-1")
        failed = Attempt(SOON, 15_001, fault=DeliveryFault.TIMED_OUT, reason="There was no answer.")
        waiting = claimed.postponed(failed, SOON + timedelta(hours=1))
        tried = waiting.claimed(SOON + timedelta(hours=1), LEASE, "w-2")
        ended = tried.ended(Attempt(SOON + timedelta(hours=1), 20, 204), DeliveryStatus.DELIVERED)

        for revision in (claimed, waiting, tried, ended):
            store.advance(revision)
            assert store.get(job_id, 1) == revision

    def test_of_two_writes_to_one_revision_the_second_is_refused(self, store: DeliveryStore, job_id: str) -> None:
        opened = store.open(soon(job_id))
        winner = opened.claimed(SOON, LEASE, "winner")
        store.advance(winner)

        with pytest.raises(DeliveryConflictError):
            store.advance(opened.claimed(SOON, LEASE, "loser"))

        assert store.get(job_id, 1) == winner

    def test_one_that_was_never_opened_cannot_advance(self, store: DeliveryStore, job_id: str) -> None:
        with pytest.raises(DeliveryConflictError):
            store.advance(soon(job_id, number=1).claimed(SOON, LEASE, "w"))

        assert store.of_job(job_id) == []

    def test_it_is_due_until_it_is_over(self, store: DeliveryStore, job_id: str) -> None:
        opened = store.open(soon(job_id, due_at=SOON - timedelta(hours=2)))
        before = SOON - timedelta(hours=1)

        assert (job_id, 1) in store.due(before)
        assert (job_id, 1) not in store.due(SOON - timedelta(hours=2))
        claimed = opened.claimed(SOON - timedelta(hours=2), LEASE, "w")
        store.advance(claimed)
        assert (job_id, 1) in store.due(before)
        store.advance(claimed.ended(Attempt(SOON, 1, 200), DeliveryStatus.DELIVERED))

        assert (job_id, 1) not in store.due(before)
