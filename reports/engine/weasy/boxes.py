"""Tell the kinds of WeasyPrint's boxes, and ask of them what they have no attribute for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.table import find_in_flow_baseline


def is_page(box: Any) -> bool:
    """Tell whether a box is a page."""
    return isinstance(box, boxes.PageBox)


def is_margin_box(box: Any) -> bool:
    """Tell whether a box is a running line in a page's margin."""
    return isinstance(box, boxes.MarginBox)


def has_footnotes(page: Any) -> bool:
    """Tell whether there are footnotes on a page."""
    return any(isinstance(box, boxes.FootnoteAreaBox) and box.children for box in page.children)


def is_table(box: Any) -> bool:
    """Tell whether a box is a table."""
    return isinstance(box, boxes.TableBox)


def is_block(box: Any) -> bool:
    """Tell whether a box is a block of lines or of blocks."""
    return isinstance(box, boxes.BlockBox)


def is_line(box: Any) -> bool:
    """Tell whether a box is a line."""
    return isinstance(box, boxes.LineBox)


def is_inline(box: Any) -> bool:
    """Tell whether a box is an element within a line."""
    return isinstance(box, boxes.InlineBox)


def is_text(box: Any) -> bool:
    """Tell whether a box is a text within a line."""
    return isinstance(box, boxes.TextBox)


def is_picture(box: Any) -> bool:
    """Tell whether a box is a picture."""
    return isinstance(box, boxes.ReplacedBox)


def is_out_of_flow(box: Any) -> bool:
    """Tell whether a box floats or has a position of its own."""
    return isinstance(box, AbsolutePlaceholder) or box.style["position"] != "static" or box.is_floated()


def texts_in(box: Any) -> Iterator[Any]:
    """Yield the texts in a box."""
    return (each for each in box.descendants() if isinstance(each, boxes.TextBox))


def inside(box: Any) -> Iterator[Any]:
    """Yield a box and all in it; nothing of a text."""
    return iter(box.descendants()) if isinstance(box, boxes.ParentBox) else iter(())


def baseline_of(cell: Any) -> float | None:
    """Return where the first line of a cell stands, as WeasyPrint aligns cells by it; None without a line."""
    baseline: float | None = find_in_flow_baseline(cell)
    return baseline


def remove_margin_boxes(page: Any) -> None:
    """Remove the running lines of a page's box."""
    page.children = [child for child in page.children if not is_margin_box(child)]


def begins_page(page: Any, box: Any) -> bool:
    """Tell whether nothing stands before a box on its page."""
    root = next(child for child in page.children if not is_margin_box(child))
    return not any(True for _ in _before(root, box)[1])


def _before(box: Any, target: Any) -> tuple[bool, list[Any]]:
    """Tell whether one box contains another, and return what is in it before that."""
    found: list[Any] = []
    for child in getattr(box, "children", ()):
        if child is target:
            return True, found
        is_in, before = _before(child, target)
        if is_in:
            return True, [*found, *before]
        found += [] if isinstance(child, AbsolutePlaceholder) else [child]
    return False, found
