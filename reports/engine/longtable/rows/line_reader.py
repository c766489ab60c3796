"""Take from a line that WeasyPrint has laid out what it takes to set it with other texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reports.engine.longtable.rows.badges import badge_of
from reports.engine.longtable.rows.lines import LinePlace, RunPlace, SpanPlace
from reports.engine.longtable.rows.strokes import strokes_of
from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.longtable.text.text_setter import SetLine
from reports.engine.weasy.boxes import is_inline, is_line, is_text, texts_in
from reports.engine.weasy.canvas import Canvas, operators
from reports.engine.weasy.pango_lines import usual_baseline
from reports.engine.weasy.typesetter import LaidOutDocument

_ALIGNMENT = {"start": "left", "end": "right"}
"""Where texts stand that are read from left to right; others are left to WeasyPrint."""

_NEAR = 1e-6
_SAME_STRUT = ("font_family", "font_size", "font_weight", "font_style", "line_height")


@dataclass(slots=True)
class LineReader:
    """Read a line that WeasyPrint has laid out.

    ``text_of`` gives the number of the cell's text that a box has, and whether it is the same in all rows; ``link_of``
    the number of the link that a box has itself, or None. Both raise NotPlainError. ``top`` is that of the content.
    """

    setters: Setters
    canvas: Canvas
    layout: LaidOutDocument
    text_of: Callable[[Any], tuple[int, bool]]
    link_of: Callable[[Any], int | None]
    top: float
    _runs: list[RunPlace] = field(default_factory=list)
    _spans: list[SpanPlace | None] = field(default_factory=list)
    _spacing: float = 0.0
    _line: Any = None
    _last: Any = None
    _may_wrap: bool = True
    _never_breaks: bool = True
    _sizes: list[float] = field(default_factory=list)
    _rises: bool = False

    def read(self, line: Any, block: Any) -> LinePlace:
        """Read a line of a block."""
        self._line, self._last = line, _last_box(line)
        self._never_breaks = line.style["white_space"] == "nowrap"
        self._rises = len(line.children) == 1 and is_text(line.children[0])
        for child in line.children:
            self._read(child, None)
        align, last = (str(line.style[name]) for name in ("text_align_all", "text_align_last"))
        align, last = (_ALIGNMENT.get(each, each) for each in (align, align if last == "auto" else last))
        if align not in ("left", "right", "center") or last != align:
            raise NotPlainError("its lines are aligned in a special way")
        spans = tuple(span for span in self._spans if span is not None)
        return LinePlace(
            runs=tuple(self._runs),
            spans=spans,
            left=block.content_box_x(),
            width=block.width,
            height=line.height,
            spacing=self._spacing,
            room=max(self._sizes, default=0.0),
            align=align,
            wraps=self._may_wrap and len(self._runs) == 1 and not spans and self._is_free(self._runs[0]),
            never_breaks=self._never_breaks,
            rises=self._rises,
        )

    def _is_free(self, run: RunPlace) -> bool:
        return run.setter is not None and not (self._spacing or run.before or (run.after and run.measured))

    def _read(self, box: Any, link: int | None) -> None:
        if is_text(box):
            self._read_text(box)
        elif is_inline(box):
            self._read_inline(box, link)
        else:
            raise NotPlainError("a line has more than text")

    def _read_inline(self, box: Any, link: int | None) -> None:
        own = self.link_of(box)
        is_outermost, link = link is None, own if own is not None else link
        self._may_wrap = self._may_wrap and self._is_without_effect(box)
        self._never_breaks = self._never_breaks and box.style["white_space"] == "nowrap"
        self._add_space(box.margin_left)
        place, first, start = len(self._spans), len(self._runs), self._spacing
        self._spans.append(None)
        self._add_space(box.border_left_width + box.padding_left)
        for child in box.children:
            self._read(child, link)
        self._add_space(box.padding_right + box.border_right_width)
        badge = badge_of(box, self.layout, self.canvas)
        if link is not None or badge is not None:
            y, badge_y, height = box.position_y - self.top, box.border_box_y() - self.top, box.margin_height()
            stop, end = len(self._runs), self._spacing
            self._spans[place] = SpanPlace(link, badge, is_outermost, first, start, stop, end, y, badge_y, height)
        self._add_space(box.margin_right)

    def _read_text(self, box: Any) -> None:
        number, is_fixed = self.text_of(box)
        shown = box.pango_layout.text
        before, after = " " * shown.startswith(" "), " " * shown.endswith(" ")
        measured = not after or box.text.endswith(" ")
        if not measured and box is not self._last:
            raise NotPlainError("a space is dropped within a line")
        if abs(box.baseline - usual_baseline(box.style)) > _NEAR:
            raise NotPlainError("its characters are in other fonts, which decides on the height of the line")
        y = box.position_y + box.baseline - self.top
        setter, fixed = None, None
        if box.text.strip(" "):
            setter = self.setters.of(box)
            if is_fixed:
                fixed = setter.run(shown, ends_line=not measured)
                if fixed is None or fixed.rise:
                    raise NotPlainError("its text needs WeasyPrint")
        else:
            # White space between tags; at the end of a line, nothing is left of it.
            fixed = SetLine(box.text, b"", box.width)
        stream = self.canvas.stream(marks=False)
        stream.set_color(box.style["color"])
        prefix = operators(stream) + b"\n" + (setter.font_operator + b"\n" if setter else b"")
        self._sizes.append(box.style["font_size"])
        strokes = strokes_of(box, self.canvas)
        run = RunPlace(number, self._spacing, y, before, after, measured, setter, prefix, strokes, fixed)
        self._runs.append(run)

    def _add_space(self, amount: float) -> None:
        if amount < 0:
            raise NotPlainError("its texts overlap")
        self._spacing += amount

    def _is_without_effect(self, box: Any) -> bool:
        """Tell whether the line is as high without a box: one with the text in it, or a line break in its own style."""
        if not box.element_tag.startswith("br"):
            return any(True for _ in texts_in(box))
        same = all(box.style[name] == self._line.style[name] for name in _SAME_STRUT)
        return same and box.style["vertical_align"] == "baseline"


def _last_box(line: Any) -> Any:
    """Return the box at the very end of a line, which is the one that WeasyPrint drops a space from."""
    box = line
    while (is_line(box) or is_inline(box)) and box.children:
        box = box.children[-1]
    return box
