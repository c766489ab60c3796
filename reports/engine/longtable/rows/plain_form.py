"""Set rows of one form by setting each of their cells.

A row is as high as the highest of its cells, and their texts stand on one line or at the top, in the middle or at the
bottom of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any, NamedTuple

from reports.engine.longtable.layout.parts import Bookmark, Fragment, Link, RowLook, RowTags
from reports.engine.longtable.rows.cells import Cell, DrawnValues, SetCell, draw_piece
from reports.engine.longtable.rows.likeness import are_alike
from reports.engine.longtable.rows.row_ground import RowGround
from reports.engine.longtable.text.setters import NotPlainError

_NEAR = 1e-3
"""What heights and places may differ by, in px: traces of rounding."""

_UNSEEN: Any = object()
_MOST_DRAWN = 20_000
_MOST_GAPS = 1_000
_Gaps = tuple[bool, ...]


class _OneLiners(NamedTuple):
    """The facts that rows share whose cells are one line with one value each, or nothing, as nearly all rows have."""

    columns: list[DrawnValues]
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
        self._one_liners: dict[_Gaps, _OneLiners | None] = {}

    def fragment(self, values: list[str]) -> Fragment | None:
        """Set a row; None when WeasyPrint has to."""
        if not self._are_values:
            return self._set(values)
        gaps: _Gaps = ()
        own = values
        if "" in values:
            gaps = tuple([not value for value in values])
            own = [value for value in values if value]
        shared = self._one_liners.get(gaps, _UNSEEN)
        if shared is _UNSEEN:
            shared = self._prepare(gaps)
        if shared is not None:
            drawn = []
            for column, value in zip(shared.columns, own, strict=True):
                known = column.drawn.get(value, _UNSEEN)
                if known is _UNSEEN:
                    known = self._draw_value(column, value)
                if known is None:
                    break
                drawn.append(known)
            else:
                text = b"BT\n%s\nET" % b"\n".join(drawn) if drawn else b""
                return Fragment(shared.height, shared.look, shared.tags, text, bookmarks=self._bookmarks(values))
        return self._set(values)

    def verified(self, values: list[str], drawn: Fragment) -> Fragment | None:
        """Set the very row that WeasyPrint drew, and compare; None when it takes WeasyPrint. Raises NotPlainError."""
        done = self._set(values)
        if done is None:
            return None
        if abs(done.height - drawn.height) > _NEAR:
            raise NotPlainError("its height is not the sum of its parts")
        if done.tags != drawn.tags:
            raise NotPlainError("its texts are marked in another way")
        if not are_alike(done.text, drawn.text):
            raise NotPlainError("its texts are drawn in another way")
        if not _look_alike(done.look, drawn.look):
            raise NotPlainError("its background or borders are drawn in another way")
        if done.bookmarks != drawn.bookmarks or not _are_close(done.links, drawn.links):
            raise NotPlainError("its links or bookmarks are elsewhere")
        return done

    def _prepare(self, gaps: _Gaps) -> _OneLiners | None:
        """Prepare for rows of one line of one value in each cell but the gaps, once it is known how these look."""
        if len(self._one_liners) >= _MOST_GAPS:
            self._one_liners.clear()
        self._one_liners[gaps] = None
        done: list[SetCell] = []
        for cell, is_gap in zip(self._cells, gaps or repeat(False)):  # noqa: B905
            example = cell.empty() if is_gap else cell.line_of_value()
            if example is None:
                return None
            done.append(example)
        height, tops = self._arranged(done)
        columns = []
        prefix = b""
        for cell, each, top in zip(self._cells, done, tops, strict=True):
            if each.pieces:
                before, prefix = prefix, each.pieces[0].run.prefix
                column = cell.values_at(top, b"" if prefix == before else prefix)
                assert column is not None
                columns.append(column)
        look, tags = self._ground.look(height, self._cells, done), self._ground.tags(self._cells, done)
        shared = self._one_liners[gaps] = _OneLiners(columns, height + self._ground.spacing, look, tags)
        return shared

    def _draw_value(self, column: DrawnValues, value: str) -> bytes | None:
        """Draw a value that is all of a cell, if it has just one line; keep what was drawn."""
        kept, cell, line, top, prefix = column
        text = value if "&" not in value and "<" not in value else cell.text((value,))
        piece = None if text is None else line.alone(text)
        drawn = None if piece is None else prefix + draw_piece(piece, top, is_tagged=self._is_tagged)
        if len(kept) >= _MOST_DRAWN:
            kept.clear()
        kept[value] = drawn
        return drawn

    def _set(self, values: list[str]) -> Fragment | None:
        """Set a row of any cells."""
        cells = []
        for cell, own in zip(self._cells, self._own, strict=True):
            done = cell.set(tuple(values[own]))
            if done is None:
                return None
            cells.append(done)
        height, tops = self._arranged(cells)
        parts, prefix = [], b""
        for done, top in zip(cells, tops, strict=True):
            begins_with, drawn, ends_with = done.drawn(top, is_tagged=self._is_tagged)
            if done.pieces:
                parts += [drawn] if begins_with == prefix else [begins_with, drawn]
                prefix = ends_with
            elif done.badges:
                parts.append(drawn)
        text = b"BT\n%s\nET" % b"\n".join(parts) if parts else b""
        look = self._ground.look(height, self._cells, cells)
        tags = self._tags_of(cells)
        height += self._ground.spacing
        return Fragment(height, look, tags, text, self._links(cells, tops), self._bookmarks(values))

    def _tags_of(self, cells: Sequence[SetCell]) -> RowTags:
        key = tuple([len(done.pieces) for done in cells])
        if key not in self._tags:
            if len(self._tags) >= _MOST_GAPS:
                self._tags.clear()
            self._tags[key] = self._ground.tags(self._cells, cells)
        return self._tags[key]

    def _links(self, cells: Sequence[SetCell], tops: Sequence[float]) -> tuple[Link, ...]:
        links = []
        for number, (cell, top) in enumerate(zip(cells, tops, strict=True)):
            for target, area, y, texts in cell.links:
                place = (area.x1, top + y, area.x2, top + y + area.span.height)
                links.append(Link(target, place, number, tuple(texts) if self._is_tagged else ()))
        return tuple(links)

    def _bookmarks(self, values: list[str]) -> tuple[Bookmark, ...]:
        if self._bookmark is None:
            return ()
        number, bookmark = self._bookmark
        return (replace(bookmark, label=_label(self._cells[number].text(values[self._own[number]]))),)

    def _arranged(self, cells: Sequence[SetCell]) -> tuple[float, list[float]]:
        """Return the height of a row of cells, and where the content of each begins."""
        pairs = list(zip(self._cells, cells, strict=True))
        baselines = [_baseline(cell, done) for cell, done in pairs]
        lowest = max((each for each in baselines if each is not None), default=0.0)
        tops = [
            cell.above + (0.0 if baseline is None else lowest - baseline)
            for (cell, _), baseline in zip(pairs, baselines, strict=True)
        ]
        heights = [top + done.height + cell.below for (cell, done), top in zip(pairs, tops, strict=True)]
        height = max(heights)
        shares = {"bottom": 1.0, "middle": 0.5}
        return height, [
            top + (height - own) * shares.get(cell.vertical, 0.0)
            for cell, top, own in zip(self._cells, tops, heights, strict=True)
        ]


def _label(text: str) -> str:
    return " ".join(text.split())


def _baseline(cell: Cell, done: SetCell) -> float | None:
    """Return the baseline of a cell below the top of the row, or the end of a content that has none."""
    if cell.vertical != "baseline":
        return None
    baseline = done.layout.baseline
    return cell.above + (done.height if baseline is None else baseline)


def _look_alike(ours: RowLook, theirs: RowLook) -> bool:
    return ours == theirs or all(
        are_alike(getattr(ours, part), getattr(theirs, part))
        for part in ("background", "borders", "first_borders", "last_borders", "only_borders")
    )


def _are_close(ours: Sequence[Link], theirs: Sequence[Link]) -> bool:
    return len(ours) == len(theirs) and all(
        replace(one, area=other.area) == other
        and all(abs(a - b) < _NEAR for a, b in zip(one.area, other.area, strict=True))
        for one, other in zip(ours, theirs, strict=True)
    )
