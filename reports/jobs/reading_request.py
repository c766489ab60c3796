"""Define what a caller says about how data are read and shown, in place of what Pressrun would infer."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

MOST_CHARACTERS = 16_000
"""As long the JSON of all may be: it is kept with the job."""

_READS = ("encoding", "delimiter", "quote", "header_row", "sheet", "decimal", "date_order")
# Python knows them as encodings, but no file is written in them, and some take quadratic time.
_NO_ENCODINGS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_WORDS = {"tab": "\t", "space": " "}

_SheetName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_SheetNumber = Annotated[int, Field(ge=1, le=10_000)]
_ColumnKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ColumnChoice(BaseModel):
    """A column to print, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: _ColumnKey
    label: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    type: Literal["text", "number", "date", "datetime", "time", "duration", "boolean"] | None = None
    decimals: Annotated[int, Field(ge=0, le=20)] | None = None
    total: bool | None = None


class SortKey(BaseModel):
    """A column by whose values rows are sorted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: _ColumnKey
    descending: bool = False


class ReadingRequest(BaseModel):
    """How data are read, and how they are shown; what is left out is inferred."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    encoding: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,39}$")] | None = Field(
        default=None, description="Of a text file, such as `utf-8`, `cp1252` or `shift_jis`."
    )
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=5)] | None = Field(
        default=None, description="One character between the cells of CSV, or the word `tab` or `space`."
    )
    quote: Annotated[str, StringConstraints(min_length=1, max_length=4)] | None = Field(
        default=None, description="The character around cells of CSV that contain the delimiter, or the word `none`."
    )
    header_row: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        default=None,
        description="The line of the file, or row of the sheet, that names the columns, from 1 on; 0 if none does.",
    )
    sheet: _SheetName | _SheetNumber | None = Field(
        default=None, description="The one sheet of a workbook to print, by its name or by its number from 1 on."
    )
    decimal: Literal[".", ","] | None = Field(default=None, description="The decimal mark of numbers.")
    date_order: Literal["dmy", "mdy", "ymd"] | None = Field(
        default=None, description="The order of day, month and year in dates such as 03/04/2026."
    )
    columns: Annotated[list[ColumnChoice], Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="The columns to print, in this order."
    )
    group_by: _ColumnKey | None = Field(default=None, description="Key of a column by whose values rows are gathered.")
    sort: Annotated[list[SortKey], Field(min_length=1, max_length=8)] | None = Field(
        default=None, description="Columns by whose values rows are sorted, the most important first."
    )
    sums: bool | Annotated[list[_ColumnKey], Field(max_length=200)] | None = Field(
        default=None,
        description="True sums up all columns of numbers, false none, and a list of keys exactly these.",
    )
    orientation: Literal["portrait", "landscape"] | None = Field(default=None, description="How the paper lies.")
    paper: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = Field(
        default=None, description="Paper size, one of those that the template knows."
    )

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and not _is_encoding(value):
            raise ValueError(f"{value!r} is no encoding that Pressrun knows: give one such as utf-8 or cp1252")
        return value

    @field_validator("delimiter")
    @classmethod
    def _one_mark(cls, value: str | None) -> str | None:
        value = _WORDS.get(value or "", value)
        if value is not None and (len(value) != 1 or value.isalnum() or value in '"\r\n\x00'):
            raise ValueError("give one character such as ; or the word tab, and no letter, digit, quote or line break")
        return value

    @field_validator("quote")
    @classmethod
    def _one_quote(cls, value: str | None) -> str | None:
        if value not in (None, "none") and (len(value) != 1 or value.isalnum() or value in "\r\n\x00 "):
            raise ValueError("give one character such as ' or the word none")
        return value

    @model_validator(mode="after")
    def _not_too_long(self) -> ReadingRequest:
        length = len(self.model_dump_json(exclude_none=True))
        if length > MOST_CHARACTERS:
            raise ValueError(f"has {length:,} characters of JSON, and may have {MOST_CHARACTERS:,}: name fewer columns")
        return self

    def of_file(self) -> dict[str, Any]:
        """Return what is said of how a file is to be read."""
        return self.model_dump(include=set(_READS), exclude_none=True)

    def of_document(self) -> dict[str, Any]:
        """Return what is said of how data are to be shown, as properties of a template's data."""
        return self.model_dump(exclude=set(_READS), exclude_none=True)


def _is_encoding(name: str) -> bool:
    try:
        known = codecs.lookup(name).name
        "".encode(name)
    except (LookupError, UnicodeError):
        return False
    return known not in _NO_ENCODINGS
