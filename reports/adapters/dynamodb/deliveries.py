"""Keep deliveries in the table of jobs, an item for each beside its job.

::

    job_id  item        revision  record  due_shard   due_at  expires_at
    J       delivery#1  3         {…}     delivery#5  2026-…  …

``record`` is all of a delivery, as JSON. The index ``by_due`` has those for which there is a step left, under keys of
their own.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from reports.access.retention import Expiry
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.adapters.dynamodb.job_items import DUE_SHARDS, beside, sortable
from reports.adapters.dynamodb.queries import all_items, due_items
from reports.delivery.delivery import Delivery
from reports.errors import DeliveryConflictError, DeliveryNotFoundError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "delivery#"
_MOST_TRIES = 20

_deliveries = TypeAdapter(Delivery)


class DynamoDBDeliveryStore:
    """A DeliveryStore in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str, *, expiry: Expiry) -> None:
        self._client = client
        self._table = table
        self._expires_at = expiry

    def open(self, delivery: Delivery) -> Delivery:
        """Keep a new delivery under the next number. See DeliveryStore.open."""
        # Numbers have no gaps. So a process that has added one since they were read has taken the very number that is
        # next, and is noticed; none can have told the same event meanwhile.
        for _ in range(_MOST_TRIES):
            kept = self.of_job(delivery.job_id)
            for other in kept:
                if (other.event_id, other.channel) == (delivery.event_id, delivery.channel):
                    return other
            numbered = replace(delivery, number=max((other.number for other in kept), default=0) + 1)
            if self._put(numbered, ConditionExpression="attribute_not_exists(job_id)"):
                return numbered
        raise DeliveryConflictError("The deliveries of this report change too fast.")

    def get(self, job_id: str, number: int) -> Delivery:
        """Return the latest revision. See DeliveryStore.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(job_id, number), ConsistentRead=True)
        if "Item" not in response:
            raise DeliveryNotFoundError(f"The report has no delivery {number}.")
        return delivery_of(response["Item"])

    def of_job(self, job_id: str) -> Sequence[Delivery]:
        """Return all deliveries of a job. See DeliveryStore.of_job."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "job_id = :job AND begins_with(#item, :delivery)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":job": {"S": job_id}, ":delivery": {"S": _ITEM}},
            "ConsistentRead": True,
        }
        # The keys sort as texts, in which 10 comes before 2.
        return sorted((delivery_of(item) for item in all_items(self._client, query)), key=lambda found: found.number)

    def advance(self, delivery: Delivery) -> None:
        """Replace the revision before. See DeliveryStore.advance."""
        condition = {
            "ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": {"N": str(delivery.revision - 1)}},
        }
        if not self._put(delivery, **condition):
            raise DeliveryConflictError("The delivery has moved on since it was read.")

    def due(self, before: datetime) -> Iterator[tuple[str, int]]:
        """Yield those that are due. See DeliveryStore.due."""
        found = due_items(self._client, self._table, _ITEM, before)
        return ((item["job_id"]["S"], int(item["item"]["S"].removeprefix(_ITEM))) for item in found)

    def _put(self, delivery: Delivery, **condition: Any) -> bool:
        """Write a delivery on a condition, and tell whether it stands there."""
        item = self._item_of(delivery)
        standing = put_if(self._client, self._table, _key(delivery.job_id, delivery.number), item, **condition)
        # What stands there may be this very write, sent again.
        return standing is None or (bool(standing) and delivery_of(standing) == delivery)

    def _item_of(self, delivery: Delivery) -> dict[str, Any]:
        item = {
            # So that it is found when all that its tenant has is to be removed, also without its job.
            "tenant": {"S": beside(delivery.tenant)},
            "created": {"S": f"{sortable(delivery.created_at)}#{delivery.job_id}#{delivery.number}"},
            "revision": {"N": str(delivery.revision)},
            "record": {"S": _deliveries.dump_json(delivery, exclude_none=True).decode()},
        }
        expires_at = self._expires_at(delivery.tenant, delivery.opened_at)
        if expires_at is not None:
            item["expires_at"] = {"N": str(int(expires_at.timestamp()))}
        if delivery.due_at is not None:
            shard = zlib.crc32(delivery.job_id.encode()) % DUE_SHARDS
            item |= {"due_shard": {"S": f"{_ITEM}{shard}"}, "due_at": {"S": sortable(delivery.due_at)}}
        return item


def _key(job_id: str, number: int) -> dict[str, Any]:
    return {"job_id": {"S": job_id}, "item": {"S": f"{_ITEM}{number}"}}


def delivery_of(item: Mapping[str, Any]) -> Delivery:
    """Read a delivery; what a later release has added is passed over."""
    return _deliveries.validate_json(item["record"]["S"])
