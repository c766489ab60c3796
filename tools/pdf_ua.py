"""Check PDFs against the conditions of PDF/UA-1 that a machine can check: ``python -m tools.pdf_ua FILE…``.

It reads files with pikepdf, and shares no code with what writes them. Faults begin with the number of the failure
condition of the Matterhorn Protocol 1.1, which the PDF Association publishes, or with the clause of ISO 32000-1.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf

from tools.pdf_ua_contents import Contents, contents_of

_GROUPING = {
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "BlockQuote",
    "Caption",
    "TOC",
    "TOCI",
    "Index",
    "NonStruct",
    "Private",
}
_BLOCK = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"}
_TABLE = {"Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"}
_HIDDEN = 2
_INLINE = {
    "Span",
    "Quote",
    "Note",
    "Reference",
    "BibEntry",
    "Code",
    "Link",
    "Annot",
    "Ruby",
    "RB",
    "RT",
    "RP",
    "Warichu",
    "WT",
    "WP",
}
_STANDARD = _GROUPING | _BLOCK | _TABLE | _INLINE | {"Figure", "Formula", "Form"}
_ROW_GROUPS = ("THead", "TBody", "TFoot")
_KIDS = {
    "Table": {"TR", *_ROW_GROUPS, "Caption"},
    **{group: {"TR"} for group in _ROW_GROUPS},
    "TR": {"TH", "TD"},
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
}
_PARENTS = {
    "TR": {"Table", *_ROW_GROUPS},
    **{group: {"Table"} for group in _ROW_GROUPS},
    "TH": {"TR"},
    "TD": {"TR"},
    "LI": {"L"},
    "LBody": {"LI"},
}


def faults(pdf: bytes) -> list[str]:
    """Return what is wrong with a PDF, each kind of fault once."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(dict.fromkeys(_Judge(document).faults()))


