"""Make fragments of a table's rows, some at a time."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reports.engine.longtable.layout.blueprint import Blueprint
from reports.engine.longtable.layout.geometry import Geometry
from reports.engine.longtable.layout.pagination import Break, Broken
from reports.engine.longtable.layout.parts import Fragment
from reports.engine.longtable.layout.row_forms import read_row
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.longtable.layout.tall_rows import parts_of
from reports.engine.longtable.rows.chunks import Chunk, Window
from reports.engine.longtable.rows.inks import Inks, in_full
from reports.engine.longtable.rows.plain_form import check_alike
from reports.engine.longtable.rows.row_kind import RowKind
from reports.engine.longtable.rows.row_kinds import Key, RowKinds
from reports.engine.longtable.rows.specimens import Specimen, Specimens, runs
from reports.engine.longtable.text.font_additions import FontSavepoint
from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.weasy.breaks import page_break_between
from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.typesetter import Typesetter

_MOST_LAID_OUT = 128
"""Rows in one document of WeasyPrint's: enough that the document itself does not count, and little enough to hold."""

_LAID_OUT_BETWEEN_COLLECTIONS = 1_000
"""Rows after which to have Python collect what WeasyPrint's documents leave, which is nothing but cycles."""

_MOST_KINDS = 2_000
_FEWEST_JUDGED = 400
_COST_OF_ROW, _COST_OF_NEIGHBOURS = 1.5, 0.8
"""What it takes to lay out a row, and the empty rows around a run of such, by what a row takes in a whole table.

Measured on statements of 3,000 rows: 26.9 s for each row by itself, 16.5 s for the table.
"""

_AVOID = ("avoid", "avoid-page")


