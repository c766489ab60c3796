"""JSON rows keep the numbers that a float would change, however the file is laid out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from reports.datasets.json_rows import read_json_lines, read_json_list, read_json_object
from reports.datasets.options import ReadingOptions
from templates.table.values import text_of

LONG = "12345678901234567.891"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_json_list, f'[{{"a": {LONG}, "b": 1.5}}]'),
        (read_json_lines, f'{{"a": {LONG}, "b": 1.5}}\n'),
        (read_json_lines, f'{{"a": {LONG},\n"b": 1.5}} {{"a": 1}}'),
        (read_json_object, f'{{"rows": [{{"a": {LONG}, "b": 1.5}}]}}'),
    ],
)
def test_long_numbers_are_exact_in_every_layout(tmp_path: Path, read, text: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "rows.json"
    path.write_text(text, "utf-8")

    [table] = read(path, ReadingOptions()).tables
    row = next(iter(table.rows()))

    assert row == {"a": Decimal(LONG), "b": 1.5}
    assert type(row["b"]) is float


def test_text_of_long_numbers_has_no_quotation_marks() -> None:
    number = Decimal(LONG)

    assert text_of(number) == LONG
    assert text_of([number, {"a": number, "b": "x"}]) == f'[{LONG}, {{"a": {LONG}, "b": "x"}}]'
