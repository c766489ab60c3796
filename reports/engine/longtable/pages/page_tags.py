"""Write the structure of rows for screen readers: TR with TH and TD, in a table that many pages show (ISO 14289-1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reports.engine.longtable import native
from reports.engine.longtable.layout.parts import CellTag, Figure, Fragment, Link
from reports.engine.weasy.structure.text_direction import as_pdf_text


@dataclass(frozen=True, slots=True)
class PageTags:
    """The objects of the rows on a page, numbered in a row; ``owners`` is the one that maps texts to elements.

    ``rows`` are the numbers of the rows' elements, and ``links`` those of links, in the order of the page.
    """

    bodies: list[bytes]
    rows: list[int]
    owners: int
    links: tuple[int, ...]


@dataclass(slots=True)
class TallRow:
    """A row that several pages show: the numbers of its element and its cells, and what its cells hold so far."""

    number: int
    tags: Sequence[CellTag]
    kids: list[list[bytes]] = field(init=False)

    def __post_init__(self) -> None:
        self.kids = [[] for _ in self.tags]

    def bodies(self, group: int) -> list[bytes]:
        """Return the elements of the row and its cells, once it has ended."""
        numbers = range(self.number + 1, self.number + 1 + len(self.kids))
        row = b"<</S/TR/P %d 0 R/K[%s]>>" % (group, _references(numbers))
        cells = [
            b"<</S/%s/P %d 0 R%s/K[%s]>>" % (tag.kind.encode(), self.number, _attributes(tag), b" ".join(kids))
            for tag, kids in zip(self.tags, self.kids, strict=True)
        ]
        return [row, *cells]


Spans = Mapping[int, tuple[bytes, bytes]]
"""Marks that have an element of their own, by their numbers on a page: its kind, and what it says."""


def page_tags(
    rows: Sequence[Fragment],
    *,
    first: int,
    group: int,
    page: int,
    annotations: int,
    tall: TallRow | None = None,
    figure: Callable[[int, Figure], bytes] | None = None,
) -> PageTags:
    """Describe the rows of a page.

    ``first``, ``group`` (which the rows are in), ``page`` and ``annotations`` (of the first link in a row) are object
    numbers. Parts of a row that goes on, on this page or from the one before, belong to ``tall``. ``figure`` describes
    a picture in the row with that number on the page.
    """
    return _PageTags(first, page, annotations, tall, figure).of(rows, group)


class _PageTags:
    def __init__(
        self,
        first: int,
        page: int,
        annotations: int,
        tall: TallRow | None,
        figure: Callable[[int, Figure], bytes] | None,
    ) -> None:
        self._figure = figure
        self._first = first
        self._page_number = page
        self._page = b"/Pg %d 0 R" % page
        self._annotation = annotations
        self._tall = tall
        self._bodies: list[bytes] = []
        self._owners: list[int] = []
        self._links: list[int] = []
        self._texts = 0
        self._spans: dict[int, int] = {}
        self._number = 0

    def of(self, rows: Sequence[Fragment], group: int) -> PageTags:
        numbers = []
        for self._number, row in enumerate(rows):
            if row.begins and row.ends:
                numbers.append(self._row(row, group))
            else:
                self._add_part(row)
        owners = self._add()
        self._bodies[owners - self._first] = b"[%s]" % (native.core.references if native.core else _references)(
            self._owners
        )
        return PageTags(self._bodies, numbers, owners, tuple(self._links))

    def _row(self, row: Fragment, group: int) -> int:
        number = self._first + len(self._bodies)
        cells = row.tags.cells
        if row.links or row.said or row.figures:
            self._add()
            said = self._said(row)
            places: Sequence[int] = [self._cell(cell, number, row, index, said) for index, cell in enumerate(cells)]
            self._set(number, b"/S/TR/P %d 0 R/K[%s]" % (group, _references(places)))
            return number
        places = range(number + 1, number + 1 + len(cells))
        if native.core and row.tags.are_simple:
            self._bodies += native.core.row_elements(group, number, self._page_number, self._texts, len(cells))
            self._owners += places
            self._texts += len(cells)
            return number
        self._bodies.append(b"<</S/TR/P %d 0 R/K[%s]>>" % (group, _references(places)))
        if row.tags.are_simple:
            # Nearly all rows: cells of one line, with nothing to say about them.
            cell_body = b"<</S/TD/P %d 0 R%s/K %%d>>" % (number, self._page)
            texts = range(self._texts, self._texts + len(cells))
            self._bodies += map(cell_body.__mod__, texts)
            self._owners += places
            self._texts = texts.stop
        else:
            for cell in cells:
                self._plain_cell(cell, number)
        return number

    def _plain_cell(self, cell: CellTag, row: int) -> None:
        texts, place = self._texts, self._first + len(self._bodies)
        attributes = b"" if cell.kind == "TD" and cell.columns == 1 else _attributes(cell)
        if cell.texts == 1:
            kids = b"%d" % texts
        else:
            kids = b"[%s]" % b" ".join(b"%d" % number for number in range(texts, texts + cell.texts))
        self._bodies.append(b"<</S/%s/P %d 0 R%s%s/K %s>>" % (cell.kind.encode(), row, self._page, attributes, kids))
        self._owners += [place] * cell.texts
        self._texts = texts + cell.texts

    def _cell(self, cell: CellTag, row: int, fragment: Fragment, index: int, said: Spans) -> int:
        """Describe a cell that may have links in it, or texts that are read in another order."""
        place = self._add()
        kids = b" ".join(self._kids(place, cell, [link for link in fragment.links if link.cell == index], said))
        entries = cell.kind.encode(), row, self._page, _attributes(cell), kids
        self._set(place, b"/S/%s/P %d 0 R%s%s/K[%s]" % entries)
        return place

    def _add_part(self, row: Fragment) -> None:
        """Add what this page shows of a row that several pages show: there, each text is named with its page."""
        assert self._tall is not None, "a row goes on that has not begun"
        said = self._said(row)
        for index, (cell, kids) in enumerate(zip(row.tags.cells, self._tall.kids, strict=True)):
            links = [link for link in row.links if link.cell == index]
            found = self._kids(self._tall.number + 1 + index, cell, links, said)
            kids += [b"<</Type/MCR%s/MCID %s>>" % (self._page, kid) if kid.isdigit() else kid for kid in found]

    def _said(self, row: Fragment) -> Spans:
        spans = {self._texts + number: (b"Span", b"/ActualText %s" % as_pdf_text(text)) for number, text in row.said}
        for figure in row.figures:
            assert self._figure is not None
            spans[self._texts + figure.mark] = b"Figure", self._figure(self._number, figure)
        return spans

    def _kids(self, place: int, cell: CellTag, links: Sequence[Link], said: Spans) -> list[bytes]:
        """Return what is in a cell in the order of reading, and remember the owners of its texts.

        Links stand where their texts are; those without any come last.
        """
        texts = range(self._texts, self._texts + cell.texts)
        self._texts = texts.stop
        owners = dict.fromkeys(texts, place)
        elements = [self._add() for _ in links]
        for element, link in zip(elements, links, strict=True):
            own = [texts[text] for text in link.texts]
            owners |= dict.fromkeys(own, element)
            reference = b"<</Type/OBJR/Obj %d 0 R%s>>" % (self._annotation, self._page)
            self._annotation += 1
            marks = b" ".join([self._text(text, element, said) for text in own])
            self._set(element, b"/S/Link/P %d 0 R%s/K[%s %s]" % (place, self._page, marks, reference))
        self._links += elements
        kids = [
            self._text(text, place, said) if owner == place else b"%d 0 R" % owner for text, owner in owners.items()
        ]
        first = len(self._owners)
        assert first == texts.start
        self._owners += [self._spans.get(text, owner) for text, owner in owners.items()]
        return list(dict.fromkeys([*kids, *(b"%d 0 R" % element for element in elements)]))

    def _text(self, text: int, owner: int, said: Spans) -> bytes:
        """Refer to a text, by a span of its own where that says it in the order of reading."""
        if text not in said:
            return b"%d" % text
        span = self._add()
        self._spans[text] = span
        kind, words = said[text]
        self._set(span, b"/S/%s/P %d 0 R%s%s/K %d" % (kind, owner, self._page, words, text))
        return b"%d 0 R" % span

    def _add(self) -> int:
        self._bodies.append(b"")
        return self._first + len(self._bodies) - 1

    def _set(self, number: int, entries: bytes) -> None:
        self._bodies[number - self._first] = b"<<%s>>" % entries


def _attributes(cell: CellTag) -> bytes:
    entries = b"/ColSpan %d" % cell.columns if cell.columns > 1 else b""
    if cell.kind == "TH":
        entries += b"/Scope/%s" % {"row": b"Row", "rowgroup": b"Row"}.get(cell.scope or "", b"Column")
    return b"/A<</O/Table%s>>" % entries if entries else b""


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])
