"""Read what is in an uploaded file: an object, rows, or a picture."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.datasets.content import Content, content_of
from reports.datasets.json_rows import MOST_WHOLE as MAX_WHOLE_BYTES
from reports.datasets.json_rows import parsed_whole
from reports.datasets.json_shapes import named_lists
from reports.datasets.options import INFER_ALL, ReadingOptions
from reports.datasets.rows import RowsFile, RowsFormat
from reports.errors import TooLargeError, UnreadableFileError, WrongKindOfDataError
from reports.picture_formats import HEAD_BYTES, PICTURE_NAMES, picture_format
from reports.render_contract import InputKind, Template

_MEGABYTE = 1_000_000
_MOST_NAMED = 50
_LONGEST_NAME = 80
_START_OF_XML = 1024
_ROWS = {
    Content.CSV: RowsFormat.CSV,
    Content.JSON_LINES: RowsFormat.JSON_LINES,
    Content.JSON_LIST: RowsFormat.JSON_LIST,
    Content.XLSX: RowsFormat.XLSX,
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """The content of a file: an object, rows (a RowsFile), or a picture as a ``data:`` URI.

    ``rows`` are those that an object can be taken for.
    """

    kind: InputKind
    value: Any
    rows: RowsFile | None = None

    def data_for(self, template: Template) -> dict[str, Any]:
        """Arrange the content as a template's data. Raises WrongKindOfDataError when it can't be."""
        if self.kind is InputKind.OBJECT and template.kind is InputKind.ROWS and self.rows is not None:
            return _with_rows(self.value, self.rows, template)
        if self.kind is InputKind.OBJECT:
            return dict(self.value)
        if self.kind is template.kind and template.property is not None:
            return {template.property: self.value}
        raise WrongKindOfDataError(
            f"The template {template.name!r} is made from {_EXPECTED[template.kind]}, "
            f"and the file holds {_FOUND[self.kind]}."
        )


def _with_rows(value: Mapping[str, Any], rows: RowsFile, template: Template) -> dict[str, Any]:
    """Arrange an object for a template of rows: as the template's data if it has these, else as rows alone."""
    name = str(template.property)
    known = template.schema.get("properties", {})
    if not isinstance(value.get(name), list) or named_lists(value) is not None:
        return {name: rows}
    unknown = ", ".join(f"“{key[:_LONGEST_NAME]}”" for key in list(value)[:_MOST_NAMED] if key not in known)
    message = f"Left out is what the template does not know: {unknown}."
    remarks = ({"code": "keys_left_out", "message": message},) if unknown else ()
    return {**{key: item for key, item in value.items() if key in known}, name: rows.within(name, remarks)}


_EXPECTED = {
    InputKind.OBJECT: "a JSON file that holds one object",
    InputKind.ROWS: "rows (CSV, Excel, JSON Lines, or a JSON list of objects)",
    InputKind.IMAGE: f"a picture ({PICTURE_NAMES})",
}
_FOUND = {InputKind.OBJECT: "one object", InputKind.ROWS: "rows", InputKind.IMAGE: "a picture"}


def read_file(name: str, path: Path, options: ReadingOptions = INFER_ALL) -> Dataset:
    """Read a file by what is in it; rows are read later, when they are iterated over.

    Raises UnsupportedFileError, UnreadableFileError or TooLargeError.
    """
    content = content_of(name, path)
    if content is Content.PICTURE:
        return Dataset(InputKind.IMAGE, _picture(_whole(path, "picture")))
    if content is Content.JSON_OBJECT:
        value = parsed_whole(path, options)
        if not isinstance(value, dict):
            raise UnreadableFileError("The file holds a single JSON value. An object, or a list of objects, is needed.")
        return Dataset(InputKind.OBJECT, value, RowsFile(path, RowsFormat.JSON_OBJECT, options=options))
    return Dataset(InputKind.ROWS, RowsFile(path, _ROWS[content], options=options))


def einvoice_in(path: Path) -> str | None:
    """Return a file as a ``data:`` URI if it is XML or a PDF, as electronic invoices are; None for any other.

    Raises TooLargeError.
    """
    with path.open("rb") as file:
        start = file.read(_START_OF_XML)
    is_pdf = start.startswith(b"%PDF-")
    # In UTF-16, too.
    if not is_pdf and not start.translate(None, b"\x00\xef\xbb\xbf\xff\xfe").lstrip().startswith(b"<"):
        return None
    body = base64.b64encode(_whole(path, "PDF" if is_pdf else "file of XML")).decode("ascii")
    return f"data:application/{'pdf' if is_pdf else 'xml'};base64,{body}"


def _picture(body: bytes) -> str:
    found = picture_format(body[:HEAD_BYTES])
    if found is None:
        raise UnreadableFileError("The file has changed while it was read. Upload it again.")
    return f"data:{found.media_type};base64,{base64.b64encode(body).decode('ascii')}"


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
