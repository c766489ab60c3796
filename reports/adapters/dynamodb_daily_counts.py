"""Count what tenants do on a day, an item for each day in the table of jobs.

::

    job_id              item   used  expires_at
    quota#T#2026-11-21  count  7     …
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.adapters.aws_faults import error_code, translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "count"
# A day may be over later elsewhere, and whoever runs the service may want to look at it.
_KEPT = timedelta(days=8)


class DynamoDBDailyCounts:
    """Be DailyCounts."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, tenant: str, day: date, number: int, *, limit: int) -> bool:
        """Add a number to a day's count. See DailyCounts.add."""
        if number > limit:
            return False
        expires_at = int((datetime.combine(day, datetime.min.time(), UTC) + _KEPT).timestamp())
        with translated("DynamoDB"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(tenant, day),
                    UpdateExpression="ADD used :number SET expires_at = :expires_at",
                    ConditionExpression="attribute_not_exists(used) OR used <= :most",
                    ExpressionAttributeValues={
                        ":number": {"N": str(number)},
                        ":most": {"N": str(limit - number)},
                        ":expires_at": {"N": str(expires_at)},
                    },
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def get(self, tenant: str, day: date) -> int:
        """Return a day's count. See DailyCounts.get."""
        with translated("DynamoDB"):
            item = self._client.get_item(TableName=self._table, Key=_key(tenant, day)).get("Item", {})
        return int(item["used"]["N"]) if item else 0


def _key(tenant: str, day: date) -> dict[str, Any]:
    return {"job_id": {"S": f"quota#{tenant}#{day.isoformat()}"}, "item": {"S": _ITEM}}
