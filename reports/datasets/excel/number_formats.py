"""Read Excel's number formats: what the numbers of a cell stand for, and how a column of them is printed.

A format such as ``#,##0.00 "€";[Red]-#,##0.00 "€"`` has up to four sections, for positive and negative numbers, zero
and text (ISO/IEC 29500-1, 18.8.31).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType, Precision
from reports.datasets.excel.number_tokens import Part, Token, sections_of

# Excel's own limit.
_LONGEST_FORMAT = 255
_MOST_SECTIONS = 4
_SIGNS = "+-()\u2212"
_GROUP_SIGNS = (" ", "'", "\u00a0", "\u202f", "\u2019")


_DAY_TYPES = (ColumnType.DATE, ColumnType.MOMENT, ColumnType.TIME, ColumnType.DURATION)
_DATE_PARTS = {Part.DATE, Part.HALF_DAY, Part.ELAPSED}


@dataclass(frozen=True, slots=True)
class Digits:
    """How a section writes a number: the places before and after the point, as ``0``, ``#`` and ``?``."""

    whole: str
    fraction: str
    grouped: bool
    thousands: int
    """How often the number is divided by a thousand."""
    percents: int
    prefix: str
    suffix: str
    is_plain: bool
    """Whether nothing stands between the places, and they are no exponent and no fraction."""


class NumberFormat:
    """A number format."""

    def __init__(self, code: str) -> None:
        self.code = code[:_LONGEST_FORMAT]
        sections = list(sections_of(self.code))[:_MOST_SECTIONS]
        is_for_text = len(sections) == _MOST_SECTIONS or any(part is Part.TEXT for part, _ in sections[-1])
        self.text_section = sections.pop() if is_for_text else None
        self.sections: list[list[Token]] = sections or [[(Part.GENERAL, "")]]
        self.has_conditions = any(part is Part.CONDITION for section in sections for part, _ in section)
        self.is_text = not sections
        self.language = self.code.partition("[$")[2].partition("]")[0].partition("-")[2]
        self._digits: dict[int, Digits | None] = {}

    def digits(self, section: Sequence[Token]) -> Digits | None:
        """Return how one of the format's sections writes numbers, looked for once."""
        if id(section) not in self._digits:
            self._digits[id(section)] = digits_of(section)
        return self._digits[id(section)]

    @cached_property
    def is_general(self) -> bool:
        """Whether the format leaves all to Excel."""
        return len(self.sections) == 1 and self.sections[0] == [(Part.GENERAL, "")] and not self.is_text

    @cached_property
    def is_code(self) -> bool:
        """Whether a number is a name: written in as many places as postcodes are, with marks between, or as ``Q3``."""
        digits = _digits_of_form(self.sections[0])
        if self.is_text or digits is None or _has(self.sections[0], Part.EXPONENT, Part.SLASH):
            return self.is_text
        is_whole = not digits.fraction and not digits.grouped
        is_named = digits.whole.count("0") > 1 or any(letter.isalpha() for letter in digits.prefix)
        return not digits.is_plain or (is_whole and is_named)

    @cached_property
    def form(self) -> ColumnForm | None:
        """The form of a column of such numbers: text where only Excel's own words will do, None for ``General``."""
        if self.is_general:
            return None
        first = self.sections[0]
        if self.is_text or (self.has_conditions and not self._sections_agree()):
            return AS_TEXT
        if _has(first, *_DATE_PARTS):
            return _form_of_days(first)
        if _has(first, Part.GENERAL):
            return _form_of_general(first)
        digits = _digits_of_form(first)
        if digits is None or not digits.is_plain or digits.percents > 1 or self.is_code or not self._sections_agree():
            return AS_TEXT
        return _form_of(digits)

    @cached_property
    def is_day(self) -> bool:
        """Whether numbers are days or times."""
        return self.form is not None and self.form.type in _DAY_TYPES

    @cached_property
    def hides(self) -> bool:
        """Whether the format shows nothing, whatever the number is."""
        return not self.is_text and not any(self.sections)

    @cached_property
    def hides_zero(self) -> bool:
        """Whether the format shows numbers, and nothing for zero: ``0;-0;;@``."""
        return len(self.sections) > len("+-") and not self.has_conditions and not self.sections[2]

    @cached_property
    def thousands(self) -> int:
        """How often a number is divided by a thousand before it is shown."""
        digits = _digits_of_form(self.sections[0])
        return 0 if digits is None else digits.thousands

    def _sections_agree(self) -> bool:
        """Whether negative numbers are written as positive ones are, but for the sign."""
        first = _digits_of_form(self.sections[0])
        others = self.sections[1:] if self.has_conditions else self.sections[1:2]
        return all(_same(first, _digits_of_form(section)) or not section for section in others)


def _same(one: Digits | None, other: Digits | None) -> bool:
    if one is None or other is None:
        return one is other

    def bare(digits: Digits) -> Digits:
        prefix, suffix = (text.translate({ord(sign): None for sign in _SIGNS}).strip()
                          for text in (digits.prefix, digits.suffix))  # fmt: skip
        places = "0" * len(digits.fraction)
        return replace(digits, whole="", fraction=places, prefix=prefix, suffix=suffix)

    return bare(one) == bare(other)


