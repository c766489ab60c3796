"""Types of values in answers."""

from __future__ import annotations

from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]


PresignedUrl = Annotated[
    str, Field(description="Presigned; works for an hour at the most.", json_schema_extra={"format": "uri"})
]


Count = Annotated[int, Field(ge=0)]


Digest = Annotated[str, Field(description="SHA-256 in hexadecimal.")]
