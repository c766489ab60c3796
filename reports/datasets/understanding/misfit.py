"""Explain why a column that looks like numbers or times is text, or has cells that are none."""

from __future__ import annotations

import re

from reports.datasets.column_form import ColumnType
from reports.datasets.understanding.evidence import Evidence, Look
from reports.datasets.understanding.naming import ROLES_OF_SIZES, Role, names_a_day, role_of
from reports.datasets.understanding.number_evidence import NumberEvidence

TIMES = (ColumnType.DATE, ColumnType.MOMENT, ColumnType.TIME, ColumnType.DURATION)
_FEWEST_VALUES = 2
_ROLES_OF_AMOUNTS = (Role.AMOUNT, Role.PRICE, Role.BALANCE)
_LONGEST_AMOUNT = 24
# Digits at the beginning, behind a sign or two, or before a word at the end.
_AMOUNT = re.compile(r"^[^\w\s]{0,2} ?[0-9]|[0-9] ?[^\W\d_]{0,8}\.?$")


def why_text(key: str, evidence: Evidence) -> str:
    """Explain why a column that looks like numbers or days is text."""
    # Among values with another name, more words may be no mistake.
    role = role_of(key)
    most = 1 if role in ROLES_OF_SIZES or role is Role.MEASUREMENT or names_a_day(key) else 4
    rows = [row for row, _ in evidence.misfit]
    count = evidence.values + evidence.marked
    is_at_top = evidence.misfits == len(rows) and rows == list(range(len(rows)))
    is_number = evidence.values or not evidence.misfits or role in ROLES_OF_SIZES
    if rows and is_number and count >= _FEWEST_VALUES and (is_at_top or count >= most * evidence.misfits):
        look = Look.NUMBER if evidence.marked else evidence.look or Look.DAY
        what = {Look.NUMBER: "numbers", Look.CLOCK: "times"}.get(look, "days")
        others = ", ".join(f"row {row + 1} has {text[:40]!r}" for row, text in evidence.misfit)
        kind = {Look.NUMBER: "number", Look.CLOCK: "time"}.get(look, "date")
        return (
            f"is printed as text and not summed: its cells are {what}, but {others}. If the others are to be read as "
            f"{what}, say `type` {kind!r} for it in `columns`"
        )
    if evidence.numbers is not None and not evidence.numbers.marks:
        return open_numbers(evidence.numbers)
    if evidence.days is not None and not evidence.days.orders:
        return "is printed as text: its days are written in different ways, or some are in no calendar"
    if role in _ROLES_OF_AMOUNTS and rows and all(_looks_like_an_amount(text) for _, text in evidence.misfit):
        examples = " or ".join(repr(text[:40]) for _, text in evidence.misfit[:2])
        return f"is printed as text and not summed: amounts such as {examples} cannot be read as numbers"
    return ""


def _looks_like_an_amount(text: str) -> bool:
    """Tell whether a short text has a number and some words, such as ``850 Tsd. €``."""
    return len(text) <= _LONGEST_AMOUNT and _AMOUNT.search(text) is not None


def misfit_of(wanted: ColumnType, evidence: Evidence) -> str:
    """Tell of cells that are no times, in a column that a workbook or a caller says to have such."""
    if wanted not in TIMES or not evidence.misfit:
        return ""
    others = ", ".join(f"row {row + 1} has {text[:40]!r}" for row, text in evidence.misfit)
    return f"has other cells than {wanted}s, which are printed as they are, and is not summed: {others}"


_SAY = "If it sets decimals apart, say so by options.reading.decimal"


def open_numbers(numbers: NumberEvidence) -> str:
    """Explain why the numbers of a column cannot be read."""
    if not numbers.marks:
        return "is printed as text and not summed: some cells have a decimal point, and others a decimal comma"
    text = "is printed as text and not summed"
    if not numbers.doubtful:
        (mark,) = numbers.marks
        return f"{text}: {mark!r} may part two numbers, as other columns write decimals in another way. {_SAY}"
    signs = " and ".join(map(repr, sorted(numbers.doubtful)))
    return f"{text}: {signs} may set thousands or decimals apart. Say which by options.reading.decimal"
