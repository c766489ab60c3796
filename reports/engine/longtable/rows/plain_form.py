"""Set rows of one form by setting each of their cells.

A row is as high as the highest of its cells, and their texts stand on one line or at the top, in the middle or at the
bottom of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from reports.engine.longtable.layout.parts import Bookmark, Figure, Fragment, Link, RowLook, RowTags, Strings
from reports.engine.longtable.native.row_setter import RowSetter
from reports.engine.longtable.rows.cells import Cell, DrawnValues
from reports.engine.longtable.rows.likeness import are_alike
from reports.engine.longtable.rows.row_ground import RowGround
from reports.engine.longtable.rows.set_cells import SetCell, draw_piece
from reports.engine.longtable.text.setters import NotPlainError
from reports.engine.weasy.structure.text_direction import logical_text

_NEAR = 1e-3
"""What heights and places may differ by, in px: traces of rounding."""

_UNSEEN: Any = object()
_MOST_DRAWN = 20_000
_MOST_TAGS = 1_000


class _OneLiners(NamedTuple):
    """The facts that rows share whose cells are one line with one value each, as nearly all rows have."""

    columns: list[DrawnValues]
    setter: RowSetter
    height: float
    look: RowLook
    tags: RowTags


class PlainForm:
    """Set rows of one form, of cells that are known."""

    def __init__(self, ground: RowGround, cells: Sequence[Cell]) -> None:
        """Take the cells of a row. Raises NotPlainError when its place in the outline is not clear."""
        self._ground = ground
        self._cells = cells
        self._is_tagged = ground.painter.is_tagged
        self._tags: dict[tuple[int, ...], RowTags] = {}
        self._looks: dict[float, RowLook] = {}
        self._hides = any(cell.hides for cell in cells)
        self._sets_strings = any(cell.strings for cell in cells)
        self._has_links = any(cell.form.links for cell in cells)
        self._own: list[slice] = []
        first = 0
        for cell in cells:
            self._own.append(slice(first, first + cell.form.values))
            first += cell.form.values
        marked = [(number, cell.bookmark) for number, cell in enumerate(cells) if cell.bookmark is not None]
        if len(marked) > 1:
            raise NotPlainError("its bookmarks are not the text of a cell")
        self._bookmark = marked[0] if marked else None
        self._are_values = all(cell.form.is_value for cell in cells)
        self._one_liners: _OneLiners | None = _UNSEEN

    def fragment(self, values: list[str]) -> Fragment | None:
        """Set a row; None when WeasyPrint has to."""
        if not self._are_values or "" in values:
            return self._set(values)
        if self._one_liners is _UNSEEN:
            self._one_liners = self._prepare()
        if self._one_liners is not None:
            columns, setter, height, look, tags = self._one_liners
            text = setter.text(values) or self._drawn_values(columns, values)
            if text is not None:
                bookmarks, strings = self._bookmarks(values), self._strings(values)
                return Fragment(height, look, tags, text, bookmarks=bookmarks, strings=strings)
        return self._set(values)

    def verified(self, values: list[str], drawn: Fragment) -> Fragment | None:
        """Set the very row that WeasyPrint drew, and compare; None when it takes WeasyPrint. Raises NotPlainError."""
        done = self._set(values)
        if done is None:
            return None
        check_alike(done, drawn)
        return done

    def _prepare(self) -> _OneLiners | None:
        """Prepare for rows of one line of one value in each cell, once it is known how these look."""
        done: list[SetCell] = []
        for cell in self._cells:
            example = cell.line_of_value()
            if example is None:
                return None
            done.append(example)
        height, tops = self._arranged(done)
        columns = []
        prefix = b""
        for cell, each, top in zip(self._cells, done, tops, strict=True):
            before, prefix = prefix, each.pieces[0].run.prefix
            [line] = each.layout.lines or ()
            columns.append(cell.values_at(top, b"" if prefix == before else prefix, line))
        look, tags = self._ground.look(height, self._cells, done), self._ground.tags(self._cells, done)
        setter = RowSetter(columns, is_tagged=self._is_tagged)
        return _OneLiners(columns, setter, height + self._ground.spacing, look, tags)

    def _drawn_values(self, columns: Sequence[DrawnValues], values: list[str]) -> bytes | None:
        """Draw the values of a row, each with one line; None where one has another number of them."""
        drawn = []
        for column, value in zip(columns, values, strict=True):
            known = column.drawn.get(value, _UNSEEN)
            if known is _UNSEEN:
                known = self._draw_value(column, value)
            if known is None:
                return None
            drawn.append(known)
        return b"BT\n%s\nET" % b"\n".join(drawn)

    def _draw_value(self, column: DrawnValues, value: str) -> bytes | None:
        """Draw a value that is all of a cell, if it has just one line; keep what was drawn."""
        kept, cell, line, top, prefix = column
        text = value if "&" not in value and "<" not in value else cell.text((value,))
        piece = None if text is None or logical_text(text) is not None else line.alone(text)
        drawn = None if piece is None else prefix + draw_piece(piece, top, is_tagged=self._is_tagged)
        if len(kept) >= _MOST_DRAWN:
            kept.clear()
        kept[value] = drawn
        return drawn

    def _set(self, values: list[str]) -> Fragment | None:
        """Set a row of any cells."""
        cells = []
        has_layers = False
        for cell, own in zip(self._cells, self._own, strict=True):
            done = cell.set(tuple(values[own]))
            if done is None:
                return None
            cells.append(done)
            has_layers = has_layers or done.has_layers
        height, tops = self._arranged(cells)
        parts, prefix = [], b""
        for done, top in zip(cells, tops, strict=True):
            begins_with, drawn, ends_with = done.drawn(top, is_tagged=self._is_tagged)
            if begins_with:
                parts += [drawn] if begins_with == prefix else [begins_with, drawn]
                prefix = ends_with
            elif drawn:
                parts.append(drawn)
        text = b"BT\n%s\nET" % b"\n".join(parts) if parts else b""
        if has_layers:
            below, above = zip(*[done.beside(top) for done, top in zip(cells, tops, strict=True)], strict=True)
            text = b"\n".join(filter(None, (*below, text, *above)))
        look, tags = self._look_of(height, cells), self._tags_of(cells)
        links = self._links(cells, tops) if self._has_links else ()
        said = _said(cells) if self._is_tagged else ()
        bookmarks, strings = self._bookmarks(values), self._strings(values)
        figures, order = (_figures(cells, tops), _order(cells)) if has_layers else ((), ())
        height += self._ground.spacing
        return Fragment(
            *(height, look, tags, text, links, bookmarks, said), strings=strings, figures=figures, order=order
        )

    def _look_of(self, height: float, cells: Sequence[SetCell]) -> RowLook:
        if self._hides:
            return self._ground.look(height, self._cells, cells)
        look = self._looks.get(height)
        if look is None:
            if len(self._looks) >= _MOST_TAGS:
                self._looks.clear()
            look = self._looks[height] = self._ground.look(height, self._cells, cells)
        return look

    def _tags_of(self, cells: Sequence[SetCell]) -> RowTags:
        key = tuple([done.marks for done in cells])
        if key not in self._tags:
            if len(self._tags) >= _MOST_TAGS:
                self._tags.clear()
            self._tags[key] = self._ground.tags(self._cells, cells)
        return self._tags[key]

    def _links(self, cells: Sequence[SetCell], tops: Sequence[float]) -> tuple[Link, ...]:
        links = []
        for number, (cell, top) in enumerate(zip(cells, tops, strict=True)):
            for target, (x1, y1, x2, y2), texts, words in cell.links:
                place = (x1, top + y1, x2, top + y2)
                own = (tuple(texts), words) if self._is_tagged else ((), "")
                links.append(Link(target, place, number, *own))
        return tuple(links)

    def _bookmarks(self, values: list[str]) -> tuple[Bookmark, ...]:
        if self._bookmark is None:
            return ()
        number, bookmark = self._bookmark
        return (replace(bookmark, label=_label(self._cells[number].text(values[self._own[number]]))),)

    def _strings(self, values: list[str]) -> Strings:
        if not self._sets_strings:
            return ()
        found = [cell.strings_set(values[own]) for cell, own in zip(self._cells, self._own, strict=True)]
        return tuple(chain.from_iterable(found))

    def _arranged(self, cells: Sequence[SetCell]) -> tuple[float, list[float]]:
        """Return the height of a row of cells, and where the content of each begins."""
        for cell, done in zip(self._cells, cells, strict=True):
            if done.extent is None:
                done.extent = self._ground.extent_of(cell, done)
        height, tops = self._ground.arranged(frozenset([done.extent for done in cells]))
        return height, [tops[done.extent] for done in cells]


def check_alike(ours: Fragment, theirs: Fragment) -> None:
    """Compare a row that was set with the one that WeasyPrint drew. Raises NotPlainError when one sees a difference."""
    if abs(ours.height - theirs.height) > _NEAR:
        raise NotPlainError("its height is not the sum of its parts")
    if ours.tags != theirs.tags:
        raise NotPlainError("its texts are marked in another way")
    if not are_alike(ours.text, theirs.text):
        raise NotPlainError("its texts are drawn in another way")
    if not _look_alike(ours.look, theirs.look):
        raise NotPlainError("its background or borders are drawn in another way")
    if ours.strings != theirs.strings:
        raise NotPlainError("it sets strings for running lines in another way")
    if ours.said != theirs.said:
        raise NotPlainError("its texts are read in another order")
    if ours.bookmarks != theirs.bookmarks or not _are_close(ours.links, theirs.links):
        raise NotPlainError("its links or bookmarks are elsewhere")
    if ours.order != theirs.order:
        raise NotPlainError("it is drawn in another order")
    if not _are_close(ours.figures, theirs.figures):
        raise NotPlainError("its pictures are elsewhere")


def _said(cells: Sequence[SetCell]) -> tuple[tuple[int, str], ...]:
    """Return the texts of a row that are drawn in another order than they are read in, by their marks' numbers."""
    said: list[tuple[int, str]] = []
    marks = 0
    for cell in cells:
        said += [(marks + number, text) for number, text in cell.said]
        marks += cell.marks
    return tuple(said)


