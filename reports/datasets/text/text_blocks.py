"""Survey a text: in which records its blocks of cells are, and what stands in them."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from reports.datasets.grid.block import Block
from reports.datasets.text.open_block import OpenBlock, is_empty
from reports.errors import TooLargeError

MOST_LINES_OF_TEXT = 50
"""Lines above, below and beside tables."""

_CHUNK, _CHUNK_CELLS = 512, 64 * 1024
# What is held of a text has an end, whatever the text is.
_MOST_BLOCKS = 1_000
_MOST_HELD_CELLS = 200_000


class TextSurvey:
    """The blocks of a text's records, which are counted from 1 on, found by reading all of it once.

    ``header`` is the number of the record that names the columns if a caller says so, and 0 if none does: no empty
    record parts what is below it.
    """

    def __init__(self, records: Iterator[list[str]], most_rows: int, header: int | None = None) -> None:
        self._records = records
        self._most = most_rows
        self._header = header
        self._found: list[OpenBlock] = []
        self._current: OpenBlock | None = None
        self._held = 0
        self.count = 0
        """How many records were read, also where the next one could not be."""
        self.undivided_from = 0
        """The first record that an empty one parts from others in vain, for there are too many; 0 if none is."""

    def blocks(self) -> list[Block]:
        """Return the blocks. Raises TooLargeError and csv.Error."""
        for first, chunk in self._chunks():
            if self._current is None or not self._current.takes(first, chunk):
                for number, record in enumerate(chunk, first):
                    self._take(number, record)
            if self._current is not None and self._current.rows > self._most:
                raise TooLargeError(
                    f"The file has more than {self._most:,} rows, the most that one report may have. Split it.",
                    max_rows=self._most,
                )
        self._end()
        return [each.closed() for each in self._found if each.head]

    def _chunks(self) -> Iterator[tuple[int, list[list[str]]]]:
        is_over = False
        while not is_over:
            first = self.count + 1
            chunk: list[list[str]] = []
            cells = 0
            try:
                for record in self._records:
                    chunk.append(record)
                    cells += len(record)
                    if cells > _CHUNK_CELLS or len(chunk) == _CHUNK:
                        break
            except csv.Error:
                self.count += len(chunk)
                raise
            self.count += len(chunk)
            is_over = not chunk
            yield first, chunk

    def _take(self, number: int, record: list[str]) -> None:
        current = self._current
        if is_empty(record):
            if self._header is None or number < self._header:
                self._end()
        elif self._header is not None and number < self._header - MOST_LINES_OF_TEXT:
            pass  # far above the names, and no part of the table
        elif current is None:
            if self._found and (len(self._found) == _MOST_BLOCKS or self._held > _MOST_HELD_CELLS):
                self._current = self._found[-1]
                self.undivided_from = self.undivided_from or number
                self._current.add(number, record)
            else:
                self._begin(number, record, None)
        elif self._header is None and len(self._found) < _MOST_BLOCKS and current.ends_before(record):
            self._begin(number, record, current)
        else:
            current.add(number, record)
            if current.is_refuted():
                self._undo()

    def _begin(self, number: int, record: list[str], before: OpenBlock | None) -> None:
        self._held += sum(len(row.cells) for row in self._found[-1].head) if self._found else 0
        self._current = OpenBlock(number, before, self._header)
        self._found.append(self._current)
        self._current.add(number, record)

    def _end(self) -> None:
        if self._current is not None and self._current.is_refuted(is_over=True):
            self._undo()
        self._current = None

    def _undo(self) -> None:
        """Give the rows of a block that is none back to the one above."""
        undone = self._found.pop()
        self._current = undone.before
        for number, record in undone.first_records:
            if self._current is not None:
                self._current.add(number, record)
