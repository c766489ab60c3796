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


class BrokenPartError(Exception):
    """A part is broken; the message says how."""


@dataclass(slots=True)
class RawRow:
    """A row's attributes, and its cells as they are written: their attributes, and their value or text."""

    attributes: Mapping[str, str]
    cells: list[tuple[Mapping[str, str], str | None]] = field(default_factory=list)


def rows_of(file: IO[bytes]) -> Iterator[RawRow]:
    """Yield a sheet's rows. Raises BrokenPartError."""
    return _parsed(file, _RowCollector())


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

    def __init__(self) -> None:
        self.done: list[RawRow] = []
        self._rows = 0
        self._row = RawRow({})
        self._cell: Mapping[str, str] = {}
        self._content: list[str] | None = None
        self._length = 0
        self._is_content = False
        self._is_reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell = attributes
            self._content = None
        elif name in ("v", "t"):
            self._is_content = not self._is_reading_aid
        elif name == "row":
            self._row = RawRow(attributes)
        elif name == "rPh":
            self._is_reading_aid = True
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)  # a prefix is allowed, though Excel writes none

    def end(self, name: str) -> None:
        if name == "c":
            if len(self._row.cells) == _MOST_CELLS:
                raise BrokenPartError(f"it has a row of more than {_MOST_CELLS:,} cells")
            self._row.cells.append((self._cell, None if self._content is None else "".join(self._content)))
        elif name in ("v", "t"):
            self._is_content = False
        elif name == "row":
            self._rows += 1
            if self._rows > _MOST_ROWS:
                raise BrokenPartError(f"it has more than {_MOST_ROWS:,} rows")
            self.done.append(self._row)
        elif name == "rPh":
            self._is_reading_aid = False
        elif ":" in name:
            self.end(name.rpartition(":")[2])

    def text(self, text: str) -> None:
        if self._is_content:
            if self._content is None:
                self._content, self._length = [], 0
            self._content.append(text)
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise BrokenPartError("it has a cell of more than 4 million characters")


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
