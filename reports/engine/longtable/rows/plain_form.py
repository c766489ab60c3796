"""Set rows of nothing but texts and links into the geometry that WeasyPrint gave a row of the same form.

A form is learnt from one laid-out row, and trusted only if the row that comes out of it is the very row it was learnt
from: as high, with the same texts and lines at the same places, in the same colours, and with the same links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from reports.engine.longtable.layout.parts import Bookmark, CellTag, Fragment, Link, RowLook
from reports.engine.longtable.layout.row_forms import CellForm
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.longtable.rows.cell_reader import CellReader
from reports.engine.longtable.rows.cells import Cell, Pattern, SetCell, draw_piece
from reports.engine.longtable.rows.likeness import are_alike
from reports.engine.longtable.rows.lines import LinePlace
from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.weasy.drawing import place_background
from reports.engine.weasy.typesetter import Layout

_NEAR = 1e-3
"""What heights and places may differ by, in px: traces of rounding."""

_UNSEEN: Any = object()
_MOST_DRAWN = 20_000


class _Column(NamedTuple):
    """A cell of rows of which each cell is one line with one value: what was drawn, and where it is drawn."""

    drawn: dict[str, bytes | None]
    cell: CellForm
    line: LinePlace
    top: float
    prefix: bytes


class _OneLiners(NamedTuple):
    """The facts that rows share whose cells are one line with one value each, as nearly all rows have."""

    columns: list[_Column]
    height: float
    look: RowLook


class PlainForm:
    """Set rows of one form, among neighbours of the same forms. Raises NotPlainError when made of a row that is not."""

    def __init__(
        self,
        painter: RowPainter,
        setters: Setters,
        layout: Layout,
        table: Any,
        row: Any,
        cells: Sequence[CellForm],
        values: list[str],
        drawn: Fragment,
    ) -> None:
        """Learn from a row that stands at the top of its page, and as what WeasyPrint drew it."""
        self._painter = painter
        self._layout = layout
        self._table = table
        self._row = row
        self._looks: dict[tuple[float, tuple[int, ...], tuple[bool, ...]], RowLook] = {}
        self._is_tagged = painter.is_tagged
        if len(cells) != len(row.children):
            raise NotPlainError("its cells are not those of its HTML")
        if any(_has_height(box) for box in (row, *row.children)):
            raise NotPlainError("its height is set")
        reader = CellReader(setters, painter.canvas, layout)
        self._cells: list[Cell] = []
        for form, box in zip(cells, row.children, strict=True):
            first = sum(cell.form.values for cell in self._cells)
            self._cells.append(reader.read(form, box, first, values))
        self._bookmark = self._marked_cell(row, drawn.bookmarks)
        self._spacing = 0 if table.style["border_collapse"] == "collapse" else table.style["border_spacing"][1]
        self._are_values = all(cell.form.is_value for cell in self._cells)
        self._one_liners: _OneLiners | None = None
        self._verify(values, drawn)

    def fragment(self, values: list[str]) -> Fragment | None:
        """Set a row; None when WeasyPrint has to."""
        if self._are_values and (shared := self._one_liners or self._prepare()) is not None:
            drawn = []
            for column, value in zip(shared.columns, values, strict=True):
                known = column.drawn.get(value, _UNSEEN)
                if known is _UNSEEN:
                    known = self._draw_value(column, value)
                if known is None:
                    break
                drawn.append(known)
            else:
                text = b"BT\n%s\nET" % b"\n".join(drawn)
                return Fragment(shared.height, shared.look, text, bookmarks=self._bookmarks(values))
        return self._set(values)

    def unknown(self, values: list[str]) -> tuple[Pattern | None, ...]:
        """Return of each cell of a row the pattern that is not known; nothing when there is none."""
        unknown = tuple([cell.unknown(values) for cell in self._cells])
        return unknown if any(pattern is not None for pattern in unknown) else ()

    def adopt(self, other: PlainForm) -> None:
        """Take over what was learnt from another row of the form."""
        for cell, others in zip(self._cells, other._cells, strict=True):
            cell.adopt(others)

    def _prepare(self) -> _OneLiners | None:
        """Prepare for rows of one line of one value each, once it is known how each cell has its line."""
        examples = [cell.line_of_value() for cell in self._cells]
        if any(example is None for example in examples):
            return None
        done = [example for example in examples if example is not None]
        height, tops = self._arranged(done)
        prefixes = [b"", *(each.pieces[0].run.prefix for each in done)]
        columns = [
            _Column({}, cell.form, each.layout.lines[0], top, b"" if after == before else after)
            for cell, each, top, before, after in zip(self._cells, done, tops, prefixes, prefixes[1:], strict=False)
        ]
        self._one_liners = _OneLiners(columns, height + self._spacing, self._look(height, done))
        return self._one_liners

    def _draw_value(self, column: _Column, value: str) -> bytes | None:
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
        for cell in self._cells:
            done = cell.set(values)
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
        links = self._links(cells, tops)
        return Fragment(height + self._spacing, self._look(height, cells), text, links, self._bookmarks(values))

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
        cell, bookmark = self._bookmark
        return (replace(bookmark, label=_label(cell.text(values))),)

    def _marked_cell(self, row: Any, bookmarks: Sequence[Bookmark]) -> tuple[Cell, Bookmark] | None:
        """Return the cell whose text is a bookmark's label, and the bookmark; None when there is none."""
        if not bookmarks:
            return None
        for cell, box in zip(self._cells, row.children, strict=True):
            is_marked = any(each.style["bookmark_level"] != "none" for each in (box, row))
            if is_marked and len(bookmarks) == 1 and (len(self._cells) == 1 or row.style["bookmark_level"] == "none"):
                return cell, bookmarks[0]
        raise NotPlainError("its bookmarks are not the text of a cell")

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

    def _look(self, height: float, cells: Sequence[SetCell]) -> RowLook:
        """Have the row's background and borders drawn for a height."""
        key = (height, tuple([len(done.pieces) for done in cells]), tuple([done.layout.is_empty for done in cells]))
        if key not in self._looks:
            row = self._row.copy_with_children([cell.copy_with_children([]) for cell in self._row.children])
            for box, done in zip(row.children, cells, strict=True):
                box.padding_bottom += height - row.height
                box.empty = done.layout.is_empty
            row.height = height
            place_background(self._layout, self._layout.pages[0], row)
            tags = [
                CellTag(kind.kind, kind.columns, kind.scope, len(done.pieces) if self._is_tagged else 0)
                for kind, done in zip(self._painter.cell_tags(self._row, None), cells, strict=True)
            ]
            self._looks[key] = self._painter.look(self._table, row, tuple(tags), original=self._row)
        return self._looks[key]

    def _verify(self, values: list[str], drawn: Fragment) -> None:
        """Set the very row that was learnt from, and compare."""
        done = self._set(values)
        if done is None:
            raise NotPlainError("its text needs WeasyPrint")
        if abs(done.height - drawn.height) > _NEAR:
            raise NotPlainError("its height is not the sum of its parts")
        if done.look.cells != drawn.look.cells:
            raise NotPlainError("its texts are marked in another way")
        if not are_alike(done.text, drawn.text):
            raise NotPlainError("its texts are drawn in another way")
        if done.bookmarks != drawn.bookmarks or not _are_close(done.links, drawn.links):
            raise NotPlainError("its links or bookmarks are elsewhere")


def _label(text: str) -> str:
    return " ".join(text.split())


def _baseline(cell: Cell, done: SetCell) -> float | None:
    """Return the baseline of a cell below the top of the row, or the end of a content that has none."""
    if cell.vertical != "baseline":
        return None
    baseline = done.layout.baseline
    return cell.above + (done.height if baseline is None else baseline)


def _are_close(ours: Sequence[Link], theirs: Sequence[Link]) -> bool:
    return len(ours) == len(theirs) and all(
        replace(one, area=other.area) == other
        and all(abs(a - b) < _NEAR for a, b in zip(one.area, other.area, strict=True))
        for one, other in zip(ours, theirs, strict=True)
    )


def _has_height(box: Any) -> bool:
    least = box.style["min_height"]
    return bool(box.style["height"] != "auto" or (least != "auto" and least.value))
