"""The rendering process lays long tables out by the path that it is told to, and says when that has failed."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.render_contract import Template
from tests.unit.engine.rendering import context, page_texts, printed
from tests.unit.engine.sandbox.confinement import LIMITS, PAGE, lay_out

ROWS = 200
TABLE = PAGE.format(
    "<table><thead><tr><th>A</thead><tbody>"
    "{% rows data.rows as row %}<tr><td>{{ row }}</td></tr>{% endrows %}</tbody></table>"
)
DATA = {"rows": [f"Item {number}" for number in range(ROWS)]}

# Not a function of the view's, through which the fault would be the template's.
BREAKING_VIEW = """
from reports.engine.longtable.rows.row_factory import RowFactory
def view(data, context):
    RowFactory.made = None
    return data
"""


def ledger(folder: Path, view: str = "") -> Template:
    described = lay_out(folder, TABLE, view)
    (described.folder / "style.css").write_text(
        "@page { size: A4 } tr { break-inside: avoid } table { table-layout: fixed; width: 100% }"
    )
    return described


def test_a_fault_of_the_fast_path_reaches_the_function_as_a_fact_and_a_line_of_its_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ConfinedRenderer(LIMITS) as renderer, caplog.at_level(logging.ERROR):
        report = printed(renderer, ledger(folder, BREAKING_VIEW), DATA, context())

    assert (report.layout["path"], report.layout["fault"]) == ("plain", "TypeError")
    [line] = [record for record in caplog.records if "the fast path for long tables failed" in record.getMessage()]
    assert "TypeError" in line.exception  # type: ignore[attr-defined]
    assert f"Item {ROWS - 1}" in page_texts(report.pdf)[-1]


def test_long_tables_can_be_switched_off(folder: Path) -> None:
    template = ledger(folder)
    with ConfinedRenderer(LIMITS, long_tables=False) as renderer:
        whole = printed(renderer, template, DATA, context())
    with ConfinedRenderer(LIMITS) as renderer:
        by_rows = printed(renderer, template, DATA, context())

    assert whole.layout == {"path": "plain", "reason": "long tables are switched off"}
    assert by_rows.layout.items() >= {"path": "long_table", "rows": ROWS}.items()
    assert page_texts(whole.pdf) == page_texts(by_rows.pdf)
