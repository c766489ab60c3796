"""Have WeasyPrint write its pages as the tail of a PDF that has others already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint import DEFAULT_OPTIONS

from reports.engine.weasy.archival import smooth_no_pictures
from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.patches.fonts import name_bare_outlines
from reports.engine.weasy.patches.pdf import MissingPages, document_with_missing_pages, numbered_pdf, pdf_class
from reports.engine.weasy.structure.description import Description, GroupTakenError
from reports.engine.weasy.typesetter import LaidOutDocument


def pdf_of(
    layout: LaidOutDocument,
    canvas: Canvas,
    missing: Sequence[MissingPages],
    *,
    base: int,
    unknown: tuple[bytes, ...],
    description: Description,
    options: dict[str, Any],
) -> Any:
    """Return WeasyPrint's PDF of a layout, with objects numbered from ``base`` on.

    ``missing`` are pages that are written already, ``unknown`` their references; ``description`` tells where their
    rows belong in the structure.
    """
    old = layout.document
    document = document_with_missing_pages(missing)(
        old.pages, old.metadata, old.url_fetcher, old.font_config, old.color_profiles, old.output_intent
    )
    document._html = old._html
    document.description = description
    document.fonts = dict(sorted(canvas.fonts.items(), key=lambda item: (item[1].hash, item[0])))
    known = {**DEFAULT_OPTIONS, **options}
    _, properties = weasyprint.pdf.VARIANTS[known["pdf_variant"]] if known["pdf_variant"] else (None, {})
    known |= {key: value for key, value in properties.items() if known.get(key) is None}
    with pdf_class(numbered_pdf(base=base, unknown_pages=unknown)):
        try:
            pdf = weasyprint.pdf.generate_pdf(document, None, 1, **known)
        except GroupTakenError as error:
            raise UnsupportedTableError("two long tables share a group of rows") from error
    name_bare_outlines(document, pdf)
    return pdf


def share_resources(pdf: Any, canvas: Canvas, by_number: dict[int, Any]) -> None:
    """Let the resources of a canvas have the fonts and colour spaces of WeasyPrint's."""
    canvas.resources["ExtGState"] = pydyf.Dictionary(sorted(canvas.resources["ExtGState"].items()))
    page = by_number[pdf.pages["Kids"][0]]
    theirs = by_number[int(page["Resources"].split()[0])]
    for name in ("Font", "ColorSpace"):
        canvas.resources[name] = theirs[name]
    for form in canvas.resources["XObject"].values():
        if form is not None and "Resources" in form.extra:
            form.extra["Resources"]["ColorSpace"] = theirs["ColorSpace"]
    weasyprint.pdf._use_references(pdf, canvas.resources, canvas.images, {})
    if canvas.intent is not None:
        smooth_no_pictures(pdf.objects)
