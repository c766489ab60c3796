"""What is wrong with data is said in words: no regular expression, and no schema, is ever shown."""

from __future__ import annotations

from typing import Any

import pytest

from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.catalog.json_schema import validator_of
from reports.catalog.schema_faults import faults_of_schema
from reports.catalog.violations import violation_of
from tests.unit.engine.rendering import NAMES, schema

CODE = {"type": "string", "pattern": "^[A-Z]{3}$"}


def reasons(schema: dict[str, Any], data: object) -> list[str]:
    return [violation_of(error).message for error in validator_of(schema).iter_errors(data)]


@pytest.mark.parametrize(
    ("part", "data", "reason"),
    [
        ({**CODE, "description": "A code of three letters."}, "x1", "'x1' does not fit here: A code of three letters"),
        (CODE, "x1", "'x1' has not the form that it needs"),
        (CODE, "x" * 70, "the value has not the form that it needs"),
        ({"$ref": "#/$defs/code", "description": "The country."}, "x1", "'x1' does not fit here: The country"),
        ({"$ref": "#/$defs/said", "description": "The country."}, "x1", "'x1' does not fit here: Three letters"),
        ({"anyOf": [CODE, {"type": "null"}]}, "x1", "'x1' has not the form that it needs"),
        ({"not": CODE}, "ABC", "'ABC' is not allowed here"),
        (
            {"oneOf": [CODE, {"maxLength": 3}]},
            "ABC",
            "'ABC' fits several alternatives of the schema, and may fit only one",
        ),
        ({"propertyNames": CODE}, {"a": 1}, "'a' has not the form that it needs"),
        (
            {"patternProperties": {"^[A-Z]{3}$": {}}, "properties": {"b": {}}, "additionalProperties": False},
            {"a": 1, "b": 2, "ABC": 3},
            "'a' does not belong here",
        ),
        (
            {"properties": {"b": {}, "c": {}}, "additionalProperties": False},
            {"a": 1},
            "'a' is not known here: choose one of 'b', 'c'",
        ),
        (
            {"properties": {"b": {}}, "additionalProperties": False},
            dict.fromkeys("acdef", 1),
            "'a', 'c', 'd' and 2 others are not known here: choose one of 'b'",
        ),
        ({"additionalProperties": False}, {"a": 1}, "'a' is not known here: leave it out"),
        (
            {
                "properties": {f"field{place}": {} for place in range(14)}
                | {"order": {"description": "The buyer's PO number."}, "bumber": {}},
                "additionalProperties": False,
            },
            {"po_number": 1},
            "'po_number' is not known here: choose one of 'order', 'bumber', "
            + ", ".join(f"'field{place}'" for place in range(10))
            + " (and 4 more)",
        ),
        ({"minimum": 0, "description": "A count."}, -1, "-1 is less than the minimum of 0: A count"),
    ],
)
def test_a_reason_is_a_sentence(part: dict[str, Any], data: object, reason: str) -> None:
    defs = {"code": CODE, "said": {**CODE, "description": "Three letters."}}

    assert reasons({**part, "$defs": defs}, data) == [reason]


def test_an_error_below_a_reference_is_not_about_what_the_reference_describes() -> None:
    part = {"$ref": "#/$defs/list", "description": "All codes."}

    assert reasons({**part, "$defs": {"list": {"items": CODE}}}, ["x1"]) == ["'x1' has not the form that it needs"]


def test_a_fault_of_a_schema_shows_no_expression_of_the_meta_schema() -> None:
    [fault] = faults_of_schema({"$anchor": "1 2"})

    assert "^" not in fault.message


@pytest.mark.parametrize("name", NAMES)
def test_each_form_that_a_shipped_template_asks_for_is_described(name: str) -> None:
    Catalog(TEMPLATES).get(name)

    def undescribed(part: object, path: str = "") -> list[str]:
        items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        here = [path] if isinstance(part, dict) and "pattern" in part and "description" not in part else []
        return here + [each for key, below in items for each in undescribed(below, f"{path}/{key}")]

    assert undescribed(schema(name)) == []
