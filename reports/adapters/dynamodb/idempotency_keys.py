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

from reports.adapters.dynamodb.batch_writes import each_at_once
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.adapters.dynamodb.job_items import beside, sortable
from reports.jobs.listing import KeyUse

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY_LIFE = timedelta(hours=24)

_ITEM = "idempotency"


class DynamoDBIdempotencyKeys:
    """IdempotencyKeys in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, tenant: str, wanted: Mapping[str, KeyUse], now: datetime) -> Mapping[str, KeyUse]:
        """Let keys stand for something. See IdempotencyKeys.claim."""

        def claim_one(key: str) -> KeyUse:
            return self._claim(tenant, _key(tenant, key), wanted[key], now)

        return each_at_once(claim_one, list(wanted))

    def _claim(self, tenant: str, key: Mapping[str, Any], wanted: KeyUse, now: datetime) -> KeyUse:
        standing = put_if(
            self._client,
            self._table,
            key,
            _attributes(tenant, wanted, now),
            ConditionExpression="attribute_not_exists(job_id) OR used_at <= :horizon",
            ExpressionAttributeValues={":horizon": {"S": sortable(now - KEY_LIFE)}},
        )
        if standing is None:
            return wanted
        batch = standing["batch"]["S"] if "batch" in standing else None
        return KeyUse(standing["used_by"]["S"], standing["digest"]["S"], batch)


def _attributes(tenant: str, use: KeyUse, now: datetime) -> dict[str, Any]:
    return {
        # So that it is found when all that its tenant has is to be removed.
        "tenant": {"S": beside(tenant)},
        "created": {"S": sortable(now)},
        "used_by": {"S": use.job_id},
        "digest": {"S": use.digest},
        "used_at": {"S": sortable(now)},
        **({"batch": {"S": use.batch}} if use.batch else {}),
        "expires_at": {"N": str(int((now + KEY_LIFE).timestamp()))},
    }


def _key(tenant: str, key: str) -> dict[str, Any]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"job_id": {"S": f"idempotency#{tenant}#{digest}"}, "item": {"S": _ITEM}}
