"""Draw boxes, and lines beside texts, on a canvas's streams."""

from __future__ import annotations

from typing import Any

from weasyprint import draw
from weasyprint.draw.color import get_color
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.pdf.stream import Stream
from weasyprint.stacking import StackingContext

from reports.engine.weasy.typesetter import LaidOutDocument


def place_background(layout: LaidOutDocument, page: Any, box: Any) -> None:
    """Work out the background of a box, and of all in it, at the place on a page that it has now."""
    layout_box_backgrounds(page._page_box, box, layout.context.get_image_from_uri)


def draw_background(stream: Stream, box: Any) -> None:
    """Draw the background of a box, which has its place."""
    draw.draw_background(stream, box.background)


def draw_border(stream: Stream, box: Any) -> None:
    """Draw the border of a box, which has its place."""
    draw.draw_border(stream, box)


def draw_box(stream: Stream, box: Any, page: Any) -> None:
    """Draw a box with all in it; ``page`` is that of its page."""
    draw.draw_stacking_context(stream, StackingContext.from_box(box, page))


def draw_layers(below: Stream, stream: Stream, above: Stream, box: Any) -> None:
    """Draw a box with all in it: its blocks ``below`` its lines, and ``above`` these what has layers of its own."""
    context = StackingContext.from_box(box, None)
    for block in context.block_level_boxes:
        draw_background(below, block)
        draw_border(below, block)
    layers = [*context.zero_z_contexts, *context.positive_z_contexts]
    context.block_level_boxes, context.zero_z_contexts, context.positive_z_contexts = [], [], []
    draw.draw_stacking_context(stream, context)
    for layer in layers:
        draw.draw_stacking_context(above, layer)


def draw_page(stream: Stream, page: Any) -> None:
    """Draw the box of a page with all in it."""
    draw.draw_page(page, stream)


def draw_look(stream: Stream, box: Any) -> None:
    """Draw the background and the border of a box, which has its place."""
    draw_background(stream, box)
    draw_border(stream, box)


def choose_stroke(stream: Stream, style: Any, thickness: float) -> None:
    """Choose the colour of the lines under, over and through texts of a style, and how thick they are."""
    stream.set_color(get_color(style, "text_decoration_color"), stroke=True)
    stream.set_line_width(thickness)
