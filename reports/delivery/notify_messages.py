"""Read and write what travels through the notify queue.

Two kinds of messages come out of it:

- told: an event of reports.jobs.published_events, as SNS hands it on (raw);
- ours: ``{"v": 1, "deliver": {"job_id": …, "number": …, "turn": …, "tenant": …, "not_before": …}}``, one for each step
  of a delivery. SQS holds a message back for 15 minutes at the most, so one that has longer to wait is sent on until
  its time has come.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reports import strict_json
from reports.delivery.delivery import Delivery
from reports.errors import MalformedMessageError

VERSION = 1


@dataclass(frozen=True, slots=True)
class ReportEnded:
    """The event of a report's end. ``text`` is all of it, as it was published."""

    job_id: str
    event_id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """Ask for a delivery to be tried, not before a time, in the turn that the delivery had when this was sent.

    ``turn`` and ``tenant`` are None in messages of a release that did not know them.
    """

    job_id: str
    number: int
    not_before: datetime
    turn: int | None = None
    tenant: str | None = None

    @classmethod
    def of(cls, delivery: Delivery, not_before: datetime) -> Deliver:
        """Ask for a delivery as it is now."""
        return cls(delivery.job_id, delivery.number, not_before, delivery.turn, delivery.tenant)


Notice = ReportEnded | Deliver


def encode(notice: Deliver) -> str:
    """Write a message of ours."""
    content = {
        "job_id": notice.job_id,
        "number": notice.number,
        "turn": notice.turn,
        "tenant": notice.tenant,
        "not_before": notice.not_before.timestamp(),
    }
    return json.dumps({"v": VERSION, "deliver": {name: value for name, value in content.items() if value is not None}})


def parse(body: str) -> Notice:
    """Read a message. Raises MalformedMessageError."""
    try:
        content = strict_json.parse(body)
    except ValueError as error:
        raise MalformedMessageError(f"The message is not JSON: {error}.") from None
    if isinstance(content, dict) and content.get("Type") == "Notification" and isinstance(content.get("Message"), str):
        # As SNS wraps an event where it was not told to hand it on raw, perhaps also as a dead letter.
        return parse(content["Message"])
    if not isinstance(content, dict) or content.get("v") != VERSION:
        raise MalformedMessageError("The message is of no version that is known here.")
    try:
        return _ours(content["deliver"]) if "deliver" in content else _told(content, body)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise MalformedMessageError(f"The message lacks something, or has it wrong: {type(error).__name__}.") from None


def _ours(content: Mapping[str, object]) -> Deliver:
    job_id, number, not_before = content["job_id"], content["number"], content["not_before"]
    turn, tenant = content.get("turn"), content.get("tenant")
    if not isinstance(job_id, str) or type(number) is not int or not isinstance(not_before, int | float):
        raise TypeError
    if not (turn is None or type(turn) is int) or not (tenant is None or isinstance(tenant, str)):
        raise TypeError
    return Deliver(job_id, number, datetime.fromtimestamp(not_before, UTC), turn, tenant)


def _told(content: Mapping[str, object], body: str) -> ReportEnded:
    report = content["report"]
    if not isinstance(report, dict):
        raise TypeError
    job_id, event_id, name = report["id"], content["id"], content["type"]
    if not (isinstance(job_id, str) and isinstance(event_id, str) and isinstance(name, str)):
        raise TypeError
    return ReportEnded(job_id, event_id, name, body)
