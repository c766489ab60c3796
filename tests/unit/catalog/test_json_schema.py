"""See that data are held to schemas, and that what is too long is not looked at item by item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reports.catalog.json_schema import validator_of

SCHEMA: dict[str, Any] = {
    "type": "object",
    "maxProperties": 3,
    "propertyNames": {"maxLength": 4},
    "properties": {"list": {"maxItems": 2, "uniqueItems": True, "items": {"type": "integer"}}},
    "patternProperties": {"^w": {"type": "string", "maxLength": 3, "pattern": "^a+$"}},
    "additionalProperties": {"type": "boolean"},
}
WILD = st.dictionaries(
    st.sampled_from(["list", "word", "w", "other", "x"]),
    st.booleans() | st.lists(st.integers(0, 2) | st.text(max_size=1), max_size=4) | st.text("ab", max_size=5),
)


@given(data=WILD)
def test_the_same_data_are_valid_as_by_the_standard_validator(data: dict[str, Any]) -> None:
    assert validator_of(SCHEMA).is_valid(data) == Draft202012Validator(SCHEMA).is_valid(data)


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ({"maxItems": 5, "items": {"type": "string"}}, [1] * 1000),
        ({"maxItems": 5, "uniqueItems": True}, [{}] * 1000),
        ({"maxProperties": 5, "propertyNames": {"maxLength": 1}}, {f"k{n}": 1 for n in range(1000)}),
        ({"maxProperties": 5, "additionalProperties": {"type": "string"}}, {f"k{n}": 1 for n in range(1000)}),
        ({"maxProperties": 5, "patternProperties": {"k": {"type": "string"}}}, {f"k{n}": 1 for n in range(1000)}),
        ({"maxLength": 5, "pattern": "^b"}, "a" * 1000),
    ],
)
def test_what_is_too_long_is_refused_for_that_alone(schema: dict[str, Any], data: Any) -> None:
    [only] = validator_of(schema).iter_errors(data)

    assert only.validator in ("maxItems", "maxProperties", "maxLength")


@pytest.mark.parametrize(
    ("value", "fits"), [(0.3, True), (0.35, False), (Decimal("12345678901234567.80"), True), (7, True)]
)
def test_a_multiple_is_one_of_the_number_as_it_is_written(value: object, fits: bool) -> None:
    assert validator_of({"multipleOf": 0.1}).is_valid(value) is fits
