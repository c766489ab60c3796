"""Write jobs and their timelines as items of DynamoDB, and read them back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import TypeAdapter

from reports.jobs.job import Job
from reports.jobs.request import ReportOptions
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import Door, JobStatus
from reports.render_contract import Progress

JOB = "job"
DUE_SHARDS = 8
"""Keys that each kind of items is spread over in the index of what is due, as one takes a thousand writes a second."""

TIMELINE = "timeline"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_jobs = TypeAdapter(Job)
# model names it for type checkers only, and so does without pydantic.
_jobs.rebuild(_types_namespace={"ReportOptions": ReportOptions})
_entries = TypeAdapter(TimelineEntry)
_progress = TypeAdapter(Progress)

# Kept as JSON text, since DynamoDB knows no floats.
_NESTED = ("input", "options", "artifacts", "failure", "warnings", "provenance", "progress")
# Compressed as well: it repeats itself, and the item is in four indexes, where each KB costs.
_COMPRESSED = "reading"
# More than a reading may have, so that a damaged item is no danger.
_MOST_BYTES_OF_READING = 2**20

# What is of the step that leads to a revision, and not of the job: its entry of the timeline is beside the item.
_NOT_KEPT = {field.name for field in fields(Job) if not field.compare}

# What is said when a job is added, for good. Written again, it would lose what a later release has put there, and this
# one does not know.
_SETTLED = (
    *("id", "job_id", "item", "tenant", "template", "door", "source", "input", "options", "batch"),
    *("correlation_id", "created_at", "created", "message_version", "tenant_batch", "tenant_source"),
)


def created(job: Job) -> str:
    """Return the sort key of lists: the time, and the id for jobs of the same microsecond."""
    return f"{sortable(job.created_at)}#{job.id}"


def item_of(job: Job, expires_at: datetime | None) -> dict[str, Any]:
    """Write a job; one without ``expires_at`` is kept until that is noted."""
    values = _jobs.dump_python(job, mode="json", exclude_none=True, exclude=_NOT_KEPT)
    for name in _NESTED:
        if name in values:
            values[name] = json.dumps(values[name], ensure_ascii=False)
    if _COMPRESSED in values:
        values[_COMPRESSED] = zlib.compress(json.dumps(values[_COMPRESSED], ensure_ascii=False).encode())
    values |= {
        "job_id": job.id,
        "item": JOB,
        "created": created(job),
    }
    if job.status is not JobStatus.SUCCEEDED:
        # Those are the most by far, so their list is one of all jobs. To index them would take four write units each.
        values["tenant_status"] = f"{job.tenant}#{job.status}"
    if expires_at is not None:
        values["expires_at"] = int(expires_at.timestamp())
    if job.due_at is not None:
        values |= {"due_at": sortable(job.due_at), "due_shard": _due_shard(job)}
    if job.batch is not None:
        values["tenant_batch"] = f"{job.tenant}#{job.batch}"
    if job.door is Door.UPLOAD:
        values["tenant_source"] = f"{job.tenant}#{job.source}"
    return {name: _serialize(value) for name, value in values.items()}


def job_of(item: Mapping[str, Any]) -> Job:
    """Read a job; what a later release has added is passed over."""
    values = {name: _deserialize(value) for name, value in item.items() if name != TIMELINE}
    for name in _NESTED:
        if name in values:
            values[name] = json.loads(values[name])
    if _COMPRESSED in values:
        unpacked = zlib.decompressobj().decompress(bytes(values[_COMPRESSED]), _MOST_BYTES_OF_READING)
        values[_COMPRESSED] = json.loads(unpacked)
    return _jobs.validate_python(values)


def update_of(job: Job, expires_at: datetime | None) -> dict[str, Any]:
    """Write the parameters of an UpdateItem that replaces the revision before, and adds to the timeline."""
    item = {name: value for name, value in item_of(job, expires_at).items() if name not in _SETTLED}
    known = {*(field.name for field in fields(Job)), "due_shard", "tenant_status", "expires_at"}
    gone = sorted(known - item.keys() - {*_NOT_KEPT, *_SETTLED})
    sets = [f"#{name} = :{name}" for name in item]
    sets.append(f"{TIMELINE} = list_append({TIMELINE}, :entry)")
    return {
        "UpdateExpression": f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(f'#{n}' for n in gone)}" if gone else ""),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*item, *gone)},
        "ExpressionAttributeValues": {
            **{f":{name}": value for name, value in item.items()},
            ":entry": timeline_of(job.new_entry),
            ":before": {"N": str(job.revision - 1)},
        },
    }


def progress_update_of(attempt: int, progress: Progress) -> dict[str, Any]:
    """Write the parameters of an UpdateItem that notes progress, on condition that the attempt still runs."""
    return _update_while_running(attempt, {"progress": _progress.dump_json(progress).decode()})


def lease_update_of(attempt: int, until: datetime) -> dict[str, Any]:
    """Write the parameters of an UpdateItem that extends the lease, on condition that the attempt still runs."""
    return _update_while_running(attempt, {"lease_until": sortable(until), "due_at": sortable(until)})


def _update_while_running(attempt: int, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in texts)}",
        "ConditionExpression": "attempt = :attempt AND #status = :rendering",
        "ExpressionAttributeNames": {f"#{name}": name for name in ("status", *texts)},
        "ExpressionAttributeValues": {
            **{f":{name}": {"S": text} for name, text in texts.items()},
            ":attempt": {"N": str(attempt)},
            ":rendering": {"S": str(JobStatus.RENDERING)},
        },
    }


def timeline_of(entry: TimelineEntry) -> dict[str, Any]:
    """Write a timeline of one entry, as JSON."""
    return {"L": [{"S": _entries.dump_json(entry).decode()}]}


def entries_of(item: Mapping[str, Any]) -> list[TimelineEntry]:
    """Read a job's timeline."""
    return [_entries.validate_json(entry["S"]) for entry in item.get(TIMELINE, {"L": []})["L"]]


def due_shards(status: JobStatus) -> str:
    """Return what the keys begin with under which jobs of a status are in the index of those that are due."""
    return f"due#{status}#"


def _due_shard(job: Job) -> str:
    return f"{due_shards(job.status)}{zlib.crc32(job.id.encode()) % DUE_SHARDS}"


def beside(tenant: str) -> str:
    """Return the key of the index ``by_tenant`` under which the items of a tenant are that are no jobs."""
    return f"{tenant}#beside"


def sortable(value: datetime) -> str:
    # Always with microseconds: isoformat() leaves them out when they are zero, and the order would break.
    return value.isoformat(timespec="microseconds")
