from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.strict_json import dumps, parse
from tests.contracts.values import JSON


@given(JSON)
def test_whatever_json_says_comes_out(value: object) -> None:
    assert parse(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "a": 2}', "'a' stands twice"),
        ("[NaN]", "NaN"),
        ("[Infinity]", "Infinity"),
        ("[-Infinity]", "-Infinity"),
        ("[1e999]", "too large"),
        ('[{"a": 1}, {"b": {"c": -1e400}}]', "too large, that of the key 'c'"),
        ('["\\ud800"]', "surrogate"),
        ('{"\\udfff": 1}', "surrogate"),
        ("[" * 10_000 + "]" * 10_000, "levels deep"),
        ("[" * 101 + "]" * 101, "levels deep"),
        ('{"a":', "line 1, column 6"),
        ("", "line 1, column 1"),
        (b"\xff\xfe", "byte 0"),
    ],
)
def test_what_readers_disagree_upon_is_refused_with_a_reason(text: str | bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(text)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ('[{"a": 1},\n]', "remove the comma"),
        ('{"a": [1,], "b": 2}', "remove the comma"),
        ('{"a": 1,}', "remove the comma"),
        ("{'a': 1}", "double quotes around names and texts"),
        ('{"a": 1, // one\n"b": 2}', "remove the comments"),
        ('{"a": True}', "true, false and null"),
        ("{a: 1}", "double quotes around names"),
        ('{"a": 1', "cut off"),
    ],
)
def test_a_refusal_says_what_to_do_where_that_is_known(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match=rf"; .*{cure}"):
        parse(text)


def test_a_huge_integer_is_refused_and_not_a_crash() -> None:
    with pytest.raises(ValueError):
        parse("1" * 5000)


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(body: bytes) -> None:
    try:
        parse(body)
    except ValueError as error:
        assert str(error)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_a_number_that_a_float_would_change_is_exact_where_that_is_asked_for() -> None:
    text = '{"a": 12345678901234567.89, "b": 0.1, "c": [1e400000, 0.30000000000000004]}'.replace("1e400000, ", "")

    value = parse(text, exact=True)

    assert value["a"] == Decimal("12345678901234567.89")
    assert [type(value["b"]), *map(type, value["c"])] == [float, float]
    assert dumps(value) == text
    with pytest.raises(ValueError, match="too large"):
        parse("[1e400]", exact=True)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ('[{"a": 1} {"a": 2}]', "put a comma between one value and the next"),
        ('["a" "b"]', "put a comma between one value and the next"),
        ('{"a": 01}', "write numbers without zeros before them"),
        ('{"a": NaN}', "write null for nothing"),
        ('{"a": 1, "a": 2}', "name each key once"),
    ],
)
def test_a_refusal_says_what_to_do(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure):
        parse(text)
