"""Read the marked contents of a page, and of the forms that it draws (ISO 32000-1, 14.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf

_DRAWING = frozenset({"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "BI", "INLINE IMAGE"})


@dataclass(slots=True)
class Contents:
    """The numbers of the marked contents in each stream, with its key in the tree of parents, and what is wrong."""

    marks: list[tuple[tuple[int, int], int | None, list[int]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def contents_of(page: Any) -> Contents:
    """Read a page."""
    found = Contents()
    key = int(page.StructParents) if "/StructParents" in page else None
    _read(page, page.objgen, key, page.get("/Resources", {}), found, is_marked=False)
    return found


def _read(
    stream: Any, objgen: tuple[int, int], key: int | None, resources: Any, found: Contents, *, is_marked: bool
) -> None:
    marks: list[int] = []
    around: list[str] = []
    for step in pikepdf.parse_content_stream(stream):
        operands: Any = step.operands
        operator = str(step.operator)
        if operator in ("BMC", "BDC"):
            kind = "artifact" if operands[0] == "/Artifact" else "other"
            if operator == "BDC" and "/MCID" in operands[1]:
                kind = "content"
                marks.append(int(operands[1]["/MCID"]))
            _check_nesting(kind, around, found)
            around.append(kind)
        elif operator == "EMC":
            if not around:
                found.faults.append("ISO 32000-1 14.6.1: a mark ends that has not begun")
                return
            around.pop()
        elif operator == "Do":
            _read_form(resources.get("/XObject", {}).get(str(operands[0])), around, found, is_marked=is_marked)
        elif operator in _DRAWING and not around and not is_marked:
            found.faults.append(f"01-005 {operator} draws what is neither content nor artifact")
    if around:
        found.faults.append("ISO 32000-1 14.6.1: a mark does not end")
    if marks or not is_marked:
        found.marks.append((objgen, key, marks))


def _check_nesting(kind: str, around: list[str], found: Contents) -> None:
    if kind == "content" and "artifact" in around:
        found.faults.append("01-004 a content is within an artifact")
    if kind == "content" and "content" in around:
        found.faults.append("ISO 32000-1 14.7.4: a content is within another")
    if kind == "artifact" and "content" in around:
        found.faults.append("01-003 an artifact is within a content")


def _read_form(form: Any, around: list[str], found: Contents, *, is_marked: bool) -> None:
    if form is None or form.get("/Subtype") != "/Form":
        if not around and not is_marked:
            found.faults.append("01-005 a picture is neither content nor artifact")
        return
    key = int(form.StructParents) if "/StructParents" in form else None
    _read(form, form.objgen, key, form.get("/Resources", {}), found, is_marked=is_marked or bool(around))
