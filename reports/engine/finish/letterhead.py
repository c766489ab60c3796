"""Lay a tenant's letterhead under the pages of a PDF, as a background that no screen reader reads."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from reports.engine.finish.foreign_pdf import ForeignPdf

_MARKS = frozenset({"BDC", "BMC", "EMC", "MP", "DP"})
_SAME = 1.0
"""Points by which two pages of the same size may differ."""


def lay_under(pdf: pikepdf.Pdf, foreign: ForeignPdf, *, first_page_only: bool) -> bool:
    """Draw page 1 of a letterhead under the first page, and its page 2, or else 1, under all others.

    Returns whether the pages have the size of the letterhead; to others it is fitted, from above.
    """
    forms = [_form(pdf, foreign.pdf, page) for page in list(foreign.pdf.pages)[:2]]
    fits = True
    for number, page in enumerate(pdf.pages):
        if number and first_page_only:
            break
        at = 0 if number == 0 else len(forms) - 1
        name = Name(f"/PressrunLetterhead{at}")
        if Name.XObject not in page.resources:
            page.resources.XObject = Dictionary()
        page.resources.XObject[name] = forms[at]
        matrix, is_same = _placed(page, forms[at])
        fits = fits and is_same
        drawing = f"/Artifact <</Type /Background>> BDC q {matrix} cm {name} Do Q EMC\n".encode()
        page.contents_add(pdf.make_stream(drawing), prepend=True)
    return fits


def has_its_fonts(foreign: ForeignPdf) -> bool:
    """Tell whether all fonts of a PDF are in it, as programs that read aloud need them."""
    seen: set[tuple[int, int]] = set()
    return all(_has_fonts(page.obj.get("/Resources"), seen) for page in foreign.pdf.pages)


def _has_fonts(resources: Any, seen: set[tuple[int, int]]) -> bool:
    if not isinstance(resources, Dictionary):
        return True
    if not all(_is_embedded(font) for font in _members(resources, "/Font")):
        return False
    drawings = [each for kind in ("/XObject", "/Pattern") for each in _members(resources, kind)]
    new = [each for each in drawings if each.objgen not in seen]
    seen.update(each.objgen for each in new)
    return all(_has_fonts(each.get("/Resources"), seen) for each in new)


def _members(resources: Any, kind: str) -> list[Any]:
    found = resources.get(kind)
    return [found[name] for name in found.keys()] if isinstance(found, Dictionary) else []  # noqa: SIM118


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == Name.Type3:
        return True  # drawn by streams of the PDF
    if font.get("/Subtype") == Name.Type0:
        return all(_is_embedded(each) for each in font.DescendantFonts)
    descriptor = font.get("/FontDescriptor")
    return isinstance(descriptor, Dictionary) and any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))


def _form(pdf: pikepdf.Pdf, source: pikepdf.Pdf, page: pikepdf.Page) -> Any:
    body = _without_marks(page)
    _unmark(source, page.obj.get("/Resources"), set())
    page.obj.Contents = source.make_stream(body)
    form = pdf.copy_foreign(page.as_form_xobject())
    if "/StructParents" in form:
        del form["/StructParents"]
    return form


def _unmark(source: pikepdf.Pdf, resources: Any, seen: set[tuple[int, int]]) -> None:
    """Take the marks of structure from all drawings: within an artifact, there may be none."""
    for kind in ("/XObject", "/Pattern"):
        streams: Any = resources.get(kind) if isinstance(resources, Dictionary) else None
        for name in list(streams.keys()) if isinstance(streams, Dictionary) else []:
            stream = streams[name]
            if not isinstance(stream, pikepdf.Stream) or stream.objgen in seen or stream.get("/Subtype") == Name.Image:
                continue
            seen.add(stream.objgen)
            stream.write(_without_marks(stream))
            for member in ("/StructParents", "/StructParent"):
                if member in stream:
                    del stream[member]
            _unmark(source, stream.get("/Resources"), seen)


def _without_marks(drawing: Any) -> bytes:
    kept = [each for each in pikepdf.parse_content_stream(drawing) if str(each.operator) not in _MARKS]
    return pikepdf.unparse_content_stream(kept)


def _placed(page: pikepdf.Page, form: Any) -> tuple[str, bool]:
    left, bottom, right, top = map(float, page.mediabox)
    x0, y0, x1, y1 = map(float, form.BBox)
    a, b, c, d, e, f = map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    at_x, at_y = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - at_x, max(y for _, y in corners) - at_y
    is_same = abs(width - (right - left)) <= _SAME and abs(height - (top - bottom)) <= _SAME
    scale = 1.0 if is_same else min((right - left) / width, (top - bottom) / height)
    move = left - scale * at_x, top - scale * (at_y + height)
    return " ".join(f"{number:.5f}" for number in (scale, 0, 0, scale, *move)), is_same
