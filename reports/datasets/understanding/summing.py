"""Decide whether the sum of a column means something: by its name, its own numbers, and the columns beside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from reports.datasets.understanding.affixes import Affix
from reports.datasets.understanding.decide import Decision
from reports.datasets.understanding.naming import Role, counts_things, role_of

_FEWEST_FOR_A_PATTERN = 3
_DECIMALS_OF_MONEY = 2
_HIGHEST_MARK = 100
_WIDTH_OF_SMALL = 3
_LEAST_SPREAD_OF_COUNTS = 3
_LEAST_SPREAD_OF_MONEY = 2


def why_not_summed(key: str, decision: Decision, head: Sequence[Any]) -> str:
    """Explain briefly why numbers are not summed; nothing if they are. ``head`` are the first cells, canonical."""
    numbers = decision.numbers
    assert numbers is not None
    if decision.form.percent:
        return Role.PERCENT.value
    if "/" in decision.form.prefix + decision.form.suffix:
        return Role.RATE.value  # as of €/kg
    role = role_of(key)
    present = [cell for cell in head if cell is not None]
    if numbers.widths == {1} and numbers.are_bare and numbers.highest <= "1" and not counts_things(key):
        return role.value or "marks of 0 and 1 are not summed"
    if role in (Role.UNKNOWN, Role.NUMBER_WORD, Role.INDEX) and _rises_by_one(present):
        return Role.INDEX.value
    if role is Role.NUMBER_WORD and [str(cell) for cell in present] == ["1", "2"]:
        return Role.INDEX.value
    if role is Role.NUMBER_WORD:
        return Role.IDENTIFIER.value if numbers.look_like_codes else ""
    if role is Role.UNKNOWN and key.rstrip().endswith(("?", "？")) and not numbers.groups:
        return Role.RATING.value
    if role is Role.UNKNOWN:
        return why_not_by_numbers(decision, present)
    return role.value


def why_not_by_numbers(decision: Decision, present: Sequence[Any]) -> str:
    """Return why numbers under an unknown name are not summed: all but those that look like money, or like counts."""
    numbers, form = decision.numbers, decision.form
    assert numbers is not None
    affix = next(iter(numbers.shown.values())).affix
    if affix is Affix.OTHER_UNIT:
        return Role.MEASUREMENT.value
    if affix in (Affix.CURRENCY, Affix.AMOUNT_UNIT) or numbers.groups:
        return ""
    sizes = sorted({abs(number) for number in decimals_with_gaps(present) or () if number})
    if form.decimals == 0 and not numbers.look_like_codes:
        is_small = numbers.most_whole_digits <= _WIDTH_OF_SMALL and (not sizes or sizes[-1] <= _HIGHEST_MARK)
        if is_small:
            return "small whole numbers may be answers or marks, and are not summed"
        return "" if sizes and sizes[-1] >= _LEAST_SPREAD_OF_COUNTS * sizes[0] else Role.UNKNOWN.value
    if form.decimals != _DECIMALS_OF_MONEY or numbers.look_like_codes:
        return Role.UNKNOWN.value
    if len(sizes) >= _FEWEST_FOR_A_PATTERN and (sizes[-1] <= 1 or sizes[-1] < _LEAST_SPREAD_OF_MONEY * sizes[0]):
        return "numbers as alike as those of a measurement are not summed"
    return ""


def _rises_by_one(cells: Sequence[Any]) -> bool:
    if len(cells) < _FEWEST_FOR_A_PATTERN:
        return False
    try:
        numbers = [int(str(cell)) for cell in cells]
    except ValueError:
        return False
    return all(after == before + 1 for before, after in pairwise(numbers))


def decimals_with_gaps(cells: Sequence[Any]) -> list[Decimal | None] | None:
    """Return the numbers of cells, None for gaps; nothing if one cell is no number."""
    try:
        numbers = [None if cell is None or cell == "" else Decimal(str(cell)) for cell in cells]
    except ArithmeticError:
        return None
    return numbers if all(number is None or number.is_finite() for number in numbers) else None