class RowFactory:
    """Turn the lines of one table into fragments, chunk by chunk; ``write`` gives the HTML of a line.

    The fragment of a row depends on the row and the forms of its neighbours, and on no other rows: several factories
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
        *,
        may_give_up: bool = False,
    ) -> None:
        """Prepare for a table. With ``may_give_up``, its first chunk tells whether this is worth the effort."""
        self._blueprint = blueprint
        self._typesetter = typesetter
        self._painter = painter
        self._setters = setters
        self._geometry = geometry
        self._write = write
        self._specimens = Specimens(blueprint, typesetter, geometry)
        self._inks = Inks(painter.canvas)
        self._forms_with_inks: set[str] = set()
        self._names = RowKinds(geometry)
        self._kinds: dict[Key, RowKind] = {}
        self._unprintable: set[str] = set()
        self._uncollected = 0
        self._may_give_up = may_give_up
        self.laid_out = 0
        """Rows that WeasyPrint has laid out, here and in the workers: the fewer, the faster."""

    @property
    def canvas(self) -> Canvas:
        """Return what rows are drawn on."""
        return self._painter.canvas

    def made(self, chunk: Chunk) -> Iterator[Broken]:
        """Make a chunk: yield each row's fragment, and whether a page may end before it."""
        window = self._window(chunk)
        made = self.attempt(window)
        self._may_give_up = False
        return self.completed(chunk, made, window)

    def written(self, chunk: Chunk) -> Chunk:
        """Return a chunk with the HTML of its lines."""
        return replace(chunk, lines=chunk.rows(self._write), is_html=True)

    def attempted(self, chunk: Chunk) -> list[Broken | None]:
        """Make a chunk for another process, but for rows in fonts that are new to this one: these are None, too."""
        return self.attempt(self._window(chunk), may_add_fonts=False)

    def attempt(self, window: Window, *, may_add_fonts: bool = True) -> list[Broken | None]:
        """Make rows, but for those with characters that no font has: None, as ``completed`` numbers these in order."""
        made: list[Broken | None] = [None] * len(window)
        waiting = list(range(len(window)))
        while waiting:
            # Laid out here, they would be in vain.
            waiting = [index for index in waiting if not self._is_unprintable(window.values[index + 1])]
            waiting = [
                index for index in waiting if not self._set_plain(window, index, made, may_add_fonts=may_add_fonts)
            ]
            chosen = self._chosen(waiting, window)
            if chosen:
                self._lay_out(window, chosen, made, on_trial=True, may_add_fonts=may_add_fonts)
            done = set(chosen)
            waiting = [index for index in waiting if index not in done]
        self._setters.hand_over_glyphs()
        return made

    def completed(self, chunk: Chunk, made: list[Broken | None], window: Window | None = None) -> Iterator[Broken]:
        """Make the rows that are missing in a chunk; yield all of them, those higher than a page in parts."""
        missing = [index for index, broken in enumerate(made) if broken is None]
        if missing:
            window = window or self._window(chunk)
            missing = [index for index in missing if not self._set_plain(window, index, made)]
            for start in range(0, len(missing), _MOST_LAID_OUT):
                self._lay_out(window, missing[start : start + _MOST_LAID_OUT], made)
            self._setters.hand_over_glyphs()
        return self._cut(chunk, made)

    def _window(self, chunk: Chunk) -> Window:
        window = Window(chunk, self._write, self._geometry.read_styles, marks_gaps=self._geometry.reads_emptiness)
        window.keep_inks(self._forms_with_inks)
        return window

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
        if not self._geometry.reads_emptiness:
            # Neighbours count by their tags alone, and what is in them takes as long to lay out as the row's own texts.
            above, *rest = (read_row(each).form for each in (above, *rest))
        below = rest[0] if rest else None
        padding = self._geometry.hidden_rows(chunk.number + index, 0)
        return parts_of(
            self._blueprint, self._typesetter, self._painter, self._geometry.table, (above, row, below), padding
        )

    def _set_plain(self, window: Window, index: int, made: list[Broken | None], *, may_add_fonts: bool = True) -> bool:
        """Set a row from what is known; tell whether that is done, or left to the process that may add fonts."""
        key = self._names.key(window, index)
        kind = self._kinds.get(key) if key is not None else None
        if kind is None or kind.break_before is None:
            return False
        known = self.canvas.counted()
        form, inks = window.forms[index + 1], window.inks[index + 1]
        fragment = kind.fragment(form, window.values[index + 1])
        if self.canvas.counted() > known and not may_add_fonts:
            return True
        if fragment is None:
            return False
        made[index] = (self._inks.coloured(fragment, form, inks) if inks else fragment, kind.break_before)
        return True

    def _chosen(self, waiting: Sequence[int], window: Window) -> list[int]:
        """Choose rows to lay out next: those that teach something new, else all, as nothing can be learnt from them."""
        examples: list[int] = []
        unlearnable: list[int] = []
        taught: set[tuple[Key | None, Hashable]] = set()
        for index in waiting:
            key = self._names.key(window, index)
            teaches = self._unknown(window, index, key)
            if not teaches:
                unlearnable.append(index)
            elif new := {(key, each) for each in teaches} - taught:
                taught |= new
                examples.append(index)
        self._check_worth(len(window), [*examples, *unlearnable])
        return sorted([*examples, *unlearnable])[:_MOST_LAID_OUT]

    def _check_worth(self, rows: int, waiting: Sequence[int]) -> None:
        """Give up when WeasyPrint is quicker with the whole table than with so many of its rows one by one.

        Counted and not timed, so that the same input gives the same document. Raises UnsupportedTableError.
        """
        if not self._may_give_up or rows < _FEWEST_JUDGED:
            return
        stretches = sum(1 for _ in runs(sorted(waiting)))
        if (self.laid_out + len(waiting)) * _COST_OF_ROW + stretches * _COST_OF_NEIGHBOURS > rows:
            raise UnsupportedTableError("WeasyPrint has to lay out most of its rows")

    def _unknown(self, window: Window, index: int, key: Key | None) -> Sequence[Hashable]:
        """Return what can be learnt from a row; nothing when it is left to WeasyPrint."""
        if key is None:
            return self._names.missing(window, index)
        kind = self._kind(key)
        unknown = kind.unknown(window.forms[index + 1], window.values[index + 1]) if kind is not None else ()
        return () if kind is None or kind.is_unlearnable(unknown) else unknown

    def _lay_out(
        self,
        window: Window,
        chosen: Sequence[int],
        made: list[Broken | None],
        *,
        on_trial: bool = False,
        may_add_fonts: bool = True,
    ) -> None:
        """Have WeasyPrint lay out some rows, and learn from them."""
        inks = self._our_inks(window, chosen)
        specimen = self._specimens.of(window, chosen, inks)
        self._names.see(window, specimen.with_neighbours())
        in_others = self._in_other_inks(window, inks)
        refused: list[int] = []
        for index in chosen:
            savepoint = FontSavepoint(self.canvas)
            break_before = _break_between(specimen.above(index), specimen.row(index))
            fragment = self._drawn(window, index, specimen, break_before, in_others if index in inks else None)
            missing = savepoint.roll_back_missing() if on_trial else set()
            self._unprintable |= missing
            is_left = missing or (on_trial and savepoint.has_new_fonts and not may_add_fonts)
            if fragment is None:
                refused.append(index)
            else:
                made[index] = None if is_left else (fragment, break_before)
        for each in (specimen, in_others):
            if each is not None:
                each.layout.forget_built()
        self._collect(len(chosen) - len(refused))
        if refused:
            self._forms_with_inks |= {window.forms[index + 1] for index in refused}
            window.keep_inks(self._forms_with_inks)
            self._lay_out(window, refused, made, on_trial=on_trial, may_add_fonts=may_add_fonts)

    def _drawn(
        self, window: Window, index: int, specimen: Specimen, break_before: Break, in_others: Specimen | None
    ) -> Fragment | None:
        """Draw a row, and learn from it; None where colours decide on more than what is drawn in them."""
        form, inks = window.forms[index + 1], window.inks[index + 1]
        key = self._names.sure_key(window, index)
        is_example = in_others is not None or not inks
        fragment = specimen.drawn(self._painter, index, kind=(key, form) if is_example else None)
        if in_others is not None:
            others = self._inks.coloured(fragment, form, self._inks.others(form, inks))
            try:
                check_alike(in_full(others), in_others.drawn(self._painter, index))
            except NotPlainError:
                return None
        if not is_example:
            return fragment
        fragment = self._learnt(window, index, specimen, break_before, fragment)
        return self._inks.coloured(fragment, form, inks) if inks else fragment

    def _learnt(
        self, window: Window, index: int, specimen: Specimen, break_before: Break, fragment: Fragment
    ) -> Fragment:
        """Learn from a row that was drawn; it is set as what it taught sets all others."""
        key, form = self._names.sure_key(window, index), window.forms[index + 1]
        kind = self._kind(key)
        if kind is None:
            return fragment
        kind.break_before = break_before
        table, row = specimen.table(index), specimen.row(index)
        done = kind.learn(specimen.layout, table, row, form, window.values[index + 1], fragment)
        if kind.is_wrong:
            self._names.take_as_whole(key)
            del self._kinds[key]
        return done

    def _our_inks(self, window: Window, chosen: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return the inks in which to learn from rows that have some, and teach something."""
        found = {}
        for index in chosen:
            own = window.inks[index + 1]
            if own and self._unknown(window, index, self._names.key(window, index)):
                found[index] = self._inks.ours(window.forms[index + 1], own)
        return found

    def _in_other_inks(self, window: Window, inks: Mapping[int, tuple[str, ...]]) -> Specimen | None:
        """Lay out rows that have inks in others of ours."""
        if not inks:
            return None
        others = {index: self._inks.others(window.forms[index + 1], window.inks[index + 1]) for index in inks}
        return self._specimens.of(window, [*others], others)

    def _kind(self, key: Key) -> RowKind | None:
        """Return what is known of a kind; None when there are too many."""
        if key not in self._kinds:
            if len(self._kinds) >= _MOST_KINDS:
                return None
            self._kinds[key] = RowKind(
                self._painter, self._setters, of_one_form=key.of_one_form, reads_links=self._geometry.reads_links
            )
        return self._kinds[key]

    def _is_unprintable(self, values: list[str]) -> bool:
        """Tell whether a row has a character that no font has, of those that are known."""
        return bool(self._unprintable) and not all(map(self._unprintable.isdisjoint, values))

    def _collect(self, laid_out: int) -> None:
        self.laid_out += laid_out
        self._uncollected += laid_out
        if self._uncollected >= _LAID_OUT_BETWEEN_COLLECTIONS:
            gc.collect()
            self._uncollected = 0


def _break_between(above: Any, below: Any) -> Break:
    break_before = page_break_between(above, below)
    if break_before == "page":
        return Break.FORCED
    if break_before not in (*_AVOID, "auto", "avoid-column"):
        raise UnsupportedTableError("rows force breaks to left or right pages, or of columns")
    return Break.AVOIDED if break_before in _AVOID else Break.ALLOWED
