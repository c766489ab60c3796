"""Have rows whose cells are one line with one value each set in C, as far as it knows their texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.engine.longtable import native
from reports.engine.longtable.rows.cells import DrawnValues
from reports.engine.longtable.text.pairs import PairTable
from reports.engine.longtable.text.text_setter import TextSetter

_ALIGNMENTS = {"left": 0, "right": 1, "center": 2}


class RowSetter:
    """The setter in C for rows of some columns; other rows are left to Python, and it learns what Python has learnt."""

    def __init__(self, columns: Sequence[DrawnValues], *, is_tagged: bool) -> None:
        self._columns = columns
        self._is_tagged = is_tagged
        self._setters = [column.line.runs[0].setter for column in columns]
        self._can = native.core is not None and all(map(_is_known, columns))
        self._tables: list[tuple[PairTable | None, PairTable | None]] = []
        self._row: Any = None

    def text(self, values: list[str]) -> bytes | None:
        """Return the operators of a row; None when Python has to set it."""
        if not self._can:
            return None
        text: bytes | None = None if self._row is None else self._row.set(values)
        if text is None and self._has_learnt():
            self._row = self._new_row()
            text = self._row.set(values)
        return text

    def _has_learnt(self) -> bool:
        """Tell whether the tables of pairs are others than those that C has."""
        tables = [setter.tables for setter in self._setters if setter is not None]
        if tables == self._tables:
            return False
        self._tables = tables
        return True

    def _new_row(self) -> Any:
        given = []
        for column, setter in zip(self._columns, self._setters, strict=True):
            assert setter is not None
            line = column.line
            common, latin = (table and table.in_c() for table in setter.tables)
            y = column.top + line.runs[0].y
            place = line.left, line.width, setter.size, y, _ALIGNMENTS[line.align], setter.never_wraps
            given.append((common, latin, column.drawn, column.prefix, *place))
        return native.core.Row(given, self._is_tagged)


def _is_known(column: DrawnValues) -> bool:
    [run] = column.line.runs
    setter: TextSetter | None = run.setter
    return setter is not None and not run.strokes and not setter.transforms and column.line.align in _ALIGNMENTS
