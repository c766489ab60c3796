"""Write a number as Excel shows it, by its format: for cells whose format says more than a column's form can."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from reports.datasets.excel.day_display import Calendar, shown_day
from reports.datasets.excel.number_formats import Digits, NumberFormat, digits_of
from reports.datasets.excel.number_tokens import Part, Token

LARGEST_PLAIN, SMALLEST_PLAIN = 1e11, 1e-4
# As many as a float has, with those after the point.
_EXACT = Context(prec=700, rounding=ROUND_HALF_UP)
_GENERAL_PLACES = 10
_NEGATIVE = ("<0", "<=0")
_MOST_OF_A_DENOMINATOR = 5


def shown(number: float, number_format: NumberFormat, calendar: Calendar, decimal: str = ".") -> str:
    """Return a number as its format writes it; ``decimal`` is the mark before decimals."""
    section, value = _section_for(number, number_format)
    if number_format.is_general or number_format.is_text:
        return _marked(general(number), decimal)
    if any(part in (Part.DATE, Part.ELAPSED, Part.HALF_DAY) for part, _ in section):
        return shown_day(value, section, calendar, number_format.language) or general(value)
    if any(part is Part.GENERAL for part, _ in section):
        written = _marked(general(value), decimal)
        return "".join(written if part is Part.GENERAL else text for part, text in section).strip()
    digits = number_format.digits(section)
    if digits is None:
        return "".join(text for part, text in section if part is Part.LITERAL).strip()
    return _shown_number(value, section, digits, decimal).strip()


def general(number: float) -> str:
    """Return a number as the format ``General`` writes it in a wide cell: in eleven characters."""
    size = abs(number)
    if number == int(number) and size < LARGEST_PLAIN:
        return str(int(number))
    if SMALLEST_PLAIN <= size < LARGEST_PLAIN:
        places = max(0, _GENERAL_PLACES - len(str(int(size))))
        text = _rounded(Decimal(repr(number)), places)
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{number:.5E}".partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"


def _section_for(number: float, number_format: NumberFormat) -> tuple[Sequence[Token], float]:
    """Return the section that a number is written by, and the number as it is written there: without its sign."""
    sections = number_format.sections
    if number_format.has_conditions:
        for section in sections:
            condition = next((text for part, text in section if part is Part.CONDITION), None)
            if condition is None or _holds(number, condition):
                # What is for numbers below zero alone writes the sign itself.
                return section, -number if condition in _NEGATIVE and number < 0 else number
        return sections[-1], number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _holds(number: float, condition: str) -> bool:
    operator = condition[: len(condition) - len(condition.lstrip("<>="))]
    try:
        limit = float(condition[len(operator) :])
    except ValueError:
        return False
    return {
        "<": number < limit, "<=": number <= limit, ">": number > limit, ">=": number >= limit,
        "=": number == limit, "<>": number != limit,
    }.get(operator, False)  # fmt: skip


def _shown_number(number: float, section: Sequence[Token], digits: Digits, decimal: str) -> str:
    value = Decimal(repr(number)).scaleb(2 * digits.percents - 3 * digits.thousands, _EXACT)
    kinds = [part for part, _ in section]
    minus = "-" if value < 0 else ""
    if Part.EXPONENT in kinds:
        return minus + _scientific(abs(value), section, decimal)
    if Part.SLASH in kinds:
        return minus + _fraction(abs(value), section)
    text = _rounded(abs(value), len(digits.fraction))
    whole, _, fraction = text.partition(".")
    if not set(text) - {"0", "."}:
        minus = ""
    return minus + _placed(whole, fraction, section, digits.grouped, decimal)


def _placed(whole: str, fraction: str, section: Sequence[Token], grouped: bool, decimal: str) -> str:
    """Put digits in their places: those of the whole from its end on, and the first place takes all that are left."""
    places = [at for at, (part, _) in enumerate(section) if part is Part.DIGIT]
    point = next((at for at, (part, _) in enumerate(section) if part is Part.POINT), len(section))
    before, after = [at for at in places if at < point], [at for at in places if at > point]
    whole = whole.lstrip("0")
    written: dict[int, str] = {}
    for at in reversed(before):
        digit = whole if at == before[0] else whole[-1:]
        whole = whole[: len(whole) - len(digit)]
        written[at] = digit or {"0": "0", "?": " "}.get(section[at][1], "")
    if grouped:
        all_digits = "".join(written[at] for at in before)
        separator = "." if decimal == "," else ","
        written |= dict.fromkeys(before, "") | {before[0]: _grouped(all_digits, separator)}
    # A place that need not be filled is left empty behind the last digit that is not zero.
    fixed = max((number for number, at in enumerate(after, 1) if section[at][1] == "0"), default=0)
    needed = max(fixed, len(fraction.rstrip("0")))
    # Digits may stand between the places, as in `.10`, which are then literal.
    fraction = fraction.ljust(len(after), "0")
    for number, at in enumerate(after):
        written[at] = fraction[number] if number < needed else ""
    return "".join(
        written[at] if part is Part.DIGIT
        else decimal if part is Part.POINT
        else text if part in (Part.LITERAL, Part.PERCENT, Part.SLASH)
        else ""
        for at, (part, text) in enumerate(section)
    )  # fmt: skip


def _grouped(digits: str, separator: str) -> str:
    head = len(digits) % 3
    groups = [digits[:head]] * bool(head) + [digits[at : at + 3] for at in range(head, len(digits), 3)]
    return separator.join(groups)


def _scientific(value: Decimal, section: Sequence[Token], decimal: str) -> str:
    at = [part for part, _ in section].index(Part.EXPONENT)
    mantissa_section, exponent_section = section[:at], section[at + 1 :]
    digits = digits_of(mantissa_section)
    if digits is None:
        return _marked(general(float(value)), decimal)
    step = max(1, len(digits.whole))
    exponent = 0 if not value else value.adjusted() // step * step
    text = _rounded(value.scaleb(-exponent, _EXACT), len(digits.fraction))
    if len(text.partition(".")[0]) > step:  # rounded up to the next power
        exponent += step
        text = _rounded(value.scaleb(-exponent, _EXACT), len(digits.fraction))
    whole, _, fraction = text.partition(".")
    sign = "-" if exponent < 0 else "+" if section[at][1] == "+" else ""
    places = sum(part is Part.DIGIT for part, _ in exponent_section)
    tail = "".join(text for part, text in exponent_section if part is Part.LITERAL)
    mantissa = _placed(whole, fraction, mantissa_section, digits.grouped, decimal)
    return f"{mantissa}E{sign}{abs(exponent):0{places}d}{tail}"


def _fraction(value: Decimal, section: Sequence[Token]) -> str:
    """Write ``2 1/2``, or ``5/2`` where there is no place for a whole number."""
    at = [part for part, _ in section].index(Part.SLASH)
    below = [text for part, text in section[at + 1 :] if part in (Part.DIGIT, Part.LITERAL)]
    fixed = "".join(below).strip()
    has_whole = any(
        part is Part.LITERAL and text.isspace() and before is Part.DIGIT
        for (part, text), (before, _) in zip(section[1:at], section[: max(at - 1, 0)], strict=True)
    )
    exact = Fraction(value)
    whole = int(exact) if has_whole else 0
    rest = exact - whole
    if fixed.isdecimal() and int(fixed) > 0:
        denominator = int(fixed)
        numerator = int(rest * denominator + Fraction(1, 2))
    else:
        near = rest.limit_denominator(10 ** min(len(fixed) or 1, _MOST_OF_A_DENOMINATOR) - 1)
        numerator, denominator = near.numerator, near.denominator
    if has_whole and numerator == denominator:
        whole, numerator = whole + 1, 0
    if has_whole and not numerator:
        return str(whole)
    return f"{whole} {numerator}/{denominator}" if whole else f"{numerator}/{denominator}"


def _rounded(value: Decimal, places: int) -> str:
    return format(value.quantize(Decimal(1).scaleb(-places), context=_EXACT), "f")


def _marked(text: str, decimal: str) -> str:
    return text.replace(".", decimal)
