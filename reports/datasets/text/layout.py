"""Find the line of a text that names the columns of a table: the first that is as wide as the lines below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from reports.datasets.text.cells import Kind, is_data, kind_of
from reports.datasets.text.dialect import width_of
from reports.errors import UnreadableFileError

_A_NAME_AND_ITS_VALUE = 2
_MOSTLY = 0.6
_NEARLY_ALL = 0.8
_YEARS = range(1900, 2101)


class Record(NamedTuple):
    """A record that holds something: its number, and its first line; from 0 and from 1 on."""

    number: int
    line: int
    cells: list[str]

    def filled(self) -> list[str]:
        """Return the cells that are not empty."""
        return [text for cell in self.cells if (text := cell.strip())]

    def text(self) -> str:
        """Return the cells as a line of words."""
        filled = self.filled()
        # A sentence such as "Source: ERP, 2026" has a comma of its own.
        is_pair = len(filled) == _A_NAME_AND_ITS_VALUE and ":" not in filled[0].rstrip(":")
        return f"{filled[0].rstrip(':')}: {filled[1]}" if is_pair else ", ".join(filled)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table stands among records.

    ``above`` are records before it, ``names`` the one or two records that name its columns, ``body`` the number of the
    first record after them. Lines have ``width`` cells that are of the table, and ``raw`` of them with empty ones.
    ``data_columns`` hold numbers or days.
    """

    above: Sequence[Record]
    names: Sequence[Record]
    body: int
    width: int
    raw: int
    data_columns: frozenset[int] = frozenset()
    is_sure: bool = True

    def header(self) -> list[str]:
        """Return the names of the columns as they are written, empty where there is none."""
        rows = [[*record.cells, *[""] * self.raw] for record in self.names]
        if not rows:
            return []
        size = max(len(record.cells) for record in self.names)
        if len(rows) == 1:
            first = rows[0][0].lstrip()
            return [first.removeprefix("#") if first.startswith("# ") else first, *rows[0][1:size]]
        return _joined(rows[0][:size], rows[1][:size])


def layout_of(records: Sequence[Record], *, has_names: bool | None = None) -> Layout | None:
    """Return where a table stands among the first records of a part of a text; None if no two cells are side by side.

    Raises UnreadableFileError for a line of names that is narrower than what is below.
    """
    widths = Counter(width_of(record.cells) for record in records if len(record.filled()) > 1)
    if not widths:
        return None
    width = max(widths, key=lambda each: (widths[each], each))
    raw = Counter(len(record.cells) for record in records if width_of(record.cells) >= width).most_common(1)[0][0]
    at = next(number for number, record in enumerate(records) if _is_as_wide(record, width, raw))
    if has_names is False:
        return _layout(records, at, (), width, raw, is_sure=True)
    is_named, is_sure = names_columns(records[at], records[at + 1 :])
    if not is_named and has_names is None:
        _refuse_narrow_names(records, at, width)
        return _layout(records, at, (), width, raw, is_sure=False)
    names = _all_names(records, at)
    return _layout(records, records.index(names[0]), names, width, raw, is_sure=is_sure)


def _layout(
    records: Sequence[Record], at: int, names: Sequence[Record], width: int, raw: int, *, is_sure: bool
) -> Layout:
    below = records[at + len(names) :]
    widest = max([width, *(width_of(record.cells) for record in names)])
    columns = frozenset(column for column in range(widest) if _kind(below, column) in (Kind.NUMBER, Kind.DAY))
    body = names[-1].number + 1 if names else records[at].number
    return Layout(records[:at], names, body, widest, raw, columns, is_sure)


def _is_as_wide(record: Record, width: int, raw: int) -> bool:
    filled = len(record.filled())
    if width_of(record.cells) >= width:
        # The first of two columns often has no name.
        return (filled > 1 and filled * 2 >= width) or (width == 2 and not record.cells[0].strip())
    return len(record.cells) == raw and filled > 1 and filled >= width * _MOSTLY


