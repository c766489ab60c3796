"""Read and write what travels through the render queue.

Three kinds of messages come out of it:

- ours: ``{"v": 1, "job_id": …}``, sent by the API after it has kept the input and added the job; ``"v": 2`` when the
  input is a part of an object, ``"v": 3`` when it has options for reading, ``"v": 4`` when it makes a report once more,
  ``"v": 5`` when its template is one of the tenant's own;
- direct: the body of POST /queue/reports, sent by API Gateway with the attribute ``door`` = ``queue``;
- uploads: S3 notifications, and the ``s3:TestEvent`` that S3 sends when the notification is set up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import unquote_plus

from reports import strict_json
from reports.access.identity import NO_TENANT, is_tenant
from reports.errors import MalformedMessageError
from reports.jobs import object_keys
from reports.jobs.job import PART_OF_INPUT, RERENDERED, WHOLE_INPUT, WITH_OWN_TEMPLATE, WITH_READING, Job
from reports.jobs.object_keys import LONGEST_ID
from reports.jobs.protect_request import without_passwords
from reports.jobs.values import Door, InputRef

VERSIONS = (WHOLE_INPUT, PART_OF_INPUT, WITH_READING, RERENDERED, WITH_OWN_TEMPLATE)

# Message attributes. `door` and `tenant` of a direct request are set by API Gateway's mapping, so that no body can
# pretend to be of another kind, or of another tenant.
DOOR = "door"
REQUEST_ID = "request_id"
CORRELATION_ID = "correlation_id"
TENANT = "tenant"
SENT_AT = "sent_at"  # when a message that was sent once more was sent first
REASON = "reason"  # why a worker put a message into the dead-letter queue

# API Gateway's extended request ids are 16 characters of base64url, such as `S-D5rG9QFiAFnVg=`; message ids are UUIDs.
# A report with a longer id could not be looked up, and other characters would not survive in its address.
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,62}={0,2}")


@dataclass(frozen=True, slots=True)
class RenderReport:
    """Ask for a job that exists to be rendered."""

    job_id: str

    def is_answered_by(self, job: Job) -> bool:
        """Tell whether a job is the one that is asked for."""
        return job.id == self.job_id


@dataclass(frozen=True)
class DirectRequest:
    """A request that has no job yet. ``body`` is what the caller sent, without its passwords."""

    job_id: str
    body: str
    tenant: str

    @property
    def content(self) -> bytes:
        """Return the body as it is kept; half of a surrogate pair, which is no text, is found when it is read."""
        return self.body.encode("utf-8", "surrogatepass")

    @cached_property
    def input(self) -> InputRef:
        """Return where the body is kept."""
        return InputRef(object_keys.direct_input_key(self.tenant, self.job_id, self.content))

    def is_answered_by(self, job: Job) -> bool:
        """Tell whether a job is this request's, and not another one's under the same id."""
        # Jobs of earlier releases do not say in their input's key what the body was.
        earlier = InputRef(object_keys.input_key(self.tenant, self.job_id))
        is_ours = (job.id, job.tenant, job.door) == (self.job_id, self.tenant, Door.QUEUE)
        return is_ours and job.input in (self.input, earlier)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """Tell of an object in the uploads bucket that has no job yet."""

    bucket: str
    key: str
    version_id: str | None
    size: int | None

    @property
    def job_id(self) -> str:
        """Return the id of the file's job: the same for each notification of the same version."""
        return object_keys.job_id_of_upload(self.bucket, self.key, self.version_id)

    @property
    def input(self) -> InputRef:
        """Return where the file is."""
        return InputRef(self.key, self.version_id)

    def is_answered_by(self, job: Job) -> bool:
        """Tell whether a job is this file's, and not another request's under the same id."""
        return (job.id, job.door, job.input) == (self.job_id, Door.UPLOAD, self.input)


