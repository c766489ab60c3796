"""Read a table's rows once, and say what its columns hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reports.datasets.blocks import blocks_of
from reports.datasets.rows import Rows, RowsList
from reports.datasets.source import Row, SourceTable
from reports.datasets.understanding.section import ColumnReading, Section


def understand(rows: Rows | Iterable[Row], overrides: Sequence[Mapping[str, Any]] = ()) -> tuple[Section, ...]:
    """Return the sections of a file or of a request, at least one, and add to ``rows.reading`` what was inferred.

    ``overrides`` are the template's ``columns``: a ``key`` and, where a caller says so, ``type``, ``decimals`` and
    ``total``. Raises what reading the rows does.
    """
    source: Rows = rows if isinstance(rows, Rows) else RowsList(rows)
    of_column = {override["key"]: override for override in overrides}
    sections = tuple(_section(table, of_column) for table in source.tables())
    source.reading = {**source.reading, "sections": [section.facts() for section in sections]}
    return sections


def _section(table: SourceTable, overrides: Mapping[str, Mapping[str, Any]]) -> Section:
    count, keys = 0, dict.fromkeys(overrides)
    for block in blocks_of(table.rows()):
        count += len(block)
        for shape in block.shapes:
            keys.update(dict.fromkeys(shape))
    columns = [ColumnReading(key) for key in keys]
    return Section(
        columns, count, lambda: blocks_of(table.rows()),
        name=table.name, title=table.title, subtitle=table.subtitle, notes=table.notes,
    )  # fmt: skip
