"""Define what a caller wants besides the PDF: pictures of its pages, its text, its data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from reports.errors import InvalidOptionsError, Violation
from reports.render_contract import InputKind, OutputFile, Template

_PAGES = r"^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$"
_PICTURES = ("png", "webp")
_OF_ROWS = ("csv", "xlsx")

WIDTH = 1240
"""Pixels across a page, unless a caller says so: 150 to the inch of A4."""


class OutputRequest(BaseModel):
    """A kind of file that is made beside the PDF."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["png", "webp", "text", "csv", "xlsx"] = Field(
        description="`png`, `webp`: a picture of each page. `text`: the text of all pages. `csv`, `xlsx`: the rows of "
        "the data, of templates that have rows."
    )
    pages: Annotated[str, StringConstraints(pattern=_PAGES)] | None = Field(
        default=None,
        description="Of which pages there are pictures, such as `1` or `1-3`. Without this: of the first 50.",
    )
    width: Annotated[int, Field(ge=100, le=2400)] | None = Field(
        default=None, description=f"Pixels across a picture of a page: {WIDTH} without this."
    )

    @model_validator(mode="after")
    def _of_pictures(self) -> OutputRequest:
        if self.format not in _PICTURES and (self.pages is not None or self.width is not None):
            raise ValueError("pages and width are of pictures: leave them out")
        if self.last < self.first:
            raise ValueError("the last page comes before the first")
        return self

    @property
    def first(self) -> int:
        """Return the first page that is drawn."""
        return int((self.pages or "1").partition("-")[0])

    @property
    def last(self) -> int:
        """Return the last page that is drawn; there may be fewer."""
        return 10**5 if self.pages is None else int(re.split("-", self.pages)[-1])

    def wanted(self) -> OutputFile:
        """Return it as the renderer takes it."""
        return OutputFile(self.format, self.first, self.last, self.width or WIDTH)


def check_outputs(template: Template, outputs: Sequence[OutputRequest | OutputFile] | None) -> None:
    """Raise InvalidOptionsError for rows of a template that has none."""
    for index, each in enumerate(outputs or ()):
        if each.format in _OF_ROWS and template.kind is not InputKind.ROWS:
            fault = f"the template {template.name!r} has no rows to write as {each.format}: leave this out"
            raise InvalidOptionsError([Violation(f"/options/outputs/{index}/format", fault)])
