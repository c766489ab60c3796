"""Look whether a PDF can be put into others, before it is kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject

from reports.errors import AssetUnusableError

MOST_PAGES = 50


def pages_of(body: bytes) -> int:
    """Return how many pages a PDF has. Raises AssetUnusableError."""
    if b"%PDF-" not in body[:1024]:
        raise AssetUnusableError("This is no PDF. Upload one.")
    try:
        reader = pypdf.PdfReader(BytesIO(body))
        if reader.is_encrypted:
            raise AssetUnusableError("The PDF is encrypted. Upload it without a password.")
        pages = reader.get_num_pages()
        if pages > MOST_PAGES:
            raise AssetUnusableError(f"The PDF has {pages:,} pages, and may have {MOST_PAGES}. Leave some out.")
        if pages < 1:
            raise AssetUnusableError("The PDF has no pages.")
        if _has_fields(reader.root_object):
            raise AssetUnusableError("The PDF is a form to be filled in. Print it into a PDF, and upload that.")
        for page in reader.pages:
            _check(page)
    except AssetUnusableError:
        raise
    except Exception as error:
        raise AssetUnusableError(
            f"The PDF is damaged ({type(error).__name__}). Write it anew, such as by printing it, and upload that."
        ) from error
    return pages


def _has_fields(root: DictionaryObject) -> bool:
    form = root.get("/AcroForm")
    fields: Any = form.get_object().get("/Fields") if form is not None else None  # type: ignore[union-attr]
    return isinstance(fields, ArrayObject) and len(fields) > 0


def _check(page: pypdf.PageObject) -> None:
    if min(float(page.mediabox.width), float(page.mediabox.height)) <= 0:
        raise AssetUnusableError("A page of the PDF has no size.")
    contents = page.get_contents()
    if contents is not None:
        contents.get_data()
