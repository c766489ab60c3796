"""Draw the background and border of a piece of a line, such as a coloured word, as wide as its texts are."""

from __future__ import annotations

from typing import Any

from reports.engine.longtable.text.setters import NotPlainError
from reports.engine.weasy.canvas import Canvas, operators
from reports.engine.weasy.drawing import draw_look, place_background
from reports.engine.weasy.typesetter import LaidOutDocument

_SIDES = ("top", "right", "bottom", "left")
_CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")
_MOST_WIDTHS = 2_000


class Badge:
    """Draw an inline box of one style and height, with WeasyPrint's own hand."""

    def __init__(self, box: Any, layout: LaidOutDocument, canvas: Canvas) -> None:
        """Learn from a box that WeasyPrint has laid out."""
        self._box = box.copy_with_children([])
        # A translation would go on to the children of the original.
        self._box.position_x = -box.margin_left
        self._box.position_y = -box.margin_top
        self._spacing = box.border_width() - box.width
        self._layout = layout
        self._canvas = canvas
        self._drawn: dict[float, bytes] = {}

    def drawn(self, x: float, y: float, width: float) -> bytes:
        """Draw the box with its border beginning at a place; ``width`` includes the border."""
        width = round(width, 4)
        if width not in self._drawn:
            if len(self._drawn) >= _MOST_WIDTHS:
                self._drawn.clear()
            self._drawn[width] = self._draw(width)
        return b"q 1 0 0 1 %.4f %.4f cm\n%s\nQ" % (x, y, self._drawn[width])

    def _draw(self, width: float) -> bytes:
        self._box.width = width - self._spacing
        place_background(self._layout, self._layout.pages[0], self._box)
        stream = self._canvas.stream()
        draw_look(stream, self._box)
        return operators(stream)


def badge_of(box: Any, layout: LaidOutDocument, canvas: Canvas) -> Badge | None:
    """Return what draws an inline box of WeasyPrint's; None when there is nothing to see. Raises NotPlainError."""
    if box.background is None and not any(getattr(box, f"border_{side}_width") for side in _SIDES):
        return None
    if any(length.unit == "%" for corner in _CORNERS for length in box.style[f"border_{corner}_radius"]):
        raise NotPlainError("how round a box on a line is depends on its width")
    return Badge(box, layout, canvas)
