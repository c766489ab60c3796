"""Keep the rows of a sheet outside of memory, so that its XML is parsed once however often the rows are read.

Rows are kept in blocks, each packed; they are in a file without a name as soon as they are more than a little. Reading
one again costs a tenth of parsing it.
"""

from __future__ import annotations

import marshal
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from io import SEEK_END, BytesIO
from tempfile import TemporaryFile
from typing import IO
from weakref import finalize

from reports.datasets.excel.cells import SheetRow

_BLOCK_ROWS = 512
_BLOCK_CELLS = 64 * 1024
_HELD_BYTES = 2**20
# No file of a renderer may be as long as 64 MB.
_LONGEST_FILE = 32 * 2**20
_FASTEST = 1

KeptRow = tuple[int, tuple[int, ...], tuple[int, ...], list[str | int | float | bool], bool]
"""A row's number, its cells' columns, codes and values, and whether it is hidden."""


class SpoolError(Exception):
    """Rows could not be written to a file, or not be read from there."""


class RowSpool:
    """The rows of a sheet."""

    def __init__(self) -> None:
        self._block: list[KeptRow] = []
        self._cells = 0
        self._files: list[IO[bytes]] = []
        self._index: list[tuple[int, int, int, int]] = []
        """Of each block: its first row, its file, where it begins and its length there."""

    def add(self, row: SheetRow, is_hidden: bool) -> None:
        """Keep a row that follows those kept so far."""
        self._block.append((row.number, row.columns, row.codes, row.values, is_hidden))
        self._cells += len(row.columns)
        if len(self._block) == _BLOCK_ROWS or self._cells > _BLOCK_CELLS:
            self._write()

    def blocks(self, first: int, last: int) -> Iterator[list[KeptRow]]:
        """Yield blocks in which the rows from a number to another one stand, among others."""
        self._write()
        begin = bisect_right(self._index, first, key=lambda entry: entry[0]) - 1
        for number, file, start, length in self._index[max(begin, 0) :]:
            if number > last:
                return
            yield self._read(self._files[file], start, length)

    def _write(self) -> None:
        if not self._block:
            return
        packed = zlib.compress(marshal.dumps(self._block), _FASTEST)
        try:
            file = self._file_for(len(packed))
            start = file.seek(0, SEEK_END)
            file.write(packed)
        except OSError as error:
            raise SpoolError(str(error)) from error
        self._index.append((self._block[0][0], len(self._files) - 1, start, len(packed)))
        self._block, self._cells = [], 0

    def _file_for(self, size: int) -> IO[bytes]:
        """Return what has room for some bytes more: memory for the first of them, then files."""
        if self._files:
            longest = _LONGEST_FILE if len(self._files) > 1 else _HELD_BYTES
            if self._files[-1].seek(0, SEEK_END) + size <= longest:
                return self._files[-1]
        file: IO[bytes] = TemporaryFile() if self._files else BytesIO()  # noqa: SIM115, it lives as long as the rows
        finalize(self, file.close)
        self._files.append(file)
        return file

    def _read(self, file: IO[bytes], start: int, length: int) -> list[KeptRow]:
        try:
            file.seek(start)
            packed = file.read(length)
        except OSError as error:
            raise SpoolError(str(error)) from error
        rows: list[KeptRow] = marshal.loads(zlib.decompress(packed))  # noqa: S302, written here a moment ago
        return rows
