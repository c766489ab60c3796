"""Gather how the numbers of a column are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reports.datasets.understanding.cell_text import SEPARATOR
from reports.datasets.understanding.number_shape import (
    COMMA,
    MOST_DIGITS,
    POINT,
    Core,
    NumberShape,
    digits_of_power,
)

_MOST_WIDTHS = 24
_MOST_AFFIXES = 8
_MARKS = (POINT, COMMA)

_ZERO_FIRST = re.compile(r"\0[^0-9\0]{0,8}+0[0-9]").search
_ZERO_BEFORE = {mark: re.compile(rf"\0[^0-9\0]{{0,8}}+0[{mark}]").search for mark in _MARKS}
_ARE_DAYS = re.compile(r"\0(?:(?>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])\0))*+").fullmatch
_ARE_MONTHS = re.compile(r"\0(?:(?>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])\0))*+").fullmatch
_WIDTH_OF_CODES = 3


@dataclass
class NumberEvidence:
    """The decimal marks that all numbers allow, and how the numbers look.

    ``doubtful`` are the signs of cells such as ``1.234``. ``shown`` has an example of each affix.
    ``are_bare``: all are whole numbers without any sign. ``widths`` are the widths of such; ``lowest`` and ``highest``
    are known while there is one width.
    """

    marks: set[str] = field(default_factory=lambda: set(_MARKS))
    decimals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_MARKS, 0))
    most_whole_digits: int = 0
    groups: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    shown: dict[tuple[str, str], NumberShape] = field(default_factory=dict)
    widths: set[int] = field(default_factory=set)
    are_bare: bool = True
    lowest: str = ""
    highest: str = ""
    are_days: bool = True
    are_months: bool = True
    has_leading_zero: bool = False
    one_shape: str | None = None
    has_negative: bool = False
    has_plus_before_groups: bool = False
    are_plain: bool = True
    can_be_translated: bool = True
    all_in_brackets: bool = True
    all_end_with_mark: bool = True
    all_are_bare_powers: bool = True
    has_powers: bool = False
    is_too_long: bool = False

    @property
    def look_like_codes(self) -> bool:
        """Tell whether all are whole numbers of one width, which has three digits or more."""
        return self.are_bare and len(self.widths) == 1 and min(self.widths) >= _WIDTH_OF_CODES

    def add_shapes(self, shapes: Iterable[tuple[str, NumberShape]], *, is_typed: bool = False) -> None:
        """Take shapes that are new; those of typed numbers say nothing of the decimal mark of texts."""
        for shape, found in shapes:
            self._add_cores(replace(found, comma=found.point) if is_typed else found)
            self._add_looks(shape, found)
            if len(self.shown) < _MOST_AFFIXES:
                self.shown.setdefault((found.prefix.strip(), found.suffix.strip()), found)

    def _add_cores(self, found: NumberShape) -> None:
        cores: dict[str, Core] = {mark: core for mark in _MARKS if (core := found.core(mark)) is not None}
        self.marks &= set(cores)
        for mark, core in cores.items():
            if not found.has_power:
                self.decimals[mark] = max(self.decimals[mark], core.decimals)
            self.most_whole_digits = max(self.most_whole_digits, core.whole_digits)
        groups = {core.group for core in cores.values()}
        if len(groups) == 1:
            self.groups |= groups - {""}
        elif len(cores) == len(_MARKS):
            self.doubtful |= groups - {""}
        self.has_plus_before_groups |= found.has_plus and " " in groups and not any(self.decimals.values())

    def _add_looks(self, shape: str, found: NumberShape) -> None:
        is_bare = not shape.strip("0")
        self.one_shape = shape if self.one_shape in (None, shape) else ""
        self.are_bare &= is_bare
        if is_bare and len(self.widths) < _MOST_WIDTHS:
            self.widths.add(len(shape))
        self.has_powers |= found.has_power
        self.are_plain &= found.is_plain
        self.can_be_translated &= found.can_be_translated
        self.has_negative |= found.is_negative
        self.all_in_brackets &= found.in_brackets
        self.all_end_with_mark &= found.has_mark_at_end
        self.all_are_bare_powers &= found.has_power and not set(shape) & set(".,+-")

    def add_texts(self, texts: Sequence[str], *, is_typed: bool = False) -> None:
        """Take the numbers of a block, after their shapes."""
        joined = f"{SEPARATOR}{SEPARATOR.join(texts)}{SEPARATOR}"
        self.has_leading_zero = self.has_leading_zero or _ZERO_FIRST(joined) is not None
        if self.doubtful and not is_typed:
            for mark, other in (_MARKS, _MARKS[::-1]):
                if _ZERO_BEFORE[mark](joined):
                    self.marks.discard(other)
        if self.are_bare and len(self.widths) == 1:
            self.lowest = min(self.lowest or texts[0], min(texts))
            self.highest = max(self.highest, max(texts))
            self.are_months = self.are_months and _ARE_MONTHS(joined) is not None
            self.are_days = self.are_days and _ARE_DAYS(joined) is not None and _are_in_calendar(texts)

    def add_powers(self, texts: Iterable[str]) -> None:
        """Take numbers such as ``1.5E-07``."""
        for text in texts:
            whole, decimals = digits_of_power(text)
            self.is_too_long |= max(whole, decimals) > MOST_DIGITS
            for mark in _MARKS:
                self.decimals[mark] = max(self.decimals[mark], decimals)


def _are_in_calendar(texts: Sequence[str]) -> bool:
    try:
        for text in set(texts):
            date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
