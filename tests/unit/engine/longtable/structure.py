"""Read the structure of a tagged PDF as a screen reader would, and say what is wrong with it (ISO 32000-1, 14.7)."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

_ALLOWED = {
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption", "NonStruct"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
}
"""What may stand in elements of a table or a list."""

Place = tuple[int, int]
"""A page's number, from zero, and the number of a marked content on it."""


@dataclass(slots=True)
class Element:
    """An element of the structure, with all that is in it in order: elements and marked contents."""

    kind: str
    number: int
    page: int | None
    attributes: dict[str, str]
    kids: list[Element | Place] = field(default_factory=list)
    links: int = 0
    said: str | None = None

    def all_of(self, kind: str) -> Iterator[Element]:
        """Yield this element and those in it, in order, that are of a kind."""
        if self.kind == kind:
            yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all_of(kind)

    def places(self) -> Iterator[Place]:
        """Yield the marked contents, in order."""
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.places()
            else:
                yield kid


@dataclass(slots=True)
class Structure:
    """A document's structure, and its contradictions."""

    root: Element
    problems: list[str]
    pages: int


def structure(pdf: bytes) -> Structure:
    """Read the structure of a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return _Reader(document).read()


class _Reader:
    def __init__(self, document: pikepdf.Pdf) -> None:
        self._document = document
        self._pages: dict[Any, int] = {page.objgen: number for number, page in enumerate(document.pages)}
        self._problems: list[str] = []
        self._owners: dict[Place, int] = {}
        self._annotations: dict[int, int] = {}

    def read(self) -> Structure:
        tree: Any = self._document.Root.StructTreeRoot
        [top] = tree.K
        root = self._element(top, tree)
        owners = self._parent_tree(tree.ParentTree)
        for number, page in enumerate(self._document.pages):
            self._check_page(number, page.obj, owners)
        for element in (each for kind in _ALLOWED for each in root.all_of(kind)):
            wrong = {kid.kind for kid in element.kids if isinstance(kid, Element)} - _ALLOWED[element.kind]
            if wrong:
                self._problems.append(f"{element.kind} {element.number} has {sorted(wrong)} in it")
        return Structure(root, self._problems, len(self._pages))

    def _element(self, entry: Any, parent: Any) -> Element:
        if entry.P.objgen != parent.objgen:
            self._problems.append(f"element {entry.objgen[0]} has another parent than the element it is in")
        page = self._pages[entry.Pg.objgen] if "/Pg" in entry else None
        attributes = {str(key): str(value) for key, value in entry.get("/A", {}).items()}
        said = str(entry.ActualText) if "/ActualText" in entry else None
        element = Element(str(entry.S)[1:], entry.objgen[0], page, attributes, said=said)
        for kid in _as_list(entry.get("/K", [])):
            if isinstance(kid, int):
                assert page is not None
                self._own((page, kid), element)
                element.kids.append((page, kid))
            elif kid.get("/Type") == "/MCR":
                place = self._pages[kid.Pg.objgen], int(kid.MCID)
                self._own(place, element)
                element.kids.append(place)
            elif kid.get("/Type") == "/OBJR":
                self._annotations[kid.Obj.objgen[0]] = element.number
                element.links += 1
            else:
                element.kids.append(self._element(kid, entry))
        return element

    def _own(self, place: Place, element: Element) -> None:
        if place in self._owners:
            self._problems.append(f"content {place} is in two elements")
        self._owners[place] = element.number

    def _parent_tree(self, tree: Any) -> dict[int, Any]:
        numbers = list(tree.Nums)
        keys = [int(key) for key in numbers[::2]]
        if keys != sorted(set(keys)):
            self._problems.append("the keys of the parent tree are not in order")
        return dict(zip(keys, numbers[1::2], strict=True))

    def _check_page(self, number: int, page: Any, owners: dict[int, Any]) -> None:
        told = [entry.objgen[0] for entry in owners[int(page.StructParents)]]
        marked, problem = _marks(page)
        if problem:
            self._problems.append(f"page {number + 1}: {problem}")
        if sorted(marked) != list(range(len(told))):
            self._problems.append(f"page {number + 1} marks {len(marked)} contents, the parent tree knows {len(told)}")
        for mark, owner in enumerate(told):
            if self._owners.get((number, mark)) != owner:
                self._problems.append(f"page {number + 1}: the owner of content {mark} is told in two ways")
        for annotation in page.get("/Annots", []):
            owner = self._annotations.get(annotation.objgen[0])
            if owner is None or owners[int(annotation.StructParent)].objgen[0] != owner:
                self._problems.append(f"page {number + 1} has a link that no element owns")


def _marks(page: Any) -> tuple[list[int], str]:
    """Return the numbers of a page's marked contents, and what is wrong with its marks and its text."""
    found: list[int] = []
    open_marks: list[str] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name in ("BMC", "BDC"):
            kind = str(operands[0])
            if open_marks and kind != "/Artifact":
                return found, f"{kind} within {open_marks[-1]}"
            open_marks.append(kind)
            if name == "BDC" and "/MCID" in operands[1]:
                found.append(int(operands[1]["/MCID"]))
        elif name == "EMC":
            if not open_marks:
                return found, "a mark ends that has not begun"
            open_marks.pop()
        elif name in ("Tj", "TJ", "S", "f", "f*", "B", "Do", "sh") and not open_marks:
            return found, f"{name} is neither text of the structure nor an artifact"
    repeated = [number for number, times in Counter(found).items() if times > 1]
    return found, f"contents {repeated} are marked twice" if repeated else "marks do not end" if open_marks else ""


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | pikepdf.Array) else [value]


