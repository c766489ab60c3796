"""What is said of a report is kept with its job, and has to fit there whatever is in the data."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reports.engine.remarks import (
    MOST_BYTES_OF_READING,
    MOST_BYTES_OF_WARNINGS,
    short_reading,
    short_warnings,
)


def section(columns: int, *, text: str = "x", preview: int = 5) -> dict[str, Any]:
    named = [{"key": f"{text}{number}", "type": "number", "summed": True, "why": text} for number in range(columns)]
    return {"name": text, "rows": 9, "columns": named, "preview": [[text] * columns] * preview}


def test_a_usual_reading_is_kept_as_it_is() -> None:
    reading = {"format": "csv", "sections": [section(20)]}

    assert short_reading(reading) == reading


def test_previews_are_the_first_to_go_and_columns_the_last() -> None:
    wide = {"format": "csv", "sections": [section(200, text="a" * 40)]}
    wider = {"format": "csv", "sections": [section(200, text="a" * 100)]}

    first, second = short_reading(wide), short_reading(wider)

    assert first["is_short"] is second["is_short"] is True
    assert "preview" not in first["sections"][0]
    assert len(first["sections"][0]["columns"]) == 200
    assert "why" not in second["sections"][0]["columns"][0]
    assert second["format"] == "csv"


@given(
    sections=st.integers(0, 60),
    columns=st.integers(0, 220),
    text=st.text(min_size=1, max_size=300),
    fact=st.text(max_size=500),
)
def test_a_reading_always_fits(sections: int, columns: int, text: str, fact: str) -> None:
    reading = {"format": fact, "sections": [section(columns, text=text)] * min(sections, 9000 // (columns + 1))}

    assert len(json.dumps(short_reading(reading))) <= MOST_BYTES_OF_READING + 30


def test_warnings_beyond_the_room_are_counted() -> None:
    warnings = [{"code": "x", "message": "y" * 900}] * 100

    kept = short_warnings(warnings)

    assert len(json.dumps(kept)) <= MOST_BYTES_OF_WARNINGS + 500
    assert kept[-1]["message"] == f"{100 - len(kept) + 1} more warnings are left out here."
    assert short_warnings(warnings[:3]) == tuple(warnings[:3])
