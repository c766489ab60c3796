"""Make fragments of a table's rows, some at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, NamedTuple

from weasyprint.layout.block import block_level_page_break

from reports.engine.longtable.blueprint import Blueprint, Row
from reports.engine.longtable.errors import UnsupportedTableError
from reports.engine.longtable.forms import CellForm, cells_of, read_row
from reports.engine.longtable.fragments import RowPainter
from reports.engine.longtable.layout import Layout, Typesetter, table_of
from reports.engine.longtable.pagination import Break, Broken
from reports.engine.longtable.plain import NotPlainError, PlainForm, Setters
from reports.engine.longtable.tall import parts_of

_CHUNK = 1024
_MOST_LAID_OUT = 128
"""Rows in one document of WeasyPrint's: enough that the document itself does not count, and little enough to hold."""

_MOST_FORMS = 2_000
_MOST_LESSONS = 3
_AVOID = ("avoid", "avoid-page")


class Geometry:
    """Hold what all layouts of a table must agree in. Lengths are in px.

    ``page`` and ``box`` are a page that the table continues on, and the table there. ``period``: after how many rows
    selectors such as ``:nth-child(2n)`` repeat. ``room``: what rows have on a page, once that is known.
    """

    def __init__(self, table: int, page: Any, box: Any, *, period: int, has_sides: bool) -> None:
        self.table = table
        self.page = page
        self.period = period
        self.room = math.inf
        self.has_sides = has_sides
        self._lines = lines_of(box)

    def check(self, box: Any) -> None:
        """Raise UnsupportedTableError when a table has other columns than in the document."""
        if not are_close(lines_of(box), self._lines):
            raise UnsupportedTableError("the columns of the table depend on its place in the document")


def lines_of(table: Any) -> list[float]:
    """Return where the columns of a table are, and how wide, in px."""
    return [*table.column_positions, *table.column_widths]


