"""Calculate in templates as people do by hand: with decimals, never with binary fractions.

A literal, a number of the data and the result of a division is a Decimal, so that ``0.1 + 0.2`` is 0.3. Whole numbers
stay whole numbers. Sums, differences and products are exact, up to 400 digits; a quotient has 28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from operator import is_
from typing import Any, SupportsIndex

from jinja2.sandbox import safe_range
from markupsafe import escape

from reports.engine.templating.formats import MOST_DIGITS, as_decimal, rounded
from reports.engine.templating.unusable_values import UnusableValueError

MOST_PLACES = 400
"""Digits that a number may have before its point, and behind it."""

_TRAPS = [DivisionByZero, InvalidOperation, Overflow]
EXACT = Context(MOST_PLACES, ROUND_HALF_UP, -MOST_PLACES, MOST_PLACES, traps=_TRAPS)
_QUOTIENT = Context(28, ROUND_HALF_UP, -MOST_PLACES, MOST_PLACES, traps=_TRAPS)
TOO_LARGE = f"a number of more than {MOST_PLACES} digits"
_FIRST_WITH_EXPONENT = -6
_ONE = Decimal(1)


class WrittenOut(Decimal):
    """A number that Python would write with an exponent, and people do not: 0.00000001, and not 1E-8."""

    __slots__ = ()

    def __str__(self) -> str:
        digits = self.as_tuple().exponent
        is_short = isinstance(digits, int) and -MOST_DIGITS < digits <= 0
        return format(Decimal(self), "f") if is_short else super().__str__()

    def __format__(self, form: str, context: Context | None = None, /) -> str:
        del context  # that of this thread
        return format(Decimal(number_of(Decimal(self))), form) if form else str(self)

    def __int__(self) -> int:
        if self.adjusted() > MOST_PLACES:
            raise UnusableValueError(TOO_LARGE, self)
        return super().__int__()


def exact(value: Any) -> Any:
    """Return a number as it is written, with the lists and objects that it is in; all else is the same object."""
    kind = type(value)
    if kind is float:
        return plain(Decimal(repr(value)))
    if kind is Decimal:
        return plain(value)
    if kind is dict:
        items = list(map(exact, value.values()))
        return value if all(map(is_, items, value.values())) else dict(zip(value, items, strict=True))
    if kind is list or kind is tuple:
        items = list(map(exact, value))
        return value if all(map(is_, items, value)) else kind(items)
    return value


def plain(number: Decimal) -> Decimal:
    """Return a number without an exponent that would be printed: 1000, not 1E+3. Minus zero is zero."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0 and number.adjusted() < MOST_DIGITS:
        number, exponent = number.quantize(_ONE, context=EXACT), 0
    number = number if number else number.copy_abs()
    if isinstance(exponent, int) and exponent <= 0 and number.adjusted() >= _FIRST_WITH_EXPONENT:
        return number
    return WrittenOut(number)


def literal(text: str) -> Decimal:
    """Return a number of a template's source. Raises OverflowError if it has more than 400 digits."""
    try:
        return plain(EXACT.create_decimal(text))
    except Overflow:
        raise OverflowError(TOO_LARGE) from None


def escaped(value: Decimal | float) -> str:
    """Write a number that nothing has formatted, without an exponent as long as it is not too long."""
    return str(escape(str(exact(value) if isinstance(value, float) else plain(value))))


def place_in(value: Any) -> Any:
    """Return a number as the place in a list that it stands for; all else is the same object."""
    if not isinstance(value, Decimal | float):
        return value
    number = exact(value)
    if number != number.to_integral_value():
        raise TypeError("a place in a list is a whole number: write `| int` or `| round` behind it")
    return int(number)


def whole_range(*bounds: SupportsIndex) -> range:
    """Return the whole numbers between others: the function ``range``, as the sandbox has it."""
    return safe_range(*map(place_in, bounds))


def total(values: Iterable[Any], start: Any = 0) -> Any:
    """Add up numbers, and such as are texts; None counts nothing."""
    return sum_of(start, *(each for each in values if each is not None))


