"""Read the cells of an Excel workbook: what they hold, and by which format it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from math import isfinite
from typing import TypeVar

from reports.datasets.decimal_marks import decimal_mark, language_and_territory
from reports.datasets.excel.day_display import Calendar
from reports.datasets.excel.memo import Memo
from reports.datasets.excel.number_display import shown
from reports.datasets.excel.parts import RawRow
from reports.datasets.excel.workbook import Workbook
from reports.datasets.understanding.words import is_nothing

_Item = TypeVar("_Item")
Value = str | int | float | bool

_MOST_COLUMNS = 16_384  # Excel's own limit
_LARGEST_WHOLE = 10**15
_LARGEST_NAME = 10**21
_LONGEST_ROW_NUMBER = 7
_DIGITS = "0123456789"
# Longer ones have digits that Excel keeps, and does not show: 0.30000000000000004.
_LONGEST_EXACT = 16
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# Excel's words for true and false.
_TRUTHS = {
    **{"cs": ("PRAVDA", "NEPRAVDA"), "da": ("SAND", "FALSK"), "de": ("WAHR", "FALSCH"), "es": ("VERDADERO", "FALSO")},
    **{"fi": ("TOSI", "EPÄTOSI"), "fr": ("VRAI", "FAUX"), "hu": ("IGAZ", "HAMIS"), "it": ("VERO", "FALSO")},
    **{"nb": ("SANN", "USANN"), "nl": ("WAAR", "ONWAAR"), "pl": ("PRAWDA", "FAŁSZ"), "pt": ("VERDADEIRO", "FALSO")},
    **{"ru": ("ИСТИНА", "ЛОЖЬ"), "sv": ("SANT", "FALSKT"), "tr": ("DOĞRU", "YANLIŞ")},
}
_NOT_PRINTED = {code: None for code in range(32) if chr(code) not in "\t\n"}


class Kind(IntEnum):
    """What a cell holds; the lowest bits of its code, above which stands the number of its format."""

    SHARED = 0
    """The number of a text that cells share."""
    TEXT = 1
    DIGITS = 2
    """Digits, in a cell that is formatted as text."""
    WHOLE = 3
    FRACTION = 4
    LONG = 5
    """A whole number of more digits than Excel keeps of a number: it is a name, such as that of a card."""
    BOOLEAN = 6
    ERROR = 7


KIND_BITS = 3
# A member of an enumeration takes longer to look up than a number, and there is one to each cell.
_SHARED, _DIGITS_OF_TEXT, _WHOLE, _FRACTION = map(int, (Kind.SHARED, Kind.DIGITS, Kind.WHOLE, Kind.FRACTION))
NUMBERS = (Kind.WHOLE, Kind.FRACTION, Kind.LONG)
TEXTS = (Kind.SHARED, Kind.TEXT, Kind.DIGITS)


def kind_of(code: int) -> int:
    """Return the kind of a cell's code."""
    return code & (1 << KIND_BITS) - 1


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row's number, and its cells that are not empty: where they stand, their codes and their values."""

    number: int
    columns: tuple[int, ...]
    codes: tuple[int, ...]
    values: list[Value]

    def cells(self) -> Iterator[tuple[int, int, Value]]:
        """Yield where each cell stands, its code and its value."""
        return zip(self.columns, self.codes, self.values, strict=True)

    def between(self, left: int, right: int) -> SheetRow:
        """Return the row's cells from a column to another one."""
        return self._of([at for at, column in enumerate(self.columns) if left <= column <= right])

    def without(self, left: int, right: int) -> SheetRow:
        """Return the row's other cells."""
        return self._of([at for at, column in enumerate(self.columns) if not left <= column <= right])

    def _of(self, places: list[int]) -> SheetRow:
        if len(places) == len(self.columns):
            return self
        columns, codes = (tuple(items[at] for at in places) for items in (self.columns, self.codes))
        return SheetRow(self.number, columns, codes, [self.values[at] for at in places])


