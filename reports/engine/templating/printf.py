"""Fill ``%.2f`` and its like in templates, with decimals in place of binary fractions: ``%.2f`` of 1.005 is 1.01."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from reports.engine.templating.exact_numbers import EXACT, number_of
from reports.engine.templating.formats import rounded


def in_decimals(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function, such as ``str.format``, that rounds decimals half away from zero."""

    def called(*arguments: Any, **named: Any) -> Any:
        with localcontext(EXACT):
            return function(*arguments, **named)

    return called


_CONVERSION = re.compile(
    r"%(?:\((?P<name>[^()%]{0,99})\))?(?P<flags>[-#0 +]{0,5})(?P<width>\*|\d*)(?:\.(?P<places>\*|\d*))?(?P<kind>.)",
    re.DOTALL,
)
_NUMBERS = frozenset("fFeEgG")
_WIDEST = 3
_SIX = "6"
_FIRST_EXPONENT_OF_G = -4
_SHORT_EXPONENT = re.compile(r"(e[+-])(\d)$", re.IGNORECASE)


def formatted(text: str, values: Any) -> str:
    """Fill the places of a text. Raises ValueError for a width of more than three digits, or one that is a value."""
    places = [match for match in _CONVERSION.finditer(text) if match["kind"] != "%"]
    for match in places:
        if max(len(match["width"]), len(match["places"] or "")) > _WIDEST or "*" in (match["width"], match["places"]):
            raise ValueError("write a width and decimals as numbers of at most three digits")
    if isinstance(values, dict):
        # Each place has a name of its own, as one value may be asked for in two forms.
        given = {
            _own_name(match): _for_place(match, values[match["name"]]) for match in places if match["name"] in values
        }
        return _with_texts(text) % {**values, **given}
    listed = values if isinstance(values, tuple) else (values,)
    if len(listed) != len(places):
        filled: str = text % values  # tells what is wrong in Python's words
        return filled
    return _with_texts(text) % tuple(map(_for_place, places, listed))


def _with_texts(text: str) -> str:
    return type(text)(
        _CONVERSION.sub(lambda match: _place_for_text(match) if match["kind"] in _NUMBERS else match[0], text)
    )


def _place_for_text(match: re.Match[str]) -> str:
    return f"%({_own_name(match)})s" if match["name"] is not None else "%s"


def _own_name(match: re.Match[str]) -> str:
    return f"{match['name']}%{match.start()}" if match["kind"] in _NUMBERS else str(match["name"])


def _for_place(match: re.Match[str], value: Any) -> Any:
    if match["kind"] not in _NUMBERS:
        return value
    number = Decimal(number_of(value))
    places = int(_SIX if match["places"] is None else match["places"] or 0)
    kind, flags = match["kind"].lower(), match["flags"]
    written = _WRITERS[kind](number.copy_abs(), places, "#" in flags)
    sign = "+" if "+" in flags else " " if " " in flags else ""
    # What is rounded to nothing has no sign.
    sign = "-" if number < 0 and written.strip("0.") else sign
    digits = written.upper() if match["kind"].isupper() else written
    return _padded(sign, digits, flags, int(match["width"] or 0))


def _padded(sign: str, digits: str, flags: str, width: int) -> str:
    if "-" in flags:
        return f"{sign}{digits}".ljust(width)
    if "0" in flags:
        return sign + digits.rjust(width - len(sign), "0")
    return f"{sign}{digits}".rjust(width)


def _fixed(number: Decimal, places: int, keeps_zeros: bool) -> str:
    del keeps_zeros
    return format(rounded(number, places), f".{places}f")


def _with_exponent(number: Decimal, places: int, keeps_zeros: bool) -> str:
    del keeps_zeros
    with localcontext(EXACT):
        written = format(number, f".{places}e") if number else f"{_fixed(number, places, True)}e+0"
        return _SHORT_EXPONENT.sub(r"\g<1>0\2", written)


def _general(number: Decimal, places: int, keeps_zeros: bool) -> str:
    digits = places or 1
    exponent = Context(digits, ROUND_HALF_UP).plus(number).adjusted() if number else 0
    if _FIRST_EXPONENT_OF_G <= exponent < digits:
        written = _fixed(number, digits - 1 - exponent, keeps_zeros)
    else:
        written = _with_exponent(number, digits - 1, keeps_zeros)
    if keeps_zeros or "." not in written:
        return written
    mantissa, mark, power = written.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}{mark}{power}"


_WRITERS: dict[str, Callable[[Decimal, int, bool], str]] = {"f": _fixed, "e": _with_exponent, "g": _general}
