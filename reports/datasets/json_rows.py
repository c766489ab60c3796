"""Read rows of JSON: an object per line, or a list of objects, one after another."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from reports import strict_json
from reports.datasets.options import ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable
from reports.errors import UnreadableFileError

# No row is as long as that. What is read at once has to have an end.
LONGEST_ROW = 4 * 2**20
_CHUNK = 256 * 1024
_SPACE = " \t\r\n"


def read_json_lines(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the rows of a JSON Lines file. Reading them raises UnreadableFileError with the line."""
    del options  # JSON leaves nothing to be inferred here
    return SourceFile((SourceTable(lambda: _rows_of_lines(path)),), {"format": "json_lines"})


def read_json_list(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the rows of a JSON file that holds a list. Reading them raises UnreadableFileError with line and column."""
    del options
    return SourceFile((SourceTable(lambda: _rows_of_list(path)),), {"format": "json"})


def _rows_of_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_ROW):
            number += 1
            if len(line) == LONGEST_ROW and not line.endswith(b"\n"):
                raise UnreadableFileError(f"Line {number} of the file has more than {LONGEST_ROW // 2**20} MB.")
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                continue
            try:
                value = strict_json.parse(line)
            except ValueError as error:
                raise UnreadableFileError(f"Line {number} of the file is not JSON: {error}.") from None
            yield _row(value, "line", number)


def _rows_of_list(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        text = _Window(_decoded(iter(lambda: file.read(_CHUNK), b"")))
        text.expect("[")
        number = 0
        is_over = text.accepts("]")
        while not is_over:
            number += 1
            yield _row(text.value(), "item", number)
            is_over = text.accepts("]")
            if not is_over:
                text.expect(",")
        text.expect_end()


def _row(value: Any, word: str, number: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableFileError(f'In the file, {word} {number} is not an object like {{"name": "value"}}.')
    return value


def _decoded(chunks: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    before = 0
    for chunk in chunks:
        try:
            yield decoder.decode(chunk)
        except UnicodeDecodeError as error:
            byte = before + len(chunk) - len(error.object) + error.start
            raise UnreadableFileError(f"The file is not JSON: it is not UTF-8: byte {byte} cannot be read.") from None
        before += len(chunk)
    if decoder.getstate()[0]:
        raise UnreadableFileError("The file is not JSON: it is not UTF-8: its last character is cut off.")


class _Window:
    """Look at a part of a JSON text, which moves on over what has been read."""

    def __init__(self, parts: Iterator[str]) -> None:
        self._parts = parts
        self._text = ""
        self._at = 0
        self._is_last = False
        self._line = 1
        self._column = 1

    def accepts(self, sign: str) -> bool:
        """Step over a sign, if it is the next."""
        if self._next() != sign:
            return False
        self._at += 1
        return True

    def expect(self, sign: str) -> None:
        """Step over a sign. Raises UnreadableFileError when another one is there."""
        if not self.accepts(sign):
            self._refuse(f"Expecting {sign!r}", self._at)

    def expect_end(self) -> None:
        """Raise UnreadableFileError unless the text is over."""
        if self._next():
            self._refuse("Extra data", self._at)

    def value(self) -> Any:
        """Return the next value. Raises UnreadableFileError."""
        self._next()
        while True:
            try:
                value, end = strict_json.parse_at(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._is_last or len(self._text) - self._at > LONGEST_ROW:
                    self._refuse(error.msg, error.pos)
            except ValueError as error:
                raise UnreadableFileError(f"The file is not JSON: {error}.") from None
            else:
                # A number that ends with the window may go on behind it.
                if end < len(self._text) or self._is_last:
                    self._at = end
                    return value
            self._read_on()

    def _next(self) -> str:
        """Return the next sign that is no space, without stepping over it; nothing at the end."""
        while True:
            while self._at < len(self._text):
                sign = self._text[self._at]
                if sign not in _SPACE:
                    return sign
                self._at += 1
            if self._is_last:
                return ""
            self._read_on()

    def _read_on(self) -> None:
        """Forget what has been read, and take in more: the longer the rest is, the more, so that no row costs twice."""
        self._line, self._column = self._place(self._at)
        rest = [self._text[self._at :]]
        wanted = len(rest[0])
        while wanted >= 0 and not self._is_last:
            part = next(self._parts, None)
            self._is_last = part is None
            rest.append(part or "")
            wanted -= len(part or "") or 1
        self._text, self._at = "".join(rest), 0

    def _place(self, at: int) -> tuple[int, int]:
        """Return the line and the column of a place in the window."""
        lines = self._text.count("\n", 0, at)
        column = at - self._text.rfind("\n", 0, at) if lines else self._column + at
        return self._line + lines, column

    def _refuse(self, reason: str, at: int) -> NoReturn:
        line, column = self._place(at)
        raise UnreadableFileError(f"The file is not JSON: {reason} at line {line}, column {column}.")
