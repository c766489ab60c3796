"""The words of a job: where it came from, where its input is, how it stands and how it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from reports.errors import PressrunError


class JobStatus(StrEnum):
    """Name where a job is in its life."""

    PENDING = "PENDING"
    RENDERING = "RENDERING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Tell whether the job is over."""
        return self in (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


class Door(StrEnum):
    """Name the way by which a request came in."""

    API = "api"
    QUEUE = "queue"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of an object: ``length`` bytes from ``start`` on."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class InputRef:
    """Point to a job's input: an object in the uploads bucket (door UPLOAD), else in the artifacts bucket.

    ``part`` is the job's own part of an object that holds the inputs of a whole batch.
    """

    key: str
    version_id: str | None = None
    part: ByteRange | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason why a job failed, in words for a person and a stable code for programs."""

    code: str
    message: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    retryable: bool = False

    @classmethod
    def of(cls, error: PressrunError) -> Failure:
        """Describe an error of ours."""
        return cls(error.code, error.message, dict(error.detail), error.retryable)


@dataclass(frozen=True, slots=True)
class Artifact:
    """Describe a file made for a job. ``key`` is in the artifacts bucket; ``size`` is in bytes.

    ``sha256`` is None for the PDF, whose digest the provenance has, and in jobs of earlier releases.
    """

    name: str
    key: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The report that another one is made after, byte for byte: what of it stands in a PDF besides data and options."""

    id: str
    created_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """The exact sources of a report, by SHA-256 in hexadecimal, and the versions of the programs that made it."""

    input_sha256: str
    template_sha256: str
    pdf_sha256: str
    engine: Mapping[str, str]
