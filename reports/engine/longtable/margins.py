"""Set the running lines of a page (WeasyPrint's margin boxes) once the number of pages is known."""

from __future__ import annotations

from typing import Any

from weasyprint.draw import draw_stacking_context
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.page import make_margin_boxes
from weasyprint.stacking import StackingContext

from reports.engine.longtable.drawing import Canvas, operators
from reports.engine.longtable.layout import Layout


class RunningLines:
    """Draw the margin boxes of pages that continue a table."""

    def __init__(self, canvas: Canvas, layout: Layout, total: int) -> None:
        self._canvas = canvas
        self._layout = layout
        self._total = total

    def drawn(self, page: Any, number: int) -> bytes:
        """Return what draws the running lines of the page with that number, counted from one."""
        box = page._page_box
        stream = self._canvas.stream(marks=False)
        for margin_box in margin_boxes(self._layout, box, number, self._total):
            draw_stacking_context(stream, StackingContext.from_box(margin_box, box))
        return operators(stream)


def margin_boxes(layout: Layout, page_box: Any, number: int, total: int) -> list[Any]:
    """Lay out the margin boxes of a page for its number and the number of pages in all."""
    context = layout.context
    context.current_page = number
    state: Any = ([0], {"page": [number], "pages": [total]}, [{"page", "pages"}], [])
    made = list(make_margin_boxes(context, page_box, state))
    for box in made:
        layout_box_backgrounds(page_box, box, context.get_image_from_uri)
    return made
