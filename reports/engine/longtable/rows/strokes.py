"""Draw the lines under, over and through texts as WeasyPrint does in ``draw/text.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.engine.longtable.text.setters import NotPlainError
from reports.engine.weasy.canvas import Canvas, operators
from reports.engine.weasy.drawing import choose_stroke


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line that goes with a text: ``y`` below its baseline in px, and operators that choose colour and width."""

    y: float
    style: bytes
    is_below_text: bool

    def drawn(self, x: float, baseline: float, width: float) -> bytes:
        """Draw the line of a text of a width."""
        y = baseline + self.y
        return b"q\n%s\n%.4f %.4f m\n%.4f %.4f l\nS\nQ" % (self.style, x, y, x + width, y)


def strokes_of(box: Any, canvas: Canvas) -> tuple[Stroke, ...]:
    """Return the lines of a TextBox of WeasyPrint's, in the order that they are drawn. Raises NotPlainError."""
    style, layout = box.style, box.pango_layout
    kinds = style["text_decoration_line"]
    if kinds == "none":
        return ()
    if style["text_decoration_style"] != "solid":
        raise NotPlainError("the lines under its texts are not solid")
    is_usual = style["text_decoration_thickness"] in ("auto", "from-font")
    if not is_usual or style["text_underline_offset"] != "auto":
        raise NotPlainError("the lines under its texts have a thickness or a place of their own")
    thick = layout.underline_thickness
    places = {
        "overline": (thick / 2 - layout.ascent, thick, True),
        "underline": (thick / 2 - layout.underline_position, thick, True),
        "line-through": (-layout.strikethrough_position, layout.strikethrough_thickness, False),
    }
    strokes = []
    for kind, (y, thickness, is_below) in places.items():
        if kind in kinds:
            stream = canvas.stream(marks=False)
            choose_stroke(stream, style, thickness)
            strokes.append(Stroke(y, operators(stream), is_below))
    if len(strokes) != len(kinds):
        raise NotPlainError("the lines under its texts are of an unknown kind")
    return tuple(strokes)
