"""Tell of rows which are of one kind, so that what is learnt from one holds for the others.

Where the style sheet lets a cell depend on nothing but itself, its row and its column, the tags of the row, of the one
above and of the cells tell its kind. Elsewhere, all of the row's form does, and those of its neighbours.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from reports.engine.longtable.layout.geometry import Geometry
from reports.engine.longtable.layout.row_forms import RowParts, part_row
from reports.engine.longtable.rows.chunks import Window
from reports.engine.weasy.collapsed_borders import cell_edges

_MOST_CLASSES = 10_000


class Key(NamedTuple):
    """Name what a row's look depends on: itself and its neighbours, each by a number, and its place in the table.

    ``of_one_form``: its form counts as a whole.
    """

    above: int
    row: int
    below: int
    phase: int
    of_one_form: bool


class RowKinds:
    """Name the kinds of rows of one table."""

    def __init__(self, geometry: Geometry) -> None:
        self._geometry = geometry
        self._numbers: dict[Hashable, int] = {}
        self._classes: dict[tuple[str, int], int] = {}
        self._edges: dict[tuple[Hashable, ...], Hashable] = {}
        self._whole: set[Key] = set()
        self._composes = geometry.composes

    def key(self, window: Window, index: int) -> Key | None:
        """Return the name of a row's kind; None as long as borders are not known that might collapse with its own."""
        key = self._by_cells(window, index) if self._composes else self._by_form(window, index)
        return self._by_form(window, index) if key in self._whole else key

    def sure_key(self, window: Window, index: int) -> Key:
        """Return the name of a row's kind that has been laid out."""
        return self.key(window, index) or self._by_form(window, index)

    def missing(self, window: Window, index: int) -> list[Hashable]:
        """Return cells of which the borders must be known before the kind of a row is."""
        missing: list[Hashable] = []
        for offset, form in enumerate(window.around(index), -1):
            phase = self._phase(window, index + offset)
            missing += [place for place in _places(part_row(form), phase) if place not in self._edges]
        return missing

    def take_as_whole(self, key: Key) -> None:
        """Tell rows of a kind apart by their whole form from now on."""
        self._whole.add(key)

    def see(self, window: Window, boxes: Mapping[int, Any]) -> None:
        """Look at rows of a window that were laid out, for the borders of their cells before they collapse."""
        if not (self._composes and self._geometry.is_collapsed):
            return
        for number, row in boxes.items():
            parts = part_row(window.forms[number])
            if len(parts.cells) != len(row.children):
                self._composes = False
                return
            phase = self._phase(window, number - 1)
            for place, box in zip(_places(parts, phase), row.children, strict=True):
                if self._edges.setdefault(place, cell_edges(box)) != cell_edges(box):
                    self._composes = False
                    return

    def _by_form(self, window: Window, index: int) -> Key:
        above, form, below = map(self._number, window.around(index))
        return Key(above, form, below, self._phase(window, index), of_one_form=True)

    def _by_cells(self, window: Window, index: int) -> Key | None:
        above, form, below = window.around(index)
        phase = self._phase(window, index)
        if not self._geometry.is_collapsed:
            return Key(self._number(_tag(above)), self._class(form, phase) or 0, 0, phase, of_one_form=False)
        phases = (self._phase(window, each) for each in range(index - 1, index + 2))
        numbers = [self._class(each, of_each) for each, of_each in zip((above, form, below), phases, strict=True)]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return None
        return Key(known[0], known[1], known[2], phase, of_one_form=False)

    def _phase(self, window: Window, index: int) -> int:
        return self._geometry.phase(window.number + 1 + index)

    def _class(self, form: str, phase: int) -> int | None:
        """Return the number of a row's tags, and of its borders if these collapse; None when these are unknown."""
        known = self._classes.get((form, phase))
        if known is not None:
            return known
        parts = part_row(form)
        edges: list[Hashable] = []
        if self._geometry.is_collapsed:
            for place in _places(parts, phase):
                if place not in self._edges:
                    return None
                edges.append(self._edges[place])
        if len(self._classes) >= _MOST_CLASSES:
            self._classes.clear()
        number = self._classes[form, phase] = self._number((parts.tag, parts.shape, *edges))
        return number

    def _number(self, what: Hashable) -> int:
        return self._numbers.setdefault(what, len(self._numbers) + 1)


def _places(parts: RowParts, phase: int) -> list[tuple[Hashable, ...]]:
    shape = parts.shape
    return [(phase, parts.tag, shape, *place) for place in enumerate(parts.cells)]


def _tag(form: str) -> str:
    """Return the tag of a row."""
    return form[: form.find(">") + 1].strip()
