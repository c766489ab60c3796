"""Keep jobs and their timelines in one DynamoDB table, an item per job.

::

    job_id  item  revision  timeline        tenant  tenant_status  tenant_source  created     due_shard     due_at  …
    J       job   4         [accepted, …]   T       T#FAILED       T#uploads/…    2026-…#J    due#FAILED#3  2026-…

The indexes ``by_tenant``, ``by_status``, ``by_source`` and ``by_batch`` are sorted by ``created``; the last two have
uploads and the jobs of batches alone, and ``by_status`` none that have succeeded. They have keys and the template, and
``by_batch`` the status: the jobs of a list are read from the table. ``by_due``, sorted by ``due_at``, has the jobs for
which there is a step left. A write replaces a job and adds to its timeline at once, on condition that the
revision before is the latest.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, MutableSequence, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reports.access.retention import Expiry
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.batch_writes import each_at_once, items_of, missing_keys, put_all
from reports.adapters.dynamodb.conditional_writes import put_if, update_if
from reports.adapters.dynamodb.job_items import (
    JOB,
    TIMELINE,
    LaterFormatError,
    created,
    due_shards,
    entries_of,
    item_of,
    job_of,
    lease_update_of,
    progress_update_of,
    timeline_of,
    update_of,
)
from reports.adapters.dynamodb.job_queries import JobQuery, decode_cursor, encode_cursor
from reports.adapters.dynamodb.queries import all_items, due_items
from reports.errors import JobConflictError, JobExistsError, JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.listing import EVERY_JOB, JobFilter, JobPage
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import JobStatus
from reports.render_contract import Progress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A filter may pass over many jobs before it finds one; a page looks at no more queries' worth than this.
_MOST_QUERIES_PER_PAGE = 10
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class DynamoDBJobStore:
    """A JobStore in DynamoDB."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        expiry: Expiry,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._expires_at = expiry
        self._sleep = sleep

    def add(self, job: Job) -> None:
        """Keep a new job. See JobStore.add."""
        item = item_of(job, self._expiry(job)) | {TIMELINE: timeline_of(job.new_entry)}
        condition = "attribute_not_exists(job_id)"
        standing = put_if(self._client, self._table, _key(job.id), item, ConditionExpression=condition)
        if standing is not None and not _is_ours(standing, job):
            raise JobExistsError("There is a job with this id.")

    def add_new(self, jobs: Sequence[Job]) -> Collection[str]:
        """Keep many new jobs. See JobStore.add_new."""
        items = [item_of(job, self._expiry(job)) | {TIMELINE: timeline_of(job.new_entry)} for job in jobs]
        return put_all(self._client, self._table, items, sleep=self._sleep)

    def add_missing(self, jobs: Sequence[Job]) -> Collection[str]:
        """Keep those jobs that are not there. See JobStore.add_missing."""
        by_id = {job.id: job for job in jobs}

        def add_one(job_id: str) -> None:
            with suppress(JobExistsError):
                self.add(by_id[job_id])

        return set(each_at_once(add_one, list(by_id)))

    def missing(self, job_ids: Collection[str]) -> Collection[str]:
        """Return the ids that no job has. See JobStore.missing."""
        wanted = [_key(job_id) for job_id in job_ids]
        return {key["job_id"]["S"] for key in missing_keys(self._client, self._table, wanted, sleep=self._sleep)}

    def advance(self, job: Job) -> None:
        """Replace the revision before. See JobStore.advance."""
        update = update_of(job, self._expiry(job))
        condition = "revision = :before"
        standing = update_if(self._client, self._table, _key(job.id), ConditionExpression=condition, **update)
        if standing is not None and not _is_ours(standing, job):
            raise JobConflictError("The job has moved on since it was read.")

    def extend_lease(self, job_id: str, attempt: int, until: datetime) -> None:
        """Have the lease of an attempt end later. See JobStore.extend_lease."""
        self._note(job_id, lease_update_of(attempt, until))

    def note_progress(self, job_id: str, attempt: int, progress: Progress) -> None:
        """Note how far an attempt is. See JobStore.note_progress."""
        self._note(job_id, progress_update_of(attempt, progress))

    def _note(self, job_id: str, update: dict[str, Any]) -> None:
        if update_if(self._client, self._table, _key(job_id), **update) is not None:
            raise JobConflictError("The job is not being rendered in this attempt.")

    def mark_announced(self, job: Job) -> None:
        """Note that there is nothing left to do. See JobStore.mark_announced."""
        refused = update_if(
            self._client,
            self._table,
            _key(job.id),
            UpdateExpression="REMOVE due_at, due_shard",
            ConditionExpression="revision = :revision",
            ExpressionAttributeValues={":revision": {"N": str(job.revision)}},
        )
        if refused is not None:
            raise JobConflictError("The job has moved on since it was read.")

    def due(self, status: JobStatus, before: datetime) -> Iterator[str]:
        """Yield the ids of jobs that are due. See JobStore.due."""
        return (item["job_id"]["S"] for item in due_items(self._client, self._table, due_shards(status), before))

    def _expiry(self, job: Job) -> datetime | None:
        return self._expires_at(job.tenant, job.open_since)

    def get(self, job_id: str) -> Job:
        """Return the latest revision. See JobStore.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(job_id), ConsistentRead=True)
        if "Item" not in response:
            raise JobNotFoundError(f"There is no report {job_id[:80]!r}.")
        return job_of(response["Item"])

    def timeline(self, job_id: str) -> Sequence[TimelineEntry]:
        """Return the timeline. See JobStore.timeline."""
        with translated("DynamoDB"):
            response = self._client.get_item(
                TableName=self._table, Key=_key(job_id), ConsistentRead=True, ProjectionExpression=TIMELINE
            )
        return entries_of(response.get("Item", {}))

    def list(
        self, tenant: str, wanted: JobFilter = EVERY_JOB, *, limit: int = 20, cursor: str | None = None
    ) -> JobPage:
        """Return a page of jobs. See JobStore.list."""
        if wanted.status is JobStatus.RENDERING:
            return self._being_rendered(tenant, wanted, limit, None if cursor is None else decode_cursor(cursor))
        asked = JobQuery(self._table, tenant, wanted)
        if cursor is not None:
            asked.start_after(decode_cursor(cursor))
        query = asked.parameters | {"Limit": max(limit, 100) if asked.may_pass_over_some else limit}
        found: list[Job] = []
        later: list[str] = []
        for _ in range(_MOST_QUERIES_PER_PAGE):
            with translated("DynamoDB"):
                response = self._client.query(**query)
            found.extend(self._read(response["Items"], wanted, later))
            last = response.get("LastEvaluatedKey")
            if last is None or len(found) >= limit:
                break
            query["ExclusiveStartKey"] = last
        if len(found) > limit or (last is not None and len(found) == limit):
            return JobPage(tuple(found[:limit]), encode_cursor(created(found[limit - 1])), tuple(later))
        return JobPage(tuple(found), None if last is None else encode_cursor(last["created"]["S"]), tuple(later))

    def _being_rendered(self, tenant: str, wanted: JobFilter, limit: int, behind: str | None) -> JobPage:
        """Return a page of what workers are at, by their leases.

        Those are as many as there are workers, while the index by status has all that waits beside them.
        """
        later: list[str] = []
        leased = due_items(self._client, self._table, due_shards(JobStatus.RENDERING), _END_OF_TIME)
        found = [
            job for job in self._read(list(leased), wanted, later, tenant) if behind is None or created(job) < behind
        ]
        found.sort(key=created, reverse=True)
        cursor = encode_cursor(created(found[limit - 1])) if len(found) > limit else None
        return JobPage(tuple(found[:limit]), cursor, tuple(later))

    def _read(
        self,
        indexed: Sequence[Mapping[str, Any]],
        wanted: JobFilter,
        later: MutableSequence[str],
        tenant: str | None = None,
    ) -> Iterator[Job]:
        """Yield those jobs of an index's entries that are wanted, in their order, and note those of later releases.

        An entry may outlive its job for a moment. One report of a later release leaves all others in the list.
        """
        keys = [_key(entry["job_id"]["S"]) for entry in indexed]
        found = items_of(self._client, self._table, keys, sleep=self._sleep)
        jobs = {item["job_id"]["S"]: item for item in found}
        for entry in indexed:
            item = jobs.get(entry["job_id"]["S"])
            if item is None or (tenant is not None and item["tenant"]["S"] != tenant):
                continue
            try:
                job = job_of(item)
            except LaterFormatError:
                if wanted.status is None or item.get("status", {}).get("S") in (None, wanted.status):
                    later.append(item["job_id"]["S"])
                continue
            if wanted.is_met_by(job):
                yield job

    def count(self, tenant: str, batch: str) -> Mapping[JobStatus, int]:
        """Return how many jobs of a batch have each status. See JobStore.count."""
        query = JobQuery(self._table, tenant, JobFilter(batch=batch)).parameters
        query |= {"ProjectionExpression": "#status"}
        query["ExpressionAttributeNames"] |= {"#status": "status"}
        return Counter(JobStatus(item["status"]["S"]) for item in all_items(self._client, query))


def _key(job_id: str) -> dict[str, Any]:
    return {"job_id": {"S": job_id}, "item": {"S": JOB}}


def _is_ours(standing: Mapping[str, Any], job: Job) -> bool:
    """Tell whether a write was refused because it was made already. The sweep may have announced it since."""
    return bool(standing) and job_of(standing).is_same_revision(job)
