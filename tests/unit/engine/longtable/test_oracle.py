"""A long table comes out of the fast path as WeasyPrint alone would lay it out: text, look, links, outline, structure.

Tests that take long are marked as slow, and left out of the gate: ``pytest -m slow tests/unit/engine/longtable``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from reports.engine.document.thumbnails import first_page
from tests.unit.engine.longtable.corpus import ON_FAST_PATH
from tests.unit.engine.longtable.corpus_columns import WITH_COLUMNS
from tests.unit.engine.longtable.corpus_feet import LEFT_TO_WEASYPRINT, WITH_FEET
from tests.unit.engine.longtable.corpus_pages import WITH_BREAKS, WITH_STRINGS
from tests.unit.engine.longtable.corpus_pictures import WITH_PICTURES
from tests.unit.engine.longtable.ledgers import AFTER, BEFORE, lines, report, table
from tests.unit.engine.longtable.oracle import Pair, TableReport, differences, pair, problems
from tests.unit.engine.longtable.refusals import ON_PLAIN_PATH
from tests.unit.engine.longtable.structure import unlike_structures
from tests.unit.engine.rendering import claims, context, page_texts, printed, renderer, template

FAST = ON_FAST_PATH | WITH_COLUMNS | WITH_FEET | WITH_STRINGS | WITH_BREAKS | WITH_PICTURES
PLAIN = ON_PLAIN_PATH | LEFT_TO_WEASYPRINT
IN_GATE = {
    "much at once",
    "two long tables",
    "another first page",
    "collapsed borders of many kinds",
    "vertical alignment",
    "from right to left",
    "neighbours that matter",
    "balance carried forward",
    "pictures that say something, and decoration",
    "a page for each group",
    "breaks to left pages",
    "borders of columns and of their groups",
    "a counted row that is wider than all others",
    "rows that lack cells",
    "columns with a background",
    "cells that span rows",
    "a foot with stronger borders that collapse",
}
UNLIKE = {
    "dotted lines that cross weaker ones": "the weaker one shows over the dot in the corner",
    "translucent lines that cross weaker ones": "the weaker one is not tinted in the corner",
}
"""What is known not to be the same."""

SHORT_ROW = "<tr><td>{{ line.id }}</td></tr>"


def _cases(names: Iterable[str]) -> list[object]:
    """Mark what the gate leaves out, and what is known to differ."""
    return [
        pytest.param(
            name,
            marks=[
                *([] if name in IN_GATE else [pytest.mark.slow]),
                *([pytest.mark.xfail(reason=UNLIKE[name])] if name in UNLIKE else []),
            ],
        )
        for name in names
    ]


def _assert_same(made: Pair) -> None:
    assert made.fast.layout["path"] == "long_table", made.fast.layout
    assert differences(made) == []
    assert problems(made.fast.pdf) == []
    assert unlike_structures(made.fast.pdf, made.plain.pdf) == []


@pytest.mark.parametrize("name", _cases(FAST))
def test_a_long_table_looks_and_reads_as_if_laid_out_as_a_whole(name: str, tmp_path: Path) -> None:
    report = FAST[name]

    made = pair(report, tmp_path)

    _assert_same(made)
    assert made.fast.layout["rows"] == report.body.count("rows data.lines") * len(report.data["lines"])


@pytest.mark.parametrize("name", _cases(PLAIN))
def test_what_the_fast_path_does_not_know_is_laid_out_as_a_whole(name: str, tmp_path: Path) -> None:
    case, reason = PLAIN[name]

    made = printed(renderer(), template(case.folder(tmp_path)), case.data, context())

    assert made.layout == {"path": "plain", "reason": reason}
    last_but_one, text = case.data["lines"][-2], "".join(page_texts(made.pdf))
    assert last_but_one["id"] in text or last_but_one["customer"] in text  # a picture may stand in place of one


@pytest.mark.parametrize("rows", [151, 156, pytest.param(range(150, 180), marks=pytest.mark.slow)])
def test_a_table_may_end_anywhere_on_a_page(rows: int | range, tmp_path: Path) -> None:
    # On a page there is room for nine rows, or for what stands after the table and two rows.
    style = "@page { size: 60mm 70mm; margin: 10mm 5mm } .after { break-inside: avoid }"
    after = '<div class="after"><h2>Afterwards</h2><p>That was all.</p></div>'

    for count in rows if isinstance(rows, range) else [rows]:
        made = pair(
            report(style, SHORT_ROW, head="<thead><tr><th>No</th></tr></thead>", after=after, data=lines(count)),
            tmp_path,
        )

        assert made.fast.layout["path"] == ("long_table" if count > 150 else "plain")
        assert differences(made) == [], count
        assert problems(made.fast.pdf) == []


@pytest.mark.slow
@pytest.mark.parametrize("millimetres", range(0, 64, 3))
def test_a_table_may_begin_anywhere_on_a_page(millimetres: int, tmp_path: Path) -> None:
    before = f'{BEFORE}<div style="height: {millimetres}mm">Space.</div>'

    made = pair(report(before=before, row=SHORT_ROW, head="<thead><tr><th>No</th></tr></thead>"), tmp_path)

    _assert_same(made)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [163, 165])
def test_each_side_has_its_running_lines_when_weasyprint_makes_few_pages_itself(rows: int, tmp_path: Path) -> None:
    made = pair(report("@page :left { margin-bottom: 21mm }", data=lines(rows)), tmp_path)

    _assert_same(made)


@pytest.mark.slow
def test_ten_thousand_rows_are_the_same_on_every_page(tmp_path: Path) -> None:
    made = pair(TableReport(f"{BEFORE}{table()}{AFTER}", {"lines": lines(10_000)}, "@page { size: A4 }"), tmp_path)

    assert made.fast.layout.items() >= {"path": "long_table", "rows": 10_000}.items()
    assert made.fast.layout["laid_out"] < 100
    assert differences(made, pages=lambda count: range(0, count, 5)) == []
    assert problems(made.fast.pdf) == []
    assert unlike_structures(made.fast.pdf, made.plain.pdf) == []


def test_a_table_with_too_many_cells_to_tag_has_the_same_text_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.engine.document.document_writer.MOST_TAGGED_CELLS", 100)

    made = pair(TableReport(f"{BEFORE}{table()}{AFTER}", {"lines": lines(300)}), tmp_path)

    assert made.fast.layout["path"] == "long_table"
    assert page_texts(made.fast.pdf) == page_texts(made.plain.pdf)
    assert problems(made.fast.pdf) == []
    assert [warning["code"] for warning in made.fast.warnings] == ["untagged"]
    said = claims(made.fast.pdf)
    assert (said.ua_part, said.is_marked, said.roles) == (None, False, frozenset())


def test_the_same_input_gives_the_same_bytes_and_the_picture_of_its_first_page(tmp_path: Path) -> None:
    case = ON_FAST_PATH["groups with collapsed borders"]
    described = template(case.folder(tmp_path))

    first, second = (printed(renderer(), described, case.data, context()) for _ in range(2))

    assert first.layout["path"] == "long_table"
    assert first.pdf == second.pdf
    assert first_page(first.pdf) in first.files


def test_the_comparison_sees_a_difference_of_a_quarter_of_a_millimetre(tmp_path: Path) -> None:
    few = {"lines": lines(12)}
    body = f"{BEFORE}{table()}{AFTER}"
    one = pair(TableReport(body, few), tmp_path)
    (tmp_path / "other").mkdir()

    other = pair(
        TableReport(body, few, "td { padding-left: 1.25mm } td { border-bottom-width: .5mm }"), tmp_path / "other"
    )

    found = " ".join(differences(Pair(one.fast, other.plain)))
    assert "the letter" in found
    assert "of the picture differ" in found
