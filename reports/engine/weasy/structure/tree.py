"""Make one tree of elements of the boxes on all pages.

A box belongs to an element of the HTML; boxes of one element, however many pages or lines it crosses, give one node.
Boxes that pages repeat (running lines, heads and feet of tables, fixed boxes) are content where they stand first, or
never, and artifacts of the pagination everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from reports.engine.weasy.structure.lists import list_item, term_or_value
from reports.engine.weasy.structure.nodes import GROUPS, HEADINGS, Mark, Node, Reference
from reports.engine.weasy.structure.roles import alternative, is_decoration, is_hidden, kind_of

HEADER, FOOTER, REPEATED = (b"<</Type/Pagination%s>>" % each for each in (b"/Subtype/Header", b"/Subtype/Footer", b""))
_DECORATION = b"<</Type/Layout>>"
_PX = 0.75

Place = Node | bytes
"""Where boxes go: an element, or the properties of the artifact that they are."""

Marks = Mapping[Any, Mapping[str, Any]]
"""The marked contents of a page by the boxes that they show."""


@dataclass(slots=True)
class Tree:
    """A document's structure: its tree, its artifacts with their properties, and widgets and links in them."""

    root: Node = field(default_factory=lambda: Node("Document", None))
    artifacts: list[tuple[Mark, bytes]] = field(default_factory=list)
    hidden_links: set[int] = field(default_factory=set)


def build_tree(pages: Sequence[Any], marks: Sequence[Marks], language: str | None) -> Tree:
    """Make the tree of a document of its pages, and of what was marked on each."""
    builder = _Builder(language)
    for number, (page, of_page) in enumerate(zip(pages, marks, strict=True)):
        builder.add_page(number, page, of_page)
    return builder.finished()


