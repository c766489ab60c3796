"""Read uploaded files: CSV, JSON, JSON Lines, and pictures."""

from __future__ import annotations

import base64
import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports import strictjson
from reports.errors import TooLargeError, UnreadableFileError, UnsupportedFileError, WrongKindOfDataError
from reports.model import InputKind, Template

# What plain WeasyPrint makes within the render function's time and memory.
MAX_ROWS = 10_000

_PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_SUPPORTED = "CSV (.csv), JSON (.json), JSON Lines (.jsonl, .ndjson), JPEG (.jpg, .jpeg), PNG (.png) and WebP (.webp)"
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Hold what a file has: an object, a list of rows (objects), or a picture as a ``data:`` URI."""

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
    InputKind.ROWS: "rows (CSV, JSON Lines, or a JSON list of objects)",
    InputKind.IMAGE: "a picture (JPEG, PNG or WebP)",
}
_FOUND = {InputKind.OBJECT: "one object", InputKind.ROWS: "rows", InputKind.IMAGE: "a picture"}


def read_file(name: str, body: bytes) -> Dataset:
    """Read a file by its name's suffix, in any letter case.

    Raises UnsupportedFileError, UnreadableFileError (with the line, where there is one) or TooLargeError.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix in _PICTURES:
        return Dataset(InputKind.IMAGE, _picture(body))
    if suffix == "csv":
        return Dataset(InputKind.ROWS, _rows(_csv_rows(body)))
    if suffix in ("jsonl", "ndjson"):
        return Dataset(InputKind.ROWS, _rows(_json_lines(body)))
    if suffix == "json":
        return _json(body)
    said = f"has the suffix .{suffix}" if suffix else "has no suffix"
    raise UnsupportedFileError(f"The file {said}. These can be read: {_SUPPORTED}.")


def _picture(body: bytes) -> str:
    if body.startswith(b"\xff\xd8\xff"):
        media_type = "image/jpeg"
    elif body.startswith(b"\x89PNG\r\n\x1a\n"):
        media_type = "image/png"
    elif body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        media_type = "image/webp"
    else:
        raise UnreadableFileError("The file is named like a picture, but is neither JPEG, PNG nor WebP.")
    return f"data:{media_type};base64,{base64.b64encode(body).decode('ascii')}"


def _rows(rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for row in rows:
        if len(result) == MAX_ROWS:
            raise TooLargeError(
                f"The file has more than {MAX_ROWS:,} rows, the most that one report may have. Split it.",
                max_rows=MAX_ROWS,
            )
        result.append(row)
    return result


def _json(body: bytes) -> Dataset:
    try:
        value = strictjson.parse(body)
    except ValueError as error:
        raise UnreadableFileError(f"The file is not JSON: {error}.") from None
    if isinstance(value, dict):
        return Dataset(InputKind.OBJECT, value)
    if isinstance(value, list):
        return Dataset(InputKind.ROWS, _rows(_objects(enumerate(value, 1), "item")))
    raise UnreadableFileError("The file holds a single JSON value. An object, or a list of objects, is needed.")


def _objects(items: Iterator[tuple[int, Any]], word: str) -> Iterator[dict[str, Any]]:
    for number, item in items:
        if not isinstance(item, dict):
            raise UnreadableFileError(f'In the file, {word} {number} is not an object like {{"name": "value"}}.')
        yield item


def _json_lines(body: bytes) -> Iterator[dict[str, Any]]:
    def values() -> Iterator[tuple[int, Any]]:
        for number, line in enumerate(body.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
            if line.strip():
                try:
                    yield number, strictjson.parse(line)
                except ValueError as error:
                    raise UnreadableFileError(f"Line {number} of the file is not JSON: {error}.") from None

    return _objects(values(), "line")


def _csv_rows(body: bytes) -> Iterator[dict[str, Any]]:
    text = _decode(body)
    if "\x00" in text:
        raise UnreadableFileError("The file has zero bytes: it is not a text file.")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next((row for row in reader if any(cell.strip() for cell in row)), None)
        if header is None:
            raise UnreadableFileError("The file is empty: a line with the names of the columns is needed.")
        names = _column_names(header)
        for row in reader:
            if not row:
                continue
            if len(row) > len(names):
                raise UnreadableFileError(
                    f"Line {reader.line_num} of the file has {len(row)} cells, but the first line names {len(names)} "
                    f"columns. Put cells that contain {delimiter!r} in double quotes."
                )
            cells = [cell.strip() or None for cell in row]
            yield dict(zip(names, cells + [None] * (len(names) - len(row)), strict=True))
    except csv.Error as error:
        raise UnreadableFileError(f"Line {reader.line_num} of the file is not CSV: {error}.") from None


def _decode(body: bytes) -> str:
    is_utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # What is neither UTF-16 nor UTF-8 is, in practice, what Excel saves on Windows.
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("The text of the file is in an unknown encoding. Save it as UTF-8.")


def _delimiter(text: str) -> str:
    """Return the delimiter that the first line has most of, outside of quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _column_names(header: list[str]) -> list[str]:
    names: dict[str, None] = {}
    for number, cell in enumerate(header, 1):
        base = name = cell.strip() or f"Column {number}"
        copy = 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        names[name] = None
    return list(names)