Instruction = RenderReport | DirectRequest | UploadedFile


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message of the render queue, in the terms of SQS."""

    message_id: str
    receipt_handle: str
    body: str
    attributes: Mapping[str, str]
    receives: int
    sent_at: datetime | None = None
    """When the message was sent first; None where that is not known."""

    @property
    def correlation_id(self) -> str | None:
        """Return the id that the request was given at the door."""
        return self.attributes.get(CORRELATION_ID) or self.attributes.get(REQUEST_ID) or None


def request_id_of(message_id: str, attributes: Mapping[str, str]) -> str:
    """Return the id that POST /queue/reports gave to its caller.

    It is API Gateway's extended request id, which callers cannot choose; an emulator that does not fill it in answers
    with the message id instead.
    """
    return attributes.get(REQUEST_ID) or message_id


def to_send_again(envelope: Envelope) -> Mapping[str, str]:
    """Return the attributes of a message that is sent once more, which gives it a new message id.

    A direct one's job may have rested on the old id until now. When it was sent first counts for an erasure.
    """
    attributes = dict(envelope.attributes)
    if envelope.sent_at is not None:
        attributes[SENT_AT] = envelope.sent_at.isoformat()
    if attributes.get(DOOR) == "queue":
        attributes[REQUEST_ID] = request_id_of(envelope.message_id, attributes)
    return attributes


def first_sent(attributes: Mapping[str, str], sent_at: datetime | None) -> datetime | None:
    """Return when a message was sent first; ``sent_at`` is when this copy was."""
    try:
        return datetime.fromisoformat(attributes[SENT_AT])
    except (KeyError, ValueError):
        return sent_at


def tenant_of_message(message_id: str, body: str, attributes: Mapping[str, str]) -> str:
    """Return whose a message is; NO_TENANT for one of none."""
    if tenant := attributes.get(TENANT):
        return tenant
    with suppress(MalformedMessageError):
        for each in parse(message_id, body, attributes):
            if isinstance(each, UploadedFile):
                return object_keys.tenant_of(each.key) or NO_TENANT
    return NO_TENANT


def encode(job_id: str, version: int = WHOLE_INPUT) -> str:
    """Write the body of a message of ours. The version is that of the job, which may be none of ``VERSIONS``."""
    return json.dumps({"v": version, "job_id": job_id})


def parse(message_id: str, body: str, attributes: Mapping[str, str]) -> tuple[Instruction, ...]:
    """Read a message; nothing is asked by a test notification. Raises MalformedMessageError."""
    if attributes.get(DOOR) == "queue":
        # API Gateway has it from the authorizer. No request may become another tenant's.
        tenant = attributes.get(TENANT, "")
        if not is_tenant(tenant):
            raise MalformedMessageError("The message names no tenant.")
        request_id = request_id_of(message_id, attributes)
        if len(request_id) > LONGEST_ID or not _REQUEST_ID.fullmatch(request_id):
            raise MalformedMessageError(
                f"The message has the request id {request_id[:80]!r}. "
                f"An id is up to {LONGEST_ID} letters, digits, '-' and '_', and perhaps '=' at the end."
            )
        return (DirectRequest(request_id, without_passwords(body), tenant),)
    try:
        content = strict_json.parse(body)
    except ValueError as error:
        raise MalformedMessageError(f"The message is not JSON: {error}.") from None
    if not isinstance(content, dict):
        raise MalformedMessageError("The message is not a JSON object.")
    if "v" in content:
        return (_ours(content),)
    if content.get("Event") == "s3:TestEvent":
        return ()
    records = content.get("Records")
    if isinstance(records, list):
        return tuple(upload for record in records for upload in _uploads(record))
    raise MalformedMessageError("The message is neither one of ours nor a notification of S3.")


def _ours(content: Mapping[str, object]) -> RenderReport:
    if not isinstance(content["v"], int) or content["v"] not in VERSIONS:
        known = ", ".join(str(version) for version in VERSIONS)
        raise MalformedMessageError(f"The message has the version {content['v']!r}; this worker knows {known}.")
    job_id = content.get("job_id")
    if not isinstance(job_id, str) or not job_id:
        raise MalformedMessageError("The message names no job.")
    return RenderReport(job_id)


def _uploads(record: object) -> tuple[UploadedFile, ...]:
    try:
        if not str(record["eventName"]).removeprefix("s3:").startswith("ObjectCreated:"):  # type: ignore[index]
            return ()
        s3 = record["s3"]  # type: ignore[index]
        # S3 encodes keys as HTML forms do: a space comes as "+", a plus as "%2B".
        key = unquote_plus(s3["object"]["key"])
        version_id = s3["object"].get("versionId")
        upload = UploadedFile(
            bucket=str(s3["bucket"]["name"]),
            key=key,
            # Objects from the time before versioning have the version "null", which can be asked for by that name.
            version_id=str(version_id) if version_id else None,
            size=s3["object"].get("size"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedMessageError(f"The notification of S3 lacks {error}.") from None
    # The S3 console makes a folder by an empty object whose key ends with a slash.
    return () if key.endswith("/") else (upload,)
