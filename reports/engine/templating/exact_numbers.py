"""Calculate in templates as people do by hand: with decimals, never with binary fractions.

A literal, a number of the data and the result of a division is a Decimal, so that ``0.1 + 0.2`` is 0.3. Whole numbers
stay whole numbers. Sums, differences and products are exact, up to 400 digits; a quotient has 28.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from operator import is_
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.lexer import TOKEN_FLOAT, Lexer, Token
from markupsafe import Markup, escape

from reports.engine.templating.formats import MOST_DIGITS, as_decimal, rounded

_TRAPS = [DivisionByZero, InvalidOperation, Overflow]
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP, traps=_TRAPS)
_QUOTIENT = Context(prec=28, rounding=ROUND_HALF_UP, traps=_TRAPS)
_MOST_BITS = 4_096
_ONE = Decimal(1)


def exact(value: Any) -> Any:
    """Return a number as it is written, with the lists and objects that it is in; all else is the same object."""
    kind = type(value)
    if kind is float:
        return plain(Decimal(repr(value)))
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
        number = number.quantize(_ONE, context=_EXACT)
    return number if number else abs(number)


def escaped(value: Decimal | float) -> str:
    """Write a number that nothing has formatted, without an exponent as long as it is not too long."""
    number = exact(value) if isinstance(value, float) else plain(value)
    digits = number.as_tuple().exponent
    is_short = isinstance(digits, int) and -MOST_DIGITS < digits <= 0
    return format(number, "f") if is_short else str(escape(str(number)))


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
    if not isinstance(exponent, int) or max(abs(number.adjusted()), abs(exponent)) > _EXACT.prec:
        raise ValueError(f"a number of more than {_EXACT.prec} digits")
    return plain(number)


def binary(operator: str, left: Any, right: Any) -> Any:
    """Calculate with two numbers, one of which is no whole number, or which are to be divided."""
    left, right = (Decimal(each) if isinstance(each, int) else exact(each) for each in (left, right))
    try:
        return plain(_BINARY[operator](left, right))
    except DivisionByZero:
        raise ZeroDivisionError("division by zero") from None


def _floor(left: Decimal, right: Decimal) -> Decimal:
    return _floor_and_rest(left, right)[0]


def _rest(left: Decimal, right: Decimal) -> Decimal:
    return _floor_and_rest(left, right)[1]


def _floor_and_rest(left: Decimal, right: Decimal) -> tuple[Decimal, Decimal]:
    """Divide as Python divides whole numbers: -7 // 2 is -4, where a Decimal says -3."""
    quotient, rest = _EXACT.divmod(left, right)
    if rest and (rest < 0) is not (right < 0):
        return _EXACT.subtract(quotient, _ONE), _EXACT.add(rest, right)
    return quotient, rest


_BINARY: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _QUOTIENT.divide,
    "//": _floor,
    "%": _rest,
    "**": _QUOTIENT.power,
}
OPERATORS = frozenset(_BINARY)


def calculated(operator: str, left: Any, right: Any, otherwise: Callable[[Any, Any], Any]) -> Any:
    """Return what an expression of a template comes to; ``otherwise`` is for whole numbers, texts and lists."""
    kinds = type(left), type(right)
    if Decimal in kinds or float in kinds or operator == "/":
        if operator == "%" and isinstance(left, str):
            return formatted(left, right)
        if all(isinstance(each, int | float | Decimal) for each in (left, right)):
            return binary(operator, left, right)
    elif operator == "**" and kinds == (int, int) and right > 0 and left.bit_length() * right > _MOST_BITS:
        raise OverflowError("the power is too large")
    elif operator == "%" and isinstance(left, str):
        return formatted(left, right)
    return otherwise(left, right)


def negated(value: Any) -> Any:
    """Return a number with the other sign."""
    return plain(_EXACT.minus(exact(value))) if isinstance(value, Decimal | float) else -value


def rounded_by(value: Any, precision: int = 0, method: str = "common") -> Any:
    """Round half away from zero, or up or down: the filter ``round``."""
    if method == "common":
        return plain(rounded(number_of(value), precision))
    modes = {"ceil": "ROUND_CEILING", "floor": "ROUND_FLOOR"}
    return plain(as_decimal(value).quantize(_ONE.scaleb(-precision), modes[method], _EXACT))


