"""Faults that keep a document from being accessible, with the elements that its author has to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from reports.engine.weasy.structure.header_cells import set_headers
from reports.engine.weasy.structure.nodes import Elsewhere, Node
from reports.engine.weasy.structure.roles import SVG
from reports.engine.weasy.structure.tree import headings

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST = 80
_MOST = 10
_MOST_LOCATED = 100

PREFIX = "The PDF does not claim to be accessible (PDF/UA-1): "


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a document: the condition of the Matterhorn protocol, what it is, and the element of the HTML."""

    condition: str
    message: str
    element: Any = None

    def __str__(self) -> str:
        where = "" if self.element is None else f"{described(self.element)}: "
        return f"{where}{self.message}"


def warnings_about(
    faults: Sequence[Fault], place_of: Callable[[Any], str | None] = lambda _: None
) -> tuple[Mapping[str, Any], ...]:
    """Return what the job's record says of faults, each kind of them once, with the place of its element if known."""
    said: dict[str, Mapping[str, Any]] = {}
    for fault in faults[:_MOST_LOCATED]:
        place = None if fault.element is None else place_of(fault.element)
        where, known = ("", {}) if place is None else (f"in {place}, ", {"place": place})
        message = f"{PREFIX}{where}{fault}."
        said.setdefault(message, {"code": "not_accessible", "message": message, "condition": fault.condition, **known})
    return tuple(said.values())[:_MOST]


def described(element: Any) -> str:
    """Return the start tag of an element, short."""
    name = element.tag.removeprefix(SVG)
    attributes = "".join(f' {key}="{_short(value)}"' for key, value in element.attrib.items() if ":" not in key)
    return f"<{name}{attributes}>"[:_LONGEST]


def is_language(tag: str | None) -> bool:
    """Tell whether a text is made like the name of a language (BCP 47)."""
    return tag is not None and _LANGUAGE.fullmatch(tag) is not None


def faults_of(root: Node, language: str | None, title: str | None) -> Iterator[Fault]:
    """Yield the faults of a document that no structure can mend. Table headers have to be set."""
    if not is_language(language):
        yield Fault("11-006", "the document has no language; write <html lang>")
    if not title:
        yield Fault("06-003", "the document has no title and no heading; write a <title>")
    for node in root.nodes():
        if node.kind == "Figure" and not node.alt:
            yield Fault("13-004", "a picture has no words in its place; write alt, or <title> in an svg", node.element)
        if node.kind == "Table" and not _has_headers(node):
            yield Fault("15-003", 'a table has no headers; write <th>, or role="presentation" for layout', node.element)
        if node.lang and node is not root and not is_language(node.lang):
            yield Fault("11-006", "this is not the name of a language", node.element)


def arrange(root: Node) -> None:
    """Set the headers of tables, and let no level of headings be skipped, which screen readers count."""
    names = count(1)
    for node in list(root.nodes()):
        if node.kind == "Table":
            is_long = any(isinstance(kid, Elsewhere) for each in node.nodes() for kid in each.kids)
            set_headers(node, names, by_scope_only=is_long)
        elif node.kind == "Note":
            node.identifier = f"n{next(names):08d}"
    before: list[int] = []
    for heading in headings(root):
        level = int(heading.kind[1])
        while before and before[-1] >= level:
            before.pop()
        before.append(level)
        heading.kind = f"H{len(before)}"


def _has_headers(table: Node) -> bool:
    return any(node.kind == "TH" for node in table.nodes())


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:37] + "..."
