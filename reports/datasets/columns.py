"""Name the columns of a table by its first row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports.errors import TooLargeError

MOST_COLUMNS = 2_048
"""Columns that a file's first row may name. Every other row, however short, takes a place for each of them."""


def column_names(header: Sequence[str]) -> list[str]:
    """Return names that differ: ``Column 3`` where there is none, ``a (2)`` for the second ``a``.

    Raises TooLargeError.
    """
    if len(header) > MOST_COLUMNS:
        raise TooLargeError(
            f"The first line of the table names {len(header):,} columns, and a table may have {MOST_COLUMNS:,}. "
            "Choose fewer.",
            max_columns=MOST_COLUMNS,
        )
    names: dict[str, None] = {}
    # Which copy a name was given last, so that the next search goes on there and does not begin anew.
    copies: Counter[str] = Counter()
    for number, cell in enumerate(header, 1):
        base = name = cell.strip() or f"Column {number}"
        while name in names:
            copies[base] += 1
            name = f"{base} ({copies[base] + 1})"
        names[name] = None
    return list(names)
