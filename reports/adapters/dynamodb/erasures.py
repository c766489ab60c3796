"""Keep the latest erasure of each tenant, an item for each in the table of jobs.

::

    job_id     item     revision  record  due_shard   due_at  expires_at
    erasure#T  erasure  7         {…}     erasure#3   2026-…  …

``record`` is all of it, as JSON. One that is finished is kept for as long as a message can wait in a dead-letter queue,
and be brought back.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.adapters.dynamodb.job_items import DUE_SHARDS, sortable
from reports.adapters.dynamodb.queries import due_items
from reports.errors import JobConflictError
from reports.jobs.erasure import Erasure

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "erasure"
_SHARDS = f"{_ITEM}#"
_KEPT = timedelta(days=30)

_erasures = TypeAdapter(Erasure)


class DynamoDBErasures:
    """Erasures in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, tenant: str) -> Erasure | None:
        """Return a tenant's. See Erasures.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(tenant), ConsistentRead=True)
        return _erasures.validate_json(response["Item"]["record"]["S"]) if "Item" in response else None

    def open(self, erasure: Erasure) -> Erasure:
        """Keep a new one. See Erasures.open."""
        standing = self._put(erasure, ConditionExpression="attribute_not_exists(due_at)")
        return erasure if standing is None else _erasures.validate_json(standing["record"]["S"])

    def advance(self, erasure: Erasure) -> None:
        """Replace the revision before. See Erasures.advance."""
        standing = self._put(
            erasure,
            ConditionExpression="revision = :before AND attribute_exists(due_at)",
            ExpressionAttributeValues={":before": {"N": str(erasure.revision - 1)}},
        )
        # What stands there may be this very write, sent again.
        if standing is not None and not (standing and _erasures.validate_json(standing["record"]["S"]) == erasure):
            raise JobConflictError("The erasure has moved on since it was read.")

    def due(self, before: datetime) -> Iterator[str]:
        """Yield the tenants whose erasure is due. See Erasures.due."""
        found = due_items(self._client, self._table, _SHARDS, before)
        return (item["job_id"]["S"].removeprefix(f"{_ITEM}#") for item in found)

    def _put(self, erasure: Erasure, **condition: Any) -> Mapping[str, Any] | None:
        item: dict[str, Any] = {
            "revision": {"N": str(erasure.revision)},
            "record": {"S": _erasures.dump_json(erasure).decode()},
        }
        if erasure.due_at is not None:
            shard = zlib.crc32(erasure.tenant.encode()) % DUE_SHARDS
            item |= {"due_shard": {"S": f"{_SHARDS}{shard}"}, "due_at": {"S": sortable(erasure.due_at)}}
        if erasure.finished_at is not None:
            item["expires_at"] = {"N": str(int((erasure.finished_at + _KEPT).timestamp()))}
        return put_if(self._client, self._table, _key(erasure.tenant), item, **condition)


def _key(tenant: str) -> dict[str, Any]:
    return {"job_id": {"S": f"{_ITEM}#{tenant}"}, "item": {"S": _ITEM}}
