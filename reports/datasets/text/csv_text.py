"""Read the records of a text, once its encoding and its delimiter are found out."""

from __future__ import annotations

import csv
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from reports.datasets.opened import opened
from reports.datasets.options import ReadingOptions
from reports.datasets.text.dialect import (
    MOST_IN_CELL,
    NO_DELIMITER,
    NO_QUOTES,
    SPACES,
    Choice,
    Dialect,
    find_dialect,
    said_by_first_line,
)
from reports.datasets.text.encoding import TextEncoding, find_encoding
from reports.errors import UnreadableFileError

_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_LINES = 400
_WORDS = {"\t": "tabs", SPACES: "spaces"}
_HALF = 0.5
_MOST_CUTS_SAID = 100


@dataclass(frozen=True, slots=True)
class CSVText:
    """A text whose records can be read, any number of times."""

    path: Path
    encoding: TextEncoding
    dialect: Dialect
    is_one_column: bool
    has_sep_line: bool
    is_escaping_possible: bool
    warnings: tuple[Mapping[str, Any], ...] = ()

    def reader(self) -> Records:
        """Return a reader of all records."""
        return Records(self)

    def lines(self) -> Generator[str, None, None]:
        """Yield lines, with their ends; a line that only names the delimiter is an empty one."""
        with TextIOWrapper(
            opened(self.path), encoding=self.encoding.name, errors=self.encoding.errors, newline=""
        ) as text:
            if self.has_sep_line:
                text.readline()
                yield "\n"
            if self.encoding.ends_with_ctrl_z:
                yield from (line.rstrip("\x1a") for line in text)
            else:
                yield from text

    def facts(self) -> dict[str, Any]:
        """Return what a job's reading says of the text."""
        facts = self.encoding.facts()
        if self.dialect.cuts:
            return {**facts, "columns_begin_at": [1, *(cut + 1 for cut in self.dialect.cuts[:_MOST_CUTS_SAID])]}
        if not self.is_one_column:
            facts["delimiter"] = self.dialect.delimiter
        if self.dialect.quote != '"':
            facts["quote"] = self.dialect.quote
        return facts

    def lines_of(self, numbers: Collection[int]) -> dict[int, int]:
        """Return the lines in which records begin, by the numbers of these: from 1 on. One may follow the last one."""
        wanted, found, last = set(numbers), {}, max(numbers, default=0)
        with closing(self.reader()) as reader:
            for number in range(1, last + 1):
                if number in wanted:
                    found[number] = reader.line_num + 1
                if number < last:
                    next(reader, None)
        return found

    def record_at(self, line: int) -> int:
        """Return the number of the last record that begins at a line or before it, and holds something; 0 if none does.

        It is 0 for a line behind the last one, too.
        """
        at = begin = 0
        with closing(self.reader()) as reader:
            for number, record in enumerate(reader, 1):
                if begin + 1 > line:
                    return at
                at = number if any(cell.strip() for cell in record) else at
                begin = reader.line_num
        return at if line <= begin else 0

    def quoted_otherwise(self) -> CSVText:
        """Return the text as one whose quotes are escaped by backslashes, or are not; the same if that is all one."""
        if not self.is_escaping_possible or self.dialect.cuts:
            return self
        return replace(self, dialect=replace(self.dialect, is_escaped=not self.dialect.is_escaped))

    def refusal(self, error: csv.Error, line: int) -> UnreadableFileError:
        """Return the error for a text whose record that begins in a line cannot be read."""
        quote = {'"': "double quote", "'": "single quote"}.get(self.dialect.quote, self.dialect.quote)
        reason = str(error)
        if self.dialect.cuts:
            return UnreadableFileError(
                f"Line {line:,} of the file does not fit the columns of the others, which are filled up with spaces: "
                f"{reason}. Export the table as CSV, with a delimiter between the cells."
            )
        if "unexpected end" in reason or "field larger" in reason:
            size = f" or has more than {MOST_IN_CELL // 2**20} MB" if "larger" in reason else ""
            what = f"the {quote} that opens a cell in the row beginning there is never closed{size}"
        elif "expected after" in reason:
            sign = {"\t": "\\t"}.get(self.dialect.delimiter, self.dialect.delimiter)
            what = f"'{sign}' or the end of the line is expected after the closing {quote} of a cell"
        else:
            what = reason.replace("\t", "\\t")
        return UnreadableFileError(
            f"Line {line:,} of the file is not CSV: {what}. Write a {quote} within a cell twice; or, if quotes stand "
            "for themselves in the whole file, say options.reading.quote: none."
        )


