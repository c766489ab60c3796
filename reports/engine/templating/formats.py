"""Write numbers, amounts and dates as people of a locale do."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from copy import copy
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import DateTimeFormat, DateTimePattern, format_time, match_skeleton, parse_pattern
from babel.numbers import (
    NumberPattern,
    format_currency,
    format_scientific,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    is_currency,
)

from reports.engine.templating.calendars import calendar_of
from reports.engine.templating.cldr import LATIN, counter_style_of, digits_of, numbering_of, spaced
from reports.engine.templating.cldr import NO_BREAK_SPACE as NO_BREAK_SPACE
from reports.engine.templating.unusable_values import UnusableValueError
from reports.locale_data import Locale, UnknownLocaleError

Number = int | float | Decimal | str
NumberWriter = Callable[[Decimal], str]
MOST_DIGITS = 40
"""Digits that a number is printed with; one that would have more is written as 1.5E300, with 17 digits at the most."""

MISSING = "–"
_WHOLE_WEEKDAY = "EEEE"
"""A skeleton that CLDR answers with the day of the week cut short."""
_NAMED_STYLES = frozenset(("short", "medium", "long", "full"))
_LEFT_TO_RIGHT = "\u200e"
_ARABIC_LETTER = "\u061c"
_PRECISION = decimal.Context(prec=400, rounding=ROUND_HALF_UP)
_SCIENTIFIC = "0.################E0"
_DECIMALS_WITHOUT_EXPONENT = 6
_DAYS_KEPT = 4_096  # eleven years of days, so that a long table's are each written once
_NEW_YEAR = date(2024, 1, 1)
_MINUTES_A_DAY = 1_440


def as_decimal(value: Number) -> Decimal:
    """Return the number as it is written: ``0.1`` is a tenth, not its binary neighbour.

    Raises ValueError for what is no finite number.
    """
    if isinstance(value, Decimal):
        number = value
    else:
        try:
            number = Decimal(value if isinstance(value, str) else str(value))  # str(True) is not a number
        except InvalidOperation:
            raise UnusableValueError("not a number", value) from None
    if not number.is_finite():
        raise UnusableValueError("not a finite number", value)
    return number


def rounded(value: Number, places: int) -> Decimal:
    """Round half away from zero, as invoices do; never returns minus zero.

    A number of more than 400 digits comes back as it is.
    """
    exact = as_decimal(value)
    if exact.adjusted() + places + 1 > _PRECISION.prec:
        return exact
    number = exact.quantize(_quantum(places), ROUND_HALF_UP, _PRECISION)
    return number.copy_abs() if number.is_zero() else number


def _is_unwieldy(number: Decimal, places: int) -> bool:
    """Tell whether a number would be printed with too many digits."""
    return max(number.adjusted(), 0) + 1 + places > MOST_DIGITS


class Formats:
    """Format for one locale, in its digits and calendar. Numbers have a true minus sign (U+2212); None is an en dash.

    Babel decides how everything looks. As it takes 20 to 50 µs for a number or a date, what it says about a locale's
    numbers is asked once, a day is put together from parts that it wrote, and days and times of day are kept.
    """

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._numbering = numbering_of(locale)
        self._digits = digits_of(self._numbering)
        self._dated = calendar_of(locale)
        self.number_writer = lru_cache(maxsize=64)(self._make_number_writer)
        self._written_day = lru_cache(maxsize=_DAYS_KEPT)(self._write_day)
        self._day_writer = lru_cache(maxsize=len(_NAMED_STYLES))(self._make_day_writer)
        self._exact_clocks = lru_cache(maxsize=3)(self._make_exact_clocks)
        self._written_clock = lru_cache(maxsize=_MINUTES_A_DAY)(self._write_clock)

    @staticmethod
    def of(tag: str) -> Formats:
        """Return the formats of a tag such as ``de-AT``; of its language, else of English, when it is not known."""
        return _formats(tag)

    @staticmethod
    def warnings_about(tag: str) -> tuple[dict[str, str], ...]:
        """Warn when there is no locale of that very tag, and another one is taken."""
        taken, parts = _formats(tag), tag.replace("-", "_").split("_")
        if _parsed(parts) is not None:
            return ()
        message = f"There is no locale {tag!r}. Numbers and dates are written as for {taken.tag!r}."
        return ({"code": "unknown_locale", "message": message},)

    @cached_property
    def tag(self) -> str:
        """Return the BCP 47 tag, for ``lang`` attributes."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    @property
    def counter_style(self) -> str:
        """Return the CSS counter style of page numbers."""
        return counter_style_of(self._numbering)

    @cached_property
    def characters(self) -> frozenset[str]:
        """Return what numbers and amounts are written with, in any currency, but for spaces."""
        numbers = (self.number(Decimal("-1234567890.5")), self.percent(-1), self._scientific(Decimal("1E-9")))
        return frozenset("".join((*numbers, *self.locale.currency_symbols.values())).replace(" ", ""))

    def number(self, value: Number | None, places: int | None = None) -> str:
        """Write a number with grouped digits and ``places`` decimals; with as many as it has when None."""
        if value is None:
            return MISSING
        exact = as_decimal(value)
        if places is not None and places < 0:
            exact, places = rounded(exact, places), 0
        digits = decimals_of(exact) if places is None else places
        return self._scientific(exact) if _is_unwieldy(exact, digits) else self.number_writer(digits)(exact)

    def percent(self, value: Number | None, places: int | None = None) -> str:
        """Write a percentage: 19 → ``19%``, in German ``19 %``."""
        if value is None:
            return MISSING
        exact = as_decimal(value)
        digits = decimals_of(exact) if places is None else places
        if _is_unwieldy(exact, digits):
            return f"{self._scientific(exact)}{NO_BREAK_SPACE}{self._percent_sign}"
        # Babel takes 0.19 for 19 %.
        text = self._by_babel(rounded(exact, digits).scaleb(-2, _PRECISION), self.locale.percent_formats[None], digits)
        return text.replace("%", self._percent_sign)

    @cached_property
    def _percent_sign(self) -> str:
        return str(self.locale.number_symbols.get(self._numbering, {}).get("percentSign", "%"))

    def _scientific(self, number: Decimal) -> str:
        text = format_scientific(number, _SCIENTIFIC, locale=self.locale, numbering_system=self._numbering)
        return self._signed(text.replace(_LEFT_TO_RIGHT, "").replace(_ARABIC_LETTER, "")).translate(self._digits)

    def _by_babel(self, number: Decimal, pattern: NumberPattern, places: int) -> str:
        with decimal.localcontext(_PRECISION):
            text = _with_decimals(pattern, places).apply(number, self.locale, numbering_system=self._numbering)
        return self._signed(text).translate(self._digits)

    def money(self, value: Number | None, currency: str) -> str:
        """Write an amount with the currency's sign, at its place, with the currency's number of decimals."""
        if value is None:
            return MISSING
        exact, places = as_decimal(value), places_of(currency)
        if _is_unwieldy(exact, places):
            return f"{self._scientific(exact)}{NO_BREAK_SPACE}{currency}"
        with decimal.localcontext(_PRECISION):
            text = format_currency(
                rounded(exact, places), currency, locale=self.locale, numbering_system=self._numbering
            )
        text = spaced(text.replace(" ", NO_BREAK_SPACE), get_currency_symbol(currency, self.locale))
        return self._signed(text).translate(self._digits)

    def plural_form(self, value: Number) -> str:
        """Return the name of the form that words take beside a number: ``one``, ``few``, ``other`` and such."""
        return str(self.locale.plural_form(as_decimal(value)))

    @property
    def plural_forms(self) -> frozenset[str]:
        """Return the names of all forms that words take beside numbers."""
        return frozenset((*self.locale.plural_form.rules, "other"))

    def digits(self, value: object) -> str:
        """Write a text with the digits that the locale's script has of its own, whatever its numbers are written in."""
        return str(value).translate(digits_of(str(self.locale.other_numbering_systems.get("native", LATIN))))

    def day(self, value: str | date, style: str = "medium") -> str:
        """Write a date. Styles: short, medium, long, full, or a CLDR skeleton: ``MMMEd`` is weekday, day and month.

        ``iso`` is 2026-11-30 in all locales.
        """
        day = _as_date(value)
        return day.isoformat() if style == "iso" else self._written_day(day, style)

    def ungrouped(self, value: Number, places: int) -> str:
        """Write a number whose thousands are not set apart, such as a year."""
        exact = as_decimal(value)
        if _is_unwieldy(exact, places):
            return self._scientific(exact)
        point = get_decimal_symbol(self.locale, numbering_system=self._numbering)
        return self._signed(format(rounded(exact, places), f".{places}f").translate(self._digits).replace(".", point))

    def moment(self, value: str | datetime, style: str = "medium", precision: str = "minute") -> str:
        """Write a date and a time, to the minute or to ``precision``; of an aware time also say UTC or the offset."""
        moment = _as_moment(value)
        if style == "iso":
            return moment.isoformat(timespec=f"{precision}s" if precision != "minute" else "minutes")
        day, clock = self._written_day(moment.date(), style), self.clock(moment, precision)
        text = str(self.locale.datetime_formats["medium"]).replace("'", "").format(clock, day)
        zone = moment.tzname()
        return f"{text}{NO_BREAK_SPACE}{zone}" if zone else text

    def clock(self, value: datetime | time, precision: str = "minute") -> str:
        """Write the time of day, to the minute or to ``precision``: second, millisecond or microsecond."""
        if precision == "minute":
            return self._written_clock(value.hour, value.minute)
        clock = time(value.hour, value.minute, value.second, value.microsecond)
        return str(self._exact_clocks(precision).apply(clock, self.locale)).translate(self._digits)

    def _make_exact_clocks(self, precision: str) -> DateTimePattern:
        """Return the locale's pattern of times to the second, with as many of its decimals as wanted."""
        pattern = str(self.locale.time_formats["medium"].pattern)
        digits = {"millisecond": "SSS", "microsecond": "SSSSSS"}.get(precision)
        if digits is not None:
            pattern = pattern.replace("ss", f"ss'{get_decimal_symbol(self.locale)}'{digits}")
        return parse_pattern(pattern)

    def _write_day(self, day: date, style: str) -> str:
        if style in _NAMED_STYLES:
            return self._day_writer(style)(day).translate(self._digits)
        if style == _WHOLE_WEEKDAY:
            return str(self.locale.days["stand-alone"]["wide"][day.weekday()])
        known = self.locale.datetime_skeletons
        skeleton = style if style in known else match_skeleton(style, known)
        if skeleton is None:
            raise ValueError("there is no such style: write short, medium, long, full, iso, or a CLDR skeleton")
        pattern: Any = known[skeleton]
        return str(pattern % self._dated(day, self.locale)).translate(self._digits)

    def _make_day_writer(self, style: str) -> Callable[[date], str]:
        """Put days together from what Babel writes for their year, month and day, each of which depends on itself."""
        pattern: Any = self.locale.date_formats[style]
        fields = re.findall(r"%\((\w+)\)s", pattern.format)
        if self._dated is not DateTimeFormat or not all(field[0] in "yMLd" for field in fields):
            return lambda day: str(pattern % self._dated(day, self.locale))

        @cache
        def part(field: str, number: int) -> str:
            some_day = {"y": {"year": number}, "d": {"day": number}}.get(field[0], {"month": number})
            return str(DateTimeFormat(_NEW_YEAR.replace(**some_day), self.locale)[field])

        def write(day: date) -> str:
            numbers = {"y": day.year, "M": day.month, "L": day.month, "d": day.day}
            return str(pattern.format % {field: part(field, numbers[field[0]]) for field in fields})

        return write

    def _write_clock(self, hour: int, minute: int) -> str:
        return str(format_time(time(hour, minute), "short", locale=self.locale)).translate(self._digits)

    def _make_number_writer(self, places: int) -> NumberWriter:
        pattern = self.locale.decimal_formats[None]
        most = MOST_DIGITS - places
        if pattern.exp_prec or "@" in pattern.pattern or pattern.scale or pattern.int_prec[0] > 1:
            return lambda number: (
                self._scientific(number)
                if _is_unwieldy(number, places)
                else self._by_babel(rounded(number, places), pattern, places)
            )
        quantum, (first, second) = _quantum(places), pattern.grouping
        group = get_group_symbol(self.locale, numbering_system=self._numbering)
        point = get_decimal_symbol(self.locale, numbering_system=self._numbering)
        plus, minus = ((self._signed(pattern.prefix[i]), self._signed(pattern.suffix[i])) for i in (0, 1))
        end = -places - 1 if places else None
        # str() is three times as fast, and needs no exponent up to six decimals.
        written: NumberWriter = str if places <= _DECIMALS_WITHOUT_EXPONENT else "{:f}".format

        def write(number: Decimal) -> str:
            if number.adjusted() >= most:
                return self._scientific(number)
            if not number.same_quantum(quantum):
                number = number.quantize(quantum, ROUND_HALF_UP, _PRECISION)
            text = written(number)
            before, after = plus
            if text[0] == "-":
                text = text[1:]
                if number:
                    before, after = minus
            whole = text[:end]
            if len(whole) > first:
                rest = whole[:-first]
                whole = f"{rest if len(rest) <= second else _grouped(rest, second, group)}{group}{whole[-first:]}"
            return f"{before}{whole}{point}{text[-places:]}{after}" if places else f"{before}{whole}{after}"

        return (lambda number: write(number).translate(self._digits)) if self._digits else write

    def _signed(self, text: str) -> str:
        """Give a negative number a true minus sign, and keep it before the digits among right-to-left text.

        Arabic digits are read from right to left with their sign, and so have it on their right.
        """
        mark = "" if self.direction == "ltr" else _ARABIC_LETTER if self._numbering == "arab" else _LEFT_TO_RIGHT
        return text.replace("-", f"{mark}−")


