"""Keep which report is the latest of its key, an item for each key in the table of jobs.

::

    job_id        item    latest_job  asked       expires_at
    latest#T#KEY  latest  J           2026-…#J    …

``asked`` sorts by the time of the request, so that a report that was asked for earlier never replaces a later one,
in whatever order they end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.access.retention import Expiry
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.adapters.dynamodb.job_items import beside, created
from reports.errors import JobNotFoundError
from reports.jobs.job import Job

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "latest"


class DynamoDBLatestReports:
    """LatestReports in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str, *, expiry: Expiry) -> None:
        self._client = client
        self._table = table
        self._expires_at = expiry

    def offer(self, tenant: str, key: str, job: Job) -> bool:
        """Make a report the latest unless one is that was asked for later. See LatestReports.offer."""
        expires_at = self._expires_at(tenant, job.created_at)
        refused = put_if(
            self._client,
            self._table,
            _key(tenant, key),
            {
                # So that it is found when all that its tenant has is to be removed.
                "tenant": {"S": beside(tenant)},
                "created": {"S": created(job)},
                "latest_job": {"S": job.id},
                "asked": {"S": created(job)},
                **({} if expires_at is None else {"expires_at": {"N": str(int(expires_at.timestamp()))}}),
            },
            ConditionExpression="attribute_not_exists(job_id) OR asked <= :asked",
            ExpressionAttributeValues={":asked": {"S": created(job)}},
        )
        return refused is None

    def get(self, tenant: str, key: str) -> str:
        """Return the id of the latest report's job. See LatestReports.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(tenant, key), ConsistentRead=True)
        if "Item" not in response:
            raise JobNotFoundError(f"There is no report with the key {key[:120]!r}.")
        return response["Item"]["latest_job"]["S"]


def _key(tenant: str, key: str) -> dict[str, Any]:
    return {"job_id": {"S": f"latest#{tenant}#{key}"}, "item": {"S": _ITEM}}
