"""Decide how the columns of a sheet's table are printed, by the number formats of their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType, Precision
from reports.datasets.excel.cells import KIND_BITS, NUMBERS, TEXTS, CellReader, Kind, kind_of
from reports.datasets.excel.day_display import FIRST_YEAR, Calendar
from reports.datasets.excel.memo import Memo
from reports.datasets.excel.number_display import LARGEST_PLAIN, SMALLEST_PLAIN, general
from reports.datasets.excel.number_formats import NumberFormat
from reports.datasets.excel.sheet_survey import MIXED
from reports.datasets.understanding.naming import names_a_duration

_DAYS = (ColumnType.DATE, ColumnType.MOMENT)
_SPANS = (ColumnType.TIME, ColumnType.DURATION)
_LONGEST_GENERAL = 12
_MOST_DAYS = 3_000_000  # as many as Excel has

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ColumnDecision:
    """A column's form, None if its cells alone must tell; ``guess`` says what differs from what Excel shows."""

    form: ColumnForm | None = None
    guess: str = ""


_UNDECIDED = ColumnDecision()
_ALL_SHOWN = ColumnDecision(AS_TEXT)


def decide(tally: Mapping[int, int], formats: list[NumberFormat], name: str = "") -> ColumnDecision:
    """Decide by how often each code is in a column, and by its name: a break of 00:30 is no time of day."""
    decision = _by_formats(tally, formats)
    if decision.form is not None and decision.form.type is ColumnType.TIME and names_a_duration(name):
        return replace(decision, form=replace(decision.form, type=ColumnType.DURATION))
    return decision


def _by_formats(tally: Mapping[int, int], formats: list[NumberFormat]) -> ColumnDecision:
    counts = Counter({code: count for code, count in tally.items() if count > 0})
    if counts[MIXED]:
        return ColumnDecision(AS_TEXT, "is printed as text: its cells have very many formats")
    of_kind: Counter[int] = Counter()
    looks: Counter[ColumnForm | None] = Counter()
    named = long = 0
    for code, count in counts.items():
        kind, number_format = kind_of(code), formats[code >> KIND_BITS]
        of_kind[kind] += count
        if kind in NUMBERS:
            looks[number_format.form] += count
            named += count * number_format.is_code
            long += count * (kind == Kind.LONG and not _is_amount(number_format))
    texts = sum(of_kind[kind] for kind in TEXTS)
    if not looks:
        return _ALL_SHOWN if texts and of_kind[Kind.DIGITS] == texts else _UNDECIDED
    # Where there are fractions, a number of many digits is a large one rather than a name.
    named += 0 if of_kind[Kind.FRACTION] else long
    if named:
        return _names(named, looks)
    if texts > looks.total() and set(looks) != {None}:
        return _ALL_SHOWN
    return _of_numbers(looks)


def _is_amount(number_format: NumberFormat) -> bool:
    form = number_format.form
    return form is not None and form.type is ColumnType.NUMBER and form.grouped


def _names(named: int, looks: Counter[ColumnForm | None]) -> ColumnDecision:
    """Decide on a column with numbers that are names: all are written as Excel shows them."""
    others = looks.total() - named
    guess = f"is printed as text: {named:,} of its numbers are names, as Excel shows them, and {others:,} are not"
    return ColumnDecision(AS_TEXT, guess if others else "")


def _of_numbers(looks: Counter[ColumnForm | None]) -> ColumnDecision:
    total = looks.total()
    if len(looks) == 1:
        return ColumnDecision(next(iter(looks)))
    as_shown = looks[AS_TEXT]
    if as_shown * 2 >= total:
        return ColumnDecision(AS_TEXT, "is printed as text: the formats of its numbers differ")
    # A few numbers in other words, such as 1.5E+03, are numbers like the others.
    known = Counter({look: count for look, count in looks.items() if look != AS_TEXT})
    types = {ColumnType.NUMBER if look is None else look.type for look in known}
    if types == {ColumnType.NUMBER}:
        return _of_amounts(known, total)
    if types <= set(_DAYS):
        return _of_days(known)
    if types <= set(_SPANS):
        return ColumnDecision(ColumnForm(ColumnType.DURATION, precision=_finest(known)))
    return ColumnDecision(AS_TEXT, "is printed as text: some of its numbers are days or times, and others are not")