class _Judge:
    def __init__(self, document: pikepdf.Pdf) -> None:
        self._pdf = document
        self._pages = {page.objgen: number for number, page in enumerate(document.pages)}
        self._elements: list[tuple[Any, str, str]] = []
        self._owners: dict[tuple[tuple[int, int], int], tuple[int, int]] = {}
        self._annotations: dict[tuple[int, int], tuple[str, tuple[int, int]]] = {}
        self._ids: Counter[str] = Counter()

    def faults(self) -> Iterator[str]:
        yield from self._catalog()
        tree = self._pdf.Root.get("/StructTreeRoot")
        if tree is None:
            yield "01-005 the document has no structure"
            return
        yield from self._walk(tree.K, "StructTreeRoot", None, tree.objgen)
        yield from self._elements_alone()
        yield from self._headings()
        for element, kind, _ in self._elements:
            if kind == "Table":
                yield from _table_faults(element, self._ids)
        yield from self._identifiers(tree)
        yield from self._contents(_numbers(tree.get("/ParentTree")))
        yield from self._fonts()

    def _catalog(self) -> Iterator[str]:
        root: Any = self._pdf.Root
        if not root.get("/MarkInfo", {}).get("/Marked", False):
            yield "06-001 the catalog does not say that the document is tagged"
        if root.get("/MarkInfo", {}).get("/Suspects", False):
            yield "01-007 the document says of itself that its structure is suspect"
        if not str(root.get("/Lang", "")):
            yield "11-006 the document has no language"
        if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
            yield "07-001 readers are not told to show the title"
        with self._pdf.open_metadata() as metadata:
            if metadata.get("pdfuaid:part") != "1":
                yield "06-002 the metadata do not claim PDF/UA-1"
            if not metadata.get("dc:title"):
                yield "06-003 the metadata have no title"
        if "/AcroForm" in root and "/XFA" in root.AcroForm:
            yield "25-001 the document has a dynamic form"

    def _walk(self, kids: Any, around: str, page: Any, parent: tuple[int, int]) -> Iterator[str]:
        """Visit elements, and remember who owns what."""
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                yield from self._own((page, int(kid)), parent)
            elif kid.get("/Type") == "/MCR":
                stream = kid.get("/Stm")
                yield from self._own(((stream if stream is not None else kid.Pg).objgen, int(kid.MCID)), parent)
            elif kid.get("/Type") == "/OBJR":
                self._annotations[kid.Obj.objgen] = around, parent
            else:
                yield from self._element(kid, around, page, parent)

    def _element(self, element: Any, around: str, page: Any, parent: tuple[int, int]) -> Iterator[str]:
        kind = str(element.S)[1:]
        self._elements.append((element, kind, around))
        if element.P.objgen != parent:
            yield f"ISO 32000-1 14.7.2: a {kind} names another parent than the element that it is in"
        if "/ID" in element:
            self._ids[str(element.ID)] += 1
        inner = element.Pg.objgen if "/Pg" in element else page
        yield from self._walk(element.get("/K", pikepdf.Array()), kind, inner, element.objgen)

    def _own(self, content: tuple[Any, int], owner: tuple[int, int]) -> Iterator[str]:
        if content in self._owners:
            yield "ISO 32000-1 14.7.4: a content is in two elements"
        self._owners[content] = owner

    def _elements_alone(self) -> Iterator[str]:
        for element, kind, around in self._elements:
            if kind not in _STANDARD:
                yield f"02-001 {kind} is no standard type"
            if kind in _PARENTS and around not in _PARENTS[kind]:
                yield f"{'09-005' if kind[0] == 'L' else '09-004'} {kind} in {around}"
            if around in _KIDS and kind not in _KIDS[around]:
                yield f"{'09-005' if around[0] == 'L' else '09-004'} {around} holds {kind}"
            if kind in ("Figure", "Formula") and not str(element.get("/Alt", element.get("/ActualText", ""))):
                yield f"{'13-004' if kind == 'Figure' else '17-002'} a {kind} has no words in its place"
            if kind == "Note" and "/ID" not in element:
                yield "19-003 a Note has no ID"
            if "/Lang" in element and not str(element.Lang).replace("-", "").isalnum():
                yield f"11-006 {element.Lang} is no language"

    def _headings(self) -> Iterator[str]:
        kinds = [kind for _, kind, _ in self._elements]
        levels = [int(kind[1]) for kind in kinds if kind[0] == "H" and kind[1:].isdigit()]
        if levels and levels[0] != 1:
            yield "14-002 the first heading is no H1"
        if any(level > before + 1 for before, level in pairwise(levels)):
            yield "14-003 a level of headings is skipped"

    def _identifiers(self, tree: Any) -> Iterator[str]:
        if any(times > 1 for times in self._ids.values()):
            yield "19-004 two elements have one ID"
        named = {str(key) for key in list(tree.get("/IDTree", {}).get("/Names", []))[::2]}
        if named != set(self._ids):
            yield "ISO 32000-1 table 322: the tree of IDs does not have those of the elements"

    def _contents(self, owners: dict[int, Any]) -> Iterator[str]:
        """Check that each content belongs to one element, and each page and annotation says what it has to."""
        for page in self._pdf.pages:
            found = contents_of(page.obj)
            yield from found.faults
            yield from self._told(found, owners)
            annotations: Any = page.obj.get("/Annots", [])
            if len(annotations) and page.obj.get("/Tabs") != "/S":
                yield "28-008 the order of annotations is not that of the structure"
            for annotation in annotations:
                yield from self._annotation(annotation, owners)

    def _told(self, found: Contents, owners: dict[int, Any]) -> Iterator[str]:
        for stream, key, marks in found.marks:
            told = owners.get(key) if key is not None else []
            entries = list(told) if told is not None else []
            if sorted(marks) != list(range(len(entries))):
                yield "01-006 the tree of parents does not know the contents that are marked"
            for mark, entry in enumerate(entries):
                owner = self._owners.get((stream, mark))
                if owner is None:
                    yield "01-005 a content is marked that no element has"
                elif entry.objgen != owner:
                    yield "01-006 the owner of a content is told in two ways"

    def _annotation(self, annotation: Any, owners: dict[int, Any]) -> Iterator[str]:
        kind = str(annotation.Subtype)[1:]
        if kind == "Widget" and not str(annotation.get("/TU", "")):
            yield "28-005 a field of a form has no name"
        if self._is_unseen(annotation):
            return
        around, owner = self._annotations.get(annotation.objgen, ("", None))
        expected, number = {"Link": ("Link", "28-011"), "Widget": ("Form", "28-010")}.get(kind, ("Annot", "28-004"))
        if around != expected:
            yield f"{number} an annotation ({kind}) is in {around or 'no element'}"
        elif owners.get(int(annotation.get("/StructParent", -1)), annotation).objgen != owner:
            yield "28-002 the element of an annotation is told in two ways"
        if kind != "Widget" and not str(annotation.get("/Contents", "")):
            yield f"{'28-012' if kind == 'Link' else '28-002'} an annotation ({kind}) has no words"

    def _is_unseen(self, annotation: Any) -> bool:
        """Tell whether ISO 14289-1, 7.18.1, asks for no element: it is hidden, or lies beyond its page."""
        if int(annotation.get("/F", 0)) & _HIDDEN:
            return True
        page = next((each for each in self._pdf.pages if annotation.objgen in _annotations_of(each)), None)
        if page is None:
            return False
        left, bottom, right, top = (float(each) for each in page.cropbox)
        x1, y1, x2, y2 = (float(each) for each in annotation.Rect)
        return max(x1, x2) < left or min(x1, x2) > right or max(y1, y2) < bottom or min(y1, y2) > top

    def _fonts(self) -> Iterator[str]:
        for item in self._pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/DescendantFonts" in item:
                descriptor: Any = item.DescendantFonts[0].FontDescriptor
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                    yield "31-009 a font is not embedded"
                if "/ToUnicode" not in item:
                    yield "31-027 a font does not say which characters its glyphs are"