def names_columns(record: Record, below: Sequence[Record]) -> tuple[bool, bool]:
    """Tell whether a record names columns rather than being a row of them, and whether that is certain."""
    names, rows = 0, 0
    for column, cell in enumerate(record.cells):
        kind = kind_of(cell)
        of_column = _kind(below, column)
        if kind is Kind.NOTHING or (of_column is Kind.WORDS and below):
            continue
        if not below:
            rows += kind is not Kind.WORDS
        elif kind is of_column and not (_is_year(cell) and not _are_years(below, column)):
            rows += 1
        elif of_column is not Kind.NOTHING:
            names += 1
    if names or not rows:
        return True, bool(names)
    return _is_series(record) and not all(map(_is_series, below)), False


def _kind(records: Sequence[Record], column: int) -> Kind:
    """Return what nearly all cells of a column look like."""
    kinds = Counter(kind_of(record.cells[column]) for record in records if column < len(record.cells))
    kinds.pop(Kind.NOTHING, None)
    if not kinds:
        return Kind.NOTHING
    kind, count = kinds.most_common(1)[0]
    return kind if count >= _NEARLY_ALL * kinds.total() else Kind.WORDS


def _is_year(cell: str) -> bool:
    text = cell.strip()
    return text.isdecimal() and int(text[:9]) in _YEARS


def _are_years(records: Sequence[Record], column: int) -> bool:
    return all(_is_year(record.cells[column]) for record in records if column < len(record.cells))


def _is_series(record: Record) -> bool:
    """Tell whether the data of a record count up or down by one, as years and months above columns do."""
    numbers = [text for text in record.filled() if is_data(text)]
    if len(numbers) < 2 or not all(text.isdecimal() and len(text) < 9 for text in numbers):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(numbers)}
    return steps in ({1}, {-1})


def _refuse_narrow_names(records: Sequence[Record], at: int, width: int) -> None:
    """Refuse names that are fewer than the columns below them: which of these has none cannot be told."""
    if at == 0:
        return
    above = records[at - 1]
    words = above.filled()
    if len(words) == width - 1 and above.number == records[at].number - 1 and not any(map(is_data, words)):
        raise UnreadableFileError(
            f"Line {above.line:,} names {len(words)} of {width} columns: the lines below it have more cells. Name each "
            "column there, or say with options.reading.header_row which line names them (0: none does)."
        )


def _all_names(records: Sequence[Record], at: int) -> list[Record]:
    """Return the records that name columns: a second one if names of the first stand above several of the other."""
    if at + 1 < len(records) and _stands_above(records[at], records[at + 1], records[at + 2 :]):
        return [records[at], records[at + 1]]
    if at and _stands_above(records[at - 1], records[at], records[at + 1 :]):
        return [records[at - 1], records[at]]
    return [records[at]]


def _stands_above(upper: Record, lower: Record, below: Sequence[Record]) -> bool:
    """Tell whether a record has names for groups of the columns that another one names."""
    if lower.number != upper.number + 1 or not below:
        return False
    tops, names = _padded(upper, lower)
    filled = [at for at, text in enumerate(tops) if text]
    if not filled or (filled == [0] and len(filled) == 1):
        return False
    if any(is_data(text) and not _is_year(text) for text in (*tops, *names) if text):
        return False
    if not any(_kind(below, at) in (Kind.NUMBER, Kind.DAY) and text for at, text in enumerate(names)):
        return False
    spans = [end - start for start, end in zip(filled, [*filled[1:], len(tops)], strict=True)]
    is_group = [
        span > 1 and bool(names[start]) and bool(names[start + 1]) for start, span in zip(filled, spans, strict=True)
    ]
    if len(set(filter(None, tops))) < len(filled) and all(names[at] for at in filled[1:]):
        return True
    return any(is_group) and all(group or not names[at] for group, at in zip(is_group, filled, strict=True))


def _padded(upper: Record, lower: Record) -> tuple[list[str], list[str]]:
    size = max(width_of(upper.cells), width_of(lower.cells))
    return (
        [cell.strip() for cell in [*upper.cells, *[""] * size][:size]],
        [cell.strip() for cell in [*lower.cells, *[""] * size][:size]],
    )


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return names such as ``2025 / Q1``; a name above several columns is that of each."""
    names, top = [], ""
    for above, name in zip((cell.strip() for cell in upper), (cell.strip() for cell in lower), strict=True):
        top = above or top
        names.append(f"{top} / {name}" if top and name else name or above)
    return names
