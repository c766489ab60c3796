"""Find the header cells of a table's cells by the algorithm of the HTML standard.

Where each header is that of its own column or row, its scope says all. Only where headers span others, or belong to
groups, cells name theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from reports.engine.weasy.structure.nodes import Node

_GROUPS = ("THead", "TBody", "TFoot")


@dataclass(slots=True, eq=False)
class _Cell:
    node: Node
    x: int
    y: int
    group: int
    scope: str = ""
    """``row``, ``col``, ``rowgroup`` or ``colgroup``; nothing for data."""

    @property
    def is_header(self) -> bool:
        return bool(self.scope)

    @property
    def name(self) -> str | None:
        """Return what the author calls this cell."""
        return None if self.node.element is None else self.node.element.get("id")


@dataclass(slots=True)
class _Grid:
    cells: list[_Cell] = field(default_factory=list)
    places: dict[tuple[int, int], _Cell] = field(default_factory=dict)


def set_headers(table: Node, names: Iterator[int], *, by_scope_only: bool = False) -> bool:
    """Give header cells their scope, and cells the names of their headers where scopes do not say all.

    Return whether the table has headers at all.
    """
    grid = _grid(table)
    _fill_up(table, grid)
    for cell in grid.cells:
        cell.scope = _scope(cell) if cell.node.kind == "TH" else ""
        cell.node.scope = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}.get(cell.scope)
    found = [cell for cell in grid.cells if cell.is_header]
    if found and not by_scope_only and any(map(_says_more, grid.cells)):
        for cell in found:
            cell.node.identifier = f"h{next(names):08d}"
        _name_headers(grid)
    return bool(found)


def _rows(table: Node) -> Iterator[tuple[int, Node]]:
    groups = count(1)
    for kid in table.kids:
        if isinstance(kid, Node) and kid.kind in _GROUPS:
            group = next(groups)
            yield from ((group, row) for row in kid.kids if isinstance(row, Node))
        elif isinstance(kid, Node) and kid.kind == "TR":
            yield 0, kid


def _grid(table: Node) -> _Grid:
    grid = _Grid()
    for y, (group, row) in enumerate(_rows(table)):
        x = 0
        for node in row.kids:
            if not isinstance(node, Node):
                continue
            while (x, y) in grid.places:
                x += 1
            cell = _Cell(node, x, y, group)
            grid.cells.append(cell)
            for down in range(node.rows):
                for across in range(node.columns):
                    grid.places.setdefault((x + across, y + down), cell)
            x += node.columns
    return grid


def _fill_up(table: Node, grid: _Grid) -> None:
    """Give all rows as many columns, with empty cells at the ends of short ones: readers count columns by rows."""
    width = max((x + 1 for x, _ in grid.places), default=0)
    for y, (_, row) in enumerate(_rows(table)):
        for x in range(width):
            if (x, y) not in grid.places:
                row.add("TD")


def _scope(cell: _Cell) -> str:
    """Return what a header is the header of; where the author does not say it, of its column if its row has no data."""
    said = "" if cell.node.element is None else (cell.node.element.get("scope") or "").lower()
    if said in ("row", "col", "rowgroup", "colgroup"):
        return said
    row = cell.node.parent
    has_data_beside = row is not None and any(isinstance(kid, Node) and kid.kind == "TD" for kid in row.kids)
    return "row" if has_data_beside else "col"


def _says_more(cell: _Cell) -> bool:
    """Tell whether scopes alone would not say for whom a header is, or which headers a cell has."""
    if cell.node.element is not None and cell.node.element.get("headers"):
        return True
    if not cell.is_header:
        return False
    spans = cell.node.columns if cell.scope == "col" else cell.node.rows
    return cell.scope in ("rowgroup", "colgroup") or spans > 1


def _name_headers(grid: _Grid) -> None:
    names = {cell.name: cell for cell in grid.cells if cell.name and cell.is_header}
    groups = [cell for cell in grid.cells if cell.scope in ("rowgroup", "colgroup")]
    above: dict[tuple[int, int], list[_Cell]] = {}
    for cell in grid.cells:
        said = [] if cell.node.element is None else (cell.node.element.get("headers") or "").split()
        if said:
            found = [names[name] for name in said if name in names]
        else:
            found = [*_upwards(cell, grid, above), *_leftwards(cell, grid), *_of_groups(cell, groups)]
        others = [each for each in found if each is not cell and each.node.kids]
        cell.node.headers = tuple(dict.fromkeys(each.node.identifier or "" for each in others))


def _upwards(cell: _Cell, grid: _Grid, known: dict[tuple[int, int], list[_Cell]]) -> list[_Cell]:
    """Return the headers above a cell. Data below data of the same width have the same ones."""
    key = cell.x, cell.node.columns
    above = grid.places.get((cell.x, cell.y - 1))
    is_like_above = above is not None and not above.is_header and (above.x, above.node.columns) == key
    if not cell.is_header and is_like_above and key in known:
        return known[key]
    found: list[_Cell] = []
    for x in range(cell.x, cell.x + cell.node.columns):
        found += _scanned(cell, [grid.places.get((x, y)) for y in range(cell.y - 1, -1, -1)], is_upwards=True)
    if not cell.is_header:
        known[key] = found
    return found


def _leftwards(cell: _Cell, grid: _Grid) -> list[_Cell]:
    found: list[_Cell] = []
    for y in range(cell.y, cell.y + cell.node.rows):
        found += _scanned(cell, [grid.places.get((x, y)) for x in range(cell.x - 1, -1, -1)], is_upwards=False)
    return found


def _scanned(cell: _Cell, cells: Sequence[_Cell | None], *, is_upwards: bool) -> list[_Cell]:
    """Walk from a cell to an edge of the table; headers hide those like them that stand beyond data ("opaque")."""
    found: list[_Cell] = []
    opaque: list[_Cell] = []
    block: list[_Cell] = [cell] if cell.is_header else []
    is_in_block = cell.is_header
    for other in cells:
        if other is None:
            continue
        if not other.is_header:
            if is_in_block:
                is_in_block = False
                opaque += block
                block = []
            continue
        is_in_block = True
        block.append(other)
        if is_upwards:
            hides = [each for each in opaque if (each.x, each.node.columns) == (other.x, other.node.columns)]
            is_blocked = bool(hides) or other.scope != "col"
        else:
            hides = [each for each in opaque if (each.y, each.node.rows) == (other.y, other.node.rows)]
            is_blocked = bool(hides) or other.scope != "row"
        if not is_blocked:
            found.append(other)
    return found


def _of_groups(cell: _Cell, groups: Sequence[_Cell]) -> list[_Cell]:
    """Return the headers of the groups of rows or columns that a cell is in."""
    right, below = cell.x + cell.node.columns, cell.y + cell.node.rows
    return [
        each
        for each in groups
        if each.x < right
        and each.y < below
        and (
            each.group == cell.group
            if each.scope == "rowgroup"
            else cell.x < each.x + each.node.columns and cell.y >= each.y
        )
    ]
