"""Read the long parts of an Excel workbook as they stream by: the rows of a sheet, and the texts of all sheets.

By expat's own callbacks, which take a third of the time of ElementTree's events, and by which a document type can be
refused: no workbook has one, and all attacks by entities need one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

# No tag, comment or attribute of a workbook is as long as that. Some versions of expat read one that is not over yet
# anew with each chunk, and some do not, so a long one must not get there.
_LONGEST_TOKEN = _CHUNK = 64 * 1024
# No cell, and no row, may be as long as that: Excel's own limit are 32,767 characters in a cell.
_LONGEST_TEXT = 2**22
# Excel's own limits, for rows and cells with nothing in them are work, too.
_MOST_ROWS = 2**20
_MOST_CELLS = 2**14
# Each is held while the sheet is read.
_MOST_MERGED = 100_000
_TRUE = ("1", "true")
_LONGEST_COLUMN = 6


class BrokenPartError(Exception):
    """A part is broken; the message says how."""


@dataclass(slots=True)
class RawRow:
    """A row's attributes, and its cells as they are written.

    A cell is its attributes, its value or text, and whether it has a formula.
    """

    attributes: Mapping[str, str]
    cells: list[tuple[Mapping[str, str], str | None, bool]] = field(default_factory=list)


@dataclass(slots=True)
class SheetMarks:
    """What a sheet says about its cells: before them which columns are hidden, behind them which are merged.

    Columns count from 0, as ``(first, last)``; merged areas are references such as ``A2:B4``.
    """

    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    rows_are_hidden: bool = False
    is_filtered: bool = False


def rows_of(file: IO[bytes], marks: SheetMarks | None = None) -> Iterator[RawRow]:
    """Yield a sheet's rows, and note in ``marks`` what it says about them. Raises BrokenPartError."""
    return _parsed(file, _RowCollector(SheetMarks() if marks is None else marks))


def texts_of(file: IO[bytes]) -> Iterator[str]:
    """Yield the texts that sheets refer to by number. Raises BrokenPartError."""
    return _parsed(file, _TextCollector())


def _parsed(file: IO[bytes], collector: _RowCollector | _TextCollector) -> Iterator[Any]:
    # Workbooks are in UTF-8, whatever they declare: other encodings are a way around what is refused here.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    fed = 0
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise BrokenPartError(f"it has a tag, an attribute or a comment of more than {_LONGEST_TOKEN:,} bytes")
            collector.check()
            yield from collector.done
            collector.done.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenPartError(str(error)) from None


def _refuse_document_type(*declared: object) -> None:
    raise BrokenPartError(f"it declares a document type, and {len(declared)} things about it")


class _RowCollector:
    """Gather rows: ``<row><c r="B7" t="s"><v>3</v></c><c t="inlineStr"><is><t>…</t></is></c></row>``.

    These calls are most of the time that a workbook takes, so the commonest elements are asked for first.
    """

    def __init__(self, marks: SheetMarks) -> None:
        self.done: list[RawRow] = []
        self._marks = marks
        self._rows = 0
        self._row = RawRow({})
        self._cell: Mapping[str, str] = {}
        self._content: str | None = None
        self._is_content = False
        self._is_value = False
        self._is_formula = False
        self._is_reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell = attributes
            self._content = None
            self._is_formula = False
            self._is_value = False
        elif name == "v":
            self._is_content = self._content is None or self._cell.get("t") != "inlineStr"
            if self._is_content:
                self._content, self._is_value = None, True
        elif name == "f":
            self._is_formula = True
        elif name == "t":
            self._start_text()
        elif name == "row":
            self._row = RawRow(attributes)
        elif name == "rPh":
            self._is_reading_aid = True
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)  # a prefix is allowed, though Excel writes none
        else:
            self._mark(name, attributes)

    def _start_text(self) -> None:
        """Read a text within a cell, which is its value where the cell says so, whatever stands beside it."""
        if self._is_value and self._cell.get("t") == "inlineStr":
            self._content, self._is_value = None, False
        self._is_content = not self._is_value and not self._is_reading_aid

    def _mark(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note what stands before and behind the rows."""
        if name == "col" and (attributes.get("hidden") in _TRUE or attributes.get("width") == "0"):
            bounds = attributes.get("min", ""), attributes.get("max", "")
            if all(bound.isascii() and bound.isdecimal() and len(bound) < _LONGEST_COLUMN for bound in bounds):
                self._marks.hidden_columns.append((int(bounds[0]) - 1, int(bounds[1]) - 1))
        elif name == "sheetFormatPr":
            self._marks.rows_are_hidden = attributes.get("zeroHeight") in _TRUE
        elif name == "filterColumn":
            self._marks.is_filtered = True
        elif name == "mergeCell":
            self._marks.merged.append(attributes.get("ref", ""))
        if max(len(self._marks.merged), len(self._marks.hidden_columns)) > _MOST_MERGED:
            raise BrokenPartError(f"it merges, or hides, more than {_MOST_MERGED:,} areas")

    def end(self, name: str) -> None:
        if name == "c":
            self._row.cells.append((self._cell, self._content, self._is_formula))
        elif name in ("v", "t"):
            self._is_content = False
        elif name == "row":
            self._rows += 1
            self.check()
            self.done.append(self._row)
        elif name == "rPh":
            self._is_reading_aid = False
        elif ":" in name:
            self.end(name.rpartition(":")[2])

    def text(self, text: str) -> None:
        if self._is_content:
            # A text comes in few pieces, for they are put together up to a chunk.
            self._content = text if self._content is None else self._content + text
            if len(self._content) > _LONGEST_TEXT:
                raise BrokenPartError("it has a cell of more than 4 million characters")

    def check(self) -> None:
        """Hold the sheet to Excel's own limits. Raises BrokenPartError."""
        if self._rows > _MOST_ROWS:
            raise BrokenPartError(f"it has more than {_MOST_ROWS:,} rows")
        if len(self._row.cells) > _MOST_CELLS:
            raise BrokenPartError(f"it has a row of more than {_MOST_CELLS:,} cells")


class _TextCollector:
    """Gather texts: ``<si><t>…</t></si>``, or ``<si><r><t>…</t></r><r>…</r></si>`` when formats change within."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False
        self._is_reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        name = name.rpartition(":")[2]
        if name == "t":
            self._is_text = not self._is_reading_aid
        elif name == "rPh":
            self._is_reading_aid = True

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_reading_aid = False
        elif name == "si":
            self.done.append("".join(self._pieces))
            self._pieces = []

    def text(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)

    def check(self) -> None:
        """Accept all."""