@dataclass(slots=True)
class Formulas:
    """How many cells of a sheet have a formula: all, those that were never calculated, those that gave zero."""

    count: int = 0
    zeros: int = 0
    uncalculated: int = 0
    first_uncalculated: str = ""


class CellReader:
    """Read the cells of one workbook."""

    def __init__(self, workbook: Workbook, locale: str = "en") -> None:
        self.decimal = decimal_mark(locale)
        self._truths = _TRUTHS.get(language_and_territory(locale)[0], ("TRUE", "FALSE"))
        self.texts = [unescaped(text).strip() for text in workbook.texts()]
        self._formats = workbook.formats()
        self.formats = self._formats.formats
        self._for_text = frozenset(at << KIND_BITS for at, known in enumerate(self.formats) if known.is_text)
        self._bases: Mapping[str | None, int] = Memo(lambda style: self._formats.of(style) << KIND_BITS)
        self._columns: Mapping[str, int] = Memo(_column)
        self.calendar = Calendar(workbook.counts_from_1904, language_and_territory(locale)[0])
        # Rows of one look share these, for there are far fewer looks than rows.
        self._last: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    def read(self, row: RawRow, number: int, formulas: Formulas, hidden: Sequence[int], seen: set[int]) -> SheetRow:
        """Return a row without its empty cells, and those of hidden columns, which are added to those ``seen``.

        Raises ValueError or IndexError for what no Excel writes.
        """
        columns: list[int] = []
        codes: list[int] = []
        values: list[Value] = []
        at = last = -1
        suffix = str(number)
        for attributes, content, is_formula in row.cells:
            reference = attributes.get("r")
            # A cell that does not say where it stands does so behind the one before.
            at = at + 1 if reference is None else self._columns[reference.removesuffix(suffix)]
            if hidden and at < len(hidden) and hidden[at]:
                if content:
                    seen.add(at)
                continue
            kind = attributes.get("t", "n")
            if is_formula:
                _count(formulas, kind, content, f"{column_letters(at)}{number}")
            if not content:
                continue
            base = self._bases[attributes.get("s")]
            if kind == "n":
                code, value = _number(base, float(content), content)
            else:
                code, value = self._other(kind, base, content)
                if value == "":
                    continue
            if not last < at < _MOST_COLUMNS:
                raise ValueError("cells out of order, or beyond the last column")
            last = at
            columns.append(at)
            codes.append(code)
            values.append(value)
        return SheetRow(number, *self._shared(tuple(columns), tuple(codes)), values)

    def shown(self, code: int, value: Value) -> str:
        """Return a cell's text, or its number as Excel shows it."""
        kind = kind_of(code)
        if kind == Kind.SHARED:
            return self.texts[int(value)]
        if kind == Kind.BOOLEAN:
            return self._truths[not value]
        if kind not in NUMBERS:
            return str(value)
        number_format = self.formats[code >> KIND_BITS]
        if kind == Kind.LONG and (number_format.is_general or number_format.is_text):
            return str(value)
        return shown(float(value), number_format, self.calendar, self.decimal)

    def words_of(self, row: SheetRow) -> list[str]:
        """Return the different texts of a row that stand for something."""
        texts = (self.shown(code, value) for _, code, value in row.cells())
        return [text for text in dict.fromkeys(texts) if not is_nothing(text)]

    def _shared(self, columns: tuple[int, ...], codes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        if self._last != (columns, codes):
            self._last = (columns, codes)
        return self._last

    def _other(self, kind: str, base: int, content: str) -> tuple[int, Value]:
        """Return the code and the value of a cell that holds no number; ``""`` for nothing."""
        if kind == "s":
            index = int(content)
            text = _at(self.texts, index)
            if not text:
                return base, ""
            return (base | _DIGITS_OF_TEXT, text) if self._is_name(base, text) else (base | _SHARED, index)
        if kind == "b":
            return base | Kind.BOOLEAN, content in ("1", "true")
        if kind == "e":
            return base | Kind.ERROR, content.strip()
        is_general = self.formats[base >> KIND_BITS].is_general
        # Without a format of days, the number of a day would be printed: it is a day as written instead.
        if kind == "d" and not is_general and (days := _days(content, self.calendar.from_1904)) is not None:
            return _number(base, days, str(days))
        text = unescaped(content).strip()
        return base | (_DIGITS_OF_TEXT if self._is_name(base, text) else Kind.TEXT), text

    def _is_name(self, base: int, text: str) -> bool:
        return base in self._for_text and text.isdecimal()


def unescaped(text: str) -> str:
    r"""Return a text with its ``_x000D_`` as what they stand for, and line breaks as ``\n``."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_NOT_PRINTED)
    return text.replace("\r\n", "\n") if "\r" in text else text


def row_number(row: RawRow, before: int) -> int:
    """Return a row's number, which need not be said: it is then the next."""
    text = row.attributes.get("r", "")
    return max(before + 1, int(text) if text.isdecimal() and len(text) <= _LONGEST_ROW_NUMBER else 0)


def area_of(reference: str) -> tuple[int, int, int, int] | None:
    """Return the first row, the first column, the last row and the last column of ``A1:C9``; None if it is no area."""
    first, _, last = reference.partition(":")
    corners = []
    for corner in (first, last or first):
        letters = corner.rstrip(_DIGITS)
        digits = corner[len(letters) :]
        if not digits or len(digits) > _LONGEST_ROW_NUMBER:
            return None
        try:
            corners.append((int(digits), _column(letters)))
        except ValueError:
            return None
    (top, left), (bottom, right) = corners
    return (top, left, bottom, right) if top <= bottom and left <= right else None


def _count(formulas: Formulas, kind: str, content: str | None, place: str) -> None:
    formulas.count += 1
    if content:
        formulas.zeros += content in ("0", "0.0")
    elif kind != "str":
        formulas.uncalculated += 1
        formulas.first_uncalculated = formulas.first_uncalculated or place


def _number(base: int, number: float, content: str) -> tuple[int, Value]:
    if not isfinite(number):
        raise ValueError("no number that Excel knows")
    if len(content) > _LONGEST_EXACT:
        # Excel shows no more digits than that of a number, and neither do we.
        number = float(f"{number:.15g}") if abs(number) < _LARGEST_WHOLE else number
    if not number.is_integer():
        return base | _FRACTION, number
    # Excel has no whole numbers: 7 may come as 7.0.
    if abs(number) < _LARGEST_WHOLE:
        return base | _WHOLE, int(number)
    if abs(number) < _LARGEST_NAME:
        digits = content.removeprefix("-")
        return base | Kind.LONG, int(content) if digits.isascii() and digits.isdecimal() else int(number)
    return base | Kind.FRACTION, number


def _days(text: str, from_1904: bool) -> float | None:
    """Return the number of days of a moment in ISO 8601; None if it is none."""
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
    zero = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001, Excel knows no zones
    return (moment - zero).total_seconds() / 86_400


def _at(items: Sequence[_Item], index: int) -> _Item:
    """Return an item. Raises IndexError, also for an index that would count from the end."""
    if index < 0:
        raise IndexError("an index below zero")
    return items[index]


def column_letters(column: int) -> str:
    """Return the letters of a column: A of 0, AB of 27."""
    letters = ""
    column += 1
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _column(reference: str) -> int:
    """Return the index of a column: 0 of A, 27 of AB. Raises ValueError for what is none."""
    index = 0
    for letter in reference.rstrip(_DIGITS):
        index = index * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
        if index > _MOST_COLUMNS:
            raise ValueError("beyond the last column")
    if index == 0:
        raise ValueError("no column")
    return index - 1
