"""Write texts, and read the tables that are found in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.datasets import ReadingOptions, RowsFile, RowsFormat


def a_file(folder: Path, text: str, **options: Any) -> RowsFile:
    (folder / "a.csv").write_bytes(text.encode())
    return RowsFile(folder / "a.csv", RowsFormat.CSV, options=ReadingOptions(**options))


def table(rows: RowsFile) -> list[list[Any]]:
    """Return the first table, with the names of its columns."""
    found = list(rows)
    return [list(found[0]), *(list(row.values()) for row in found)]