def whole(value: Any, default: int = 0, base: int = 10) -> int:
    """Return the whole number in a number or a text: the filter ``int``."""
    try:
        return int(value, base) if isinstance(value, str) and base != 10 else int(number_of(value))
    except (ValueError, TypeError):
        return default


def decimal(value: Any, default: Any = Decimal(0)) -> Any:
    """Return the number that a text is: the filter ``float``, which makes no binary fraction here."""
    try:
        return exact(as_decimal(value))
    except (ValueError, TypeError):
        return exact(default)


def for_json(value: Any) -> Any:
    """Return a Decimal as json writes numbers; as a text if that would change it."""
    if not isinstance(value, Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)


def in_decimals(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function, such as ``str.format``, that rounds decimals half away from zero."""

    def called(*arguments: Any, **named: Any) -> Any:
        with localcontext(_EXACT):
            return function(*arguments, **named)

    return called


_CONVERSION = re.compile(
    r"%(?:\((?P<name>[^()%]{0,99})\))?(?P<flags>[-#0 +]{0,5})(?P<width>\d{0,3})(?:\.(?P<places>\d{1,3}))?(?P<kind>.)"
)


def formatted(text: str, values: Any) -> str:
    """Fill ``%.2f`` and its like, with decimals in place of binary fractions: ``%.2f`` of 1.005 is 1.01."""
    places = [match for match in _CONVERSION.finditer(text) if match["kind"] != "%"]
    if isinstance(values, dict):
        # Each place has a name of its own, as one value may be asked for in two forms.
        given = {
            _own_name(match): _for_place(match, values[match["name"]]) for match in places if match["name"] in values
        }
        return _with_texts(text) % {**values, **given}
    listed = values if isinstance(values, tuple) else (values,)
    if len(listed) != len(places) or not any(match["kind"] in "fF" for match in places):
        filled: str = text % values
        return filled
    return _with_texts(text) % tuple(map(_for_place, places, listed))


def _with_texts(text: str) -> str:
    written = _CONVERSION.sub(lambda match: _place_for_text(match) if match["kind"] in "fF" else match[0], text)
    return type(text)(written)


def _place_for_text(match: re.Match[str]) -> str:
    return f"%({_own_name(match)})s" if match["name"] is not None else "%s"


def _own_name(match: re.Match[str]) -> str:
    return f"{match['name']}%{match.start()}" if match["kind"] in "fF" else str(match["name"])


def _for_place(match: re.Match[str], value: Any) -> Any:
    if match["kind"] not in "fF":
        return value
    flags = match["flags"]
    align = "<" if "-" in flags else ""
    form = align + ("+" if "+" in flags else " " if " " in flags else "") + ("0" if "0" in flags and not align else "")
    places = int(match["places"] or 6)
    return format(rounded(number_of(value), places), f"{form}{match['width']}.{places}f")


class ExactLexer(Lexer):
    """Jinja's lexer, in which a literal such as ``0.10`` is a Decimal with all its digits."""

    def wrap(
        self, stream: Iterable[tuple[int, str, str]], name: str | None = None, filename: str | None = None
    ) -> Iterator[Token]:
        """Yield the tokens of a template."""
        written: deque[str] = deque()

        def noted() -> Iterator[tuple[int, str, str]]:
            for each in stream:
                if each[1] == TOKEN_FLOAT:
                    written.append(each[2])
                yield each

        for token in super().wrap(noted(), name, filename):
            if token.type == TOKEN_FLOAT:
                value: Any = plain(Decimal(written.popleft().replace("_", "")))
                yield Token(token.lineno, token.type, value)
            else:
                yield token


class ExactCodeGenerator(CodeGenerator):
    """Jinja's compiler, which writes a Decimal as ``environment.decimal('0.10')``."""

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:  # noqa: N802, as Jinja calls it
        """Write a constant."""
        if isinstance(node.value, Decimal):
            self.write(f"environment.decimal({str(node.value)!r})")
        else:
            super().visit_Const(node, frame)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.Const) and isinstance(node.value, Decimal):
            return str(Markup(escaped(node.value)))  # noqa: S704, a number
        return super()._output_child_to_const(node, frame, finalize)
