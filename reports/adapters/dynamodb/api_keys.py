"""Keep the records of API keys, an item for each in a table of their own.

::

    id        tenant  name  scopes            salt  digest  created  [ends_at  replaced_by  last_used_on  expires_at]
    key#K     T       ci    {read, submit}    …     …       2026-…

``expires_at`` is for DynamoDB's time to live: a key that is over is listed for a while, then forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.access.api_keys import ApiKey
from reports.access.identity import scopes_in
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import REFUSED, update_if
from reports.adapters.dynamodb.queries import all_items
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LISTED_AFTERWARDS = timedelta(days=90)


class DynamoDBApiKeys:
    """ApiKeys in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, key: ApiKey) -> None:
        """Keep a new key's record. See ApiKeys.add."""
        with translated("DynamoDB"):
            self._client.put_item(
                TableName=self._table, Item=_item(key), ConditionExpression="attribute_not_exists(id)"
            )

    def get(self, key_id: str) -> ApiKey | None:
        """Return a record. See ApiKeys.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_place(key_id), ConsistentRead=True)
        return _key(response["Item"]) if "Item" in response else None

    def of_tenant(self, tenant: str) -> Sequence[ApiKey]:
        """Return a tenant's keys. See ApiKeys.of_tenant."""
        query = {
            "TableName": self._table,
            "IndexName": "by_tenant",
            "KeyConditionExpression": "tenant = :tenant",
            "ExpressionAttributeValues": {":tenant": {"S": tenant}},
        }
        return sorted(map(_key, all_items(self._client, query)), key=lambda key: (key.created_at, key.id))

    def end(self, key: ApiKey) -> None:
        """Keep the end of a key. See ApiKeys.end."""
        if key.ends_at is None:
            raise ValueError("The key has no end.")
        values: dict[str, Any] = {
            ":end": {"S": key.ends_at.isoformat()},
            ":expires": {"N": str(int((key.ends_at + _LISTED_AFTERWARDS).timestamp()))},
        }
        change = "SET ends_at = :end, expires_at = :expires"
        if key.replaced_by is not None:
            change += ", replaced_by = :successor"
            values[":successor"] = {"S": key.replaced_by}
        standing = update_if(
            self._client,
            self._table,
            _place(key.id),
            UpdateExpression=change,
            ConditionExpression="attribute_exists(id) AND (attribute_not_exists(ends_at) OR ends_at >= :end)",
            ExpressionAttributeValues=values,
        )
        if standing is not None and not standing:
            raise ServiceUnavailableError("DynamoDB refused a request.", service="DynamoDB", reason=REFUSED)

    def note_use(self, key_id: str, day: date) -> None:
        """Note the last day of a key's use. See ApiKeys.note_use."""
        update_if(
            self._client,
            self._table,
            _place(key_id),
            UpdateExpression="SET last_used_on = :day",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeValues={":day": {"S": day.isoformat()}},
        )


def _place(key_id: str) -> dict[str, Any]:
    return {"id": {"S": f"key#{key_id}"}}


def _item(key: ApiKey) -> dict[str, Any]:
    return {
        **_place(key.id),
        "tenant": {"S": key.tenant},
        "name": {"S": key.name},
        "scopes": {"S": " ".join(sorted(key.scopes))},
        "salt": {"B": key.salt},
        "digest": {"B": key.digest},
        "created": {"S": key.created_at.isoformat()},
    }


def _key(item: Mapping[str, Any]) -> ApiKey:
    def text(name: str) -> str | None:
        return item[name]["S"] if name in item else None

    ends_at, last_used_on = text("ends_at"), text("last_used_on")
    return ApiKey(
        id=item["id"]["S"].removeprefix("key#"),
        tenant=item["tenant"]["S"],
        name=item["name"]["S"],
        scopes=scopes_in(item["scopes"]["S"].split()),
        salt=bytes(item["salt"]["B"]),
        digest=bytes(item["digest"]["B"]),
        created_at=datetime.fromisoformat(item["created"]["S"]),
        ends_at=None if ends_at is None else datetime.fromisoformat(ends_at),
        replaced_by=text("replaced_by"),
        last_used_on=None if last_used_on is None else date.fromisoformat(last_used_on),
    )