def _of_amounts(looks: Counter[ColumnForm | None], total: int) -> ColumnDecision:
    units = Counter[tuple[str, str, bool]]()
    for look, count in looks.items():
        units[("", "", False) if look is None else (look.prefix, look.suffix, look.percent)] += count
    bare = units.pop(("", "", False), 0)
    if len(units) > 1 or any(percent and bare for _, _, percent in units) or (units and bare * 2 < total):
        return ColumnDecision(AS_TEXT, "is printed as text: its numbers have different units or currencies")
    if set(looks) - {None} == set():
        return _UNDECIDED
    known = [look for look in looks if look is not None]
    commonest = max(known, key=lambda look: looks[look])
    decimals = {look.decimals for look in known}
    form = replace(
        commonest,
        decimals=None if None in decimals or looks[None] else max(each for each in decimals if each is not None),
        grouped=any(look.grouped for look in known),
    )
    if not units or not bare:
        return ColumnDecision(form)
    ((prefix, suffix, _), count) = next(iter(units.items()))
    guess = (
        f"is printed without {(prefix or suffix).strip()!r}, which Excel shows with {count:,} of its {total:,} numbers"
    )
    return ColumnDecision(replace(form, prefix="", suffix="", percent=False), guess)


def _of_days(looks: Counter[ColumnForm | None]) -> ColumnDecision:
    known = [look for look in looks if look is not None]
    if any(look.type is ColumnType.MOMENT for look in known):
        return ColumnDecision(ColumnForm(ColumnType.MOMENT, precision=_finest(looks)))
    return ColumnDecision(
        ColumnForm(ColumnType.DATE), "has days that Excel shows in different ways; all are printed whole"
    )


def _finest(looks: Counter[ColumnForm | None]) -> Precision:
    order = list(Precision)
    return max((look.precision for look in looks if look is not None), key=order.index)


class ColumnWriter:
    """Write the cells of one column in the way that was decided."""

    def __init__(self, reader: CellReader, decision: ColumnDecision) -> None:
        self._reader = reader
        self._form = decision.form
        self._of_code: dict[int, Convert | None] = {}

    def of(self, code: int) -> Convert | None:
        """Return what writes the cells of a code; None if they stay as they are."""
        if code not in self._of_code:
            self._of_code[code] = self._made(code)
        return self._of_code[code]

    def _made(self, code: int) -> Convert | None:
        kind, number_format = kind_of(code), self._reader.formats[code >> KIND_BITS]
        if kind == Kind.SHARED:
            return self._reader.texts.__getitem__
        if kind not in NUMBERS:
            is_shown = kind == Kind.BOOLEAN and self._form == AS_TEXT
            return (lambda value: self._reader.shown(code, value)) if is_shown else None
        if number_format.hides:
            return lambda _: None
        form = self._form
        if form is None or form.type is ColumnType.NUMBER:
            thousands = 0 if form is None else number_format.thousands
            if thousands:
                return lambda value: _divided(value, thousands)
            if kind == Kind.FRACTION and number_format.is_general:
                return _as_general
            return (lambda value: value or None) if number_format.hides_zero else None
        if form.type in (*_DAYS, *_SPANS):
            calendar = self._reader.calendar
            # A column has far fewer days than rows, and each takes its time to write.
            return Memo[float, Any](
                lambda value: _written(value, form, calendar) or self._reader.shown(code, value)
            ).__getitem__
        return Memo[float, Any](lambda value: self._reader.shown(code, value) or None).__getitem__


def _as_general(number: float) -> float:
    """Return a number with as many decimals as Excel shows of one that has no format."""
    size = abs(number)
    is_long = len(repr(number)) > _LONGEST_GENERAL and SMALLEST_PLAIN <= size < LARGEST_PLAIN
    return float(general(number)) if is_long else number


def _divided(value: float, thousands: int) -> int | float:
    """Divide a number as often by a thousand as its format does."""
    exact = Decimal(repr(value)).scaleb(-3 * thousands)
    return int(exact) if exact == int(exact) else float(exact)


def _written(days: float, form: ColumnForm, calendar: Calendar) -> str | None:
    """Write a number of days in ISO 8601, or hours as ``29:45:00``; None for one that Excel cannot show."""
    thousandths = 1 if form.precision is Precision.MILLISECOND else 1000
    if form.type is ColumnType.DURATION:
        if abs(days) > _MOST_DAYS:
            return None
        return _hours(timedelta(milliseconds=round(days * 86_400_000 / thousandths) * thousandths))
    moment = calendar.moment(days, to=thousandths)
    if moment is None or (moment.year < FIRST_YEAR and form.type is not ColumnType.TIME):
        return None
    if form.type is ColumnType.DATE:
        return moment.date().isoformat()
    timespec = "milliseconds" if moment.microsecond else "seconds"
    return moment.time().isoformat(timespec) if form.type is ColumnType.TIME else moment.isoformat(timespec=timespec)


def _hours(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    seconds, thousandths = divmod(round(span / timedelta(milliseconds=1)), 1000)
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{thousandths:03d}" if thousandths else text
