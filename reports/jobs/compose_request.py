"""Define what a caller says about pages of its own: under those of the report, before and behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reports.jobs.filenames import PLAIN_NAME

AssetName = Annotated[
    str,
    StringConstraints(pattern=PLAIN_NAME),
    Field(description="The name of an asset: up to 63 letters, digits, dashes and underscores."),
]
AssetNames = Annotated[list[AssetName], Field(max_length=5)]


class LetterheadRequest(BaseModel):
    """A letterhead: an asset of the tenant's that is laid under the pages."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    asset: AssetName = Field(
        description="The name of the asset. Its first page goes under the first page, its second, if it has one, under "
        "all others."
    )
    pages: Literal["all", "first"] | None = Field(
        default=None, description="Under which pages: under all, which is so without this, or the first alone."
    )


def named_assets(
    letterhead: LetterheadRequest | None, prepend: list[str] | None, append: list[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield the pointer to each name of an asset in the options, and the name."""
    if letterhead is not None:
        yield "/options/letterhead/asset", letterhead.asset
    for member, names in (("prepend", prepend), ("append", append)):
        for index, name in enumerate(names or ()):
            yield f"/options/{member}/{index}", name
