from __future__ import annotations

from typing import Any

import pytest

from reports.datasets.json_shapes import shape_of


@pytest.mark.parametrize(
    "keys",
    [
        ("2026-01-01", "2026-01-02"),
        ("2026-01", "2026-02"),
        ("2026-Q1", "2026-Q2"),
        ("2026-W01", "2026-W02"),
        ("2025", "2026"),
        ("1001", "1002"),
        ("2026-01-01T09:00:00Z", "2026-01-01T10:00:00+01:00"),
    ],
)
def test_single_values_by_days_or_numbers_are_a_row_each_and_that_is_told(keys: tuple[str, str]) -> None:
    shape = shape_of(dict(zip(keys, (12.5, None), strict=True)))

    assert shape.lists == {"": [{"Key": keys[0], "Value": 12.5}, {"Key": keys[1], "Value": None}]}
    assert "taken for a row" in shape.about


@pytest.mark.parametrize(
    "value",
    [
        {"2026-01-01": 12},
        {"id": 12, "2026": 13},
        {"2026": {"a": 1}, "2027": 2},
        {"1": [5, 6], "2": 3},
    ],
)
def test_any_other_object_of_single_values_is_one_row(value: dict[str, Any]) -> None:
    assert shape_of(value).lists == {"": [value]}
