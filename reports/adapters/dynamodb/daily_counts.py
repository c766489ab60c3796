"""Count what tenants do on a day, an item for each day in the table of jobs.

::

    job_id              item   used  compute_ms  emails  expires_at
    quota#T#2026-11-21  count  7     48211       2       …

``used`` are reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.access.ports import Counted
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "count"
# A day may be over later elsewhere, and the operator may want to look at it.
_KEPT = timedelta(days=8)


class DynamoDBDailyCounts:
    """DailyCounts in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(
        self, tenant: str, day: date, what: Counted, number: int, *, limits: Mapping[Counted, int]
    ) -> Counted | None:
        """Add a number to a day's count. See DailyCounts.add."""
        room = {each: limit - (number if each is what else 0) for each, limit in limits.items()}
        full = next((each for each, most in room.items() if most < 0), None)
        if full is not None:
            return full
        expires_at = int((datetime.combine(day, datetime.min.time(), UTC) + _KEPT).timestamp())
        terms = [f"(attribute_not_exists({each}) OR {each} <= :most_{each})" for each in room]
        condition: Any = {"ConditionExpression": " AND ".join(terms)} if terms else {}
        refused = update_if(
            self._client,
            self._table,
            _key(tenant, day),
            UpdateExpression=f"ADD {what} :number SET expires_at = :expires_at",
            ExpressionAttributeValues={
                ":number": {"N": str(number)},
                ":expires_at": {"N": str(expires_at)},
                **{f":most_{each}": {"N": str(most)} for each, most in room.items()},
            },
            **condition,
        )
        if refused is None:
            return None
        counts = _counts_in(refused)
        return next((each for each, most in room.items() if counts[each] > most), what)

    def get(self, tenant: str, day: date) -> Mapping[Counted, int]:
        """Return all counts of a day. See DailyCounts.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(tenant, day), ConsistentRead=True)
        return _counts_in(response.get("Item", {}))


def _counts_in(item: Mapping[str, Any]) -> Mapping[Counted, int]:
    return {each: int(item[each]["N"]) if each in item else 0 for each in Counted}


def _key(tenant: str, day: date) -> dict[str, Any]:
    return {"job_id": {"S": f"quota#{tenant}#{day.isoformat()}"}, "item": {"S": _ITEM}}
