"""Describe a document for screen readers: make its tree, write it, and decide whether the PDF claims PDF/UA-1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pydyf

from reports.engine.weasy.archival import archive_of, make_archival, relate_attachments, write_metadata
from reports.engine.weasy.structure.faults import Fault, arrange, faults_of
from reports.engine.weasy.structure.nodes import HEADINGS, Elsewhere, Node, Reference, tidy
from reports.engine.weasy.structure.tree import build_tree
from reports.engine.weasy.structure.written import StructureWriter


class LinkElsewhere(NamedTuple):
    """A link on a page that is written elsewhere, in the head or the foot of a table that the page repeats.

    ``position`` counts the links of that head or foot; ``annotation`` and ``page`` are objects' numbers, and ``key`` is
    the annotation's in the tree from annotations to elements.
    """

    group: str
    position: int
    annotation: int
    page: int
    key: int


@dataclass(frozen=True, slots=True)
class RowsElsewhere:
    """The rows of a table that are written elsewhere: their objects, in order, and that of the group they are in.

    ``next_row`` is the element of the row that follows them. ``owners`` are entries of the tree from contents and
    annotations to elements, as keys and numbers.
    """

    next_row: Any
    rows: Sequence[int]
    group: int
    owners: Sequence[tuple[int, int]] = ()
    links: Sequence[LinkElsewhere] = ()


@dataclass(slots=True)
class Description:
    """What is known of a document's accessibility; put it on WeasyPrint's document as ``description``.

    ``placed`` are the elements that rows elsewhere name as their parent, which have numbers already.
    """

    elsewhere: Sequence[RowsElsewhere] = ()
    faults: list[Fault] = field(default_factory=list)
    placed: dict[int, bytes] = field(default_factory=dict)


class GroupTakenError(Exception):
    """Two runs of rows that are written elsewhere stand in one group of rows."""


def describe(pdf: Any, document: Any, streams: list[Any]) -> None:
    """Do what WeasyPrint's ``add_tags`` does."""
    description: Description = getattr(document, "description", None) or Description()
    document.description = description
    metadata = document.metadata
    tree = build_tree(document.pages, [stream._tags for stream in streams], metadata.lang)
    further = [entry for rows in description.elsewhere for entry in _insert(tree.root, rows)]
    tidy(tree.root)
    arrange(tree.root)
    if not metadata.title:
        _name_by_heading(pdf, metadata, tree.root)
    description.faults += faults_of(tree.root, metadata.lang, metadata.title)
    description.faults += _drawn_without_glyph(document)
    description.faults += [
        Fault("28-004", "a link to an attachment is no part of the structure", box.element)
        for page in document.pages
        for kind, _, _, box in page.links
        if kind == "attachment"
    ]
    writer = StructureWriter(pdf, tree, streams, further)
    writer.write()
    description.placed = writer.placed
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def claim(pdf: Any, document: Any, _streams: Any, attachments: Any, compress: bool) -> None:
    """Write the metadata of a PDF; it claims PDF/UA-1 where nothing is known against that, and PDF/A if it has to.

    Raises NotArchivableError.
    """
    relate_attachments(pdf, attachments)
    if archive_of(document.metadata) is not None:
        make_archival(pdf, document)
    description = getattr(document, "description", None)
    is_accessible = "StructTreeRoot" in pdf.catalog and description is not None and not description.faults
    claims_ua = is_accessible and getattr(document.metadata, "may_claim_ua", True)
    write_metadata(pdf, document.metadata, is_accessible=claims_ua, compress=compress)


def _insert(root: Node, rows: RowsElsewhere) -> list[tuple[int, Node | int]]:
    """Put rows that are written elsewhere before the one that follows them; return who owns what they hold."""
    after = next(node for node in root.nodes() if node.kind == "TR" and node.element is rows.next_row)
    group = after.parent
    assert group is not None
    if group.number:
        raise GroupTakenError
    group.number = rows.group
    group.kids.insert(group.kids.index(after), Elsewhere(rows.rows))
    table = group.parent
    assert table is not None
    owned: list[tuple[int, Node | int]] = list(rows.owners)
    for link in rows.links:
        owner = _link_of(table, link)
        owner.kids.append(Elsewhere((), b"<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>" % (link.annotation, link.page)))
        owned.append((link.key, owner))
    return owned


def _link_of(table: Node, link: LinkElsewhere) -> Node:
    """Return the element of a link in the head or the foot of a table."""
    groups = (kid for kid in table.kids if isinstance(kid, Node) and kid.kind == link.group)
    nodes = [node for group in groups for node in group.nodes()]
    references = [(kid.page, node) for node in nodes for kid in node.kids if isinstance(kid, Reference)]
    first = min(page for page, _ in references)
    found = [node for page, node in references if page == first]
    return found[min(link.position, len(found) - 1)]


def _name_by_heading(pdf: Any, metadata: Any, root: Node) -> None:
    """Call a document without a title by its first heading."""
    heading = next((node for node in root.nodes() if node.kind in HEADINGS), None)
    if heading is not None and (text := heading.text()):
        metadata.title = text
        pdf.info["Title"] = pydyf.String(text)


def _drawn_without_glyph(document: Any) -> list[Fault]:
    """Return the fault of texts that were drawn with the sign for "no glyph", which stands for no character."""
    is_drawn = any(max(font.to_unicode, default=0) >= font.glyph_count for font in document.fonts.values())
    return [Fault("31-030", "some characters have no glyph in any font")] if is_drawn else []
