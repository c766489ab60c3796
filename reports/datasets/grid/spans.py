"""Define the merged areas of a block's first rows."""

from __future__ import annotations

from collections.abc import Sequence

from reports.datasets.grid.block import Area
from reports.datasets.grid.cell import Cells, GridRow


class Spans:
    """The merged areas of a block's first rows."""

    def __init__(self, merged: Sequence[Area], rows: Sequence[GridRow]) -> None:
        place_of = {row.number: place for place, row in enumerate(rows)}
        self._of_row: dict[int, list[Area]] = {}
        for area in merged:
            place = place_of.get(area[0])
            if place is not None:
                self._of_row.setdefault(place, []).append(area)

    def filled(self, place: int, row: Cells) -> Cells:
        """Return a row with the cells that its merged ones are over, unless it is one cell over all."""
        wide = [area for area in self._of_row.get(place, ()) if area[3] > area[1] and area[1] in row]
        if not wide or len(row) == 1:
            return row
        cells, at = dict(row), -1
        for _, left, _, right in sorted(wide):
            # What is merged does not overlap, so each column is looked at once.
            for column in range(max(left, at) + 1, right + 1):
                cells.setdefault(column, row[left])
            at = max(at, right)
        return dict(sorted(cells.items()))

    def wide_columns(self, place: int) -> set[int]:
        """Return the columns of a row that stand under a cell over several of them."""
        columns: set[int] = set()
        at = -1
        for _, left, _, right in sorted(self._of_row.get(place, ())):
            if right > left:
                columns.update(range(max(left, at + 1), right + 1))
                at = max(at, right)
        return columns

    def is_tall(self, place: int) -> bool:
        """Tell whether a row has a cell that is over the row below, too."""
        return any(bottom > top for top, _, bottom, _ in self._of_row.get(place, ()))
