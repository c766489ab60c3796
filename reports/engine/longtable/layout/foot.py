"""Turn a table's foot, which WeasyPrint repeats below the last row of each page, into fragments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reports.engine.longtable.layout.parts import NO_FOOT, Foot, Fragment
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.weasy.canvas import Canvas, operators
from reports.engine.weasy.collapsed_borders import foot_edge
from reports.engine.weasy.drawing import draw_background, place_background
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.structure.tree import FOOTER
from reports.engine.weasy.typesetter import LaidOutDocument


def foot_of(canvas: Canvas, layout: LaidOutDocument, page_number: int, table: Any) -> Foot:
    """Draw the foot of a table on a page (counted from zero), which is of no other use then; no foot if it has none.

    Raises UnsupportedTableError for what no fragment holds, and for a foot that may not be the same on all pages.
    """
    group = table.children[-1]
    if not group.is_footer:
        return NO_FOOT
    if group.element_tag != "tfoot":
        raise UnsupportedTableError("the footer of the table is no <tfoot>")
    if layout.context.target_collector.counter_lookup_items:
        raise UnsupportedTableError("the document refers to page numbers in its text")
    spacing = 0 if table.style["border_collapse"] == "collapse" else table.style["border_spacing"][1]
    height, edge = group.height + spacing, foot_edge(table, len(group.children))
    try:
        return Foot(tuple(_rows(canvas, layout, page_number, table)), height, edge)
    except UnsupportedTableError as error:
        raise UnsupportedTableError(f"in the footer of the table, {error}") from error


def lacks_foot(layout: LaidOutDocument, table: Any) -> bool:
    """Tell whether a table's foot is not there on a page, as WeasyPrint leaves it out where no row would fit above."""
    style_for = layout.context.style_for
    has_foot = any(style_for(group)["display"] == ("table-footer-group",) for group in table.element.iter("tfoot"))
    return has_foot and not table.children[-1].is_footer


def _rows(canvas: Canvas, layout: LaidOutDocument, page_number: int, table: Any) -> Iterator[Fragment]:
    """Draw the rows; the first one has the background of all of them below its own."""
    page, group = layout.pages[page_number], table.children[-1]
    painter = RowPainter(canvas, artifact=FOOTER)
    behind = _background(canvas, layout, page, group)
    for row in group.children:
        fragment = painter.fragment(layout, table, row, page=page)
        drawn = b"\n".join(filter(None, [behind, fragment.look.background]))
        yield replace(fragment, look=replace(fragment.look, background=drawn)) if behind else fragment
        behind = b""


def _background(canvas: Canvas, layout: LaidOutDocument, page: Any, group: Any) -> bytes:
    """Move the foot to the top of the page, and draw what is behind its rows."""
    group.translate(dy=-group.position_y)
    place_background(layout, page, group)
    stream = canvas.stream(marks=False)
    with canvas.only_lines_and_text():
        draw_background(stream, group)
    return operators(stream)
