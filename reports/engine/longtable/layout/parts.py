"""Values of a page: Fragment, RowLook, PageFrame, Foot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports.engine.weasy.collapsed_borders import FootEdge


@dataclass(frozen=True, slots=True)
class Foot:
    """The foot of a table: its rows, the height in px that it takes from the rows of each page, and its edge."""

    rows: tuple[Fragment, ...] = ()
    height: float = 0.0
    edge: FootEdge | None = None


NO_FOOT = Foot()


@dataclass(frozen=True, slots=True)
class CellTag:
    """The tag of a cell for a screen reader: TD or TH, columns it spans, its scope, and how many texts are in it."""

    kind: str
    columns: int
    scope: str | None
    texts: int


_SIMPLE = CellTag("TD", 1, None, 1)


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its target, where it is in the row (x1, y1, x2, y2 in px), and the number of its cell.

    ``texts`` are the numbers of its marked contents in the cell, and ``words`` those of the whole link, of which this
    may be one line.
    """

    target: str
    area: tuple[float, float, float, float]
    cell: int
    texts: tuple[int, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline that a row makes, with its place in the row in px."""

    level: int
    label: str
    x: float
    y: float
    state: str


@dataclass(frozen=True, slots=True)
class RowTags:
    """The tags of a row's cells; ``are_simple``: all are TD, span one column and have one text."""

    cells: tuple[CellTag, ...]
    are_simple: bool

    @classmethod
    def of(cls, cells: Sequence[CellTag]) -> RowTags:
        """Return the tags of these cells."""
        return cls(tuple(cells), all(cell == _SIMPLE for cell in cells))


@dataclass(frozen=True, slots=True)
class RowLook:
    """The drawing that rows share which look alike. Operators draw all but the texts, from the top of the row."""

    background: bytes
    borders: bytes
    first_borders: bytes
    """The borders of a row that stands first on a page, below the head."""
    last_borders: bytes = b""
    """The borders of a row that stands last on a page, above the table's foot."""
    only_borders: bytes = b""
    """The borders of a row that is first and last on a page."""


def parts_of(look: RowLook) -> tuple[bytes, ...]:
    """Return what a look draws."""
    return look.background, look.borders, look.first_borders, look.last_borders, look.only_borders


def look_in(look: RowLook, colours: Colours) -> RowLook:
    """Return a look in other colours."""
    parts = parts_of(look)
    for ours, own in colours:
        parts = tuple([part.replace(ours, own) for part in parts])
    return RowLook(*parts)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that says something: the number of its mark, its words, and where it is (x1, y1, x2, y2 in px)."""

    mark: int
    words: str
    area: tuple[float, float, float, float]

    def moved(self, y: float, marks: int) -> Figure:
        """Return the picture further down, after so many other marks."""
        x1, y1, x2, y2 = self.area
        return Figure(self.mark + marks, self.words, (x1, y1 + y, x2, y2 + y))


Colours = tuple[tuple[bytes, bytes], ...]
"""Operators of a look, each with those to draw in place of it: rows that differ in colours share a look."""


Strings = tuple[tuple[str, str], ...]
"""Names of strings that running lines show (CSS's ``string-set``), each with what it is set to, in order."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A row, ready to be put on a page. ``height`` in px includes the space to the next row."""

    height: float
    look: RowLook
    tags: RowTags
    text: bytes
    links: tuple[Link, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    said: tuple[tuple[int, str], ...] = ()
    """Texts that are drawn in another order than they are read in, by the numbers of their marks in the row."""
    colours: Colours = ()
    strings: Strings = ()
    figures: tuple[Figure, ...] = ()
    order: tuple[int, ...] = ()
    """The numbers of the marks in the order of drawing; nothing where that is the order in which they stand."""
    begins: bool = True
    ends: bool = True
    """Rows that are higher than a page come in parts, of which only the first begins and only the last ends the row."""
    frame: PageFrame | None = None
    """The page that a part stands on, which may have no head: WeasyPrint leaves it out where no row would fit below."""

    def as_part(self, frame: PageFrame, *, begins: bool, ends: bool) -> Fragment:
        """Return this as the part of a row that stands first on a page."""
        return replace(self, frame=frame, begins=begins, ends=ends)


@dataclass(frozen=True, slots=True)
class PageFrame:
    """A page that a table continues on, without its rows. Lengths are in px.

    ``top`` is where rows begin and ``bottom`` where they must have ended; ``under`` is drawn below them and ``over``
    above their backgrounds. ``links`` are those of the table's head, with areas counted from the top of the page.
    ``foot`` follows the last row.
    """

    page: Any
    width: float
    height: float
    top: float
    bottom: float
    under: bytes
    over: bytes
    links: tuple[Link, ...]
    left: float
    """Where the table's first column begins, which may differ between left and right pages."""
    foot: Foot = NO_FOOT
    strings: Strings = ()
    """Those that what the page repeats above its rows sets for running lines."""

    @property
    def room(self) -> float:
        """Return the height that rows have."""
        return self.bottom - self.top


def said_in_one(texts: Iterable[str]) -> str:
    """Return texts as the words of one element."""
    return " ".join(" ".join(texts).split())