def _grouped(digits: str, size: int, symbol: str) -> str:
    """Put a symbol between groups of digits, counted from the right."""
    head = len(digits) % size
    parts = [digits[:head]] if head else []
    return symbol.join([*parts, *(digits[start : start + size] for start in range(head, len(digits), size))])


def in_zone(value: str | datetime, zone: str) -> datetime:
    """Return the time that clocks of a zone such as ``Europe/Berlin`` show. Raises ValueError for an unknown zone."""
    moment = _as_moment(value)
    if moment.tzinfo is None:
        raise UnusableValueError(
            "a time without its zone cannot be shown in another: write 2026-11-30T08:00:00Z", value
        )
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        raise UnusableValueError("there is no such time zone: write its name as in Europe/Berlin", zone) from None
    except OverflowError:
        raise UnusableValueError("a time outside of the years 1 to 9999", value) from None


def decimals_of(value: Number) -> int:
    """Count the decimals a number is written with."""
    exponent = as_decimal(value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def places_of(currency: str) -> int:
    """Return how many decimals a currency has: 2 for EUR, 0 for JPY."""
    return int(get_currency_precision(currency))


def is_known_currency(code: str) -> bool:
    """Tell whether a code is one of ISO 4217."""
    return bool(is_currency(code))


@lru_cache(maxsize=16)  # each keeps up to a megabyte of days and minutes
def _formats(tag: str) -> Formats:
    parts = tag.replace("-", "_").split("_")
    while parts:
        if (locale := _parsed(parts)) is not None:
            return Formats(locale)
        parts.pop()
    return Formats(Locale("en"))


def _parsed(parts: list[str]) -> Locale | None:
    try:
        return Locale.parse("_".join(parts))
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(maxsize=64)
def _quantum(places: int) -> Decimal:
    return Decimal(1).scaleb(-places, _PRECISION)


@lru_cache(maxsize=256)
def _with_decimals(pattern: NumberPattern, places: int) -> NumberPattern:
    """Return a locale's pattern, such as ``#,##0.###``, with a fixed number of decimals."""
    fixed = copy(pattern)
    fixed.frac_prec = (places, places)
    return fixed


def _as_date(value: str | date) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return _as_moment(value).date()


def _as_moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))  # of what a template does not have, str() says so
    except ValueError:
        raise UnusableValueError("not a day or time: write 2026-11-30 or 2026-11-30T08:00:00Z", value) from None
