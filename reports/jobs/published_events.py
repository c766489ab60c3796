"""Define what Pressrun tells the world: that a report has ended, and how. See docs/events/report.schema.json."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reports.jobs.job import Job
from reports.jobs.values import JobStatus

VERSION = 1
# What SNS and SQS take as an attribute. A direct request may name a template that is none, in any characters; were the
# event refused for that, the end of its job would never be told.
_PLAIN = re.compile(r"[ -~]+")
_EVENTS = uuid.UUID("b0c1ad26-9d39-5d0c-8f5b-6b3f7d5a2c11")
REPORT_SUCCEEDED = "ReportSucceeded"
_NAMES = {JobStatus.SUCCEEDED: REPORT_SUCCEEDED, JobStatus.FAILED: "ReportFailed"}


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """An event. The same end of the same job has the same ``id``, however often it is published.

    ``attributes`` are what subscribers may filter by.
    """

    id: str
    name: str
    at: datetime
    tenant: str
    job_id: str
    correlation_id: str
    report: Mapping[str, Any]
    attributes: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """Write the event as JSON, in ASCII: a message of SNS may not have every character."""
        return json.dumps(
            {
                "v": VERSION,
                "id": self.id,
                "type": self.name,
                "timestamp": _time(self.at),
                "tenant": self.tenant,
                "correlation_id": self.correlation_id,
                "report": dict(self.report),
            }
        )


def event_of(job: Job) -> ReportEvent | None:
    """Return the event of a job's end; None when it has not ended, or has no event, as a cancellation."""
    name = _NAMES.get(job.status)
    if name is None or job.finished_at is None:
        return None
    pdf = job.pdf
    told = {
        "id": job.id,
        "status": str(job.status),
        "template": job.template,
        "door": str(job.door),
        "batch": job.batch,
        "replaces": job.options.replaces,
        "created_at": _time(job.created_at),
        "finished_at": _time(job.finished_at),
        "attempts": job.attempt,
        "pages": job.pages,
        "bytes": pdf.size if pdf else None,
        "filename": pdf.name if pdf else None,
        "error": {"code": job.failure.code, "message": job.failure.message} if job.failure else None,
    }
    return ReportEvent(
        id=str(uuid.uuid5(_EVENTS, f"{job.id}#{job.revision}")),
        name=name,
        at=job.finished_at,
        tenant=job.tenant,
        job_id=job.id,
        correlation_id=job.correlation_id,
        report={key: value for key, value in told.items() if value is not None},
        attributes={
            "type": name,
            "tenant": job.tenant,
            "template": job.template if _PLAIN.fullmatch(job.template) else "unknown",
            "status": str(job.status),
            "notify": "yes" if job.options.notify or job.options.deliver_to else "no",
        },
    )


def _time(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
