"""Set a line of a cell as WeasyPrint laid out a line of other texts.

A line is set run by run: each begins where the one before it ended, or as much further on as the inline boxes between
them have padding. Its height depends on its text only where it has just one, whose characters may be in other fonts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.engine.longtable.rows.badges import Badge
from reports.engine.longtable.rows.strokes import Stroke
from reports.engine.longtable.text.text_setter import SetLine, TextSetter

_SPACES = re.compile("[ \t\n\r]+")


class Piece(NamedTuple):
    """A text that is set: ``x`` in the row, ``y`` of its baseline below the top of the cell's content, in px."""

    run: RunPlace
    x: float
    y: float
    line: SetLine


class Area(NamedTuple):
    """The place of an inline box on a line that is set, in px."""

    span: SpanPlace
    x1: float
    x2: float


class PlacedTexts(NamedTuple):
    """The texts of a line that are set, on as many lines as it takes, which are of a ``height`` together, in px."""

    pieces: list[Piece]
    areas: list[Area]
    height: float

    @property
    def lowered(self) -> float:
        """Return how much further down the first baseline is than that of a line in one font, in px."""
        return max(0.0, self.pieces[0].line.rise) if self.pieces else 0.0


@dataclass(frozen=True, slots=True)
class RunPlace:
    """A run of text of a line. ``offset`` is the width in px of all that stands before it on the line and is no text.

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
    fixed: SetLine | None

    def set(self, text: str) -> SetLine | None:
        """Set a text, with as much white space at its ends as the example has."""
        if self.fixed is not None or self.setter is None:
            return self.fixed
        return self.setter.run(f"{self.before}{collapsed(text)}{self.after}", ends_line=not self.measured)


@dataclass(frozen=True, slots=True)
class SpanPlace:
    """An inline box with a link or a look of its own, from its first run up to another one; lengths in px.

    ``link`` is the number of the link in its cell. ``is_outermost``: no box around it has the same link. ``y`` and
    ``height`` are those of the link; ``badge_y`` is that of the box.
    """

    link: int | None
    badge: Badge | None
    is_outermost: bool
    first: int
    start: float
    stop: int
    end: float
    y: float
    badge_y: float
    height: float


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line of a cell: ``left`` and ``width`` are those of the block that it stands in, lengths in px.

    ``spacing`` is what is on it but texts; ``room`` what has to be left on it to be sure that WeasyPrint breaks it
    nowhere. ``wraps``: it has one text and nothing else, and may become several lines, each of this ``height``.
    ``rises``: they may be higher, where characters are in other fonts.
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
    rises: bool

    def set(self, texts: Sequence[str]) -> PlacedTexts | None:
        """Set the texts of a cell that stand here; None when WeasyPrint has to."""
        if self.wraps:
            return self._wrapped(texts)
        lines: list[SetLine] = []
        for run in self.runs:
            line = run.set(texts[run.text])
            if line is None or line.rise:
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
        return PlacedTexts(pieces, areas, self.height)

    def alone(self, text: str) -> Piece | None:
        """Set a text as the only one of a line that wraps; None when it takes another number of lines than one."""
        run = self.runs[0]
        lines = run.setter.lines(text, self.width) if run.setter is not None else None
        if lines is None or len(lines) != 1 or lines[0].rise:
            return None
        return Piece(run, self._begin(lines[0].width), run.y, lines[0])

    def _wrapped(self, texts: Sequence[str]) -> PlacedTexts | None:
        [run] = self.runs
        assert run.setter is not None
        lines = run.setter.lines(texts[run.text], self.width)
        if lines is None or (not self.rises and any(line.rise for line in lines)):
            return None
        pieces: list[Piece] = []
        height = 0.0
        for line in lines:
            pieces.append(Piece(run, self._begin(line.width), run.y + height + max(0.0, line.rise), line))
            height += self.height + abs(line.rise)
        return PlacedTexts(pieces, [], height)

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
