"""Decide whether the sum of a column means something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Any

from reports.datasets.understanding.affixes import Affix
from reports.datasets.understanding.decide import Decision
from reports.datasets.understanding.naming import Role, role_of

_FEWEST_FOR_A_PATTERN = 3
_DECIMALS_OF_MONEY = 2
_MOST_COMPARED = 12
_ZERO = Decimal(0)


def why_not_summed(key: str, decision: Decision, head: Sequence[Any]) -> str:
    """Explain briefly why numbers are not summed; nothing if they are. ``head`` are the first cells, canonical."""
    numbers = decision.numbers
    assert numbers is not None
    if decision.form.percent:
        return Role.PERCENT.value
    role = role_of(key)
    shown = next(iter(numbers.shown.values()))
    present = [cell for cell in head if cell is not None]
    if (
        role in (Role.AMOUNT, Role.UNKNOWN, Role.NUMBER_WORD, Role.INDEX)
        and _rises_by_one(present)
        and role is not Role.AMOUNT
    ):
        return Role.INDEX.value
    if role is Role.UNKNOWN and numbers.widths == {1} and numbers.are_bare and numbers.highest <= "1":
        return "marks of 0 and 1 are not summed"
    if role is Role.NUMBER_WORD and [str(cell) for cell in present] == ["1", "2"]:
        return Role.INDEX.value
    if role is Role.NUMBER_WORD:
        return Role.IDENTIFIER.value if numbers.look_like_codes else ""
    if role is Role.UNKNOWN and key.rstrip().endswith(("?", "？")) and not numbers.groups:
        return Role.RATING.value
    if role is Role.UNKNOWN:
        if shown.affix is Affix.OTHER_UNIT:
            return Role.MEASUREMENT.value
        return "" if _looks_like_an_amount(decision, shown.affix) else Role.UNKNOWN.value
    return role.value


def _looks_like_an_amount(decision: Decision, affix: Affix) -> bool:
    """Tell whether numbers with a name that says nothing look like money, or like counted things."""
    numbers = decision.numbers
    assert numbers is not None
    if affix in (Affix.CURRENCY, Affix.AMOUNT_UNIT) or numbers.groups or decision.form.decimals == _DECIMALS_OF_MONEY:
        return True
    return decision.form.decimals == 0 and not numbers.look_like_codes


def _rises_by_one(cells: Sequence[Any]) -> bool:
    if len(cells) < _FEWEST_FOR_A_PATTERN:
        return False
    try:
        numbers = [int(str(cell)) for cell in cells]
    except ValueError:
        return False
    return all(after == before + 1 for before, after in pairwise(numbers))


def running_totals(heads: Mapping[str, Sequence[Any]]) -> set[str]:
    """Find columns whose numbers are what is left after each row's amount. ``heads`` are the first cells of columns."""
    numbers = {
        key: cells for key, head in list(heads.items())[:_MOST_COMPARED] if (cells := _decimals(head)) is not None
    }
    found = set()
    for key, cells in numbers.items():
        steps = _steps(cells)
        others = [other for name, other in numbers.items() if name != key]
        if steps and any(_are_steps(steps, amounts) for amounts in _amounts(others)):
            found.add(key)
    return found


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
    """Tell whether a column changes by amounts, in the order of rows or against it."""
    return steps == amounts[1:] or [-step for step in steps] == amounts[:-1]


def _decimals(cells: Sequence[Any]) -> list[Decimal | None] | None:
    try:
        return [None if cell is None or cell == "" else Decimal(str(cell)) for cell in cells]
    except ArithmeticError:
        return None
