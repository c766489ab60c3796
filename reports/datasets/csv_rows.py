"""Read CSV as it comes out of databases and spreadsheets: any usual encoding and delimiter, names in its first line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from reports.datasets.columns import column_names
from reports.datasets.options import ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable
from reports.errors import UnreadableFileError

_DELIMITERS = ",;\t|"
# No line of a table is as long as that. What is read at once has to have an end.
_LONGEST_LINE = 4 * 2**20


def read_csv(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the tables of a CSV file; cells are text without the spaces around it, None when empty.

    Raises UnreadableFileError with the line.
    """
    encoding = options.encoding or _encoding(path)
    delimiter = options.delimiter or _delimiter(path, encoding)
    facts = {"format": "csv", "encoding": encoding, "delimiter": delimiter}
    return SourceFile((SourceTable(lambda: _rows(path, encoding, delimiter)),), facts)


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            header = next((row for row in reader if any(cell.strip() for cell in row)), None)
            if header is None:
                raise UnreadableFileError("The file is empty: a line with the names of the columns is needed.")
            names = column_names(header)
            width = len(names)
            for row in reader:
                if not row:
                    continue
                cells = [cell.strip() or None for cell in row]
                if len(cells) > width:
                    raise UnreadableFileError(
                        f"Line {reader.line_num} of the file has {len(cells)} cells, but the first line names {width} "
                        f"columns. Put cells that contain {delimiter!r} in double quotes."
                    )
                cells += [None] * (width - len(cells))
                yield dict(zip(names, cells, strict=True))
        except csv.Error as error:
            # It quotes the delimiter as it is, and a tab would not be seen.
            reason = str(error).replace("\t", "\\t")
            raise UnreadableFileError(f"Line {reader.line_num} of the file is not CSV: {reason}.") from None


def _encoding(path: Path) -> str:
    """Find out the encoding of all of a file, by reading it."""
    with path.open("rb") as file:
        is_utf16 = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    # What is neither UTF-16 nor UTF-8 is, in practice, what Excel saves on Windows.
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise UnreadableFileError("The text of the file is in an unknown encoding. Save it as UTF-8.")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    is_text = True
    with path.open("rb") as file:
        try:
            while chunk := file.read(_LONGEST_LINE):
                if len(chunk) == _LONGEST_LINE and b"\n" not in chunk and b"\r" not in chunk:
                    raise UnreadableFileError(
                        f"The file has a line of more than {_LONGEST_LINE // 2**20} MB: it is not a table."
                    )
                is_text = is_text and "\x00" not in decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    if not is_text:
        raise UnreadableFileError("The file has zero bytes: it is not a text file.")
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that the first line has most of, outside of quotes."""
    with path.open(encoding=encoding, newline="") as text:
        first = next((line for part in text for line in part.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)
