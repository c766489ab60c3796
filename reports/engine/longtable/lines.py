"""Take from a line that WeasyPrint has laid out what it takes to set it with other texts.

A line is set run by run: each begins where the one before it ended, or as much further on as the inline boxes between
them have padding. Its heights do not depend on its texts, since each of its runs is in one font.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes

from reports.engine.longtable.drawing import Canvas, operators
from reports.engine.longtable.setters import NotPlainError, Setters
from reports.engine.longtable.strokes import Stroke, strokes_of
from reports.engine.longtable.text import Line, TextSetter

_SPACES = re.compile("[ \t\n\r]+")
_LEFT_TO_RIGHT_ALIGNMENT = {"start": "left", "end": "right"}
_SAME_STRUT = ("font_family", "font_size", "font_weight", "font_style", "line_height")


class Piece(NamedTuple):
    """Be a text that is set: ``x`` in the row, ``y`` of its baseline below the top of the cell's content, in px."""

    run: RunPlace
    x: float
    y: float
    line: Line


class Area(NamedTuple):
    """Be where an inline box with a link is, in px, ``y`` as that of a piece; ``runs`` are numbers on its line."""

    span: SpanPlace
    x1: float
    x2: float


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Be a run of text of a line. ``offset`` is what is on the line before it but texts, in px.

    ``text`` is its number in the cell. ``before`` and ``after`` are the spaces that are kept at its ends; the one after
    it is not ``measured`` when it is the line's last. ``fixed`` is its line if that is the same in all rows.
    """

    text: int
    offset: float
    y: float
    before: str
    after: str
    measured: bool
    setter: TextSetter | None
    prefix: bytes
    strokes: tuple[Stroke, ...]
    fixed: Line | None

    def set(self, text: str) -> Line | None:
        """Set a text, with as much white space at its ends as the example has."""
        if self.fixed is not None or self.setter is None:
            return self.fixed
        return self.setter.run(f"{self.before}{collapsed(text)}{self.after}", ends_line=not self.measured)


@dataclass(frozen=True, slots=True)
class SpanPlace:
    """Be an inline box with a link, from its first run up to another one; lengths in px.

    ``link`` is the number of the link in its cell. ``is_outermost``: no box around it has the same link.
    """

    link: int
    is_outermost: bool
    first: int
    start: float
    stop: int
    end: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Be a line of a cell: ``left`` and ``width`` are those of the block that it stands in, lengths in px.

    ``spacing`` is what is on it but texts; ``room`` what has to be left on it to be sure that WeasyPrint breaks it
    nowhere. ``wraps``: it has one text and nothing else, and may become several lines, each of this ``height``.
    """

    runs: tuple[RunPlace, ...]
    spans: tuple[SpanPlace, ...]
    left: float
    width: float
    height: float
    spacing: float
    room: float
    align: str
    wraps: bool
    never_breaks: bool

    def set(self, texts: Sequence[str]) -> tuple[list[Piece], list[Area]] | None:
        """Set the texts of a cell that stand here; None when WeasyPrint has to."""
        if self.wraps:
            pieces = self._wrapped(texts)
            return None if pieces is None else (pieces, [])
        lines: list[Line] = []
        for run in self.runs:
            line = run.set(texts[run.text])
            if line is None:
                return None
            lines.append(line)
        # Where each run ends, but for what is on the line besides texts.
        ends = [0.0]
        for line in lines:
            ends.append(ends[-1] + line.width)
        width = self.spacing + ends[-1]
        if width + self.room > self.width and not self.never_breaks:
            return None
        x = self._begin(width)
        pieces = [
            Piece(run, x + end + run.offset, run.y, line)
            for run, line, end in zip(self.runs, lines, ends, strict=False)
        ]
        areas = [Area(span, x + ends[span.first] + span.start, x + ends[span.stop] + span.end) for span in self.spans]
        return pieces, areas

    def alone(self, text: str) -> Piece | None:
        """Set a text as the only one of a line that wraps; None when it takes another number of lines than one."""
        run = self.runs[0]
        lines = run.setter.lines(text, self.width) if run.setter is not None else None
        if lines is None or len(lines) != 1:
            return None
        return Piece(run, self._begin(lines[0].width), run.y, lines[0])

    def _wrapped(self, texts: Sequence[str]) -> list[Piece] | None:
        [run] = self.runs
        assert run.setter is not None
        lines = run.setter.lines(texts[run.text], self.width)
        if lines is None:
            return None
        return [
            Piece(run, self._begin(line.width), run.y + index * self.height, line) for index, line in enumerate(lines)
        ]

    def _begin(self, width: float) -> float:
        """Return where a line of a width begins. One that is wider than its block sticks out at its end."""
        if self.align == "left":
            return self.left
        room = max(0.0, self.width - width)
        return self.left + (room if self.align == "right" else room / 2)


