"""Answers to requests that are refused. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict


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
