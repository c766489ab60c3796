"""Read rows of JSON: a list of them, one per line, or those within an object; as objects or as lists of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from reports import strict_json
from reports.datasets.columns import column_names
from reports.datasets.grid.cell import is_data
from reports.datasets.json_shapes import Shape, shape_of
from reports.datasets.json_window import LONGEST_ROW, Window
from reports.datasets.opened import opened
from reports.datasets.options import ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable, Warning
from reports.datasets.text.encoding import TextEncoding, find_encoding
from reports.errors import TooLargeError, UnreadableFileError

MOST_WHOLE = 25_000_000
"""Bytes of what is held whole, several times over."""

_CHUNK = 256 * 1024


def read_json_lines(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the rows of a file that has a JSON value in each line, or several one after another.

    Reading them raises UnreadableFileError with the line.
    """
    text = _Text(path, options)
    word = "line" if text.has_value_per_line() else "value"
    values = text.lines if word == "line" else text.one_after_another
    return _source_file("json_lines", text, values, word, options)


def read_json_list(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the rows of a JSON file that holds a list. Reading them raises UnreadableFileError with line and column."""
    text = _Text(path, options)
    return _source_file("json", text, text.items, "item", options)


def read_json_object(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the rows in a JSON file that holds an object; each list of them is a table."""
    text = _Text(path, options)
    value = text.whole()
    shape = shape_of(value) if options.within is None else Shape({"": value[options.within]})
    warnings = [*text.warnings()]
    if shape.about:
        warnings.append({"code": "rows_unwrapped", "message": shape.about})
    tables: list[SourceTable] = []
    for name, rows in shape.lists.items():
        table, of_table = _table(lambda rows=rows: enumerate(rows, 1), "item", options)  # type: ignore[misc]
        tables.append(
            SourceTable(
                table.rows, name, shape.title if not tables else "", shape.subtitle if not tables else "",
                header_row=table.header_row, is_nested=True,
            )
        )  # fmt: skip
        warnings += of_table
    facts = {"format": "json", **text.facts()}
    if len(tables) > 1:
        facts["tables"] = len(tables)
    return SourceFile(tuple(tables), facts, tuple(warnings))


def parsed_whole(path: Path, options: ReadingOptions) -> Any:
    """Return the value of a JSON file. Raises UnreadableFileError, and TooLargeError for what is held whole."""
    return _Text(path, options).whole(is_nan_nothing=False)


def _source_file(
    file_format: str, text: _Text, values: Callable[[], Iterator[tuple[int, Any]]], word: str, options: ReadingOptions
) -> SourceFile:
    table, warnings = _table(values, word, options)
    if text.constants is not None:
        # The warning is needed before the rows are.
        text.constants.count = 0
        for _ in values():
            pass
    return SourceFile((table,), {"format": file_format, **text.facts()}, (*text.warnings(), *warnings))


class _Constants:
    """What a constant that is no JSON is read as."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, name: str) -> None:
        if name != "NaN":
            raise ValueError(f"{name} is not a JSON number: write null for nothing")
        self.count += 1


class _Text:
    """A JSON text, in any encoding, that can be read several times."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self.path = path
        self.encoding: TextEncoding = find_encoding(path, options, is_of_lines=False)
        self.constants = _Constants() if self._mentions_nan() else None

    def facts(self) -> dict[str, Any]:
        return self.encoding.facts()

    def warnings(self) -> tuple[Warning, ...]:
        if not self.constants or not self.constants.count:
            return self.encoding.warnings
        count = self.constants.count
        message = f"NaN, which is not JSON, stands in the file {count:,} times: it is taken for nothing."
        return (*self.encoding.warnings, {"code": "nan_taken_for_nothing", "message": message})

    def items(self) -> Iterator[tuple[int, Any]]:
        """Yield the items of a list, counted from 1 on."""
        text = Window(self._parts(), self.constants)
        text.expect("[")
        number = 0
        is_over = text.accepts("]")
        while not is_over:
            number += 1
            yield number, text.value()
            is_over = text.accepts("]")
            if not is_over:
                text.expect(",")
        text.expect_end()

    def one_after_another(self) -> Iterator[tuple[int, Any]]:
        """Yield values that only spaces are between, counted from 1 on."""
        text = Window(self._parts(), self.constants)
        number = 0
        while not text.is_over():
            number += 1
            yield number, text.value()

    def lines(self) -> Iterator[tuple[int, Any]]:
        """Yield the values of lines that are not empty, with the number of the line."""
        with self._open() as file:
            number = 0
            while line := file.readline(LONGEST_ROW):
                number += 1
                if len(line) == LONGEST_ROW and not line.endswith("\n"):
                    raise UnreadableFileError(f"Line {number} of the file has more than {LONGEST_ROW // 2**20} MB.")
                if not line.strip():
                    continue
                try:
                    value = strict_json.parse(line, self.constants, exact=True)
                except ValueError as error:
                    raise UnreadableFileError(f"Line {number} of the file is not JSON: {error}.") from None
                yield number, value

    def has_value_per_line(self) -> bool:
        """Tell whether the first line is JSON by itself, or the first value goes no further than that line."""
        try:
            next(self.lines(), None)
        except UnreadableFileError:
            try:
                next(self.one_after_another(), None)
            except UnreadableFileError:
                return True
            return False
        return True

    def whole(self, *, is_nan_nothing: bool = True) -> Any:
        """Return the value of the whole text."""
        with opened(self.path) as file:
            body = file.read(MOST_WHOLE + 1)
        if len(body) > MOST_WHOLE:
            raise TooLargeError(
                f"A JSON object may have {MOST_WHOLE // 1_000_000} MB, and this one has more. Only rows may be more "
                "than that: as CSV, Excel, JSON Lines, or a JSON list of objects.",
                max_bytes=MOST_WHOLE,
            )
        text = body.decode(self.encoding.name, self.encoding.errors)
        if not text.strip():
            raise UnreadableFileError("The file is empty: an object, or a list of objects, is needed.")
        try:
            return strict_json.parse(text, self.constants if is_nan_nothing else None, exact=True)
        except ValueError as error:
            raise UnreadableFileError(f"The file is not JSON: {error}.") from None

    def _mentions_nan(self) -> bool:
        before = ""
        for part in self._parts():
            if "NaN" in before + part:
                return True
            before = part[-2:]
        return False

    def _parts(self) -> Iterator[str]:
        with self._open() as file:
            while part := file.read(_CHUNK):
                yield part

    def _open(self) -> TextIOWrapper:
        return TextIOWrapper(
            opened(self.path), encoding=self.encoding.name, errors=self.encoding.errors, newline="\n"
        )  # fmt: skip


def _table(
    values: Callable[[], Iterator[tuple[int, Any]]], word: str, options: ReadingOptions
) -> tuple[SourceTable, list[Warning]]:
    """Return the table that values make up: of objects, of lists of cells, or of single cells."""
    first = next(values(), None)
    if word == "item" and first is not None and isinstance(first[1], dict):
        few = list(islice(values(), 3))
        if len(few) == 2 and (rows := _rows_behind_facts(few[0][1], few[1][1])) is not None:
            return SourceTable(lambda: iter(rows), is_nested=True), [_FACTS_LEFT_OUT]
    if first is None or isinstance(first[1], dict):
        return SourceTable(lambda: _objects(values(), word), is_nested=True), []
    if isinstance(first[1], list):
        return _of_lists(values, word, options)
    return SourceTable(lambda: _cells(values(), word), header_row=0), [_NO_NAMES]


_FACTS_LEFT_OUT = {
    "code": "keys_left_out",
    "message": "The rows are those of the list, which is item 2 of the file. Left out is item 1, which describes them.",
}


def _rows_behind_facts(facts: Any, rows: Any) -> list[Row] | None:
    """Return the rows of a list of two: an object with facts, and the list of rows, as the World Bank sends them."""
    if not isinstance(facts, dict) or not isinstance(rows, list) or not rows:
        return None
    return rows if all(isinstance(row, dict) for row in rows) else None


_NO_NAMES = {
    "code": "header_missing",
    "message": "Nothing in the file names the columns, so they are called Column 1 and so on.",
}


def _objects(values: Iterator[tuple[int, Any]], word: str) -> Iterator[Row]:
    for number, value in values:
        if not isinstance(value, dict):
            raise UnreadableFileError(f'In the file, {word} {number} is not an object like {{"name": "value"}}.')
        yield _named(value) if "" in value else value


def _named(row: Mapping[str, Any]) -> Row:
    """Return a row whose key of no letters is named after its place."""
    others = set(row) - {""}
    named: Row = {}
    for number, (key, value) in enumerate(row.items(), 1):
        name = key or f"Column {number}"
        while not key and name in others:
            name += " (2)"
        named[name] = value
    return named


def _of_lists(
    values: Callable[[], Iterator[tuple[int, Any]]], word: str, options: ReadingOptions
) -> tuple[SourceTable, list[Warning]]:
    first: Sequence[Any] = next(values())[1]
    has_names = all(cell is None or (isinstance(cell, str) and not is_data(cell)) for cell in first) and any(first)
    if options.header_row is not None:
        has_names = options.header_row > 0
    names = column_names(["" if cell is None or not has_names else str(cell) for cell in first])

    def rows() -> Iterator[Row]:
        width = len(names)
        for at, (number, cells) in enumerate(values()):
            if not isinstance(cells, list):
                raise UnreadableFileError(f"In the file, {word} {number} is not a list of cells, as the first one is.")
            if len(cells) > width:
                raise UnreadableFileError(
                    f"In the file, {word} {number} has {len(cells)} cells, and the first one has {width}. Name each "
                    "column there."
                )
            if at or not has_names:
                yield dict(zip(names, [*cells, *[None] * (width - len(cells))], strict=True))

    return SourceTable(
        rows, header_row=int(has_names), is_nested=True
    ), [] if has_names or options.header_row == 0 else [_NO_NAMES]


def _cells(values: Iterator[tuple[int, Any]], word: str) -> Iterator[Row]:
    for number, value in values:
        if isinstance(value, dict | list):
            raise UnreadableFileError(f"In the file, {word} {number} is not a single value, as the first one is.")
        yield {"Column 1": value}
