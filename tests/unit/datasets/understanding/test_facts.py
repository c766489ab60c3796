"""What a job's reading says of a table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.datasets.rows import RowsList
from reports.datasets.source import Row, SourceTable
from reports.datasets.understanding import understand


class _File(RowsList):
    """Rows of a table whose columns are named by a row."""

    def __init__(self, header_row: int | None) -> None:
        super().__init__([])
        self._header_row = header_row

    def tables(self) -> tuple[SourceTable, ...]:
        def rows() -> Iterator[Row]:
            yield {"a": "1"}

        return (SourceTable(rows, header_row=self._header_row),)


@pytest.mark.parametrize(("row", "said"), [(3, {"header_row": 3}), (0, {"header_row": 0}), (None, {})])
def test_the_row_that_names_the_columns_is_said_and_that_there_is_none(row: int | None, said: dict[str, int]) -> None:
    rows = _File(row)

    understand(rows)

    [section] = rows.reading["sections"]
    assert {name: value for name, value in section.items() if name == "header_row"} == said
    assert section["rows"] == 1
