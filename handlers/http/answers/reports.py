"""Answers about reports. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count, Digest, PresignedUrl, Time, Url
from reports.jobs.values import Door, JobStatus


class ReportLinks(TypedDict):
    """Where to go from a report."""

    self: Url
    pdf: Url
    events: Url
    deliveries: Url
    receipt: Url


class ReportPause(TypedDict):
    """Why no worker begins a report for now. It is kept, and made when the operators go on."""

    reason: str
    since: Time


class AcceptedReport(TypedDict):
    """A report that is being made."""

    id: str
    status: JobStatus
    links: ReportLinks
    paused: NotRequired[ReportPause]


class QueuedLinks(TypedDict):
    """Where to look for a report that a worker has to see first."""

    self: Url


class QueuedReport(TypedDict):
    """A report that was put straight into the queue."""

    id: str
    status: JobStatus
    links: QueuedLinks


class ReportError(TypedDict):
    """Why a report has failed."""

    code: Annotated[str, Field(description="Stable; docs/operations.md says what to do about each.")]
    message: str
    detail: dict[str, Any]
    retryable: Annotated[bool, Field(description="Whether another try may end otherwise.")]


class ReportWarning(TypedDict):
    """What is not as it should be in a report that was made all the same."""

    code: Annotated[str, Field(description="Stable; docs/operations.md says what to do about each.")]
    message: str
    characters: NotRequired[Annotated[str, Field(description="Those that no font has.")]]
    lost: NotRequired[Annotated[Count, Field(description="The characters that are on no page.")]]


class ReportProgress(TypedDict):
    """How far a render is."""

    rows_done: Count
    rows_total: NotRequired[Count]


class ReportThumbnail(TypedDict):
    """A picture of a report's first page."""

    url: PresignedUrl
    width: Count
    height: Count


class ReportSummary(TypedDict):
    """A report as an entry of a list."""

    id: str
    status: JobStatus
    template: str
    template_version: NotRequired[Annotated[int, Field(description="Of a template of your own.")]]
    title: NotRequired[str]
    source: Annotated[str, Field(description="The way it came in, or the key of the uploaded file.")]
    door: Door
    batch: NotRequired[str]
    replaces: NotRequired[str]
    rerenders: NotRequired[Annotated[str, Field(description="The report that this one is made after, byte for byte.")]]
    sample: NotRequired[Annotated[bool, Field(description="True when it was made of a sample, and says so.")]]
    created_at: Time
    updated_at: Time
    started_at: NotRequired[Time]
    finished_at: NotRequired[Time]
    attempts: Count
    pages: NotRequired[Count]
    bytes: NotRequired[Annotated[int, Field(ge=0, description="Size of the PDF.")]]
    filename: NotRequired[str]
    thumbnail: NotRequired[ReportThumbnail]
    progress: NotRequired[ReportProgress]
    warnings: NotRequired[list[ReportWarning]]
    error: NotRequired[ReportError]
    can_retry: NotRequired[
        Annotated[bool, Field(description="Of a report that has failed: whether a retry may end otherwise.")]
    ]
    links: ReportLinks


class ReportArtifact(TypedDict):
    """A file that was made for a report."""

    name: str
    content_type: str
    bytes: Count
    width: NotRequired[Count]
    height: NotRequired[Count]
    url: PresignedUrl
    download_url: Annotated[
        str,
        Field(
            description="The same, but a browser saves the file instead of showing it.",
            json_schema_extra={"format": "uri"},
        ),
    ]


class ReportProvenance(TypedDict):
    """What exactly a report was made of."""

    input_sha256: Digest
    template_sha256: Digest
    pdf_sha256: Digest
    engine: dict[str, str]


class ReportProtection(TypedDict):
    """The encryption of a PDF."""

    encryption: Annotated[str, Field(description="`AES-256`.")]
    needs_password: Annotated[bool, Field(description="Whether it takes a password to open the PDF.")]
    allowed: Annotated[list[str], Field(description="What readers may do without the owner's password.")]


class ReportAsset(TypedDict):
    """A PDF of the tenant's, as it was when it went into the report."""

    name: str
    sha256: Digest


class ReportLetterhead(ReportAsset):
    """A letterhead, and under which pages it is: `all`, or `first`."""

    pages: str


class ReportTimestamp(TypedDict):
    """What proves that a signature was there at a time."""

    authority: Annotated[str, Field(description="The subject of the certificate of the authority that says so.")]
    at: Time


