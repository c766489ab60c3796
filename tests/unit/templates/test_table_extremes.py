"""Whatever a row may hold by the rules of JSON, it is printed or refused, and no fault of the template."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.engine.templating.formats import MOST_DIGITS
from reports.errors import InvalidDataError
from templates.table.values import MAX_CELL
from templates.table.view import view
from tests.examples import examples
from tests.unit.engine.rendering import context, render

LONGEST = 4_299
"""Digits of the longest whole number that our reader of JSON takes, but one."""

NUMBERS = st.one_of(
    st.sampled_from([10**LONGEST, -(10**LONGEST), 10**500, 10**40, 10**39, 1e308, -1e308, 5e-324, -0.0, 1e22]),
    st.floats(allow_nan=True, allow_infinity=True),  # of files of other formats
    st.integers(-(10**500), 10**500),
)
TEXTS = st.one_of(
    st.sampled_from(["9" * 40, "9" * 41, "1" + "0" * 1_000_100, "0." + "0" * 50, "-0", "1e999999999", "٣", "NaN"]),
    st.sampled_from(["9999-12-31", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00Z", "2026-02-30", "2026-01-01T24:00"]),
    st.text(max_size=30),
)
CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    TEXTS,
    st.lists(NUMBERS, max_size=3),
    st.dictionaries(st.text(max_size=3), NUMBERS),
)
KINDS = st.sampled_from(["text", "number", "date", "datetime", "boolean"])
KEYS = st.sampled_from(["amount", "id", "price", "when", " ", "\x00", "ß" * 200, "__class__"])


@given(
    rows=st.lists(st.dictionaries(KEYS, CELLS, max_size=4), max_size=12),
    kinds=st.none() | st.dictionaries(KEYS, KINDS, min_size=1),
    group_by=st.none() | KEYS,
    locale=st.sampled_from(["en", "de", "ar", "hi", "sv"]),
)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=examples(60))
def test_any_rows_are_printed_or_refused(
    rows: list[dict[str, Any]], kinds: dict[str, str] | None, group_by: str | None, locale: str
) -> None:
    data: dict[str, Any] = {"rows": rows}
    if kinds is not None:
        data["columns"] = [{"key": key, "type": kind} for key, kind in kinds.items()]
    if group_by is not None:
        data["group_by"] = group_by

    try:
        found = view(data, context(locale))
        lines = [line for table in found["tables"] for line in table["lines"]]
    except InvalidDataError:
        return

    cells = [text for line in lines for _, text in line.cells]
    assert all(len(text) <= MAX_CELL + 20 for text in cells)
    for tile in found["tiles"]:
        assert all(
            sum(map(str.isdigit, getattr(tile, name))) <= MOST_DIGITS + 2
            for name in ("sum", "lowest", "highest", "mean")
        )


@pytest.mark.parametrize(
    "rows",
    [
        [{"a": 1e308, "b": 1e308, "c": 1e308}, {"a": 1e-320, "b": 1e-320, "c": 1e-320}],
        [{"amount": 10**LONGEST, "id": 10**LONGEST}],
        [{"amount": 10**500}, {"amount": -(10**400)}] * 100,
    ],
)
def test_numbers_of_any_length_are_laid_out(rows: list[dict[str, Any]]) -> None:
    assert render("table", {"rows": rows}).pages <= 25
