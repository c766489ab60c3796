"""Replace how WeasyPrint draws SVG pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint import svg

from reports.engine.weasy.patches import replaces

_Draw = Callable[[Any, Any, Any], None]

# None of no size: readers draw hairlines for these, and others for paths than for rectangles.
_RECTANGLE = re.compile(r"M(\d{1,4}) (\d{1,4})h([1-9]\d{0,3})v([1-9]\d{0,3})h-(\d{1,4})z")
_RECTANGLES = re.compile(rf"(?:{_RECTANGLE.pattern})+")
_MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")


@replaces("weasyprint.svg.TAGS", release="70.0")
def draw_codes_as_rectangles() -> None:
    """Draw a path that is made of upright rectangles alone, as barcodes and QR codes are, with PDF's own rectangles.

    WeasyPrint reads a path letter by letter, works out the angles at each corner, and writes five operators for each
    rectangle: a tenth of the time of an invoice with a QR code. The operator ``re`` paints the very same (ISO 32000-1,
    table 59). Markers stand at the corners, so that a path with markers is left to WeasyPrint.
    """
    draw = svg.TAGS["path"]
    if not hasattr(draw, "__wrapped__"):
        svg.TAGS["path"] = _with_rectangles(draw)


def _with_rectangles(draw: _Draw) -> _Draw:
    @wraps(draw)
    def path(picture: Any, node: Any, font_size: Any) -> None:
        shape = node.get("d", "")
        if _RECTANGLES.fullmatch(shape) is None or any(node.get(name) for name in _MARKERS):
            draw(picture, node, font_size)
            return
        rectangles = [tuple(map(int, each)) for each in _RECTANGLE.findall(shape)]
        if any(width != back for _, _, width, _, back in rectangles):
            draw(picture, node, font_size)
            return
        for x, y, width, height, _ in rectangles:
            picture.stream.rectangle(x, y, width, height)

    return path
