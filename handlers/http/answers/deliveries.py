"""Answers about deliveries. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count, Time, Url
from reports.delivery.delivery import Channel, DeliveryFault, DeliveryStatus


class DeliveryAttempt(TypedDict):
    """One try of a delivery."""

    at: Time
    duration_ms: Count
    status_code: NotRequired[int]
    fault: NotRequired[DeliveryFault]
    reason: NotRequired[str]


class DeliveredEvent(TypedDict):
    """The event that is told."""

    id: str
    type: str


class DeliveryLinks(TypedDict):
    """Where to go from a delivery."""

    deliveries: Url
    replay: Url


class ShownDelivery(TypedDict):
    """The telling of an event to one address."""

    number: Count
    channel: Channel
    address: str
    event: DeliveredEvent
    status: DeliveryStatus
    created_at: Time
    next_attempt_at: Time | None
    replays_left: Annotated[int, Field(ge=0, description="How often it may still be sent once more.")]
    attempts: list[DeliveryAttempt]
    links: DeliveryLinks


class PlannedDelivery(TypedDict):
    """One who will be told when the report has ended."""

    channel: Channel
    address: str


class DeliveryList(TypedDict):
    """Who was told of a report, and who will be."""

    id: str
    deliveries: list[ShownDelivery]
    planned: list[PlannedDelivery]
