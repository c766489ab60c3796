"""Find all that a tenant has in the table of jobs, by the index ``by_tenant``.

Jobs are there under the name of their tenant, all else under ``<tenant>#beside``: also a delivery that was opened while
its job was removed. Only what leads from files to reports is in a partition of each tenant's, and in no index. The
counts of days are not among them: they have numbers alone, and bills are made of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reports.access.retention import Expiry
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.batch_writes import pauses
from reports.adapters.dynamodb.conditional_writes import update_if
from reports.adapters.dynamodb.job_items import beside, files_of, job_of
from reports.adapters.dynamodb.queries import all_items
from reports.errors import ServiceUnavailableError
from reports.jobs.belongings import Belonging, Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_AT_ONCE = 25
_KINDS = {"job": Kind.JOB, "latest": Kind.LATEST, "idempotency": Kind.IDEMPOTENCY, "template": Kind.TEMPLATE}


class DynamoDBBelongings:
    """Belongings in the table of jobs."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        expiry: Expiry,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._expires_at = expiry
        self._sleep = sleep

    def of(self, tenant: str) -> Iterator[Belonging]:
        """Yield what a tenant has. See Belongings.of."""
        for key in (tenant, beside(tenant)):
            for place in self._indexed(key):
                yield Belonging(_KINDS.get(place[1], Kind.DELIVERY), place)
        for place in self._places_of(KeyConditionExpression="job_id = :key", key=files_of(tenant)):
            yield Belonging(Kind.RECEIPT, place)

    def _indexed(self, key: str) -> Iterator[tuple[str, str]]:
        return self._places_of(IndexName="by_tenant", KeyConditionExpression="tenant = :key", key=key)

    def _places_of(self, *, key: str, **query: str) -> Iterator[tuple[str, str]]:
        whole: dict[str, Any] = {
            "TableName": self._table,
            **query,
            "ExpressionAttributeValues": {":key": {"S": key}},
            "ProjectionExpression": "job_id, #item",
            "ExpressionAttributeNames": {"#item": "item"},
        }
        return (_place(item) for item in all_items(self._client, whole))

    def remove(self, some: Sequence[Belonging]) -> None:
        """Remove items. See Belongings.remove."""
        for start in range(0, len(some), _MOST_AT_ONCE):
            requests: list[Any] = [
                {"DeleteRequest": {"Key": _key(each.place)}} for each in some[start : start + _MOST_AT_ONCE]
            ]
            for wait in (*pauses(), None):
                with translated("DynamoDB"):
                    response = self._client.batch_write_item(RequestItems={self._table: requests})
                requests = list(response.get("UnprocessedItems", {}).get(self._table, []))
                if not requests:
                    break
                if wait is None:
                    raise ServiceUnavailableError("DynamoDB has no capacity for this at the moment.")
                self._sleep(wait)

    def keep(self, tenant: str, one: Belonging) -> None:
        """Have an item expire as is settled now. See Belongings.keep."""
        since = _since(one.kind, self._read(one.place))
        if since is None:
            return
        expires_at = self._expires_at(tenant, since)
        change: dict[str, Any] = {"UpdateExpression": "REMOVE expires_at"}
        if expires_at is not None:
            change = {
                "UpdateExpression": "SET expires_at = :at",
                "ExpressionAttributeValues": {":at": {"N": str(int(expires_at.timestamp()))}},
            }
        # Should it be gone meanwhile, it does not come back.
        condition = "attribute_exists(job_id)"
        update_if(self._client, self._table, _key(one.place), ConditionExpression=condition, **change)

    def _read(self, place: tuple[str, str]) -> Mapping[str, Any]:
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(place), ConsistentRead=True)
        return response.get("Item", {})


def _since(kind: Kind, item: Mapping[str, Any]) -> datetime | None:
    """Return since when a thing has existed; None for one that is gone, or has a time of its own to expire."""
    match kind:
        case Kind.JOB if item:
            return job_of(item).open_since
        case Kind.DELIVERY if item:
            text = json.loads(item["record"]["S"])["opened_at"]
        case Kind.LATEST | Kind.RECEIPT if item:
            text = item["asked"]["S"].partition("#")[0]
        case _:
            return None
    return datetime.fromisoformat(text)


def _place(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["job_id"]["S"], item["item"]["S"]


def _key(place: tuple[str, str]) -> dict[str, Any]:
    return {"job_id": {"S": place[0]}, "item": {"S": place[1]}}
