"""Draw the collapsed borders of one row, or of a table's head; WeasyPrint draws those of a whole table at once.

The border between two rows belongs to the upper one. That between the head and whatever row stands below it on a page
belongs to the head, and that between the foot and whatever row stands above it to the foot, as in WeasyPrint
(``draw_collapsed_borders``). The latter is drawn with that row all the same, as it ends where the row's borders do.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from weasyprint.draw import draw_collapsed_borders
from weasyprint.draw.border import draw_line
from weasyprint.draw.color import styled_color
from weasyprint.pdf.stream import Stream

Segment = tuple[Any, Any, float, Any, str, tuple[float, float, float, float]]


@dataclass(frozen=True, slots=True)
class FootEdge:
    """Hold what the borders of a row depend on when the table's foot stands below it, as WeasyPrint's grid has it.

    ``line`` are the borders above the foot: its own, or those below the table's last row where these are stronger;
    ``verticals`` are those left and right of the cells in its first row.
    """

    line: tuple[Any, ...]
    verticals: tuple[Any, ...]


def foot_edge(table: Any, rows: int) -> FootEdge | None:
    """Return the edge of a table's foot of so many rows; None when there are none, or borders do not collapse."""
    if not rows or table.style["border_collapse"] != "collapse":
        return None
    vertical, horizontal = table.collapsed_border_grid
    return FootEdge(tuple(horizontal[-rows - 1]), tuple(vertical[-rows])) if vertical else None


def head_borders(stream: Stream, table: Any) -> None:
    """Draw the borders of a table's head, with the one below it."""
    if table.children and table.children[0].is_header:
        draw_collapsed_borders(stream, table.copy_with_children([table.children[0]]))


def row_borders(
    stream: Stream, table: Any, number: int, height: float, *, is_first: bool, foot: FootEdge | None = None
) -> None:
    """Draw the borders left and right of a row's cells, and below it; above it, too, when it is first without a head.

    The row stands at y = 0; ``number`` is that in the table's grid of borders. ``is_first``: below the head of a page.
    ``foot`` is what stands below the row, when this is not another row.
    """
    vertical, horizontal = table.collapsed_border_grid
    if not vertical:
        return
    heads = _head_rows(table)
    above = horizontal[heads if is_first and heads else number]
    below = foot.line if foot else horizontal[number + 1]
    edges = [*table.column_positions, table.column_positions[-1] + table.column_widths[-1]]
    segments: list[Segment] = []
    for x, (score, (style, width, color)) in enumerate(vertical[number]):
        if width and color.alpha:
            crossing = above[max(0, x - 1) : x + 1]
            # The dashes of a line that begins elsewhere would stand elsewhere.
            is_over = style == "solid" and not (is_first and not heads) and _goes_over(score, crossing)
            top = _half_of_widest(crossing) * (1 if is_over else -1)
            bottom = height + _half_of_widest(below[max(0, x - 1) : x + 1])
            segments.append((score, style, width, color, "left", (edges[x], top, edges[x], bottom)))
    if not (table.skip_cell_border_bottom and number == _last_number(table)):
        around = [vertical[number], foot.verticals] if foot else vertical[number : number + 2]
        segments += _horizontal(below, edges, height, around)
    if is_first and not heads:
        segments += _horizontal(above, edges, 0, vertical[number : number + 1])
    for _, style, width, color, side, ends in sorted(segments, key=operator.itemgetter(0)):
        with stream.artifact(), stream.stacked():
            draw_line(stream, *ends, width, style, styled_color(style, color, side))


def _horizontal(borders: Sequence[Any], edges: Sequence[float], y: float, around: Sequence[Any]) -> list[Segment]:
    segments: list[Segment] = []
    for x, (score, (style, width, color)) in enumerate(borders):
        if width and color.alpha:
            left = edges[x] - _half_of_widest([row[x] for row in around])
            right = edges[x + 1] + _half_of_widest([row[x + 1] for row in around])
            segments.append((score, style, width, color, "top", (left, y, right, y)))
    return segments


def _half_of_widest(borders: Sequence[Any]) -> float:
    return max((width for _, (_, width, _) in borders), default=0) / 2


def _goes_over(score: Any, crossing: Sequence[Any]) -> bool:
    """Tell whether a border that was drawn with the row above would hide the end of one with this score."""
    above, (style, width, color) = max(crossing, key=lambda border: border[1][1])
    return bool(width and color.alpha == 1 and style == "solid" and above > score)


def _head_rows(table: Any) -> int:
    return len(table.children[0].children) if table.children[0].is_header else 0


def _last_number(table: Any) -> int:
    """Return the number of the last row that stands on the table's page; a part of it may be on the next one."""
    return number_of(table, table.children[-1].children[-1])


def number_of(table: Any, row: Any) -> int:
    """Return a row's number in the grid of the borders of the whole table, of which a page may have a part."""
    foot = table.children[-1]
    if foot.is_footer:
        for from_end, found in enumerate(reversed(foot.children), 1):
            if found is row:
                return len(table.collapsed_border_grid[0]) - from_end
    rows = [found for group in table.children for found in group.children]
    number = next(number for number, found in enumerate(rows) if found is row)
    # The rows before this page's, as WeasyPrint counts them, include the head that is repeated here.
    heads = _head_rows(table)
    return number if number < heads or not table.skipped_rows else number + int(table.skipped_rows) - heads
