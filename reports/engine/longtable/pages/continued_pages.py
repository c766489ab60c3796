"""Write the pages that continue a table: their content at once, their running lines when all pages are counted."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, count, islice
from typing import NamedTuple

from reports.engine.longtable import native
from reports.engine.longtable.layout.parts import (
    Bookmark,
    Colours,
    Figure,
    Fragment,
    PageFrame,
    RowLook,
    Strings,
    look_in,
    parts_of,
)
from reports.engine.longtable.pages.page_tags import TallRow, page_tags
from reports.engine.longtable.pages.pdf_file import PdfFile
from reports.engine.longtable.pages.running_lines import RunningLines
from reports.engine.weasy.canvas import MARK, PX, Canvas, number
from reports.engine.weasy.structure.description import LinkElsewhere
from reports.engine.weasy.structure.written import LONGEST_CONTENTS
from reports.engine.weasy.text import pdf_string

_KIDS = 128
_MOST_FORMS = 1_000
_FIRST_PAGE_KEY, _FIRST_LINK_KEY = 1 << 20, 1 << 28
"""Where the keys of these pages and their links begin in the tree from texts to elements; WeasyPrint's are lower."""


@dataclass(frozen=True, slots=True)
class SharedObjects:
    """The numbers of objects that pages refer to, and that are written when all pages are."""

    resources: int
    group: int
    """The element of the structure that holds the rows of one long table, on all pages; 0 where nothing is tagged."""
    branch: int
    """The branch of the page tree that holds these pages."""

    @classmethod
    def reserved(cls, file: PdfFile, resources: int, *, is_tagged: bool) -> SharedObjects:
        """Reserve numbers for one long table."""
        group = file.reserve() if is_tagged else 0
        return cls(resources, group, file.reserve())


@dataclass(slots=True)
class WrittenPage:
    """Remember of a page what is needed at the end."""

    number: int
    running_lines: int
    frame: int
    bookmarks: tuple[Bookmark, ...]
    strings: Strings


class _Forms(NamedTuple):
    """The operators that draw a look's forms; the look itself, so that its id stays its own while this is kept."""

    look: RowLook
    background: bytes
    borders: tuple[bytes, ...]
    """Those of a row among others, one that is first, one that is last (above a foot), and one that is both."""


