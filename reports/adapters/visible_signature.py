"""Show a signature on a page: a box with its words, which programs read aloud as a part of the document."""

# mypy: allow-untyped-calls
# Calls of pyHanko, most of whose objects of PDF have no types.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, VisibleSigSettings, append_signature_field
from pyhanko.stamp import BaseStamp, BaseStampStyle

from reports.adapters.signature_text import FONTS, LEADING, PADDING, Line, NoGlyphError, NoRoomError, Run, laid_out
from reports.errors import SignatureMisplacedError
from reports.jobs.signing import SignatureBox

_POINTS = 72 / 25.4
"""In a millimetre."""


def check(box: SignatureBox, words: Sequence[str]) -> None:
    """Raise SignatureMisplacedError if words do not fit into their box, or cannot be printed."""
    _laid_out(words, box.width * _POINTS, box.height * _POINTS)


def add_field(writer: IncrementalPdfFileWriter, name: str, box: SignatureBox, words: Sequence[str]) -> None:
    """Add a field for a signature to its page, and to the structure of the document, where it has one.

    Raises SignatureMisplacedError if there is no such page, or no room on it.
    """
    pages = int(writer.root["/Pages"]["/Count"])
    index = pages - 1 if box.page == -1 else box.page - 1
    if index >= pages:
        raise SignatureMisplacedError(f"the document has {pages} pages, and no page {box.page}")
    page_ref = writer.find_page_for_modification(index)[0]
    page = page_ref.get_object()
    visible = VisibleSigSettings(rotate_with_page=False, print_signature=True)
    spec = SigFieldSpec(
        name,
        on_page=index,
        box=_rectangle(page, box),
        visible_sig_settings=visible,
        readable_field_name=". ".join(words),
    )
    append_signature_field(writer, spec)
    [field] = [each for each in writer.root["/AcroForm"]["/Fields"] if each.get_object().get("/T") == name]
    if "/StructTreeRoot" in writer.root:
        _tag(writer, page_ref, field)


def _rectangle(page: Any, box: SignatureBox) -> tuple[int, int, int, int]:
    if int(_inherited(page, "/Rotate", 0)) % 360:
        raise SignatureMisplacedError("the page is rotated")
    left, bottom, right, top = (
        float(each) for each in _inherited(page, "/CropBox", None) or _inherited(page, "/MediaBox", None)
    )
    x, y = left + box.x * _POINTS, top - box.y * _POINTS
    width, height = box.width * _POINTS, box.height * _POINTS
    # A hair's breadth, so that a box may go to the very edge.
    if x + width > right + 0.5 or y - height < bottom - 0.5:
        paper = f"{(right - left) / _POINTS:.0f} × {(top - bottom) / _POINTS:.0f} mm"
        raise SignatureMisplacedError(f"the box leaves the page, which has {paper}")
    return round(x), round(y - height), round(x + width), round(y)


def _inherited(page: Any, key: str, default: Any) -> Any:
    while key not in page:
        if "/Parent" not in page:
            return default
        page = page["/Parent"]
    return page[key]


def _tag(writer: IncrementalPdfFileWriter, page: Any, field: Any) -> None:
    """Add the field to the structure, as its last element: a form (ISO 14289-1, 7.18.4)."""
    root = writer.root["/StructTreeRoot"]
    document = _document(root)
    number = _next_key(root)
    field.get_object()["/StructParent"] = generic.NumberObject(number)
    content = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field, pdf_name("/Pg"): page}
    )
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): document,
                pdf_name("/Pg"): page,
                pdf_name("/K"): content,
            }
        )
    )
    _append(writer, document.get_object(), element)
    _note_parent(writer, root["/ParentTree"], number, element)
    root["/ParentTreeNextKey"] = generic.NumberObject(number + 1)
    writer.update_container(root)
    writer.update_container(field.get_object())


