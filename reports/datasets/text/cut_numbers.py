"""Refuse lines whose numbers are cut at their commas: ``85,000.00`` without quotes, where commas separate cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.datasets.grid.cell import GridRow
from reports.datasets.grid.found import FoundTable
from reports.datasets.text.csv_text import CSVText
from reports.errors import UnreadableFileError

_GROUPS = re.compile(r"[-+(]?[$€£¥₹]?[0-9]{1,3}(?>(?:,[0-9]{2,3})*)")
_NEXT_GROUP = re.compile(r"[0-9]{2,3}(?:\.[0-9]*+)?[-)]?")
_FEWEST_NAMES = 2


def refuse_cut_numbers(text: CSVText, table: FoundTable) -> None:
    """Refuse a table if the cells of each line are as many as the names above, once groups of digits are joined."""
    names, *below = table.blocks[0].head
    if table.has_header or text.dialect.delimiter != "," or not names.is_words or len(names.cells) < _FEWEST_NAMES:
        return
    joined = [_joined(row) for row in below if row.number <= table.last]
    first = next((place for place, (_, cut) in enumerate(joined) if cut), None)
    if first is None or any(len(cells) not in (len(names.cells), names.size) for cells, _ in joined):
        return
    lines = text.lines_of([names.number, below[first].number])
    raise UnreadableFileError(
        f"Line {lines[names.number]:,} of the file names {len(names.cells)} columns, and line "
        f"{lines[below[first].number]:,} has more cells: the commas in numbers such as {joined[first][1]} seem to be "
        "taken for those between cells. Put such numbers in double quotes, or export the file with semicolons or tabs "
        "between the cells."
    )


def _joined(row: GridRow) -> tuple[Sequence[str], str]:
    """Return a row's cells, those joined that look like the groups of one number, and the first of these."""
    cells: list[str] = []
    first = ""
    for at in range(row.size):
        text = row.cells[at].text if at in row.cells else ""
        if cells and _GROUPS.fullmatch(cells[-1]) and _NEXT_GROUP.fullmatch(text):
            is_first = not first or f"{cells[-1]}" == first
            cells[-1] += f",{text}"
            first = cells[-1] if is_first else first
        else:
            cells.append(text)
    return cells, first
