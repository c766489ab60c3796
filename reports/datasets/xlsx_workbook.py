"""Open an Excel workbook (ISO/IEC 29500): its first sheet, its texts, its formats.

The zip is trusted in what it says of its parts' lengths, because a part that is longer is cut there.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Self
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from reports.datasets.xlsx_parts import BrokenPartError, RawRow, rows_of, texts_of
from reports.errors import TooLargeError, UnreadableFileError

# What a workbook may unpack to, all in all: its texts are held while its rows are read.
_MOST_UNPACKED_BYTES = 2**30
# Beside that, what the file's own size speaks for. A sheet is packed to a tenth; to a hundredth none but a bomb.
_ALWAYS_UNPACKED_BYTES = 16 * 2**20
_MOST_UNPACKED_PER_BYTE = 100
_MOST_OF_A_SHORT_PART = 16 * 2**20
_MOST_TAGS_OF_A_SHORT_PART = 1_000_000

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# Formats that are known by number alone (ISO/IEC 29500-1, 18.8.30).
_DAYS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58}
_TIMES = {*range(18, 23), 32, 33, 34, 35, 45, 47, 55, 56}
_ELAPSED = {46}
_LONGEST_CODE = 10
# Those of Excel (ISO/IEC 29500-2, annex C). What bzip2 and LZMA unpack to at once has no bound.
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_LONGEST_NAME = 80
# Excel's own limit, by which the time that the pattern takes is limited, too.
_LONGEST_FORMAT = 255
_NOT_A_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\[\]]*\]', re.IGNORECASE)


class Format(Enum):
    """Name what the number in a cell stands for."""

    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    ELAPSED = "elapsed"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and the name of its part."""

    name: str
    part: str


