"""Draw the collapsed borders of one row, or of a table's head; WeasyPrint draws those of a whole table at once.

The border between two rows belongs to the upper one. That between the head and whatever row stands below it on a page
belongs to the head, and that between the foot and whatever row stands above it to the foot, as in WeasyPrint
(``draw_collapsed_borders``). The latter is drawn with that row all the same, as it ends where the row's borders do.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from weasyprint.draw import draw_collapsed_borders
from weasyprint.draw.border import draw_line
from weasyprint.draw.color import get_color, styled_color
from weasyprint.pdf.stream import Stream

_Area = tuple[float, float, float, float]
"""Left, top, right and bottom of a rectangle in px."""

_DASH = 5
"""Length of a dash, and of the gap after it, in widths of the line."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """A border on one side of one cell: a line between its ``ends`` (x1, y1, x2, y2 in px).

    Those with higher scores are drawn over others. ``hidden`` are the parts that one drawn earlier would hide.
    """

    score: Any
    style: str
    width: float
    color: Any
    side: str
    ends: _Area
    hidden: tuple[_Area, ...] = ()

    def draw(self, stream: Stream) -> None:
        """Draw the line but for its hidden parts."""
        with stream.artifact(), stream.stacked():
            for left, top, right, bottom in self.hidden:
                x1, y1, x2, y2 = self._area(beyond=self.width)
                stream.rectangle(x1, y1, x2 - x1, y2 - y1)
                stream.rectangle(left, top, right - left, bottom - top)
                stream.clip(even_odd=True)
                stream.end()
            draw_line(stream, *self.ends, self.width, self.style, styled_color(self.style, self.color, self.side))

    def below(self, others: Iterable[_Segment]) -> _Segment:
        """Return this line without what stronger horizontal ones hide at its top, where they were drawn before it."""
        left, top, right, _ = own = self._area()
        hidden = [area for other in others if other.score > self.score for area in other.ink() if _overlap(area, own)]
        if self.style not in ("dashed", "dotted"):
            # A line of dashes would have them elsewhere if it began elsewhere.
            whole = [area for area in hidden if area[0] <= left and area[1] <= top and area[2] >= right]
            top = max([top, *(area[3] for area in whole)])
            hidden = [area for area in hidden if area[3] > top]
        x, _, _, bottom = self.ends
        return replace(self, ends=(x, top, x, bottom), hidden=tuple(dict.fromkeys(hidden)))

    def ink(self) -> list[_Area]:
        """Return what a horizontal line hides of others below it; of dots, which are round, nothing is known."""
        if self.color.alpha < 1 or self.style == "dotted":
            return []
        left, top, right, bottom = area = self._area()
        if self.style == "dashed":
            dash = _DASH * self.width
            starts = [left + 2 * dash * number for number in range(math.ceil((right - left) / dash / 2))]
            return [(start, top, min(start + dash, right), bottom) for start in starts]
        if self.style == "double":
            third = self.width / 3
            return [(left, top, right, top + third), (left, bottom - third, right, bottom)]
        return [area]

    def _area(self, beyond: float = 0) -> _Area:
        """Return the rectangle that the line is in, and what is so far around it."""
        x1, y1, x2, y2 = self.ends
        across = self.width / 2
        dx, dy = (across, 0.0) if x1 == x2 else (0.0, across)
        return x1 - dx - beyond, y1 - dy - beyond, x2 + dx + beyond, y2 + dy + beyond


def _overlap(one: _Area, other: _Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@dataclass(frozen=True, slots=True)
class FootEdge:
    """The facts on which a row's borders depend when the table's foot stands below it, as WeasyPrint's grid has it.

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


def cell_edges(cell: Any) -> Hashable:
    """Return the borders that a cell's style asks for, before those of its neighbours are considered."""
    return tuple(
        (style[f"border_{side}_style"], style[f"border_{side}_width"], str(get_color(style, f"border_{side}_color")))
        for style in (cell.style,)
        for side in ("top", "right", "bottom", "left")
    )


def head_borders(stream: Stream, table: Any) -> None:
    """Draw the borders of a table's head, with the one below it."""
    if table.children and table.children[0].is_header:
        head = table.copy_with_children([table.children[0]])
        # A row that the page cuts takes away the border at the end of what is drawn, which here is the head.
        head.skip_cell_border_top = head.skip_cell_border_bottom = False
        draw_collapsed_borders(stream, head)


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
    is_at_top = is_first and not heads
    row_above = vertical[heads - 1 if is_first and heads else max(0, number - 1)]
    drawn_above = [] if is_at_top else _horizontal(above, edges, 0, [row_above, vertical[number]])
    segments: list[_Segment] = []
    for x, (score, (style, width, color)) in enumerate(vertical[number]):
        if width and color.alpha:
            top = -_half_of_widest(above[max(0, x - 1) : x + 1])
            bottom = height + _half_of_widest(below[max(0, x - 1) : x + 1])
            segment = _Segment(score, style, width, color, "left", (edges[x], top, edges[x], bottom))
            segments.append(segment.below(drawn_above))
    if not (table.skip_cell_border_bottom and number == _last_number(table)):
        around = [vertical[number], foot.verticals] if foot else vertical[number : number + 2]
        segments += _horizontal(below, edges, height, around)
    if is_at_top:
        segments += _horizontal(above, edges, 0, vertical[number : number + 1])
    for segment in sorted(segments, key=operator.attrgetter("score")):
        segment.draw(stream)


def _horizontal(borders: Sequence[Any], edges: Sequence[float], y: float, around: Sequence[Any]) -> list[_Segment]:
    segments: list[_Segment] = []
    for x, (score, (style, width, color)) in enumerate(borders):
        if width and color.alpha:
            left = edges[x] - _half_of_widest([row[x] for row in around])
            right = edges[x + 1] + _half_of_widest([row[x + 1] for row in around])
            segments.append(_Segment(score, style, width, color, "top", (left, y, right, y)))
    return segments


def _half_of_widest(borders: Sequence[Any]) -> float:
    return max((width for _, (_, width, _) in borders), default=0) / 2


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
