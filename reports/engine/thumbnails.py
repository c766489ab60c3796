"""Draw a picture of a PDF's first page."""

from __future__ import annotations

from io import BytesIO

import pypdfium2

from reports.model import RenderedFile

THUMBNAIL_WIDTH = 480


def first_page(pdf: bytes, *, width: int = THUMBNAIL_WIDTH) -> RenderedFile:
    """Return page 1 as a PNG of the given width in pixels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        picture = page.render(scale=width / page.get_width()).to_pil()
    finally:
        document.close()
    body = BytesIO()
    picture.save(body, "PNG")
    return RenderedFile("thumbnail.png", "image/png", body.getvalue(), *picture.size)