def _document(root: Any) -> Any:
    """Return a reference to the element of the whole document."""
    kids = root.raw_get("/K")
    while not isinstance(kids, generic.IndirectObject) or isinstance(kids.get_object(), generic.ArrayObject):
        kids = (kids.get_object() if isinstance(kids, generic.IndirectObject) else kids).raw_get(0)
    return kids


def _append(writer: IncrementalPdfFileWriter, element: Any, kid: Any) -> None:
    kids = element.raw_get("/K") if "/K" in element else generic.ArrayObject()
    found = kids.get_object() if isinstance(kids, generic.IndirectObject) else kids
    if isinstance(found, generic.ArrayObject):
        found.append(kid)
        element["/K"] = kids
        writer.update_container(found)
    else:
        element["/K"] = generic.ArrayObject([kids, kid])
    writer.update_container(element)


def _next_key(root: Any) -> int:
    if "/ParentTreeNextKey" in root:
        return int(root["/ParentTreeNextKey"])
    node = root["/ParentTree"]
    while "/Kids" in node:
        node = node["/Kids"][-1].get_object()
    return int(node["/Nums"][-2]) + 1 if node["/Nums"] else 0


def _note_parent(writer: IncrementalPdfFileWriter, tree: Any, number: int, element: Any) -> None:
    """Add the greatest key of all to a tree of numbers."""
    key = generic.NumberObject(number)
    if "/Kids" in tree:
        leaf = generic.DictionaryObject(
            {
                pdf_name("/Limits"): generic.ArrayObject([key, key]),
                pdf_name("/Nums"): generic.ArrayObject([key, element]),
            }
        )
        tree["/Kids"].append(writer.add_object(leaf))
        writer.update_container(tree["/Kids"])
    else:
        tree["/Nums"].extend([key, element])
        writer.update_container(tree["/Nums"])
    writer.update_container(tree)


def _laid_out(words: Sequence[str], width: float, height: float) -> tuple[float, list[Line]]:
    try:
        return laid_out(words, width, height)
    except NoRoomError:
        raise SignatureMisplacedError("the box is too small for its words, even at 5 points") from None
    except NoGlyphError as error:
        raise SignatureMisplacedError(
            f"no bundled font has {error}, which is in the name, the reason or the place"
        ) from None


@dataclass(frozen=True)
class SignatureLook(BaseStampStyle):
    """What a signature looks like: its words in a thin frame."""

    border_width: float = 0.5  # type: ignore[assignment]
    words: tuple[str, ...] = ()

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, Any]) -> BaseStamp:
        """Return what is drawn in a box. See BaseStampStyle."""
        del text_params
        return _Drawing(writer, self, box)


class _Drawing(BaseStamp):
    """The words, drawn."""

    def _render_inner_content(self) -> list[bytes]:
        width, height = self.box.width, self.box.height
        size, lines = _laid_out(self.style.words, width, height)
        engines: dict[str, Any] = {}
        # So that the words can be read whatever lies below.
        drawn = [b"q 1 g 0 0 %g %g re f Q" % (width, height)]
        for index, line in enumerate(lines):
            x = width - PADDING - line.em * size if line.is_rtl else PADDING
            y = height - PADDING - size * (1 + LEADING * index)
            for run in line.runs:
                drawn.append(self._drawn(run, size, x, y, engines))
                x += run.em * size
        for name, engine in engines.items():
            self.set_resource(ResourceType.FONT, pdf_name(f"/{name}"), engine.as_resource())
        return drawn

    def _drawn(self, run: Run, size: float, x: float, y: float, engines: dict[str, Any]) -> bytes:
        direction = "rtl" if run.is_rtl else "ltr"
        key = f"{run.font}-{direction}"
        if key not in engines:
            with (FONTS / f"{run.font}.ttf").open("rb") as file:
                engines[key] = GlyphAccumulator(self._ensure_writer, file, font_size=size, writing_direction=direction)
        ops = engines[key].shape(run.text).graphics_ops
        return b"BT /%s %g Tf %.3f %.3f Td %s ET" % (key.encode(), size, x, y, ops)
