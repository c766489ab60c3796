"""Open an Excel workbook (ISO/IEC 29500): its sheets, its texts, its formats.

The zip is trusted in what it says of its parts' lengths, because a part that is longer is cut there.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from reports.datasets.excel.parts import BrokenPartError, RawRow, SheetMarks, rows_of, texts_of
from reports.datasets.excel.styles import CellFormats
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
# Those of Excel (ISO/IEC 29500-2, annex C). What bzip2 and LZMA unpack to at once has no bound.
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_LONGEST_NAME = 80
_MOST_SHEETS = 250
_MOST_TABLES = 100
_TRUE = ("1", "true")
# The first part of each of those; no workbook of Excel has one of that name.
_OPEN_DOCUMENT = "mimetype"
_OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name, and the name of its part; ``""`` if it has no cells, as charts have none."""

    name: str
    part: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableMark:
    """A table that Excel itself knows of: its area, such as ``A1:C9``, and how many rows head it and sum it up."""

    area: str
    header_rows: int
    total_rows: int


class Workbook:
    """An open workbook. Every method may raise UnreadableFileError."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        if _OPEN_DOCUMENT in archive.namelist():
            raise UnreadableFileError("The file is an OpenDocument spreadsheet (.ods). Save it as .xlsx, or as .csv.")
        main = next((part for kind, part, _ in self._relations("") if kind == "officeDocument"), None)
        if main is None:
            raise UnreadableFileError("The file is no Excel workbook, though it is named like one. Save it again.")
        if main.endswith(".bin"):
            raise UnreadableFileError("The file is a binary Excel workbook (.xlsb). Save it as .xlsx.")
        self._related = self._relations(main)
        root = self._whole(main)
        self.counts_from_1904 = any(e.get("date1904") in _TRUE for e in root if _local_name(e) == "workbookPr")
        self.calculates_when_opened = any(e.get("fullCalcOnLoad") in _TRUE for e in _named(root, "calcPr"))
        self.sheets = tuple(self._sheets(root))
        active = next((e.get("activeTab", "0") for e in _named(root, "workbookView")), "0")
        self.active = self.sheets[int(active)].name if active in map(str, range(len(self.sheets))) else ""

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
            raise UnreadableFileError(_why_not(path)) from error
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

    def rows(self, sheet: Sheet, marks: SheetMarks | None = None) -> Iterator[RawRow]:
        """Yield the rows of a sheet, and note in ``marks`` what the sheet says about them."""
        with self._opened(sheet.part) as file:
            yield from rows_of(file, marks)

    def formats(self) -> CellFormats:
        """Return the formats of cells, by the cells' styles."""
        return next((CellFormats(self._whole(part)) for part in self._parts("styles")), CellFormats(None))

    def tables(self, sheet: Sheet) -> list[TableMark]:
        """Return the tables of a sheet that Excel itself knows of."""
        try:
            parts = [part for kind, part, _ in self._relations(sheet.part) if kind == "table"]
        except BrokenPartError:
            return []  # most sheets have no relations
        return [_table_mark(self._whole(part)) for part in parts[:_MOST_TABLES]]

    def _sheets(self, root: Element) -> Iterator[Sheet]:
        parts = {identity: part for kind, part, identity in self._related if kind == "worksheet"}
        seen: set[str] = set()
        for element in _named(root, "sheet"):
            part = parts.get(element.get(_RELATION) or element.get(_STRICT_RELATION) or "", "")
            if part in seen:
                continue  # only an attack says a sheet twice
            seen |= {part} - {""}
            name = element.get("name", "")[:_LONGEST_NAME]
            yield Sheet(name, part, is_hidden=element.get("state", "visible") != "visible")
            if len(seen) == _MOST_SHEETS:
                return

    def _parts(self, kind: str) -> list[str]:
        # Some libraries refer to texts that they do not write where there are none.
        names = self._archive.namelist()
        return [part for found, part, _ in self._related if found == kind and part in names][:1]

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


def _named(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if _local_name(element) == name)


def _table_mark(root: Element) -> TableMark:
    def count(name: str, otherwise: int) -> int:
        text = root.get(name, "")
        return int(text) if text in ("0", "1") else otherwise

    return TableMark(root.get("ref", ""), count("headerRowCount", 1), count("totalsRowCount", 0))


def _why_not(path: Path) -> str:
    """Explain what a file is that is no zip."""
    with suppress(OSError), path.open("rb") as file:
        if file.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
            return (
                "The file is an Excel workbook of the old kind (.xls), or is protected by a password. Save it as .xlsx "
                "without one, or as .csv."
            )
    return (
        "The file is named like an Excel workbook, but is none, or is broken or encrypted. Save it as .xlsx "
        "again, or as .csv."
    )