class _Builder:
    def __init__(self, language: str | None) -> None:
        self._tree = Tree()
        self._tree.root.lang = language
        self._places: dict[tuple[Any, str], Node] = {}
        self._first_pages: dict[tuple[Any, str], int] = {}
        self._last: list[Node] = []
        self._marks: Marks = {}
        self._page = 0
        self._height = 0.0

    def add_page(self, number: int, page: Any, marks: Marks) -> None:
        self._page, self._height, self._marks = number, page.height, marks
        for child in page._page_box.children:
            self._walk(child, self._tree.root)

    def finished(self) -> Tree:
        self._tree.root.kids += self._last
        return self._tree

    def _walk(self, box: Any, into: Place) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            self._leaf(box, into)
            return
        place = self._place(box, into)
        self._annotations(box, place)
        lines: Place | None = None
        for child in box.children:
            if isinstance(child, boxes.LineBox):
                lines = lines or self._place_of_lines(box, place)
                for part in child.children:
                    self._walk(part, lines)
            else:
                self._walk(child, place)
        if box.element_tag and box.element_tag.endswith("::footnote-call"):
            self._note(box, place)

    def _leaf(self, box: Any, into: Place) -> None:
        """Place a text or a picture."""
        found = self._marks.get(box)
        if isinstance(into, Node) and isinstance(box, boxes.ReplacedBox):
            into = self._picture(box, into)
        if box.link_annotation:
            self._annotations(box, into)
        if found is None:
            return
        mark = Mark(box, found["stream"], found["place"], self._page)
        if isinstance(into, Node) and _is_seen(box):
            into.kids.append(mark)
        else:
            self._tree.artifacts.append((mark, into if isinstance(into, bytes) else _DECORATION))

    def _place(self, box: Any, into: Place) -> Place:
        """Return where what is in a box goes: the node of its element, that of one around it, or an artifact."""
        element, tag = box.element, box.element_tag
        if isinstance(box, boxes.MarginBox):
            return running_line(box)
        if element is None or tag is None:
            return into
        key = element, tag
        is_new = key not in self._places
        is_again = not is_new and self._first_pages[key] != self._page
        if isinstance(into, bytes):
            is_content = element.get("role") == "contentinfo" and not is_again
            return into if not is_content else self._imprint(key) if is_new else self._places[key]
        if is_again and (repeated := _repeated(box)):
            return repeated
        if is_hidden(element):
            return _DECORATION
        if is_new:
            self._first_pages[key] = self._page
            self._places[key] = self._new(box, into)
        elif isinstance(box, boxes.TableCellBox) and self._places[key].kind == "TR":
            return self._places[key].add("TD")
        return self._places[key]

    def _imprint(self, key: tuple[Any, str]) -> Node:
        """Make what says who is responsible for a document a part of it, where a running line has it first."""
        self._first_pages[key] = self._page
        self._places[key] = node = Node("Sect", self._tree.root, key[0])
        self._last.append(node)
        return node

    def _new(self, box: Any, into: Node) -> Node:
        """Make a node for the first box of an element; return that around it where it needs none."""
        element, tag = box.element, box.element_tag
        if tag.endswith("::marker"):
            return _label(into)
        kind = kind_of(box, into)
        language = element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang")
        is_other = bool(language) and tag == element.tag and language != _language(into)
        if kind is None and is_other:
            kind = "Span" if isinstance(box, boxes.InlineBox) or into.is_text else "Div"
        node = into if kind is None else self._added(kind, box, into)
        if is_other and node is not into:
            node.lang = language
        return node

    def _added(self, kind: str, box: Any, into: Node) -> Node:
        element = box.element
        if kind == "LI":
            return list_item(into, element)
        if kind in ("dt", "dd"):
            return term_or_value(kind, into, element)
        if into.kind == "L" and kind not in ("L", "Caption"):
            into = list_item(into, None)
        if kind == "Link" and not into.is_text and into.kind in GROUPS and _has_only_lines(box):
            into = into.add("P")
        node = into.add(kind, element)
        if kind in ("TD", "TH"):
            node.columns, node.rows = box.colspan, box.rowspan
        return node

    def _place_of_lines(self, box: Any, place: Place) -> Place:
        """Return the paragraph of a box's lines: its own element, or one around them, however many pages it crosses."""
        if isinstance(place, bytes) or place.holds_text:
            return place
        if place.kind == "L":
            return list_item(place, None)
        last = place.kids[-1] if place.kids else None
        if (
            isinstance(last, Node)
            and last.kind == "P"
            and last.element is None
            and "top" in box.remove_decoration_sides
        ):
            return last
        return place.add("TD" if place.kind == "TR" else "P")

    def _picture(self, box: Any, into: Node) -> Place:
        if is_decoration(box):
            return _DECORATION
        if into.kind == "L":
            into = list_item(into, None)
        node = into.add("Figure", box.element)
        x, y = box.content_box_x(), box.content_box_y()
        node.area = (x * _PX, (self._height - y - box.height) * _PX, (x + box.width) * _PX, (self._height - y) * _PX)
        node.alt, node.page = alternative(box.element), self._page
        return node

    def _annotations(self, box: Any, place: Place) -> None:
        if box.link_annotation:
            self._link(box, place).kids.append(Reference(box.link_annotation, self._page))
        if box.widget_annotation:
            parent = place if isinstance(place, Node) else self._tree.root
            parent.add("Form", box.element).kids.append(Reference(box.widget_annotation, self._page))

    def _link(self, box: Any, place: Place) -> Node:
        """Return the element of a box's link; those of artifacts stand at the end of the document."""
        if isinstance(place, Node):
            around = next((node for node in place.ancestors() if node.kind == "Link"), None)
            return around or place.add("Link", box.element)
        key = box.element, box.element_tag
        if key not in self._places or self._places[key].kind != "Link":
            self._first_pages[key] = self._page
            self._places[key] = node = Node("Link", self._tree.root, box.element)
            node.alt = " ".join(getattr(part, "text", "") for part in box.descendants())
            self._last.append(node)
        return self._places[key]

    def _note(self, box: Any, into: Place) -> None:
        """Put a footnote behind the sign that calls it; what is in it stands at the bottom of a page."""
        key = box.element, box.element.tag
        if isinstance(into, Node) and key not in self._places:
            self._first_pages[key] = self._page
            self._places[key] = into.add("Note", box.element)


def running_line(box: Any) -> bytes:
    """Return which artifact a margin box is."""
    side = box.at_keyword[1:].partition("-")[0]
    return {"top": HEADER, "bottom": FOOTER}.get(side, REPEATED)


def _repeated(box: Any) -> bytes | None:
    """Return which artifact a box is on all pages but its first; None when it goes on there."""
    if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
        return HEADER if box.is_header else FOOTER
    return REPEATED if box.style["position"] == "fixed" else None


def _label(item: Node) -> Node:
    """Return the label of a list's item, which stands before its body."""
    if item.kind != "LBody" or item.parent is None:
        return item
    label = Node("Lbl", item.parent)
    item.parent.kids.insert(0, label)
    return label


def _is_seen(box: Any) -> bool:
    return bool(box.style["visibility"] == "visible")


def _has_only_lines(box: Any) -> bool:
    return bool(box.children) and all(isinstance(child, boxes.LineBox) for child in box.children)


def _language(node: Node) -> str | None:
    return next((each.lang for each in node.ancestors() if each.lang), None)


def headings(root: Node) -> Iterator[Node]:
    """Yield the headings of a document in order."""
    return (node for node in root.nodes() if node.kind in HEADINGS)