class Records:
    """The records of a text; ``line_num`` is the number of the last line that was read."""

    def __init__(self, text: CSVText) -> None:
        self._lines = text.lines()
        self._reader = text.dialect.records(self._lines)
        self._is_spaced = text.dialect.delimiter == SPACES

    @property
    def line_num(self) -> int:
        """Return the number of the line that was read last, from 1 on."""
        return int(self._reader.line_num)

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def __iter__(self) -> Iterator[list[str]]:
        return self if self._is_spaced else iter(self._reader)

    def __next__(self) -> list[str]:
        record = next(self._reader)
        return [cell for cell in record if cell] if self._is_spaced else record


def csv_text(path: Path, options: ReadingOptions) -> CSVText:
    """Return a text that is made up of records. Raises UnreadableFileError."""
    encoding = find_encoding(path, options)
    lines = _first_lines(path, encoding)
    if not any(line.strip().strip("\x1a") for line in lines):
        raise UnreadableFileError("The file is empty: a line with the names of the columns is needed.")
    sep = said_by_first_line(lines[0])
    choice = find_dialect(lines[1:] if sep else lines, options.delimiter or sep, options.quote)
    is_one_column = choice.width == 1 and options.delimiter is None
    if is_one_column:
        choice = replace(choice, dialect=replace(choice.dialect, delimiter=NO_DELIMITER))
    warnings = () if options.delimiter or sep else tuple(_warnings(choice, is_one_column, lines))
    if options.quote is None and not is_one_column:
        warnings = (*warnings, *_about_quotes(choice.dialect))
    return CSVText(
        path,
        encoding,
        choice.dialect,
        is_one_column,
        has_sep_line=sep is not None,
        is_escaping_possible=options.quote != NO_QUOTES,
        warnings=(*encoding.warnings, *warnings),
    )


def _first_lines(path: Path, encoding: TextEncoding) -> list[str]:
    """Return the first lines; the last of them may be cut off if it is long."""
    lines: list[str] = []
    room = _SAMPLE_CHARACTERS
    with TextIOWrapper(opened(path), encoding=encoding.name, errors=encoding.errors, newline="") as text:
        while room > 0 and len(lines) < _SAMPLE_LINES and (line := text.readline(room)):
            lines.append(line)
            room -= len(line)
    return lines


def _warnings(choice: Choice, is_one_column: bool, lines: Sequence[str]) -> Iterator[dict[str, str]]:
    cure = "If that is wrong, say what separates them with options.reading.delimiter."
    if is_one_column:
        if sum(any(sign in line for sign in ";\t|") for line in lines) * 2 > len(lines):
            message = f"The lines are taken to be of one cell each: no delimiter makes a table of them. {cure}"
            yield {"code": "delimiter_guessed", "message": message}
        return
    if choice.dialect.cuts:
        begin = ", ".join(str(cut + 1) for cut in (0, *choice.dialect.cuts[:_MOST_CUTS_SAID]))
        message = f"The columns are taken to be filled up with spaces: they begin at the characters {begin} of a line."
        yield {"code": "delimiter_guessed", "message": message}
        return
    if choice.dialect.is_wrapped:
        message = f"Each line is quoted as one cell; what is in the quotes is read as a line. {cure}"
        yield {"code": "quote_guessed", "message": message}
    if choice.rival is not None or choice.dialect.delimiter == SPACES or choice.share < _HALF:
        name = _named(choice.dialect.delimiter)
        other = f"; {_named(choice.rival)} would do as well" if choice.rival else ""
        message = f"The cells are taken to be separated by {name}{other}. {cure}"
        yield {"code": "delimiter_guessed", "message": message}


def _named(delimiter: str) -> str:
    return _WORDS.get(delimiter, f"“{delimiter}”")


def _about_quotes(dialect: Dialect) -> Iterator[dict[str, str]]:
    if dialect.quote == "'":
        message = (
            "The cells are taken to stand in single quotes. If these are part of the text, say options.reading.quote: "
            "none."
        )
        yield {"code": "quote_guessed", "message": message}
    if dialect.is_escaped:
        message = 'A backslash is taken to stand before quotes within cells: \\" is read as ", and \\\\ as \\.'
        yield {"code": "quote_guessed", "message": message}