class Workbook:
    """An open workbook. Every method may raise UnreadableFileError."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        main = next((part for kind, part, _ in self._relations("") if kind == "officeDocument"), None)
        if main is None:
            raise UnreadableFileError("The file is no Excel workbook, though it is named like one. Save it again.")
        self._related = self._relations(main)
        root = self._whole(main)
        self.counts_from_1904 = any(
            properties.get("date1904") in ("1", "true")
            for properties in root
            if _local_name(properties) == "workbookPr"
        )
        self.sheet = self._first_sheet(root)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Open a file. Raises UnreadableFileError, also for what turns out to be broken later, or TooLargeError."""
        try:
            with _opened(path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
                most = _ALWAYS_UNPACKED_BYTES + _MOST_UNPACKED_PER_BYTE * path.stat().st_size
                most = min(most, _MOST_UNPACKED_BYTES)
                if size > most:
                    raise TooLargeError(
                        f"The workbook unpacks to {size:,} bytes, and one of its size may to {most:,}. Save it as CSV.",
                        size=size,
                        max_bytes=most,
                    )
                yield cls(archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise UnreadableFileError(
                "The file is named like an Excel workbook, but is none, or is broken or encrypted. Save it as .xlsx "
                "again, or as .csv."
            ) from error
        except (ElementTree.ParseError, BrokenPartError) as error:
            raise UnreadableFileError(
                f"The workbook is broken: {error}. Open it in Excel, and save it again."
            ) from None

    def texts(self) -> list[str]:
        """Return the texts that cells refer to by number."""
        texts: list[str] = []
        for part in self._parts("sharedStrings"):
            with self._opened(part) as file:
                texts += texts_of(file)
        return texts

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows of the first sheet."""
        with self._opened(self.sheet.part) as file:
            yield from rows_of(file)

    def formats(self) -> list[Format]:
        """Return what the numbers of cells stand for, by the cells' styles."""
        formats = []
        for part in self._parts("styles"):
            root = self._whole(part)
            own = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iter() if _local_name(e) == "numFmt"}
            styles = [style for group in root if _local_name(group) == "cellXfs" for style in group]
            numbers = [style.get("numFmtId", "0") for style in styles]
            known = {number: _format_of(number, own) for number in set(numbers)}
            formats += [known[number] for number in numbers]
        return formats

    def _first_sheet(self, root: Element) -> Sheet:
        parts = {identity: part for kind, part, identity in self._related if kind == "worksheet"}
        for element in root.iter():
            if _local_name(element) == "sheet":
                part = parts.get(element.get(_RELATION) or element.get(_STRICT_RELATION) or "")
                if part is not None:
                    return Sheet(element.get("name", "")[:_LONGEST_NAME], part)
        raise UnreadableFileError("The workbook has no sheet with cells.")

    def _parts(self, kind: str) -> list[str]:
        return [part for found, part, _ in self._related if found == kind][:1]

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Return kind, part and id of all that a part, or the whole file, refers to."""
        folder, name = posixpath.split(part)
        return [
            (
                element.get("Type", "").rpartition("/")[2],
                # A target is relative to the folder, or begins with a slash.
                posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/"),
                element.get("Id", ""),
            )
            for element in self._whole(posixpath.join(folder, "_rels", f"{name}.rels"))
        ]

    def _whole(self, part: str) -> Element:
        """Return a short part, all of it."""
        with self._opened(part) as file:
            content = file.read(_MOST_OF_A_SHORT_PART)
        if len(content) == _MOST_OF_A_SHORT_PART or content.count(b"<") > _MOST_TAGS_OF_A_SHORT_PART:
            raise BrokenPartError(
                f"its part {part[:80]!r} has more than {_MOST_OF_A_SHORT_PART // 2**20} MB, "
                f"or than {_MOST_TAGS_OF_A_SHORT_PART:,} tags"
            )
        if b"<!DOCTYPE" in content or b"\x00" in content:
            raise BrokenPartError("it declares a document type, or is not in UTF-8")
        # In UTF-8, whatever it declares: a document type in another encoding would not have been seen.
        return ElementTree.XML(content, ElementTree.XMLParser(encoding="UTF-8"))  # noqa: S314, there are no entities

    @contextmanager
    def _opened(self, part: str) -> Iterator[IO[bytes]]:
        try:
            entry = self._archive.getinfo(part)
        except KeyError:
            raise BrokenPartError("a part of it is missing") from None
        if entry.compress_type not in _METHODS:
            raise BrokenPartError("a part of it is compressed in a way that Excel does not know")
        try:
            file = self._archive.open(entry)
        except ValueError:
            raise BrokenPartError("the name of a part is no text") from None
        with file:
            yield file


def _opened(path: Path) -> zipfile.ZipFile:
    """Open a zip file. Raises BadZipFile, also for what zipfile trips over in its list of parts."""
    try:
        return zipfile.ZipFile(path)
    except (ValueError, OverflowError, struct.error) as error:
        raise zipfile.BadZipFile(str(error)) from error


def _local_name(element: Element) -> str:
    """Return an element's name without its namespace, of which there are two for each."""
    return element.tag.rpartition("}")[2]


def _format_of(number: str, own: Mapping[str | None, str]) -> Format:
    if number not in own:
        code = int(number) if number.isdecimal() and len(number) < _LONGEST_CODE else 0
        kinds = ((_ELAPSED, Format.ELAPSED), (_DAYS, Format.DAY), (_TIMES, Format.TIME))
        return next((kind for codes, kind in kinds if code in codes), Format.NUMBER)
    # Only the first section counts, which is for positive numbers.
    pattern = _NOT_A_FORMAT.sub("", own[number][:_LONGEST_FORMAT]).partition(";")[0].lower()
    if "[" in pattern:
        return Format.ELAPSED
    if "y" in pattern or "d" in pattern or pattern.strip() in ("mmm", "mmmm"):
        return Format.DAY
    # "General" has neither; the m of "mm:ss" is a minute's.
    return Format.TIME if "h" in pattern or "s" in pattern else Format.NUMBER
