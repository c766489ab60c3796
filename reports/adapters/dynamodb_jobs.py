"""Keep jobs and their timelines in one DynamoDB table.

::

    job_id  item              tenant  tenant_status  tenant_source  created
    J       job               T       T#FAILED       T#uploads/…    2026-…#J    the latest revision
    J       event#00000001                                                      a timeline's entry, one per revision

The indexes ``by_tenant``, ``by_status`` and ``by_source``, each sorted by ``created``, hold only the first kind, and
the last of them only jobs of uploads.
Each write puts the new revision and its event in one transaction, on condition that the one before is the latest.
"""

from __future__ import annotations

import base64
import binascii
import random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.adapters.aws_faults import error_code, translated
from reports.adapters.job_items import EVENT, JOB, created, event_of, item_of, item_of_event, job_of
from reports.errors import JobConflictError, JobExistsError, JobNotFoundError
from reports.model import Job, JobEvent, JobPage, JobStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WRITES = 5
# A filter may pass over many jobs before it finds one; a page looks at no more queries' worth than this.
_MOST_QUERIES_PER_PAGE = 10


class DynamoDBJobStore:
    """Be a JobStore."""

    def __init__(self, client: DynamoDBClient, table: str, *, retention: timedelta) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def add(self, job: Job, event: JobEvent) -> None:
        """Keep a new job. See JobStore.add."""
        try:
            self._write(job, event, {"ConditionExpression": "attribute_not_exists(job_id)"})
        except JobConflictError:
            raise JobExistsError("There is a job with this id.") from None

    def advance(self, job: Job, event: JobEvent) -> None:
        """Replace the revision before. See JobStore.advance."""
        condition = {
            "ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": {"N": str(job.revision - 1)}},
        }
        self._write(job, event, condition)

    def _write(self, job: Job, event: JobEvent, condition: Mapping[str, Any]) -> None:
        expires_at = int((job.created_at + self._retention).timestamp())
        puts: list[Any] = [
            {"Put": {"TableName": self._table, "Item": item_of(job, expires_at), **condition}},
            {"Put": {"TableName": self._table, "Item": item_of_event(job.id, event, expires_at)}},
        ]
        with translated("DynamoDB"):
            for attempt in range(1, _WRITES + 1):
                try:
                    self._client.transact_write_items(TransactItems=puts)
                except ClientError as error:
                    reasons = _cancellation_reasons(error)
                    if "ConditionalCheckFailed" in reasons:
                        raise JobConflictError("The job has moved on since it was read.") from error
                    if "TransactionConflict" not in reasons or attempt == _WRITES:
                        raise
                    # Another write to this job is under way: who has won shows in a moment.
                    time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311
                else:
                    return

    def get(self, job_id: str) -> Job:
        """Return the latest revision. See JobStore.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(
                TableName=self._table,
                Key={"job_id": {"S": job_id}, "item": {"S": JOB}},
                ConsistentRead=True,
            )
        if "Item" not in response:
            raise JobNotFoundError(f"There is no report {job_id[:80]!r}.")
        return job_of(response["Item"])

    def events(self, job_id: str) -> Sequence[JobEvent]:
        """Return the timeline. See JobStore.events."""
        with translated("DynamoDB"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="job_id = :job AND begins_with(#item, :event)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues={":job": {"S": job_id}, ":event": {"S": EVENT}},
                ConsistentRead=True,
            )
            return [event_of(item) for page in pages for item in page["Items"]]

    def list(
        self,
        tenant: str,
        *,
        status: JobStatus | None = None,
        template: str | None = None,
        source: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> JobPage:
        """Return a page of jobs. See JobStore.list."""
        index = _Index(tenant, status, source)
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": index.name,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": index.attribute},
            "ExpressionAttributeValues": {":key": {"S": index.value}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        filters = index.filters | ({"template": template} if template is not None else {})
        if filters:
            query["FilterExpression"] = " AND ".join(f"#{name} = :{name}" for name in filters)
            query["ExpressionAttributeNames"].update({f"#{name}": name for name in filters})
            query["ExpressionAttributeValues"].update({f":{name}": {"S": value} for name, value in filters.items()})
            query["Limit"] = max(limit, 100)
        if cursor is not None:
            query["ExclusiveStartKey"] = index.start_after(_decode_cursor(cursor))
        found: list[Job] = []
        with translated("DynamoDB"):
            for _ in range(_MOST_QUERIES_PER_PAGE):
                response = self._client.query(**query)
                found.extend(job_of(item) for item in response["Items"])
                last = response.get("LastEvaluatedKey")
                if last is None or len(found) >= limit:
                    break
                query["ExclusiveStartKey"] = last
        if len(found) > limit or (last is not None and len(found) == limit):
            return JobPage(tuple(found[:limit]), _encode_cursor(created(found[limit - 1])))
        return JobPage(tuple(found), None if last is None else _encode_cursor(last["created"]["S"]))


class _Index:
    """Be the index that a list is read from: the narrowest one there is."""

    def __init__(self, tenant: str, status: JobStatus | None, source: str | None) -> None:
        # What the index itself does not narrow down is filtered.
        self.filters: dict[str, str] = {}
        if source is not None:
            self.name, self.attribute, self.value = "by_source", "tenant_source", f"{tenant}#{source}"
            if status is not None:
                self.filters["status"] = str(status)
        elif status is not None:
            self.name, self.attribute, self.value = "by_status", "tenant_status", f"{tenant}#{status}"
        else:
            self.name, self.attribute, self.value = "by_tenant", "tenant", tenant

    def start_after(self, place: str) -> dict[str, Any]:
        """Return the key to go on from. It holds the tenant asked for, so no cursor leads into another's list."""
        return {
            "job_id": {"S": place.partition("#")[2]},
            "item": {"S": JOB},
            self.attribute: {"S": self.value},
            "created": {"S": place},
        }


def _encode_cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> str:
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, separator, job_id = place.partition("#")
        datetime.fromisoformat(moment)
    except (binascii.Error, ValueError):
        raise ValueError("the cursor is not one that this list gave out") from None
    if not separator or not job_id:
        raise ValueError("the cursor is not one that this list gave out")
    return place


def _cancellation_reasons(error: ClientError) -> set[str]:
    if error_code(error) != "TransactionCanceledException":
        return set()
    return {reason.get("Code", "") for reason in error.response.get("CancellationReasons", [])}
