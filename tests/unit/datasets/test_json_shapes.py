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


NAMED = [{"name": "City", "type": "string"}, {"name": "2025", "type": "number"}]
CELLS = [["Oslo", 1.5], ["Rome", 2.5]]


@pytest.mark.parametrize(
    "value",
    [
        {"columns": NAMED, "rows": CELLS},
        {"columns": ["City", "2025"], "data": CELLS},
        {"meta": {"view": {"name": "Rain", "columns": NAMED}}, "data": CELLS},
        {"tables": [{"name": "Result", "columns": NAMED, "rows": CELLS}]},
        {"data": {"cols": [{"display_name": "City"}, {"display_name": "2025"}], "rows": CELLS}},
        {
            "schema": {"fields": NAMED},
            "rows": [{"f": [{"v": "Oslo"}, {"v": 1.5}]}, {"f": [{"v": "Rome"}, {"v": 2.5}]}],
        },
    ],
    ids=["objects", "texts", "socrata", "log_analytics", "metabase", "bigquery"],
)
def test_lists_of_cells_have_the_names_that_stand_beside_them(value: dict[str, Any]) -> None:
    assert shape_of(value).lists == {"": [{"City": "Oslo", "2025": 1.5}, {"City": "Rome", "2025": 2.5}]}


def test_names_that_are_fewer_than_the_cells_name_nothing() -> None:
    shape = shape_of({"columns": ["City"], "rows": CELLS})

    assert shape.lists == {"": CELLS}


def test_columns_of_values_within_an_object_are_a_table_each() -> None:
    value = {
        "latitude": 52.5,
        "hourly": {"time": ["10:00", "11:00"], "rain": [0.5, None]},
        "daily": {"day": ["2026-01-01", "2026-01-02", "2026-01-03"], "rain": [1, 2, 3]},
    }

    shape = shape_of(value)

    assert shape.lists["hourly"] == [{"time": "10:00", "rain": 0.5}, {"time": "11:00", "rain": None}]
    assert [row["rain"] for row in shape.lists["daily"]] == [1, 2, 3]
    assert "Left out is what stands beside: “latitude”" in shape.about


GEO = {"label": "Country", "category": {"index": {"AT": 0, "BE": 1}, "label": {"AT": "Austria", "BE": "Belgium"}}}
TIME = {"category": {"index": ["2024", "2025"]}}


@pytest.mark.parametrize("values", [[5.2, None, 5.5, 5.6], {"0": 5.2, "2": 5.5, "3": 5.6}])
def test_values_of_statistical_offices_are_a_row_each_with_their_flags(values: Any) -> None:
    value = {"class": "dataset", "label": "Unemployed", "id": ["geo", "time"], "size": [2, 2], "value": values}

    shape = shape_of({**value, "dimension": {"geo": GEO, "time": TIME}, "status": {"3": "e"}})

    assert shape.title == "Unemployed"
    assert shape.lists[""] == [
        {"Country": "Austria", "time": "2024", "Value": 5.2, "Flag": None},
        {"Country": "Belgium", "time": "2024", "Value": 5.5, "Flag": None},
        {"Country": "Belgium", "time": "2025", "Value": 5.6, "Flag": "e"},
    ]


@pytest.mark.parametrize("size", [[2, 3], [2], [2, -2], [10**6, 10**6]])
def test_a_statistical_table_that_contradicts_itself_is_no_table(size: list[int]) -> None:
    value = {"id": ["geo", "time"], "size": size, "dimension": {"geo": GEO, "time": TIME}, "value": [1, 2, 3, 4]}

    assert shape_of(value).lists == {"": [value]}
