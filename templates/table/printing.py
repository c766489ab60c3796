"""Print the cells of columns, each as its column's values were written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from reports.datasets.column_form import ColumnForm, ColumnType, Precision
from reports.engine.templating.formats import MISSING, Formats

from .columns import Column
from .values import MAX_CELL, moment_of, number_of, printed_text, time_of

Cell = tuple[str, str]
"""A cell's CSS class, and its text as printed."""

EMPTY = ("muted", MISSING)

_MOST_CELLS_KEPT = 65_536
_LENGTH_OF_DAY = len("2026-01-31")
_SIGNS = "\u200e\u200f\u061c−"
_TEXT_OR_NOTHING: frozenset[type] = frozenset((str, type(None)))
_NUMBER_OR_TEXT: frozenset[type] = frozenset((str, type(None), int, float))
_TRUTH_OR_NOTHING: frozenset[type] = frozenset((bool, type(None)))


class TextPrinter:
    """Print cells of a column of text, which are mostly printed as they are."""

    def __init__(self, style: str) -> None:
        self._style = style

    def print(self, values: Sequence[Any]) -> tuple[Sequence[Cell], int]:
        """Return printed cells, and how long the longest one is."""
        style = self._style
        if set(map(type, values)) <= _TEXT_OR_NOTHING:
            texts = list(filter(None, values))
            longest = max(map(len, texts), default=0)
            if longest <= MAX_CELL and not any("\n" in text for text in texts):
                return [(style, value) if value else EMPTY for value in values], longest
        cells = [self.cell(value) for value in values]
        return cells, max(len(text) for _, text in cells)

    def cell(self, value: Any) -> Cell:
        """Print one cell; line breaks in it are kept."""
        if isinstance(value, bool):
            return "mark", printed_text(value)
        if value is None or value == "":
            return EMPTY
        text = printed_text(value)
        return (f"{self._style} lines".lstrip() if "\n" in text else self._style), text


class _RepeatingPrinter:
    """Print cells of which many are alike, and keep what was printed.

    ``plain`` are the types whose values print the same when they are equal; 1 and true are, and don't.
    """

    def __init__(self, write: Callable[[Any], Cell], plain: frozenset[type], most_kept: int) -> None:
        self._write = write
        self._plain = plain
        self._kept = _Kept(write, most_kept)

    def print(self, values: Sequence[Any]) -> tuple[Sequence[Cell], int]:
        """Return printed cells, and how long the longest one is, as far as that matters."""
        if set(map(type, values)) <= self._plain:
            return list(map(self._kept.__getitem__, values)), self._kept.longest
        cells = list(map(self._write, values))
        return cells, max(len(text) for _, text in cells)


class _Kept(dict[Any, Cell]):
    """Printed cells by their values; what is not there yet is printed. ``longest`` is the longest text's length."""

    def __init__(self, write: Callable[[Any], Cell], most: int) -> None:
        super().__init__()
        self.longest = 0
        self._write = write
        self._most = most

    def __missing__(self, value: Any) -> Cell:
        if len(self) == self._most:
            self.clear()
        cell = self[value] = self._write(value)
        if len(cell[1]) > self.longest:
            self.longest = len(cell[1])
        return cell


def printers_of(columns: Sequence[Column], formats: Formats) -> list[TextPrinter | _RepeatingPrinter]:
    """Return a printer for each column."""
    most_kept = max(64, min(8_192, _MOST_CELLS_KEPT // max(1, len(columns))))
    return [_printer(column, formats, most_kept) for column in columns]


def _printer(column: Column, formats: Formats, most_kept: int) -> TextPrinter | _RepeatingPrinter:
    match column.kind:
        case ColumnType.NUMBER:
            numbers = _number_cells(number_writer(column.form, formats), column.style_of_numbers)
            return _RepeatingPrinter(numbers, _NUMBER_OR_TEXT, most_kept)
        case ColumnType.DATE | ColumnType.MOMENT | ColumnType.TIME:
            return _RepeatingPrinter(_time_cells(time_writer(column.form, formats)), _TEXT_OR_NOTHING, most_kept)
        case ColumnType.BOOLEAN:
            return _RepeatingPrinter(TextPrinter("").cell, _TRUTH_OR_NOTHING, most_kept)
        case ColumnType.DURATION:
            durations = _duration_cells(column.form, column.style_of_numbers)
            return _RepeatingPrinter(durations, _TEXT_OR_NOTHING, most_kept)
        case _:
            return TextPrinter("keep" if column.compact else "")


def number_writer(form: ColumnForm, formats: Formats, decimals: int | None = None) -> Callable[[Decimal], str]:
    """Return what writes a column's numbers, with the signs around them that the data have."""
    places = (form.decimals or 0) if decimals is None else decimals
    if form.type is ColumnType.DURATION:
        return lambda seconds: _duration(seconds, has_seconds=form.precision is not Precision.MINUTE)
    if form.percent:
        return lambda number: formats.percent(number.scaleb(2), places)
    plain = formats.number_writer(places) if form.grouped else lambda number: formats.ungrouped(number, places)
    if not (form.prefix or form.suffix):
        return plain

    def write(number: Decimal) -> str:
        text = plain(number)
        digits = text.lstrip(_SIGNS)
        return f"{text[: len(text) - len(digits)]}{form.prefix}{digits}{form.suffix}"

    return write


def _duration(seconds: Decimal, *, has_seconds: bool) -> str:
    minutes, left = divmod(int(abs(seconds)), 60)
    text = f"{minutes // 60}:{minutes % 60:02d}" + (f":{left:02d}" if has_seconds else "")
    return f"−{text}" if seconds < 0 else text


def time_writer(form: ColumnForm, formats: Formats) -> Callable[[Any], str | None]:
    """Return what writes a column's days, moments or times of day; None for what is none."""

    def day(value: Any) -> str | None:
        moment = moment_of(value)
        return None if moment is None else formats.day(moment, form.skeleton or "medium")

    def moment(value: Any) -> str | None:
        found = moment_of(value)
        if found is not None and len(value) == _LENGTH_OF_DAY:
            return day(value)  # what has no time of day is not of midnight
        return None if found is None else formats.moment(found, precision=form.precision)

    def clock(value: Any) -> str | None:
        found = time_of(value)
        return None if found is None else formats.clock(found, precision=form.precision)

    return {ColumnType.DATE: day, ColumnType.TIME: clock}.get(form.type, moment)


def _number_cells(write: Callable[[Decimal], str], style: str) -> Callable[[Any], Cell]:
    other, bad, empty = TextPrinter(""), f"{style} bad", (f"{style} muted", MISSING)

    def cell(value: Any) -> Cell:
        number = number_of(value)
        if number is not None:
            return bad if number < 0 else style, write(number)
        return empty if value is None or value == "" else other.cell(value)

    return cell


def _duration_cells(form: ColumnForm, style: str) -> Callable[[Any], Cell]:
    other, empty = TextPrinter(style), (f"{style} muted", MISSING)

    def cell(value: Any) -> Cell:
        if value is None or value == "":
            return empty
        has_no_seconds = form.precision is Precision.MINUTE and isinstance(value, str) and value.endswith(":00")
        return other.cell(value[:-3] if has_no_seconds and value.count(":") > 1 else value)

    return cell


def _time_cells(write: Callable[[Any], str | None]) -> Callable[[Any], Cell]:
    other = TextPrinter("")

    def cell(value: Any) -> Cell:
        text = write(value)
        return other.cell(value) if text is None else ("keep", text)

    return cell
