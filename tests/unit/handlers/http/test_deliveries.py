from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from reports.delivery.delivery import MOST_REPLAYS, Attempt, Delivery, DeliveryFault, DeliveryStatus
from reports.jobs.request import NotifyOptions, ReportOptions
from tests.builders import App, a_job
from tests.contracts.delivery import LEASE, a_delivery
from tests.fakes.clock import NOON
from tests.fakes.delivery import InMemoryDeliveryStore, InMemoryNotifyQueue
from tests.unit.handlers.calling import Caller, keep, succeeded


@pytest.fixture
def store(app: App) -> InMemoryDeliveryStore:
    return app.deliveries


@pytest.fixture(autouse=True)
def queue(app: App) -> InMemoryNotifyQueue:
    for tenant, job_id in (("demo", "job-1"), ("other", "job-2")):
        job = a_job(job_id, tenant=tenant)
        app.jobs.add(job)
    return app.notify_queue


def given_up(store: InMemoryDeliveryStore) -> Delivery:
    claimed = store.open(a_delivery()).claimed(NOON, LEASE, "w")
    store.advance(claimed)
    attempt = Attempt(NOON + timedelta(seconds=1), 12, 410, DeliveryFault.GONE, "It wants no more.")
    ended = claimed.ended(attempt, DeliveryStatus.GIVEN_UP)
    store.advance(ended)
    return ended


def test_a_report_says_where_its_log_is(call: Caller, store: InMemoryDeliveryStore) -> None:
    given_up(store)

    where = urlsplit(call("GET", "/reports/job-1").json["links"]["deliveries"])

    [shown] = call("GET", where.path.removeprefix("/dev")).json["deliveries"]
    assert shown["status"] == "GIVEN_UP"


def test_the_log_shows_each_delivery_with_its_attempts(call: Caller, store: InMemoryDeliveryStore) -> None:
    given_up(store)

    answer = call("GET", "/reports/job-1/deliveries")

    assert answer.status == 200
    [shown] = answer.json["deliveries"]
    assert shown["links"]["replay"].endswith("/reports/job-1/deliveries/1/replay")
    del shown["links"]
    assert shown == {
        "number": 1,
        "channel": "webhook",
        "address": "https://example.org/hook?a=ü",
        "event": {"id": "event-1", "type": "ReportSucceeded"},
        "status": "GIVEN_UP",
        "created_at": "2026-11-20T12:00:00.000Z",
        "next_attempt_at": None,
        "replays_left": 5,
        "attempts": [
            {
                "at": "2026-11-20T12:00:01.000Z",
                "duration_ms": 12,
                "status_code": 410,
                "fault": "gone",
                "reason": "It wants no more.",
            }
        ],
    }


def test_a_report_without_receivers_has_none(call: Caller) -> None:
    assert call("GET", "/reports/job-1/deliveries").json == {"id": "job-1", "deliveries": [], "planned": []}


def test_a_replay_is_accepted_and_queued(
    call: Caller, store: InMemoryDeliveryStore, queue: InMemoryNotifyQueue
) -> None:
    given_up(store)

    answer = call("POST", "/reports/job-1/deliveries/1/replay")

    assert (answer.status, answer.json["status"]) == (202, "PENDING")
    assert [(notice.job_id, notice.number) for notice in queue.drain()] == [("job-1", 1)]
    assert store.get("job-1", 1).status is DeliveryStatus.PENDING


def test_a_replay_too_many_is_a_conflict(call: Caller, store: InMemoryDeliveryStore) -> None:
    ended = given_up(store)
    store.advance(replace(ended, revision=ended.revision + 1, replays=MOST_REPLAYS))

    answer = call("POST", "/reports/job-1/deliveries/1/replay")

    assert (answer.status, answer.json["code"]) == (409, "replays_used_up")
    assert call("GET", "/reports/job-1/deliveries").json["deliveries"][0]["replays_left"] == 0


def test_what_is_being_sent_is_a_conflict(call: Caller, store: InMemoryDeliveryStore) -> None:
    store.advance(store.open(a_delivery()).claimed(NOON, LEASE, "w"))

    answer = call("POST", "/reports/job-1/deliveries/1/replay")

    assert (answer.status, answer.json["code"]) == (409, "delivery_conflict")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1.0", "٣", "9" * 5000])
def test_a_number_that_is_not_there_is_not_found(call: Caller, store: InMemoryDeliveryStore, number: str) -> None:
    given_up(store)

    answer = call("POST", f"/reports/job-1/deliveries/{number}/replay")

    assert (answer.status, answer.json["code"]) == (404, "delivery_not_found")


@pytest.mark.parametrize("path", ["/reports/job-2/deliveries", "/reports/nope/deliveries"])
def test_another_tenants_report_is_not_there(call: Caller, path: str) -> None:
    assert call("GET", path).json["code"] == "job_not_found"
    assert call("POST", f"{path}/1/replay").json["code"] == "job_not_found"


NOTIFY = NotifyOptions(email="me@example.org", webhook="https://example.org/hook")
PLANNED = [
    {"channel": "email", "address": "me@example.org"},
    {"channel": "webhook", "address": "https://example.org/hook"},
]


def test_before_there_are_deliveries_it_says_who_will_be_told(call: Caller, app: App) -> None:
    for job in (a_job("job-p"), succeeded()):
        keep(app, replace(job, options=ReportOptions(notify=NOTIFY)))

    waiting, made = (call("GET", f"/reports/{job_id}/deliveries").json for job_id in ("job-p", "job-s"))

    assert waiting["planned"] == made["planned"] == PLANNED
    assert waiting["deliveries"] == made["deliveries"] == []


def test_no_notification_follows_a_cancelled_report_and_one_a_report_that_was_made(
    call: Caller, app: App, store: InMemoryDeliveryStore
) -> None:
    for job in (replace(a_job("job-c").cancelled(NOON), revision=2), succeeded()):
        keep(app, replace(job, options=ReportOptions(notify=NOTIFY)))
    store.open(replace(a_delivery(), job_id="job-s"))

    cancelled, told = (call("GET", f"/reports/{job_id}/deliveries").json for job_id in ("job-c", "job-s"))

    assert (cancelled["planned"], cancelled["deliveries"]) == ([], [])
    assert (told["planned"], len(told["deliveries"])) == ([], 1)
