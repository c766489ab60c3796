"""Write jobs and their timelines as items of DynamoDB, and read them back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from pydantic import TypeAdapter

from reports.adapters.dynamodb.packing import pack, unpack
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.request import ReportOptions
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import Door, JobStatus
from reports.render_contract import Progress

JOB = "job"


class LaterFormatError(ServiceUnavailableError):
    """Refuse an item that a later release has written in another way. Its own workers read it."""

    def __init__(self) -> None:
        super().__init__("A later release of Pressrun has written this report. Deploy that release again.")


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

# What indexes, filters, conditions and notes between revisions need is in attributes of its own. All else is packed
# into two: what is said when a job is added, for good, and what each revision writes anew. An item is in up to four
# indexes, and DynamoDB bills each KB of each.
_ASKED, _STATE = "asked", "state"

FORMAT = 2
"""How items of jobs are written. What is only added needs no other number: releases pass over what they do not know.

Jobs whose item has no number have each field in an attribute of its own. A release that cannot read what another one
writes has to have another number, and refuses to read, and so to write, items of a later one than its own.
"""

_OPEN = frozenset(("tenant", "template", "batch", "status", "revision", "attempt", "lease_until", "due_at", "progress"))
# In jobs that were added before there was packing, and progress to this day.
_AS_TEXT = ("input", "options", "artifacts", "failure", "warnings", "provenance", "progress")
# Written again, these would lose what a later release has put there, and this one does not know.
_FOR_GOOD = frozenset(
    (
        *("id", "door", "source", "input", "options", "correlation_id", "created_at", "message_version", "sealed"),
        *("rerenders", "template_version", "checks_template"),
    )
)
_SETTLED = frozenset(
    (_ASKED, "job_id", "item", "tenant", "template", "batch", "created", "tenant_batch", "tenant_source", *_FOR_GOOD)
)

# What is of the step that leads to a revision, and not of the job: its entry of the timeline is beside the item.
_NOT_KEPT = {field.name for field in fields(Job) if not field.compare}


def created(job: Job) -> str:
    """Return the sort key of lists: the time, and the id for jobs of the same microsecond."""
    return f"{sortable(job.created_at)}#{job.id}"


def item_of(job: Job, expires_at: datetime | None) -> dict[str, Any]:
    """Write a job; one without ``expires_at`` is kept until that is noted."""
    dumped = _jobs.dump_python(job, mode="json", exclude_none=True, exclude=_NOT_KEPT)
    values: dict[str, Any] = {name: value for name, value in dumped.items() if name in _OPEN}
    rest = {name: value for name, value in dumped.items() if name not in _OPEN}
    values |= {
        "job_id": job.id,
        "item": JOB,
        "created": created(job),
        _ASKED: pack({name: value for name, value in rest.items() if name in _FOR_GOOD}),
        # A release without packing leaves it as it is. So it says of which revision it is.
        _STATE: pack({"revision": job.revision} | {name: rest[name] for name in rest if name not in _FOR_GOOD}),
        "format": FORMAT,
    }
    if "progress" in values:
        values["progress"] = json.dumps(values["progress"])
    if job.status is not JobStatus.SUCCEEDED:
        # Those are the most by far, so their list is one of all jobs. To index them would take two write units each.
        values["tenant_status"] = status_place(job.tenant, job.status)
    if expires_at is not None:
        values["expires_at"] = int(expires_at.timestamp())
    if job.due_at is not None:
        values |= {"due_at": sortable(job.due_at), "due_shard": _due_shard(job)}
    if job.batch is not None:
        values["tenant_batch"] = f"{job.tenant}#{job.batch}"
    if job.door is Door.UPLOAD and job.rerenders is None:
        values["tenant_source"] = f"{job.tenant}#{job.source}"
    return {name: _serialize(value) for name, value in values.items()}


def job_of(item: Mapping[str, Any]) -> Job:
    """Read a job; what a later release has added is passed over.

    Raises LaterFormatError.
    """
    values = {name: _deserialize(value) for name, value in item.items() if name != TIMELINE}
    if values.get("format", FORMAT) > FORMAT:
        raise LaterFormatError
    packed = unpack(bytes(values[_STATE])) if _STATE in values else {}
    if packed and packed.get("revision", values["revision"]) == values["revision"]:
        if _ASKED in values:
            packed |= unpack(bytes(values[_ASKED]))
        # A job that an earlier release has added has attributes of its own for all, and those may be out of date.
        values = {name: value for name, value in values.items() if name in _OPEN | _FOR_GOOD} | packed
    for name in _AS_TEXT:
        if isinstance(values.get(name), str):
            values[name] = json.loads(values[name])
    if isinstance(values.get("reading"), Binary):
        values["reading"] = json.loads(zlib.decompressobj().decompress(bytes(values["reading"]), 2**20))
    return _jobs.validate_python(values)


def update_of(job: Job, expires_at: datetime | None) -> dict[str, Any]:
    """Write the parameters of an UpdateItem that replaces the revision before, and adds to the timeline."""
    item = {name: value for name, value in item_of(job, expires_at).items() if name not in _SETTLED}
    gone = sorted({*_OPEN, "due_shard", "tenant_status", "expires_at"} - item.keys() - _SETTLED)
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
    """Write a timeline of one entry."""
    return {"L": [_serialize(pack(_entries.dump_python(entry, mode="json")))]}


def entries_of(item: Mapping[str, Any]) -> list[TimelineEntry]:
    """Read a job's timeline."""
    return [
        _entries.validate_python(unpack(entry["B"]) if "B" in entry else json.loads(entry["S"]))
        for entry in item.get(TIMELINE, {"L": []})["L"]
    ]


def due_shards(status: JobStatus) -> str:
    """Return what the keys begin with under which jobs of a status are in the index of those that are due."""
    return f"due#{status}#"


def status_place(tenant: str, status: JobStatus) -> str:
    """Return the key under which a tenant's jobs of a status are in the index ``by_status``.

    Jobs that wait and jobs that are rendered share one: to move each at its claim would take two write units.
    """
    return f"{tenant}#{status if status.is_final else 'OPEN'}"


def _due_shard(job: Job) -> str:
    return f"{due_shards(job.status)}{zlib.crc32(job.id.encode()) % DUE_SHARDS}"


def beside(tenant: str) -> str:
    """Return the key of the index ``by_tenant`` under which the items of a tenant are that are no jobs."""
    return f"{tenant}#beside"


def files_of(tenant: str) -> str:
    """Return the partition in which the items are that lead from a tenant's files to their reports."""
    return f"files#{tenant}"


def sortable(value: datetime) -> str:
    # Always with microseconds: isoformat() leaves them out when they are zero, and the order would break.
    return value.isoformat(timespec="microseconds")
