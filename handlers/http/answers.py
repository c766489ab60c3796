"""The answers of the API. These are types alone: representation makes what they describe, OpenAPI is made of them.

Their docstrings are published there, and so they say what each is.
"""

from __future__ import annotations

from typing import (
    Annotated,
    Any,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from reports.access.identity import Scope
from reports.delivery.delivery import Channel, DeliveryFault, DeliveryStatus
from reports.jobs.values import Door, JobStatus
from reports.render_contract import InputKind

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]
PresignedUrl = Annotated[
    str, Field(description="Presigned; works for an hour at the most.", json_schema_extra={"format": "uri"})
]
Count = Annotated[int, Field(ge=0)]
Digest = Annotated[str, Field(description="SHA-256 in hexadecimal.")]


class ReportLinks(TypedDict):
    """Where to go from a report."""

    self: Url
    pdf: Url
    events: Url
    deliveries: Url


class AcceptedReport(TypedDict):
    """A report that is being made."""

    id: str
    status: JobStatus
    links: ReportLinks


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
    title: NotRequired[str]
    source: Annotated[str, Field(description="The way it came in, or the key of the uploaded file.")]
    door: Door
    batch: NotRequired[str]
    replaces: NotRequired[str]
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
    provenance: NotRequired[ReportProvenance]
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


class FieldError(TypedDict):
    """What is wrong with one place of a request."""

    pointer: Annotated[str, Field(description="A JSON pointer (RFC 6901).")]
    message: str


class ProblemDocument(TypedDict):
    """What is wrong (RFC 9457). Some problems have further members, such as `errors`, `known` or `links`."""

    type: Annotated[str, Field(description="`urn:pressrun:problem:` and the code.")]
    title: str
    status: NotRequired[Annotated[int, Field(ge=400, le=599)]]
    detail: str
    code: Annotated[str, Field(description="Stable; docs/operations.md says what to do about each.")]
    correlation_id: str
    errors: NotRequired[list[FieldError]]


class BatchAcceptedItem(TypedDict):
    """An item of a batch that is being made."""

    index: Count
    status: Annotated[int, Field(ge=202, le=202)]
    id: str
    links: ReportLinks


class BatchRefusedItem(TypedDict):
    """An item of a batch that was refused."""

    index: Count
    status: Annotated[int, Field(ge=400, le=599)]
    problem: ProblemDocument


class BatchLinks(TypedDict):
    """Where the reports are listed."""

    reports: Url


class Batch(TypedDict):
    """What became of the items of a batch, in their order."""

    batch: str
    total: Count
    accepted: Count
    refused: Count
    items: list[BatchAcceptedItem | BatchRefusedItem]
    links: BatchLinks


class RetriedReports(TypedDict):
    """What became of an order to retry."""

    inspected: Count
    retried: Count
    skipped: Annotated[
        int, Field(ge=0, description="Those that were changed meanwhile, would fail again, or were tried too often.")
    ]
    failed: Annotated[int, Field(ge=0, description="Those that a fault has kept from being retried.")]
    more: Annotated[bool, Field(description="Whether there may be more to do: ask again.")]
    ids: list[str]
    dry_run: bool


class DeliveryAttempt(TypedDict):
    """One try of a delivery."""

    at: Time
    duration_ms: Count
    status_code: NotRequired[int]
    fault: NotRequired[DeliveryFault]
    reason: NotRequired[str]


class DeliveredEvent(TypedDict):
    """The event that is told."""

    id: str
    type: str


class DeliveryLinks(TypedDict):
    """Where to go from a delivery."""

    deliveries: Url
    replay: Url


class ShownDelivery(TypedDict):
    """The telling of an event to one address."""

    number: Count
    channel: Channel
    address: str
    event: DeliveredEvent
    status: DeliveryStatus
    created_at: Time
    next_attempt_at: Time | None
    replays_left: Annotated[int, Field(ge=0, description="How often it may still be sent once more.")]
    attempts: list[DeliveryAttempt]
    links: DeliveryLinks


class PlannedDelivery(TypedDict):
    """One who will be told when the report has ended."""

    channel: Channel
    address: str


class DeliveryList(TypedDict):
    """Who was told of a report, and who will be."""

    id: str
    deliveries: list[ShownDelivery]
    planned: list[PlannedDelivery]


class UploadForm(TypedDict):
    """A form by which one file can be uploaded: POST it to `url` with all `fields`, and the file last."""

    url: Url
    fields: dict[str, str]
    key: str
    max_bytes: Count
    expires_in: Annotated[int, Field(description="Seconds.")]
    links: BatchLinks


class TemplateLinks(TypedDict):
    """Where to go from a template."""

    self: Url


class TemplateSummary(TypedDict):
    """A template as an entry of a list."""

    name: str
    title: str
    description: str
    made_from: Annotated[InputKind, Field(description="What an uploaded file has to hold.")]
    links: TemplateLinks


class TemplateList(TypedDict):
    """All templates."""

    templates: list[TemplateSummary]


class FullTemplate(TemplateSummary):
    """A template with the JSON Schema of its data, and data that fit it."""

    schema: dict[str, Any]
    sample: dict[str, Any]


class CallerLimits(TypedDict):
    """What a tenant may have."""

    reports_per_day: Count
    compute_seconds_per_day: Annotated[Count, Field(description="Of workers, for all reports of a day together.")]
    emails_per_day: Count
    waiting_requests: Annotated[Count, Field(description="That wait for their reports (`Prefer: wait`) at once.")]
    rows_per_report: Count
    bytes_per_report: Count
    email_to: Annotated[
        list[str],
        Field(description="Addresses, and domains such as `@example.com`, that e-mail may go to; `*` for all."),
    ]
    email_titles: Annotated[bool, Field(description="Whether titles of reports stand in the subjects of e-mail.")]


class CallerUse(TypedDict):
    """What of it is used. Days are those of UTC."""

    reports_today: Count
    compute_seconds_today: Count
    emails_today: Count
    resets_at: Time


class Caller(TypedDict):
    """Who asks, by the key or token, and what that allows."""

    tenant: str
    subject: Annotated[str, Field(description="Which key or user it is, as logs have it: `key:…` or `user:…`.")]
    scopes: list[Scope]
    limits: CallerLimits
    used: CallerUse


class Health(TypedDict):
    """That the API is there."""

    status: str
    stage: str
