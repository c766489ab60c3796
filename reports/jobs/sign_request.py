"""Define what a caller says about the signature of a PDF."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reports.jobs.filenames import PLAIN_NAME

_WORDS = r"^[^\x00-\x1f\x7f]+$"

_Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_WORDS)]


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
