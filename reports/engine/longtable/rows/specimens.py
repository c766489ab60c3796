"""Have WeasyPrint lay out some rows of a table between their neighbours, on a page without an end."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reports.engine.longtable.layout.blueprint import Blueprint, Row
from reports.engine.longtable.layout.geometry import Geometry
from reports.engine.longtable.layout.inline_styles import with_inks
from reports.engine.longtable.layout.parts import Fragment
from reports.engine.longtable.layout.row_forms import with_values
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.longtable.rows.chunks import Window
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.typesetter import LaidOutDocument, Typesetter, table_of

_PADDING_ROW = Row("<tr></tr>", hidden=True)


class Specimen(NamedTuple):
    """Rows as WeasyPrint laid them out: the ``places`` of rows in the document by their numbers in the window.

    By these places, the ``boxes`` of rows, and of each its page and table: where rows force breaks, there are several.
    """

    layout: LaidOutDocument
    tables: Mapping[int, tuple[Any, Any]]
    boxes: Mapping[int, Any]
    places: Mapping[int, int]

    def row(self, index: int) -> Any:
        """Return the box of a row."""
        return self.boxes[self.places[index]]

    def drawn(self, painter: RowPainter, index: int, kind: Hashable | None = None) -> Fragment:
        """Draw a row."""
        page, table = self.tables[self.places[index]]
        return painter.fragment(self.layout, table, self.row(index), page=page, kind=kind)

    def table(self, index: int) -> Any:
        """Return the box of the table that a row stands in."""
        return self.tables[self.places[index]][1]

    def above(self, index: int) -> Any:
        """Return the box of the row above another."""
        return self.boxes[self.places[index] - 1]

    def with_neighbours(self) -> dict[int, Any]:
        """Return the boxes of rows and their neighbours by their numbers in the window, from a neighbour on."""
        around = {index + 1 + offset: place + offset for index, place in self.places.items() for offset in (-1, 0, 1)}
        return {number: self.boxes[place] for number, place in around.items() if place in self.boxes}


class Specimens:
    """Lay out rows of one table."""

    def __init__(self, blueprint: Blueprint, typesetter: Typesetter, geometry: Geometry) -> None:
        self._blueprint = blueprint
        self._typesetter = typesetter
        self._geometry = geometry

    def of(self, window: Window, chosen: Sequence[int], inks: Mapping[int, tuple[str, ...]] | None = None) -> Specimen:
        """Lay out the chosen rows, those with other ``inks`` in these. Raises UnsupportedTableError."""
        geometry = self._geometry
        rows: list[Row] = []
        places: dict[int, int] = {}
        for run in runs(self._with_special(window, chosen)):
            # :nth-child counts hidden rows, so as many stand before this one as in the table, less whole periods.
            rows += [_PADDING_ROW] * geometry.hidden_rows(window.number + run.start, len(rows))
            places |= {index: len(rows) + 1 + offset for offset, index in enumerate(run)}
            rows += map(Row, self._with_neighbours(window, run, inks or {}))
        draft = self._blueprint.specimen(geometry.table, rows)
        layout = self._typesetter.lay_out_tall(draft.root, draft.rows, geometry.page)
        boxes: dict[int, Any] = {}
        tables: dict[int, tuple[Any, Any]] = {}
        for page, found in zip(layout.pages, layout.rows_of(geometry.table), strict=True):
            table = table_of(page, found[0][1])
            geometry.check(table)
            boxes.update(found)
            tables |= {place: (page, table) for place, _ in found}
        if len(boxes) != sum(not row.hidden for row in rows):
            raise UnsupportedTableError("some rows are not displayed")
        return Specimen(layout, tables, boxes, places)

    def _with_special(self, window: Window, chosen: Sequence[int]) -> list[int]:
        """Return rows, and those between them that have a look by their number: none can stand further up."""
        special = [index for index in chosen if window.number + index <= self._geometry.special_rows]
        return sorted({*chosen, *range(min(special, default=0), max(special, default=-1) + 1)})

    def _with_neighbours(self, window: Window, run: range, inks: Mapping[int, tuple[str, ...]]) -> list[str]:
        """Return rows and their neighbours, whose values are left out unless the style looks for empty cells."""
        html = window.rows[run.start : run.stop + 2]
        for index in run:
            if index in inks:
                number = index + 1
                html[number - run.start] = with_values(
                    with_inks(window.forms[number], inks[index]), window.values[number]
                )
        if not self._geometry.reads_emptiness:
            for number in (run.start, *range(run.stop + 1, len(window.forms))[:1]):
                html[number - run.start] = with_inks(window.forms[number], window.inks[number])
        return html


def runs(numbers: Sequence[int]) -> Iterator[range]:
    """Gather numbers that follow one another."""
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            yield range(numbers[start], numbers[index - 1] + 1)
            start = index
