"""Define what a service says about telling people that a report has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document
from pressrun_client.transport import segment


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt of a delivery."""

    at: datetime
    duration_ms: int
    status_code: int | None = None
    fault: str | None = None
    reason: str | None = None

    @classmethod
    def read(cls, document: Document) -> DeliveryAttempt:
        return cls(
            at=document.time("at"),
            duration_ms=document.number("duration_ms"),
            status_code=document.optional_number("status_code"),
            fault=document.optional_text("fault"),
            reason=document.optional_text("reason"),
        )


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """Someone who will be told when a report has ended."""

    channel: str
    address: str

    @classmethod
    def read(cls, document: Document) -> PlannedDelivery:
        return cls(document.text("channel"), document.text("address"))


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of a report's end to one address."""

    number: int
    channel: str
    address: str
    status: str
    event: str
    created_at: datetime
    next_attempt_at: datetime | None
    attempts: tuple[DeliveryAttempt, ...]
    replays_left: int | None = None
    """None from a service that does not limit them."""
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> Delivery:
        event = document.part("event")
        return cls(
            number=document.number("number"),
            channel=document.text("channel"),
            address=document.text("address"),
            status=document.text("status"),
            event=event.text("type") if event else "",
            created_at=document.time("created_at"),
            next_attempt_at=document.optional_time("next_attempt_at"),
            replays_left=document.optional_number("replays_left"),
            attempts=tuple(DeliveryAttempt.read(each) for each in document.parts("attempts")),
            document=document.content,
        )


class DeliveryCalls(Calls):
    """Calls about the deliveries of a report's end."""

    def deliveries(self, report_id: str) -> Sequence[Delivery]:
        """Return who was told of a report's end, and how that went."""
        return [Delivery.read(each) for each in self._deliveries(report_id).parts("deliveries")]

    def planned_deliveries(self, report_id: str) -> Sequence[PlannedDelivery]:
        """Return who will be told when a report has ended; services of earlier releases do not say."""
        return [PlannedDelivery.read(each) for each in self._deliveries(report_id).parts("planned")]

    def _deliveries(self, report_id: str) -> Document:
        return self._call("GET", f"/reports/{segment(report_id)}/deliveries").document

    def replay(self, report_id: str, number: int) -> Delivery:
        """Send a delivery once more. Raises ConflictError while it is being sent."""
        path = f"/reports/{segment(report_id)}/deliveries/{number}/replay"
        return Delivery.read(self._call("POST", path, repeatable=False).document)
