"""Look whether a PDF can be put into others, before it is kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject

from reports.errors import AssetUnusableError
from reports.render_contract import MOST_PAGES_OF_ASSET

_MOST_BYTES_DRAWN = 64 * 2**20
"""Bytes that all pages may be drawn by, unpacked: a small file can hold gigabytes of them."""


def pages_of(body: bytes) -> int:
    """Return how many pages a PDF has. Raises AssetUnusableError."""
    if b"%PDF-" not in body[:1024]:
        raise AssetUnusableError("This is no PDF. Upload one.")
    try:
        reader = pypdf.PdfReader(BytesIO(body))
        if reader.is_encrypted:
            raise AssetUnusableError("The PDF is encrypted. Upload it without a password.")
        pages = reader.get_num_pages()
        if pages > MOST_PAGES_OF_ASSET:
            raise _too_long(pages)
        if pages < 1:
            raise AssetUnusableError("The PDF has no pages.")
        if _has_fields(reader.root_object):
            raise AssetUnusableError("The PDF is a form to be filled in. Print it into a PDF, and upload that.")
        room = _MOST_BYTES_DRAWN
        for number, page in enumerate(reader.pages, 1):
            if number > MOST_PAGES_OF_ASSET:  # more than it says
                raise _too_long(number)
            room -= _size_of(page)
            if room < 0:
                raise AssetUnusableError("The pages of the PDF are drawn by too much. Make them simpler.")
    except AssetUnusableError:
        raise
    except Exception as error:
        raise AssetUnusableError(
            f"The PDF is damaged ({type(error).__name__}). Write it anew, such as by printing it, and upload that."
        ) from error
    return pages


def _has_fields(root: DictionaryObject) -> bool:
    form = root.get("/AcroForm")
    fields: Any = form.get_object().get("/Fields") if form is not None else None
    return isinstance(fields, ArrayObject) and len(fields) > 0


def _too_long(pages: int) -> AssetUnusableError:
    return AssetUnusableError(f"The PDF has {pages:,} pages, and may have {MOST_PAGES_OF_ASSET}. Leave some out.")


def _size_of(page: pypdf.PageObject) -> int:
    """Return by how many bytes a page is drawn."""
    boxes = (page.mediabox, page.cropbox, page.trimbox)
    if min(float(size) for box in boxes for size in (box.width, box.height)) <= 0:
        raise AssetUnusableError("A page of the PDF has no size.")
    contents = page.get_contents()
    return 0 if contents is None else len(contents.get_data())
