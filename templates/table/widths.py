"""Choose paper, type size and column widths, so that tables fit their pages whatever is in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.engine.templating.text_width import SEMIBOLD, text_width

SMALLEST_TYPE = 6.5

_PAPERS = {
    "A5": (148.0, 210.0),
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "Letter": (215.9, 279.4),
    "Tabloid": (279.4, 431.8),
}
_LARGER = {"A4": "A3", "Letter": "Tabloid"}
_SIDE_MARGINS = 32.0
_CELL_PADDING = 3.2
_APART = 2.8  # so that 6 mm part a number from a text behind it
_SLACK = 0.4  # covers kerning, which metrics leave out
_MM_PER_POINT = 25.4 / 72
# The type of headings by that of the body, as the style sheet has them, in points.
_HEAD_TYPE = {8.0: 7.5, 7.0: 6.5, SMALLEST_TYPE: 6.5}
_MEDIUM_WEIGHT = 1.03

# In em of the body's type.
_WIDEST_UNBROKEN = 16.0
_WIDEST_NATURAL = 32.0
_COMFORTABLE = 8.0
_SHORT = 12.0
# Prose in a narrower column makes rows as high as a page.
_PROSE = 20.0
_WIDEST_WORD = 9.0
_WIDEST_HEAD_WORD = 16.0
_NARROWEST = 2.2
# Columns that are alone on the last pages are not spread over all of their width.
_MOST_STRETCH = 2.5


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that a column's width depends on: its heading, and cells and sums as printed.

    ``cells`` are a fair sample of a column that wraps, else any choice that has the widest.
    """

    label: str
    cells: Sequence[str]
    sums: Sequence[str]
    wraps: bool
    is_number: bool
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Columns that stand side by side on a page: their numbers, and their widths in mm."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The chosen layout: paper in mm, type size in points, and for each table the spreads that its columns make.

    The first column is repeated in each spread.
    """

    width: float
    height: float
    type_size: float
    tables: tuple[tuple[Spread, ...], ...]

    @property
    def is_landscape(self) -> bool:
        """Tell whether the paper lies on its long side."""
        return self.width > self.height

    @property
    def text_width(self) -> float:
        """Return the width between the margins, in mm."""
        return self.width - _SIDE_MARGINS


@dataclass(frozen=True, slots=True)
class _Need:
    """The least and the best width of a column, in em, and the space beside it, in mm."""

    least: float
    natural: float
    beside: float = 0.0

    def millimetres(self, em: float, size: float) -> float:
        """Return a width in mm, with the space around what stands in it."""
        return em * size * _MM_PER_POINT + _CELL_PADDING + self.beside + _SLACK


def choose_layout(tables: Sequence[Sequence[Texts]], paper: str, orientation: str | None = None) -> PageLayout:
    """Return the first that fits: upright, on its side, with smaller type, on paper of twice the size, else spread.

    Larger paper is only taken where neither it nor the orientation was asked for. A table that fits on none is spread
    over several pages side by side. Type never falls below 6.5 pt, the smallest that reads well.
    """
    candidates = _candidates(paper, orientation)
    for width, height, size in candidates:
        needs = [[_need(column, size) for column in columns] for columns in tables]
        if all(_least(each, size) <= width - _SIDE_MARGINS for each in needs):
            spreads = tuple((_whole(each, width - _SIDE_MARGINS, size),) for each in needs)
            return PageLayout(width, height, size, spreads)
    width, height, size = next(each for each in candidates if each[2] == 7.0)
    needs = [[_need(column, size) for column in columns] for columns in tables]
    return PageLayout(width, height, size, tuple(_spreads(each, width - _SIDE_MARGINS, size) for each in needs))


def _candidates(paper: str, orientation: str | None) -> list[tuple[float, float, float]]:
    short, long = _PAPERS[paper]
    upright = [(short, long, size) for size in _HEAD_TYPE]
    on_its_side = [(long, short, size) for size in _HEAD_TYPE]
    if orientation is not None:
        return upright if orientation == "portrait" else on_its_side
    larger = _PAPERS[_LARGER[paper]] if paper in _LARGER else None
    return [upright[0], *on_its_side, *([(larger[1], larger[0], 7.0)] if larger else [])]


def _need(column: Texts, size: float) -> _Need:
    beside = _APART if column.is_apart else 0.0
    of_head = _HEAD_TYPE[size] / size * _MEDIUM_WEIGHT
    label = text_width(column.label) * of_head
    word = max((text_width(word) for word in column.label.split()), default=0.0) * of_head
    word = min(word, _WIDEST_HEAD_WORD)
    if not column.wraps:
        # The widest counts, as a cell that does not fit would break a number in two.
        widest = max((text_width(cell, tabular=column.is_number) for cell in column.cells), default=0.0)
        sums = max((text_width(text, tabular=True) * SEMIBOLD for text in column.sums), default=0.0)
        unbroken = max(min(max(widest, sums), _WIDEST_UNBROKEN), word, _NARROWEST)
        return _Need(unbroken, max(unbroken, min(label, _COMFORTABLE)), beside)
    usual = _ninth_decile(max(map(text_width, cell[:200].split("\n"))) for cell in column.cells)
    words = _ninth_decile(max(map(text_width, cell[:200].split()), default=0.0) for cell in column.cells)
    natural = max(min(usual, _WIDEST_NATURAL), word, _NARROWEST)
    comfortable = _PROSE if usual >= _WIDEST_NATURAL else _COMFORTABLE
    # Numbers of accounts and the like are one word, and hard to read in two parts.
    are_names = all(len(cell[:200].split()) < 2 for cell in column.cells)
    least = max(min(natural, comfortable), min(words, _WIDEST_UNBROKEN if are_names else _WIDEST_WORD), word)
    return _Need(least, max(natural, least))


def _ninth_decile(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.9)] if ordered else 0.0


def _least(needs: Sequence[_Need], size: float) -> float:
    return sum(need.millimetres(need.least, size) for need in needs)


def _whole(needs: Sequence[_Need], available: float, size: float) -> Spread:
    return Spread(tuple(range(len(needs))), _share(needs, available, size))


def _spreads(needs: Sequence[_Need], available: float, size: float) -> tuple[Spread, ...]:
    """Put columns side by side as far as they fit, and spread them evenly over as many pages as that takes."""
    if _least(needs, size) <= available:
        return (_whole(needs, available, size),)
    count = len(_filled(needs, available, size))
    low, high = available / 2, available
    for _ in range(12):
        middle = (low + high) / 2
        if len(_filled(needs, middle, size)) > count:
            low = middle
        else:
            high = middle
    return tuple(
        Spread(columns, _share([needs[index] for index in columns], available, size, most_stretch=_MOST_STRETCH))
        for columns in _filled(needs, high, size)
    )


def _filled(needs: Sequence[_Need], available: float, size: float) -> list[tuple[int, ...]]:
    """Return the numbers of columns that stand side by side, the first with each."""
    widths = [need.millimetres(need.least, size) for need in needs]
    filled: list[list[int]] = [[0]]
    used = widths[0]
    for number, width in enumerate(widths[1:], 1):
        if used + width > available and len(filled[-1]) > 1:
            filled.append([0])
            used = widths[0]
        filled[-1].append(number)
        used += width
    return list(map(tuple, filled))


def _share(
    needs: Sequence[_Need], available: float, size: float, *, most_stretch: float = float("inf")
) -> tuple[float, ...]:
    """Give each column what it needs, then what it would like as far as there is, and the rest to all by width.

    Short texts come before longer ones, and these before prose, which has lines in any case.
    """
    widths = [need.millimetres(need.least, size) for need in needs]
    for most in (_SHORT, _PROSE, _WIDEST_NATURAL):
        wishes = [
            max(0.0, need.millimetres(min(need.natural, most), size) - width)
            for need, width in zip(needs, widths, strict=True)
        ]
        spare = available - sum(widths)
        granted = max(0.0, min(1.0, spare / sum(wishes))) if sum(wishes) > 0 else 0.0
        widths = [width + wish * granted for width, wish in zip(widths, wishes, strict=True)]
    stretch = min(available / sum(widths), most_stretch) if widths else 1.0
    return tuple(round(width * stretch, 2) for width in widths)
