"""What jobs are packed into is read as it was, and shorter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.adapters.dynamodb.packing import pack, unpack


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=9)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS
_VALUES = st.recursive(_SCALARS, _nested, max_leaves=6)


@given(st.dictionaries(_TEXTS, _VALUES))
def test_all_that_json_can_say_comes_back(values: dict[str, Any]) -> None:
    assert unpack(pack(values)) == values


@pytest.mark.parametrize("packed", [b"", b"{}", pack({"a": 1})[:-1], pack({"a": 1}) + b"?", pack({"a": "x" * 2**21})])
def test_what_is_damaged_or_too_much_is_no_job(packed: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        unpack(packed)


def test_what_is_stored_can_still_be_read() -> None:
    stored = bytes.fromhex("78f94f2ab3f0ab46f50a76172726e7a6ea9bc39d8dc51800560a1861")

    assert unpack(stored) == {"door": "api", "input": {"key": "inputs/acme/7.json"}, "message_version": 1}


def test_words_of_jobs_take_less_than_half() -> None:
    text = {"door": "api", "source": "POST /reports", "input": {"key": "inputs/acme/7.json"}, "message_version": 1}

    assert len(pack(text)) < len(json.dumps(text)) / 2
