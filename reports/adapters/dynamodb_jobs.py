"""Keep jobs and their timelines in one DynamoDB table, an item per job.

::

    job_id  item  revision  timeline        tenant  tenant_status  tenant_source  created     due_shard  due_at  …
    J       job   4         [accepted, …]   T       T#FAILED       T#uploads/…    2026-…#J    due#3      2026-…

The indexes ``by_tenant``, ``by_status``, ``by_source`` and ``by_batch`` are sorted by ``created``; the last two have
uploads and the jobs of batches alone. ``by_due``, sorted by ``due_at``, has the jobs for which there is a step left. A
write replaces a job and adds to its timeline at once, on condition that the revision before is the latest.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.adapters.aws_faults import error_code, translated
from reports.adapters.job_items import (
    DUE_SHARDS,
    JOB,
    TIMELINE,
    created,
    events_of,
    item_of,
    job_of,
    progress_update_of,
    sortable,
    timeline_of,
    update_of,
)
from reports.errors import JobConflictError, JobExistsError, JobNotFoundError
from reports.model import Job, JobEvent, JobPage, JobStatus, Progress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

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
        with translated("DynamoDB"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=item_of(job, self._expiry(job)) | {TIMELINE: timeline_of(event)},
                    ConditionExpression="attribute_not_exists(job_id)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if not _is_taken(error, job):
                    return
                raise JobExistsError("There is a job with this id.") from error

    def advance(self, job: Job, event: JobEvent) -> None:
        """Replace the revision before. See JobStore.advance."""
        update = update_of(job, event, self._expiry(job))
        with translated("DynamoDB"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(job.id),
                    ConditionExpression="revision = :before",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **update,
                )
            except ClientError as error:
                if not _is_taken(error, job):
                    return
                raise JobConflictError("The job has moved on since it was read.") from error

    def note_progress(self, job_id: str, attempt: int, progress: Progress) -> None:
        """Note how far an attempt is. See JobStore.note_progress."""
        with translated("DynamoDB"):
            try:
                self._client.update_item(
                    TableName=self._table, Key=_key(job_id), **progress_update_of(attempt, progress)
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                raise JobConflictError("The job is not being rendered in this attempt.") from error

    def mark_announced(self, job: Job) -> None:
        """Note that there is nothing left to do. See JobStore.mark_announced."""
        with translated("DynamoDB"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(job.id),
                    UpdateExpression="REMOVE due_at, due_shard",
                    ConditionExpression="revision = :revision",
                    ExpressionAttributeValues={":revision": {"N": str(job.revision)}},
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                raise JobConflictError("The job has moved on since it was read.") from error

    def due(self, before: datetime) -> Iterator[str]:
        """Yield the ids of jobs that are due. See JobStore.due."""
        shards = [self._due_in(shard, sortable(before)) for shard in range(DUE_SHARDS)]
        return (job_id for _, job_id in merge(*shards))

    def _due_in(self, shard: int, before: str) -> Iterator[tuple[str, str]]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_due",
            "KeyConditionExpression": "due_shard = :shard AND due_at < :before",
            "ExpressionAttributeValues": {":shard": {"S": f"due#{shard}"}, ":before": {"S": before}},
        }
        while True:
            with translated("DynamoDB"):
                response = self._client.query(**query)
            for item in response["Items"]:
                yield item["due_at"]["S"], item["job_id"]["S"]
            if "LastEvaluatedKey" not in response:
                return
            query["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def _expiry(self, job: Job) -> int:
        return int((job.created_at + self._retention).timestamp())

    def get(self, job_id: str) -> Job:
        """Return the latest revision. See JobStore.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(job_id), ConsistentRead=True)
        if "Item" not in response:
            raise JobNotFoundError(f"There is no report {job_id[:80]!r}.")
        return job_of(response["Item"])

    def events(self, job_id: str) -> Sequence[JobEvent]:
        """Return the timeline. See JobStore.events."""
        with translated("DynamoDB"):
            response = self._client.get_item(
                TableName=self._table, Key=_key(job_id), ConsistentRead=True, ProjectionExpression=TIMELINE
            )
        return events_of(response.get("Item", {}))

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


def _key(job_id: str) -> dict[str, Any]:
    return {"job_id": {"S": job_id}, "item": {"S": JOB}}


def _is_taken(error: ClientError, job: Job) -> bool:
    """Tell whether a write was refused because of another one; raise any other error.

    When the answer to a write is lost, botocore sends it again, and then it is our own write that stands there.
    """
    if error_code(error) != "ConditionalCheckFailedException":
        raise error
    standing: Any = error.response.get("Item")
    return not standing or job_of(standing) != job
