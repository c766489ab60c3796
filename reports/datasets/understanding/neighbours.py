"""Find out by arithmetic what columns of numbers are to one another: balances, and prices of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Any

from reports.datasets.understanding.name_words import SUM_WORDS
from reports.datasets.understanding.naming import Role, counts_things, role_of, words_of
from reports.datasets.understanding.summing import decimals_with_gaps

_FEWEST_FOR_A_PATTERN = 3
_FEWEST_IN_TIME = 6
_MOST_COMPARED = 12
_ZERO = Decimal(0)
_CENT = Decimal("0.01")

Numbers = Mapping[str, Sequence[Decimal | None]]


def whys_by_neighbours(heads: Mapping[str, Sequence[Any]], days: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Return in a few words why columns are not summed. ``heads`` are the first cells of numbers, ``days`` of days."""
    few = list(heads.items())[:_MOST_COMPARED]
    numbers = {key: cells for key, head in few if (cells := decimals_with_gaps(head)) is not None}
    unsure = [key for key in numbers if role_of(key) is Role.UNKNOWN]
    found = dict.fromkeys(_running_totals(numbers), Role.BALANCE.value)
    if any(map(_is_in_order, days)):
        found |= dict.fromkeys(filter(lambda key: _only_rises(key, numbers[key]), numbers), Role.BALANCE.value)
    found |= dict.fromkeys(_prices(numbers, unsure), Role.PRICE.value)
    if sum(role_of(key) is Role.PRICE for key in numbers) > 1:
        found |= dict.fromkeys(unsure, Role.PRICE.value)
    if any(role_of(key) is Role.AGE or _is_of_bodies(key) for key in numbers):
        found |= {key: Role.MEASUREMENT.value for key in numbers if not _WEIGHTS.isdisjoint(words_of(key))}
    return found


def summands(heads: Mapping[str, Sequence[Any]]) -> set[str]:
    """Return the columns whose names say nothing, but whose sum in each row stands behind them as a total."""
    found: set[str] = set()
    before: list[str] = []
    for key, head in heads.items():
        role = role_of(key)
        if role is Role.AMOUNT and len(before) > 1 and not SUM_WORDS.isdisjoint(words_of(key)):
            columns = [decimals_with_gaps(heads[name]) for name in before]
            if _are_sums(decimals_with_gaps(head), [cells for cells in columns if cells is not None]):
                found.update(before)
        before = [*before, key] if role in (Role.UNKNOWN, Role.MEASUREMENT) else []
    return found


def _are_sums(totals: Sequence[Decimal | None] | None, columns: Sequence[Sequence[Decimal | None]]) -> bool:
    if totals is None or not any(totals) or len(columns) < 2:
        return False
    sums = [sum((cell or _ZERO for cell in row), _ZERO) for row in zip(*columns, strict=True)]
    return all(total is None or total == found for total, found in zip(totals, sums, strict=True))


_WEIGHTS = frozenset("weight gewicht poids peso mass masse".split())  # noqa: SIM905
_BODIES = frozenset("height grosse groesse bmi taille altura altezza lengte bp pulse puls".split())  # noqa: SIM905


def _is_of_bodies(key: str) -> bool:
    return not _BODIES.isdisjoint(words_of(key))


def _running_totals(numbers: Numbers) -> Iterator[str]:
    """Yield columns whose numbers are what is left after each row's amount, or what was there before it."""
    for key, cells in numbers.items():
        steps = _steps(cells)
        others = [other for name, other in numbers.items() if name != key]
        if steps and any(_are_steps(steps, amounts) for amounts in _amounts(others)):
            yield key


def _steps(cells: Sequence[Decimal | None]) -> list[Decimal]:
    """Return by how much each cell differs from the one before; nothing if there are too few, or gaps."""
    known = [cell for cell in cells if cell is not None]
    if len(known) < _FEWEST_FOR_A_PATTERN or len(known) != len(cells):
        return []
    steps = [after - before for before, after in pairwise(known)]
    return steps if any(steps) else []


def _amounts(columns: Sequence[Sequence[Decimal | None]]) -> Iterator[list[Decimal]]:
    """Yield columns of amounts, and the differences of two, as of money paid in and out."""
    filled = [[cell or _ZERO for cell in column] for column in columns]
    yield from filled
    for one, other in permutations(filled, 2):
        yield [plus - minus for plus, minus in zip(one, other, strict=True)]


def _are_steps(steps: Sequence[Decimal], amounts: Sequence[Decimal]) -> bool:
    """Tell whether a column changes by amounts, its own row's or the next one's, in the order of rows or against it."""
    back = [-step for step in steps]
    return steps in (amounts[1:], amounts[:-1]) or back in (amounts[:-1], amounts[1:])


def _is_in_order(days: Sequence[Any]) -> bool:
    present = [day for day in days if isinstance(day, str)]
    return len(present) >= _FEWEST_IN_TIME and any(
        all(one < other for one, other in pairwise(order)) for order in (present, present[::-1])
    )


def _only_rises(key: str, cells: Sequence[Decimal | None]) -> bool:
    """Tell whether numbers never fall from one day to the next, as what is counted from the beginning."""
    says_all = not _TOTALS.isdisjoint(words_of(key)) or role_of(key) is Role.UNKNOWN
    known = [cell for cell in cells if cell is not None]
    if not says_all or len(known) < _FEWEST_IN_TIME:
        return False
    return known[0] != known[-1] and any(
        all(one <= other for one, other in pairwise(order)) for order in (known, known[::-1])
    )


_TOTALS = frozenset("total totals cases deaths tests users subscribers followers gesamt population members".split())  # noqa: SIM905


def _prices(numbers: Numbers, unsure: Sequence[str]) -> Iterator[str]:
    """Yield columns by which a count has to be multiplied to get an amount."""
    counts = [key for key in numbers if counts_things(key)]
    for price in unsure:
        for count in counts:
            others = [cells for key, cells in numbers.items() if key not in (price, count)]
            if any(_are_products(numbers[price], numbers[count], amounts) for amounts in others):
                yield price
                break


def _are_products(*columns: Sequence[Decimal | None]) -> bool:
    rows = [row for row in zip(*columns, strict=True) if None not in row]
    if not any(price and count not in (None, _ZERO, Decimal(1)) for price, count, _ in rows):
        return False
    return all(
        price is not None and count is not None and amount is not None and abs(price * count - amount) < _CENT
        for price, count, amount in rows
    )