def _figures(cells: Sequence[SetCell], tops: Sequence[float]) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    marks = 0
    for cell, top in zip(cells, tops, strict=True):
        figures += [figure.moved(top, marks) for figure in cell.figures]
        marks += cell.marks
    return tuple(figures)


def _order(cells: Sequence[SetCell]) -> tuple[int, ...]:
    """Return the numbers of a row's marks in the order of drawing, in which those above all texts come last."""
    texts: list[int] = []
    above: list[int] = []
    marks = 0
    for cell in cells:
        own = [marks + number for number in cell.order or range(cell.marks)]
        texts += own[: cell.marks - cell.marks_above]
        above += own[cell.marks - cell.marks_above :]
        marks += cell.marks
    order = tuple(texts + above)
    return () if order == tuple(range(marks)) else order


def _label(text: str) -> str:
    return " ".join(text.split())


def _look_alike(ours: RowLook, theirs: RowLook) -> bool:
    return ours == theirs or all(
        are_alike(getattr(ours, part), getattr(theirs, part))
        for part in ("background", "borders", "first_borders", "last_borders", "only_borders")
    )


def _are_close(ours: Sequence[Link | Figure], theirs: Sequence[Link | Figure]) -> bool:
    return len(ours) == len(theirs) and all(
        replace(one, area=other.area) == other
        and all(abs(a - b) < _NEAR for a, b in zip(one.area, other.area, strict=True))
        for one, other in zip(ours, theirs, strict=True)
    )
