"""Learn how rows of one kind look, cell by cell, from those that WeasyPrint has laid out.

A cell depends on itself, its row and its column, so rows are set from cells that were seen in other rows. Cells learnt
from a row are trusted only if they give that very row again: as high, with the same texts and lines at the same places,
in the same colours, and with the same links. The first rows that are set from cells of others are compared in the same
way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from reports.engine.longtable.layout.pagination import Break
from reports.engine.longtable.layout.parts import Bookmark, Fragment
from reports.engine.longtable.layout.row_forms import cells_of, part_row, value_count
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.longtable.rows.cell_reader import CellReader, has_height
from reports.engine.longtable.rows.cells import Cell, Pattern
from reports.engine.longtable.rows.plain_form import PlainForm
from reports.engine.longtable.rows.row_ground import RowGround
from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.weasy.typesetter import LaidOutDocument

_MOST_FAILURES = 3
_MOST_FORMS = 4_000
_CHECKS = 3
"""Rows of cells from other rows to compare with WeasyPrint's, before others are taken on trust."""


class Unknown(NamedTuple):
    """What is not known of a row: a cell by its column and form, or the pattern of its texts."""

    column: int
    form: str
    pattern: Pattern | None = None


_UNVERIFIED = Unknown(-1, "")
"""Stands for a row that could be set, and is to be compared first."""


class RowKind:
    """The knowledge of rows of one kind; ``break_before`` is None until one of them has been laid out.

    In a kind ``of_one_form``, no row is set of the cells of others, so none has to be compared. ``reads_links``: cells
    may look different for the targets of their links.
    """

    def __init__(self, painter: RowPainter, setters: Setters, *, of_one_form: bool, reads_links: bool) -> None:
        self.break_before: Break | None = None
        self.is_wrong = False
        """Rows of this kind do not come out of the cells of others."""
        self._painter = painter
        self._setters = setters
        self._reads_links = reads_links
        self._ground: RowGround | None = None
        self._is_unlearnable = False
        self._cells: dict[tuple[int, str], Cell] = {}
        self._failures: Counter[Unknown] = Counter()
        self._forms: dict[str, PlainForm] = {}
        self._verified: set[str] = set()
        self._checks_left = 0 if of_one_form else _CHECKS

    def fragment(self, form: str, values: list[str]) -> Fragment | None:
        """Set a row; None when WeasyPrint has to."""
        plain = self._forms.get(form) or self._composed(form)
        if plain is None or (self._checks_left > 0 and form not in self._verified):
            return None
        return plain.fragment(values)

    def unknown(self, form: str, values: Sequence[str]) -> tuple[Unknown, ...]:
        """Return what is not known of a row; nothing when there is none, so that one of its texts needs WeasyPrint."""
        unknown = []
        first = 0
        for column, cell_form in enumerate(part_row(form).cells):
            cell, stop = self._cells.get((column, cell_form)), first + value_count(cell_form)
            if cell is None:
                unknown.append(Unknown(column, cell_form))
            elif (pattern := cell.unknown(values[first:stop])) is not None:
                unknown.append(Unknown(column, cell_form, pattern))
            first = stop
        if not unknown and self._checks_left > 0 and form not in self._verified:
            return (_UNVERIFIED,)
        return tuple(unknown)

    def is_unlearnable(self, unknown: Sequence[Unknown]) -> bool:
        """Tell whether rows of which this is unknown are left to WeasyPrint."""
        return self._is_unlearnable or not unknown or any(self._failures[each] >= _MOST_FAILURES for each in unknown)

    def learn(
        self, layout: LaidOutDocument, table: Any, row: Any, form: str, values: list[str], drawn: Fragment
    ) -> Fragment:
        """Learn from a row at the top of its page; return it as others are set, or as WeasyPrint drew it."""
        if self._ground is None:
            self._ground = RowGround(self._painter, layout, table, row)
            self._is_unlearnable = has_height(row) or bool(row.string_set)
        parts = part_row(form)
        if self._is_unlearnable or self.is_wrong:
            return drawn
        if len(parts.cells) != len(row.children):
            self._is_unlearnable = True
            return drawn
        reader = CellReader(self._setters, self._painter, layout)
        learnt = _NewCells(self._cells, self._failures, reader, reads_links=self._reads_links)
        cells = learnt.cells(parts.cells, row, values, drawn.bookmarks)
        if cells is None:
            return drawn
        try:
            plain = PlainForm(self._ground, cells)
            done = plain.verified(values, drawn)
        except NotPlainError:
            self.is_wrong = not learnt.new and self._checks_left > 0
            self._failures.update(learnt.unknown)
            return drawn
        if done is None:
            self._failures.update(learnt.unknown)
            return drawn
        self._adopt(learnt, form, is_composed=len(learnt.new) < len(cells))
        # As any process sets it that has learnt from other rows.
        return self.fragment(form, values) or done

    def _adopt(self, learnt: _NewCells, form: str, *, is_composed: bool) -> None:
        for place, cell in learnt.new.items():
            if place in self._cells:
                self._cells[place].adopt(cell)
            else:
                self._cells[place] = cell
        if learnt.new:
            # What could not be set for want of it may be set now.
            self._forms.clear()
        if form not in self._verified and len(self._verified) < _MOST_FORMS:
            self._verified.add(form)
            self._checks_left -= is_composed

    def _composed(self, form: str) -> PlainForm | None:
        cells = [self._cells.get(place) for place in enumerate(part_row(form).cells)]
        known = [cell for cell in cells if cell is not None]
        if self._ground is None or len(known) < len(cells) or self.is_wrong:
            return None
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        try:
            plain = self._forms[form] = PlainForm(self._ground, known)
        except NotPlainError:
            return None
        return plain


class _NewCells:
    """Take from a laid-out row what is not known yet of its cells."""

    def __init__(
        self,
        known: dict[tuple[int, str], Cell],
        failures: Counter[Unknown],
        reader: CellReader,
        *,
        reads_links: bool,
    ) -> None:
        self.new: dict[tuple[int, str], Cell] = {}
        self.unknown: list[Unknown] = []
        self._known = known
        self._failures = failures
        self._reader = reader
        self._reads_links = reads_links

    def cells(
        self, forms: Sequence[str], row: Any, values: Sequence[str], bookmarks: Sequence[Bookmark]
    ) -> list[Cell] | None:
        """Return all cells of the row; None when one of them cannot be learnt, which counts as a failure."""
        cells: list[Cell] = []
        first = 0
        is_row_marked = row.style["bookmark_level"] != "none"
        for column, (form, box) in enumerate(zip(forms, row.children, strict=True)):
            stop = first + value_count(form)
            own = tuple(values[first:stop])
            first = stop
            known = self._known.get((column, form))
            unknown = Unknown(column, form, None if known is None else known.unknown(own))
            if known is not None and unknown.pattern is None:
                cells.append(known)
                continue
            is_marked = bool(bookmarks) and (is_row_marked or box.style["bookmark_level"] != "none")
            if is_marked and (len(bookmarks) > 1 or (is_row_marked and len(forms) > 1)):
                self._failures[unknown] += 1
                return None
            read = cells_of(form)
            if read is None or len(read) != 1 or (self._reads_links and any(link.values for link in read[0].links)):
                self._failures[unknown] = _MOST_FAILURES
                return None
            try:
                cell = self._reader.read(read[0], box, own, row.height, bookmarks[0] if is_marked else None)
            except NotPlainError:
                self._failures[unknown] += 1
                return None
            self.unknown.append(unknown)
            self.new[column, form] = known.with_layouts_of(cell) if known is not None else cell
            cells.append(self.new[column, form])
        return cells