@dataclass(slots=True)
class ContinuedPages:
    """Write the pages between the first and the last ones of a long table.

    ``owners`` and ``links`` are entries of the structure's tree from texts to elements: keys and object numbers.
    """

    file: PdfFile
    canvas: Canvas
    shared: SharedObjects
    frames: Sequence[PageFrame]
    pages: list[WrittenPage] = field(default_factory=list)
    rows: array[int] = field(default_factory=lambda: array("Q"))
    """The elements of all rows, in order: eight bytes for each."""
    owners: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    repeated_links: list[LinkElsewhere] = field(default_factory=list)
    keys_before: int = 0
    link_keys_before: int = 0
    _nodes: list[int] = field(default_factory=list)
    _forms: dict[tuple[int, Colours], _Forms] = field(default_factory=dict)
    _forms_of_looks: dict[tuple[RowLook, Colours], _Forms] = field(default_factory=dict)
    """The same by value: each worker has a look of its own for rows that look alike."""
    _seen_once: set[tuple[RowLook, Colours]] = field(default_factory=set)
    _tall: TallRow | None = None

    def add(self, rows: Sequence[Fragment]) -> None:
        """Write the next page, which has a foot below these rows if its frame has."""
        which = len(self.pages) % len(self.frames)
        frame = rows[0].frame or self.frames[which]
        page, content, lines = (self.file.reserve() for _ in range(3))
        shown = [*rows, *frame.foot.rows]
        drawn, places = self._content(frame, shown)
        self.file.add_stream(content, drawn)
        entries = [
            b"/Type/Page/Parent %d 0 R/Contents[%d 0 R %d 0 R]" % (self._branch(), content, lines),
            b"/Resources %d 0 R" % self.shared.resources,
            *(b"/%sBox[0 0 %s %s]" % (box, *_size(frame)) for box in (b"Media", b"Trim", b"Bleed")),
        ]
        annotations = self._annotations(frame, shown, places)
        if annotations:
            entries.append(b"/Annots[%s]" % b" ".join(b"%d 0 R" % each for each in annotations))
        if self.canvas.is_tagged:
            key = _FIRST_PAGE_KEY + self.keys_before + len(self.pages)
            entries.append(b"/Tabs/S/StructParents %d" % key)
            self._tag(frame, rows, places, page, key, annotations)
        self.file.add(page, b"<<%s>>" % b"".join(entries))
        bookmarks = tuple(
            Bookmark(mark.level, mark.label, mark.x, mark.y + place, mark.state)
            for row, place in zip(shown, places, strict=True)
            for mark in row.bookmarks
        )
        strings = _first_and_last(chain(frame.strings, *(row.strings for row in shown)))
        self.pages.append(WrittenPage(page, lines, which, bookmarks, strings))

    def write_running_lines(self, lines: RunningLines, first_number: int) -> None:
        """Write what all pages still lack, once it is known how many there are."""
        last = first_number + len(self.pages) - 1
        for page_number, page in enumerate(self.pages, first_number):
            frame = self.frames[page.frame]
            drawn = lines.drawn(frame.page, page_number, last) + lines.mark(frame.page)
            self.file.add_stream(page.running_lines, _placed(frame, drawn), compress=len(drawn) > 600)

    def write_tree(self, root: int) -> None:
        """Write this table's branch of the page tree, below the object with the number ``root``."""
        numbers = [page.number for page in self.pages]
        for index, node in enumerate(self._nodes):
            kids = numbers[index * _KIDS : (index + 1) * _KIDS]
            self.file.add(
                node,
                b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>"
                % (self.shared.branch, len(kids), b" ".join(b"%d 0 R" % kid for kid in kids)),
            )
        self.file.add(
            self.shared.branch,
            b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>"
            % (root, len(numbers), b" ".join(b"%d 0 R" % node for node in self._nodes)),
        )

    def _branch(self) -> int:
        if len(self.pages) % _KIDS == 0:
            self._nodes.append(self.file.reserve())
        return self._nodes[-1]

    def _content(self, frame: PageFrame, rows: Sequence[Fragment]) -> tuple[bytes, list[float]]:
        """Return what a page draws, and the place of each row on it (those of its foot, too), in px from the top."""
        places: list[float] = []
        y = frame.top
        for row in rows:
            places.append(y)
            y += row.height
        shift = number(frame.left - self.frames[0].left)
        moves = [b"q 1 0 0 1 %s %s cm " % (shift, number(place)) for place in places]
        looks = [self._forms_of(frame, row) for row in rows]
        backgrounds = [
            b"%s%s Q" % (move, look.background) for move, look in zip(moves, looks, strict=True) if look.background
        ]
        above_foot = len(rows) - len(frame.foot.rows) - 1 if frame.foot.rows else None
        borders = [
            b"%s%s Q" % (move, drawn)
            for index, (move, look) in enumerate(zip(moves, looks, strict=True))
            if (drawn := look.borders[(index == 0) + 2 * (index == above_foot)])
        ]
        over = [frame.over] if frame.over else []
        texts = self._texts(moves, rows)
        if self.canvas.is_tagged:
            backgrounds, over, borders = map(_as_artifacts, (backgrounds, over, borders))
        return _placed(frame, b"\n".join([frame.under, *backgrounds, *over, *borders, texts])), places

    def _texts(self, moves: list[bytes], rows: Sequence[Fragment]) -> bytes:
        """Return the texts of a page, with the numbers of their marks where it is tagged."""
        is_tagged = self.canvas.is_tagged
        if native.core and is_tagged and not any(row.order for row in rows):
            in_c: bytes = native.core.page_texts(moves, [row.text for row in rows])
            return in_c
        texts = b"\n".join([b"%s%s\nQ" % (move, row.text) for move, row in zip(moves, rows, strict=True)])
        if not is_tagged:
            return texts
        parts = texts.split(MARK)
        marks = (b"%d" % mark for mark in _marks(rows))
        return b"".join(chain.from_iterable(zip(parts, islice(marks, len(parts) - 1), strict=False))) + parts[-1]

    def _forms_of(self, frame: PageFrame, row: Fragment) -> _Forms:
        """Return what draws the forms of a look; rows that look alike share one, if colours are not too many."""
        key = id(row.look), row.colours
        known = self._forms.get(key)
        if known is None:
            own = row.look, row.colours
            drawn = self._forms_of_looks.get(own)
            if drawn is None:
                background, *borders = parts_of(look_in(*own))
                if row.colours and (own not in self._seen_once or len(self._forms_of_looks) >= _MOST_FORMS):
                    # A form takes more room than it saves if it is drawn just once, as in a heat map.
                    if len(self._seen_once) < _MOST_FORMS:
                        self._seen_once.add(own)
                    return _Forms(row.look, background, tuple(borders))
                background, *borders = [
                    self.canvas.form(each, frame.width, frame.height) for each in (background, *borders)
                ]
                drawn = self._forms_of_looks[own] = _Forms(row.look, background, tuple(borders))
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
            known = self._forms[key] = drawn._replace(look=row.look)
        return known

    def _area(self, frame: PageFrame, area: tuple[float, float, float, float], x: float, y: float) -> tuple[float, ...]:
        """Return the corners on a page, in points from below, of what is in a row at a place."""
        x1, y1, x2, y2 = area
        return (x1 + x) * PX, (frame.height - y2 - y) * PX, (x2 + x) * PX, (frame.height - y1 - y) * PX

    def _said_of(self, frame: PageFrame, figure: Figure, place: float) -> bytes:
        """Return what the element of a picture says."""
        area = self._area(frame, figure.area, frame.left - self.frames[0].left, place)
        corners = b" ".join([number(round(each, 3)) for each in area])
        return b"/Alt %s/A<</O/Layout/BBox[%s]/Placement/Block>>" % (pdf_string(figure.words), corners)

    def _annotations(self, frame: PageFrame, rows: Sequence[Fragment], places: Sequence[float]) -> list[int]:
        """Write the links of a page, and return their numbers, which are in a row."""
        shift = frame.left - self.frames[0].left
        links = [(link, 0.0, 0.0) for link in frame.links]
        links += [(link, shift, place) for row, place in zip(rows, places, strict=True) for link in row.links]
        if not links:
            return []
        first = self.file.reserve(len(links))
        bodies = []
        for index, (link, x, y) in enumerate(links):
            area = self._area(frame, link.area, x, y)
            target = pdf_string(link.target)
            tagged = b""
            if self.canvas.is_tagged:
                key = self._next_link_key + index
                words = pdf_string((link.words or link.target)[:LONGEST_CONTENTS])
                tagged = b"/Contents %s/StructParent %d" % (words, key)
            bodies.append(
                b"<</Type/Annot/Subtype/Link/F 4/Rect[%s]/BS<</W 0>>%s/A<</Type/Action/S/URI/URI %s>>>>"
                % (b" ".join(map(number, area)), tagged, target)
            )
        self.file.add_many(first, bodies)
        return list(range(first, first + len(links)))

    @property
    def _next_link_key(self) -> int:
        return _FIRST_LINK_KEY + self.link_keys_before + len(self.links) + len(self.repeated_links)

    def _tag(
        self,
        frame: PageFrame,
        rows: Sequence[Fragment],
        places: Sequence[float],
        page: int,
        key: int,
        annotations: Sequence[int],
    ) -> None:
        """Describe the rows of a page. Links in what the page repeats belong to the head or the foot, as do theirs."""
        heads, own = len(frame.links), sum(len(row.links) for row in rows)
        first, first_key = (annotations[0] if annotations else 0), self._next_link_key
        for row in rows:
            if row.begins and not row.ends:
                self._tall = TallRow(self.file.reserve(1 + len(row.tags.cells)), row.tags.cells)
        tags = page_tags(
            rows,
            first=self.file.objects,
            group=self.shared.group,
            page=page,
            annotations=first + heads,
            tall=self._tall,
            figure=lambda row, figure: self._said_of(frame, figure, places[row]),
        )
        self.file.add_many(self.file.reserve(len(tags.bodies)), tags.bodies)
        if self._tall and any(row.ends and not row.begins for row in rows):
            self.file.add_many(self._tall.number, self._tall.bodies(self.shared.group))
            self.rows.append(self._tall.number)
            self._tall = None
        self.rows.extend(tags.rows)
        self.owners.append((key, tags.owners))
        self.links += [(first_key + heads + index, element) for index, element in enumerate(tags.links)]
        for index in range(len(annotations)):
            if not heads <= index < heads + own:
                group, number = ("THead", index) if index < heads else ("TFoot", index - heads - own)
                self.repeated_links.append(LinkElsewhere(group, number, first + index, page, first_key + index))