def sum_of(first: Any, *others: Any) -> Any:
    """Add numbers, each of which may be a text."""
    result = number_of(first)
    for each in map(number_of, others):
        is_whole = isinstance(result, int) and isinstance(each, int)
        result = result + each if is_whole else binary("+", result, each)
    return result


def number_of(value: Any) -> Any:
    """Return a number that may be written as a text. Raises ValueError for what is none or has too many digits."""
    if isinstance(value, int):
        return value
    number = as_decimal(value)
    exponent = number.as_tuple().exponent
    # Ten characters, such as 1e99999999, would be written as a hundred million.
    if not isinstance(exponent, int) or max(abs(number.adjusted()), abs(exponent)) > MOST_PLACES:
        raise UnusableValueError(TOO_LARGE, value)
    return plain(number)


def binary(operator: str, left: Any, right: Any) -> Any:
    """Calculate with two numbers, one of which is no whole number, or which are to be divided.

    A quotient without decimals is a whole number, so that it can be a place in a list. Raises ZeroDivisionError,
    OverflowError for more than 400 digits, and ValueError for what has no answer, such as a root of -1.
    """
    left, right = (Decimal(each) if isinstance(each, int) else exact(each) for each in (left, right))
    try:
        result = plain(_BINARY[operator](left, right))
    except Overflow:
        raise OverflowError(TOO_LARGE) from None
    except (DivisionByZero, InvalidOperation):
        if not right and operator in _DIVISIONS:
            raise ZeroDivisionError("division by zero") from None
        raise ValueError(f"{operator} has no answer for these numbers") from None
    is_quotient = operator in ("/", "//")
    return int(result) if is_quotient and result.as_tuple().exponent == 0 else result


def _floor(left: Decimal, right: Decimal) -> Decimal:
    return _floor_and_rest(left, right)[0]


def _rest(left: Decimal, right: Decimal) -> Decimal:
    return _floor_and_rest(left, right)[1]


def _floor_and_rest(left: Decimal, right: Decimal) -> tuple[Decimal, Decimal]:
    """Divide as Python divides whole numbers: -7 // 2 is -4, where a Decimal says -3."""
    quotient, rest = EXACT.divmod(left, right)
    if rest and (rest < 0) is not (right < 0):
        return EXACT.subtract(quotient, _ONE), EXACT.add(rest, right)
    return quotient, rest


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if not base and exponent < 0:
        raise InvalidOperation
    result = _QUOTIENT.power(base, exponent)
    # All 28 digits of a root are there, also when they are zeros.
    return result if exponent >= 0 and exponent == exponent.to_integral_value() else _QUOTIENT.normalize(result)


_BINARY: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": _QUOTIENT.divide,
    "//": _floor,
    "%": _rest,
    "**": _power,
}
_DIVISIONS = frozenset(("/", "//", "%"))
OPERATORS = frozenset(_BINARY)


def negated(value: Any) -> Any:
    """Return a number with the other sign."""
    return plain(EXACT.minus(exact(value))) if isinstance(value, Decimal | float) else -value


def rounded_by(value: Any, precision: int = 0, method: str = "common") -> Any:
    """Round half away from zero, or up or down: the filter ``round``."""
    if method == "common":
        return plain(rounded(number_of(value), precision))
    modes = {"ceil": "ROUND_CEILING", "floor": "ROUND_FLOOR"}
    return plain(Decimal(number_of(value)).quantize(_ONE.scaleb(-precision), modes[method], EXACT))


def whole(value: Any, default: int = 0, base: int = 10) -> int:
    """Return the whole number in a number or a text: the filter ``int``."""
    try:
        return int(value, base) if isinstance(value, str) and base != 10 else int(number_of(value))
    except (ValueError, TypeError):
        return default


def decimal(value: Any, default: Any = Decimal(0)) -> Any:
    """Return the number that a text is: the filter ``float``, which makes no binary fraction here."""
    try:
        return plain(Decimal(number_of(value)))
    except (ValueError, TypeError):
        return exact(default)


def for_json(value: Any) -> Any:
    """Return a Decimal as json writes numbers; as a text if that would change it."""
    if not isinstance(value, Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)
