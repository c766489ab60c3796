"""Write a document's structure into its PDF: elements, artifacts, and the trees that lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import pydyf

from reports.engine.weasy.structure.nodes import Elsewhere, Mark, Node, Reference
from reports.engine.weasy.structure.text_direction import logical_text
from reports.engine.weasy.structure.tree import Tree

LONGEST_CONTENTS = 500
_PRINTED = 4
"""A flag of annotations: what is on the screen is on paper."""


class _Element(pydyf.Object):  # type: ignore[misc]
    """An element of the structure as an object of the PDF."""

    data = b""


def mark_contents(tree: Tree) -> dict[int, list[Mark]]:
    """Number the contents of each stream, and turn those that belong to nothing into artifacts.

    Return the contents of each stream, by the stream's id.
    """
    for mark, properties in tree.artifacts:
        mark.stream.stream[mark.place] = "/Artifact"
        mark.stream.stream[mark.place + 1] = properties
    streams: dict[int, list[Mark]] = {}
    for node in tree.root.nodes():
        for kid in node.kids:
            if isinstance(kid, Mark):
                streams.setdefault(id(kid.stream), []).append(kid)
    for marks in streams.values():
        marks.sort(key=lambda mark: mark.place)
        for number, mark in enumerate(marks):
            mark.number = number
            mark.stream.stream[mark.place + 1] = b"<</MCID %d>>" % number
    return streams


class StructureWriter:
    """Write one tree. ``pages`` are the streams of the pages, in order.

    ``further`` are the owners of contents and annotations that are written elsewhere, by keys above all others.
    """

    def __init__(self, pdf: Any, tree: Tree, pages: list[Any], further: Sequence[tuple[int, Node | int]] = ()) -> None:
        self._pdf = pdf
        self._tree = tree
        self._page_of_stream = {id(stream): number for number, stream in enumerate(pages)}
        self._page_references = pdf.page_references
        self._objects: dict[int, Any] = {}
        self._owners: dict[tuple[int, int], int] = {}
        self._annotations: list[tuple[Any, int]] = []
        self._further = further
        self.placed: dict[int, bytes] = {}
        """Elements that have numbers of their own, which the caller has to write."""

    def write(self) -> None:
        """Add all objects, and lead the catalog and the pages to them."""
        streams = mark_contents(self._tree)
        root = self._add()
        self._number(self._tree.root)
        self._write(self._tree.root, root.number)
        parents = self._parent_tree(streams)
        entries = b"/Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R" % (self._tree.root.number, parents.number)
        identified = sorted(
            (node.identifier, node.number) for node in self._tree.root.nodes() if node.identifier is not None
        )
        if identified:
            ids = self._add()
            ids.data = b"<</Names[%s]>>" % b" ".join(b"(%s) %d 0 R" % (n.encode(), o) for n, o in identified)
            entries += b"/IDTree %d 0 R" % ids.number
        root.data = b"<<%s>>" % entries
        self._pdf.catalog["StructTreeRoot"] = root.reference

    def _add(self) -> _Element:
        element = _Element()
        self._pdf.add_object(element)
        return element

    def _number(self, top: Node) -> None:
        for node in top.nodes():
            if not node.number:
                element = self._add()
                self._objects[id(node)] = element
                node.number = element.number

    def _write(self, node: Node, parent: int) -> None:
        kids, page = [], self._page(node)
        for kid in node.kids:
            kids.append(self._kid(kid, node, page))
            if isinstance(kid, Node):
                self._write(kid, node.number)
        entries = [b"/Type/StructElem/S/%s/P %d 0 R" % (node.kind.encode(), parent)]
        if page is not None:
            entries.append(b"/Pg %s" % self._page_references[page])
        entries += [b"/%s %s" % (key, value) for key, value in self._said(node).items()]
        entries.append(b"/K[%s]" % b" ".join(kids))
        data = b"<<%s>>" % b"".join(entries)
        if id(node) in self._objects:
            self._objects[id(node)].data = data
        else:
            self.placed[node.number] = data

    @staticmethod
    def _page(node: Node) -> int | None:
        """Return the number of the page that what is directly in an element stands on, if any."""
        pages = (kid.page for kid in node.kids if isinstance(kid, Mark | Reference))
        return next(pages, node.page)

    def _kid(self, kid: Any, node: Node, page: int | None) -> bytes:
        if isinstance(kid, Node):
            return b"%d 0 R" % kid.number
        if isinstance(kid, Elsewhere):
            return kid.reference or b" ".join([b"%d 0 R" % number for number in kid.numbers])
        if isinstance(kid, Reference):
            self._annotations.append((kid.annotation, node.number))
            self._describe(kid.annotation, node)
            return b"<</Type/OBJR/Obj %s/Pg %s>>" % (kid.annotation.reference, self._page_references[kid.page])
        owner = self._said_by(kid, node)
        self._owners[id(kid.stream), kid.number] = owner
        if owner != node.number:
            return b"%d 0 R" % owner
        return self._content(kid, page)

    def _content(self, mark: Mark, page: int | None) -> bytes:
        """Refer to a marked content from an element whose page is given."""
        is_on_page = id(mark.stream) in self._page_of_stream
        if is_on_page and mark.page == page:
            return b"%d" % mark.number
        stream = b"" if is_on_page else b"/Stm %s" % mark.stream.reference
        return b"<</Type/MCR/Pg %s%s/MCID %d>>" % (self._page_references[mark.page], stream, mark.number)

    def _said_by(self, mark: Mark, node: Node) -> int:
        """Return the element of a text: a span of its own where it is not drawn in the order that it is read in."""
        said = logical_text(getattr(mark.box, "text", ""))
        if said is None:
            return node.number
        span = self._add()
        span.data = b"<</Type/StructElem/S/Span/P %d 0 R/Pg %s/ActualText %s/K[%s]>>" % (
            *(node.number, self._page_references[mark.page], pydyf.String(said).data),
            self._content(mark, mark.page),
        )
        return int(span.number)

    def _said(self, node: Node) -> Mapping[bytes, bytes]:
        """Return what an element says besides its kind and its place."""
        entries: dict[bytes, bytes] = {}
        if node.lang and node.parent is not None:
            entries[b"Lang"] = pydyf.String(node.lang).data
        has_text = any(isinstance(kid, Mark) for kid in node.kids)
        words = node.alt if node.kind == "Figure" else node.text() if node.kind == "Link" and not has_text else None
        if words:
            entries[b"Alt"] = pydyf.String(words).data
        if node.identifier is not None:
            entries[b"ID"] = b"(%s)" % node.identifier.encode()
        if attributes := _attributes(node):
            entries[b"A"] = attributes
        return entries

    def _describe(self, annotation: Any, node: Node) -> None:
        """Describe a link by its own words (WeasyPrint takes the address), and have annotations printed, too."""
        annotation.setdefault("F", _PRINTED)
        if node.kind == "Link" and (words := node.text()):
            annotation["Contents"] = pydyf.String(words[:LONGEST_CONTENTS])

    def _parent_tree(self, streams: Mapping[int, list[Mark]]) -> _Element:
        """Write the tree from contents and annotations to the elements that they belong to."""
        entries = []
        others = [stream for stream in streams if stream not in self._page_of_stream]
        keys = {**self._page_of_stream, **{stream: len(self._page_of_stream) + n for n, stream in enumerate(others)}}
        for stream, key in keys.items():
            marks = streams.get(stream, [])
            owners = b" ".join(b"%d 0 R" % self._owners[stream, mark.number] for mark in marks)
            entries.append(b"%d[%s]" % (key, owners))
            if stream in others:
                marks[0].stream.extra["StructParents"] = key
        for key, (annotation, owner) in enumerate(self._annotations, len(keys)):
            annotation["StructParent"] = key
            entries.append(b"%d %d 0 R" % (key, owner))
        for key, further in sorted(self._further, key=itemgetter(0)):
            entries.append(b"%d %d 0 R" % (key, (further.number) if isinstance(further, Node) else further))
        parents = self._add()
        parents.data = b"<</Nums[%s]>>" % b" ".join(entries)
        return parents


def _attributes(node: Node) -> bytes:
    if node.area is not None:
        return b"<</O/Layout/BBox[%s]/Placement/Block>>" % b" ".join(pydyf._to_bytes(round(x, 3)) for x in node.area)
    entries = b"/ColSpan %d" % node.columns if node.columns > 1 else b""
    entries += b"/RowSpan %d" % node.rows if node.rows > 1 else b""
    entries += b"/Scope/%s" % node.scope.encode() if node.scope else b""
    if node.headers:
        entries += b"/Headers[%s]" % b"".join(b"(%s)" % name.encode() for name in node.headers)
    return b"<</O/Table%s>>" % entries if entries else b""