def _marks(rows: Sequence[Fragment]) -> Iterator[int]:
    """Return the numbers of marked contents in the order of drawing."""
    if not any(row.order for row in rows):
        return count()
    counts = [sum(cell.texts for cell in row.tags.cells) for row in rows]
    firsts = accumulate(counts, initial=0)
    return (first + at for row, texts, first in zip(rows, counts, firsts) for at in row.order or range(texts))  # noqa: B905


def _placed(frame: PageFrame, drawn: bytes) -> bytes:
    """Draw from the top left, in px, as WeasyPrint's pages do."""
    return b"q 1 0 0 -1 0 %s cm q .75 0 0 .75 0 0 cm\n%s\nQ Q" % (number(frame.height * PX), drawn)


def _first_and_last(strings: Iterable[tuple[str, str]]) -> Strings:
    """Return what each string is set to first and last on a page, twice if it is set once."""
    found: dict[str, tuple[str, str]] = {}
    for name, text in strings:
        found[name] = found.get(name, (text, text))[0], text
    return tuple((name, text) for name, texts in found.items() for text in texts)


def _as_artifacts(drawn: Sequence[bytes]) -> list[bytes]:
    return [b"/Artifact BMC", *drawn, b"EMC"] if drawn else []


def _size(frame: PageFrame) -> tuple[bytes, bytes]:
    return number(frame.width * PX), number(frame.height * PX)
