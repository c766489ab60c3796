"""Write numbers, amounts and dates as people of a locale do."""

from __future__ import annotations

import decimal
from copy import copy
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cached_property, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import NumberPattern, format_currency, get_currency_precision, is_currency

Number = int | float | Decimal | str
NO_BREAK_SPACE = "\u00a0"
MISSING = "–"
_NAMED_STYLES = frozenset(("short", "medium", "long", "full"))
_LEFT_TO_RIGHT = "\u200e"
_PRECISION = decimal.Context(prec=400, rounding=ROUND_HALF_UP)


def as_decimal(value: Number) -> Decimal:
    """Return the number as it is written: ``0.1`` is a tenth, not its binary neighbour.

    Raises ValueError for what is no finite number.
    """
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number.is_finite() or isinstance(value, bool):
        raise ValueError("not a finite number")
    return number


def rounded(value: Number, places: int) -> Decimal:
    """Round half away from zero, as invoices do; never returns minus zero."""
    number = as_decimal(value).quantize(Decimal(1).scaleb(-places), context=_PRECISION)
    return number.copy_abs() if number.is_zero() else number


class Formats:
    """Format for one locale. Numbers have a true minus sign (U+2212); None becomes an en dash."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    @staticmethod
    def of(tag: str) -> Formats:
        """Return the formats of a tag such as ``de-AT``; of its language, else of English, when it is not known."""
        return _formats(tag)

    @cached_property
    def tag(self) -> str:
        """Return the BCP 47 tag, for ``lang`` attributes."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def number(self, value: Number | None, places: int | None = None) -> str:
        """Write a number with grouped digits and ``places`` decimals; with as many as it has when None."""
        if value is None:
            return MISSING
        return self._written(value, places, self.locale.decimal_formats[None])

    def percent(self, value: Number | None, places: int | None = None) -> str:
        """Write a percentage: 19 → ``19%``, in German ``19 %``."""
        if value is None:
            return MISSING
        # Babel takes 0.19 for 19 %.
        return self._written(value, places, self.locale.percent_formats[None], shift=-2)

    def _written(self, value: Number, places: int | None, pattern: NumberPattern, *, shift: int = 0) -> str:
        exact = as_decimal(value)
        digits = decimals_of(exact) if places is None else places
        with decimal.localcontext(_PRECISION):
            number = rounded(exact, digits).scaleb(shift)
            text = _with_decimals(pattern, digits).apply(number, self.locale)
        return self._signed(text)

    def money(self, value: Number | None, currency: str) -> str:
        """Write an amount with the currency's sign, at its place, with the currency's number of decimals."""
        if value is None:
            return MISSING
        with decimal.localcontext(_PRECISION):
            text = format_currency(rounded(value, places_of(currency)), currency, locale=self.locale)
        return self._signed(text.replace(" ", NO_BREAK_SPACE))

    def day(self, value: str | date, style: str = "medium") -> str:
        """Write a date. Styles: short, medium, long, full, or a CLDR skeleton: ``MMMEd`` is weekday, day and month."""
        moment = _as_date(value)
        if style in _NAMED_STYLES:
            return str(format_date(moment, style, locale=self.locale))
        return str(format_skeleton(style, datetime.combine(moment, time()), locale=self.locale))

    def moment(self, value: str | datetime, style: str = "medium") -> str:
        """Write a date and a time to the minute; of an aware time also say UTC or the offset."""
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        text = f"{format_date(moment, style, locale=self.locale)}, {self.clock(moment)}"
        zone = moment.tzname()
        return f"{text}{NO_BREAK_SPACE}{zone}" if zone else text

    def clock(self, value: datetime) -> str:
        """Write the time of day, to the minute."""
        return str(format_time(value, "short", locale=self.locale))

    def _signed(self, text: str) -> str:
        """Give a negative number a true minus sign, and keep it before the digits among right-to-left text."""
        return text.replace("-", f"{_LEFT_TO_RIGHT}−" if self.direction == "rtl" else "−")


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


@lru_cache(maxsize=64)
def _formats(tag: str) -> Formats:
    parts = tag.replace("-", "_").split("_")
    while parts:
        try:
            return Formats(Locale.parse("_".join(parts)))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Formats(Locale("en"))


@lru_cache(maxsize=256)
def _with_decimals(pattern: NumberPattern, places: int) -> NumberPattern:
    """Return a locale's pattern, such as ``#,##0.###``, with a fixed number of decimals."""
    fixed = copy(pattern)
    fixed.frac_prec = (places, places)
    return fixed


def _as_date(value: str | date) -> date:
    if isinstance(value, str):
        return datetime.fromisoformat(value).date()
    return value.date() if isinstance(value, datetime) else value
