"""Nodes of a document's structure, and what they hold: contents, annotations, rows that are written elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
GROUPS = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote"})
"""Kinds that hold no text of their own, but paragraphs."""

_TEXTS = frozenset({"P", *HEADINGS, "Lbl", "Span", "Quote", "Code"})
_IN_TEXTS = frozenset({"Link", "Form"})
_ROWS = ("Caption", "THead", "TBody", "TR", "TFoot")


@dataclass(slots=True, eq=False)
class Mark:
    """A marked content: the box that it shows, the stream it is in, where it begins there, and its page's number.

    ``number`` is that of the content in its stream, once it is known.
    """

    box: Any
    stream: Any
    place: int
    page: int
    number: int = -1


class Reference(NamedTuple):
    """An annotation that belongs to an element, and the number of its page."""

    annotation: Any
    page: int


@dataclass(slots=True, eq=False)
class Node:
    """An element of the structure. ``element`` is that of the HTML, if there is one; ``page`` that of a picture.

    ``number``, of its object, is set beforehand where rows that are written elsewhere name it as their parent.
    """

    kind: str
    parent: Node | None
    element: Any = None
    kids: list[Kid] = field(default_factory=list)
    lang: str | None = None
    alt: str | None = None
    area: tuple[float, float, float, float] | None = None
    page: int | None = None
    columns: int = 1
    rows: int = 1
    scope: str | None = None
    identifier: str | None = None
    headers: tuple[str, ...] = ()
    number: int = 0
    is_text: bool = False

    def __post_init__(self) -> None:
        in_text = self.parent is not None and self.parent.is_text
        self.is_text = self.kind in _TEXTS or (self.kind in _IN_TEXTS and in_text)

    @property
    def holds_text(self) -> bool:
        """Tell whether texts may stand in this element itself."""
        return (
            self.kind not in GROUPS
            and self.kind not in ("L", "Table", "TR", *_ROWS[1:])
            and (self.kind != "Link" or self.is_text)
        )

    def ancestors(self) -> Iterator[Node]:
        """Yield this node and those around it, from the inside."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def add(self, kind: str, element: Any = None) -> Node:
        """Put a new node behind all that is in this one."""
        node = Node(kind, self, element)
        self.kids.append(node)
        return node

    def nodes(self) -> Iterator[Node]:
        """Yield this node and all below it, in the order of reading."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.nodes()

    def text(self) -> str:
        """Return the words in this element: its texts and those that stand for its pictures."""
        parts = [self.alt or ""]
        for kid in self.kids:
            if isinstance(kid, Mark):
                parts.append(getattr(kid.box, "text", ""))
            elif isinstance(kid, Node):
                parts.append(kid.text())
        return " ".join(" ".join(parts).split())


class Elsewhere(NamedTuple):
    """Elements that are written elsewhere, by the numbers of their objects, or a reference to something else."""

    numbers: Sequence[int]
    reference: bytes = b""


Kid = Node | Mark | Reference | Elsewhere


def tidy(node: Node) -> bool:
    """Put the parts of tables in order, and drop elements with nothing in them; return whether anything is left."""
    node.kids = [kid for kid in node.kids if not isinstance(kid, Node) or tidy(kid)]
    if node.kind == "Table":
        node.kids.sort(key=_part_of_table)
    return bool(node.kids) or node.kind in ("TD", "TH", "Document")


def _part_of_table(kid: Kid) -> int:
    kind = kid.kind if isinstance(kid, Node) else "TBody"
    return {"Caption": 0, "THead": 1, "TFoot": 3}.get(kind, 2)
