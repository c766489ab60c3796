from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reports.catalog import json_schema
from reports.catalog.row_schema import RowSchema
from reports.errors import InvalidDataError, UnreadableFileError

KEYS_ALONE = {"type": "object", "maxProperties": 2, "propertyNames": {"maxLength": 3}}
VALUES = {"type": "object", "required": ["n"], "properties": {"n": {"$ref": "#/$defs/count"}}}


def schema_of(items: dict[str, Any], **others: Any) -> RowSchema:
    document = {
        "$defs": {"count": {"type": "integer"}},
        "properties": {"rows": {"type": "array", "items": items, "description": "Rows.", **others}},
    }
    return RowSchema.of("list", document, "rows")


def pointers(schema: RowSchema, rows: list[dict[str, Any]]) -> list[str]:
    with pytest.raises(InvalidDataError) as caught:
        list(schema.checked(iter(rows)))
    return [violation.pointer for violation in caught.value.violations]


@pytest.mark.parametrize("items", [KEYS_ALONE, VALUES, {}])
def test_rows_that_fit_pass_as_they_are(items: dict[str, Any]) -> None:
    rows: list[dict[str, Any]] = [{"n": 1}, {"n": 2, "b": None}, {"n": 3}]

    assert list(schema_of(items).checked(iter(rows))) == rows


def test_keys_are_looked_at_in_every_row_that_has_other_ones() -> None:
    rows = [{"a": 1}, {"a": 2}, {"long": 3}, {"a": 4}, {"long": 5}, {"a": 1, "b": 2, "c": 3}]

    assert pointers(schema_of(KEYS_ALONE), rows) == ["/rows/2", "/rows/4", "/rows/5"]


def test_values_are_looked_at_in_every_row() -> None:
    assert pointers(schema_of(VALUES), [{"n": 1}, {"n": "x"}, {}, {"n": 2}]) == ["/rows/1/n", "/rows/2"]


def test_rows_before_the_first_bad_one_are_passed_on_and_none_after_it() -> None:
    passed: list[dict[str, Any]] = []

    with pytest.raises(InvalidDataError):
        passed.extend(schema_of(VALUES).checked(iter([{"n": 1}, {"n": None}, {"n": 2}])))

    assert passed == [{"n": 1}]


def test_no_more_violations_are_looked_for_than_are_told() -> None:
    rows: Iterator[dict[str, Any]] = iter([{}] * 80)

    with pytest.raises(InvalidDataError) as caught:
        list(schema_of(VALUES).checked(rows))

    assert len(caught.value.violations) == 50
    assert len(list(rows)) > 20


def test_a_file_that_breaks_off_after_a_bad_row_is_first_of_all_unreadable() -> None:
    def rows() -> Any:
        yield {}
        raise UnreadableFileError("Line 2 is broken.")

    with pytest.raises(UnreadableFileError):
        list(schema_of(VALUES).checked(rows()))


@pytest.mark.parametrize(("count", "message"), [(1, "needs 2"), (4, "more than 3")])
def test_too_few_and_too_many_rows_are_refused(count: int, message: str) -> None:
    with pytest.raises(InvalidDataError, match=message) as caught:
        list(schema_of({}, minItems=2, maxItems=3).checked(iter([{}] * count)))

    assert [violation.pointer for violation in caught.value.violations] == ["/rows"]


def test_what_cannot_be_checked_row_by_row_is_refused_in_a_schema() -> None:
    with pytest.raises(ValueError, match="uniqueItems"):
        schema_of({}, uniqueItems=True)


@pytest.mark.parametrize("row", [["a"], "a", 1, None, [["a"]]])
def test_what_is_no_object_is_told_even_if_it_looks_like_the_keys_of_one(row: Any) -> None:
    assert pointers(schema_of(KEYS_ALONE), [{"a": 1}, row]) == ["/rows/1"]


@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "long", ""]), st.none(), max_size=4) | st.none(), max_size=12
    )
)
@pytest.mark.parametrize(
    "items",
    [
        KEYS_ALONE,
        {"required": ["a"], "type": "object"},
        {"minProperties": 1, "propertyNames": {"pattern": "^[a-z]+$"}, "type": "object"},
        {"propertyNames": False, "type": "object"},
        {"type": ["object", "null"], "maxProperties": 1},
        {"type": ["null", "array"]},
        {"required": ["a"]},
    ],
)
def test_rows_are_judged_as_the_whole_schema_judges_them(items: dict[str, Any], rows: list[Any]) -> None:
    wanted = [number for number, row in enumerate(rows) if not Draft202012Validator(items).is_valid(row)]

    found = set(pointers(schema_of(items), rows)) if wanted else list(schema_of(items).checked(iter(rows)))

    assert found == ({f"/rows/{number}" for number in wanted} if wanted else rows)


@pytest.mark.gate
@pytest.mark.parametrize(
    "rows",
    [
        [{}] * 20_000,
        [{"a": 0}] * 20_000,
        [{f"k{number}": 0} for number in range(20_000)],
        [{f"k{row}-{column}": 0 for column in range(200)} for row in range(100)],
    ],
)
def test_rows_of_keys_alone_cost_no_walk_through_the_schema_each(
    rows: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def is_valid(_: object, __: object) -> bool:
        nonlocal asked
        asked += 1
        return True

    monkeypatch.setattr(json_schema._Validator, "is_valid", is_valid)
    schema = schema_of({"type": "object", "maxProperties": 200, "propertyNames": {"minLength": 1, "maxLength": 200}})

    assert len(list(schema.checked(iter(rows)))) == len(rows)
    assert asked == 0
