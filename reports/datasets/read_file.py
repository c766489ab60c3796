"""Say what is in an uploaded file: an object, rows, or a picture."""

from __future__ import annotations

import base64
import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports import strict_json
from reports.datasets.options import INFER_ALL, ReadingOptions
from reports.datasets.rows import RowsFile, RowsFormat
from reports.errors import TooLargeError, UnreadableFileError, UnsupportedFileError, WrongKindOfDataError
from reports.picture_formats import (
    HEAD_BYTES,
    PICTURE_NAMES,
    PICTURE_SUFFIXES,
    PictureFormat,
    picture_format,
    what_else,
)
from reports.render_contract import InputKind, Template

# What is held whole, several times over, on its way into a document.
MAX_WHOLE_BYTES = 25_000_000

_MEGABYTE = 1_000_000
_ROWS = {
    "csv": RowsFormat.CSV,
    "jsonl": RowsFormat.JSON_LINES,
    "ndjson": RowsFormat.JSON_LINES,
    "xlsx": RowsFormat.XLSX,
}
_SUPPORTED = (
    "CSV (.csv), Excel (.xlsx), JSON (.json), JSON Lines (.jsonl, .ndjson), and pictures as "
    f"{PICTURE_NAMES}, whatever they are named"
)
_SPACE = b" \t\r\n"
_ENOUGH_TO_SEE_WHAT_IT_IS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Dataset:
    """The content of a file: an object, rows (a RowsFile), or a picture as a ``data:`` URI."""

    kind: InputKind
    value: Any

    def data_for(self, template: Template) -> dict[str, Any]:
        """Arrange the content as a template's data. Raises WrongKindOfDataError when it can't be."""
        if self.kind is InputKind.OBJECT:
            return dict(self.value)
        if self.kind is template.kind and template.property is not None:
            return {template.property: self.value}
        raise WrongKindOfDataError(
            f"The template {template.name!r} is made from {_EXPECTED[template.kind]}, "
            f"and the file holds {_FOUND[self.kind]}."
        )


_EXPECTED = {
    InputKind.OBJECT: "a JSON file that holds one object",
    InputKind.ROWS: "rows (CSV, Excel, JSON Lines, or a JSON list of objects)",
    InputKind.IMAGE: f"a picture ({PICTURE_NAMES})",
}
_FOUND = {InputKind.OBJECT: "one object", InputKind.ROWS: "rows", InputKind.IMAGE: "a picture"}


def read_file(name: str, path: Path, options: ReadingOptions = INFER_ALL) -> Dataset:
    """Read a file: pictures by their first bytes, all else by its name's suffix, in any letter case.

    Rows are read later, when they are iterated over. Raises UnsupportedFileError, UnreadableFileError or TooLargeError.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if (found := picture_format(start)) is not None:
        return Dataset(InputKind.IMAGE, _picture(_whole(path, "picture"), found))
    if suffix in PICTURE_SUFFIXES:
        raise UnreadableFileError(
            f"The file is named like a picture (.{suffix}), but is {what_else(start)}. "
            f"Pictures are read as {PICTURE_NAMES}."
        )
    if suffix in _ROWS:
        return Dataset(InputKind.ROWS, RowsFile(path, _ROWS[suffix], options=options))
    if suffix == "json":
        return _json(path, options)
    said = f"has the suffix .{suffix}" if suffix else "has no suffix"
    raise UnsupportedFileError(f"The file {said}. These can be read: {_SUPPORTED}.")


def _picture(body: bytes, found: PictureFormat) -> str:
    return f"data:{found.media_type};base64,{base64.b64encode(body).decode('ascii')}"


def _json(path: Path, options: ReadingOptions) -> Dataset:
    with path.open("rb") as file:
        start = file.read(_ENOUGH_TO_SEE_WHAT_IT_IS).removeprefix(codecs.BOM_UTF8).lstrip(_SPACE)
    if start.startswith(b"["):
        return Dataset(InputKind.ROWS, RowsFile(path, RowsFormat.JSON_LIST, options=options))
    body = _whole(path, "JSON object")
    try:
        value = strict_json.parse(body)
    except ValueError as error:
        raise UnreadableFileError(f"The file is not JSON: {error}.") from None
    if isinstance(value, dict):
        return Dataset(InputKind.OBJECT, value)
    raise UnreadableFileError("The file holds a single JSON value. An object, or a list of objects, is needed.")


def _whole(path: Path, what: str) -> bytes:
    """Return all of a file. Raises TooLargeError, for what is read whole is held whole."""
    size = path.stat().st_size
    if size > MAX_WHOLE_BYTES:
        raise TooLargeError(
            f"The file has {size:,} bytes, and a {what} may have {MAX_WHOLE_BYTES // _MEGABYTE} MB. "
            "Only rows may be more than that: as CSV, Excel, JSON Lines, or a JSON list of objects.",
            size=size,
            max_bytes=MAX_WHOLE_BYTES,
        )
    return path.read_bytes()
