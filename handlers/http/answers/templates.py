"""Answers about templates and files for them. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    Any,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.batches import BatchLinks
from handlers.http.answers.types import Count, Url
from reports.render_contract import InputKind


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