def collapsed(text: str) -> str:
    """Return a text with single spaces only, and none at its ends."""
    if not text.isprintable() or "  " in text:
        text = _SPACES.sub(" ", text)
    return text.strip(" ")


@dataclass(slots=True)
class LineReader:
    """Read a line that WeasyPrint has laid out.

    ``text_of`` gives the number of the cell's text that a box has, and whether it is the same in all rows; ``link_of``
    the number of the link that a box has itself, or None. Both raise NotPlainError. ``top`` is that of the content.
    """

    setters: Setters
    canvas: Canvas
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

    def read(self, line: Any, block: Any) -> LinePlace:
        """Read a line of a block."""
        self._line, self._last = line, _last_box(line)
        self._never_breaks = line.style["white_space"] == "nowrap"
        for child in line.children:
            self._read(child, None)
        align, last = (str(line.style[name]) for name in ("text_align_all", "text_align_last"))
        align, last = (_LEFT_TO_RIGHT_ALIGNMENT.get(each, each) for each in (align, align if last == "auto" else last))
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
        )

    def _is_free(self, run: RunPlace) -> bool:
        return run.setter is not None and not (self._spacing or run.before or (run.after and run.measured))

    def _read(self, box: Any, link: int | None) -> None:
        if isinstance(box, boxes.TextBox):
            self._read_text(box)
        elif isinstance(box, boxes.InlineBox):
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
        if link is not None:
            y, height = box.position_y - self.top, box.margin_height()
            stop, end = len(self._runs), self._spacing
            self._spans[place] = SpanPlace(link, is_outermost, first, start, stop, end, y, height)
        self._add_space(box.margin_right)

    def _read_text(self, box: Any) -> None:
        number, is_fixed = self.text_of(box)
        shown = box.pango_layout.text
        before, after = " " * shown.startswith(" "), " " * shown.endswith(" ")
        measured = not after or box.text.endswith(" ")
        if not measured and box is not self._last:
            raise NotPlainError("a space is dropped within a line")
        y = box.position_y + box.baseline - self.top
        setter, fixed = None, None
        if box.text.strip(" "):
            setter = self.setters.of(box)
            if is_fixed:
                fixed = setter.run(shown, ends_line=not measured)
                if fixed is None:
                    raise NotPlainError("its text needs WeasyPrint")
        else:
            # White space between tags; at the end of a line, nothing is left of it.
            fixed = Line(box.text, b"", box.width)
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
            return any(isinstance(child, boxes.TextBox) for child in box.descendants())
        same = all(box.style[name] == self._line.style[name] for name in _SAME_STRUT)
        return same and box.style["vertical_align"] == "baseline"


def _last_box(line: Any) -> Any:
    """Return the box at the very end of a line, which is the one that WeasyPrint drops a space from."""
    box = line
    while isinstance(box, boxes.LineBox | boxes.InlineBox) and box.children:
        box = box.children[-1]
    return box
