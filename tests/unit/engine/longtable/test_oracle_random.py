"""Whatever columns, styles and texts a long table is made of: the fast path lays it out as WeasyPrint alone does."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.engine.longtable.oracle import TableReport, differences, pair, problems
from tests.unit.engine.longtable.structure import unlike_structures

MENU = (
    "table { border-collapse: collapse } th, td { border: .3mm solid #888 }",
    "table { border-collapse: collapse; border: .8mm solid #012a4a } td { border-right: .2mm dashed #a00 }",
    "table { border-collapse: collapse } td { border-left: .3mm dotted #00a; border-bottom: .7mm double #0a0 }",
    "table { border-spacing: .8mm .5mm } td { border: .2mm solid #777 }",
    "tbody tr:nth-child(even) { background: #eef }",
    "tbody tr:nth-child(3n) td { background: #fee }",
    ".odd { color: #a00; font-weight: 600 } .odd + tr { font-style: italic }",
    ".odd td { font-size: 9pt; padding-top: 1.5mm } .odd { break-after: avoid }",
    "td { vertical-align: middle } .odd td { vertical-align: bottom }",
    "td { vertical-align: top; hyphens: auto }",
    "td { white-space: pre-line; line-height: 1.7 }",
    "table { table-layout: fixed }",
    "table { width: auto }",
    "table { margin: 3mm 5mm 6mm; width: 90% }",
    "@page { size: 130mm 100mm; margin: 15mm }",
    "@page { size: 120mm 80mm; margin: 11mm 7mm 13mm 9mm }",
    "@page :first { margin-top: 25mm }",
    "td:first-child { text-align: center } td:last-child { text-align: right; font-variant-numeric: tabular-nums }",
    "td { text-align: justify } th { border-bottom: .7mm double #a00 }",
)
WORD = st.text(alphabet="aeilnorstAVTWy.,-ßé", min_size=1, max_size=9)
TEXT = st.one_of(
    st.decimals(places=2, min_value=-(10**7), max_value=10**7).map("{:,}".format),
    st.lists(WORD, min_size=1, max_size=3).map(" ".join),
    st.lists(WORD, min_size=1, max_size=3).map(" ".join),
    st.lists(WORD, min_size=8, max_size=25).map(" ".join),
    st.sampled_from(
        ["", " ", "a < b & c", "مرحبا بكم", "שלום 12", "Ελληνικά", "Русский", "a\u00adb" * 9, "x\u00a0y\u00a0z"]
    ),
)
COLUMN = st.fixed_dictionaries(
    {
        "texts": st.lists(TEXT, min_size=1, max_size=9),
        "tag": st.sampled_from(["td", "td", "td", "th"]),
        "before": st.sampled_from(["", "", "No. "]),
    }
)


def reports(most_rows: int, most_columns: int) -> st.SearchStrategy[dict[str, Any]]:
    """Draw reports, and make sure that they are long enough for the fast path."""
    return st.fixed_dictionaries(
        {
            "columns": st.lists(COLUMN, min_size=1, max_size=most_columns),
            "styles": st.sets(st.sampled_from(MENU), max_size=6),
            "rows": st.integers(151, most_rows),
            "nth": st.integers(2, 9),
            "space": st.integers(0, 40),
            "has_head": st.booleans(),
            "foot": st.lists(TEXT, max_size=2),
            "after": st.sampled_from(["", "<p>End.</p>", "<h2>End</h2><p style='break-inside: avoid'>All.</p>" * 4]),
        }
    )


FEW = settings(max_examples=2, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
MANY = settings(max_examples=60, deadline=None, database=None, phases=[Phase.generate], print_blob=True)


def drawn(made: Mapping[str, Any]) -> TableReport:
    """Turn what was drawn into a report. Texts come in another order in each column."""
    columns = made["columns"]
    cells = "".join(
        f"<{column['tag']}>{column['before']}{{{{ line.cells[{at}] }}}}</{column['tag']}>"
        for at, column in enumerate(columns)
    )
    lines = [
        {
            "is_odd": number % made["nth"] == 0,
            "cells": [
                column["texts"][number * (at + 1) // 2 % len(column["texts"])] for at, column in enumerate(columns)
            ],
        }
        for number in range(made["rows"])
    ]
    head = "".join(f"<th>Column {at}</th>" for at in range(len(columns)))
    foot = "".join(f'<tr><td colspan="{len(columns)}">{escape(text)}</td></tr>' for text in made["foot"])
    if any("break-after" in style for style in made["styles"]):
        # Where rows that belong together move to the next page, WeasyPrint leaves a hole above the foot; we do not.
        foot = ""
    return TableReport(
        f'<h1>Ledger</h1><div style="height: {made["space"]}mm">Space.</div>'
        f"<table>{f'<thead><tr>{head}</tr></thead>' if made['has_head'] else ''}"
        f"{f'<tfoot>{foot}</tfoot>' if foot else ''}<tbody>"
        f"""{{% rows data.lines as line %}}<tr class="{{{{ 'odd' if line.is_odd }}}}">{cells}</tr>{{% endrows %}}"""
        f"</tbody></table>{made['after']}",
        {"lines": lines},
        "".join(sorted(made["styles"])),
    )


def assert_same(made: Mapping[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        both = pair(drawn(made), Path(folder))

    assert both.fast.layout.get("reason", "the table is short") == "the table is short", both.fast.layout
    assert differences(both) == []
    assert problems(both.fast.pdf) == []
    assert unlike_structures(both.fast.pdf, both.plain.pdf) == []


@FEW
@given(reports(most_rows=160, most_columns=2))
def test_a_random_report_is_the_same(made: Mapping[str, Any]) -> None:
    assert_same(made)


@pytest.mark.slow
@MANY
@given(reports(most_rows=400, most_columns=5))
def test_many_random_reports_are_the_same(made: Mapping[str, Any]) -> None:
    assert_same(made)
