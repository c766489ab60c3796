"""Define what a caller says about the PDF as a file: the standards that it keeps, and what is put into it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from reports.jobs.filenames import Filename, encodable
from reports.render_contract import PdfClaims

MOST_ATTACHMENTS = 20
MOST_BYTES_OF_CONTENTS = 2 * 2**20
"""Bytes that the contents of all attachments of a request may have together. Its data are not among these."""

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gz": "application/gzip",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "md": "text/markdown",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "text/xml",
}
"""What may be attached by its suffix: no programs, and nothing that readers would run."""

_Base64 = Annotated[str, StringConstraints(max_length=MOST_BYTES_OF_CONTENTS * 4 // 3 + 4)]


class PdfRequest(BaseModel):
    """The standards that a PDF has to keep. A report that cannot keep them fails."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    variant: Literal["pdf/a-2a", "pdf/a-2b", "pdf/a-2u", "pdf/a-3a", "pdf/a-3b", "pdf/a-3u"] | None = Field(
        default=None,
        description="A part and a level of PDF/A (ISO 19005), for archives. Part 3 takes attachments, part 2 does not. "
        "Level `a` is described for screen readers, of `u` the text can be read, of `b` at least the look is kept.",
    )
    ua: bool | None = Field(
        default=None,
        description="Whether the PDF has to be accessible (PDF/UA-1), too: `true` is `accessibility: required`. "
        "`false`: it does not claim that. Without this, it claims it if nothing is known against it.",
    )

    def claims(self) -> PdfClaims:
        """Return them as the renderer takes them."""
        return PdfClaims(self.variant, self.ua)


class AttachmentRequest(BaseModel):
    """A file that is put into the PDF: what the report is made from, or a file of the caller's."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: Literal["data", "csv"] | None = Field(
        default=None,
        description="What the report is made from. `data`: the `data` of the request as JSON, or the uploaded file as "
        "it came. `csv`: the rows of the request as CSV.",
    )
    content: _Base64 | None = Field(default=None, description="The content of a file of your own, in Base64.")
    name: Filename | None = Field(
        default=None,
        description="Its name in the PDF. Its suffix says what it is: one of " + ", ".join(MEDIA_TYPES) + ".",
    )
    relationship: Literal["source", "data", "alternative", "supplement", "unspecified"] | None = Field(
        default=None,
        description="What it is to the PDF (`AFRelationship`): `data` for what the report is made from, if you say "
        "nothing, and `supplement` for files of your own.",
    )
    description: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="What it is, in words for readers of the PDF."
    )

    @field_validator("name")
    @classmethod
    def _of_a_known_kind(cls, value: str | None) -> str | None:
        if value is not None and suffix_of(value) not in MEDIA_TYPES:
            raise ValueError(f"files of this kind cannot be attached: name one that ends with {', '.join(MEDIA_TYPES)}")
        return value

    @field_validator("content")
    @classmethod
    def _in_base64(cls, value: str | None) -> str | None:
        if value is not None:
            body_of(value)
        return value

    @field_validator("description")
    @classmethod
    def _encodable(cls, value: str | None) -> str | None:
        return None if value is None else encodable(value)

    @model_validator(mode="after")
    def _one_of_both(self) -> AttachmentRequest:
        if (self.source is None) == (self.content is None):
            raise ValueError("give either source or content")
        if self.content is not None and self.name is None:
            raise ValueError("give the name of this file")
        return self

    def without_content(self) -> AttachmentRequest:
        """Return what the job keeps of it."""
        return self if self.content is None else self.model_copy(update={"content": ""})


def suffix_of(name: str) -> str:
    """Return the end of a file's name, which says what it is."""
    return name.rpartition(".")[2].lower()


def body_of(content: str) -> bytes:
    """Return a content in bytes. Raises ValueError."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("this is not Base64") from None


def check_attachments(attachments: Sequence[AttachmentRequest]) -> None:
    """Raise ValueError for attachments that are too large, or called alike."""
    size = sum(len(each.content or "") * 3 // 4 for each in attachments)
    if size > MOST_BYTES_OF_CONTENTS:
        raise ValueError(f"the contents have {size:,} bytes together, and may have {MOST_BYTES_OF_CONTENTS:,}")
    names = [each.name.lower() for each in attachments if each.name is not None]
    if len(set(names)) < len(names):
        raise ValueError("two attachments have the same name")
