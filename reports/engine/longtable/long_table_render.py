"""Render a document that has long tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from reports.engine.longtable.layout.blueprint import Blueprint, Row
from reports.engine.longtable.layout.column_widths import widest_rows
from reports.engine.longtable.layout.foot import foot_of, lacks_foot
from reports.engine.longtable.layout.frame import frame_of
from reports.engine.longtable.layout.geometry import Geometry, are_close
from reports.engine.longtable.layout.inline_styles import ALL_STYLES, NO_STYLES
from reports.engine.longtable.layout.parts import PageFrame
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.longtable.layout.start import Start, StartFinder
from reports.engine.longtable.layout.style_facts import StyleFacts, style_facts
from reports.engine.longtable.middle import Middle
from reports.engine.longtable.pages import assembly
from reports.engine.longtable.pages.continued_pages import ContinuedPages, SharedObjects
from reports.engine.longtable.pages.pdf_file import PdfFile
from reports.engine.longtable.pages.running_lines import RunningLines
from reports.engine.longtable.rows.row_factory import RowFactory
from reports.engine.longtable.text.setters import Setters
from reports.engine.longtable.worker_pool import WorkerPool
from reports.engine.templating.rows_tag import SHORT, RowSource
from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.collapsed_borders import foot_edge
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.structure.faults import Fault
from reports.engine.weasy.typesetter import LaidOutDocument, Typesetter, box_of, table_of
from reports.engine.weasy.watermark import Watermark

_MOST_CELLS_AT_ONCE = 25_000
"""Cells that WeasyPrint lays out as a whole in some 800 MB."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The facts about a document that has been written; of its ``rows``, WeasyPrint made ``laid_out`` one by one.

    The rows on the first and the last pages, which it lays out as a whole, are not among these.
    """

    pages: int
    rows: int
    laid_out: int
    fonts: Sequence[Any]
    faults: Sequence[Fault]
    first_page: bytes


@dataclass(slots=True)
class _TableRows:
    """The rows of a table in a layout: those before its middle, rows that stand for the middle, and those after it."""

    before: list[str]
    between: list[Row] = field(default_factory=list)
    after: list[tuple[str, bool]] = field(default_factory=list)
    expected: int | None = None

    @classmethod
    def around(cls, middle: Middle, facts: StyleFacts, html: Callable[[Any], str]) -> _TableRows:
        """Leave out the rows of a middle. The rows after it keep their neighbour, and their place in the period."""
        padding = facts.hidden_rows(middle.written - 1, len(middle.before))
        between = [*[Row("<tr></tr>", hidden=True)] * padding, Row(html(middle.last), hidden=True)]
        after = [(html(line), index == 0) for index, line in enumerate(middle.left)]
        return cls([*map(html, middle.before)], between, after, middle.second_page)

    def rows(self) -> list[Row]:
        """Return what to put into the document."""
        return [
            *map(Row, self.before),
            *self.between,
            *(Row(html, on_new_page=on_new_page) for html, on_new_page in self.after),
        ]


class LongTableRender:
    """Render one document. ``check_pages`` raises when they are too many; ``progress`` hears of rows that are done.

    ``watermark`` is drawn on the pages between WeasyPrint's own; ``describe`` has to put it on those.
    """

    def __init__(
        self,
        html: str,
        sources: Sequence[RowSource],
        typesetter: Typesetter,
        style_sheet: Path,
        *,
        output: Callable[[bytes], object],
        check_pages: Callable[[int], object],
        progress: Callable[[int], object],
        is_tagged: bool = True,
        intent: str | None = None,
        most_workers: int = 1,
        watermark: Watermark | None = None,
    ) -> None:
        self._typesetter = typesetter
        self._blueprint = Blueprint(html, typesetter.parse)
        self._sources = sources
        self._style_sheet = style_sheet
        self._canvas = Canvas(is_tagged=is_tagged, intent=intent)
        self._setters = Setters(self._canvas)
        self._file = PdfFile(output)
        self._resources = self._file.reserve()
        self._check_pages = check_pages
        self._progress = progress
        self._most_workers = most_workers
        self._watermark = watermark
        self._tables: list[_TableRows] = []
        self._gaps: list[tuple[int, ContinuedPages]] = []
        self._done = 0
        self._laid_out = 0

    def render(self, describe: Callable[[Any], object], options: dict[str, Any]) -> Rendered:
        """Write the document. ``describe`` gets WeasyPrint's document before it is written, to set its metadata.

        Raises UnsupportedTableError, possibly when a part has been written already.
        """
        facts = style_facts(self._style_sheet, self._blueprint.root)
        for number, source in enumerate(self._sources):
            lines = iter(source.lines)
            beginning = list(islice(lines, SHORT + 1))
            if len(beginning) <= SHORT:
                self._tables.append(_TableRows([*map(source.html, beginning)]))
            else:
                self._write_long(number, beginning, lines, facts)
        layout = self._layout()
        gaps = self._places(layout)
        total = assembly.renumber(layout, gaps)
        self._check_pages(total)
        describe(layout.document)
        sets_strings = any(page.strings for _, gap in gaps for page in gap.pages)
        running_lines = RunningLines(
            self._canvas, self._setters, layout, total, self._watermark, rows_set_strings=sets_strings
        )
        written = assembly.write(
            self._file, self._canvas, self._setters, layout, gaps, self._resources, running_lines, options
        )
        return Rendered(total, self._done, self._laid_out, [*self._canvas.fonts.values()], *written)

    def _layout(self, *following: _TableRows) -> LaidOutDocument:
        tables = [*self._tables, *following]
        missing = len(self._sources) - len(tables)
        draft = self._blueprint.document([*(table.rows() for table in tables), *([[]] * missing)])
        return self._typesetter.lay_out(draft.root, draft.rows)

    def _write_long(self, number: int, beginning: list[Any], rest: Iterator[Any], facts: StyleFacts) -> None:
        """Write the middle of a table, and leave its ends to the final layout."""
        start = self._start(number, beginning, rest, facts)
        geometry, frames = self._geometry(number, start, facts)
        html = self._sources[number].html
        painter = RowPainter(self._canvas, frames[0].foot.edge)
        may_give_up = not self._gaps and self._fits_memory(geometry.columns)
        factory = RowFactory(
            self._blueprint, self._typesetter, painter, self._setters, geometry, html, may_give_up=may_give_up
        )
        with WorkerPool(factory, self._file, self._most_workers) as pool:
            # Where rows must not be parted, the first page may end before others that were laid out on it.
            first = facts.special_rows if start.is_open else start.first
            before, others = start.lines[:first], start.lines[first:]
            middle = Middle(self._new_gap(frames), first, pool, before=before, room=start.room_below(first))
            for written in middle.write(chain(others, rest)):
                self._check_pages(start.page + len(middle.gap.pages))
                self._progress(self._done + written)
        self._laid_out += factory.laid_out
        self._done += middle.written + len(middle.left)
        self._tables.append(_TableRows.around(middle, facts, html))
        self._gaps.append((number, middle.gap))

    def _fits_memory(self, columns: int) -> bool:
        """Tell whether WeasyPrint could hold all rows at once, if they have so many columns."""
        counts = [source.count() for source in self._sources]
        return None not in counts and sum(count or 0 for count in counts) * columns <= _MOST_CELLS_AT_ONCE

    def _start(self, number: int, beginning: list[Any], rest: Iterator[Any], facts: StyleFacts) -> Start:
        """Lay out the beginning of a table, with columns as wide as all of its rows want them."""
        html, further = self._sources[number].html, _frames(facts)
        finder = StartFinder(self._layout_with, number, html, further, facts.special_rows)
        start = finder.start(beginning, rest)
        table, continued = start.table(0), start.table(1)
        if table.style["table_layout"] == "auto" or table.style["width"] == "auto":
            if not are_close(table.column_widths, continued.column_widths):
                raise UnsupportedTableError("its columns are not the same on all pages")
            self._fix_widths(number, box_of(start.layout.pages[start.page]), facts)
            start = finder.start(start.lines, rest)
            if not are_close(_logical_widths(start.table(0)), self._blueprint.widths(number)):
                raise UnsupportedTableError("the widths of its columns cannot be fixed")
        start.check_end()
        return start

    def _layout_with(self, rows: Sequence[str], count: int) -> LaidOutDocument:
        """Lay out the next table with rows. Those after the first ``count`` have pages of their own."""
        return self._layout(_TableRows([*rows[:count]], after=[(row, True) for row in rows[count:]]))

    def _geometry(self, number: int, start: Start, facts: StyleFacts) -> tuple[Geometry, list[PageFrame]]:
        """Take what rows need from the pages that a table continues on, and make frames of these."""
        sides = range(1, 1 + _frames(facts))
        if not all(are_close(start.table(1).column_widths, start.table(side).column_widths) for side in sides):
            raise UnsupportedTableError("left pages differ from right ones")
        if any(lacks_foot(start.layout, start.table(side)) for side in sides):
            raise UnsupportedTableError("the footer of the table is not on all pages")
        page_box = box_of(start.layout.pages[start.page + 1])
        geometry = Geometry(number, page_box, start.table(1), facts=facts)
        foot = foot_of(self._canvas, start.layout, start.page + 1, start.table(1))
        frames = []
        if facts.reads_start_strings and not start.table(1).children[0].is_header:
            raise UnsupportedTableError("running lines may show what a page without a head starts with")
        for page_number in (start.page + side for side in sides):
            row = start.on_pages[page_number][0][1]
            frames.append(frame_of(self._canvas, start.layout, page_number, row, top=row.position_y, foot=foot))
        geometry.room = min(frame.room for frame in frames)
        return geometry, frames

    def _new_gap(self, frames: Sequence[PageFrame]) -> ContinuedPages:
        """Make room for pages between those of WeasyPrint's."""
        others = [gap for _, gap in self._gaps]
        shared = SharedObjects.reserved(self._file, self._resources, is_tagged=self._canvas.is_tagged)
        pages_before, links_before = sum(len(gap.pages) for gap in others), sum(len(gap.links) for gap in others)
        return ContinuedPages(
            self._file, self._canvas, shared, frames, keys_before=pages_before, link_keys_before=links_before
        )

    def _fix_widths(self, number: int, page: Any, facts: StyleFacts) -> None:
        """Have WeasyPrint choose the widths of columns for the rows that decide, of all of them."""
        styles = NO_STYLES if facts.reads_styles else ALL_STYLES
        draft = self._blueprint.specimen(number, widest_rows(self._sources[number], facts, styles))
        layout = self._typesetter.lay_out_tall(draft.root, draft.rows, page)
        found = layout.rows_of(number)[0]
        if not found:
            raise UnsupportedTableError("some rows are not displayed")
        table = table_of(layout.pages[0], found[0][1])
        self._blueprint.fix_widths(number, table.width, _logical_widths(table))

    def _places(self, layout: LaidOutDocument) -> list[assembly.Gap]:
        """Find where in the final layout pages are missing, and make sure that they fit in there."""
        found: list[assembly.Gap] = []
        for number, gap in self._gaps:
            table, on_pages = self._tables[number], layout.rows_of(number)
            after = len(table.before) + len(table.between)
            place = next(index for index, rows in enumerate(on_pages) if any(row == after for row, _ in rows))
            on_first = [row for row, _ in on_pages[place - 1]]
            fits = on_pages[place][0][0] == after and on_first == [*range(len(table.before))]
            if table.expected is not None and place + 1 < len(on_pages) and on_pages[place + 1]:
                fits = fits and on_pages[place + 1][0][0] <= after + table.expected
            if not fits:
                raise UnsupportedTableError("the table breaks its pages where it was not expected to")
            foot, table_box = gap.frames[0].foot, table_of(layout.pages[place], on_pages[place][0][1])
            if foot_edge(table_box, len(foot.rows)) != foot.edge:
                raise UnsupportedTableError("the last row of the table decides on the border above its footer")
            found.append((place, gap))
        return found


def _frames(facts: StyleFacts) -> int:
    return 2 if facts.has_sides else 1


def _logical_widths(table: Any) -> list[float]:
    """Return the widths of columns from the first on, which stands on the right where one reads from there."""
    widths: list[float] = table.column_widths
    return widths if table.style["direction"] == "ltr" else widths[::-1]