class ReportSignature(TypedDict):
    """The signature of a PDF. The rendered bytes stand before it, unchanged."""

    signer: Annotated[str, Field(description="The subject of the certificate.")]
    issuer: str
    serial: Annotated[str, Field(description="The certificate's serial number, in hexadecimal.")]
    signed_at: Time
    certified: Annotated[bool, Field(description="Whether it says that no change at all is allowed.")]
    level: Literal["PAdES B-B", "PAdES B-T"]
    timestamp: NotRequired[ReportTimestamp]
    rendered_sha256: Annotated[Digest, Field(description="Of the PDF before it was signed.")]


class ReportFinish(TypedDict):
    """What was done to a PDF after its layout."""

    letterhead: NotRequired[ReportLetterhead]
    prepend: NotRequired[list[ReportAsset]]
    append: NotRequired[list[ReportAsset]]
    protect: NotRequired[ReportProtection]
    sign: NotRequired[ReportSignature]


class ReadColumn(TypedDict):
    """What a column was taken for. Further members may be added."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    key: str
    type: Annotated[str, Field(description="`text`, `number`, `date`, `datetime`, `time`, `duration` or `boolean`.")]
    summed: NotRequired[Annotated[bool, Field(description="Whether its sum is printed.")]]
    decimals: NotRequired[Count]
    prefix: NotRequired[Annotated[str, Field(description="What stands before each number, such as `$`.")]]
    suffix: NotRequired[Annotated[str, Field(description="What stands after each number, such as `%`.")]]
    why: NotRequired[Annotated[str, Field(description="Why it was taken for that, in words for people.")]]


class ReadSection(TypedDict):
    """A table that was found in the data. Further members may be added."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    rows: Count
    columns: list[ReadColumn]
    more_columns: NotRequired[Annotated[int, Field(ge=0, description="Columns that are not told here.")]]
    name: NotRequired[Annotated[str, Field(description="Of its sheet.")]]
    title: NotRequired[str]
    subtitle: NotRequired[str]
    notes: NotRequired[list[str]]
    total_rows: NotRequired[Annotated[int, Field(ge=0, description="Rows that sum up others, and are not summed.")]]
    header_row: NotRequired[Annotated[int, Field(ge=0, description="Names the columns, from 1 on; 0 if none does.")]]
    preview: NotRequired[Annotated[list[list[str]], Field(description="The first rows, as they were understood.")]]


class ReportReading(TypedDict):
    """What was inferred of the data, also if the report failed. `options.reading` overrules it. More may be added."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    format: NotRequired[Annotated[str, Field(description="Such as `csv`, `xlsx` or `json_lines`.")]]
    encoding: NotRequired[str]
    delimiter: NotRequired[str]
    sections: NotRequired[list[ReadSection]]
    is_short: NotRequired[Annotated[bool, Field(description="True when parts of it were left out.")]]


class FullReport(ReportSummary):
    """A report with all that is known of it, and with its files once it has succeeded."""

    correlation_id: str
    paused: NotRequired[ReportPause]
    cost: NotRequired[
        Annotated[float, Field(ge=0, description="An estimate, in USD, of what AWS bills for all attempts.")]
    ]
    provenance: NotRequired[ReportProvenance]
    finish: NotRequired[ReportFinish]
    reading: NotRequired[ReportReading]
    artifacts: NotRequired[list[ReportArtifact]]


class StatusCounts(TypedDict):
    """How many reports of a batch have each status."""

    PENDING: Count
    RENDERING: Count
    SUCCEEDED: Count
    FAILED: Count
    CANCELLED: Count


class ReportList(TypedDict):
    """A page of a list, newest first."""

    reports: list[ReportSummary]
    cursor: Annotated[str | None, Field(description="Gives the next page; null on the last one.")]
    counts: NotRequired[Annotated[StatusCounts, Field(description="Of the whole batch, where one was asked for.")]]
    total: NotRequired[Count]
    later: NotRequired[
        Annotated[
            list[str],
            Field(
                description="The ids of reports in this part of the list that a later release of Pressrun has written. "
                "Only that release can show them; they are not lost."
            ),
        ]
    ]


class TimelineEntry(TypedDict):
    """A step in the life of a report."""

    at: Time
    event: str
    attempt: Count
    detail: dict[str, Any]


class Timeline(TypedDict):
    """The life of a report, oldest step first."""

    id: str
    events: list[TimelineEntry]
