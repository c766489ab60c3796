"""Define what a caller says about a bucket of its own that gets the files of a report."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reports.jobs.filenames import PLAIN_NAME

_FOLDER = r"^[A-Za-z0-9][A-Za-z0-9_.=-]*(/[A-Za-z0-9][A-Za-z0-9_.=-]*){0,9}$"


class DeliverRequest(BaseModel):
    """A destination of the tenant's, and the folder in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    destination: Annotated[str, StringConstraints(pattern=PLAIN_NAME)] = Field(
        description="The name of a destination, by which the operator has allowed a bucket of yours."
    )
    folder: Annotated[str, StringConstraints(max_length=200, pattern=_FOLDER)] | None = Field(
        default=None,
        description="Where the files go below the destination's prefix, such as `invoices/2026-10`. A file of the same "
        "name is replaced. Without this, a folder of the report's id.",
    )
