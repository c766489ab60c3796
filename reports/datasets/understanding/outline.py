"""Find rows that sum up their neighbours though no label says so: parents above their children, or below them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, log10, sqrt
from operator import gt
from random import Random

_MOST_CHILDREN = 64
_MOST_IN_A_DIFFERENCE = 6
_MOST_PLACES = 40
_MOST_OUTCOMES: int = 10**40
# Powers of ten: that many more outcomes than were tried. If all rows belong to one another, less is needed.
_SURE = 3.0
_SURE_OF_ALL = 2.0
_DOUBTFUL_OF_ALL = 1.0
_FEWEST_TO_SHUFFLE = 30
_ORDERS = 6
_SPREAD = 2.0

Cells = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Outline:
    """Rows that sum up others.

    ``parents`` are these if each row is one, or belongs to one: then all rows but these can be summed. If only some
    are, ``doubtful`` is the likeliest of them, and the number of rows whose sum or difference it has.
    """

    parents: frozenset[int] = frozenset()
    doubtful: tuple[int, int] | None = None


def outline_of(columns: Mapping[str, Cells], left_out: Collection[int]) -> Outline:
    """Find the rows that sum up others, by arithmetic alone. ``left_out`` are rows that are known to be sums."""
    rows = _rows(columns, left_out)
    if len(rows) < 2:
        return Outline()
    for ordered in (rows[::-1], rows):
        for takes_one in (False, True):
            found = _Stack(takes_one=takes_one)
            for row in ordered:
                found.add(row)
            if found.is_whole and found.score >= _DOUBTFUL_OF_ALL:
                is_sure = found.score >= _SURE_OF_ALL
                return Outline(frozenset(found.parents)) if is_sure else Outline(doubtful=found.doubtful)
    found = max((_some_of(ordered) for ordered in (rows[::-1], rows)), key=lambda some: some.best)
    return Outline(doubtful=found.doubtful if found.best >= _SURE and not _is_chance(rows) else None)


def outline_of_first(columns: Mapping[str, Cells], left_out: Collection[int]) -> Outline:
    """Tell whether the first rows of a long table seem to sum up others."""
    found = outline_of(columns, left_out)
    if not found.parents:
        return found
    rows = _rows(columns, left_out)
    return Outline(
        doubtful=max((_some_of(ordered) for ordered in (rows[::-1], rows)), key=lambda some: some.best).doubtful
    )


def _is_chance(rows: Sequence[_Row]) -> bool:
    """Tell whether about as many rows have the sum of others in any other order, as those of few prices do."""
    if len(rows) < _FEWEST_TO_SHUFFLE:
        return False
    generator = Random(0)  # noqa: S311, the same for the same rows
    by_chance = max(_some_of(generator.sample(rows, len(rows))).count for _ in range(_ORDERS))
    found = max(_some_of(ordered).count for ordered in (rows[::-1], rows))
    return found <= by_chance + _SPREAD * sqrt(by_chance)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's numbers as whole multiples of what all numbers of their column are multiples of."""

    number: int
    values: tuple[int, ...]
    is_parent: bool = False


class _Stack:
    """Rows without a parent, in their order.

    ``best`` says of the likeliest parent how many powers of ten more outcomes there were than those tried, and
    ``score`` says it of all parents together. ``count`` is how many are likely.
    """

    def __init__(self, *, takes_one: bool = False, has_differences: bool = False) -> None:
        self._takes_one = takes_one
        self._has_differences = has_differences
        self._rows: list[_Row] = []
        self._tried = 1
        self.score = 0.0
        self.parents: set[int] = set()
        self.best = -1.0
        self.count = 0
        self.doubtful: tuple[int, int] | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether each row is a parent or has one."""
        return all(row.is_parent or not any(row.values) for row in self._rows)

    def add(self, row: _Row) -> None:
        """Take the next row."""
        count = self._children_of(row)
        if count:
            chance = log10(max(1, _outcomes(row)))
            if count > 1:
                self.score += chance - log10(max(1, len(self._rows)))
                self._keep(row, count, chance)
            self.parents.add(row.number)
            del self._rows[-count:]
        elif self._has_differences and (count := self._minuends_of(row)):
            self._keep(row, count, log10(max(1, _outcomes(row))))
        self._rows.append(_Row(row.number, row.values, is_parent=bool(count)))

    def _keep(self, row: _Row, count: int, chance: float) -> None:
        chance -= log10(self._tried)
        self.count += chance >= _SURE
        if chance > self.best:
            self.best, self.doubtful = chance, (row.number, count)

    def _children_of(self, row: _Row) -> int:
        """Count the last rows whose sum a row has."""
        if not any(row.values):
            return 0
        rows, sums, found = self._rows, [0] * len(row.values), 0
        can_fall = False
        for count in range(1, min(len(rows), _MOST_CHILDREN) + 1):
            last = rows[-count]
            if found and any(last.values):
                break
            sums = [total + value for total, value in zip(sums, last.values, strict=True)]
            can_fall = can_fall or min(last.values) < 0
            if not can_fall and any(map(gt, sums, row.values)):
                break
            self._tried += 1
            if tuple(sums) == row.values and (count > 1 or self._takes_one):
                found = count
        return found

    def _minuends_of(self, row: _Row) -> int:
        """Count the last rows of which a row has what is left if all others are taken from the first."""
        rest = [0] * len(row.values)
        for count in range(1, min(len(self._rows), _MOST_IN_A_DIFFERENCE) + 1):
            last = self._rows[-count]
            self._tried += 1
            if count > 1 and any(row.values) and any(rest):
                left = tuple(value - others for value, others in zip(last.values, rest, strict=True))
                if left == row.values:
                    return count
            rest = [total + value for total, value in zip(rest, last.values, strict=True)]
        return 0


def _some_of(rows: Sequence[_Row]) -> _Stack:
    found = _Stack(has_differences=True)
    for row in rows:
        found.add(row)
    return found


def _outcomes(row: _Row) -> int:
    """Return how many values a row might have had."""
    outcomes = 1
    for value in row.values:
        outcomes *= max(1, abs(value))
    return min(outcomes, _MOST_OUTCOMES)


def _rows(columns: Mapping[str, Cells], left_out: Collection[int]) -> list[_Row]:
    whole = [values for cells in columns.values() if (values := _whole(cells)) is not None]
    rows = enumerate(zip(*whole, strict=True)) if whole else ()
    return [
        _Row(number, tuple(value or 0 for value in values))
        for number, values in rows
        if number not in left_out and any(value is not None for value in values)
    ]


def _whole(cells: Cells) -> list[int | None] | None:
    """Return numbers as multiples of what they all are multiples of; None for a column without numbers."""
    exponents = [int(cell.as_tuple().exponent) for cell in cells if cell is not None]
    if not exponents or min(exponents) < -_MOST_PLACES or max(exponents) > _MOST_PLACES:
        return None
    places = max(0, -min(exponents))
    scaled = [None if cell is None else int(cell.scaleb(places)) for cell in cells]
    step = gcd(*(value for value in scaled if value))
    return None if not step else [None if value is None else value // step for value in scaled]
