"""Make fragments of a table's rows, some at a time."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reports.engine.longtable.layout.blueprint import Blueprint, Row
from reports.engine.longtable.layout.geometry import Geometry
from reports.engine.longtable.layout.pagination import Break, Broken
from reports.engine.longtable.layout.parts import Fragment
from reports.engine.longtable.layout.row_forms import CellForm, cells_of
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.longtable.layout.tall_rows import parts_of
from reports.engine.longtable.rows.cells import Pattern
from reports.engine.longtable.rows.chunks import Chunk, Key, Window
from reports.engine.longtable.rows.plain_form import PlainForm
from reports.engine.longtable.text.font_additions import Trial
from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.weasy.breaks import page_break_between
from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.typesetter import Layout, Typesetter, table_of

_MOST_LAID_OUT = 128
"""Rows in one document of WeasyPrint's: enough that the document itself does not count, and little enough to hold."""

_LAID_OUT_BETWEEN_COLLECTIONS = 1_000
"""Rows after which to have Python collect what WeasyPrint's documents leave, which is nothing but cycles."""

_MOST_FORMS = 2_000
_MOST_LESSONS = 3
Unknown = tuple[Pattern | None, ...]
"""What is not known of a row of a known form: of each cell the pattern of its texts."""

_GHOST = Row("<tr></tr>", hidden=True)
_AVOID = ("avoid", "avoid-page")


@dataclass(slots=True)
class _Lesson:
    """The knowledge of rows with one key; ``plain`` is None until one of them could be learnt from."""

    cells: tuple[CellForm, ...] | None
    wish: Break | None = None
    plain: PlainForm | None = None
    lessons: Counter[Unknown] = field(default_factory=Counter)

    def is_hopeless(self, unknown: Unknown) -> bool:
        """Tell whether rows with these unknown patterns are left to WeasyPrint."""
        return self.cells is None or self.lessons[unknown] >= _MOST_LESSONS


