"""Write jobs and events as items of DynamoDB, and read them back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import TypeAdapter

from reports.model import Door, Job, JobEvent

JOB = "job"
EVENT = "event#"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_jobs = TypeAdapter(Job)
_events = TypeAdapter(JobEvent)

# Kept as JSON text, since DynamoDB knows no floats.
_NESTED = ("input", "options", "artifacts", "failure", "warnings", "detail")


def created(job: Job) -> str:
    """Return the sort key of lists: the time, and the id for jobs of the same microsecond."""
    return f"{_sortable(job.created_at)}#{job.id}"


def item_of(job: Job, expires_at: int) -> dict[str, Any]:
    """Write a job; ``expires_at`` is in seconds since the epoch."""
    of_upload = {"tenant_source": f"{job.tenant}#{job.source}"} if job.door is Door.UPLOAD else {}
    return _item(
        _jobs.dump_python(job, mode="json", exclude_none=True),
        **of_upload,
        job_id=job.id,
        item=JOB,
        tenant_status=f"{job.tenant}#{job.status}",
        created=created(job),
        expires_at=expires_at,
    )


def job_of(item: Mapping[str, Any]) -> Job:
    """Read a job; what a later release has added is passed over."""
    return _jobs.validate_python(_fields(item))


def item_of_event(job_id: str, event: JobEvent, expires_at: int) -> dict[str, Any]:
    """Write an entry of a job's timeline."""
    return _item(
        _events.dump_python(event, mode="json"),
        job_id=job_id,
        item=f"{EVENT}{event.revision:08d}",
        expires_at=expires_at,
    )


def event_of(item: Mapping[str, Any]) -> JobEvent:
    """Read an entry of a timeline."""
    return _events.validate_python(_fields(item))


def _item(fields: dict[str, Any], **keys: Any) -> dict[str, Any]:
    for name in fields.keys() & set(_NESTED):
        fields[name] = json.dumps(fields[name], ensure_ascii=False)
    return {name: _serialize(value) for name, value in (fields | keys).items()}


def _fields(item: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: _deserialize(value) for name, value in item.items()}
    for name in fields.keys() & set(_NESTED):
        fields[name] = json.loads(fields[name])
    return fields


def _sortable(value: datetime) -> str:
    # Always with microseconds: isoformat() leaves them out when they are zero, and the order would break.
    return value.isoformat(timespec="microseconds")
