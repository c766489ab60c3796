"""Have WeasyPrint lay out a cell alone, out of its table, with other texts than those it came with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from weasyprint.css import ComputedStyle, declaration_precedence
from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.text import transform
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.block import block_container_layout

from reports.engine.weasy.boxes import baseline_of
from reports.engine.weasy.inline_values import length
from reports.engine.weasy.typesetter import LaidOutDocument

_OF_INLINE_STYLES = (1, 0, 0)
"""The specificity that WeasyPrint gives their declarations (``find_style_attributes`` in css/__init__.py)."""

_COLLAPSING = ("normal", "nowrap")


class InlineLength(NamedTuple):
    """A length in an inline style: in which of the cell's elements that have one, of what, and how it is written."""

    element: int
    name: str
    text: str


class LoneCell:
    """A cell that WeasyPrint has laid out once, and lays out again with other texts.

    The document, its styles and the other cells of the table stay out of it, which takes a twentieth of the time.
    """

    def __init__(
        self,
        layout: LaidOutDocument,
        press: LaidOutDocument,
        box: Any,
        shown: Sequence[int],
        lengths: Sequence[InlineLength] = (),
    ) -> None:
        """Take a cell of a layout, whose visible texts have these numbers; further ones are laid out within ``press``.

        Raises ValueError when the cell has other texts, or other elements that have inline ``lengths``.
        """
        self._press = press
        self._box = box
        self._children = layout.built_cell(box.element).children
        self._numbers = _numbered(self._children, shown)
        self._lengths = _boxes_with(self._children, box.element, lengths)

    def laid_out(self, texts: Sequence[str], lengths: Sequence[str] = ()) -> Any:
        """Lay out the cell with texts whose white space is collapsed; its content begins at the top of the page.

        ``lengths`` are those of its inline styles that are others than in the example.

        A space at the beginning of a text is kept if the example has one there, as what is before it decides on that.
        """
        computed = [Dimension(*length(each)) for each in lengths]
        cell = self._box.copy_with_children([self._filled(child, texts, computed) for child in self._children])
        cell.height = "auto"
        cell.position_y = -cell.padding_top - cell.border_top_width
        context = self._press.context
        cell, *_ = block_container_layout(context, cell, -inf, None, True, [], [], None, None, None, False, None)
        cell.content_height = cell.height
        cell.empty = not any(child.is_floated() or child.is_in_normal_flow() for child in cell.children)
        layout_box_backgrounds(self._press.pages[0]._page_box, cell, context.get_image_from_uri)
        return cell

    def _filled(self, box: Any, texts: Sequence[str], lengths: Sequence[Dimension]) -> Any:
        filled = self._with_texts(box, texts, lengths)
        if lengths and id(box) in self._lengths:
            filled.style = box.style.copy()
            for number, name in self._lengths[id(box)]:
                filled.style[name] = lengths[number]
        return filled

    def _with_texts(self, box: Any, texts: Sequence[str], lengths: Sequence[Dimension]) -> Any:
        if isinstance(box, boxes.TextBox):
            number = self._numbers.get(id(box))
            if number is None:
                return box.copy()
            shown = " " * box.text.startswith(" ") + texts[number]
            if (change := box.style["text_transform"]) != "none":
                shown = transform(change, shown, (box.style["lang"] or "").split("-")[0].lower())
            return box.copy_with_text(shown)
        if isinstance(box, boxes.ParentBox):
            return box.copy_with_children([self._filled(child, texts, lengths) for child in box.children])
        return box.copy()


def content_baseline(cell: Any) -> float | None:
    """Return how far below the top of its content the baseline of a cell is, in px; None when it has none."""
    baseline = baseline_of(cell)
    return None if baseline is None else baseline - cell.content_box_y()


def _boxes_with(
    children: Sequence[Any], cell: Element, lengths: Sequence[InlineLength]
) -> Mapping[int, list[tuple[int, str]]]:
    """Return the boxes that have these lengths, by their ids: each with the lengths' numbers, and what they are."""
    if not lengths:
        return {}
    styled = [element for element in cell.iter() if element is not cell and element.get("style") is not None]
    found: dict[int, list[tuple[int, str]]] = {}
    for number, (element, name, text) in enumerate(lengths):
        if element >= len(styled):
            raise ValueError("it has other elements")
        name = name.replace("-", "_")
        for box in (each for child in children for each in _all_in(child)):
            is_own = box.element is styled[element] and "::" not in box.element_tag
            # Anonymous boxes have the element around them, but none of its style. What outweighs it does so always.
            if is_own and isinstance(box.style, ComputedStyle) and _is_inline(box.style, name, text):
                found.setdefault(id(box), []).append((number, name))
    return found


def _is_inline(style: ComputedStyle, name: str, text: str) -> bool:
    """Tell whether a length is that of the inline style, and not one of a style sheet that outweighs it."""
    _, (precedence, _, specificity) = style.cascaded.get(name, (None, (0, None, ())))
    is_of_author = precedence == declaration_precedence("author", importance=False)
    return is_of_author and specificity >= _OF_INLINE_STYLES and bool(style[name] == length(text))


def _numbered(children: Sequence[Any], shown: Sequence[int]) -> Mapping[int, int]:
    """Give each text box that is of the document itself, and has a text, the number of that text."""
    own = []
    for child in children:
        for box in _all_in(child):
            if isinstance(box, boxes.TextBox) and "::" not in box.element_tag and box.text.strip(" "):
                own.append(box)
    if len(own) != len(shown):
        raise ValueError("it has other texts")
    if any(box.style["white_space"] not in _COLLAPSING for box in own):
        raise ValueError("its white space does not collapse")
    return {id(box): number for box, number in zip(own, shown, strict=True)}


def _all_in(box: Any) -> Iterator[Any]:
    return iter(box.descendants()) if isinstance(box, boxes.ParentBox) else iter((box,))
