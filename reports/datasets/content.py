"""Say what a file is by its first bytes; its name's suffix only helps where these leave it open."""

from __future__ import annotations

import json
import re
import zipfile
from enum import Enum
from pathlib import Path

from reports.datasets.opened import is_compressed, opened
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
_AS_CSV_OR_XLSX = "Open it in the program that it is from, and save it as .xlsx or CSV."
_UNPACK = "Unpack it, and upload the files in it one by one; a text may also be compressed by gzip."
# What cannot be read, and what helps.
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Office file of the kind before 2007 (.xls), or one with a password",
        "Open it in Excel or LibreOffice, and save it as .xlsx without a password.",
    ),
    (b"\t\x08\x10\x00\x00\x06\x05\x00", "an Excel file of before 1997 (.xls)", _AS_CSV_OR_XLSX),
    (b"%PDF-", "a PDF", "Export the table from the program that made it, as .xlsx or CSV."),
    (b"{\\rtf", "a text document (RTF)", _AS_CSV_OR_XLSX),
    (b"PAR1", "a Parquet file", "Convert it to CSV or JSON Lines."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV."),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "Export the table as .xlsx or CSV."),
    (b"BZh", "a file compressed by bzip2", _UNPACK),
    (b"\xfd7zXZ\x00", "a file compressed by xz", _UNPACK),
    (b"(\xb5/\xfd", "a file compressed by Zstandard", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)", _UNPACK),
    (b"Rar!\x1a\x07", "an archive (RAR)", _UNPACK),
)
_WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|table|meta|style)\b", re.IGNORECASE)
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
        raise UnsupportedFileError(f"The file is compressed by gzip, and what is in it is no text. {_UNPACK}")
    if is_picture:
        return Content.PICTURE
    if suffix in PICTURE_SUFFIXES:
        raise UnreadableFileError(
            f"The file is named like a picture (.{suffix}), but is {what_else(start[:HEAD_BYTES])}. "
            f"Pictures are read as {PICTURE_NAMES}."
        )
    if is_zip:
        return _in_zip(path, suffix)
    _refuse_others(start)
    text = start_of_text(start)
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
        raise UnreadableFileError("The file is a ZIP file that is broken or cut off.") from None
    for part, what, cure in _IN_ZIP:
        if any(name.startswith(part) for name in names):
            raise UnsupportedFileError(f"The file is {what}, which cannot be read. {cure}")
    if suffix in _EXCEL or any(name.startswith("xl/") or name == "[Content_Types].xml" for name in names):
        return Content.XLSX
    raise UnsupportedFileError(f"The file is an archive (ZIP). {_UNPACK}")


def _refuse_others(start: bytes) -> None:
    for magic, what, cure in _OTHERS:
        if start.startswith(magic):
            raise UnsupportedFileError(f"The file is {what}, which cannot be read. {cure}")
    beginning = start[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise UnsupportedFileError(
            f"The file is an Excel workbook as XML of 2003, which cannot be read. {_AS_CSV_OR_XLSX}"
        )
    if _WEB_PAGE.match(beginning):
        raise UnsupportedFileError(
            "The file is a web page (HTML), as some programs export under the name .xls; it cannot be read. Open it in "
            "a spreadsheet program, and save it as .xlsx or CSV."
        )
    if beginning.startswith((b"<?xml", b"<svg")):
        raise UnsupportedFileError("The file is XML, which cannot be read. Export the data as .xlsx, CSV or JSON.")


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


def _begins_a_list(text: str) -> bool:
    """Tell whether a text in brackets is JSON: names of columns may stand in brackets, too."""
    if not re.match(r'\[\s*(?:[\[{"\]]|-?[0-9]|true\b|false\b|null\b)', text):
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