def are_close(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Tell whether lengths are the same but for what rounding leaves, in px."""
    return len(ours) == len(theirs) and all(abs(a - b) < 0.01 for a, b in zip(ours, theirs, strict=True))


class _Key(NamedTuple):
    """Name what a row's look depends on: its form and those of its neighbours, and its number in the period."""

    above: str
    form: str
    below: str
    phase: int


@dataclass(slots=True)
class _Lesson:
    """Be what is known of rows with one key; ``plain`` is None until one of them could be learnt from."""

    cells: tuple[CellForm, ...] | None
    wish: Break | None = None
    plain: PlainForm | None = None
    lessons: int = 0

    @property
    def is_hopeless(self) -> bool:
        """Tell whether rows like these are left to WeasyPrint."""
        return self.cells is None or (self.plain is None and self.lessons >= _MOST_LESSONS)


class RowFactory:
    """Turn the HTML of one table's rows into fragments, in the order of the table."""

    def __init__(
        self,
        blueprint: Blueprint,
        typesetter: Typesetter,
        painter: RowPainter,
        setters: Setters,
        geometry: Geometry,
    ) -> None:
        self._blueprint = blueprint
        self._typesetter = typesetter
        self._painter = painter
        self._setters = setters
        self._geometry = geometry
        self._known: dict[_Key, _Lesson] = {}
        self.laid_out = 0

    def fragments(self, rows: Iterable[str], first: int, before: str) -> Iterator[Broken]:
        """Yield each row's fragment, and whether a page may end before it.

        ``first`` is the number of the first row, and ``before`` the row before that.
        """
        source = iter(rows)
        number, window = first - 1, [before]
        while True:
            # One more than a chunk on either side: rows look at their neighbours.
            window.extend(islice(source, _CHUNK + 2 - len(window)))
            if len(window) == 1:
                return
            is_end = len(window) < _CHUNK + 2
            yield from self._made(_Window(window, number, is_end=is_end), self._geometry.period)
            if is_end:
                return
            number += _CHUNK
            window = window[-2:]

    def _made(self, window: _Window, period: int) -> Iterator[Broken]:
        keys = window.keys(period)
        made: list[Broken | None] = [None] * len(keys)
        waiting = list(range(len(keys)))
        while waiting:
            waiting = [index for index in waiting if not self._set_plain(window, index, keys[index], made)]
            chosen = self._chosen(waiting, keys)
            for run in _runs(chosen):
                self._lay_out(window, run, keys, made)
            done = set(chosen)
            waiting = [index for index in waiting if index not in done]
        for index, broken in enumerate(made):
            assert broken is not None
            if broken[0].height > self._geometry.room:
                yield from self._parts(window, index)
            else:
                yield broken

    def _parts(self, window: _Window, index: int) -> list[Broken]:
        if self._geometry.has_sides:
            raise UnsupportedTableError("a row is higher than a page, and left pages differ from right ones")
        above, row = window.rows[index : index + 2]
        below = window.rows[index + 2] if index + 2 < len(window.rows) else None
        ghosts = (window.number + index) % self._geometry.period
        return parts_of(
            self._blueprint, self._typesetter, self._painter, self._geometry.table, (above, row, below), ghosts
        )

    def _set_plain(self, window: _Window, index: int, key: _Key, made: list[Broken | None]) -> bool:
        lesson = self._known.get(key)
        if lesson is None or lesson.plain is None or lesson.wish is None:
            return False
        fragment = lesson.plain.fragment(window.values[index + 1])
        if fragment is None:
            return False
        made[index] = (fragment, lesson.wish)
        return True

    def _chosen(self, waiting: Sequence[int], keys: Sequence[_Key]) -> list[int]:
        """Choose rows to lay out next: one of each form to learn from, else all, as nothing can be learnt from them."""
        examples: dict[_Key, int] = {}
        hopeless = []
        for index in waiting:
            key = keys[index]
            if key not in self._known:
                if len(self._known) >= _MOST_FORMS:
                    hopeless.append(index)
                    continue
                self._known[key] = _Lesson(cells_of(key.form))
            lesson = self._known[key]
            # Rows of a form that is known already are here since one of their texts needs WeasyPrint.
            if lesson.is_hopeless or lesson.plain is not None:
                hopeless.append(index)
            else:
                examples.setdefault(key, index)
        return sorted([*examples.values(), *hopeless])[:_MOST_LAID_OUT]

    def _lay_out(self, window: _Window, run: range, keys: Sequence[_Key], made: list[Broken | None]) -> None:
        """Have WeasyPrint lay out rows that follow one another, on a page without an end."""
        geometry = self._geometry
        around = window.rows[run.start : run.stop + 2]
        ghosts = [Row("<tr></tr>", hidden=True)] * ((window.number + run.start) % geometry.period)
        draft = self._blueprint.specimen(geometry.table, [*ghosts, *map(Row, around)])
        layout = self._typesetter.lay_out_tall(draft.root, draft.rows, geometry.page)
        if len(layout.pages) > 1:
            raise UnsupportedTableError("rows force page breaks")
        [found] = layout.rows_of(geometry.table)
        boxes = [box for _, box in found]
        if len(boxes) != len(around):
            raise UnsupportedTableError("some rows are not displayed")
        table = table_of(layout.pages[0], boxes[0])
        geometry.check(table)
        for index, (above, box) in zip(run, pairwise(boxes), strict=False):
            wish = _wish(above, box)
            made[index] = (self._painter.fragment(layout, table, box), wish)
            self._learn(keys[index], layout, table, box, window.values[index + 1], wish=wish)
        self.laid_out += len(run)

    def _learn(self, key: _Key, layout: Layout, table: Any, row: Any, values: list[str], *, wish: Break) -> None:
        lesson = self._known.get(key)
        if lesson is None or lesson.cells is None or lesson.lessons >= _MOST_LESSONS:
            return
        lesson.wish = wish
        lesson.lessons += 1
        try:
            learnt = PlainForm(self._painter, self._setters, layout, table, row, lesson.cells, values)
        except NotPlainError:
            return
        if lesson.plain is None or learnt.knows_more_than(lesson.plain):
            lesson.plain = learnt


class _Window:
    """Hold a chunk of rows with a neighbour on either side; ``number`` is that of the first of all these."""

    def __init__(self, rows: list[str], number: int, *, is_end: bool) -> None:
        self.rows = rows
        self.number = number
        read = [read_row(html) for html in rows]
        self.forms = [row.form for row in read]
        self.values = [row.values for row in read]
        self._is_end = is_end

    def keys(self, period: int) -> list[_Key]:
        """Return what the look of each row of the chunk depends on."""
        forms = [*self.forms, ""] if self._is_end else self.forms
        return [
            _Key(above, form, below, (self.number + 1 + index) % period)
            for index, (above, form, below) in enumerate(zip(forms, forms[1:], forms[2:], strict=False))
        ]


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Gather numbers that follow one another."""
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            yield range(numbers[start], numbers[index - 1] + 1)
            start = index


def _wish(above: Any, below: Any) -> Break:
    wish = block_level_page_break(above, below)
    if wish not in (*_AVOID, "auto", "avoid-column"):
        raise UnsupportedTableError("rows force page breaks")
    return Break.AVOIDED if wish in _AVOID else Break.ALLOWED
