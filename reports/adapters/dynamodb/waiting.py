"""Keep who waits for a report, all of them in one item of the table of jobs.

::

    job_id   item    revision  places                                          expires_at
    waiting  places  17        [["01a1…", "demo", "2026-11-21T06:31:33Z"], …]  …

``places`` is JSON: holder, tenant, and until when. One that died is passed over from then on.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.jobs.ports import WaitingPlace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY: Any = {"job_id": {"S": "waiting"}, "item": {"S": "places"}}
_KEPT = timedelta(days=1)
# Others take and give back at the same time. A request that is outdone so often does without, which is always right.
_MOST_TRIES = 5


class DynamoDBWaitingPlaces:
    """WaitingPlaces in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def acquire(self, place: WaitingPlace, now: datetime, *, most: int, most_of_tenant: int) -> bool:
        """Take a place. See WaitingPlaces.acquire."""
        for _ in range(_MOST_TRIES):
            revision, places = self._read()
            taken = [each for each in places if each.until > now]
            of_tenant = sum(each.tenant == place.tenant for each in taken)
            if len(taken) >= most or of_tenant >= most_of_tenant:
                return False
            if self._write(revision, [*taken, place], now):
                return True
        return False

    def release(self, holder: str, now: datetime) -> None:
        """Give a place back. See WaitingPlaces.release."""
        for _ in range(_MOST_TRIES):
            revision, places = self._read()
            if self._write(revision, [each for each in places if each.holder != holder], now):
                return

    def _read(self) -> tuple[int, list[WaitingPlace]]:
        with translated("DynamoDB"):
            item = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True).get("Item")
        if item is None:
            return 0, []
        places = json.loads(item["places"]["S"])
        return int(item["revision"]["N"]), [WaitingPlace(h, t, datetime.fromisoformat(until)) for h, t, until in places]

    def _write(self, revision: int, places: list[WaitingPlace], now: datetime) -> bool:
        kept = json.dumps([[each.holder, each.tenant, each.until.isoformat()] for each in places])
        refused = put_if(
            self._client,
            self._table,
            _KEY,
            {
                "revision": {"N": str(revision + 1)},
                "places": {"S": kept},
                "expires_at": {"N": str(int((now + _KEPT).timestamp()))},
            },
            ConditionExpression="attribute_not_exists(job_id) OR revision = :before",
            ExpressionAttributeValues={":before": {"N": str(revision)}},
        )
        return refused is None
