"""Set the running lines of a page (WeasyPrint's margin boxes) once the number of pages is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.longtable.text.text_setter import TextSetter
from reports.engine.weasy.boxes import texts_in
from reports.engine.weasy.canvas import Canvas, number, operators
from reports.engine.weasy.drawing import draw_box
from reports.engine.weasy.margin_boxes import margin_boxes, style_page_type
from reports.engine.weasy.structure.tree import running_line
from reports.engine.weasy.typesetter import LaidOutDocument, box_of
from reports.engine.weasy.watermark import Watermark

_SHOWN_TEXT = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm\n(/\S+ \S+ Tf)\n(\[.*\] TJ)")

Drawing = Callable[[int], bytes]
"""What draws a running line, by the number of the page."""


class RunningLines:
    """Draw the margin boxes of pages that continue a table, in a document of ``total`` pages.

    WeasyPrint lays them out for three pages. Boxes that are the same on these are taken to be the same on all, and of a
    box that is one line of text with the page's number in it, only the text is set anew; if not, WeasyPrint lays out
    each. It does so with all where ``rows_set_strings``, which running lines may show.
    """

    def __init__(
        self,
        canvas: Canvas,
        setters: Setters,
        layout: LaidOutDocument,
        total: int,
        watermark: Watermark | None = None,
        *,
        rows_set_strings: bool = False,
    ) -> None:
        self._canvas = canvas
        self._setters = setters
        self._layout = layout
        self._total = total
        self._watermark = watermark
        self._rows_set_strings = rows_set_strings
        self._drawings: dict[int, list[Drawing]] = {}
        self._marks: dict[int, bytes] = {}

    def mark(self, page: Any) -> bytes:
        """Return what draws the watermark of a page; nothing of nothing."""
        if self._watermark is None:
            return b""
        if id(page) not in self._marks:
            stream = self._canvas.stream()
            self._watermark.draw(stream, page)
            self._marks[id(page)] = b"\n" + operators(stream)
        return self._marks[id(page)]

    def drawn(self, page: Any, page_number: int, last: int) -> bytes:
        """Return what draws the running lines of the page with that number, counted from one."""
        if id(page) not in self._drawings:
            self._drawings[id(page)] = self._learnt(page, (page_number, (page_number + last) // 2, last))
        return b"\n".join([drawing(page_number) for drawing in self._drawings[id(page)]])

    def _learnt(self, page: Any, numbers: tuple[int, int, int]) -> list[Drawing]:
        style_page_type(self._layout, page)
        if self._rows_set_strings:
            return [lambda page_number: b"\n".join(drawn for _, drawn in self._samples(page, page_number))]
        samples = [self._samples(page, page_number) for page_number in numbers]
        if len({len(sample) for sample in samples}) > 1:
            return [lambda page_number: b"\n".join(drawn for _, drawn in self._samples(page, page_number))]
        drawings: list[Drawing] = []
        for position, of_one_box in enumerate(zip(*samples, strict=True)):
            drawn = [each for _, each in of_one_box]
            if drawn[0] == drawn[1] == drawn[2]:
                drawings.append(lambda _, same=drawn[0]: same)  # type: ignore[misc]
                continue
            line = self._numbered_line([box for box, _ in of_one_box], drawn, numbers)
            if line is None:
                drawings.append(lambda page_number, at=position: self._samples(page, page_number)[at][1])  # type: ignore[misc]
            else:
                drawings.append(line)
        return drawings

    def _samples(self, page: Any, page_number: int) -> list[tuple[Any, bytes]]:
        page_box = box_of(page)
        samples = []
        for box in margin_boxes(self._layout, page_box, page_number, self._total):
            stream = self._canvas.stream(marks=False)
            draw_box(stream, box, page_box)
            samples.append((box, self._as_artifact(box, operators(stream))))
        return samples

    def _as_artifact(self, box: Any, drawn: bytes) -> bytes:
        if not self._canvas.is_tagged:
            return drawn
        return b"/Artifact %s BDC\n%s\nEMC" % (running_line(box), drawn)

    def _numbered_line(self, made: list[Any], drawn: list[bytes], numbers: tuple[int, int, int]) -> Drawing | None:
        texts = [*texts_in(made[0])]
        found = _SHOWN_TEXT.findall(drawn[0])
        pieces = _pieces(made[0].style["content"])
        if len(texts) != 1 or len(found) != 1 or pieces is None:
            return None
        try:
            setter = self._setters.of(texts[0])
        except NotPlainError:
            return None
        for share in (0.0, 1.0, 0.5):
            line = _NumberedLine(pieces, made[0].style, self._layout, self._total, setter, drawn[0], share)
            if line.starts_at(float(found[0][0]), numbers[0]) and all(map(_same, map(line, numbers), drawn)):
                return line
        return None


@dataclass(slots=True)
class _NumberedLine:
    """A line of text with numbers in it; ``share`` of the room is before it: 0 on the left, 1 on the right."""

    pieces: tuple[str | tuple[str, Any], ...]
    style: Any
    layout: LaidOutDocument
    total: int
    setter: TextSetter
    sample: bytes
    share: float
    anchor: float = 0.0

    def starts_at(self, x: float, page_number: int) -> bool:
        """Align to where the line of a page begins; return whether its text can be set."""
        line = self.setter.line(self._text(page_number))
        if line is None:
            return False
        self.anchor = x + self.share * line.width
        return True

    def __call__(self, page_number: int) -> bytes:
        """Draw the line of a page."""
        line = self.setter.line(self._text(page_number))
        if line is None:
            return b""
        x = number(self.anchor - self.share * line.width)
        before, _, y, font, _, after = _SHOWN_TEXT.split(self.sample)
        return b"%s1 0 0 -1 %s %s Tm\n%s\n%s%s" % (before, x, y, font, line.operators, after)

    def _text(self, page_number: int) -> str:
        values = {"page": page_number, "pages": self.total}
        counters = self.layout.context.counter_style
        return "".join(
            piece if isinstance(piece, str) else counters.render_value(values[piece[0]], piece[1])
            for piece in self.pieces
        )


def _pieces(content: Any) -> tuple[str | tuple[str, Any], ...] | None:
    """Return the texts and counters of a margin box; None when there is something else in it."""
    pieces: list[str | tuple[str, Any]] = []
    for kind, value in content:
        if kind == "string":
            pieces.append(value)
        elif kind == "counter()" and value[0] in ("page", "pages"):
            pieces.append((value[0], value[1]))
        else:
            return None
    return tuple(pieces)


def _same(ours: bytes, theirs: bytes) -> bool:
    """Compare drawings, and forgive the millionth part of a pixel."""
    parts = [_SHOWN_TEXT.split(drawing) for drawing in (ours, theirs)]
    places = [float(part[1]) for part in parts if len(part) > 1]
    if len(places) == 2 and abs(places[0] - places[1]) < 1e-4:
        parts[0][1] = parts[1][1]
    return parts[0] == parts[1]