def _form_of(digits: Digits) -> ColumnForm:
    places = len(digits.fraction)
    return ColumnForm(
        ColumnType.NUMBER,
        decimals=places,
        prefix=_affix(digits.prefix).lstrip(),
        suffix=_affix(digits.suffix).rstrip() if digits.percents == 0 else "",
        percent=digits.percents == 1,
        grouped=digits.grouped,
    )


def _affix(text: str) -> str:
    """Return what stands around a number, without the signs and spaces that are Excel's own."""
    kept = text.translate({ord(sign): None for sign in _SIGNS} | {0xA0: " "})
    words = " ".join(kept.split())
    before, after = (" " if kept[at : at + 1 or None].isspace() else "" for at in (0, -1))
    return f"{before}{words}{after}" if words else ""


def _form_of_general(section: list[Token]) -> ColumnForm:
    at = [part for part, _ in section].index(Part.GENERAL)
    before, after = ("".join(text for part, text in side if part is Part.LITERAL)
                     for side in (section[:at], section[at:]))  # fmt: skip
    return ColumnForm(ColumnType.NUMBER, prefix=_affix(before).lstrip(), suffix=_affix(after).rstrip(), grouped=False)


def _form_of_days(section: list[Token]) -> ColumnForm:
    codes = [text for part, text in section if part is Part.DATE]
    fields = {code[0] for code in codes}
    precision = Precision.SECOND if "s" in fields else Precision.MINUTE
    if any(code.startswith("f") for code in codes):
        precision = Precision.MILLISECOND
    elapsed = [text for part, text in section if part is Part.ELAPSED]
    if elapsed or (fields & set("ns") and "h" not in fields and not fields & set("yMdE")):
        precision = Precision.SECOND if "s" in elapsed and precision is Precision.MINUTE else precision
        return ColumnForm(ColumnType.DURATION, precision=precision)
    if fields & set("hns"):
        kind = ColumnType.MOMENT if fields & set("yMdE") else ColumnType.TIME
        return ColumnForm(kind, precision=precision)
    return ColumnForm(ColumnType.DATE, skeleton=_skeleton(codes))


def _skeleton(codes: list[str]) -> str | None:
    """Return the CLDR skeleton of a date that says less, or more, than a day; None for a day."""
    of = {code[0]: code for code in codes}
    if {"y", "M", "d"} <= of.keys() and "E" not in of:
        return None
    month = of.get("M", "")
    if month:
        month = {1: "M", 2: "M", 3: "MMM", 5: "MMMMM"}.get(len(month), "MMMM")
    weekday = {"": "", "EEE": "E"}.get(of.get("E", ""), "EEEE")
    if weekday and len(of) > 1:
        weekday = "E"
    return ("y" if "y" in of else "") + month + weekday + ("d" if "d" in of else "") or None


def digits_of(section: Sequence[Token]) -> Digits | None:
    """Return how a section writes numbers; None if it has no place for a digit."""
    places = [at for at, (part, _) in enumerate(section) if part is Part.DIGIT]
    if not places or _has(section, *_DATE_PARTS):
        return None
    first, last = places[0], places[-1]
    if first and section[first - 1][0] is Part.POINT:
        first -= 1
    body = [token for token in section[first : last + 1] if token[0] is not Part.CONDITION]
    after = section[last + 1 :]
    thousands = 0
    while thousands < len(after) and after[thousands][0] is Part.COMMA:
        thousands += 1
    point = next((at for at, (part, _) in enumerate(body) if part is Part.POINT), len(body))
    before_point = point
    while before_point and body[before_point - 1][0] is Part.COMMA:
        before_point -= 1
        thousands += 1
    whole = body[:before_point]
    return Digits(
        whole="".join(text for part, text in whole if part is Part.DIGIT),
        fraction="".join(text for part, text in body[point:] if part is Part.DIGIT),
        grouped=any(part is Part.COMMA for part, _ in whole),
        thousands=thousands,
        percents=sum(part is Part.PERCENT for part, _ in section),
        prefix=_literals(section[:first]),
        suffix=_literals(after),
        is_plain=all(part in (Part.DIGIT, Part.POINT, Part.COMMA) for part, _ in body)
        and not _has(after, Part.POINT, Part.SLASH, Part.EXPONENT, Part.TEXT)
        and not any(part is Part.TEXT for part, _ in section[:first]),
    )


def _digits_of_form(section: Sequence[Token]) -> Digits | None:
    """Return how a section writes numbers, if a sign that parts the last three places groups them: ``# ##0.00``."""
    for at, (part, text) in enumerate(section):
        if part is Part.LITERAL and text in _GROUP_SIGNS:
            places = [text if part is Part.DIGIT else "." for part, text in section]
            after = "".join(places[at + 1 :]).partition(".")[0]
            if at and places[at - 1] == "#" and "0" not in places[:at] and after == "##0":
                return digits_of([*section[:at], (Part.COMMA, ","), *section[at + 1 :]])
    return digits_of(section)


def _literals(tokens: Sequence[Token]) -> str:
    return "".join(text for part, text in tokens if part is Part.LITERAL)


def _has(section: Sequence[Token], *parts: Part) -> bool:
    return any(part in parts for part, _ in section)
