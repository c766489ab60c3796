"""Make tables whose columns are understood already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.datasets.blocks import blocks_of
from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType
from reports.datasets.understanding import ColumnReading, RowMark, Section
from reports.engine.templating.formats import Formats
from templates.table.survey import Survey, survey

NUMBER = ColumnForm(ColumnType.NUMBER)
AMOUNT = ColumnForm(ColumnType.NUMBER, decimals=2)


def section_of(
    rows: Sequence[Mapping[str, Any]],
    forms: Mapping[str, ColumnForm] | None = None,
    *,
    summed: Sequence[str] = (),
    marks: Mapping[int, RowMark] | None = None,
) -> Section:
    """Return a section whose columns are those of the first row, as text where no form is given."""
    keys = rows[0] if rows else {}
    columns = [ColumnReading(key, (forms or {}).get(key, AS_TEXT), key in summed) for key in keys]
    return Section(columns, len(rows), lambda: blocks_of(map(dict, rows)), marks or {})


def surveyed(
    rows: Sequence[Mapping[str, Any]],
    forms: Mapping[str, ColumnForm] | None = None,
    *,
    locale: str = "en",
    group_by: str | None = None,
    **more: Any,
) -> Survey:
    """Survey rows whose columns are understood."""
    return survey(section_of(rows, forms, **more), {}, group_by, Formats.of(locale))
