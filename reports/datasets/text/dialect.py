"""Find out what separates the cells of a text: its first records are read in each way, and equal width wins."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise
from typing import Any

from reports.datasets.grid.cell import Kind, is_data, kind_of
from reports.datasets.text.fixed_width import FixedWidth, ruled_cuts, spaced_cuts

DELIMITERS = ";\t|,^"
"""Where two separate alike, the first is taken: there is a comma in most texts, and in many numbers."""

_RARE = "~¦\x1f\x01"
"""Signs that separate in few files, looked at if the first line has them."""

SPACES = " "
"""Stands for any number of spaces."""

NO_QUOTES = "none"
NO_DELIMITER = "\x1e"

MOST_IN_CELL = 4 * 2**20
"""Characters of a cell."""

_RECORDS = 200
_SEPARATES_MOST = 0.5
_AS_GOOD = 0.02
_IF_BROKEN = 0.6
_FAR_MORE = 2
_QUOTED_AFTER_SPACE = re.compile(r"[,;|\t] +\"")
_DECIMAL = re.compile(r"[-+]?[0-9.]+(?:,[0-9]+)?")
_WITHIN_NUMBER = re.compile(r"(?<=[0-9]),(?=[0-9]{1,3}(?![0-9]))")
_SEP = re.compile(r'^"?sep=(.)"?[,;\t|]*$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to write records: ``delimiter`` may be SPACES; with ``is_escaped``, a backslash stands before quotes.

    With ``is_wrapped``, each record is quoted once more, as one cell. ``cuts`` are where columns of fixed width begin.
    """

    delimiter: str
    quote: str = '"'
    is_escaped: bool = False
    skips_space: bool = False
    is_wrapped: bool = False
    cuts: tuple[int, ...] = ()

    def records(self, lines: Iterable[str], *, strict: bool = True) -> Any:
        """Return a reader of records. Iterating raises csv.Error, and ``line_num`` counts lines."""
        # The limit is the process's; the default would refuse what is no longer than an article.
        csv.field_size_limit(MOST_IN_CELL)
        if self.cuts:
            return FixedWidth(lines, self.cuts)
        if self.is_wrapped:
            lines = unwrapped(lines, strict=strict)
        if self.is_escaped:
            lines = map(_unescaped, lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=None if self.quote == NO_QUOTES else self.quote,
            quoting=csv.QUOTE_NONE if self.quote == NO_QUOTES else csv.QUOTE_MINIMAL,
            skipinitialspace=self.skips_space,
            strict=strict,
        )


def unwrapped(lines: Iterable[str], *, strict: bool = True) -> Iterator[str]:
    """Yield the lines that are quoted as one cell each."""
    return ("".join(cells) for cells in csv.reader(lines, delimiter=NO_DELIMITER, strict=strict))


_ESCAPED = re.compile(r"\\([\\\"'])")


def _unescaped(line: str) -> str:
    r"""Return a line in which ``\"`` is doubled instead, and ``\\`` is one backslash; all else stays."""
    return _ESCAPED.sub(lambda match: "\\" if match[1] == "\\" else match[1] * 2, line) if "\\" in line else line


@dataclass(frozen=True, slots=True)
class Choice:
    """A dialect, with what was found out of it: the share of records of one width, and another that does as well.

    ``has_more_values``: fewer records are of one width than with the rival, but they are names and values below them.
    """

    dialect: Dialect
    width: int
    share: float
    rival: str | None = None
    has_more_values: bool = False


def said_by_first_line(line: str) -> str | None:
    """Return the delimiter that a first line such as ``sep=;`` names: Excel's way to say it."""
    match = _SEP.match(line.lstrip("\ufeff").rstrip("\r\n"))
    return match[1] if match else None


