"""Keep which report a file comes from, an item for each file in the table of jobs.

::

    job_id   item    made_by  asked       expires_at
    files#T  SHA256  J        2026-…#J    …

They are in no index, so each takes one write unit. A tenant's are in one partition, where an erasure finds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.access.retention import Expiry
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.adapters.dynamodb.job_items import created, files_of
from reports.errors import JobNotFoundError
from reports.jobs.job import Job

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBReportFiles:
    """ReportFiles in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str, *, expiry: Expiry) -> None:
        self._client = client
        self._table = table
        self._expires_at = expiry

    def note(self, job: Job, sha256: str) -> None:
        """Have a file lead to its report. See ReportFiles.note."""
        put_if(
            self._client,
            self._table,
            _key(job.tenant, sha256),
            self._attributes(job),
            ConditionExpression="attribute_not_exists(job_id) OR asked <= :asked",
            ExpressionAttributeValues={":asked": {"S": created(job)}},
        )

    def _attributes(self, job: Job) -> dict[str, Any]:
        expires_at = self._expires_at(job.tenant, job.created_at)
        kept = {} if expires_at is None else {"expires_at": {"N": str(int(expires_at.timestamp()))}}
        return {"made_by": {"S": job.id}, "asked": {"S": created(job)}, **kept}

    def job_of(self, tenant: str, sha256: str) -> str:
        """Return the id of the job of a file. See ReportFiles.job_of."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(tenant, sha256), ConsistentRead=True)
        if "Item" not in response:
            raise JobNotFoundError("No report has such a file.")
        return response["Item"]["made_by"]["S"]


def _key(tenant: str, sha256: str) -> dict[str, Any]:
    return {"job_id": {"S": files_of(tenant)}, "item": {"S": sha256}}
