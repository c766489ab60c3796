"""Turn rows that WeasyPrint has laid out into fragments: what is drawn for a row, wherever on a page it will stand."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from weasyprint.anchors import gather_anchors
from weasyprint.draw import draw_background, draw_border, draw_stacking_context
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.stacking import StackingContext

from reports.engine.longtable.layout.parts import Bookmark, CellTag, Fragment, Link, RowLook
from reports.engine.weasy.canvas import Canvas, operators, with_open_marks
from reports.engine.weasy.collapsed_borders import FootEdge, number_of, row_borders
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.typesetter import Layout

if TYPE_CHECKING:
    pass  # which has fragments in it


_SIMPLE = CellTag("TD", 1, None, 1)
_LENGTHS = ("position_x", "position_y", "width", "height", "padding_top", "padding_bottom", "baseline")
_MOST_KINDS = 2_000
_DECIMALS = 9
"""Kept of lengths in px: more are but traces of where a row stood when it was laid out."""


class RowPainter:
    """Draw the rows of one table. Rows come from documents that show nothing but that table.

    ``foot`` is the edge of the table's foot, if it has one and borders collapse.
    """

    def __init__(self, canvas: Canvas, foot: FootEdge | None = None) -> None:
        self.canvas = canvas
        self._foot = foot
        self._looks: dict[tuple[Any, ...], RowLook] = {}
        self._looks_of_kinds: dict[tuple[Any, ...], RowLook] = {}

    @property
    def is_tagged(self) -> bool:
        """Tell whether texts get marks for the structure of the document."""
        return self.canvas.is_tagged

    def fragment(
        self, layout: Layout, table: Any, row: Any, *, page: Any = None, kind: Hashable | None = None
    ) -> Fragment:
        """Draw a row of a page, by default the first, and leave it at the top of the page.

        Rows of one ``kind`` differ in their look by nothing but their height, and which of their cells are empty.
        Raises UnsupportedTableError for what no fragment holds.
        """
        check_row(row)
        move_to_top(layout, row)
        page = (page or layout.pages[0])._page_box
        stream = self.canvas.stream()
        with self.canvas.only_lines_and_text():
            draw_stacking_context(stream, StackingContext.from_box(row, page))
        look = self._look_of_kind(kind, table, row, self.cell_tags(row, stream._tags))
        links, bookmarks = targets(row, stream._tags)
        spacing = 0 if _collapses(table) else table.style["border_spacing"][1]
        return Fragment(row.height + spacing, look, with_open_marks(operators(stream)), links, bookmarks)

    def _look_of_kind(self, kind: Hashable | None, table: Any, row: Any, cells: tuple[CellTag, ...]) -> RowLook:
        if kind is None:
            return self.look(table, row, cells)
        key = (kind, row.height, cells, tuple(cell.empty for cell in row.children))
        if key not in self._looks_of_kinds:
            if len(self._looks_of_kinds) >= _MOST_KINDS:
                self._looks_of_kinds.clear()
            self._looks_of_kinds[key] = self.look(table, row, cells)
        return self._looks_of_kinds[key]

    def look(self, table: Any, row: Any, cells: tuple[CellTag, ...], *, original: Any = None) -> RowLook:
        """Draw what is not text, of a row at the top of its page; it may be a copy of an ``original`` in the table."""
        number = number_of(table, original or row) if _collapses(table) else 0
        background = self._background(table, row)
        inner, first = (self._borders(table, row, number, is_first=is_first) for is_first in (False, True))
        last, only = inner, first
        if self._foot:
            last, only = (
                self._borders(table, row, number, is_first=is_first, foot=self._foot) for is_first in (False, True)
            )
        drawn = (background, inner, first, cells, last, only)
        if drawn not in self._looks:
            is_simple = all(cell == _SIMPLE for cell in cells)
            self._looks[drawn] = RowLook(background, inner, first, cells, is_simple, last, only)
        return self._looks[drawn]

    @staticmethod
    def cell_tags(row: Any, tags: Any) -> tuple[CellTag, ...]:
        """Describe cells, and count their texts.

        Raises UnsupportedTableError when texts were drawn in another order than they stand.
        """
        cells, numbers = [], []
        for cell in row.children:
            found = [] if tags is None else [tags[box]["mcid"] for box in cell.descendants() if box in tags]
            numbers += found
            kind = "TH" if cell.element is not None and cell.element.tag == "th" else "TD"
            scope = cell.element.get("scope") if kind == "TH" else None
            cells.append(CellTag(kind, cell.colspan, scope, len(found)))
        if numbers != list(range(len(numbers))):
            raise UnsupportedTableError("cells draw their texts out of order")
        return tuple(cells)

    def _background(self, table: Any, row: Any) -> bytes:
        stream = self.canvas.stream(marks=False)
        with self.canvas.only_lines_and_text():
            draw_background(stream, row.background)
            for cell in row.children:
                if _collapses(table) or cell.style["empty_cells"] == "show" or not cell.empty:
                    draw_background(stream, cell.background)
        return operators(stream)

    def _borders(self, table: Any, row: Any, number: int, *, is_first: bool, foot: FootEdge | None = None) -> bytes:
        stream = self.canvas.stream(marks=False)
        with self.canvas.only_lines_and_text():
            if _collapses(table):
                row_borders(stream, table, number, row.height, is_first=is_first, foot=foot)
            else:
                for cell in row.children:
                    if cell.style["empty_cells"] == "show" or not cell.empty:
                        draw_border(stream, cell)
        return operators(stream)


def move_to_top(layout: Layout, row: Any) -> None:
    """Move a row to where y is zero: the same row gives the same drawing, wherever it stood."""
    row.translate(dy=-row.position_y)
    for box in (row, *row.descendants()):
        for name in _LENGTHS:
            if isinstance(length := getattr(box, name, None), float):
                setattr(box, name, round(length, _DECIMALS))
    layout_box_backgrounds(layout.pages[0]._page_box, row, layout.context.get_image_from_uri)


def check_row(row: Any) -> None:
    """Raise UnsupportedTableError for a row whose place on a page, or on which page, matters for its look."""
    for box in row.descendants(placeholders=True):
        if isinstance(box, AbsolutePlaceholder) or box.style["position"] != "static" or box.is_floated():
            raise UnsupportedTableError("rows have floating or positioned parts")
        if isinstance(box, boxes.ReplacedBox):
            raise UnsupportedTableError("rows have pictures")
        if isinstance(box, boxes.TableBox):
            raise UnsupportedTableError("rows have tables in them")
        if box.style["anchor"] or box.is_input() or box.is_footnote():
            raise UnsupportedTableError("rows have anchors, form fields or footnotes")
        if box.style["counter_increment"] not in ("auto", ()) or box.style["counter_reset"] not in ("auto", ()):
            raise UnsupportedTableError("rows count something")
        if box.style["string_set"] != "none":
            raise UnsupportedTableError("rows set strings for running lines")
    if any(cell.rowspan != 1 for cell in row.children):
        raise UnsupportedTableError("cells span rows")


def _collapses(table: Any) -> bool:
    return bool(table.style["border_collapse"] == "collapse")


def targets(row: Any, tags: Any = None) -> tuple[tuple[Link, ...], tuple[Bookmark, ...]]:
    """Return the links and bookmarks of a row at the top of its page; ``tags`` are the boxes with marked contents.

    Raises UnsupportedTableError for links that a fragment cannot hold.
    """
    links: list[Link] = []
    bookmarks: list[Bookmark] = []
    for number, cell in enumerate(row.children):
        found: list[Any] = []
        gather_anchors(cell, {}, found, [], {None: []})
        # What is in a link in a link belongs to the outer one, which comes first.
        marked = [box for box in cell.descendants() if box in tags] if found and tags else []
        numbers = {box: index for index, box in enumerate(marked)}
        for kind, target, (x1, y1, x2, y2), box in found:
            if kind != "external":
                raise UnsupportedTableError("rows have links into the document, or attachments")
            inside = box.descendants() if isinstance(box, boxes.ParentBox) else ()
            own = tuple(numbers.pop(each) for each in inside if each in numbers)
            links.append(Link(target, (x1, y1, x2, y2), number, own))
    marks: list[Any] = []
    gather_anchors(row, {}, [], marks, {None: []})
    for level, label, (x, y), state in marks:
        bookmarks.append(Bookmark(level, label, x, y, state))
    return tuple(links), tuple(bookmarks)
