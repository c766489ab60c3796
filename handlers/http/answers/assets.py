"""Answers about assets of tenants. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated  # pydantic cannot read typing's before Python 3.12

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.types import Count, Digest, Time


class ShownAsset(TypedDict):
    """An asset that was kept."""

    name: str
    bytes: Count
    pages: Count
    sha256: Digest


class ListedAsset(TypedDict):
    """An asset as an entry of a list. `kept_at` is when it was put there last."""

    name: str
    bytes: Count
    kept_at: Time


class AssetLimits(TypedDict):
    """How many assets a tenant may have, and how many bytes together."""

    assets: Count
    bytes: Count


class AssetList(TypedDict):
    """All assets of a tenant by name, and their bytes together."""

    assets: list[ListedAsset]
    bytes: Count
    limits: AssetLimits


class FullAsset(TypedDict):
    """An asset with its content."""

    name: str
    bytes: Count
    sha256: Digest
    content: Annotated[str, Field(description="The PDF in Base64.")]
