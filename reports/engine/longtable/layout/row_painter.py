"""Turn rows that WeasyPrint has laid out into fragments: what is drawn for a row, wherever on a page it will stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple

from reports.engine.longtable.layout.marks import Marks
from reports.engine.longtable.layout.parts import (
    Bookmark,
    CellTag,
    Figure,
    Fragment,
    Link,
    RowLook,
    RowTags,
    Strings,
    said_in_one,
)
from reports.engine.weasy.boxes import inside, is_out_of_flow, is_picture, is_table
from reports.engine.weasy.canvas import Canvas, count_marks_on, operators, tags_on, with_open_marks
from reports.engine.weasy.collapsed_borders import FootEdge, number_of, row_borders
from reports.engine.weasy.drawing import draw_background, draw_border, draw_box, draw_layers, place_background
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.links import bookmarks_of, links_of
from reports.engine.weasy.structure.roles import alternative
from reports.engine.weasy.typesetter import LaidOutDocument, box_of

_LENGTHS = ("position_x", "position_y", "width", "height", "padding_top", "padding_bottom", "baseline")
_SPACES = re.compile("[ \t\n\r\f]+")
_NO_CELL = CellTag("TD", 1, None, 0)
_MOST_KINDS = _MOST_LOOKS = 2_000
_DECIMALS = 9
"""Kept of lengths in px: more are but traces of where a row stood when it was laid out."""


class CollapsedBorders(NamedTuple):
    """The borders of a row among others, one that is first, one that is last (above a foot), and one that is both."""

    inner: bytes
    first: bytes
    last: bytes
    only: bytes


class CellContents(NamedTuple):
    """The texts of a cell as they are drawn, the number of marks around them, and the links in it.

    ``said`` are texts that are drawn in another order than they are read in, by the numbers of their marks. The parts
    ``below`` and ``above`` are drawn before and after the texts of all cells of the row.
    """

    drawn: bytes
    marks: int
    links: tuple[Link, ...]
    said: tuple[tuple[int, str], ...]
    below: bytes
    above: bytes
    figures: tuple[Figure, ...]
    order: tuple[int, ...]


class RowPainter:
    """Draw the rows of one table. Rows come from documents that show nothing but that table.

    ``foot`` is the edge of the table's foot, if it has one and borders collapse. With ``artifact``, rows are one of
    these properties, and belong to no element.
    """

    def __init__(self, canvas: Canvas, foot: FootEdge | None = None, artifact: bytes | None = None) -> None:
        self.canvas = canvas
        self._artifact = artifact
        self._foot = foot
        self._looks: dict[RowLook, RowLook] = {}
        self._tags: dict[tuple[CellTag, ...], RowTags] = {}
        self._looks_of_kinds: dict[tuple[Any, ...], RowLook] = {}
        self._press: LaidOutDocument | None = None

    def press(self, layout: LaidOutDocument) -> LaidOutDocument:
        """Return the layout in whose place single cells are laid out: the first one, so that no others are kept."""
        self._press = self._press or layout
        return self._press

    @property
    def is_tagged(self) -> bool:
        """Tell whether texts get marks for the structure of the document."""
        return self.canvas.is_tagged

    def fragment(
        self, layout: LaidOutDocument, table: Any, row: Any, *, page: Any = None, kind: Hashable | None = None
    ) -> Fragment:
        """Draw a row of a page, by default the first, and leave it at the top of the page.

        Rows of one ``kind`` differ in their look by nothing but their height, and which of their cells are empty.
        Raises UnsupportedTableError for what no fragment holds.
        """
        check_row(row)
        move_to_top(layout, row)
        page = box_of(page or layout.pages[0])
        stream = self.canvas.stream(artifact=self._artifact)
        with self.canvas.only_lines_and_text():
            draw_box(stream, row, page)
        marks = Marks(row, tags_on(stream))
        tags = self.tags_of(table, tuple(cell_tag(cell, marks.count_in(cell)) for cell in row.children))
        links, bookmarks = targets(row.children, tags_on(stream), row)
        spacing = 0 if _collapses(table) else table.style["border_spacing"][1]
        return Fragment(
            row.height + spacing,
            self._look_of_kind(kind, table, row),
            tags,
            with_open_marks(operators(stream)),
            links,
            bookmarks,
            marks.said(),
            strings=strings_in(row.descendants()),
            figures=marks.figures(),
            order=marks.order,
        )

    def contents(self, cell: Any) -> CellContents:
        """Draw what is in a cell that was laid out alone, whose content begins at the top of the page.

        Raises UnsupportedTableError for what no fragment holds.
        """
        cell.background = None
        cell.border_top_width = cell.border_right_width = cell.border_bottom_width = cell.border_left_width = 0
        below, stream, above = self.canvas.stream(), self.canvas.stream(), self.canvas.stream()
        count_marks_on(above, like=stream)
        with self.canvas.only_lines_and_text():
            draw_layers(below, stream, above, cell)
        tags = tags_on(stream)
        marks = Marks(cell, tags)
        links, _ = targets([cell], tags)
        drawn, behind, before = (with_open_marks(operators(each)) for each in (stream, below, above))
        texts = len(marks.numbers)
        return CellContents(drawn, texts, links, marks.said(), behind, before, marks.figures(), marks.order)

    def _look_of_kind(self, kind: Hashable | None, table: Any, row: Any) -> RowLook:
        if kind is None:
            return self.look(table, row)
        key = (kind, row.height, tuple(cell.empty for cell in row.children))
        if key not in self._looks_of_kinds:
            if len(self._looks_of_kinds) >= _MOST_KINDS:
                self._looks_of_kinds.clear()
            self._looks_of_kinds[key] = self.look(table, row)
        return self._looks_of_kinds[key]

    def look(self, table: Any, row: Any) -> RowLook:
        """Draw what is not text, of a row at the top of its page."""
        background = [self.row_background(row), *(self.cell_background(table, cell) for cell in row.children)]
        if _collapses(table):
            return self.look_of(background, self.collapsed_borders(table, row, row.height))
        return self.look_of(background, [self.cell_border(cell) for cell in row.children])

    def look_of(self, background: Iterable[bytes], borders: Iterable[bytes] | CollapsedBorders) -> RowLook:
        """Return the look that is made up of these parts: the backgrounds of the row and its cells, and borders."""
        if not isinstance(borders, CollapsedBorders):
            borders = CollapsedBorders(*[b"\n".join(filter(None, borders))] * 4)
        drawn = RowLook(b"\n".join(filter(None, background)), *borders)
        if len(self._looks) >= _MOST_LOOKS:
            self._looks.clear()
        return self._looks.setdefault(drawn, drawn)

    def tags_of(self, table: Any, cells: tuple[CellTag, ...]) -> RowTags:
        """Return the tags of a row of these cells, and of an empty one for each column that it has none in."""
        if cells not in self._tags:
            if len(self._tags) >= _MOST_LOOKS:
                self._tags.clear()
            missing = len(table.column_widths) - sum(cell.columns for cell in cells)
            self._tags[cells] = RowTags.of((*cells, *[_NO_CELL] * missing))
        return self._tags[cells]

    def row_background(self, row: Any) -> bytes:
        """Draw what is behind the cells of a row."""
        return self._drawn(lambda stream: draw_background(stream, row))

    def cell_background(self, table: Any, cell: Any) -> bytes:
        """Draw what is behind the texts of a cell."""
        if cell.empty and cell.style["empty_cells"] != "show" and not _collapses(table):
            return b""
        return self._drawn(lambda stream: draw_background(stream, cell))

    def cell_border(self, cell: Any) -> bytes:
        """Draw the border of a cell of a table whose borders do not collapse."""
        if cell.empty and cell.style["empty_cells"] != "show":
            return b""
        return self._drawn(lambda stream: draw_border(stream, cell))

    def collapsed_borders(self, table: Any, row: Any, height: float) -> CollapsedBorders:
        """Draw the borders of a row of the table, as if it had another height."""
        number = number_of(table, row)

        def drawn(*, is_first: bool, foot: FootEdge | None = None) -> bytes:
            return self._drawn(lambda stream: row_borders(stream, table, number, height, is_first=is_first, foot=foot))

        inner, first = (drawn(is_first=is_first) for is_first in (False, True))
        if not self._foot:
            return CollapsedBorders(inner, first, inner, first)
        return CollapsedBorders(inner, first, *(drawn(is_first=each, foot=self._foot) for each in (False, True)))

    def _drawn(self, draw: Callable[[Any], object]) -> bytes:
        stream = self.canvas.stream(marks=False)
        with self.canvas.only_lines_and_text():
            draw(stream)
        return operators(stream)


def strings_in(found: Iterable[Any]) -> Strings:
    """Return the strings that boxes set, with single spaces, as running lines show them."""
    return tuple((name, single_spaced(text)) for box in found for name, text in box.string_set or ())


def single_spaced(text: str) -> str:
    """Return a text with no two spaces beside one another."""
    return _SPACES.sub(" ", text)


def cell_tag(cell: Any, texts: int) -> CellTag:
    """Return the tag of a cell with so many texts."""
    kind = "TH" if cell.element is not None and cell.element.tag == "th" else "TD"
    return CellTag(kind, cell.colspan, cell.element.get("scope") if kind == "TH" else None, texts)


def move_to_top(layout: LaidOutDocument, row: Any) -> None:
    """Move a row to where y is zero: the same row gives the same drawing, wherever it stood."""
    row.translate(dy=-row.position_y)
    for box in (row, *row.descendants()):
        for name in _LENGTHS:
            if isinstance(length := getattr(box, name, None), float):
                setattr(box, name, round(length, _DECIMALS))
    place_background(layout, layout.pages[0], row)


def check_row(row: Any) -> None:
    """Raise UnsupportedTableError for a row whose place on a page, or on which page, matters for its look."""
    for box in row.descendants(placeholders=True):
        if is_out_of_flow(box):
            raise UnsupportedTableError("rows have floating or positioned parts")
        if is_table(box):
            raise UnsupportedTableError("rows have tables in them")
        if box.style["anchor"] or box.is_input() or box.is_footnote():
            raise UnsupportedTableError("rows have anchors, form fields or footnotes")
        if box.style["counter_increment"] not in ("auto", ()) or box.style["counter_reset"] not in ("auto", ()):
            raise UnsupportedTableError("rows count something")
    if any(cell.rowspan != 1 for cell in row.children):
        raise UnsupportedTableError("cells span rows")


def _collapses(table: Any) -> bool:
    return bool(table.style["border_collapse"] == "collapse")


def targets(cells: Sequence[Any], tags: Any = None, row: Any = None) -> tuple[tuple[Link, ...], tuple[Bookmark, ...]]:
    """Return the links of cells, and the bookmarks of their row, which stands at the top of its page.

    ``tags`` are the boxes with marked contents.

    Raises UnsupportedTableError for links that a fragment cannot hold.
    """
    links: list[Link] = []
    for number, cell in enumerate(cells):
        found = links_of(cell)
        # What is in a link in a link belongs to the outer one, which comes first.
        marked = [box for box in cell.descendants() if box in tags] if found and tags else []
        numbers = {box: index for index, box in enumerate(marked)}
        words = _words_of([box for _, _, _, box in found], frozenset(marked))
        for kind, target, (x1, y1, x2, y2), box in found:
            if kind != "external":
                raise UnsupportedTableError("rows have links into the document, or attachments")
            own = tuple(numbers.pop(each) for each in inside(box) if each in numbers)
            links.append(Link(target, (x1, y1, x2, y2), number, own, words[box.element]))
    marks = [] if row is None else bookmarks_of(row)
    bookmarks = [Bookmark(level, label, x, y, state) for level, label, (x, y), state in marks]
    return tuple(links), tuple(bookmarks)


def _words_of(links: Sequence[Any], marked: frozenset[Any]) -> dict[Any, str]:
    """Return the words of links by their elements; a link has a box on each of its lines."""
    parts: dict[Any, list[str]] = {}
    for link in links:
        texts = [_text_of(box) for box in inside(link) if box in marked]
        parts.setdefault(link.element, []).extend(texts)
    return {element: said_in_one(texts) for element, texts in parts.items()}


def _text_of(box: Any) -> str:
    return (alternative(box.element) or "") if is_picture(box) else getattr(box, "text", "")
