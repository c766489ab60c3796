"""Keep idempotency keys, an item for each in the table of jobs.

::

    job_id                         item         used_by  digest  batch  used_at  expires_at
    idempotency#T#<SHA-256 of K>   idempotency  J        …       …      2026-…   …

Of two first uses at the same time one puts the item, and the other finds it. A key is free again after a day, whether
DynamoDB has removed its item yet or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.adapters.aws_errors import error_code, translated
from reports.adapters.dynamodb.batch_writes import each_at_once
from reports.adapters.dynamodb.job_items import sortable
from reports.jobs.job import KeyUse

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY_LIFE = timedelta(hours=24)

_ITEM = "idempotency"


class DynamoDBIdempotencyKeys:
    """Be IdempotencyKeys."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, tenant: str, wanted: Mapping[str, KeyUse], now: datetime) -> Mapping[str, KeyUse]:
        """Let keys stand for something. See IdempotencyKeys.take."""

        def take_one(key: str) -> KeyUse:
            return self._take(_place(tenant, key), wanted[key], now)

        return each_at_once(take_one, list(wanted))

    def _take(self, place: str, wanted: KeyUse, now: datetime) -> KeyUse:
        with translated("DynamoDB"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(place, wanted, now),
                    ConditionExpression="attribute_not_exists(job_id) OR used_at <= :horizon",
                    ExpressionAttributeValues={":horizon": {"S": sortable(now - KEY_LIFE)}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return self._standing(place, error)
        return wanted

    def _standing(self, place: str, refusal: ClientError) -> KeyUse:
        item: Any = refusal.response.get("Item")
        if not item:
            # Not every emulator tells the item.
            item = self._client.get_item(TableName=self._table, Key=_key(place), ConsistentRead=True)["Item"]
        return KeyUse(item["used_by"]["S"], item["digest"]["S"], item["batch"]["S"] if "batch" in item else None)


def _item(place: str, use: KeyUse, now: datetime) -> dict[str, Any]:
    return {
        **_key(place),
        "used_by": {"S": use.job_id},
        "digest": {"S": use.digest},
        "used_at": {"S": sortable(now)},
        **({"batch": {"S": use.batch}} if use.batch else {}),
        "expires_at": {"N": str(int((now + KEY_LIFE).timestamp()))},
    }


def _place(tenant: str, key: str) -> str:
    return f"idempotency#{tenant}#{hashlib.sha256(key.encode()).hexdigest()}"


def _key(place: str) -> dict[str, Any]:
    return {"job_id": {"S": place}, "item": {"S": _ITEM}}
