"""Choose paper, type size and column widths, so that a table fits its page whatever is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.engine.templating.text_width import SEMIBOLD, text_width

SMALLEST_TYPE = 6.5

_PAPERS = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
_SIDE_MARGINS = 32.0
_CELL_PADDING = 3.2
_SLACK = 0.4  # covers kerning, which metrics leave out
_MM_PER_POINT = 25.4 / 72
_HEAD_PER_BODY = 7.5 / 8

# In em of the body's type.
_WIDEST_UNBROKEN = 16.0
_WIDEST_NATURAL = 32.0
_COMFORTABLE = 8.0
_TIGHT = 4.5
_WIDEST_WORD = 9.0
_NARROWEST = 2.2


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that a column's width depends on: its heading, and cells and sums as printed.

    ``cells``: of a column that wraps a fair sample, else any choice that has the widest.
    """

    label: str
    cells: Sequence[str]
    sums: Sequence[str]
    wraps: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The chosen layout: paper in mm, type size in points, and a width in mm for each column."""

    width: float
    height: float
    type_size: float
    columns: tuple[float, ...]

    @property
    def is_landscape(self) -> bool:
        """Tell whether the paper lies on its long side."""
        return self.width > self.height


@dataclass(frozen=True, slots=True)
class _Need:
    """The smallest, the comfortable and the best width of a column, in em."""

    tight: float
    least: float
    natural: float


def choose_layout(columns: Sequence[Texts], paper: str) -> PageLayout:
    """Return the first that fits: upright, on its side, with smaller type, then on paper as wide as it takes.

    On wider paper, text columns get narrow and break their words. Type never falls below 6.5 pt, the smallest that
    reads well: a screen scrolls a wide page, and a printer scales it.
    """
    short, long = _PAPERS[paper]
    needs = [_need(column) for column in columns]
    for width, height, size in (
        (short, long, 8.0),
        (long, short, 8.0),
        (long, short, 7.0),
        (long, short, SMALLEST_TYPE),
    ):
        if _least(needs, size) <= width - _SIDE_MARGINS:
            return PageLayout(width, height, size, _share(needs, width - _SIDE_MARGINS, size))
    needs = [_Need(need.tight, need.tight, need.natural) for need in needs]
    width = round(max(long, _least(needs, SMALLEST_TYPE) + _SIDE_MARGINS), 2)
    height = round(min(width * short / long, long), 2)
    return PageLayout(width, height, SMALLEST_TYPE, _share(needs, width - _SIDE_MARGINS, SMALLEST_TYPE))


def _need(column: Texts) -> _Need:
    label = text_width(column.label) * _HEAD_PER_BODY * 1.02
    word = max((text_width(word) for word in column.label.split()), default=0.0) * _HEAD_PER_BODY * 1.02
    word = min(word, _WIDEST_WORD)
    if not column.wraps:
        # The widest counts, as a cell that does not fit would break a number in two.
        widest = max((text_width(cell, tabular=column.is_number) for cell in column.cells), default=0.0)
        sums = max((text_width(text, tabular=True) * SEMIBOLD for text in column.sums), default=0.0)
        unbroken = max(min(max(widest, sums), _WIDEST_UNBROKEN), word, _NARROWEST)
        return _Need(unbroken, unbroken, max(unbroken, min(label, _COMFORTABLE)))
    usual = _ninth_decile(text_width(cell[:200]) for cell in column.cells)
    words = _ninth_decile(max(map(text_width, cell[:200].split()), default=0.0) for cell in column.cells)
    natural = max(min(usual, _WIDEST_NATURAL), word, _NARROWEST)
    least = max(min(natural, _COMFORTABLE), min(words, _WIDEST_WORD), word)
    return _Need(min(least, _TIGHT), least, max(natural, least))


def _ninth_decile(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.9)] if ordered else 0.0


def _millimetres(em: float, size: float) -> float:
    return em * size * _MM_PER_POINT + _CELL_PADDING + _SLACK


def _least(needs: Sequence[_Need], size: float) -> float:
    return sum(_millimetres(need.least, size) for need in needs)


def _share(needs: Sequence[_Need], available: float, size: float) -> tuple[float, ...]:
    """Give each column what it needs, then what it would like as far as there is, and the rest to all by width."""
    least = [_millimetres(need.least, size) for need in needs]
    wishes = [_millimetres(need.natural, size) - given for need, given in zip(needs, least, strict=True)]
    spare = available - sum(least)
    granted = min(1.0, spare / sum(wishes)) if sum(wishes) > 0 else 0.0
    widths = [given + wish * granted for given, wish in zip(least, wishes, strict=True)]
    stretch = available / sum(widths) if widths else 1.0
    return tuple(round(width * stretch, 2) for width in widths)
