"""Choose the columns that are summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.column_form import ColumnType
from reports.datasets.understanding.calendar_names import names_a_period
from reports.datasets.understanding.companions import Doubt, currency_of
from reports.datasets.understanding.decide import Decision
from reports.datasets.understanding.naming import Role, counts_things, role_of, words_of
from reports.datasets.understanding.neighbours import are_sums, summands, whys_by_neighbours
from reports.datasets.understanding.opposites import are_signed, statement_in
from reports.datasets.understanding.outline import Outline
from reports.datasets.understanding.summing import decimals_with_gaps, why_not_by_numbers, why_not_summed
from reports.datasets.word_sets import words_in

_ACCOUNT_SIDES = words_in("debit debits credit credits soll haben debe haber dare avere wn ma 借方 貸方 贷方")
_DAYS = (ColumnType.DATE, ColumnType.MOMENT)
_LONGEST_LABEL = 40
_FEWEST_RUNS = 2
_ROLES_OF_DURATIONS = (Role.AMOUNT, Role.UNKNOWN, Role.MOMENT, Role.PERIOD)


def whys_of(decisions: Mapping[str, Decision], errors: Iterable[str], head: Block) -> dict[str, str]:
    """Return why each column that could be summed is not; nothing if it is. ``head`` are the first rows."""
    numbers = {key: head.column(key) for key, found in decisions.items() if found.form.type is ColumnType.NUMBER}
    days = [head.column(key) for key, found in decisions.items() if found.form.type in _DAYS]
    texts = {key: head.column(key) for key, found in decisions.items() if found.form.type is ColumnType.TEXT}
    can_be = {key: cells for key, cells in numbers.items() if decisions[key].numbers is not None}
    whys = {key: why_not_summed(key, decisions[key], cells) for key, cells in can_be.items()}
    periods = [key for key in whys if role_of(key) is Role.UNKNOWN and names_a_period(key)]
    if len(periods) > 1:
        # The columns of a table of months hold the same kind of numbers. One column alone may show too little.
        of_all = [cell for key in periods for cell in can_be[key] if cell is not None]
        found = [why_not_by_numbers(decisions[key], of_all) for key in periods]
        whys |= dict.fromkeys(periods, "" if "" in found else found[0])
    whys |= dict.fromkeys(summands(can_be) & whys.keys(), "")
    by_neighbours = whys_by_neighbours(numbers, days, texts)
    whys |= {key: why for key, why in by_neighbours.items() if key in whys and not whys[key]}
    durations = {key: found for key, found in decisions.items() if found.form.type is ColumnType.DURATION}
    whys |= {key: found.why or _why_no_duration(key) for key, found in durations.items()}
    return whys | {key: "errors are not summed" for key in errors if key in whys}


def _why_no_duration(key: str) -> str:
    role = role_of(key)
    return "" if role in _ROLES_OF_DURATIONS else role.value


def doubt_of_statement(labels: Sequence[Any], first: Block, marks: Iterable[int]) -> list[Doubt]:
    """Doubt the sums of a statement, in which income and expenses, or assets and liabilities, are added up."""
    sides = statement_in(labels)
    left = {row: side for row, side in sides.items() if row not in set(marks)}

    def holds_for(key: str) -> bool:
        cells = first.column(key)
        both = [[cells[row] for row, side in left.items() if side == which] for which in (1, -1)]
        is_signed = 0 not in left.values() and all(both) and are_signed(*both)
        return not is_signed and _ACCOUNT_SIDES.isdisjoint(words_of(key))

    if not sides:
        return []
    some = " and ".join(repr(str(labels[row])[:_LONGEST_LABEL]) for row in _one_of_each(sides))
    why = "rows of a statement are set against each other, and not summed"
    return [Doubt(why, f"The rows are those of a statement, such as {some}, which are not added up", holds_for)]


def doubt_of_mixed_totals(decisions: Mapping[str, Decision], first: Block) -> list[Doubt]:
    """Doubt the sums of columns that add up columns in several currencies."""
    cells = {
        key: numbers
        for key, found in decisions.items()
        if found.numbers is not None and (numbers := decimals_with_gaps(first.column(key))) is not None
    }
    currencies = {key: currency_of(key, decisions[key].form) for key in cells}
    mixed: dict[str, list[str]] = {}
    before: list[str] = []
    for key in cells:
        added = next(
            (
                before[at:]
                for at in range(len(before) - 1)
                if are_sums(cells[key], [cells[name] for name in before[at:]])
            ),
            [],
        )
        found = sorted({currency for name in added if (currency := currencies[name])})
        if len(found) > 1:
            mixed[key] = found
        elif currencies[key]:
            before.append(key)
    if not mixed:
        return []
    some = " and ".join(next(iter(mixed.values()))[:2])
    return [
        Doubt(
            "amounts of several currencies are not summed",
            f"In each row, amounts in several currencies, such as {some}, are added up",
            mixed.__contains__,
        )
    ]


def doubt_of_repetitions(first: Block, ids: Sequence[str]) -> list[Doubt]:
    """Doubt amounts that stand again in each row of what they are the amount of, as an order's total in its lines."""
    return [
        Doubt(
            "amounts that stand in each row of a group are not summed",
            f"Rows of the same {key[:_LONGEST_LABEL]!r} repeat the same amounts",
            partial(_is_repeated, first, first.column(key)),
        )
        for key in ids
    ]


def _is_repeated(first: Block, names: Sequence[Any], key: str) -> bool:
    cells = first.column(key)
    runs = [[cell for _, cell in run] for _, run in groupby(zip(names, cells, strict=True), key=itemgetter(0))]
    long = [run for run in runs if len(run) > 1]
    values = {run[0] for run in long}
    return (
        not counts_things(key)
        and role_of(key) is Role.AMOUNT
        and len(long) >= _FEWEST_RUNS
        and len(values) == len(long)
        and None not in values
        and all(len(set(run)) == 1 for run in long)
    )


def _one_of_each(sides: Mapping[int, int]) -> list[int]:
    return sorted({side: row for row, side in sorted(sides.items(), reverse=True)}.values())[:2]


def doubt_of_outline(outline: Outline, labels: Sequence[Any]) -> list[Doubt]:
    """Doubt the sums of a table of which some rows seem to sum up others."""
    if outline.doubtful is None:
        return []
    row, count = outline.doubtful
    label = str(labels[row] or "")[:_LONGEST_LABEL]
    because = f"Row {row + 1}, {label!r}, has the sum or the difference of the {count} rows beside it"
    return [Doubt("some rows seem to sum up others, so that none are summed", because, lambda _: True)]
