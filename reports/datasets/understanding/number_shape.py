"""Read the shape of a number: its signs, its affixes, and what its points and commas can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from reports.datasets.understanding.affixes import Affix, is_letter, kind_of
from reports.datasets.understanding.cell_text import LONGEST_VALUE

POINT, COMMA = ".", ","
MOST_DIGITS = 40
_EXACT = Context(prec=100)

_CORE = re.compile(r"(?P<digits>[0.,' ]++)(?P<power>[eE][+-]?0{1,3})?", re.ASCII)
# How whole numbers are grouped, with decimals behind them. ``{d}`` is the decimal mark, ``{g}`` that of groups.
_FORMS = (
    r"(?P<whole>0*+)(?>(?:{d}(?P<part>0*+))?)",
    r"(?P<whole>0{{1,3}}+(?P<group>{g}|'| )000(?>(?:(?P=group)000)*))(?>(?:{d}(?P<part>0*+))?)",
    r"(?P<whole>0{{1,2}}+(?>(?:(?P<group>{g})00(?=(?P=group)))+)(?P=group)000)(?>(?:{d}(?P<part>0*+))?)",
)
_READINGS = {
    mark: [re.compile(form.format(d=re.escape(mark), g=re.escape(group))) for form in _FORMS]
    for mark, group in ((POINT, COMMA), (COMMA, POINT))
}
_SIGNS = "+-"


@dataclass(frozen=True, slots=True)
class Core:
    """What a number's digits are by one decimal mark."""

    whole_digits: int
    decimals: int
    group: str = ""

    @property
    def is_plain(self) -> bool:
        """Tell whether these are digits and no more."""
        return not self.decimals and not self.group


@dataclass(frozen=True, slots=True)
class NumberShape:
    """A number's shape. ``point`` and ``comma`` are its readings by either decimal mark, None where there is none.

    ``start`` and ``end`` are where its digits stand in the cell. ``is_plain``: nothing has to be changed in it, if the
    decimal mark is a point. ``can_be_translated``: it takes no more than to drop and to replace signs.
    """

    start: int
    end: int
    point: Core | None
    comma: Core | None
    prefix: str = ""
    suffix: str = ""
    affix: Affix = Affix.NONE
    is_negative: bool = False
    has_plus: bool = False
    in_brackets: bool = False
    has_power: bool = False
    has_mark_at_end: bool = False
    is_plain: bool = False
    can_be_translated: bool = False

    def core(self, mark: str) -> Core | None:
        """Return the reading by a decimal mark."""
        return self.point if mark == POINT else self.comma


def number_shape(shape: str, *, are_amounts: bool = False) -> NumberShape | None:
    """Read a shape; None if it is no number's. ``are_amounts``: letters such as R and Q are currencies."""
    return None if len(shape) > LONGEST_VALUE or "0" not in shape else _number_shape(shape, are_amounts)


@lru_cache(maxsize=8192)
def _number_shape(shape: str, are_amounts: bool) -> NumberShape | None:
    start, end = _core_of(shape)
    match = _CORE.fullmatch(shape, start, end)
    tail = shape[end:]
    has_no_cents = shape[end - 1] in ".," and tail.startswith("-")
    if has_no_cents:
        # "12.-" and "12,--" are prices without cents, and not negative.
        tail = tail.removeprefix("-").removeprefix("-")
    around = _around(shape[:start], tail)
    if match is None or around is None:
        return None
    digits, power = match["digits"], match["power"]
    point, comma = (_read(digits, mark) for mark in (POINT, COMMA))
    prefix, suffix, affix, signs = around
    if (point is None and comma is None) or (power and affix is not Affix.NONE):
        return None
    is_plain = all(core is None or core.is_plain for core in (point, comma))
    if is_plain and _names(shape[:start], prefix.strip()) and not (are_amounts and is_letter(prefix.strip())):
        return None
    is_negative = "-" in signs or "(" in signs
    is_whole_core = digits[0] == "0" == digits[-1] and not power
    return NumberShape(
        start, end, point, comma, prefix, suffix, affix,
        is_negative=is_negative,
        has_plus="+" in signs,
        in_brackets="(" in signs,
        has_power=power is not None,
        has_mark_at_end=digits[-1] in ".," and not has_no_cents,
        is_plain=is_whole_core and shape[:start] in ("", "-") and end == len(shape)
        and point is not None and not point.group,
        can_be_translated=is_whole_core and affix is not Affix.PERCENT
        and not set(prefix + suffix) & set(".,()'-")
        and (not is_negative or not set(tail) & set("-")),
    )  # fmt: skip


