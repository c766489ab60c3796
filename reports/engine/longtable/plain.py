"""Set rows of plain text into the geometry that WeasyPrint gave a row of the same form.

A form is learnt from one laid-out row, and trusted only if the row that comes out of it is the very row it was learnt
from: the same height, the same lines at the same places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.background import layout_box_backgrounds

from reports.engine.longtable.cells import PlainCell, plain_cell
from reports.engine.longtable.drawing import MARK
from reports.engine.longtable.forms import CellForm
from reports.engine.longtable.fragments import Bookmark, CellTag, Fragment, RowLook, RowPainter, targets
from reports.engine.longtable.layout import Layout
from reports.engine.longtable.setters import NotPlainError, Setters
from reports.engine.longtable.text import Line

_TOLERANCE = 1e-4
_UNSEEN: Any = object()
_MOST_DRAWN = 20_000
_BEGIN_SPAN, _END_SPAN = b"/P<</MCID " + MARK + b">>BDC ", b" EMC"


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
    ) -> None:
        """Learn from a row that stands at the top of its page."""
        self._painter = painter
        self._layout = layout
        self._table = table
        self._row = row
        self._looks: dict[tuple[float, tuple[int, ...]], RowLook] = {}
        self._is_tagged = painter.is_tagged
        if len(cells) != len(row.children):
            raise NotPlainError("its cells are not those of its HTML")
        if any(_has_height(box) for box in (row, *row.children)):
            raise NotPlainError("its height is set")
        self.cells = [
            plain_cell(form, box, setters, painter.canvas) for form, box in zip(cells, row.children, strict=True)
        ]
        self._bookmark = self._marked_cell(row, values)
        self._spacing = 0 if table.style["border_collapse"] == "collapse" else table.style["border_spacing"][1]
        self._are_values = all(cell.form.is_value for cell in self.cells)
        self._verify(values)
        height, baselines = self._arranged([1] * len(self.cells))
        self._one_line_height = height
        self._one_line_look: RowLook | None = None
        prefixes = [b"", *(cell.prefix for cell in self.cells)]
        self._one_line = [
            (cell.drawn, cell, y, b"" if cell.prefix == before else cell.prefix)
            for cell, y, before in zip(self.cells, baselines, prefixes, strict=False)
        ]

    def fragment(self, values: list[str]) -> Fragment | None:
        """Set a row; None when WeasyPrint has to."""
        if self._are_values:
            drawn = []
            for (kept, cell, y, prefix), value in zip(self._one_line, values, strict=True):
                known = kept.get(value, _UNSEEN)
                if known is _UNSEEN:
                    known = self._draw_value(cell, value, y, prefix)
                if known is None:
                    break
                drawn.append(known)
            else:
                if self._one_line_look is None:
                    self._one_line_look = self._look(self._one_line_height, (1,) * len(self.cells))
                text = b"BT\n%s\nET" % b"\n".join(drawn)
                height = self._one_line_height + self._spacing
                return Fragment(height, self._one_line_look, text, bookmarks=self._bookmarks(values))
        return self._wrapped(values)

    def knows_more_than(self, other: PlainForm) -> bool:
        """Tell whether this was learnt from a row that had text in more of its cells."""
        known, others = ([cell.setter is not None for cell in form.cells] for form in (self, other))
        return sum(known) > sum(others)

    def _draw_value(self, cell: PlainCell, value: str, y: float, prefix: bytes) -> bytes | None:
        """Draw a value that is all of a cell, if it has just one line; keep what was drawn."""
        text = value if "&" not in value and "<" not in value else cell.form.text([value])
        lines = None if text is None else cell.lines(text)
        drawn = prefix + self._draw(cell, lines[0], y) if lines is not None and len(lines) == 1 else None
        if len(cell.drawn) >= _MOST_DRAWN:
            cell.drawn.clear()
        cell.drawn[value] = drawn
        return drawn

    def _wrapped(self, values: list[str]) -> Fragment | None:
        set_lines = self._lines(values)
        if set_lines is None:
            return None
        counts = tuple(map(len, set_lines))
        height, baselines = self._arranged(counts)
        drawn, prefix = [], b""
        for cell, lines, y in zip(self.cells, set_lines, baselines, strict=True):
            if lines and cell.prefix != prefix:
                drawn.append(cell.prefix)
                prefix = cell.prefix
            drawn += [self._draw(cell, line, y + index * cell.line_height) for index, line in enumerate(lines)]
        text = b"BT\n%s\nET" % b"\n".join(drawn) if drawn else b""
        return Fragment(height + self._spacing, self._look(height, counts), text, bookmarks=self._bookmarks(values))

    def _bookmarks(self, values: list[str]) -> tuple[Bookmark, ...]:
        if self._bookmark is None:
            return ()
        cell, bookmark = self._bookmark
        return (replace(bookmark, label=_label(self._text_of(cell, values))),)

    def _text_of(self, number: int, values: list[str]) -> str:
        start = sum(cell.form.values for cell in self.cells[:number])
        form = self.cells[number].form
        return form.text(values[start : start + form.values]) or ""

    def _marked_cell(self, row: Any, values: list[str]) -> tuple[int, Bookmark] | None:
        """Return the number of the cell whose text is a bookmark's label, and the bookmark; None when there is none."""
        links, bookmarks = targets(row)
        if links:
            raise NotPlainError("it has links")
        if not bookmarks:
            return None
        if len(bookmarks) == 1:
            for number in range(len(self.cells)):
                if _label(self._text_of(number, values)) == bookmarks[0].label:
                    return number, bookmarks[0]
        raise NotPlainError("its bookmarks are not the text of a cell")

    def _lines(self, values: list[str]) -> list[list[Line]] | None:
        result = []
        position = 0
        for cell in self.cells:
            text = cell.form.text(values[position : position + cell.form.values])
            position += cell.form.values
            lines = None if text is None else cell.lines(text)
            if lines is None:
                return None
            result.append(lines)
        return result

    def _draw(self, cell: PlainCell, line: Line, y: float) -> bytes:
        # Kerning by nothing is what WeasyPrint writes where rounding left a trace of it.
        shown = line.operators.replace(b">0<", b"").replace(b">0]", b">]")
        drawn = b"1 0 0 -1 %.4f %.4f Tm%s" % (cell.x_of(line), y, shown)
        return b"%s%s%s" % (_BEGIN_SPAN, drawn, _END_SPAN) if self._is_tagged else drawn

    def _arranged(self, counts: Sequence[int]) -> tuple[float, list[float]]:
        """Return the height of a row whose cells have so many lines, and where their first baselines are."""
        tops, heights = [], []
        cells = list(zip(self.cells, counts, strict=True))
        on_baseline = [cell.above + cell.baseline for cell, count in cells if _shares(cell, count)]
        baseline = max(on_baseline, default=0.0)
        for cell, count in cells:
            shift = baseline - cell.above - cell.baseline if _shares(cell, count) else 0.0
            tops.append(cell.above + shift)
            heights.append(cell.above + shift + count * cell.line_height + cell.below)
        height = max(heights)
        shares = {"bottom": 1.0, "middle": 0.5}
        return height, [
            top + cell.baseline + (height - own) * shares.get(cell.vertical, 0.0)
            for cell, top, own in zip(self.cells, tops, heights, strict=True)
        ]

    def _look(self, height: float, counts: tuple[int, ...]) -> RowLook:
        """Have the row's background and borders drawn for a height."""
        key = (height, counts)
        if key not in self._looks:
            row = self._row.copy_with_children([cell.copy_with_children([]) for cell in self._row.children])
            for cell, count in zip(row.children, counts, strict=True):
                cell.padding_bottom += height - row.height
                cell.empty = not count
            row.height = height
            page = self._layout.pages[0]._page_box
            layout_box_backgrounds(page, row, self._layout.context.get_image_from_uri)
            tags = [
                CellTag(kind.kind, kind.columns, kind.scope, count if self._is_tagged else 0)
                for kind, count in zip(self._painter.cell_tags(self._row, None), counts, strict=True)
            ]
            self._looks[key] = self._painter.look(self._table, row, tuple(tags), original=self._row)
        return self._looks[key]

    def _verify(self, values: list[str]) -> None:
        """Set the very row that was learnt from, and compare."""
        set_lines = self._lines(values)
        if set_lines is None:
            raise NotPlainError("its text needs WeasyPrint")
        height, baselines = self._arranged([len(lines) for lines in set_lines])
        if abs(height - self._row.height) > _TOLERANCE:
            raise NotPlainError("its height is not the sum of its parts")
        for cell, lines, y, box in zip(self.cells, set_lines, baselines, self._row.children, strict=True):
            texts = [child for child in box.descendants() if isinstance(child, boxes.TextBox) and child.text.strip()]
            if len(texts) != len(lines):
                raise NotPlainError("its lines break elsewhere")
            for index, (line, text) in enumerate(zip(lines, texts, strict=True)):
                places = (
                    cell.x_of(line) - text.position_x,
                    y + index * cell.line_height - text.position_y - text.baseline,
                )
                if line.text != text.text or any(abs(off) > _TOLERANCE for off in places):
                    raise NotPlainError("its text stands elsewhere")


def _label(text: str) -> str:
    return " ".join(text.split())


def _shares(cell: PlainCell, count: int) -> bool:
    return cell.vertical == "baseline" and count > 0


def _has_height(box: Any) -> bool:
    least = box.style["min_height"]
    return bool(box.style["height"] != "auto" or (least != "auto" and least.value))
