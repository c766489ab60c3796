"""Write the structure of a page's table for screen readers: Table, THead, TBody, TFoot, TR, TH, TD (ISO 14289-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.engine.longtable.layout.parts import CellTag, Fragment, HeadCell, Link, PageFrame


@dataclass(frozen=True, slots=True)
class PageTags:
    """The objects of a page's structure, numbered in a row; ``owners`` is the one that maps texts to elements.

    ``links`` are the elements of links, in the order of the page.
    """

    bodies: list[bytes]
    table: int
    owners: int
    links: tuple[int, ...]


def page_tags(
    frame: PageFrame, rows: Sequence[Fragment], *, first: int, parent: int, page: int, annotations: int
) -> PageTags:
    """Describe a page. ``first``, ``parent``, ``page`` and ``annotations`` (of the first link) are object numbers."""
    return _PageTags(first, page, annotations).of(frame, rows, parent)


class _PageTags:
    def __init__(self, first: int, page: int, annotations: int) -> None:
        self._first = first
        self._page = b"/Pg %d 0 R" % page
        self._annotation = annotations
        self._bodies: list[bytes] = []
        self._owners: list[int] = []
        self._links: list[int] = []
        self._texts = 0

    def of(self, frame: PageFrame, rows: Sequence[Fragment], parent: int) -> PageTags:
        table = self._add()
        parts = []
        self._owners = [0] * frame.texts
        if frame.head:
            head = self._add()
            parts.append(head)
            heads = [self._head_row(row, head) for row in frame.head]
            self._set(head, b"/S/THead/P %d 0 R/K[%s]" % (table, _references(heads)))
        # Whatever the frame has besides the head (lines that are on every page) belongs to the table, too.
        loose = [number for number, owner in enumerate(self._owners) if owner == 0]
        for number in loose:
            self._owners[number] = table
        self._texts = frame.texts
        parts.append(self._group(b"TBody", rows, table))
        if frame.foot.rows:
            parts.append(self._group(b"TFoot", frame.foot.rows, table))
        kids = _references(parts) + b"".join(b" %d" % number for number in loose)
        self._set(table, b"/S/Table/P %d 0 R%s/K[%s]" % (parent, self._page, kids))
        owners = self._add()
        self._bodies[owners - self._first] = b"[%s]" % _references(self._owners)
        return PageTags(self._bodies, table, owners, tuple(self._links))

    def _group(self, kind: bytes, rows: Sequence[Fragment], table: int) -> int:
        number = self._add()
        found = [self._row(row, number) for row in rows]
        self._set(number, b"/S/%s/P %d 0 R/K[%s]" % (kind, table, _references(found)))
        return number

    def _head_row(self, row: Sequence[HeadCell], head: int) -> int:
        number = self._add()
        cells = []
        for cell in row:
            place = self._add()
            cells.append(place)
            attributes = _attributes(cell.kind, cell.columns, cell.scope or "col")
            kids = self._texts_and_links(place, cell.texts, cell.links)
            self._set(place, b"/S/%s/P %d 0 R%s%s/K[%s]" % (cell.kind.encode(), number, self._page, attributes, kids))
        self._set(number, b"/S/TR/P %d 0 R/K[%s]" % (head, _references(cells)))
        return number

    def _row(self, row: Fragment, group: int) -> int:
        number = self._first + len(self._bodies)
        if row.links:
            self._add()
            places: Sequence[int] = [self._cell(cell, number, row, index) for index, cell in enumerate(row.tags.cells)]
            self._set(number, b"/S/TR/P %d 0 R/K[%s]" % (group, _references(places)))
            return number
        cells = row.tags.cells
        places = range(number + 1, number + 1 + len(cells))
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
        attributes = (
            b"" if cell.kind == "TD" and cell.columns == 1 else _attributes(cell.kind, cell.columns, cell.scope)
        )
        if cell.texts == 1:
            kids = b"%d" % texts
        else:
            kids = b"[%s]" % b" ".join(b"%d" % number for number in range(texts, texts + cell.texts))
        self._bodies.append(b"<</S/%s/P %d 0 R%s%s/K %s>>" % (cell.kind.encode(), row, self._page, attributes, kids))
        self._owners += [place] * cell.texts
        self._texts = texts + cell.texts

    def _cell(self, cell: CellTag, row: int, fragment: Fragment, index: int) -> int:
        """Describe a cell that may have links in it."""
        links = [link for link in fragment.links if link.cell == index]
        if not links:
            self._plain_cell(cell, row)
            return self._first + len(self._bodies) - 1
        place = self._add()
        texts = range(self._texts, self._texts + cell.texts)
        self._texts = texts.stop
        self._owners += [place] * cell.texts
        attributes = _attributes(cell.kind, cell.columns, cell.scope)
        kids = self._texts_and_links(place, texts, links)
        self._set(place, b"/S/%s/P %d 0 R%s%s/K[%s]" % (cell.kind.encode(), row, self._page, attributes, kids))
        return place

    def _texts_and_links(self, place: int, texts: Sequence[int], links: Sequence[Link]) -> bytes:
        """Describe the links of a cell, say who owns its texts, and return what is in it in the order of reading.

        Links stand where their texts are; those without any come last.
        """
        owners = dict.fromkeys(texts, place)
        elements = [self._add() for _ in links]
        for offset, (element, link) in enumerate(zip(elements, links, strict=True)):
            own = [texts[text] for text in link.texts]
            owners |= dict.fromkeys(own, element)
            reference = b"<</Type/OBJR/Obj %d 0 R%s>>" % (self._annotation + offset, self._page)
            marks = b" ".join(b"%d" % text for text in own)
            self._set(element, b"/S/Link/P %d 0 R%s/K[%s %s]" % (place, self._page, marks, reference))
        self._annotation += len(links)
        self._links += elements
        for text, owner in owners.items():
            self._owners[text] = owner
        kids = [b"%d" % text if owner == place else b"%d 0 R" % owner for text, owner in owners.items()]
        return b" ".join(dict.fromkeys([*kids, *(b"%d 0 R" % element for element in elements)]))

    def _add(self) -> int:
        self._bodies.append(b"")
        return self._first + len(self._bodies) - 1

    def _set(self, number: int, entries: bytes) -> None:
        self._bodies[number - self._first] = b"<<%s>>" % entries


def _attributes(kind: str, columns: int, scope: str | None) -> bytes:
    entries = b"/ColSpan %d" % columns if columns > 1 else b""
    if kind == "TH":
        entries += b"/Scope/%s" % {"row": b"Row", "rowgroup": b"Row"}.get(scope or "", b"Column")
    return b"/A<</O/Table%s>>" % entries if entries else b""


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])
