"""Take from a cell that WeasyPrint has laid out what it takes to set other texts into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes

from reports.engine.longtable.drawing import Canvas, operators
from reports.engine.longtable.forms import CellForm
from reports.engine.longtable.setters import NotPlainError, Setters
from reports.engine.longtable.text import Line, TextSetter

_TEXT_BOXES = (boxes.BlockBox, boxes.LineBox, boxes.InlineBox, boxes.TextBox)


@dataclass(slots=True)
class PlainCell:
    """Be the geometry of a cell, in px: ``left`` and ``width`` of its content, what is above and below it.

    ``baseline`` is that of the first line, below the top of the content. ``prefix`` chooses colour and font.
    """

    form: CellForm
    left: float
    width: float
    above: float
    below: float
    line_height: float
    baseline: float
    align: str
    vertical: str
    setter: TextSetter | None
    prefix: bytes
    drawn: dict[str, bytes | None] = field(default_factory=dict)

    def lines(self, text: str) -> list[Line] | None:
        """Break a text into the lines of this cell; None when WeasyPrint is needed for it."""
        if not text or not text.strip(" \t\n\r\f"):
            return []
        return None if self.setter is None else self.setter.lines(text, self.width)

    def x_of(self, line: Line) -> float:
        """Return where a line begins. One that is wider than the cell sticks out at its end."""
        if self.align == "left":
            return self.left
        room = max(0.0, self.width - line.width)
        return self.left + (room if self.align == "right" else room / 2)


def plain_cell(form: CellForm, box: Any, setters: Setters, canvas: Canvas) -> PlainCell:
    """Learn the geometry of a cell that WeasyPrint has laid out. Raises NotPlainError."""
    lines = [child for child in box.descendants() if isinstance(child, boxes.LineBox)]
    texts = [child for child in box.descendants() if isinstance(child, boxes.TextBox)]
    above, below = _decoration(box, "top"), _decoration(box, "bottom")
    vertical = box.style["vertical_align"]
    vertical = vertical if vertical in ("top", "middle", "bottom") else "baseline"
    left = box.content_box_x()
    if not texts:
        # Nothing is known of what text would look like here; a row that has some is laid out, and learnt from.
        return PlainCell(form, left, box.width, above, below, 0.0, 0.0, "left", vertical, None, b"")
    if len(texts) != len(lines) or len({line.height for line in lines}) > 1:
        raise NotPlainError("a cell has more than text of one kind")
    if any(text.style is not texts[0].style and text.element is not texts[0].element for text in texts):
        raise NotPlainError("a cell has texts of several kinds")
    if any(child.background or child.style["text_indent"].value for child in box.descendants() if child is not box):
        raise NotPlainError("a text has a background or is indented")
    inside = [child for block in box.children for child in block.descendants()]
    if not all(isinstance(child, _TEXT_BOXES) for child in inside):
        raise NotPlainError("a cell has more than text")
    setter = setters.of(texts[0])
    stream = canvas.stream(marks=False)
    stream.set_color(texts[0].style["color"])
    return PlainCell(
        form,
        left,
        box.width,
        above,
        below,
        lines[0].height,
        texts[0].position_y + texts[0].baseline - box.content_box_y(),
        _alignment(texts[0].style),
        vertical,
        setter,
        operators(stream) + b"\n" + setter.font_operator + b"\n",
    )


def _decoration(box: Any, side: str) -> float:
    padding = box.style[f"padding_{side}"]
    if padding.unit != "px":
        raise NotPlainError("its padding depends on something")
    return float(padding.value + getattr(box, f"border_{side}_width"))


def _alignment(style: Any) -> str:
    align = str(style["text_align_all"])
    return {"start": "left", "end": "right"}.get(align, align)
