"""Build and read every S3 key in one place.

::

    uploads bucket      uploads/<tenant>/<template>/<file>
                        uploads/<tenant>/<template>/<file>.pressrun.json
    artifacts bucket    assets/<tenant>/<name>.pdf
                        templates/<tenant>/<name>/<version>.<digest>.zip
                        inputs/<tenant>/<job>.json
                        inputs/<tenant>/<job>.<digest>.json
                        inputs/<tenant>/<batch>.jsonl
                        reports/<tenant>/<job>/<attempt>/<file>
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass

from reports.access.identity import is_tenant
from reports.errors import MisplacedUploadError

UPLOADS_PREFIX = "uploads/"
ASSETS_PREFIX = "assets/"
TEMPLATES_PREFIX = "templates/"
FOLDERS = (UPLOADS_PREFIX, ASSETS_PREFIX, TEMPLATES_PREFIX, "inputs/", "reports/")
"""What keys begin with. In each of these folders, every tenant has one of its own."""

SIDECAR_SUFFIX = ".pressrun.json"
"""What the name of a file with the options of another ends with, behind the whole name of that."""

LONGEST_KEY = 1024
"""Bytes that the key of an object may have in S3."""

LONGEST_ID = 64
"""As many characters a job's id may have. Ours have 36, and a table's key can't be of any length."""

_JOBS_OF_UPLOADS = uuid.UUID("2f1d2cf5-7a51-5b0e-9d6c-5f3a8c1f7e52")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class UploadKey:
    """The parts of ``uploads/<tenant>/<template>/<file>``; ``file`` may contain further slashes."""

    tenant: str
    template: str
    file: str

    def __str__(self) -> str:
        return f"{UPLOADS_PREFIX}{self.tenant}/{self.template}/{self.file}"

    @classmethod
    def parse(cls, key: str) -> UploadKey:
        """Split a key. Raises MisplacedUploadError when it does not have the form."""
        parts = key.split("/", 3)
        if len(parts) != 4 or f"{parts[0]}/" != UPLOADS_PREFIX or not all(parts) or not is_tenant(parts[1]):
            raise MisplacedUploadError(
                "The file is in a folder that belongs to no template. "
                "Put it at uploads/<tenant>/<template>/<file>, for example uploads/demo/table/orders.csv."
            )
        return cls(*parts[1:])


def sidecar_of(key: str) -> str:
    """Return where the options of an uploaded file may be: beside it."""
    return f"{key}{SIDECAR_SUFFIX}"


def is_sidecar(key: str) -> bool:
    """Tell whether an uploaded file holds the options of another, and is none to make a report of."""
    return key.endswith(SIDECAR_SUFFIX)


def tenant_of(key: str) -> str | None:
    """Return the tenant whose folder an object is in, at any depth; None when it is in no tenant's."""
    folder, _, rest = key.partition("/")
    tenant, slash, _ = rest.partition("/")
    return tenant if f"{folder}/" in FOLDERS and slash and is_tenant(tenant) else None


def job_id_of_upload(bucket: str, key: str, version_id: str | None) -> str:
    """Return the id of an uploaded object's job: the same for each notification of the same version."""
    return str(uuid.uuid5(_JOBS_OF_UPLOADS, "\x00".join((bucket, key, version_id or ""))))


def asset_key(tenant: str, name: str) -> str:
    """Return where a PDF is kept that a tenant's reports name."""
    return f"{ASSETS_PREFIX}{tenant}/{name}.pdf"


def template_key(tenant: str, name: str, version: int, sha256: str) -> str:
    """Return where the archive of a version of a tenant's template is kept. Another archive has another key."""
    return f"{TEMPLATES_PREFIX}{tenant}/{name}/{version}.{sha256[:32]}.zip"


def input_key(tenant: str, job_id: str) -> str:
    """Return where the input of a request is kept."""
    return f"inputs/{tenant}/{job_id}.json"


def direct_input_key(tenant: str, job_id: str, body: bytes) -> str:
    """Return where the input of a direct request is kept.

    Another body has another key, so that a second request under the same id can never replace the first one's input.
    """
    return f"inputs/{tenant}/{job_id}.{hashlib.sha256(body).hexdigest()[:32]}.json"


def batch_input_key(tenant: str, batch: str) -> str:
    """Return where the inputs of a batch are kept, a line for each."""
    return f"inputs/{tenant}/{batch}.jsonl"


def artifact_key(tenant: str, job_id: str, attempt: int, filename: str) -> str:
    """Return where an attempt keeps a file; no attempt shares a folder with another."""
    return f"reports/{tenant}/{job_id}/{attempt}/{filename}"


def artifacts_of(tenant: str) -> str:
    """Return what the keys of all artifacts of a tenant begin with."""
    return f"reports/{tenant}/"


def unsigned_key(key: str) -> str:
    """Return where a PDF is until it is signed and kept at a key."""
    return f"{key}.unsigned"


def job_id_of_artifact(key: str) -> str:
    """Return the id of the job whose artifact is at a key."""
    return key.split("/", 3)[2]


def pdf_filename(chosen: str | None, source: str, template: str) -> str:
    """Return the name of a report: the caller's choice, else after the uploaded file, else after the template."""
    name = chosen or source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    name = _UNSAFE.sub("-", name).strip(" .") or template
    return name if name.lower().endswith(".pdf") else f"{name[:120]}.pdf"
