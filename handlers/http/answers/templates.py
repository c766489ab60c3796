"""Answers about templates and files for them. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    Any,
    Literal,  # pydantic cannot read typing's before Python 3.12
    NotRequired,
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.batches import BatchLinks
from handlers.http.answers.types import Count, Digest, Time, Url
from reports.render_contract import InputKind
from reports.shelf.own_template import VersionStatus


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
    own: Annotated[bool, Field(description="Whether your tenant has stored it; others are Pressrun's.")]
    version: NotRequired[Annotated[int, Field(description="Of one of your own: that which reports are made of now.")]]
    links: TemplateLinks


class TemplateList(TypedDict):
    """All templates."""

    templates: list[TemplateSummary]


class TemplateFinding(TypedDict):
    """What is wrong with a template, where, and how to mend it."""

    message: str
    file: NotRequired[str]
    line: NotRequired[int]
    column: NotRequired[int]
    severity: NotRequired[str]
    cure: NotRequired[str]


class VersionLinks(TypedDict):
    """Where to go from a version of a template."""

    self: Url
    check: Annotated[Url, Field(description="The report of its sample by which it is checked.")]


class ShownVersion(TypedDict):
    """A version of a template of your own. Reports ask for it by `name@version`."""

    name: str
    version: int
    status: VersionStatus
    current: Annotated[bool, Field(description="Whether reports are made of it that name no version.")]
    share: NotRequired[
        Annotated[
            int, Field(description="Of a hundred of these reports, while it is tried beside the current version.")
        ]
    ]
    slots: Annotated[bool, Field(description="Whether it is slots of a template of Pressrun's.")]
    goes_live: Annotated[bool, Field(description="Whether it became current by itself when its check had succeeded.")]
    title: str
    description: str
    made_from: InputKind
    bytes: Count
    sha256: Digest
    put_at: Time
    put_by: str
    findings: list[TemplateFinding]
    links: VersionLinks


class TemplateFileDifference(TypedDict):
    """A file that two versions of a template do not have alike."""

    file: str
    change: Annotated[Literal["added", "removed", "changed"], Field(description="From the first to the second.")]
    lines: Annotated[list[str], Field(description="A unified difference, where the file is a text.")]


class TemplateDifference(TypedDict):
    """What differs between two versions of a template."""

    name: str
    before: int
    after: int
    files: list[TemplateFileDifference]


class ReplayPair(TypedDict):
    """A report, and the two that are made of its input."""

    original: str
    before: Annotated[str, Field(description="The report by the current version.")]
    after: Annotated[str, Field(description="The report by the version that is tried.")]


class StartedReplay(TypedDict):
    """A replay. Each report has its text as `report.txt`, to be compared."""

    name: str
    version: int
    batch: str
    reports: list[ReplayPair]
    links: BatchLinks


class SlotChoices(TypedDict):
    """What can be put into the slots of a template."""

    colours: list[str]
    typefaces: list[str]
    texts: Annotated[dict[str, dict[str, str]], Field(description="The template's own, by language and name.")]


class ShownSlots(TypedDict):
    """What your tenant has put into the slots of a template of Pressrun's."""

    name: str
    version: NotRequired[Annotated[int, Field(description="That which reports are made of now.")]]
    slots: Annotated[dict[str, Any], Field(description="As it was stored: colours, typeface, texts and data.")]
    choices: SlotChoices


class VersionList(TypedDict):
    """The versions of a template of your own, the newest first."""

    name: str
    current: NotRequired[int]
    versions: list[ShownVersion]


class FullTemplate(TemplateSummary):
    """A template with the JSON Schema of its data, and data that fit it."""

    schema: dict[str, Any]
    sample: dict[str, Any]
