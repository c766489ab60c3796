"""Tell whether two drawings show the same, however their operators are arranged (ISO 32000-1, 8 and 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

_TOKEN = re.compile(rb"<<.*?>>|\[[^\]]*\]|<[0-9A-Fa-f]*>|/[^\s/<\[]*|[^\s/<\[]+")
_SHOWN = re.compile(rb"<([0-9A-Fa-f]*)>|(-?[\d.]+)")
_NUMBER = re.compile(rb"[-+]?\d*\.?\d+")
_NEAR = 2e-3
"""What places may differ by, in px: both ways write four decimals or more, of numbers that were added up otherwise."""

_NEAR_KERNING = 1.001
"""What the space between glyphs may differ by, in thousandths of the font's size: it is cut to whole ones."""

_PATHS = {"m", "l", "c", "re", "h", "W", "W*"}
_STROKES, _FILLS, _CLIP = {"S", "s", "B", "B*", "b", "b*"}, {"f", "f*", "B", "B*", "b", "b*"}, "n"
_FILL_COLOURS = {"rg", "g", "k", "sc", "scn"}
_STROKE_COLOURS = {name.upper() for name in _FILL_COLOURS}

Shown = tuple[Any, ...]


def are_alike(one: bytes, other: bytes) -> bool:
    """Tell whether two drawings show the same texts, lines and areas at the same places, in the same order."""
    ours, theirs = list(_Reader().shown(one)), list(_Reader().shown(other))
    return len(ours) == len(theirs) and all(_alike(mine, right) for mine, right in zip(ours, theirs, strict=True))


def _alike(one: Any, other: Any, near: float = _NEAR) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= near
    if isinstance(one, _Kerning) and isinstance(other, _Kerning):
        return _alike(one.amounts, other.amounts, _NEAR_KERNING)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(_alike(a, b, near) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@dataclass(frozen=True, slots=True)
class _Kerning:
    """The space after each glyph."""

    amounts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """The state that the look of a drawing depends on besides its operator."""

    x: float = 0.0
    y: float = 0.0
    font: Shown = ()
    fill: tuple[tuple[str, Shown], ...] = ()
    stroke: tuple[tuple[str, Shown], ...] = ()
    scales: Shown = ()

    def with_fill(self, which: str, value: Shown) -> _State:
        return replace(self, fill=tuple(sorted({**dict(self.fill), which: value}.items())))

    def with_stroke(self, which: str, value: Shown) -> _State:
        return replace(self, stroke=tuple(sorted({**dict(self.stroke), which: value}.items())))


@dataclass(slots=True)
class _Reader:
    """Follow the operators of a drawing."""

    state: _State = _State()
    kept: list[_State] = field(default_factory=list)
    matrix: Shown = ()
    path: list[Shown] = field(default_factory=list)
    mark: int = 0
    marks: list[int] = field(default_factory=list)
    seen_marks: int = 0

    def shown(self, drawn: bytes) -> Iterator[Shown]:
        operands: list[Any] = []
        for token in _TOKEN.findall(drawn):
            if token[:1] in b"[</" or _NUMBER.fullmatch(token):
                operands.append(float(token) if _NUMBER.fullmatch(token) else token)
                continue
            yield from self._follow(token.decode("latin-1"), tuple(operands))
            operands = []

    def _follow(self, operator: str, operands: Shown) -> Iterator[Shown]:
        if operator == "TJ":
            glyphs, kerning = _glyphs(operands[0])
            yield (
                "text",
                self.mark,
                self.state.scales,
                self._placed(self.matrix),
                self.state.font,
                self.state.fill,
                glyphs,
                kerning,
            )
        elif operator in _PATHS:
            points = 2 if operator == "re" else len(operands)
            self.path.append((operator, *self._moved(operands[:points]), *operands[points:]))
        elif operator == "Do":
            yield operator, self.mark, operands, self.state.x, self.state.y, self.state.scales
        elif operator == _CLIP or operator in _STROKES | _FILLS:
            fill = self.state.fill if operator in _FILLS else ()
            stroke = self.state.stroke if operator in _STROKES else ()
            yield operator, self.mark, tuple(self.path), fill, stroke, self.state.scales
            self.path = []
        elif operator in ("BDC", "BMC", "EMC"):
            self._mark(operator)
        elif operator not in ("BT", "ET"):
            self._set(operator, operands)

    def _set(self, operator: str, operands: Shown) -> None:
        if operator == "q":
            self.kept.append(self.state)
        elif operator == "Q":
            self.state = self.kept.pop()
        elif operator == "Tm":
            self.matrix = operands
        elif operator == "Tf":
            self.state = replace(self.state, font=operands)
        elif operator == "cm" and operands[:4] == (1.0, 0.0, 0.0, 1.0):
            self.state = replace(self.state, x=self.state.x + operands[4], y=self.state.y + operands[5])
        elif operator == "cm":
            scales = (*self.state.scales, self.state.x, self.state.y, operands)
            self.state = replace(self.state, scales=scales, x=0.0, y=0.0)
        elif operator == "gs":
            is_fill = operands[0].startswith(b"/a")
            self.state = (self.state.with_fill if is_fill else self.state.with_stroke)("gs", operands)
        elif operator in _FILL_COLOURS:
            self.state = self.state.with_fill("colour", (operator, *operands))
        elif operator in _STROKE_COLOURS:
            self.state = self.state.with_stroke("colour", (operator, *operands))
        elif operator == "cs":
            self.state = self.state.with_fill("space", operands)
        else:
            self.state = self.state.with_stroke(operator, operands)

    def _mark(self, operator: str) -> None:
        if operator == "EMC":
            self.mark = self.marks.pop()
            return
        self.marks.append(self.mark)
        is_artifact = operator == "BMC"
        self.seen_marks += not is_artifact
        self.mark = -1 if is_artifact else self.seen_marks

    def _moved(self, numbers: Shown) -> Shown:
        return tuple(each + (self.state.y if index % 2 else self.state.x) for index, each in enumerate(numbers))

    def _placed(self, matrix: Shown) -> Shown:
        return (*matrix[:4], *self._moved(matrix[4:]))


def _glyphs(shown: bytes) -> tuple[bytes, _Kerning]:
    """Return the glyphs of an array that is shown, and the space after each."""
    digits: list[bytes] = []
    amounts: list[float] = []
    for glyphs, kerning in _SHOWN.findall(shown):
        if kerning:
            amounts += [0.0] * (len(b"".join(digits)) // 4 - len(amounts))
            if amounts:
                amounts[-1] += float(kerning)
        else:
            digits.append(glyphs)
    joined = b"".join(digits)
    return joined, _Kerning((*amounts, *[0.0] * (len(joined) // 4 - len(amounts))))
