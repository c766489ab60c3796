"""Show who was told of a report, and tell them once more."""

from __future__ import annotations

from http import HTTPStatus

from handlers.http import representation
from handlers.http.answers import DeliveryAttempt, DeliveryList, PlannedDelivery, ShownDelivery
from handlers.http.openapi_notes import About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer
from handlers.http.routing import POLL, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.delivery.bucket_delivery import address_of
from reports.delivery.delivery import Attempt, Channel, Delivery
from reports.errors import DeliveryConflictError, DeliveryNotFoundError
from reports.jobs.job import Job
from reports.jobs.values import JobStatus

routes = Routes("deliveries")


@routes.on(
    "GET",
    "/reports/<report_id>/deliveries",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(DeliveryList)}, problems=("job_not_found",)),
)
def list_deliveries(report_id: str) -> Answer:
    """List a report's deliveries, each with its attempts."""
    job = routes.job(report_id)
    deliveries = bootstrap.service().ports.deliveries.of_job(job.id)
    shown = [_shown(delivery) for delivery in deliveries]
    planned = [] if shown and job.status.is_final else _planned(job)
    return routes.answer(HTTPStatus.OK, {"id": job.id, "deliveries": shown, "planned": planned})


@routes.on(
    "POST",
    "/reports/<report_id>/deliveries/<number>/replay",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.ACCEPTED: Reply(ShownDelivery, headers=("Retry-After",))},
        problems=("job_not_found", "delivery_not_found", "delivery_conflict", "replays_used_up"),
        text="Five times for each delivery at the most: who receives it has not asked for it.",
    ),
)
def replay_delivery(report_id: str, number: str) -> Answer:
    """Send once more what was to be told."""
    job = routes.job(report_id)
    missing = Problem(HTTPStatus.NOT_FOUND, "delivery_not_found", "The report has no delivery of this number.")
    # At most as many digits as there could ever be deliveries: int() would take thousands, and other scripts' too.
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        raise missing
    try:
        replayed = bootstrap.service().replay(job.id, int(number))
    except DeliveryNotFoundError:
        raise missing from None
    except DeliveryConflictError:
        detail = "The delivery is being sent right now. Look at it again in a minute."
        raise Problem(HTTPStatus.CONFLICT, "delivery_conflict", detail, headers=POLL) from None
    return routes.answer(HTTPStatus.ACCEPTED, _shown(replayed), POLL)


def _planned(job: Job) -> list[PlannedDelivery]:
    """Return who is told when the job has ended. Its deliveries are there a moment later than its end."""
    notify = job.options.notify
    if job.status is JobStatus.CANCELLED:
        return []
    addresses: dict[Channel, str | None] = {}
    if notify is not None:
        addresses |= {Channel.EMAIL: notify.email, Channel.WEBHOOK: notify.webhook}
    if job.status is not JobStatus.FAILED:
        addresses[Channel.BUCKET] = address_of(job)
    return [{"channel": channel, "address": address} for channel, address in addresses.items() if address is not None]


def _shown(delivery: Delivery) -> ShownDelivery:
    path = f"/reports/{delivery.job_id}/deliveries"
    return {
        "number": delivery.number,
        "channel": delivery.channel,
        "address": delivery.address,
        "event": {"id": delivery.event_id, "type": delivery.event_name},
        "status": delivery.status,
        "created_at": representation.time(delivery.created_at),
        # While it is being sent, this is by when another one takes it over.
        "next_attempt_at": None if delivery.due_at is None else representation.time(delivery.due_at),
        "replays_left": delivery.replays_left,
        "attempts": [_attempt(attempt) for attempt in delivery.attempts],
        "links": {"deliveries": routes.link(path), "replay": routes.link(f"{path}/{delivery.number}/replay")},
    }


def _attempt(attempt: Attempt) -> DeliveryAttempt:
    shown: DeliveryAttempt = {"at": representation.time(attempt.at), "duration_ms": attempt.duration_ms}
    if attempt.status_code is not None:
        shown["status_code"] = attempt.status_code
    if attempt.fault is not None:
        shown["fault"] = attempt.fault
    if attempt.reason is not None:
        shown["reason"] = attempt.reason
    return shown
