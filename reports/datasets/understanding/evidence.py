"""Gather what the cells of a column are, block by block, in memory that its rows do not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from reports.datasets.understanding.cell_text import (
    LONGEST_VALUE,
    has_wrapped,
    is_wrapped,
    plain,
    plain_texts,
    shapes_of,
)
from reports.datasets.understanding.clock_shape import ClockEvidence, clock_shape
from reports.datasets.understanding.day_evidence import DayEvidence
from reports.datasets.understanding.day_shape import day_shape
from reports.datasets.understanding.marked_number import is_marked_number
from reports.datasets.understanding.number_evidence import NumberEvidence
from reports.datasets.understanding.number_shape import number_shape
from reports.datasets.understanding.words import is_error, is_nothing, names_a_part, names_the_sum

_MOST_KNOWN = 1024
_MOST_WORDS = 4
_MOST_LABELS = 1000
_MOST_MISFITS = 3
_FLOAT_DIGITS = 15
_LONGEST_EXACT = 16
_NOTHING: frozenset[type] = frozenset((type(None),))
_TEXT: frozenset[type] = frozenset((str,))
_TRUTH: frozenset[type] = frozenset((bool,))
_NUMBERS: frozenset[type] = frozenset((int, float, Decimal))


class Look(Enum):
    """What a shape is by itself."""

    NUMBER = auto()
    DAY = auto()
    CLOCK = auto()
    NOTHING = auto()
    ERROR = auto()
    LABEL = auto()
    MARKED = auto()
    OTHER = auto()


_VALUES = frozenset((Look.NUMBER, Look.DAY, Look.CLOCK))
_BESIDES = frozenset((Look.NOTHING, Look.ERROR, Look.LABEL))


def look_of(shape: str, *, are_amounts: bool = False) -> Look:
    """Tell what a shape is; ``are_amounts`` as for ``number_shape``."""
    if len(shape) > LONGEST_VALUE:
        return Look.LABEL if names_the_sum(shape) or names_a_part(shape) else Look.OTHER
    if number_shape(shape, are_amounts=are_amounts) is not None:
        return Look.NUMBER
    if day_shape(shape) is not None:
        return Look.DAY
    if clock_shape(shape) is not None:
        return Look.CLOCK
    if is_nothing(shape):
        return Look.NOTHING
    if is_error(shape):
        return Look.ERROR
    if names_the_sum(shape) or names_a_part(shape):
        return Look.LABEL
    return Look.MARKED if is_marked_number(shape) else Look.OTHER


class Evidence:
    """All that is known of a column's cells.

    ``is_open``: its cells may still be numbers or days throughout. ``labels`` are the rows whose cell names a sum.
    ``misfit`` are the rows and the texts of the first cells that are neither. ``marked`` counts those of them that are
    numbers beside a mark, and ``misfits`` the others. ``are_amounts``: its name says so, so that R 18 is no room.
    ``is_wrapped``: such cells are texts as Excel writes them into CSV files, as in ``="01067"``.
    """

    def __init__(self, wanted: Look | None = None, *, are_amounts: bool = False) -> None:
        self.look = wanted
        self._are_amounts = are_amounts
        self._is_wanted = wanted is not None
        self.is_open = True
        self.is_empty = True
        self.is_plain = True
        self.has_blanks = False
        self.has_truths = self.has_typed = self.has_noise = False
        self.values = 0
        self.numbers: NumberEvidence | None = None
        self.days: DayEvidence | None = None
        self.clocks: ClockEvidence | None = None
        self.words: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.labels: list[int] = []
        self.misfit: list[tuple[int, str]] = []
        self.misfits = self.marked = 0
        self.is_wrapped = self.has_triangles = False
        self._looks: tuple[dict[str, Look], dict[str, Look]] = ({}, {})

    @property
    def has_others(self) -> bool:
        """Tell whether some cells are neither numbers nor days: blanks, words for nothing, labels."""
        return bool(self.has_blanks or self.words or self.errors or self.labels or self.misfit)

    def add(self, cells: Sequence[Any], first: int) -> None:
        """Take the cells of a block; ``first`` is the number of its first row."""
        types = set(map(type, cells)) - _NOTHING
        self.is_empty = self.is_empty and not types
        if not types:
            return
        if not self.is_open:
            self.is_wrapped = self.is_wrapped or (has_wrapped(cells) and any(map(_is_wrapped, cells)))
            return
        self.has_blanks = self.has_blanks or "" in cells
        if types == _TEXT:
            present = cells if None not in cells and "" not in cells else [cell for cell in cells if cell]
            self._add_texts(present, cells, first)
        elif types == _TRUTH:
            self.has_truths = True
        elif types <= _NUMBERS | _TEXT:
            numbers = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
            self._add_texts(self._written(numbers), cells, first, is_typed=True)
            self._add_texts([cell for cell in cells if isinstance(cell, str) and cell], cells, first)
        else:
            self._close()
        if self.has_truths and (self.values or self.words):
            self._close()

    def _close(self) -> None:
        """Forget what was found, as cells of other types make it text, whichever of them came first."""
        self.is_open = False
        self.numbers = self.days = self.clocks = None
        self.misfit = []

    def _written(self, numbers: Sequence[Any]) -> Sequence[str]:
        """Write JSON's numbers as text; of what has been computed, such as 0.30000000000000004, 15 digits."""
        self.has_typed = True
        texts = [repr(number) if type(number) is not Decimal else str(number) for number in numbers]
        if max(map(len, texts), default=0) <= _LONGEST_EXACT:
            return texts
        self.has_noise = True
        return [
            repr(sure_float(number)) if len(text) > _LONGEST_EXACT and type(number) is float else text
            for number, text in zip(numbers, texts, strict=True)
        ]

    def _add_texts(self, texts: Sequence[str], cells: Sequence[Any], first: int, *, is_typed: bool = False) -> None:
        known = self._looks[is_typed]
        plains = plain_texts(texts) if texts else ()
        if not plains or not self.is_open:
            self.is_open = self.is_open and plains is not None
            return
        shapes = shapes_of(plains)
        are_amounts = self._are_amounts
        looks = _agreed(
            {shape: known.get(shape) or look_of(shape, are_amounts=are_amounts) for shape in dict.fromkeys(shapes)}
        )
        if self.look is None:
            counts = Counter(map(looks.__getitem__, shapes))
            self.look = max(_VALUES & counts.keys(), key=lambda look: (counts[look], look.value), default=None)
        new = [shape for shape, look in looks.items() if look is self.look and shape not in known]
        if set(looks.values()) != {self.look}:
            aside = {shape for shape, look in looks.items() if look is not self.look}
            pairs = list(zip(plains, shapes, strict=True))
            self._set_aside([(text, looks[shape]) for text, shape in pairs if shape in aside], cells, first)
            plains = [text for text, shape in pairs if shape not in aside]
        if len(known) + len(looks) > _MOST_KNOWN:
            known.clear()
        known.update(looks)
        self.values += len(plains)
        if plains and self.is_open:
            self._add_values(plains, new, is_typed=is_typed)
            joined = "".join(texts)
            self.is_plain = self.is_plain and joined.isascii()
            self.has_triangles = self.has_triangles or (not joined.isascii() and ("▲" in joined or "△" in joined))

    def _set_aside(self, found: Sequence[tuple[str, Look]], cells: Sequence[Any], first: int) -> None:
        """Take cells that are no values; close the column if one is text, unless a caller said what it holds."""
        others = [text for text, look in found if look not in _BESIDES]
        if others:
            marked = sum(look is Look.MARKED for _, look in found)
            self.marked += marked
            self.misfits += len(others) - marked
            more = list(dict.fromkeys(others))[: _MOST_MISFITS - len(self.misfit)]
            self.misfit += [(first + _row_of(text, cells), text) for text in more]
            self.is_wrapped = self.is_wrapped or any(map(is_wrapped, others))
            self.is_open = self._is_wanted
        for text, look in found:
            kept = self.words if look is Look.NOTHING else self.errors
            if look in (Look.NOTHING, Look.ERROR) and (text in kept or len(kept) < _MOST_WORDS):
                kept[text] += 1
        if any(look is Look.LABEL for _, look in found):
            rows = [first + row for row, cell in enumerate(cells) if isinstance(cell, str) and _is_label(plain(cell))]
            self.labels += rows[: _MOST_LABELS - len(self.labels)]

    def _add_values(self, texts: Sequence[str], new: Sequence[str], *, is_typed: bool) -> None:
        if self.look is Look.CLOCK:
            self.clocks = self.clocks or ClockEvidence()
            self.clocks.add_shapes(clock for shape in new if (clock := clock_shape(shape)) is not None)
            self.clocks.add_texts(texts)
            self.is_open = self.clocks.is_right
            return
        if self.look is Look.DAY:
            self.days = self.days or DayEvidence()
            self.days.add_shapes([(shape, day) for shape in new if (day := day_shape(shape)) is not None])
            self.days.add_texts(texts)
            self.is_open = bool(self.days.orders)
            return
        self.numbers = self.numbers or NumberEvidence()
        self.numbers.add_shapes(
            [
                (shape, found)
                for shape in new
                if (found := number_shape(shape, are_amounts=self._are_amounts)) is not None
            ],
            is_typed=is_typed,
        )
        self.numbers.add_texts(texts, is_typed=is_typed)
        if self.numbers.has_powers:
            self.numbers.add_powers(text for text in texts if "e" in text or "E" in text)
        self.is_open = bool(self.numbers.marks) and not self.numbers.is_too_long


def _agreed(looks: dict[str, Look]) -> dict[str, Look]:
    """Take ``45m`` and ``2h`` for durations beside ``1h 20m``."""
    if not {Look.NUMBER, Look.CLOCK} <= set(looks.values()):
        return looks
    return {
        shape: Look.CLOCK if look is Look.NUMBER and clock_shape(shape) is not None else look
        for shape, look in looks.items()
    }


def sure_float(number: float) -> float:
    """Return a number that was computed with the 15 digits that are sure."""
    return float(f"{number:.{_FLOAT_DIGITS}g}")


def _is_wrapped(cell: Any) -> bool:
    return isinstance(cell, str) and is_wrapped(cell.strip())


def _is_label(text: str) -> bool:
    return names_the_sum(text) or names_a_part(text)


def _row_of(text: str, cells: Sequence[Any]) -> int:
    return next((row for row, cell in enumerate(cells) if isinstance(cell, str) and plain(cell) == text), 0)
