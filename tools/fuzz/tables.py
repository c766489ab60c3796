"""Tables that no user would make: any rows that JSON can write, with any options that there are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

LONGEST = 4_299
"""Digits of the longest whole number that our reader of JSON takes, but one."""

_LONGEST_TO_REPEAT = 2_000

_NUMBERS = st.one_of(
    st.sampled_from([10**LONGEST, -(10**LONGEST), 10**500, 10**40, 10**39, 1e308, -1e308, 5e-324, -0.0, 1e22]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**45), 10**45),
    st.integers(-99, 9_999),
)
_STRANGE = (
    *("9" * 40, "9" * 41, "0." + "0" * 50, "-0", "1e999999999", "\u0663", "NaN", "Infinity", "1,234.50", "007"),
    *("9999-12-31", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00Z", "2026-02-30", "2026-01-01T24:00", "2026-01-31"),
    *("\x00", "\x1b[31m", "\x85", "\u2028", "\ufffe", "\ufdd0", "\U0001fffe", "\ue000", "\U000e0041", "\u00ad" * 300),
    *("\u202e\u2066x\u2069", "\u0627\u0644\u0633\u0639\u0631 12 kg", "\u05d0\u05d1\u05d2 (x)", "a\u0301" * 200),
    *("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0e01\u0e33" * 40, "\u1100\u1161\u11a8", "\u4e2d" * 300),
    *("W" * 3_000, "x " * 1_500, "a\nb\r\nc\td", " ", "\u00a0", "\u200b", "<b>&amp;</b>", "{{ 7 * 7 }}", "]]>", "-->"),
)
_TEXTS = st.one_of(
    st.sampled_from(_STRANGE), st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.text("ab1-. ")
)
_SCALARS = st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS)
_CELLS: st.SearchStrategy[Any] = st.one_of(
    _SCALARS,
    st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=2)),
)
# Columns of one kind are the rule, and all that is found out of them is only found out there.
_COLUMNS = st.sampled_from([_CELLS, _SCALARS, _NUMBERS, _TEXTS, st.booleans(), st.integers(1990, 2030)])
_KEYS = st.one_of(
    st.sampled_from(["amount", "id", "price", "when", "Total price", " ", "\x00", "\u00df" * 200, "__class__"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
)
# As the schema wants them, mostly: what it refuses is soon known.
_WORDS = st.one_of(
    st.sampled_from([text[:100] for text in _STRANGE]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
_TITLES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20) | _WORDS
_LOCALES = st.sampled_from(["en", "de-AT", "ar-EG", "he", "hi", "sv", "ja", "fa", "en-US-u-va-posix", "xx"])


@st.composite
def requests(draw: st.DrawFn, *, most_rows: int = 12, has_long: bool = False) -> bytes:
    """Make the body of a request for a table; with ``has_long``, some have as many rows as the fast path takes."""
    keys = draw(st.lists(_KEYS, max_size=6, unique=True))
    kinds = {key: draw(_COLUMNS) for key in keys}
    row: st.SearchStrategy[dict[str, Any]]
    row = st.fixed_dictionaries({}, optional=kinds) if draw(st.booleans()) else st.fixed_dictionaries(kinds)
    rows: list[dict[str, Any]] = draw(st.lists(row, max_size=most_rows))
    is_long = has_long and draw(st.booleans())
    # A long table of long texts is laid out for minutes, and finds no more.
    if is_long and len(json.dumps(rows)) < _LONGEST_TO_REPEAT:
        rows = (rows * 160)[: draw(st.integers(151, 200))]
    if draw(st.integers(0, 50)) == 0:
        rows.append({f"column {number}": number for number in range(draw(st.sampled_from([199, 200, 201, 2_000])))})
    data: dict[str, Any] = {"rows": rows, **_options(draw, keys)}
    wishes = draw(st.fixed_dictionaries({}, optional={"locale": _LOCALES, "title": _TITLES}))
    return json.dumps({"template": "table", "data": data, "options": wishes}).encode()


def _options(draw: st.DrawFn, keys: list[str]) -> dict[str, Any]:
    some_key = st.sampled_from(keys) if keys else _KEYS
    column = st.fixed_dictionaries(
        {"key": some_key},
        optional={
            "label": _WORDS,
            "type": st.sampled_from(["text", "number", "date", "datetime", "boolean"]),
            "decimals": st.integers(-1, 7),
            "total": st.booleans(),
        },
    )
    words = dict.fromkeys(("title", "subtitle", "organisation", "footnote"), _WORDS)
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                **words,
                "paper": st.sampled_from(["A4", "Letter"]),
                "group_by": some_key,
                "columns": st.lists(column, min_size=1, max_size=4),
            },
        )
    )