def find_dialect(lines: Sequence[str], delimiter: str | None, quote: str | None) -> Choice:
    """Return the way in which the first lines of a text make a table; one column, if there is no other way."""
    if delimiter is None and (special := _of_width(ruled_cuts(lines)) or _wrapped(lines, quote)):
        return special
    delimiters = delimiter or DELIMITERS + "".join(sign for sign in _RARE if lines and sign in lines[0])
    choices = [_best_quoting(lines, each, quote) for each in delimiters]
    if delimiter is None and _are_decimals(lines):
        return _one_column(lines, quote)
    others = [each for each in choices if each.dialect.delimiter != "," and each.width > 1]
    if delimiter is None and any(each.share >= _SEPARATES_MOST for each in others) and _has_decimals_alone(lines):
        choices = others
    best = max(choices, key=lambda choice: (choice.share, choice.width > 1))
    rivals = [each for each in choices if each.width > 1 and each.share >= best.share - _AS_GOOD]
    if rivals:
        # Of those that do as well: the earlier in the list, unless a later one finds far more.
        best = max(rivals, key=lambda choice: choice.width * (1 if choice.dialect.delimiter == "," else 2))
        rival = next((each.dialect.delimiter for each in rivals if each is not best), None)
        best = replace(best, rival=rival)
    if delimiter is None:
        best = _with_more_values(lines, best, choices)
        of_width = _of_width(spaced_cuts(lines)) if best.dialect.delimiter == "," and best.share < 1 else None
        if of_width is not None and of_width.width > best.width:
            return of_width  # the commas are those of numbers, and the names have none
    if delimiter is not None or best.has_more_values or (best.width > 1 and best.share >= _SEPARATES_MOST):
        return best
    spaced, of_width = _spaces(lines, quote), _of_width(spaced_cuts(lines))
    if of_width is not None and (spaced is None or of_width.width < spaced.width):
        return of_width  # cells have spaces of their own
    if spaced is not None:
        return spaced
    if best.width > 1 and best.share >= _SEPARATES_MOST / 2:
        return best
    return _one_column(lines, quote)


def _with_more_values(lines: Sequence[str], best: Choice, choices: Iterable[Choice]) -> Choice:
    """Return the choice with far more values below names, if there is one: lines of words above a table may be many.

    A comma separates the words of a sentence, and the digits of ``0,5``.
    """
    values = _values_below_names(lines, best.dialect)
    for each in choices:
        found = _values_below_names(lines, each.dialect) if each.dialect != best.dialect else 0
        if found > _FAR_MORE * values:
            best = replace(each, rival=best.dialect.delimiter if best.width > 1 else None, has_more_values=True)
            values = found
    return best


def _values_below_names(lines: Sequence[str], dialect: Dialect) -> int:
    """Count the numbers and days in columns of such, in records of one width below one of words alone."""
    most = 0
    for width, run in groupby(islice(dialect.records(lines, strict=False), _RECORDS), key=len):
        records = list(run)
        names = next((at for at, record in enumerate(records) if _may_be_names(record)), None)
        if width > 1 and names is not None:
            columns = zip(*records[names + 1 :], strict=True)
            counts = [_count_values(cells, before) for before, cells in pairwise([(), *columns])]
            most = max(most, sum(counts))
    return most


def _may_be_names(record: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in record if cell.strip()]
    kinds = set(map(kind_of, cells))
    return len(cells) > 1 and len(set(cells)) == len(cells) and Kind.WORDS in kinds and Kind.NUMBER not in kinds


def _count_values(cells: Sequence[str], before: Sequence[str]) -> int:
    """Count the values of a column; none if it has other words, or rests of what was cut within a number."""
    values = [cell for cell in cells if cell.strip()]
    pairs = zip(before, cells, strict=False)
    is_cut = any(one[-1:].isdigit() and not is_data(one) and other[:1].isdigit() for one, other in pairs)
    return len(values) if values and not is_cut and all(map(is_data, values)) else 0


def _are_decimals(lines: Sequence[str]) -> bool:
    """Tell whether lines are numbers with a decimal comma, below a name that has none."""
    full = [line.strip() for line in lines[:_RECORDS] if line.strip()]
    return len(full) > 1 and "," not in full[0] and all(map(_DECIMAL.fullmatch, full[1:]))


def _has_decimals_alone(lines: Sequence[str]) -> bool:
    """Tell whether each comma of some lines stands within a number: ``28/11/2026;Café;-56,40``."""
    commas = sum(line.count(",") for line in lines[:_RECORDS])
    return commas > 0 and commas == sum(len(_WITHIN_NUMBER.findall(line)) for line in lines[:_RECORDS])


def _one_column(lines: Sequence[str], quote: str | None) -> Choice:
    found = _best_quoting(lines, ",", quote)
    return replace(found, width=1)


