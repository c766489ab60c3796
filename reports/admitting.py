"""Give requests that came by a message, without the API, a job each."""

from __future__ import annotations

import json
import logging

from reports import keys, strictjson
from reports.errors import JobExistsError, PressrunError
from reports.identity import NOBODY
from reports.messages import DirectRequest, UploadedFile
from reports.model import Door, InputRef, Job
from reports.ports import Clock, JobStore, ObjectStore
from reports.request import NotifyOptions, ReportOptions, ReportRequest

log = logging.getLogger(__name__)

UNKNOWN = "unknown"


class AdmitMessage:
    """Turn a message that carries a request itself into a job. Repeating it gives the same job."""

    def __init__(self, *, inputs: ObjectStore, jobs: JobStore, clock: Clock, uploads_bucket: str) -> None:
        self._inputs = inputs
        self._jobs = jobs
        self._clock = clock
        self._uploads_bucket = uploads_bucket

    def direct(self, request: DirectRequest, *, correlation_id: str | None) -> str:
        """Admit a request from POST /queue/reports, and return its job's id.

        Its data are checked later, by the render, which can then say in the job what is wrong.
        """
        template, options = _what_is_asked(request.body)
        key = keys.input_key(request.tenant, request.job_id)
        self._inputs.put(key, request.body.encode(), content_type="application/json")
        return self._add(
            request.job_id,
            request.tenant,
            template,
            Door.QUEUE,
            "POST /queue/reports",
            InputRef(key),
            options,
            correlation_id,
        )

    def upload(self, file: UploadedFile, *, correlation_id: str | None) -> str | None:
        """Admit an uploaded file, and return its job's id; None for a bucket that is not ours."""
        if file.bucket != self._uploads_bucket:
            log.error("a notification of another bucket is ignored")
            return None
        tenant, template = _where_it_lies(file.key)
        return self._add(
            keys.job_id_of_upload(file.bucket, file.key, file.version_id),
            tenant,
            template,
            Door.UPLOAD,
            file.key,
            InputRef(file.key, file.version_id),
            ReportOptions(),
            correlation_id,
        )

    def _add(
        self,
        job_id: str,
        tenant: str,
        template: str,
        door: Door,
        source: str,
        input_ref: InputRef,
        options: ReportOptions,
        correlation_id: str | None,
    ) -> str:
        now = self._clock.now()
        job = Job(
            id=job_id,
            tenant=tenant,
            template=template,
            door=door,
            source=source,
            input=input_ref,
            options=options,
            correlation_id=correlation_id or job_id,
            created_at=now,
            updated_at=now,
            opened_at=now,
            due_at=now,
        )
        try:
            self._jobs.add(job, job.event("accepted", door=door))
        except JobExistsError:
            log.info("admitted before", extra={"job_id": job_id, "correlation_id": job.correlation_id})
        else:
            facts = {"job_id": job_id, "correlation_id": job.correlation_id}
            log.info("accepted", extra={**facts, "template": template, "door": door})
        return job_id


def _what_is_asked(body: str) -> tuple[str, ReportOptions]:
    """Read as much of a direct request as can be read; what is wrong with the rest is found by the render."""
    try:
        request = ReportRequest.model_validate(strictjson.parse(body))
    except ValueError:
        return UNKNOWN, ReportOptions(notify=_who_is_told(body))
    return request.template, request.options


def _who_is_told(body: str) -> NotifyOptions | None:
    """Find out who wants to be told what is wrong with a faulty request, as far as it can be read at all."""
    try:
        match json.loads(body):  # not as strict as we are with what a report is made of
            case {"options": {"notify": {} as notify}}:
                return NotifyOptions.model_validate(notify)
    except (ValueError, RecursionError):
        pass
    return None


def _where_it_lies(key: str) -> tuple[str, str]:
    try:
        place = keys.UploadKey.parse(key)
    except PressrunError:
        return keys.tenant_of_upload(key) or NOBODY, UNKNOWN
    return place.tenant, place.template
