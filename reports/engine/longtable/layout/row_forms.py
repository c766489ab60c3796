"""Tell the form of a row from its values: rows of one form differ in nothing but texts, and the targets of links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from reports.engine.longtable.layout.inline_styles import NO_STYLES, Styles, read_styles
from reports.engine.templating.rows_tag import CLOSE, OPEN

_VALUE = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_CELL_START = re.compile(r"(?=<t[dh][\s>])", re.IGNORECASE)
_CELL_TAG = re.compile(r"<t[dh][^>]*", re.IGNORECASE)
_ROW_END = re.compile(r"</tr\s*>\s*$", re.IGNORECASE)
_SPAN = re.compile(r"(?:colspan|rowspan|scope)\s*=[^\s>]*", re.IGNORECASE)
_TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^>]*)>")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_LENGTH = re.compile(rf"([\w-]+)\s*:\s*{OPEN}")
_SPACE = " \t\n\r\f"
_MOST_SHAPES = 4_096
_BARE_AMPERSAND = re.compile(r"&(?!#\d+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_QUOTES = re.compile("[<>\"']")
# Elements that hold nothing but text by themselves. What they look like is seen when WeasyPrint has laid them out.
_KNOWN = frozenset(
    ("a", "abbr", "b", "bdi", "br", "cite", "code", "data", "del", "dfn", "div", "em", "i", "ins", "kbd", "mark", "p")
) | {"img", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"}


class ReadRow(NamedTuple):
    """A row's form (its HTML with OPEN in place of each value), its values, which are HTML, too, and its inks."""

    form: str
    values: list[str]
    inks: tuple[str, ...] = ()


def read_row(html: str, styles: Styles = NO_STYLES, *, marks_gaps: bool = False) -> ReadRow:
    """Part a row as the template's tag wrote it.

    With ``marks_gaps``, the form tells which values are empty. What ``styles`` names is a value in inline styles.
    """
    html, inks = read_styles(html, styles)
    parts = _VALUE.split(html)
    values = parts[1::2]
    if marks_gaps and "" in values:
        parts[1::2] = [OPEN if value else OPEN + CLOSE for value in values]
        return ReadRow("".join(parts), values, inks)
    return ReadRow(OPEN.join(parts[::2]), values, inks)


def with_values(form: str, values: Sequence[str]) -> str:
    """Return a row of a form with its values, without marks around these."""
    first, *others = form.replace(CLOSE, "").split(OPEN)
    return first + "".join([value + piece for value, piece in zip(values, others, strict=True)])


class RowParts(NamedTuple):
    """A row's form, parted: the tag of the row, and the form of each cell."""

    tag: str
    cells: tuple[str, ...]

    @property
    def shape(self) -> str:
        """Return what the style of a cell may depend on besides itself and its row: the tags and spans around it."""
        return " ".join([_shape(cell) for cell in self.cells])


@lru_cache(maxsize=_MOST_SHAPES)
def part_row(form: str) -> RowParts:
    """Part a row's form into those of its cells; of nearly all rows, the forms are known."""
    tag, *cells = _CELL_START.split(form)
    if cells:
        cells[-1] = _ROW_END.sub("", cells[-1])
    return RowParts(tag.strip(_SPACE), tuple([cell.rstrip(_SPACE) for cell in cells]))


def value_count(form: str) -> int:
    """Count the values in a part of a row's form."""
    return form.count(OPEN)


@lru_cache(maxsize=_MOST_SHAPES)
def _shape(cell: str) -> str:
    found = _CELL_TAG.match(cell)
    return "".join([found[0][:3], *_SPAN.findall(found[0])]).lower() if found else ""


@dataclass(frozen=True, slots=True)
class TextForm:
    """A text between two tags, or in an attribute: pieces in order, None where a value goes.

    ``first`` is the number of its first value among those of its cell; ``values`` counts its own.
    """

    pieces: tuple[str | None, ...]
    first: int = 0
    values: int = field(init=False)

    def __post_init__(self) -> None:
        """Count the values."""
        object.__setattr__(self, "values", self.pieces.count(None))

    def text(self, values: Sequence[str]) -> str | None:
        """Put a cell's values into the text; None when one has tags in it."""
        text = self._html(values)
        return None if "<" in text else unescape(text) if "&" in text else text

    def attribute(self, values: Sequence[str]) -> str | None:
        """Put a cell's values into the attribute; None when one might end it, or is read otherwise in attributes."""
        if any(map(_QUOTES.search, values[self.first : self.first + self.values])):
            return None
        text = self._html(values)
        return None if _BARE_AMPERSAND.search(text) else unescape(text)

    def _html(self, values: Sequence[str]) -> str:
        if len(self.pieces) == 1:
            return self.pieces[0] if self.pieces[0] is not None else values[self.first]
        own = iter(values[self.first : self.first + self.values])
        return "".join([next(own) if piece is None else piece for piece in self.pieces])


