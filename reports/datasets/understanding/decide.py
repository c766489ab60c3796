"""Decide by its evidence and its name what a column holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType, Precision
from reports.datasets.understanding.affixes import Affix
from reports.datasets.understanding.canonical import (
    Canonical,
    Writer,
    clock_writer,
    day_digits_writer,
    day_writer,
    millisecond_writer,
    number_writer,
    replacements_for,
    second_writer,
    serial_writer,
    text_writer,
)
from reports.datasets.understanding.clock_shape import ClockEvidence, sizes_of_span
from reports.datasets.understanding.day_evidence import DayEvidence
from reports.datasets.understanding.evidence import Evidence
from reports.datasets.understanding.hints import Hints
from reports.datasets.understanding.misfit import TIMES, misfit_of, open_numbers, why_text
from reports.datasets.understanding.naming import (
    Role,
    names_a_clock,
    names_a_day,
    names_a_duration,
    names_a_part_of,
    names_two_sides,
    role_of,
)
from reports.datasets.understanding.number_evidence import NumberEvidence
from reports.datasets.understanding.number_shape import POINT, NumberShape

_LONGEST_QUANTITY = 15
_LONGEST_WITH_A_LETTER = 6
_MOST_SHOWN_DECIMALS = 12
_SECONDS = ("1000000000", "2200000000")  # from 2001 to 2039
_MILLISECONDS = ("1000000000000", "2200000000000")
_SERIALS = ("20000", "70000")  # from 1954 to 2091
_LIKE_TELEPHONES = ("000 000 000", "00 000 000", "0 000 000 000")
_LIKE_AN_ADDRESS = "000.000.000.000"
_YEARS = ("1900", "2100")
_LEADING_ZEROS = "leading zeros are kept"
WHYS_OF_CODES = (Role.IDENTIFIER.value, _LEADING_ZEROS)
"""Why numbers are text that names things."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a column holds: its form, and how its cells are written. ``guess`` says what was taken for what.

    ``numbers`` are known for a column of numbers only, whose sum may mean something.
    """

    form: ColumnForm = AS_TEXT
    canonical: Canonical | None = None
    guess: str = ""
    why: str = ""
    numbers: NumberEvidence | None = None


def decide(key: str, evidence: Evidence, hints: Hints, wanted: ColumnType | None) -> Decision:
    """Decide what a column holds. ``wanted`` is what a caller says that it does."""
    if wanted in (ColumnType.TEXT, ColumnType.BOOLEAN):
        return Decision(ColumnForm(wanted))
    if evidence.numbers is not None and wanted is ColumnType.NUMBER:
        return _numbers(evidence, evidence.numbers, hints) or Decision(guess=open_numbers(evidence.numbers))
    if evidence.days is not None and wanted in (ColumnType.DATE, ColumnType.MOMENT):
        return _wanted_days(_days(evidence, evidence.days, hints), wanted)
    if evidence.numbers is not None and wanted in (ColumnType.DATE, ColumnType.MOMENT):
        return _wanted_days(_moments_in_digits(Role.MOMENT, evidence.numbers), wanted)
    if wanted is not None:
        guess = misfit_of(wanted, evidence)
        is_sum = wanted is ColumnType.DURATION
        why = "other words among durations are not summed" if guess else ""
        return Decision(ColumnForm(wanted), guess=guess, why=why if is_sum else _why_not(wanted))
    if evidence.is_wrapped:
        return Decision(canonical=Canonical(text_writer), guess=why_text(key, evidence), why=Role.IDENTIFIER.value)
    if not evidence.is_open:
        return Decision(guess=why_text(key, evidence))
    if evidence.has_truths:
        return Decision(ColumnForm(ColumnType.BOOLEAN))
    if evidence.numbers is not None:
        return _found_numbers(key, evidence, evidence.numbers, hints)
    if evidence.clocks is not None:
        return _clocks(key, evidence.clocks)
    days = evidence.days
    if days is None:
        return Decision()
    needs_a_name = days.may_be_codes or (days.has_short_years and not days.are_named)
    return Decision() if needs_a_name and not names_a_day(key) else _days(evidence, days, hints)


def _clocks(key: str, clocks: ClockEvidence) -> Decision:
    """Tell times of day from durations; without a hint they stay text."""
    # A train that leaves at 24:05 does so after midnight.
    has_more = clocks.has_more_than_a_day and not (names_a_clock(key, surely=True) or names_two_sides(key))
    is_duration = clocks.may_be_durations and (clocks.are_spans or has_more or names_a_duration(key))
    if is_duration:
        return _spans(has_seconds=clocks.has_seconds)
    is_named = names_a_clock(key, surely=clocks.has_seconds)
    if clocks.may_be_times and (clocks.has_halves or (is_named and clocks.has_two_digits)):
        form = ColumnForm(ColumnType.TIME, precision=clocks.precision)
        return Decision(form, Canonical(clock_writer(is_duration=False)), why=Role.MOMENT.value)
    return Decision(why=Role.MOMENT.value)


def _found_numbers(key: str, evidence: Evidence, numbers: NumberEvidence, hints: Hints) -> Decision:
    role = role_of(key)
    if role is not Role.AMOUNT:
        in_digits = _moments_in_digits(role, numbers)
        if in_digits.canonical is not None or in_digits.guess:
            return in_digits
    why = _names_things(key, role, evidence, numbers)
    if why:
        return Decision(why=why)
    if any(shown.affix is Affix.SIDE for shown in numbers.shown.values()):
        signs = "marks such as " + min({repr(suffix or prefix) for prefix, suffix in numbers.shown} - {"''"})
        return Decision(
            guess=f"is printed as text and not summed: {signs} say which of its numbers are debits or credits"
        )
    sizes = _sizes_of_time(numbers)
    if len(sizes) > 1 and _are_surely_times(key, numbers, sizes):
        if max(numbers.decimals.values()) > (0 if "seconds" in sizes else 1):
            return Decision(guess="is printed as text and not summed: its durations have too many digits after a mark")
        return _spans(has_seconds="seconds" in sizes)
    if len(numbers.shown) > 1 and not _is_one_sign(numbers):
        affixes = sorted(prefix or suffix for prefix, suffix in numbers.shown)
        signs = ", ".join(repr(affix) if affix else "none" for affix in affixes)
        return Decision(
            guess=f"is printed as text and not summed: its numbers have different units or currencies ({signs})"
        )
    if len(numbers.groups) > 1:
        return Decision(guess="is printed as text and not summed: thousands are set apart in different ways")
    if role is not Role.AMOUNT and evidence.values > 2 and (numbers.one_shape or "") in _LIKE_TELEPHONES:
        return Decision(guess="is printed as text and not summed: its numbers look like telephone numbers")
    found = _numbers(evidence, numbers, hints)
    return found or Decision(guess=open_numbers(numbers))


def _is_one_sign(numbers: NumberEvidence) -> bool:
    """Tell whether all numbers have the same sign, before or behind them: ``₺5`` and ``7₺``."""
    return len({prefix or suffix for prefix, suffix in numbers.shown}) == 1


def _sizes_of_time(numbers: NumberEvidence) -> frozenset[str]:
    """Return the units of time that numbers such as 2h and 45m have; none if one has another, or none."""
    sizes = [sizes_of_span(f"0{suffix}") for prefix, suffix in numbers.shown if not prefix]
    return frozenset().union(*sizes) if all(sizes) and len(sizes) == len(numbers.shown) else frozenset()


def _are_surely_times(key: str, numbers: NumberEvidence, sizes: frozenset[str]) -> bool:
    """Tell whether units such as m and s are no metres and sizes."""
    return "hours" in sizes or names_a_duration(key) or any(len(suffix.strip(". ")) > 1 for _, suffix in numbers.shown)


def _spans(*, has_seconds: bool) -> Decision:
    precision = Precision.SECOND if has_seconds else Precision.MINUTE
    return Decision(ColumnForm(ColumnType.DURATION, precision=precision), Canonical(clock_writer(is_duration=True)))


def _numbers(evidence: Evidence, numbers: NumberEvidence, hints: Hints) -> Decision | None:
    choice = hints.mark_of(numbers)
    if choice.value is None:
        return None
    mark = choice.value
    # Of several signs, none can stand beside all numbers.
    shown = next(iter(numbers.shown.values())) if _is_one_sign(numbers) else NumberShape(0, 0, None, None)
    is_percent = shown.affix is Affix.PERCENT
    decimals = numbers.decimals[mark]
    form = ColumnForm(
        ColumnType.NUMBER,
        decimals=decimals if decimals <= _MOST_SHOWN_DECIMALS or evidence.has_typed else None,
        prefix="" if is_percent else shown.prefix.lstrip(),
        suffix="" if is_percent else shown.suffix.rstrip(),
        percent=is_percent,
    )
    guess = ""
    if choice.by:
        kind = "thousands" if numbers.doubtful != {mark} else "decimals"
        guess = f"is read as numbers whose {min(numbers.doubtful)!r} sets {kind} apart, as {choice.by}; "
        guess += "options.reading.decimal overrules that"
    if evidence.has_triangles:
        guess = f"{guess}, and " if guess else ""
        guess += "is read as numbers in which a triangle is a minus sign, as in Japan"
    return Decision(form, _number_canonical(evidence, numbers, shown, mark), guess, numbers=numbers)


def _number_canonical(evidence: Evidence, numbers: NumberEvidence, shown: NumberShape, mark: str) -> Canonical | None:
    is_plain = evidence.is_plain and numbers.are_plain and (mark == POINT or not numbers.doubtful)
    if is_plain and not evidence.has_others and not evidence.has_noise:
        return None
    can_be_replaced = numbers.can_be_translated and not evidence.has_others and len(numbers.shown) == 1
    return Canonical(
        number_writer(mark), replacements_for(mark, shown.prefix + shown.suffix) if can_be_replaced else ()
    )


def _names_things(key: str, role: Role, evidence: Evidence, numbers: NumberEvidence) -> str:
    """Explain why digits name things rather than count them; nothing if they count."""
    may_be_whole = any(not numbers.decimals[mark] for mark in numbers.marks)
    is_whole = not any(numbers.decimals.values()) and not numbers.groups and not numbers.doubtful
    has_no_affix = set(numbers.shown) == {("", "")}
    if numbers.has_leading_zero:
        return _LEADING_ZEROS
    if is_whole and has_no_affix and not evidence.has_typed and numbers.most_whole_digits > _LONGEST_QUANTITY:
        return Role.IDENTIFIER.value
    if (
        is_whole
        and _end_with_a_letter(numbers)
        and (role is Role.IDENTIFIER or numbers.most_whole_digits > _LONGEST_WITH_A_LETTER)
    ):
        return Role.IDENTIFIER.value
    if numbers.has_plus_before_groups or numbers.all_end_with_mark or numbers.all_are_bare_powers:
        return Role.IDENTIFIER.value
    if numbers.all_in_brackets and is_whole and has_no_affix:
        return Role.IDENTIFIER.value
    if role is Role.IDENTIFIER and may_be_whole and has_no_affix:
        return role.value
    # 1 beside 1.1 is a place in an outline, and no 1.0.
    is_outline = role is Role.IDENTIFIER and bool(numbers.widths) and not evidence.has_typed
    if (names_a_part_of(key) or is_outline) and has_no_affix and any(numbers.decimals.values()):
        return role.value or Role.IDENTIFIER.value
    if numbers.one_shape == _LIKE_AN_ADDRESS:
        return Role.IDENTIFIER.value
    if (
        role is not Role.AMOUNT
        and _are_within(numbers, _YEARS)
        and (evidence.values > 2 or role in (Role.YEAR, Role.PERIOD))
    ):
        return Role.YEAR.value
    if (
        role is not Role.AMOUNT
        and numbers.are_bare
        and numbers.widths == {6}
        and numbers.are_months
        and evidence.values > 1
    ):
        return Role.PERIOD.value
    return ""


def _end_with_a_letter(numbers: NumberEvidence) -> bool:
    """Tell whether one letter stands at the end of all numbers, which may be a unit, or a part of a code."""
    return all(not prefix and len(suffix) == 1 and suffix.isalpha() for prefix, suffix in numbers.shown)


def _are_within(numbers: NumberEvidence, bounds: tuple[str, str]) -> bool:
    lowest, highest = bounds
    return (
        numbers.are_bare and numbers.widths == {len(lowest)} and lowest <= numbers.lowest <= numbers.highest <= highest
    )


def _moments_in_digits(role: Role, numbers: NumberEvidence) -> Decision:
    """Find days and moments that are written as nothing but digits."""
    if not numbers.are_bare or numbers.has_leading_zero or len(numbers.widths) != 1:
        return Decision()
    day, moment = ColumnForm(ColumnType.DATE), ColumnForm(ColumnType.MOMENT, precision=Precision.SECOND)
    if numbers.widths == {8} and numbers.are_days and role is not Role.IDENTIFIER:
        return _in_digits(day, day_digits_writer, f"is read as days, as in {numbers.lowest}")
    is_time = role is Role.MOMENT
    if _are_within(numbers, _SECONDS) and is_time:
        return _in_digits(moment, second_writer, "is read as seconds since 1970, and printed as times in UTC")
    if _are_within(numbers, _MILLISECONDS) and is_time:
        milli = replace(moment, precision=Precision.MILLISECOND)
        return _in_digits(milli, millisecond_writer, "is read as milliseconds since 1970, and printed as times in UTC")
    if _are_within(numbers, _SERIALS) and is_time:
        return _in_digits(day, serial_writer, "is read as days that a spreadsheet counts from 1900 on")
    return Decision()


def _in_digits(form: ColumnForm, writer: Writer, guess: str) -> Decision:
    guess += "; a `type` in `columns` overrules that"
    return Decision(form, Canonical(writer), guess, _why_not(form.type))


def _days(evidence: Evidence, days: DayEvidence, hints: Hints) -> Decision:
    if hints.has_other_calendar(days):
        return Decision(guess=f"is printed as text: its years, such as {days.last_year}, are of another calendar")
    choice = hints.order_of(days)
    if choice.value is None:
        text = "is printed as text: its days may be written in either order of day and month"
        return Decision(guess=f"{text}. Say which by options.reading.date_order")
    day_only = not days.has_time
    form = ColumnForm(
        ColumnType.DATE if day_only else ColumnType.MOMENT,
        precision=days.precision,
        skeleton=None if not days.are_months else "yMMM" if days.has_short_names else "yMMMM",
    )
    is_plain = evidence.is_plain and days.are_plain and not evidence.has_others and not (day_only and days.has_clock)
    canonical = None if is_plain else Canonical(day_writer(choice.value, day_only=day_only))
    order = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}[choice.value]
    guess = f"is read as {order}, as {choice.by}; options.reading.date_order overrules that" if choice.by else ""
    if days.has_short_years:
        what = "months" if days.are_months else "days" if days.are_named else order
        said = f"{guess}, and its years" if guess else f"is read as {what}, whose years"
        guess = f"{said} of two digits are taken for those from 1969 to 2068"
    return Decision(form, canonical, guess, _why_not(form.type))


def _why_not(kind: ColumnType) -> str:
    return "days are not summed" if kind is ColumnType.DATE else Role.MOMENT.value if kind in TIMES else ""


def _wanted_days(found: Decision, wanted: ColumnType) -> Decision:
    return replace(found, form=replace(found.form, type=wanted))
