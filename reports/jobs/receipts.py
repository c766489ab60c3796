"""Receipts: what a report was made of, by digests, so that its files can prove where they come from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from reports.jobs.conformance import conformance_of
from reports.jobs.job import Job
from reports.jobs.values import Artifact, JobStatus

VERSION = 1


class ReceiptKeys(Protocol):
    """The keys that receipts are signed by. Every method may raise ServiceUnavailableError."""

    def sign(self, payload: bytes) -> str | None:
        """Return a JWS in its compact form (RFC 7515), by Ed25519; None where no key was made."""
        ...

    def public(self) -> Sequence[Mapping[str, str]]:
        """Return the public keys of all that was ever signed, each as a JWK (RFC 7517)."""
        ...


class ReportFiles(Protocol):
    """The reports that files come from, by SHA-256. Both methods may raise ServiceUnavailableError."""

    def note(self, job: Job, sha256: str) -> None:
        """Have a file lead to its report: of two with the same file, to the one that was asked for later."""
        ...

    def job_of(self, tenant: str, sha256: str) -> str:
        """Return the id of the job that has made such a file for a tenant. Raises JobNotFoundError."""
        ...


def digests_to_find(job: Job) -> Sequence[str]:
    """Return the digests by which a report is found: of its files, but not of pictures of its pages."""
    if job.status is not JobStatus.SUCCEEDED or job.provenance is None or job.rerenders is not None:
        return ()
    files = (_sha256(job, each) for each in job.artifacts if not each.content_type.startswith("image/"))
    return tuple(dict.fromkeys(digest for digest in (*files, rendered_sha256(job)) if digest is not None))


def rendered_sha256(job: Job) -> str | None:
    """Return the digest of a signed PDF as it was before its signature; None for one that is not signed."""
    signature = (job.finish or {}).get("sign")
    digest = signature.get("rendered_sha256") if isinstance(signature, Mapping) else None
    return digest if isinstance(digest, str) else None


def payload_of(receipt: Mapping[str, Any]) -> bytes:
    """Return the bytes of a receipt that are signed: the same for the same report."""
    return json.dumps(receipt, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def receipt_of(job: Job) -> dict[str, Any]:
    """Return the receipt of a report that has succeeded. Nothing in it depends on when it is asked for."""
    made_of = job.provenance
    assert made_of is not None
    rendered = rendered_sha256(job)
    return {
        "v": VERSION,
        "report": job.id,
        **({} if job.rerenders is None else {"rerenders": job.rerenders.id}),
        "tenant": job.tenant,
        "correlation_id": job.correlation_id,
        "attempt": job.attempt,
        "times": {
            "created_at": _time(job.created_at),
            "started_at": _time(job.started_at or job.created_at),
            "finished_at": _time(job.finished_at or job.updated_at),
        },
        "input": {"door": str(job.door), "sha256": made_of.input_sha256},
        "template": {
            "name": job.template,
            "sha256": made_of.template_sha256,
            **({} if job.template_version is None else {"version": job.template_version}),
        },
        "engine": dict(made_of.engine),
        "pdf": {
            "sha256": made_of.pdf_sha256,
            "pages": job.pages or 0,
            **({} if rendered is None else {"rendered_sha256": rendered}),
        },
        "files": list(_files(job)),
        "conformance": conformance_of(job),
        **({} if job.finish is None else {"finish": dict(job.finish)}),
    }


def _files(job: Job) -> Iterator[dict[str, Any]]:
    for each in job.artifacts:
        digest = _sha256(job, each)
        known = {} if digest is None else {"sha256": digest}
        yield {"name": each.name, "content_type": each.content_type, "bytes": each.size, **known}


def _sha256(job: Job, artifact: Artifact) -> str | None:
    """Return the digest of a file; None for one that an earlier release has made."""
    return job.provenance.pdf_sha256 if job.provenance and artifact is job.pdf else artifact.sha256


def _time(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
