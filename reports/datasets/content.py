"""Recognize what a file is by its first bytes; its name's suffix only helps where these leave it open."""

from __future__ import annotations

import json
import re
import zipfile
from enum import Enum
from pathlib import Path

from reports.datasets.opened import is_compressed, opened
from reports.datasets.other_formats import UNPACK, refuse_other_format
from reports.datasets.text.dialect import find_dialect
from reports.datasets.text.encoding import is_text, start_of_text
from reports.errors import UnreadableFileError, UnsupportedFileError
from reports.picture_formats import HEAD_BYTES, PICTURE_NAMES, PICTURE_SUFFIXES, picture_format, what_else


class Content(Enum):
    """What is in a file."""

    PICTURE = "picture"
    XLSX = "xlsx"
    JSON_LIST = "a JSON list"
    JSON_LINES = "JSON values one after another"
    JSON_OBJECT = "a JSON object"
    CSV = "csv"


SUPPORTED = (
    "CSV and other text with a delimiter (.csv, .tsv, .txt), Excel (.xlsx, .xlsm), JSON (.json, .geojson), JSON Lines "
    f"(.jsonl, .ndjson), each of these texts also compressed (.gz), and pictures as {PICTURE_NAMES}"
)

_START = 64 * 1024
_JSON = frozenset({"json", "geojson", "jsonl", "ndjson", "jsonlines"})
_LINES = frozenset({"jsonl", "ndjson", "jsonlines"})
_TABLES = frozenset({"", "csv", "tsv", "tab", "txt", "psv", "ssv", "dat", "asc", "prn", "xls", "xlsx", "xlsm", "xlt"})
_EXCEL = frozenset({"xlsx", "xlsm", "xltx", "xltm"})
# What is in a ZIP file of each kind, by the name of a part.
_IN_ZIP = (
    ("xl/workbook.bin", "an Excel workbook in its binary form (.xlsb)", "Save it as .xlsx."),
    ("word/", "a Word document", "Copy its table into a spreadsheet, and save that as .xlsx or CSV."),
    ("ppt/", "a presentation", "Copy its table into a spreadsheet, and save that as .xlsx or CSV."),
    ("Index/", "a Numbers, Pages or Keynote document", "Export it as .xlsx or CSV."),
    ("mimetype", "an OpenDocument file (such as .ods)", "Open it in LibreOffice, and save it as .xlsx or CSV."),
)


def content_of(name: str, path: Path) -> Content:
    """Return what is in a file. Raises UnsupportedFileError or UnreadableFileError with what it is, and what helps."""
    compressed = is_compressed(path)
    suffix = _suffix(name, is_compressed=compressed)
    with opened(path) as file:
        start = file.read(_START)
    is_zip = start.startswith(b"PK")
    is_picture = picture_format(start[:HEAD_BYTES]) is not None
    if compressed and (is_zip or is_picture or start[257:262] == b"ustar"):
        raise UnsupportedFileError(f"The file is compressed by gzip, and what is in it is no text. {UNPACK}")
    if is_picture:
        return Content.PICTURE
    if suffix in PICTURE_SUFFIXES:
        raise UnreadableFileError(
            f"The file is named like a picture (.{suffix}), but is {what_else(start[:HEAD_BYTES])}. "
            f"Pictures are read as {PICTURE_NAMES}."
        )
    if is_zip:
        return _in_zip(path, suffix)
    text = start_of_text(start)
    refuse_other_format(start, text)
    if suffix in _EXCEL and not is_text(text):
        # Its reader says that it is none.
        return Content.XLSX
    if suffix not in _TABLES | _JSON and not is_text(text):
        raise _unsupported(suffix, "is not text, and none of the other kinds that can be read")
    if (found := _json(text, suffix)) is not None:
        return found
    if suffix not in _TABLES | _JSON and text.strip() and not _has_columns(text):
        raise _unsupported(suffix, "holds no table that could be seen")
    return Content.CSV


def _suffix(name: str, *, is_compressed: bool) -> str:
    stem, _, suffix = name.rpartition(".")
    if is_compressed and suffix.lower() in ("gz", "gzip"):
        suffix = stem.rpartition(".")[2] if "." in stem else ""
    return suffix.lower() if stem else ""


def _in_zip(path: Path, suffix: str) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        if suffix in _TABLES:
            # Its reader says what is wrong.
            return Content.XLSX
        raise UnreadableFileError(
            "The file is a ZIP file that is broken or cut off. Save it again, and upload that."
        ) from None
    for part, what, cure in _IN_ZIP:
        if any(name.startswith(part) for name in names):
            raise UnsupportedFileError(f"The file is {what}, which cannot be read. {cure}")
    if suffix in _EXCEL or any(name.startswith("xl/") or name == "[Content_Types].xml" for name in names):
        return Content.XLSX
    raise UnsupportedFileError(f"The file is an archive (ZIP). {UNPACK}")


def _json(text: str, suffix: str) -> Content | None:
    """Return the kind of JSON that a text is, by its start; None if it is none."""
    text = text.lstrip("\ufeff \t\r\n")
    first = text[:1]
    if first == "[" and (suffix in _JSON or _begins_a_list(text)):
        return Content.JSON_LINES if suffix in _LINES and _has_more(text) else Content.JSON_LIST
    if first == "{" and (suffix in _JSON or re.match(r'\{\s*["}]', text)):
        return Content.JSON_LINES if suffix in _LINES or _has_more(text) else Content.JSON_OBJECT
    if suffix in _LINES:
        return Content.JSON_LINES
    if suffix in _JSON and (not first or _is_single_value(text)):
        return Content.JSON_OBJECT
    return None


_BEGINS_A_LIST = re.compile(
    r'\[\s*(?:[\[{"\]]|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\s*(?:[,\]]|\Z)|true\b|false\b|null\b)'
)


def _begins_a_list(text: str) -> bool:
    """Tell whether a text in brackets is JSON: names of columns may stand in brackets, too."""
    if not _BEGINS_A_LIST.match(text):
        return False
    end = _end_of_value(text)
    return end is None or not text[end:].lstrip() or text[end:].lstrip()[0] in "[{"


def _has_more(text: str) -> bool:
    """Tell whether something comes after the first value."""
    end = _end_of_value(text)
    return end is not None and bool(text[end:].strip())


def _end_of_value(text: str) -> int | None:
    try:
        return json.JSONDecoder().raw_decode(text)[1]
    except (ValueError, RecursionError):
        return None


def _is_single_value(text: str) -> bool:
    end = _end_of_value(text)
    return end is not None and not text[end:].strip()


def _has_columns(text: str) -> bool:
    lines = text.splitlines(keepends=True)
    return find_dialect(lines[:100], None, None).width > 1


def _unsupported(suffix: str, why: str) -> UnsupportedFileError:
    said = f"has the suffix .{suffix}, and {why}" if suffix else f"has no suffix, and {why}"
    return UnsupportedFileError(f"The file {said}. These can be read: {SUPPORTED}.")
