"""Number the marked contents of a row in the order in which they stand, whatever the order they are drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reports.engine.longtable.layout.parts import Figure
from reports.engine.weasy.boxes import is_picture
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.structure.roles import alternative
from reports.engine.weasy.structure.text_direction import logical_text


class Marks:
    """The marked contents of a row or a cell.

    ``order`` has the number of each in the order of drawing; nothing where that is the order in which they stand.
    """

    def __init__(self, box: Any, tags: Mapping[Any, Mapping[str, int]] | None) -> None:
        """Take a box and the marks on the stream that it was drawn on. Raises UnsupportedTableError for others."""
        boxes = [each for each in box.descendants() if each in tags] if tags else []
        self.numbers = {each: number for number, each in enumerate(boxes)}
        drawn = {tags[each]["mcid"]: number for each, number in self.numbers.items()} if tags else {}
        if sorted(drawn) != list(range(len(tags or ()))):
            raise UnsupportedTableError("rows draw texts that are not in their cells")
        order = tuple([drawn[place] for place in range(len(drawn))])
        self.order = () if order == tuple(range(len(order))) else order

    def count_in(self, cell: Any) -> int:
        """Count those in a cell."""
        return sum(1 for each in cell.descendants() if each in self.numbers)

    def said(self) -> tuple[tuple[int, str], ...]:
        """Return the texts that are drawn in another order than they are read in, by their numbers."""
        found = ((number, logical_text(getattr(box, "text", ""))) for box, number in self.numbers.items())
        return tuple([(number, text) for number, text in found if text is not None])

    def figures(self) -> tuple[Figure, ...]:
        """Return the pictures that say something. Raises UnsupportedTableError for one without words."""
        return tuple(self._figures())

    def _figures(self) -> Iterator[Figure]:
        for box, number in self.numbers.items():
            if is_picture(box):
                words = alternative(box.element)
                if words is None:
                    raise UnsupportedTableError("rows have pictures without a text that stands for them")
                x, y = box.content_box_x(), box.content_box_y()
                yield Figure(number, words, (x, y, x + box.width, y + box.height))
