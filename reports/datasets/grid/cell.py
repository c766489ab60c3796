"""Define cells and rows of a grid, as far as they tell names and lines of words from values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple

from reports.datasets.understanding.cell_text import LONGEST_VALUE, plain, shape_of
from reports.datasets.understanding.evidence import Look, look_of
from reports.datasets.understanding.words import is_nothing

_YEARS = range(1900, 2101)
_NEARLY_ALL = 0.8
_A_NAME_AND_ITS_VALUE = 2
_LONGEST_LINE = 300


class Kind(Enum):
    """What a cell looks like; its column may know better."""

    NOTHING = 0
    WORDS = 1
    NUMBER = 2
    YEAR = 3
    """A whole number that may be a year, in no format of its own."""
    DAY = 4
    OTHER = 5
    """A truth, or an error."""


DATA = (Kind.NUMBER, Kind.YEAR, Kind.DAY)

_KINDS = {Look.NUMBER: Kind.NUMBER, Look.MARKED: Kind.NUMBER, Look.DAY: Kind.DAY, Look.CLOCK: Kind.DAY}


def kind_of(text: str) -> Kind:
    """Return what a text looks like."""
    text = text.strip()
    if not text:
        return Kind.NOTHING
    if len(text) > LONGEST_VALUE:
        return Kind.WORDS
    if is_year(text):
        return Kind.YEAR
    return _kind_of_shape(shape_of(plain(text)))


@lru_cache(maxsize=4096)
def _kind_of_shape(shape: str) -> Kind:
    return _KINDS.get(look_of(shape), Kind.WORDS) if "0" in shape else Kind.WORDS


def is_data(text: str) -> bool:
    """Tell whether a text is a number, a day or a time."""
    return kind_of(text) in DATA


def is_year(text: str) -> bool:
    """Tell whether a text may be a year."""
    return text.isdecimal() and int(text[:9]) in _YEARS


class Cell(NamedTuple):
    """A cell that holds something: what it looks like, and its text as it is shown."""

    kind: Kind
    text: str

    @property
    def evidence(self) -> Kind:
        """What the cell says of its column: words that stand for nothing say nothing."""
        return Kind.NOTHING if self.kind is Kind.WORDS and is_nothing(self.text) else self.kind


Cells = Mapping[int, Cell]


@dataclass(frozen=True)
class GridRow:
    """A row that holds something: its number, its cells by their columns, and how many cells it has with empty ones.

    ``size`` is 0 in a sheet, where each row has as many as any.
    """

    number: int
    cells: Mapping[int, Cell]
    size: int = 0

    @cached_property
    def texts(self) -> list[str]:
        """The cells' texts."""
        return [cell.text for cell in self.cells.values()]

    @property
    def is_words(self) -> bool:
        """Whether all cells are words."""
        return all(cell.kind is Kind.WORDS for cell in self.cells.values())

    def within(self, columns: Sequence[int]) -> GridRow:
        """Return the part of a row that is between the first and the last of some columns."""
        first, last = columns[0], columns[-1]
        if all(first <= column <= last for column in self.cells):
            return self
        return GridRow(self.number, {at: cell for at, cell in self.cells.items() if first <= at <= last}, self.size)

    def line(self) -> Line:
        """Return the cells as a line of words."""
        words = [text for text in self.texts if text]
        # A sentence such as "Source: ERP, 2026" has a comma of its own.
        is_pair = len(words) == _A_NAME_AND_ITS_VALUE and max(self.cells) == min(self.cells) + 1
        is_pair = is_pair and ":" not in words[0].rstrip(":")
        text = f"{words[0].rstrip(':')}: {words[1]}" if is_pair else ", ".join(words)
        text = text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 1]}…"
        return Line(self.number, text, self.size, len(words))


class Line(NamedTuple):
    """A row's number, what stands in it, and how many cells it has: with empty ones, and without."""

    number: int
    text: str
    size: int = 0
    cells: int = 1


def kind_of_column(rows: Iterable[Mapping[int, Cell]], column: int) -> Kind:
    """Return what nearly all cells of a column look like."""
    kinds = Counter(cells[column].evidence for cells in rows if column in cells)
    kinds.pop(Kind.NOTHING, None)
    if not kinds:
        return Kind.NOTHING
    if kinds[Kind.YEAR] < kinds.total():
        kinds[Kind.NUMBER] += kinds.pop(Kind.YEAR, 0)
    kind, count = kinds.most_common(1)[0]
    return kind if count >= _NEARLY_ALL * kinds.total() else Kind.WORDS
