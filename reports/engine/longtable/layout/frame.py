"""Take from a laid-out document what a page of the table looks like before there are rows on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports.engine.longtable.layout.parts import NO_FOOT, Foot, Link, PageFrame
from reports.engine.longtable.layout.row_painter import strings_in, targets
from reports.engine.weasy.boxes import is_page, remove_margin_boxes
from reports.engine.weasy.canvas import Canvas, operators
from reports.engine.weasy.collapsed_borders import head_borders
from reports.engine.weasy.drawing import draw_page
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.structure.tree import HEADER
from reports.engine.weasy.typesetter import LaidOutDocument, box_of, path_to, table_of


def frame_of(
    canvas: Canvas, layout: LaidOutDocument, page_number: int, first_row: Any, *, top: float, foot: Foot = NO_FOOT
) -> PageFrame:
    """Make a frame of a page (counted from zero) whose first row is given, with its top in px, where it stood.

    The page can be used for nothing else then. ``foot`` is the table's, which may be missing where no row would fit.

    Raises UnsupportedTableError for a page on which the table does not stand alone.
    """
    page = layout.pages[page_number]
    box = box_of(page)
    table = table_of(page, first_row)
    if page.bleed and any(page.bleed.values()):
        raise UnsupportedTableError("pages have bleed")
    _check_path(box, table)
    if not table.children[-1].is_footer:
        foot = NO_FOOT
    table.children = [group for group in table.children if group.is_header]
    strings = strings_in(box.descendants())
    remove_margin_boxes(box)
    over = canvas.stream(marks=False)
    if table.style["border_collapse"] == "collapse":
        head_borders(over, table)
        table.collapsed_border_grid = _invisible(table.collapsed_border_grid)
    under = canvas.stream(artifact=HEADER)
    draw_page(under, box)
    return PageFrame(
        page=page,
        width=page.width,
        height=page.height,
        top=top,
        bottom=bottom_for_rows(box, foot.height),
        under=operators(under),
        over=operators(over),
        links=tuple(_links_of_head(table)),
        left=min(table.column_positions, default=0),
        foot=foot,
        strings=strings,
    )


def bottom_for_rows(page: Any, foot: float) -> float:
    """Return where the rows on a page must have ended, in px, if a foot of some height follows."""
    bottom: float = page.content_box_y() + page.height - foot
    return bottom * (1 + 1e-9)  # WeasyPrint's own tolerance


def _check_path(page: Any, table: Any) -> None:
    """Raise UnsupportedTableError unless the table is all there is on a page, in boxes that draw nothing."""
    for box in path_to(page, table):
        if is_page(box):
            continue
        if box is not table and [child for child in box.children if not _is_path(child, table)]:
            raise UnsupportedTableError("something else stands beside the table")
        if box.style["box_decoration_break"] == "clone":
            raise UnsupportedTableError("a box around the table repeats its decoration on every page")
        borders = () if box is table and table.style["border_collapse"] == "collapse" else _borders(box)
        is_canvas = box.element_tag in ("html", "body")
        if any(borders) or (_has_background(box) and not is_canvas):
            raise UnsupportedTableError("a box around the rows has a border or a background")
    for group in table.children:
        if not (group.is_header or group.is_footer) and _has_background(group):
            raise UnsupportedTableError("a group of rows has a background")
    for columns in table.column_groups:
        if any(map(_has_background, (columns, *columns.children))):
            raise UnsupportedTableError("columns have a background")


def _is_path(box: Any, table: Any) -> bool:
    return any(True for _ in path_to(box, table))


def _borders(box: Any) -> tuple[float, ...]:
    return (box.border_left_width, box.border_right_width, box.border_top_width, box.border_bottom_width)


def _has_background(box: Any) -> bool:
    return box.background is not None and bool(box.background.layers)


def _invisible(grid: Any) -> Any:
    """Keep the form of a grid of borders, and make all of them nothing."""
    return tuple([[(score, ("none", 0, color)) for score, (_, _, color) in row] for row in part] for part in grid)


def _links_of_head(table: Any) -> Iterator[Link]:
    if not table.children or not table.children[0].is_header:
        return
    for row in table.children[0].children:
        try:
            links, _ = targets(row.children)
        except UnsupportedTableError as error:
            raise UnsupportedTableError(f"in the head of the table, {error}") from error
        yield from links