class RowFactory:
    """Turn the lines of one table into fragments, chunk by chunk; ``write`` gives the HTML of a line.

    What comes out of a row depends on the row and the forms of its neighbours, and on no other rows: several factories
    that share the chunks of a table make what one alone would make.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        typesetter: Typesetter,
        painter: RowPainter,
        setters: Setters,
        geometry: Geometry,
        write: Callable[[Any], str],
    ) -> None:
        self._blueprint = blueprint
        self._typesetter = typesetter
        self._painter = painter
        self._setters = setters
        self._geometry = geometry
        self._write = write
        self._known: dict[Key, _Lesson] = {}
        self._unprintable: set[str] = set()
        self._uncollected = 0
        self.laid_out = 0
        """Rows that WeasyPrint has laid out, here and in the workers: the fewer, the faster."""

    @property
    def canvas(self) -> Canvas:
        """Return what rows are drawn on."""
        return self._painter.canvas

    def made(self, chunk: Chunk) -> Iterator[Broken]:
        """Make a chunk: yield each row's fragment, and whether a page may end before it."""
        window = Window(chunk, self._write)
        return self.completed(chunk, self.attempt(window), window)

    def written(self, chunk: Chunk) -> Chunk:
        """Return a chunk with the HTML of its lines."""
        return replace(chunk, lines=chunk.rows(self._write), is_html=True)

    def attempted(self, chunk: Chunk) -> list[Broken | None]:
        """Make a chunk for another process, but for rows in fonts that are new to this one: these are None, too."""
        return self.attempt(Window(chunk, self._write), may_add_fonts=False)

    def attempt(self, window: Window, *, may_add_fonts: bool = True) -> list[Broken | None]:
        """Make rows, but for those with characters that no font has: None, as ``completed`` numbers these in order."""
        keys = window.keys(self._geometry.period)
        made: list[Broken | None] = [None] * len(keys)
        waiting = list(range(len(keys)))
        while waiting:
            # Laid out here, they would be in vain.
            waiting = [index for index in waiting if not self._is_unprintable(window.values[index + 1])]
            waiting = [index for index in waiting if not self._set_plain(window, index, keys[index], made)]
            chosen = self._chosen(waiting, keys, window.values)
            if chosen:
                self._lay_out(window, chosen, keys, made, on_trial=True, may_add_fonts=may_add_fonts)
            done = set(chosen)
            waiting = [index for index in waiting if index not in done]
        self._setters.hand_over_glyphs()
        return made

    def completed(self, chunk: Chunk, made: list[Broken | None], window: Window | None = None) -> Iterator[Broken]:
        """Make the rows that are missing in a chunk; yield all of them, those higher than a page in parts."""
        missing = [index for index, broken in enumerate(made) if broken is None]
        if missing:
            window = window or Window(chunk, self._write)
            keys = window.keys(self._geometry.period)
            for start in range(0, len(missing), _MOST_LAID_OUT):
                self._lay_out(window, missing[start : start + _MOST_LAID_OUT], keys, made)
            self._setters.hand_over_glyphs()
        return self._cut(chunk, made)

    def _cut(self, chunk: Chunk, made: Sequence[Broken | None]) -> Iterator[Broken]:
        for index, broken in enumerate(made):
            assert broken is not None
            if broken[0].height > self._geometry.room:
                yield from self._parts(chunk, index)
            else:
                yield broken

    def _parts(self, chunk: Chunk, index: int) -> list[Broken]:
        if self._geometry.has_sides:
            raise UnsupportedTableError("a row is higher than a page, and left pages differ from right ones")
        above, row, *rest = map(self._write, chunk.lines[index : index + 3])
        below = rest[0] if rest else None
        ghosts = (chunk.number + index) % self._geometry.period
        return parts_of(
            self._blueprint, self._typesetter, self._painter, self._geometry.table, (above, row, below), ghosts
        )

    def _set_plain(self, window: Window, index: int, key: Key, made: list[Broken | None]) -> bool:
        lesson = self._known.get(key)
        values = window.values[index + 1]
        if lesson is None or lesson.plain is None or lesson.wish is None or self._may_look_otherwise(values):
            return False
        fragment = lesson.plain.fragment(values)
        if fragment is None:
            return False
        made[index] = (fragment, lesson.wish)
        return True

    def _chosen(self, waiting: Sequence[int], keys: Sequence[Key], values: Sequence[list[str]]) -> list[int]:
        """Choose rows to lay out next: one of each kind to learn from, else all, as nothing can be learnt from them."""
        examples: dict[tuple[Key, Unknown], int] = {}
        hopeless = []
        for index in waiting:
            key = keys[index]
            if key not in self._known:
                if len(self._known) >= _MOST_FORMS:
                    hopeless.append(index)
                    continue
                self._known[key] = self._new_lesson(key)
            lesson = self._known[key]
            own = values[index + 1]
            unknown = lesson.plain.unknown(own) if lesson.plain is not None else ()
            # Rows of which all is known are here since one of their texts needs WeasyPrint.
            is_known = lesson.plain is not None and not unknown
            if is_known or lesson.is_hopeless(unknown) or self._may_look_otherwise(own):
                hopeless.append(index)
            else:
                examples.setdefault((key, unknown), index)
        return sorted([*examples.values(), *hopeless])[:_MOST_LAID_OUT]

    def _lay_out(
        self,
        window: Window,
        chosen: Sequence[int],
        keys: Sequence[Key],
        made: list[Broken | None],
        *,
        on_trial: bool = False,
        may_add_fonts: bool = True,
    ) -> None:
        """Have WeasyPrint lay out some rows between their neighbours, on a page without an end."""
        geometry = self._geometry
        rows: list[Row] = []
        places: dict[int, int] = {}
        for run in _runs(chosen):
            # Hidden rows count: those before this one are as many as in the table, but for whole periods.
            rows += [_GHOST] * ((window.number + run.start - len(rows)) % geometry.period)
            places |= {index: len(rows) + 1 + offset for offset, index in enumerate(run)}
            rows += map(Row, window.rows[run.start : run.stop + 2])
        draft = self._blueprint.specimen(geometry.table, rows)
        layout = self._typesetter.lay_out_tall(draft.root, draft.rows, geometry.page)
        if len(layout.pages) > 1:
            raise UnsupportedTableError("rows force page breaks")
        [found] = layout.rows_of(geometry.table)
        boxes = dict(found)
        if len(boxes) != sum(not row.hidden for row in rows):
            raise UnsupportedTableError("some rows are not displayed")
        table = table_of(layout.pages[0], found[0][1])
        geometry.check(table)
        for index, place in places.items():
            above, box = boxes[place - 1], boxes[place]
            trial = Trial(self.canvas)
            wish = _wish(above, box)
            fragment = self._drawn(keys[index], layout, table, box, window.values[index + 1], wish=wish)
            missing = trial.take_back_missing() if on_trial else set()
            self._unprintable |= missing
            is_left = missing or (on_trial and trial.has_new_fonts and not may_add_fonts)
            made[index] = None if is_left else (fragment, wish)
        self._collect(len(places))

    def _drawn(self, key: Key, layout: Layout, table: Any, row: Any, values: list[str], *, wish: Break) -> Fragment:
        """Draw a row, and learn from it; it is set as what it taught sets all others."""
        is_special = self._may_look_otherwise(values)
        fragment = self._painter.fragment(layout, table, row, kind=None if is_special else key)
        lesson = self._known.get(key) or self._new_lesson(key)
        lesson.wish = wish
        if lesson.cells is None or is_special:
            return fragment
        unknown = lesson.plain.unknown(values) if lesson.plain is not None else ()
        lesson.lessons[unknown] += 1
        if lesson.plain is None or unknown:
            try:
                learnt = PlainForm(self._painter, self._setters, layout, table, row, lesson.cells, values, fragment)
            except NotPlainError:
                return fragment
            if lesson.plain is None:
                lesson.plain = learnt
            else:
                lesson.plain.adopt(learnt)
        return lesson.plain.fragment(values) or fragment

    def _is_unprintable(self, values: list[str]) -> bool:
        """Tell whether a row has a character that no font has, of those that are known."""
        return bool(self._unprintable) and not all(map(self._unprintable.isdisjoint, values))

    def _may_look_otherwise(self, values: list[str]) -> bool:
        """Tell whether a row may look different from others of its form, since there is nothing in an element."""
        return self._geometry.reads_emptiness and "" in values

    def _new_lesson(self, key: Key) -> _Lesson:
        cells = cells_of(key.form)
        links = [link for cell in cells or () for link in cell.links]
        return _Lesson(None if self._geometry.reads_links and any(link.values for link in links) else cells)

    def _collect(self, laid_out: int) -> None:
        self.laid_out += laid_out
        self._uncollected += laid_out
        if self._uncollected >= _LAID_OUT_BETWEEN_COLLECTIONS:
            gc.collect()
            self._uncollected = 0


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Gather numbers that follow one another."""
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            yield range(numbers[start], numbers[index - 1] + 1)
            start = index


def _wish(above: Any, below: Any) -> Break:
    wish = page_break_between(above, below)
    if wish not in (*_AVOID, "auto", "avoid-column"):
        raise UnsupportedTableError("rows force page breaks")
    return Break.AVOIDED if wish in _AVOID else Break.ALLOWED