class LengthForm(NamedTuple):
    """A length of an inline style that is a value: its number among those of the cell, and what it is the length of.

    ``element`` counts those in the cell that have a style of their own.
    """

    value: int
    element: int
    name: str


@dataclass(frozen=True, slots=True)
class CellForm:
    """A cell: its texts in order, the targets of its links, lengths, and how many values there are in all of these.

    ``is_bare``: there is at most one text, and no element around it. ``is_value``: there is one value, and nothing else
    that differs from row to row or could be seen.
    """

    texts: tuple[TextForm, ...]
    links: tuple[TextForm, ...] = ()
    is_bare: bool = True
    lengths: tuple[LengthForm, ...] = ()
    values: int = field(init=False)
    is_value: bool = field(init=False)

    def __post_init__(self) -> None:
        """Count the values."""
        values = sum(part.values for part in (*self.texts, *self.links)) + len(self.lengths)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "is_value", values == 1 and [text.pieces for text in self.texts] == [(None,)])

    def text(self, values: Sequence[str]) -> str | None:
        """Put values into the whole text; None when one has tags in it."""
        texts = [text.text(values) for text in self.texts]
        return "".join(text or "" for text in texts) if None not in texts else None


def cells_of(form: str) -> tuple[CellForm, ...] | None:
    """Return the cells of a row's form; None when they have more in them than texts.

    How texts are set, and on which lines, is seen when WeasyPrint has laid out such a row.
    """
    form = form.replace(CLOSE, "")
    cells: list[CellForm] = []
    cell: _CellReader | None = None
    position = 0
    for token in _TOKEN.finditer(form):
        text, (closing, name, attributes) = form[position : token.start()], token.groups()
        position = token.end()
        if cell is not None:
            cell.read_text(text)
        elif text.strip(_SPACE):
            return None
        if (name := name.lower()) in ("td", "th", "tr"):
            if cell is not None:
                cells.append(cell.cell())
            cell = _CellReader() if name != "tr" and not closing else None
            attributes_are_read = OPEN not in attributes
        else:
            attributes_are_read = cell is not None and name in _KNOWN and cell.read_tag(name, attributes)
        if not attributes_are_read:
            return None
    return tuple(cells) if not form[position:].strip(_SPACE) and cell is None else None


class _CellReader:
    """Gather what is in a cell."""

    def __init__(self) -> None:
        self._texts: list[TextForm] = []
        self._links: list[TextForm] = []
        self._lengths: list[LengthForm] = []
        self._styled = 0
        self._values = 0
        self._is_bare = True

    def read_text(self, text: str) -> None:
        # White space at the beginning of a cell is never seen.
        if text if self._texts else text.strip(_SPACE):
            self._texts.append(self._with_values(text))

    def read_tag(self, name: str, attributes: str) -> bool:
        """Read a tag; tell whether all that differs in it from row to row is understood."""
        self._is_bare = False
        values = 0
        for attribute in _ATTRIBUTE.finditer(attributes):
            value = next((each for each in attribute.groups()[1:] if each is not None), "")
            if name == "a" and attribute[1].lower() == "href":
                values += value.count(OPEN)
                self._links.append(self._with_values(value))
            elif attribute[1].lower() == "style":
                values += self._read_style(value)
        return values == attributes.count(OPEN)

    def _read_style(self, style: str) -> int:
        """Read an inline style, and return how many values are in it."""
        names = _LENGTH.findall(style)
        self._lengths += [LengthForm(self._values + at, self._styled, name.lower()) for at, name in enumerate(names)]
        self._values += len(names)
        self._styled += 1
        return len(names)

    def cell(self) -> CellForm:
        return CellForm(tuple(self._texts), tuple(self._links), self._is_bare, tuple(self._lengths))

    def _with_values(self, text: str) -> TextForm:
        pieces: list[str | None] = []
        for index, piece in enumerate(text.split(OPEN)):
            pieces += [None] * (index > 0) + ([piece] if piece else [])
        read = TextForm(tuple(pieces), self._values)
        self._values += read.values
        return read
