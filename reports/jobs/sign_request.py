"""Define what a caller says about the signature of a PDF."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from reports.jobs.filenames import PLAIN_NAME

_WORDS = r"^[^\x00-\x1f\x7f]+$"

_Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_WORDS)]


_Millimetres = Annotated[float, Field(ge=0, le=2000, strict=False)]


class VisibleSignature(BaseModel):
    """Where a signature is to be seen: a box with name, time, reason and place."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    page: Annotated[int, Field(ge=-1, le=100_000)] = Field(default=1, description="From 1 on; -1 is the last page.")
    x: _Millimetres = Field(description="Millimetres from the left edge of the page to the box.")
    y: _Millimetres = Field(description="Millimetres from the upper edge of the page to the box.")
    width: Annotated[float, Field(ge=15, le=300, strict=False)] = Field(default=60, description="Millimetres.")
    height: Annotated[float, Field(ge=6, le=300, strict=False)] = Field(default=20, description="Millimetres.")

    @field_validator("page")
    @classmethod
    def _is_a_page(cls, page: int) -> int:
        if page == 0:
            raise ValueError("pages are numbered from 1, and -1 is the last")
        return page


class SignRequest(BaseModel):
    """The signature of a PDF, as PAdES has it. It is the last thing that is done to the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Annotated[str, StringConstraints(pattern=PLAIN_NAME)] = Field(
        description="The name of a signing key of your tenant's, which the operator keeps."
    )
    reason: _Words | None = Field(default=None, description="Why the PDF is signed, as its readers are shown.")
    location: _Words | None = Field(default=None, description="Where it is signed, as its readers are shown.")
    certify: bool | None = Field(
        default=None,
        description="True to certify that no change at all is allowed: readers then show one as a violation, also "
        "another signature.",
    )
    timestamp: bool | None = Field(
        default=None,
        description="True to have an authority prove the time of the signature (PAdES B-T). The operator names it.",
    )
    visible: VisibleSignature | None = Field(
        default=None, description="Where the signature is to be seen. Without it, nothing of it is on a page."
    )