def _core_of(shape: str) -> tuple[int, int]:
    """Return where the digits begin and end, with a decimal mark that begins or ends them."""
    start, end = shape.index("0"), shape.rindex("0") + 1
    if start and shape[start - 1] in ".,":
        before = shape[: start - 1].strip()
        # The point of "Rs.500" is not one of ".5".
        if not before.strip("(+-") or kind_of(before.strip("(+- ") + shape[start - 1]) is None:
            start -= 1
    if end < len(shape) and shape[end] in ".,":
        end += 1
    return start, end


def _around(head: str, tail: str) -> tuple[str, str, Affix, str] | None:
    """Return prefix, suffix, their kind, and the signs of a number; None for what is none of these."""
    signs = ""
    for _ in range(2):
        if head[:1] in tuple("+-("):
            signs, head = signs + head[0], head[1:].lstrip()
        if head.rstrip()[-1:] in tuple("+-("):
            signs, head = signs + head.rstrip()[-1], head.rstrip()[:-1]
        if tail.lstrip()[:1] in tuple("+-)"):
            signs, tail = signs + tail.lstrip()[0], tail.lstrip()[1:]
        if tail[-1:] in tuple("+-)"):
            signs, tail = signs + tail[-1], tail[:-1].rstrip()
    before, after = kind_of(head.strip(), is_prefix=True), kind_of(tail.strip())
    if signs not in ("", "+", "-", "()") or before is None or after is None:
        return None
    if before is not Affix.NONE and after is not Affix.NONE:
        return None
    if before not in (Affix.NONE, Affix.CURRENCY, Affix.PERCENT):
        return None
    return head, tail, before if after is Affix.NONE else after, signs


def _names(head: str, prefix: str) -> bool:
    """Tell whether what stands before whole numbers makes names of them, such as Q1, K-1000 or TOP-10."""
    has_joint = prefix.isalpha() and head[-1] in _SIGNS and head[-2].isalpha()
    return has_joint or is_letter(prefix)


def _read(digits: str, mark: str) -> Core | None:
    for form in _READINGS[mark]:
        match = form.fullmatch(digits)
        if match is None:
            continue
        group = match.groupdict().get("group") or ""
        whole, decimals = match["whole"].count("0"), len(match["part"] or "")
        if whole + decimals == 0 or max(whole, decimals) > MOST_DIGITS:
            return None
        return Core(whole, decimals, group)
    return None


def canonical_number(text: str, shape: NumberShape, mark: str) -> str:
    """Write a cell's number as plain text, such as ``-1234.50``; percents as fractions."""
    core = text[shape.start : shape.end]
    for sign in "' ":
        core = core.replace(sign, "")
    core = core.replace(COMMA if mark == POINT else POINT, "").replace(mark, ".")
    if shape.has_power or shape.affix is Affix.PERCENT:
        number = Decimal(core)
        core = format(number.scaleb(-2, _EXACT) if shape.affix is Affix.PERCENT else number, "f")
    core = f"0{core}" if core[0] == "." else core.rstrip(".") if core[-1] == "." else core
    return f"-{core}" if shape.is_negative else core


def digits_of_power(text: str) -> tuple[int, int]:
    """Return how many digits a number such as ``1.5E-07`` has before its point, and how many behind it."""
    number = Decimal(text.replace(COMMA, POINT))
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(number.adjusted() + 1, 1), max(-exponent, 0)
