"""Give requests that came by a message, without the API, a job each."""

from __future__ import annotations

import json
import logging
from contextlib import suppress

from reports import strict_json
from reports.access.audit import AuditEntry, AuditLog
from reports.access.identity import NO_TENANT
from reports.clock import Clock
from reports.errors import (
    InputUnavailableError,
    InvalidOptionsError,
    JobExistsError,
    JobNotFoundError,
    PermanentError,
    PressrunError,
    ServiceUnavailableError,
)
from reports.jobs import object_keys
from reports.jobs.erasure import Erasures, is_erased
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, ObjectStore
from reports.jobs.render_messages import DirectRequest, Envelope, UploadedFile
from reports.jobs.request import NotifyOptions, ReportOptions, ReportRequest
from reports.jobs.values import Door
from reports.shelf.templates import Templates
from reports.worker.upload_options import UploadOptions

log = logging.getLogger(__name__)

UNKNOWN = "unknown"


class AdmitMessage:
    """The admission of messages that carry a request themselves: each gets a job. Repeating it gives the same job."""

    def __init__(
        self,
        *,
        inputs: ObjectStore,
        uploads: ObjectStore,
        options: UploadOptions,
        templates: Templates,
        jobs: JobStore,
        erasures: Erasures,
        audit: AuditLog,
        clock: Clock,
        uploads_bucket: str,
    ) -> None:
        self._inputs = inputs
        self._uploads = uploads
        self._options = options
        self._templates = templates
        self._jobs = jobs
        self._erasures = erasures
        self._audit = audit
        self._clock = clock
        self._uploads_bucket = uploads_bucket

    def direct(self, request: DirectRequest, envelope: Envelope) -> str | None:
        """Admit a request from POST /queue/reports, and return its job's id; None for one that was erased.

        Its data are checked later, by the render, which can then say in the job what is wrong. Raises JobExistsError
        when its id is another request's.
        """
        if self._is_admitted(request):
            return request.job_id
        if self._is_erased(request.tenant, envelope):
            return None
        wanted, options = _what_is_asked(request.body)
        template, version = self._settled(request.tenant, wanted)
        # Before the job: a process that finds a job, such as the sweep after a crash, finds its input, too. No other
        # request's is replaced, for the key is of this very body.
        self._inputs.put(request.input.key, request.content, content_type="application/json")
        job = Job.accepted(
            request.job_id,
            self._clock.now(),
            door=Door.QUEUE,
            tenant=request.tenant,
            template=template,
            source="POST /queue/reports",
            input_ref=request.input,
            options=options,
            template_version=version,
            correlation_id=envelope.correlation_id or request.job_id,
        )
        return self._add(job, request)

    def upload(self, file: UploadedFile, envelope: Envelope) -> str | None:
        """Admit an uploaded file, and return its job's id.

        None for options of another file, for a file that was erased, and for one in another bucket.
        """
        if file.bucket != self._uploads_bucket:
            log.error("a notification of another bucket is ignored")
            return None
        # First, whatever becomes of it: without that, it would never expire.
        with suppress(InputUnavailableError):
            self._uploads.keep(file.key, version_id=file.version_id)
        if object_keys.is_sidecar(file.key):
            return None
        if self._is_admitted(file):
            return file.job_id
        tenant, wanted = _where_it_lies(file.key)
        if self._is_erased(tenant, envelope):
            return None
        template, version = self._settled(tenant, wanted)
        job = Job.accepted(
            file.job_id,
            self._clock.now(),
            door=Door.UPLOAD,
            tenant=tenant,
            template=template,
            source=file.key,
            input_ref=file.input,
            options=self._options_of(file) if template != UNKNOWN else ReportOptions(),
            template_version=version,
            correlation_id=envelope.correlation_id or file.job_id,
        )
        return self._add(job, file)

    def _settled(self, tenant: str, wanted: str) -> tuple[str, int | None]:
        """Return the name of the template, and the version that counts now; the render says what is wrong with others.

        Raises ServiceUnavailableError.
        """
        if wanted == UNKNOWN:
            return wanted, None
        try:
            found = self._templates.find(tenant, wanted, for_report=True)
        except PermanentError:
            return wanted, None
        return found.template.name, found.version

    def _is_erased(self, tenant: str, envelope: Envelope) -> bool:
        """Tell whether a request is among what was erased, or came while its tenant was closed for that."""
        if not is_erased(self._erasures, tenant, envelope.sent_at):
            return False
        log.warning("a request was erased", extra={"tenant": tenant, "message_id": envelope.message_id})
        return True

    def _options_of(self, file: UploadedFile) -> ReportOptions:
        """Return a file's options; none when they are wrong. The render reads them again then, and says so in the job.

        Raises ServiceUnavailableError.
        """
        try:
            return self._options.of(file.input)
        except (InvalidOptionsError, InputUnavailableError):
            return ReportOptions()

    def _add(self, job: Job, request: DirectRequest | UploadedFile) -> str:
        try:
            self._jobs.add(job)
        except JobExistsError:
            if not self._is_admitted(request):
                raise
        else:
            log.info("accepted", extra=job.log_facts)
            self._note(job)
        return job.id

    def _note(self, job: Job) -> None:
        """Keep an entry of the audit log: the API saw nothing of it."""
        detail = {"correlation_id": job.correlation_id}
        entry = AuditEntry(self._clock.now(), job.tenant, f"door:{job.door}", "asked", (job.id,), detail)
        try:
            self._audit.append(entry)
        except ServiceUnavailableError:
            # The job is there, and its report is owed.
            log.exception("an entry of the audit log could not be kept", extra={"entry": entry.as_dict()})

    def _is_admitted(self, request: DirectRequest | UploadedFile) -> bool:
        """Tell whether the request has its job. Raises JobExistsError when its id is another request's."""
        try:
            job = self._jobs.get(request.job_id)
        except JobNotFoundError:
            return False
        if not request.is_answered_by(job):
            raise JobExistsError(f"The id {request.job_id!r} is another request's. Ask for the report again.")
        log.info("admitted before", extra=job.log_facts)
        return True


def _what_is_asked(body: str) -> tuple[str, ReportOptions]:
    """Read as much of a direct request as can be read; what is wrong with the rest is found by the render."""
    try:
        request = ReportRequest.model_validate(strict_json.parse(body))
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
        place = object_keys.UploadKey.parse(key)
    except PressrunError:
        return object_keys.tenant_of(key) or NO_TENANT, UNKNOWN
    return place.tenant, place.template
