"""Find the rows that name the columns of a block of cells, and the lines above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reports.datasets.grid.block import Area
from reports.datasets.grid.cell import DATA, Cell, Cells, GridRow, Kind, kind_of_column
from reports.datasets.grid.spans import Spans
from reports.datasets.understanding.affixes import Affix
from reports.datasets.understanding.affixes import kind_of as unit_of

# A table whose columns are named in more rows than that is rare; so is one below more lines.
_MOST_HEADER_ROWS = 3
_MOST_ROWS_ABOVE = 12
_LONGEST_INDEX = 9
_BEGINNING = 3
_BRACKETS = ("()", "[]")


@dataclass(slots=True)
class Header:
    """The names of a block's columns, the places of the rows in which they are, and how many rows are above these.

    ``is_sure`` says that the rows below look otherwise; ``has_second`` that names go on in a row that may be a value.
    """

    names: dict[int, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    above: int = 0
    is_sure: bool = False
    has_second: bool = False


def find_header(
    rows: Sequence[GridRow], columns: Sequence[int], shape: tuple[int, int], merged: Sequence[Area], forced: int | None
) -> Header:
    """Return the header of a block by its first rows and its columns; ``forced`` is the place of a given row.

    ``shape`` is the width of a text's rows and their size with empty cells, or zeros.
    """
    if not rows:
        return Header()
    spans = Spans(merged, rows)
    search = _Search(rows, [spans.filled(place, row.cells) for place, row in enumerate(rows)], spans)
    first = forced if forced is not None else search.first_of_table(columns, *shape)
    header = Header(above=first)
    is_named, header.is_sure = names_columns(search.filled[first], search.filled[first + 1 :])
    if forced is None and not is_named:
        return header
    if forced is None and first and search.stands_above(first - 1):
        header.above = first = first - 1
    header.rows = [first]
    while forced is None and len(header.rows) < _MOST_HEADER_ROWS and search.goes_on(header):
        header.rows.append(header.rows[-1] + 1)
    header.names = _names([search.filled[place] for place in header.rows], search.filled[header.rows[-1] + 1 :])
    return header


def names_columns(row: Cells, below: Sequence[Cells]) -> tuple[bool, bool]:
    """Tell whether a row names columns rather than being one of those below, and whether that is certain."""
    names = rows = 0
    for column, cell in row.items():
        of_column = kind_of_column(below, column)
        if not below:
            rows += cell.kind is not Kind.WORDS
        elif of_column is Kind.WORDS and cell.kind in (Kind.NUMBER, Kind.DAY):
            kinds = [other[column].kind for other in below if column in other]
            rows += kinds.count(cell.kind) * 2 > len(kinds)
        elif cell.evidence is Kind.NOTHING or of_column is Kind.WORDS:
            continue
        elif cell.kind is of_column:
            rows += 1
        elif of_column is not Kind.NOTHING and cell.kind in (Kind.WORDS, Kind.YEAR, Kind.DAY):
            names += 1
    if names >= rows:
        return True, bool(names)
    return _is_series(row) and not all(map(_is_series, below)), False


def _is_series(row: Cells) -> bool:
    """Tell whether the data of a row count up or down by one, as years and months above columns do."""
    numbers = [cell.text for cell in row.values() if cell.kind in DATA]
    if len(numbers) < (3 if len(numbers) == len(row) else 2) or not all(
        text.isdecimal() and len(text) < _LONGEST_INDEX for text in numbers
    ):
        return False
    return {int(after) - int(before) for before, after in pairwise(numbers)} in ({1}, {-1})


@dataclass(frozen=True, slots=True)
class _Search:
    """The first rows of a block, as they are and with the cells that merged ones are over."""

    rows: Sequence[GridRow]
    filled: Sequence[Cells]
    spans: Spans

    def first_of_table(self, columns: Sequence[int], width: int, size: int) -> int:
        """Return the first row that is as wide as the table: those above are lines such as a title."""
        most = len(columns)
        first = next((at for at in range(len(self.rows)) if self._is_wide(at, most, width, size)), 0)
        if not _all_words(self.rows[first].cells) and not any(
            cell.kind is Kind.WORDS for cell in self.rows[0].cells.values()
        ):
            return 0  # a number alone is no title
        for place in range(first + 1, min(first + _MOST_ROWS_ABOVE, len(self.rows) - 1)):
            row, values = self.rows[place].cells, self._values_below(place)
            if values and len(row) == most and _all_words(row):
                return place if self._is_line(first, values, most) else first
        return first

    def _values_below(self, place: int) -> int:
        """Return the place of the first row of values below one of words, after one or two more of these at most."""
        for at in range(place + 1, min(place + 1 + _MOST_HEADER_ROWS, len(self.rows))):
            if not _all_words(self.rows[at].cells):
                return at
        return 0

    def _is_wide(self, place: int, most: int, width: int, size: int) -> bool:
        row, filled = self.rows[place], self.filled[place]
        if row.size and max(row.cells) + 1 < width and row.size != size:
            return False
        # The first columns often have no name.
        names_the_rest = row.size == most and [*row.cells] == [*range(most - len(row.cells), most)]
        return (len(row.cells) > 1 and len(filled) > most / 2) or (names_the_rest and len(row.cells) >= most / 2)

    def _is_line(self, place: int, values: int, most: int) -> bool:
        """Tell whether a row above one that may name the columns is a line of words, or of other data than theirs."""
        row, below = self.filled[place], self.filled[values:]
        if _all_words(self.rows[place].cells):
            return len(row) < most and not self._heads(place)
        kinds = [(cell.evidence, kind_of_column(below, column)) for column, cell in row.items()]
        known = [one is other for one, other in kinds if Kind.NOTHING not in (one, other)]
        return len(row) != most or sum(known) * 2 < len(known)

    def _heads(self, place: int) -> bool:
        """Tell whether a row leaves its first column to the row below, as the upper one of two header rows does."""
        row, below = self.filled[place], self.filled[place + 1]
        return min(row) > min(below) or not row.keys() <= below.keys()

    def stands_above(self, place: int) -> bool:
        """Tell whether a row has names for groups of the columns that the next one names."""
        upper, lower, below = self.filled[place], self.filled[place + 1], self.filled[place + 2 :]
        if self.rows[place].number + 1 != self.rows[place + 1].number or not below or list(upper) in ([], [0]):
            return False
        cells = [*upper.values(), *lower.values()]
        if any(cell.kind not in (Kind.WORDS, Kind.YEAR) for cell in cells):
            return False
        if not any(kind_of_column(below, column) in DATA for column in lower):
            return False
        starts = list(upper)
        if len({cell.text for cell in upper.values()}) < len(upper) and all(at in lower for at in starts[1:]):
            return True
        ends = [*starts[1:], max(*upper, *lower) + 1]
        is_group = [
            end - start > 1 and start in lower and start + 1 in lower for start, end in zip(starts, ends, strict=True)
        ]
        return any(is_group) and all(group or at not in lower for group, at in zip(is_group, starts, strict=True))

    def goes_on(self, header: Header) -> bool:
        """Tell whether the row below names columns, too: those that one name is over, that have none, or units."""
        last = header.rows[-1]
        if last + 1 >= len(self.rows):
            return False
        row, below = self.rows[last + 1].cells, self.filled[last + 2 :]
        if self._tells_apart(last, row, below[1:]):
            return True
        if not _all_names(row):
            return False
        if _are_in_brackets(row):
            return True
        if len(header.rows) == 1 and self.stands_above(last):
            return True
        if self._names_the_rest(header, row):
            return True
        has_values = bool(below) and not _all_names(below[0])
        wide = self.spans.wide_columns(last)
        if wide or self.spans.is_tall(last):
            return has_values or row.keys() <= wide
        if self._is_second(last, row, below, is_third=len(header.rows) > 1):
            header.is_sure, header.has_second = True, header.has_second or not _are_units(row, below)
            return True
        is_wider = len(row) > len(self.filled[last]) and not self.rows[last].size
        return is_wider and has_values and (self._heads(last) or min(row) > min(self.filled[last]))

    def _tells_apart(self, names: int, row: Cells, below: Sequence[Cells]) -> bool:
        """Tell whether words or years stand below names that repeat, so that none does any more."""
        upper = self.filled[names]
        pairs = {(cell.text, row[column].text) for column, cell in upper.items() if column in row}
        return (
            len({cell.text for cell in upper.values()}) < len(upper) == len(pairs) == len(row)
            and all(cell.kind in (Kind.WORDS, Kind.YEAR) for cell in row.values())
            and all(kind_of_column(below, column) in (Kind.NUMBER, Kind.DAY) for column in row)
        )

    def _names_the_rest(self, header: Header, row: Cells) -> bool:
        """Tell whether words stand in all columns without a name yet, and in no other, as pandas writes its index."""
        named = {column for place in header.rows for column in self.filled[place]}
        return len(header.rows) > 1 and _all_words(row) and not named & row.keys() and len(row) == min(named)

    def _is_second(self, names: int, row: Cells, below: Sequence[Cells], *, is_third: bool) -> bool:
        """Tell whether words stand between the names and the values of all columns of numbers, or their units do."""
        while below and _all_words(below[0]):
            below = below[1:]
        if not below or names_columns(self.filled[names], below) != (True, True):
            return False
        if len(below) > 1 and _are_units(row, below):
            return True
        data = [column for column in self.filled[names] if kind_of_column(below, column) in DATA]
        words = [column for column in data if column in row and _is_name(row[column])]
        return len(data) > 1 < len(below) and (len(words) == len(data) or (is_third and len(words) == len(row)))


def _are_units(row: Cells, below: Sequence[Cells]) -> bool:
    """Tell whether cells are units such as ``kg``, most of those above numbers at least."""
    of_numbers = [column for column in row if kind_of_column(below, column) in DATA]
    units = [column for column, cell in row.items() if _is_unit(cell)]
    others = [cell for column, cell in row.items() if column not in units and column not in of_numbers]
    # Letters alone may be values, of a size or a grade.
    texts = [row[column].text for column in units]
    is_most = len({*units} & {*of_numbers}) * 2 > len(of_numbers) and (len({*texts}) > 1 or len(texts[0]) > 1)
    return is_most and all(cell.evidence is Kind.NOTHING for cell in others)


def _is_name(cell: Cell) -> bool:
    return cell.evidence is Kind.WORDS and len(cell.text) > 1 and any(map(str.isalpha, cell.text[:_BEGINNING]))


def _is_unit(cell: Cell) -> bool:
    text = cell.text.strip("()[]")
    return cell.kind is Kind.WORDS and unit_of(text) not in (None, Affix.NONE)


def _names(rows: Sequence[Cells], below: Sequence[Cells]) -> dict[int, str]:
    """Join what stands above one another; a name without a cell below it is over those up to the next.

    Units stand in brackets: ``Weight (kg)``.
    """
    units = {at for at, row in enumerate(rows) if at and (_are_in_brackets(row) or _are_units(row, below))}
    columns = sorted({column for row in rows for column in row})
    names: dict[int, list[str]] = {column: [] for column in columns}
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        text = ""
        for column in columns:
            cell = row.get(column)
            if cell is not None:
                text = cell.text
            elif is_last or not any(column in later for later in rows[number + 1 :]):
                continue
            if text and number in units and names[column]:
                names[column][-1] += f" ({text.strip('()[]')})"
            elif text and (not names[column] or names[column][-1] != text):
                names[column].append(text)
    joined = {column: " / ".join(parts) for column, parts in names.items()}
    if len(joined) > 1 and all(name[:1] == "#" and len(name) > 1 for name in joined.values()):
        joined = {column: name[1:].lstrip() for column, name in joined.items()}
    return joined


def _are_in_brackets(row: Cells) -> bool:
    return all(cell.text[:1] + cell.text[-1:] in _BRACKETS for cell in row.values())


def _all_words(row: Cells) -> bool:
    return all(cell.kind is Kind.WORDS for cell in row.values())


def _all_names(row: Cells) -> bool:
    kinds = {cell.kind for cell in row.values()}
    return Kind.WORDS in kinds and kinds <= {Kind.WORDS, Kind.DAY, Kind.YEAR}
