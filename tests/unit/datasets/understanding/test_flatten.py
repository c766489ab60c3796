from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.datasets.understanding.flatten import MOST_COLUMNS, flattened


@pytest.mark.parametrize(
    ("row", "flat"),
    [
        ({"a": 1, "b": None}, {"a": 1, "b": None}),
        ({"who": {"name": "Ada", "at": {"city": "Town"}}}, {"who.name": "Ada", "who.at.city": "Town"}),
        ({"tags": ["new", 7, None, True]}, {"tags": "new, 7, true"}),
        ({"tags": [], "more": {}}, {"tags": None, "more": None}),
        ({"lines": [{"sku": "A", "qty": 2}, {"sku": "B"}]}, {"lines": "sku: A, qty: 2; sku: B"}),
        ({"a.b": 1, "a": {"b": 2}}, {"a.b": 1, "a.b (2)": 2}),
        ({"id": {"S": "x"}, "n": {"N": "12.50"}, "l": {"L": [{"S": "y"}]}}, {"id": "x", "n": "12.50", "l": "y"}),
        ({"id": {"$oid": "5f"}, "at": {"$date": "2026-01-05"}}, {"id": "5f", "at": "2026-01-05"}),
    ],
)
def test_nested_values_become_columns_and_lists_are_joined(row: dict[str, Any], flat: dict[str, Any]) -> None:
    assert list(flattened([row])) == [flat]


def test_columns_that_are_made_have_an_end() -> None:
    rows = [{"a": {f"key {at} {number}": number for at in range(100)}} for number in range(20)]

    keys = {key for row in flattened(rows) for key in row}

    assert len(keys) <= MOST_COLUMNS + 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.gate
@given(st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=4), max_size=4))
def test_no_value_is_nested_afterwards(rows: list[dict[str, Any]]) -> None:
    found = list(flattened(rows))

    assert len(found) == len(rows)
    assert not any(isinstance(value, dict | list) for row in found for value in row.values())
