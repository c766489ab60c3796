"""Cut a row that is higher than a page into parts, where WeasyPrint cuts it."""

from __future__ import annotations

from reports.engine.longtable.layout.blueprint import Blueprint, Row
from reports.engine.longtable.layout.foot import foot_of
from reports.engine.longtable.layout.frame import frame_of
from reports.engine.longtable.layout.pagination import Break, Broken
from reports.engine.longtable.layout.parts import Fragment, PageFrame
from reports.engine.longtable.layout.row_painter import RowPainter
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.typesetter import Typesetter, table_of


def parts_of(
    blueprint: Blueprint,
    typesetter: Typesetter,
    painter: RowPainter,
    table: int,
    rows: tuple[str, str, str | None],
    padding: int,
) -> list[Broken]:
    """Return the parts of a row, each for a page of its own, of which only the last one may have room left.

    ``rows`` are the row above, the row itself, and the one below. They are laid out on pages like the document's; on
    the first one, which may be smaller than others, stands the row above.
    """
    above, html, below = rows
    shown = [Row(above), Row(html, on_new_page=True), *([Row(below)] if below is not None else [])]
    draft = blueprint.specimen(table, [*[Row("<tr></tr>", hidden=True)] * padding, *shown])
    layout = typesetter.lay_out(draft.root, draft.rows)
    parts: list[tuple[Fragment, PageFrame]] = []
    for page_number, found in enumerate(layout.rows_of(table)):
        for number, box in found:
            if number == padding + 1:
                page, top = layout.pages[page_number], box.position_y
                table_box = table_of(page, box)
                part = painter.fragment(layout, table_box, box, page=page)
                foot = foot_of(painter.canvas, layout, page_number, table_box)
                parts.append((part, frame_of(painter.canvas, layout, page_number, box, top=top, foot=foot)))
    if not parts:
        raise UnsupportedTableError("some rows are not displayed")
    last = len(parts) - 1
    return [
        (part.as_part(frame, begins=index == 0, ends=index == last), Break.FORCED)
        for index, (part, frame) in enumerate(parts)
    ]
