"""Draw what stands behind the texts of rows of one kind, and around them, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from reports.engine.longtable.layout.parts import CellTag, RowLook, RowTags
from reports.engine.longtable.layout.row_painter import CollapsedBorders, RowPainter
from reports.engine.longtable.rows.cells import Cell
from reports.engine.longtable.rows.set_cells import SetCell
from reports.engine.weasy.drawing import place_background
from reports.engine.weasy.typesetter import LaidOutDocument

_MOST_LOOKS = 4_000
_SHARES = {"bottom": 1.0, "middle": 0.5}
"""The share of the room left in a row that is above the content of a cell, by its vertical alignment."""


class _CellLook(NamedTuple):
    """A cell in a row of some height: its box, and what is drawn of it but its texts."""

    box: Any
    background: bytes
    border: bytes


class Extent(NamedTuple):
    """The place that the content of a cell takes in a row: its height, its baseline, and what is above and below it."""

    vertical: str
    above: float
    baseline: float | None
    height: float
    below: float


class RowGround:
    """The facts that rows of one kind share, whatever cells they have; learnt from one that WeasyPrint has laid out."""

    def __init__(self, painter: RowPainter, layout: LaidOutDocument, table: Any, row: Any) -> None:
        self.painter = painter
        self.layout = layout
        self.is_collapsed = table.style["border_collapse"] == "collapse"
        self.spacing = 0 if self.is_collapsed else table.style["border_spacing"][1]
        self._table = table
        self._row = row
        self._extents: dict[Extent, Extent] = {}
        self._arrangements: dict[frozenset[Extent], tuple[float, dict[Extent, float]]] = {}
        self._looks: dict[tuple[Any, ...], RowLook] = {}
        self._cells: dict[tuple[int, float, bool], _CellLook] = {}
        self._rows: dict[tuple[Any, ...], bytes] = {}
        self._collapsed: dict[float, CollapsedBorders] = {}

    def extent_of(self, cell: Cell, done: SetCell) -> Extent:
        """Return the place that a cell takes; the end of a content without a baseline counts as one."""
        baseline = None
        if cell.vertical == "baseline":
            below_top = done.baseline
            baseline = cell.above + (done.height if below_top is None else below_top)
        extent = Extent(cell.vertical, cell.above, baseline, done.height, cell.below)
        return self._extents.setdefault(extent, extent)

    def arranged(self, extents: frozenset[Extent]) -> tuple[float, dict[Extent, float]]:
        """Return the height of a row of cells with these extents, and where the content of each begins."""
        known = self._arrangements.get(extents)
        if known is None:
            if len(self._arrangements) >= _MOST_LOOKS:
                self._arrangements.clear()
            known = self._arrangements[extents] = _arranged(extents)
        return known

    def look(self, height: float, cells: Sequence[Cell], done: Sequence[SetCell]) -> RowLook:
        """Return the backgrounds and borders of a row of a height."""
        key = (height, *[~cell.number if own.layout.is_empty else cell.number for cell, own in zip(cells, done)])  # noqa: B905
        look = self._looks.get(key)
        if look is None:
            for known in (self._looks, self._cells, self._rows, self._collapsed):
                if len(known) >= _MOST_LOOKS:
                    known.clear()
            look = self._looks[key] = self._drawn(height, cells, done)
        return look

    def tags(self, cells: Sequence[Cell], done: Sequence[SetCell]) -> RowTags:
        """Return the tags of a row."""
        is_tagged = self.painter.is_tagged
        return self.painter.tags_of(
            self._table,
            tuple(
                CellTag(cell.tag.kind, cell.tag.columns, cell.tag.scope, own.marks if is_tagged else 0)
                for cell, own in zip(cells, done, strict=True)
            ),
        )

    def _drawn(self, height: float, cells: Sequence[Cell], done: Sequence[SetCell]) -> RowLook:
        looks = [
            self._cell_look(cell, height, is_empty=own.layout.is_empty) for cell, own in zip(cells, done, strict=True)
        ]
        background = [self._behind(height, cells, looks), *(look.background for look in looks)]
        if not self.is_collapsed:
            return self.painter.look_of(background, [look.border for look in looks])
        if height not in self._collapsed:
            self._collapsed[height] = self.painter.collapsed_borders(self._table, self._row, height)
        return self.painter.look_of(background, self._collapsed[height])

    def _cell_look(self, cell: Cell, height: float, *, is_empty: bool) -> _CellLook:
        key = (cell.number, height, is_empty)
        if key not in self._cells:
            box = cell.box.copy_with_children([])
            box.padding_bottom += height - cell.height
            box.empty = is_empty
            place_background(self.layout, self.layout.pages[0], box)
            border = b"" if self.is_collapsed else self.painter.cell_border(box)
            self._cells[key] = _CellLook(box, self.painter.cell_background(self._table, box), border)
        return self._cells[key]

    def _behind(self, height: float, cells: Sequence[Cell], looks: Sequence[_CellLook]) -> bytes:
        """Draw the background of a row, which ends where its cells end, be they round."""
        if self._row.background is None:
            return b""
        key = (height, *[cell.corners for cell in cells])
        if key not in self._rows:
            row = self._row.copy_with_children([look.box for look in looks])
            row.height = height
            place_background(self.layout, self.layout.pages[0], row)
            self._rows[key] = self.painter.row_background(row)
        return self._rows[key]


def _arranged(extents: frozenset[Extent]) -> tuple[float, dict[Extent, float]]:
    lowest = max((each.baseline for each in extents if each.baseline is not None), default=0.0)
    tops = {each: each.above + (0.0 if each.baseline is None else lowest - each.baseline) for each in extents}
    height = max((top + each.height + each.below for each, top in tops.items()), default=0.0)
    for each, top in tops.items():
        own = top + each.height + each.below
        tops[each] = top + (height - own) * _SHARES.get(each.vertical, 0.0)
    return height, tops
