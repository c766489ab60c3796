"""Add up in templates: sums of groups, and what is carried from line to line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.filters import make_attrgetter

from reports.engine.templating.exact_numbers import exact, number_of, sum_of, total


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that have a value in common, and their sum."""

    key: Any
    sum: Any
    rows: Sequence[Any]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Running:
    """A row with the total before and after it."""

    row: Any
    before: Any
    amount: Any
    after: Any


@pass_environment
def sum_filter(
    environment: Environment, rows: Iterable[Any], attribute: str | int | None = None, start: Any = 0
) -> Any:
    """Add up numbers, or an attribute of rows: the filter ``sum``."""
    return total(rows if attribute is None else map(make_attrgetter(environment, attribute), rows), start)


@pass_environment
def sum_by(environment: Environment, rows: Iterable[Any], attribute: str | int, by: str | int) -> list[Group]:
    """Return the groups of rows with one value of ``by``, in the order in which they come first, with their sums."""
    value_of, key_of = make_attrgetter(environment, attribute), make_attrgetter(environment, by)
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(exact(key_of(row)), []).append(row)
    return [Group(key, total(map(value_of, members)), members) for key, members in groups.items()]


@pass_environment
def running(environment: Environment, rows: Iterable[Any], attribute: str | int, start: Any = 0) -> list[Running]:
    """Return each row with the total before and after it; ``start`` is the one before the first."""
    value_of = make_attrgetter(environment, attribute)
    lines: list[Running] = []
    before = number_of(start)
    for row in rows:
        amount = value_of(row)
        after = before if amount is None else sum_of(before, amount)
        lines.append(Running(row, before, amount, after))
        before = after
    return lines