def _of_width(cuts: tuple[int, ...]) -> Choice | None:
    return Choice(Dialect(NO_DELIMITER, NO_QUOTES, cuts=cuts), len(cuts) + 1, 1) if cuts else None


def _wrapped(lines: Sequence[str], quote: str | None) -> Choice | None:
    """Return the choice for lines that are quoted as one cell each, if all of them make a table of data or of many."""
    full = [line.strip() for line in lines if line.strip()][:_RECORDS]
    if quote is not None or len(full) < 2 or not all(line[:1] == line[-1:] == '"' for line in full[1:]):
        return None
    try:
        inner = list(islice(unwrapped(lines), _RECORDS))
    except csv.Error:
        return None  # quotes are around cells
    found = max((_best_quoting(inner, each, None) for each in DELIMITERS), key=lambda choice: choice.share)
    head, *body = [record for record in found.dialect.records(inner, strict=False) if record]
    is_even = all(len(record) == len(head) for record in body)
    is_sure = len(head) > len("ab") or (len(head) > 1 and any(is_data(cell) for record in body for cell in record))
    return replace(found, dialect=replace(found.dialect, is_wrapped=True)) if is_even and is_sure else None


def _best_quoting(lines: Sequence[str], delimiter: str, quote: str | None) -> Choice:
    text = "".join(lines)
    singly = 0 if quote is not None else _quoted_singly(lines, delimiter)
    is_singly = singly > 1 or (singly > 0 and "''" in text)
    quotes = [quote] if quote is not None else ['"', *("'" if singly else "")]
    best: Choice | None = None
    for each in quotes:
        for is_escaped in (False, True) if f"\\{each}" in text else (False,):
            skips_space = delimiter == SPACES or bool(_QUOTED_AFTER_SPACE.search(text))
            dialect = Dialect(delimiter, each, is_escaped, skips_space and delimiter != SPACES)
            found = _judged(lines, dialect)
            if best is None or found.share > best.share or (found.share == best.share and each == "'" and is_singly):
                best = found
    assert best is not None
    return best


def _quoted_singly(lines: Iterable[str], delimiter: str) -> int:
    """Return how many cells begin and end with a single quote; 0 if some do only one of that."""
    sign = re.escape(delimiter)
    text = "\n".join(line.rstrip("\r\n") for line in lines)
    begun = len(re.findall(rf"(?:^|{sign})[ ]?'", text, re.MULTILINE))
    ended = len(re.findall(rf"'(?:$|{sign})", text, re.MULTILINE))
    return begun if begun == ended else 0


def _judged(lines: Sequence[str], dialect: Dialect) -> Choice:
    widths: Counter[int] = Counter()
    count = 0
    weight = 1.0
    try:
        deque(islice(dialect.records(lines), _RECORDS), 0)
    except csv.Error as error:
        # The last cell of a sample may be cut off. What else is wrong, its reader says with the line.
        weight = 1.0 if "unexpected end" in str(error) else _IF_BROKEN
    for record in islice(dialect.records(lines, strict=False), _RECORDS):
        if filled := width_of(record):
            count += 1
            # A last cell may be empty, or a delimiter may stand after it: either counts.
            widths.update({filled, len(record)})
    wide = [(number, width) for width, number in widths.items() if width > 1]
    if not wide:
        return Choice(dialect, 1, 0)
    number, width = max(wide)
    return Choice(dialect, width, weight * number / count)


def width_of(record: Sequence[str]) -> int:
    """Return the number of cells up to the last one that is not empty."""
    width = len(record)
    while width and not record[width - 1].strip():
        width -= 1
    return width


def _spaces(lines: Sequence[str], quote: str | None) -> Choice | None:
    """Return the choice of spaces, if each line has as many words, and columns of them are data below a name."""
    dialect = Dialect(SPACES, quote or '"')
    try:
        records = [[cell for cell in record if cell] for record in islice(dialect.records(lines), _RECORDS)]
    except csv.Error:
        return None
    records = [record for record in records if record and not record[0].startswith("#")]
    if len(records) < 2 or len(records[0]) < 2 or len({len(record) for record in records}) > 1:
        return None
    head, *body = records
    columns = zip(head, zip(*body, strict=True), strict=True)
    if not any(all(map(is_data, cells)) and not is_data(name) for name, cells in columns):
        return None
    return Choice(dialect, len(head), 1.0)
