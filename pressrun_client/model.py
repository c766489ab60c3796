"""Define what a service answers with. All values are frozen; ``document`` is the answer as it came, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pressrun_client.documents import Document
from pressrun_client.errors import REPORT_FAILED, InputError, PressrunError, Problem, UnexpectedAnswerError


class Status(StrEnum):
    """Name where a report is in its life."""

    PENDING = "PENDING"
    RENDERING = "RENDERING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Tell whether the report is over."""
        return self in (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)

    @classmethod
    def read(cls, document: Document) -> Status:
        """Read the status of a document. Raises UnexpectedAnswerError for one that only a later release knows."""
        text = document.text("status")
        try:
            return cls(text)
        except ValueError:
            raise UnexpectedAnswerError(f"This client does not know the status {text[:40]!r}. Update it.") from None


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason why a report failed: ``code`` is stable; ``retryable`` says whether another try may help."""

    code: str
    message: str
    retryable: bool
    detail: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Document) -> Failure:
        return cls(
            document.text("code"), document.text("message"), document.flag("retryable"), document.mapping("detail")
        )


@dataclass(frozen=True, slots=True)
class Artifact:
    """Describe a file of a report. ``size`` is in bytes; with ``url``, anyone can read the file for a while.

    ``download_url`` is for browsers, which save what comes from it; services of earlier releases have none.
    """

    name: str
    content_type: str
    size: int
    url: str = field(repr=False)
    width: int | None = None
    height: int | None = None
    download_url: str | None = field(default=None, repr=False)

    @property
    def is_pdf(self) -> bool:
        """Tell whether this is the report itself."""
        return self.content_type == "application/pdf"

    @classmethod
    def read(cls, document: Document) -> Artifact:
        return cls(
            name=document.text("name"),
            content_type=document.text("content_type"),
            size=document.number("bytes"),
            url=document.text("url"),
            width=document.optional_number("width"),
            height=document.optional_number("height"),
            download_url=document.optional_text("download_url"),
        )


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Describe a picture of a report's first page, in pixels; with ``url``, anyone can read it for a while."""

    url: str = field(repr=False)
    width: int
    height: int

    @classmethod
    def read(cls, document: Document) -> Thumbnail:
        return cls(document.text("url"), document.number("width"), document.number("height"))


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a render, in rows; ``total`` is None until they are counted."""

    done: int
    total: int | None = None

    @classmethod
    def read(cls, document: Document) -> Progress:
        return cls(document.number("rows_done"), document.optional_number("rows_total"))


@dataclass(frozen=True, slots=True)
class Report:
    """Describe a report. ``size`` is the PDF's in bytes, ``sha256`` the PDF's in hexadecimal.

    Once it has succeeded there are ``artifacts``, if it was read by its id and not in a list.
    """

    id: str
    status: Status
    template: str
    source: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    title: str | None = None
    batch: str | None = None
    replaces: str | None = None
    is_sample: bool = False
    pages: int | None = None
    size: int | None = None
    filename: str | None = None
    progress: Progress | None = None
    failure: Failure | None = None
    can_retry: bool | None = None
    """Of one that has failed: whether a retry may end otherwise. None from a service that does not say."""
    warnings: tuple[Mapping[str, Any], ...] = ()
    reading: Mapping[str, Any] = field(default_factory=dict)
    """What was inferred of its data, if it was read by its id and not in a list."""
    artifacts: tuple[Artifact, ...] = ()
    thumbnail: Thumbnail | None = None
    sha256: str | None = None
    correlation_id: str | None = None
    pause: str | None = None
    """Why no worker begins it for now."""
    cost: float | None = None
    """An estimate in dollars, if it is over and was read by its id."""
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to it by itself."""
        return self.status.is_final

    @property
    def pdf(self) -> Artifact | None:
        """Return the report itself, once there is one."""
        return next((artifact for artifact in self.artifacts if artifact.is_pdf), None)

    @property
    def uploaded_file(self) -> str | None:
        """Return the name of the file that it was made from, if one was uploaded."""
        return self.source.rsplit("/", 1)[-1] if self.source.startswith("uploads/") else None

    def artifact(self, name: str | None = None) -> Artifact:
        """Return the file of that name, the PDF by default. Raises InputError, which says what there is."""
        for artifact in self.artifacts:
            if artifact.name == name or (name is None and artifact.is_pdf):
                return artifact
        names = ", ".join(artifact.name for artifact in self.artifacts) or "none"
        raise InputError(f"Report {self.id} has no {f'file {name!r}' if name else 'PDF'}. It has: {names}.")

    @property
    def seconds(self) -> float | None:
        """Return how long the last attempt took, once it has ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    def raise_for_failure(self) -> None:
        """Raise ReportFailedError if the report has ended without a PDF."""
        if self.status in (Status.FAILED, Status.CANCELLED):
            raise ReportFailedError(self)

    @classmethod
    def read(cls, document: Document) -> Report:
        progress, failure = document.part("progress"), document.part("error")
        pause = document.part("paused")
        provenance, thumbnail = document.part("provenance"), document.part("thumbnail")
        return cls(
            id=document.text("id"),
            status=Status.read(document),
            template=document.text("template"),
            source=document.text("source"),
            created_at=document.time("created_at"),
            updated_at=document.time("updated_at"),
            started_at=document.optional_time("started_at"),
            finished_at=document.optional_time("finished_at"),
            attempts=document.number("attempts"),
            title=document.optional_text("title"),
            batch=document.optional_text("batch"),
            replaces=document.optional_text("replaces"),
            is_sample=document.flag("sample"),
            pages=document.optional_number("pages"),
            size=document.optional_number("bytes"),
            filename=document.optional_text("filename"),
            progress=Progress.read(progress) if progress else None,
            failure=Failure.read(failure) if failure else None,
            can_retry=document.flag("can_retry") if "can_retry" in document.content else None,
            warnings=tuple(each.content for each in document.parts("warnings")),
            reading=document.mapping("reading") if "reading" in document.content else {},
            artifacts=tuple(Artifact.read(each) for each in document.parts("artifacts")),
            thumbnail=Thumbnail.read(thumbnail) if thumbnail else None,
            sha256=provenance.optional_text("pdf_sha256") if provenance else None,
            correlation_id=document.optional_text("correlation_id"),
            pause=pause.text("reason") if pause else None,
            cost=document.fraction("cost") if "cost" in document.content else None,
            document=document.content,
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """Name a report that will be made. ``report`` is the report itself, if it was made while the service waited."""

    id: str
    status: Status
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    report: Report | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> Accepted:
        return cls(document.text("id"), Status.read(document), document.content)

    @classmethod
    def made(cls, report: Report) -> Accepted:
        """Name a report that has succeeded already."""
        return cls(report.id, report.status, report.document, report)

    @classmethod
    def in_vain(cls, problem: Problem) -> Accepted:
        """Name a report that has ended without a PDF already, of the problem by which a service says so."""
        document = Document(problem.document)
        status = Status.CANCELLED if document.part("error") is None else Status.FAILED
        report_id = document.text("id")
        return cls(report_id, status, {"id": report_id, "status": str(status), "links": document.mapping("links")})


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a report's timeline."""

    at: datetime
    name: str
    attempt: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> Event:
        return cls(
            at=document.time("at"),
            name=document.text("event"),
            attempt=document.number("attempt"),
            detail=document.mapping("detail"),
            document=document.content,
        )


class ReportFailedError(PressrunError):
    """A report that has ended without a PDF."""

    code = REPORT_FAILED

    def __init__(self, report: Report) -> None:
        failure = report.failure
        reason = f"{failure.code}: {failure.message}" if failure else f"it is {report.status}."
        super().__init__(f"There is no PDF of report {report.id}: {reason}")
        self.report = report
