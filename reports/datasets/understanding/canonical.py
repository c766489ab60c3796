"""Write cells in the canonical form of their column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding.cell_text import SEPARATOR, plain, plain_texts, shape_of, unwrapped
from reports.datasets.understanding.clock_shape import canonical_clock, canonical_duration, with_colon
from reports.datasets.understanding.day_shape import YMD, canonical_day
from reports.datasets.understanding.evidence import sure_float
from reports.datasets.understanding.number_shape import COMMA, POINT, canonical_number, number_shape
from reports.datasets.understanding.words import is_nothing

Writer = Callable[[Any], Any]
"""Writes a cell in the canonical form; a cell that is none of its column comes back as it is."""

_MOST_KEPT = 4_096
_TEXT_OR_NOTHING: frozenset[type] = frozenset((str, type(None)))
_EXCEL_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Canonical:
    """A column's cells in canonical form. Keeps what it wrote, as cells repeat.

    ``replacements``, if given, write whole blocks of texts at once, in which no word stands for nothing.
    """

    def __init__(self, write: Writer, replacements: Sequence[tuple[str, str]] = ()) -> None:
        self._kept = _Kept(write)
        self._replacements = replacements

    def column(self, cells: Sequence[Any]) -> Sequence[Any]:
        """Return the cells of a block."""
        if not set(map(type, cells)) <= _TEXT_OR_NOTHING:
            return [
                self._kept[cell] if cell is None or isinstance(cell, str) else self._kept.write(cell) for cell in cells
            ]
        if self._replacements and None not in cells and "" not in cells:
            plains = plain_texts(cells)
            if plains is not None:
                joined = SEPARATOR.join(plains)
                for sign, other in self._replacements:
                    joined = joined.replace(sign, other)
                return joined.split(SEPARATOR)
        return list(map(self._kept.__getitem__, cells))


class _Kept(dict[Any, Any]):
    def __init__(self, write: Writer) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, cell: Any) -> Any:
        if len(self) == _MOST_KEPT:
            self.clear()
        value = self[cell] = self.write(cell)
        return value


class CanonicalBlock(Block):
    """Rows that follow one another, with cells in the canonical form of their columns."""

    def __init__(self, block: Block, columns: Mapping[str, Canonical]) -> None:
        self._block = block
        self._canonical = columns
        self.shapes = block.shapes

    def __len__(self) -> int:
        return len(self._block)

    def column(self, key: str) -> Sequence[Any]:
        """Return the cells of a column, None where a row has none."""
        cells = self._block.column(key)
        canonical = self._canonical.get(key)
        return cells if canonical is None else canonical.column(cells)


def number_writer(mark: str) -> Writer:
    """Return what writes the numbers of a column."""

    def write(cell: Any) -> Any:
        if cell is None or isinstance(cell, bool):
            return cell
        if isinstance(cell, float):
            return None if cell != cell else sure_float(cell)
        if not isinstance(cell, str):
            return cell
        text = plain(cell)
        found = number_shape(shape_of(text), are_amounts=True)
        if found is not None and found.core(mark) is not None:
            return canonical_number(text, found, mark)
        return None if not text or is_nothing(text) else cell

    return write


def text_writer(cell: Any) -> Any:
    """Write a text without what marks it as one."""
    return unwrapped(cell) if isinstance(cell, str) else cell


def clock_writer(*, is_duration: bool) -> Writer:
    """Return what writes the times of day, or the durations, of a column."""

    def write(cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        text = plain(cell)
        try:
            return canonical_duration(text) if is_duration else canonical_clock(with_colon(text))
        except ValueError:
            return None if not text or is_nothing(text) else cell

    return write


def replacements_for(mark: str, affixes: str) -> list[tuple[str, str]]:
    """Return what to replace in turn, so that plain texts of numbers become canonical."""
    dropped = dict.fromkeys(f"{affixes} '+){COMMA if mark == POINT else POINT}", "")
    return [*dropped.items(), ("(", "-"), (mark, POINT)]


def day_writer(order: str, *, day_only: bool) -> Writer:
    """Return what writes the days and moments of a column."""

    def write(cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        text = plain(cell)
        try:
            written = canonical_day(text, order)
        except ValueError:
            return None if not text or is_nothing(text) else cell
        return written[:10] if day_only else written

    return write


def _digits_writer(read: Callable[[str], str]) -> Writer:
    def write(cell: Any) -> Any:
        if cell is None or isinstance(cell, bool):
            return cell
        text = plain(str(cell))
        try:
            return read(text)
        except (ValueError, OverflowError):
            return None if not text or is_nothing(text) else cell

    return write


day_digits_writer = _digits_writer(lambda text: canonical_day(f"{text[:4]}-{text[4:6]}-{text[6:]}", YMD))
"""Writes days such as ``20260131``."""
second_writer = _digits_writer(lambda text: _moment(_EPOCH + timedelta(seconds=int(text))))
"""Writes seconds since 1970 as moments."""
millisecond_writer = _digits_writer(lambda text: _moment(_EPOCH + timedelta(milliseconds=int(text))))
"""Writes milliseconds since 1970 as moments."""
serial_writer = _digits_writer(lambda text: (_EXCEL_ZERO + timedelta(days=int(text))).date().isoformat())
"""Writes the days that a spreadsheet counts from 1900 on."""


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")
