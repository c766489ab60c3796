"""Hang the structure of one PDF, as programs that read aloud need it, into that of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from reports.engine.finish.foreign_pdf import ForeignPdf

_KEPT = (
    *("/Type", "/S", "/P", "/K", "/Pg", "/ID", "/Lang", "/Alt", "/ActualText", "/E", "/T", "/A", "/C", "/R"),
    *("/Obj", "/MCID", "/Stm"),
)


def tidied(foreign: ForeignPdf) -> bool:
    """Prepare the structure of a PDF for another one; tell whether it has one that can be moved."""
    root = foreign.pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary) or "/ParentTree" not in root or "/ClassMap" in root or "/Namespaces" in root:
        return False
    kept = {link.objgen for page in foreign.pdf.pages for link in page.obj.get("/Annots", Array())}
    for element in _elements(root.get("/K")):
        if "/ID" in element or "/NS" in element:
            return False  # another element may have the same
        for name in [name for name in element.keys() if name not in _KEPT]:  # noqa: SIM118
            del element[name]
        if isinstance(element.get("/K"), Array):
            element.K = Array([kid for kid in element.K if not _is_lost(kid, kept)])
        elif "/K" in element and _is_lost(element.K, kept):
            del element["/K"]
    return True


def hang_in(pdf: pikepdf.Pdf, foreign: ForeignPdf, pages: list[pikepdf.Page], *, in_front: bool) -> bool:
    """Move a tidied structure; ``pages`` are the copies of its pages. Returns False, and leaves it, if it cannot be."""
    ours, theirs = pdf.Root.StructTreeRoot, foreign.pdf.Root.StructTreeRoot
    roles = dict(theirs.get("/RoleMap", Dictionary()).items())
    known = dict(ours.get("/RoleMap", Dictionary()).items())
    if any(known.get(role, meaning) != meaning for role, meaning in roles.items()):
        return False
    copied = pdf.copy_foreign(theirs)
    if roles:
        ours.RoleMap = Dictionary({**known, **dict(copied.RoleMap.items())})
    parents = pikepdf.NumberTree(ours.ParentTree)
    offset = max([int(ours.get("/ParentTreeNextKey", 0)), *(number + 1 for number in parents)])
    found = dict(pikepdf.NumberTree(copied.ParentTree).items())
    for number, owner in found.items():
        parents[offset + number] = owner
    ours.ParentTreeNextKey = offset + max(found, default=-1) + 1
    seen: set[tuple[int, int]] = set()
    for page in pages:
        _renumber(page.obj, offset, seen)
    document = _document(ours)
    part = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, P=document, K=Array()))
    if "/Lang" in foreign.pdf.Root:
        part.Lang = pikepdf.String(str(foreign.pdf.Root.Lang))
    for kid in _listed(copied.get("/K")):
        kid.P = part
        part.K.append(kid)
    kids = _listed(document.get("/K"))
    document.K = Array([part, *kids] if in_front else [*kids, part])
    return True


def unmark(pages: list[pikepdf.Page]) -> None:
    """Have pages belong to no structure."""
    for page in pages:
        for holder in (page.obj, *page.obj.get("/Annots", Array())):
            for name in ("/StructParents", "/StructParent"):
                if name in holder:
                    del holder[name]


def _renumber(page: Any, offset: int, seen: set[tuple[int, int]]) -> None:
    drawings = [page, *_drawings(page.get("/Resources"), seen)]
    for holder in (*drawings, *page.get("/Annots", Array())):
        for name in ("/StructParents", "/StructParent"):
            if name in holder:
                holder[name] = int(holder[name]) + offset


def _drawings(resources: Any, seen: set[tuple[int, int]]) -> Iterator[Any]:
    found: Any = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    for name in list(found.keys()) if isinstance(found, Dictionary) else []:
        drawing = found[name]
        if drawing.objgen not in seen:
            seen.add(drawing.objgen)
            yield drawing
            yield from _drawings(drawing.get("/Resources"), seen)


def _document(root: Any) -> Any:
    [document] = _listed(root.K)
    return document


def _elements(kids: Any) -> Iterator[Any]:
    pending, seen = _listed(kids), set()
    while pending:
        kid = pending.pop()
        if isinstance(kid, Dictionary) and kid.objgen not in seen:
            if kid.is_indirect:
                seen.add(kid.objgen)
            yield kid
            pending.extend(_listed(kid.get("/K")))


def _is_lost(kid: Any, kept: set[tuple[int, int]]) -> bool:
    """Tell whether a kid is what was left out of its page."""
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR and kid.Obj.objgen not in kept


def _listed(kids: Any) -> list[Any]:
    return [] if kids is None else list(kids) if isinstance(kids, Array) else [kids]
