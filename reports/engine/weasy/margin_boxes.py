"""Have WeasyPrint lay out the running lines of a page (its margin boxes) for numbers of ours."""

from __future__ import annotations

from typing import Any

from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.page import make_margin_boxes, set_page_type_computed_styles

from reports.engine.weasy.typesetter import LaidOutDocument


def style_page_type(layout: LaidOutDocument, page: Any) -> None:
    """Have a layout know the kind of a page that it may have none of: its own can be fewer than those with frames."""
    style_for, page_type = layout.context.style_for, page._page_box.page_type
    if style_for(page_type) is None:
        set_page_type_computed_styles(page_type, layout.document._html, style_for)


def margin_boxes(layout: LaidOutDocument, page_box: Any, page_number: int, total: int) -> list[Any]:
    """Lay out the margin boxes of a page for its number and the number of pages in all."""
    context = layout.context
    context.current_page = page_number
    state: Any = ([0], {"page": [page_number], "pages": [total]}, [{"page", "pages"}], [])
    made = list(make_margin_boxes(context, page_box, state))
    for box in made:
        layout_box_backgrounds(page_box, box, context.get_image_from_uri)
    return made
