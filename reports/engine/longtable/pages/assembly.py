"""Join the pages that WeasyPrint made and those between them into one PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from reports.engine.longtable.pages.continued_pages import ContinuedPages
from reports.engine.longtable.pages.first_page import first_page_alone
from reports.engine.longtable.pages.pdf_file import PdfFile
from reports.engine.longtable.pages.running_lines import RunningLines
from reports.engine.longtable.text.setters import Setters
from reports.engine.weasy.boxes import is_margin_box
from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.margin_boxes import margin_boxes
from reports.engine.weasy.patches.pdf import MissingPages
from reports.engine.weasy.structure.description import Description, RowsElsewhere
from reports.engine.weasy.structure.faults import Fault
from reports.engine.weasy.typesetter import LaidOutDocument, box_of
from reports.engine.weasy.whole_pdf import pdf_of, share_resources


class Written(NamedTuple):
    """The end of a document: what keeps it from being accessible, and a PDF of its first page alone."""

    faults: Sequence[Fault]
    first_page: bytes


Gap = tuple[int, ContinuedPages]
"""Pages that are missing in a layout, and the number of its page (from zero) before which they go."""


def renumber(layout: LaidOutDocument, gaps: Sequence[Gap]) -> int:
    """Give WeasyPrint's pages the numbers and running lines they have in the whole document; return its page count."""
    context, pages = layout.context, layout.pages
    total = len(pages) + sum(len(gap.pages) for _, gap in gaps)
    shift = {index: sum(len(gap.pages) for before, gap in gaps if before <= index) for index in range(len(pages))}
    if context.target_collector.counter_lookup_items:
        raise UnsupportedTableError("the document refers to page numbers in its text")
    for index in range(len(pages)):
        values = context.page_maker[index + 1][3][1] if index + 1 < len(context.page_maker) else {}
        if values.get("page", [index + 1])[-1] != index + 1:
            raise UnsupportedTableError("the document counts its pages in a way of its own")
    for store in (context.string_set, context.running_elements):
        for name, found in store.items():
            store[name] = defaultdict(list, {page + shift[page - 1]: value for page, value in found.items()})
    for before, gap in gaps:
        first = before + 1 + shift[before] - len(gap.pages)
        for number, page in enumerate(gap.pages, first):
            for name, text in page.strings:
                context.string_set[name][number].append(text)
    for index, page in enumerate(pages):
        box = box_of(page)
        kept = [child for child in box.children if not is_margin_box(child)]
        box.children = (*kept, *margin_boxes(layout, box, index + 1 + shift[index], total))
    return total


def write(
    file: PdfFile,
    canvas: Canvas,
    setters: Setters,
    layout: LaidOutDocument,
    gaps: Sequence[Gap],
    resources: int,
    lines: RunningLines,
    options: dict[str, Any],
) -> Written:
    """Write all that is still to be written, and end the file. The ``setters`` give up the glyphs they have used."""
    passed = 0
    for before, gap in gaps:
        gap.write_running_lines(lines, before + passed + 1)
        passed += len(gap.pages)
    setters.hand_over_glyphs()
    for font in canvas.fonts.values():
        font.to_unicode = dict(sorted(font.to_unicode.items()))
    description = _description(layout, gaps) if canvas.is_tagged else Description()
    missing = [MissingPages(before, gap.frames[0].height, gap.pages) for before, gap in gaps if gap.pages]
    unknown = tuple(b"%d 0 R" % page.number for _, gap in gaps for page in gap.pages)
    pdf = pdf_of(layout, canvas, missing, base=file.objects, unknown=unknown, description=description, options=options)
    by_number = {item.number: item for item in pdf.objects}
    share_resources(pdf, canvas, by_number)
    _insert_pages(pdf, gaps)
    for _, gap in gaps:
        gap.write_tree(pdf.pages.number)
    pdf.add_object(pdf.info)
    first_page = first_page_alone(pdf.pages["Kids"][0], _write_objects(file, pdf, canvas, resources))
    for number, body in description.placed.items():
        file.add_many(number, [body])
    file.finish(pdf.catalog.number, pdf.info.number)
    return Written(description.faults, first_page)


def _description(layout: LaidOutDocument, gaps: Sequence[Gap]) -> Description:
    """Describe the rows on the missing pages, and where they belong in the structure."""
    elsewhere = []
    for before, gap in gaps:
        if gap.pages:
            follows = next(rows[before][0][1] for rows in map(layout.rows_of, range(len(layout.rows))) if rows[before])
            elsewhere.append(
                RowsElsewhere(
                    follows.element, gap.rows, gap.shared.group, [*gap.owners, *gap.links], gap.repeated_links
                )
            )
    return Description(elsewhere)


def _insert_pages(pdf: Any, gaps: Sequence[Gap]) -> None:
    kids = pdf.pages["Kids"]
    for before, gap in sorted(gaps, key=lambda gap: gap[0], reverse=True):
        if gap.pages:
            kids[before * 3 : before * 3] = [gap.shared.branch, 0, "R"]
            pdf.pages["Count"] += len(gap.pages)


def _write_objects(file: PdfFile, pdf: Any, canvas: Canvas, resources: int) -> dict[int, bytes]:
    """Write WeasyPrint's objects, and return them by their numbers."""
    base = file.objects
    file.reserve(len(pdf.objects) - 1)
    assert pdf.objects[1].number == base
    bodies = {}
    for item in pdf.objects[1:]:
        body = bodies[item.number] = item.data
        (file.add if item.compressible else file.add_whole)(item.number, body)
    file.add(resources, canvas.resources.data)
    return bodies
