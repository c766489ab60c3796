"""Cut paper that comes from a roll, as that of a receipt, below what is printed on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint.formatting_structure import boxes

ROLL_PX = 2_000 * 96 / 25.4
"""The height, in CSS pixels, from which on a page is paper from a roll: 2 m."""


def cut(pages: Iterable[Any]) -> None:
    """Make pages of paper from a roll as high as their content, with footnotes and the bottom margin below it."""
    for page in pages:
        if page.height < ROLL_PX:
            continue
        box = page._page_box
        content, *others = box.children
        end = box.content_box_y() + box.height
        notes = [each for each in others if not isinstance(each, boxes.MarginBox)]
        free = end - max(_bottoms(content)) - sum(note.margin_height() for note in notes)
        if free <= 0:
            continue
        for each in others:
            each.translate(dy=-free * _share(each))
        box.height -= free
        page.height = box.margin_height()


def _share(beside: Any) -> float:
    """Return how far what is beside the content moves up with the cut: notes, and boxes at the bottom, all the way."""
    where = beside.at_keyword if isinstance(beside, boxes.MarginBox) else "bottom"
    return 1 if "bottom" in where else 0.5 if "middle" in where else 0


def _bottoms(content: Any) -> Iterator[float]:
    """Yield where boxes end, those too that lie outside of the box that they are in."""
    for each in content.descendants(placeholders=True):
        try:
            yield each.position_y + each.margin_height()
        except TypeError:  # what has no size of its own, such as a column of a table
            continue
