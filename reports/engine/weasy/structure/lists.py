"""Lists: L, with an LI for each item, with its Lbl and its LBody (ISO 32000-1, 14.8.4.3.3)."""

from __future__ import annotations

from typing import Any

from reports.engine.weasy.structure.nodes import Node


def list_item(into: Node, element: Any) -> Node:
    """Add an item, in a list of its own where it stands outside of one; return its body.

    Without an ``element``, it is for what stands in a list beside its items; of several, all are in one.
    """
    around = _list(into)
    last = around.kids[-1] if around.kids else None
    if element is None and isinstance(last, Node) and last.kind == "LI" and last.element is None:
        body = last.kids[-1]
        if isinstance(body, Node) and body.kind == "LBody":
            return body
    return around.add("LI", element).add("LBody", element)


def term_or_value(kind: str, into: Node, element: Any) -> Node:
    """Add a term (``dt``) as the label of an item, or a value (``dd``) as its body."""
    around = _list(into)
    item = around.kids[-1] if around.kids else None
    has_value = isinstance(item, Node) and any(isinstance(kid, Node) and kid.kind == "LBody" for kid in item.kids)
    if not isinstance(item, Node) or item.kind != "LI" or (kind == "dt" and has_value):
        item = around.add("LI")
    return item.add("Lbl" if kind == "dt" else "LBody", element)


def _list(into: Node) -> Node:
    """Return the list that an item goes into: one around it, or one for items that stand alone."""
    if into.kind == "L":
        return into
    last = into.kids[-1] if into.kids else None
    if isinstance(last, Node) and last.kind == "L" and last.element is None:
        return last
    return into.add("L")