def _annotations_of(page: pikepdf.Page) -> set[tuple[int, int]]:
    return {each.objgen for each in page.obj.get("/Annots", ())}


def _numbers(tree: Any) -> dict[int, Any]:
    if tree is None:
        return {}
    found: dict[int, Any] = {}
    entries = list(tree.get("/Nums", []))
    found.update((int(key), value) for key, value in zip(entries[::2], entries[1::2], strict=True))
    for kid in tree.get("/Kids", []):
        found.update(_numbers(kid))
    return found


def _table_faults(table: Any, ids: Counter[str]) -> Iterator[str]:
    """Check that rows are equally long, and that cells have headers (15-003; ISO 14289-1, 7.5)."""
    rows = [row for row in _below(table, _ROW_GROUPS) if row.get("/S") == "/TR"]
    taken: set[tuple[int, int]] = set()
    widths = set()
    has_headers = False
    for y, row in enumerate(rows):
        x = 0
        for cell in _below(row, ()):
            while (x, y) in taken:
                x += 1
            attributes = cell.get("/A", {})
            columns, height = int(attributes.get("/ColSpan", 1)), int(attributes.get("/RowSpan", 1))
            taken |= {(x + across, y + down) for across in range(columns) for down in range(height)}
            x += columns
            has_headers = has_headers or cell.S == "/TH"
            if cell.S == "/TH" and "/Scope" not in attributes:
                yield "15-003 a header cell has no scope"
            if any(str(name) not in ids for name in attributes.get("/Headers", [])):
                yield "ISO 14289-1 7.5: a cell names a header that is not there"
        widths.add(max((across + 1 for across, down in taken if down == y), default=0))
        taken = {(across, down) for across, down in taken if down > y}
    if not has_headers:
        yield "15-003 a table has no headers"
    if len(widths) > 1:
        yield "ISO 14289-1 7.2: rows of a table are not equally long"


def _below(element: Any, through: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements in one, and instead of those of some kinds what is in them."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if str(kid.S)[1:] in through:
                yield from _below(kid, through)
            else:
                yield kid


def print_faults(judge: Callable[[bytes], Iterable[str]], paths: list[str]) -> int:
    """Print the faults that a checker finds in files; return whether there are any."""
    found = [(path, fault) for path in paths for fault in judge(Path(path).read_bytes())]
    for path, fault in found:
        print(f"{path}: {fault}")
    print(f"{len(paths)} files, {len({path for path, _ in found})} with faults")
    return bool(found)


if __name__ == "__main__":
    sys.exit(print_faults(faults, sys.argv[1:]))
