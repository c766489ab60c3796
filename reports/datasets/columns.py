"""Name the columns of a table by its first row."""

from __future__ import annotations

from collections.abc import Sequence


def column_names(header: Sequence[str]) -> list[str]:
    """Return names that differ: ``Column 3`` where there is none, ``a (2)`` for the second ``a``."""
    names: dict[str, None] = {}
    for number, cell in enumerate(header, 1):
        base = name = cell.strip() or f"Column {number}"
        copy = 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        names[name] = None
    return list(names)