def shape(element: Element) -> str:
    """Write an element as its kinds, with how many marked contents each has, such as ``TR(TH1 TD1 TD2(Link1))``.

    Spans and the like, which say nothing about what they hold, count as a part of what they stand in, and so do the
    paragraphs of a cell.
    """
    marked, inner = 0, []
    for kid in _that_mean_something(element):
        if isinstance(kid, Element):
            inner.append(shape(kid))
        else:
            marked += 1
    parts = " ".join(inner)
    return f"{element.kind}{marked or ''}({parts})" if parts else f"{element.kind}{marked or ''}"


def unlike_structures(fast: bytes, plain: bytes) -> list[str]:
    """Describe what is wrong with the structure of a document, or different from that of the same one by WeasyPrint."""
    ours, theirs = structure(fast), structure(plain)
    found = [*ours.problems, *(f"by WeasyPrint: {problem}" for problem in theirs.problems)]
    mine, right = (shape(each.root) for each in (ours, theirs))
    if mine != right:
        found.append(f"{_around_change(mine, right)} instead of {_around_change(right, mine)}")
    for name, read in (("texts", _said), ("places", _pages_of)):
        mine_read, right_read = (read(each.root) for each in (ours, theirs))
        if mine_read != right_read:
            found.append(f"{name} are not the same: {_first_unlike(mine_read, right_read)}")
    return found[:4]


def _said(root: Element) -> list[str | None]:
    """Return what is said in place of what is drawn, in order."""
    return [element.said for element in root.all_of("Span") if element.said is not None]


def _pages_of(root: Element) -> list[list[int]]:
    """Return the pages that each row stands on, in order."""
    return [sorted({page for page, _ in row.places()}) for row in root.all_of("TR")]


def _first_unlike(mine: list[Any], right: list[Any]) -> str:
    pair = next((pair for pair in zip(mine, right, strict=False) if pair[0] != pair[1]), (len(mine), len(right)))
    return f"{pair[0]} instead of {pair[1]}"


def _that_mean_something(element: Element) -> Iterator[Element | Place]:
    plain = ("Span", "P", "Div") if element.kind in ("TD", "TH") else ("Span",)
    for kid in element.kids:
        if isinstance(kid, Element) and kid.kind in plain:
            yield from _that_mean_something(kid)
        else:
            yield kid


def _around_change(text: str, other: str) -> str:
    at = next((index for index, (mine, right) in enumerate(zip(text, other, strict=False)) if mine != right), 0)
    return f"…{text[max(0, at - 40) : at + 40]}…"
