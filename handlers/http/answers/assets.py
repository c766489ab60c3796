"""Answers about assets of tenants. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated  # pydantic cannot read typing's before Python 3.12

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count, Digest


class ShownAsset(TypedDict):
    """An asset that was kept."""

    name: str
    bytes: Count
    pages: Count
    sha256: Digest


class FullAsset(TypedDict):
    """An asset with its content."""

    name: str
    bytes: Count
    sha256: Digest
    content: Annotated[str, Field(description="The PDF in Base64.")]
