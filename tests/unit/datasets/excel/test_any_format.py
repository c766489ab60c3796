"""Values in any number formats of Excel are read as the same values, shown as Excel shows them, or told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.datasets import RowsFile, RowsFormat
from reports.datasets.column_form import ColumnType
from reports.datasets.understanding import Section, understand
from tests.examples import examples
from tests.unit.datasets.excel.books import formatted

AMOUNTS = [
    *("General", "0", "0.00", "#,##0", "#,##0.00", "#,##0.000", "#,##0;[Red]-#,##0", "#,##0.00;(#,##0.00)"),
    *(
        '#,##0.00 "€"',
        "[$$-409]#,##0.00",
        '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-',
        '0.0 "kg"',
    ),
    *("0%", "0.00%", "[$CHF-807] #,##0.00", "[$-449]#,##0.00", "# ##0.00", "#'##0.00"),
]
SHOWN = ["00000", "000-00-0000", "0.00E+00", "# ?/?", '"Q"0', "@"]
MOMENTS = [
    "yyyy-mm-dd",
    "dd.mm.yyyy",
    "m/d/yy",
    "d. mmmm yyyy",
    "[$-407]ddd, d. mmm yyyy",
    "yyyy-mm-dd hh:mm:ss",
    "m/d/yy h:mm AM/PM",
]
SPANS = ["[h]:mm:ss", "[hh]:mm:ss", "[m]:ss"]

NUMBERS = (
    st.integers(-(10**9), 10**9)
    | st.decimals(-(10**7), 10**7, places=2).map(float)
    | st.floats(-1, 1).map(lambda n: round(n, 4))
)
SECONDS = st.integers(1, 2_958_465 * 86_400 - 1)
ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones


def understood(cells: Sequence[tuple[Any, str]], folder: Path) -> tuple[Section, RowsFile]:
    (folder / "a.xlsx").write_bytes(formatted([*cells]))
    rows = RowsFile(folder / "a.xlsx", RowsFormat.XLSX)
    (section,) = understand(rows)
    return section, rows


def cells_of(section: Section) -> list[Any]:
    return [cell for block in section.blocks() for cell in block.column("Value")]


@pytest.mark.gate
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck), deadline=None)
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=5), data=st.data())
def test_numbers_of_any_formats_keep_their_values(numbers: list[float], data: Any, tmp_path_factory: Any) -> None:
    formats = [data.draw(st.sampled_from(AMOUNTS))] * len(numbers)
    if data.draw(st.booleans()):
        formats = [data.draw(st.sampled_from(AMOUNTS)) for _ in numbers]

    section, rows = understood(list(zip(numbers, formats, strict=True)), tmp_path_factory.mktemp("any"))

    form = section.columns[1].form
    if form.type is ColumnType.NUMBER:
        for cell, number in zip(cells_of(section), numbers, strict=True):
            assert cell is None or isclose(float(cell), number, rel_tol=1e-14)
        assert form.percent == any("%" in code for code in formats)
    else:
        assert form.type is ColumnType.TEXT
        assert len({*formats}) > 1
        assert rows.warnings


@pytest.mark.gate
@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck), deadline=None)
@given(numbers=st.lists(st.integers(0, 99_999), min_size=1, max_size=4), code=st.sampled_from(SHOWN))
def test_numbers_that_excel_shows_in_another_way_are_text(numbers: list[int], code: str, tmp_path_factory: Any) -> None:
    section, _ = understood([(number, code) for number in numbers], tmp_path_factory.mktemp("any"))

    texts = [str(cell) for cell in cells_of(section)]
    digits = ["".join(sign for sign in text if sign.isdigit()) for text in texts]
    assert section.columns[1].form.type is ColumnType.TEXT
    assert not section.columns[1].summed
    if code == "0.00E+00":
        assert all(isclose(float(text), number, rel_tol=0.005) for text, number in zip(texts, numbers, strict=True))
    else:
        assert [int(found) for found in digits] == numbers


@pytest.mark.gate
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck), deadline=None)
@given(seconds=st.lists(SECONDS, min_size=1, max_size=5), data=st.data())
def test_days_and_moments_of_any_formats_are_the_same(seconds: list[int], data: Any, tmp_path_factory: Any) -> None:
    code = data.draw(st.sampled_from(MOMENTS))
    has_clock = "h" in code
    days = [each / 86_400 if has_clock else each // 86_400 for each in seconds if each >= 86_400 * 61] or [46_023]

    section, _ = understood([(day, code) for day in days], tmp_path_factory.mktemp("any"))

    assert section.columns[1].form.type in (ColumnType.DATE, *([ColumnType.MOMENT] if has_clock else []))
    for cell, day in zip(cells_of(section), days, strict=True):
        moment = ZERO + timedelta(seconds=round(day * 86_400))
        assert datetime.fromisoformat(str(cell)) == moment


@pytest.mark.gate
@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck), deadline=None)
@given(seconds=st.lists(st.integers(0, 10**6), min_size=1, max_size=5), code=st.sampled_from(SPANS))
def test_durations_of_any_formats_are_the_same(seconds: list[int], code: str, tmp_path_factory: Any) -> None:
    section, _ = understood([(each / 86_400, code) for each in seconds], tmp_path_factory.mktemp("any"))

    assert section.columns[1].form.type is ColumnType.DURATION
    for cell, each in zip(cells_of(section), seconds, strict=True):
        hours, minutes, left = (Decimal(part) for part in str(cell).split(":"))
        assert hours * 3600 + minutes * 60 + left == each
