"""Kinds of elements: which one an element of the HTML has in the structure, and the words that stand for a picture."""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes

from reports.engine.weasy.structure.nodes import GROUPS, HEADINGS, Node

PSEUDO = ("::before", "::after", "::marker", "::footnote-marker", "::footnote-call")
SVG = "{http://www.w3.org/2000/svg}"
_GENERIC = "Div"
_BLOCKS = {
    **dict.fromkeys(("section", "aside", "nav", "header", "footer"), "Sect"),
    **dict.fromkeys(("p", "pre", "legend", "summary"), "P"),
    **dict.fromkeys(("ul", "ol", "dl", "menu", "dir"), "L"),
    **dict.fromkeys(("caption", "figcaption"), "Caption"),
    **{name.lower(): name for name in HEADINGS},
    "main": "Part",
    "article": "Art",
    "blockquote": "BlockQuote",
    "li": "LI",
    "dt": "dt",
    "dd": "dd",
}
_INLINE = {"a": "Link", "q": "Quote", "code": "Code"}


def kind_of(box: Any, into: Node) -> str | None:
    """Return the kind of a box's element, ``dt`` and ``dd`` for those of lists; None when it needs no node."""
    tag = box.element_tag
    if tag in ("html", "body"):
        return None
    if isinstance(box, boxes.TableBox | boxes.TableRowGroupBox | boxes.TableRowBox | boxes.TableCellBox):
        return _part_of_table(box, into)
    if tag == "table" and getattr(box, "is_table_wrapper", False):
        return _GENERIC if is_layout(box.element) else "Table"
    if tag == "a" and box.link:
        return "Link"
    if tag in ("q", "code") and (into.is_text or isinstance(box, boxes.InlineBox)):
        return _INLINE[tag]
    kind = _BLOCKS.get(tag)
    if kind == "Caption" and tag == "caption" and into.kind != "Table":
        kind = "P"
    if kind is None:
        is_block = isinstance(box, boxes.BlockLevelBox | boxes.InlineBlockBox | boxes.InlineFlexBox)
        kind = _generic(box) if is_block and into.kind not in ("TD", "TH") else None
        if kind == "P" and into.holds_text:
            return None
    if kind in GROUPS and into.kind == "L":
        return None
    if into.is_text and (kind in GROUPS or kind in ("P", "Caption", *HEADINGS)):
        return None
    return kind


def _generic(box: Any) -> str:
    """Return the kind of a box that says nothing of itself: a paragraph when it holds nothing but lines."""
    has_only_lines = bool(box.children) and all(isinstance(child, boxes.LineBox) for child in box.children)
    return "P" if has_only_lines and "::" not in box.element_tag else _GENERIC


def _part_of_table(box: Any, into: Node) -> str | None:
    tag = box.element_tag
    if isinstance(box, boxes.TableRowGroupBox) and into.kind == "Table":
        return "THead" if box.is_header else "TFoot" if box.is_footer else "TBody"
    if isinstance(box, boxes.TableRowBox) and into.kind in ("Table", "THead", "TBody", "TFoot"):
        return "TR"
    if isinstance(box, boxes.TableCellBox) and into.kind == "TR":
        return "TH" if tag == "th" else "TD"
    if tag in ("table", "thead", "tbody", "tfoot", "tr"):
        return None
    return None if into.is_text or into.kind == "L" else _generic(box)


def is_hidden(element: Any) -> bool:
    """Tell whether an author has said that an element is decoration."""
    return bool(element.get("aria-hidden") == "true")


def is_layout(element: Any) -> bool:
    """Tell whether an author has said that a table or a picture is nothing but layout."""
    return element.get("role") in ("presentation", "none")


def is_decoration(box: Any) -> bool:
    """Tell whether the box of a picture says nothing: its style adds it, or its author says so."""
    element = box.element
    return element is None or box.element_tag.endswith(PSEUDO) or is_layout(element) or alternative(element) == ""


def alternative(element: Any) -> str | None:
    """Return the words that stand for a picture, nothing for decoration; None when there are none."""
    if element.get("aria-hidden") == "true":
        return ""
    if element.tag == f"{SVG}svg":
        title = element.find(f"{SVG}title")
        text = title.text if title is not None else element.get("aria-label")
        return None if text is None else " ".join(text.split()) or None
    text = element.get("alt", element.get("aria-label"))
    return None if text is None else " ".join(text.split())
