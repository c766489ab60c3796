"""A style sheet tells which rows and pages may look the same."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

import pytest

from reports.engine.longtable.layout.style_facts import StyleFacts, style_facts
from reports.engine.weasy.errors import UnsupportedTableError


def facts(css: str, folder: Path, *, embedded: str = "") -> StyleFacts:
    """Read a style sheet, and what the document has in a style element."""
    (folder / "style.css").write_text(css, "utf-8")
    document = Element("html")
    SubElement(SubElement(document, "head"), "style").text = embedded
    return style_facts(folder / "style.css", document)


@pytest.mark.parametrize(
    ("css", "period"),
    [
        ("td { color: red }", 1),
        ("tr:nth-child(even) td { color: red }", 2),
        ("tr:NTH-CHILD(odd) {} tr:nth-of-type( 3n + 1 ) {}", 6),
        ("tr:nth-child(-n+3) {}", 1),
        ("tr:nth-child(5) {}", 1),
        ("tr:nth-child(4n-1) {}", 4),
        ("td:nth-last-child(2) {}", 1),
        ("td:nth-child(3n) {} th:nth-last-child(2n) {}", 1),
        ("/* tr:nth-child(7n) */ td { content: ':nth-child(5n)' }", 1),
    ],
)
def test_rows_repeat_as_selectors_count_them(css: str, period: int, tmp_path: Path) -> None:
    assert facts(css, tmp_path).row_period == period


@pytest.mark.parametrize(
    ("css", "rows"),
    [
        ("td { color: red }", 1),
        ("tr:first-child {} tr:nth-child(even) {}", 1),
        ("tr:nth-child(5) {} tr:nth-child(3) {}", 5),
        ("tr:nth-child(-n + 4) {} .x:nth-child(3n+7 of tr) {}", 7),
        ("td:nth-child(30) {} th.wide:nth-of-type(20) {}", 1),
        ("tr:first-child + tr {}", 2),
        ("tr:nth-child(5) + tr td {} td + td + td {}", 6),
    ],
)
def test_some_rows_at_the_beginning_look_like_no_others(css: str, rows: int, tmp_path: Path) -> None:
    assert facts(css, tmp_path).special_rows == rows


@pytest.mark.parametrize("css", [".a + tr + tr td {}", "p {} .a + .b + .c, td {}", "tr + .a > td + td, * + * + * {}"])
def test_rows_may_not_depend_on_those_above_their_neighbours(css: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedTableError, match="further up"):
        facts(css, tmp_path)


def test_cells_that_are_counted_are_cells_beside_others_too(tmp_path: Path) -> None:
    found = facts("td:nth-child(1) ~ td:nth-child(3) {} th:nth-child(1) + td:nth-child(2) {}", tmp_path)

    assert found.reads_cells_beside
    assert not found.reads_rows_above


@pytest.mark.parametrize("period", [1, 2, 3])
@pytest.mark.parametrize("special", [1, 4, 7])
def test_hidden_rows_bring_a_row_to_a_place_that_counts_the_same(period: int, special: int) -> None:
    known = StyleFacts(row_period=period, has_sides=False, special_rows=special)

    for number in range(40):
        for at in range(number + 1):
            place = at + known.hidden_rows(number, at)

            assert known.phase(place) == known.phase(number)
            assert (place - number) % period == 0
            assert place < max(at, special) + period


@pytest.mark.parametrize("css", ["tr:nth-last-child(2) {}", ".row:nth-last-of-type(3) {}", "*:nth-last-child(2n) {}"])
def test_rows_counted_from_the_end_are_left_to_weasyprint(css: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedTableError, match="counts elements from the end"):
        facts(css, tmp_path)


@pytest.mark.parametrize(
    ("css", "has_sides"),
    [
        ("@page { margin: 1cm }", False),
        ("@page :first { margin: 1cm }", False),
        ("@page :left { margin: 1cm }", True),
        ("@page cover:right { margin: 1cm }", True),
        ("a:left { color: red } @page { size: A4 }", False),
    ],
)
def test_left_pages_may_differ_from_right_ones(css: str, has_sides: bool, tmp_path: Path) -> None:
    assert facts(css, tmp_path).has_sides is has_sides


def test_style_elements_and_imported_sheets_count(tmp_path: Path) -> None:
    (tmp_path / "zebra.css").write_text("@import 'style.css'; tr:nth-child(3n) { color: red }", "utf-8")

    found = facts('@import "zebra.css";', tmp_path, embedded="tr:nth-child(even) {} @page :left {}")

    assert found == StyleFacts(row_period=6, has_sides=True)


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        ("tr:has(td.x) { color: red }", ":has()"),
        ("tr.x ~ tr { color: red }", ":has() or ~"),
        ("@page :nth(3) { margin: 0 }", "pages with numbers"),
        ("tr:nth-last-child(odd) {}", "counts elements from the end"),
        ("tr:nth-child(5n) {} tr:nth-child(7n) {}", "very many rows"),
    ],
)
def test_looks_that_depend_on_what_is_far_away_are_refused(css: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedTableError) as caught:
        facts(css, tmp_path)

    assert reason in str(caught.value)


@pytest.mark.parametrize("css", ["a[href~='x'] { color: red }", "td::after { content: '~' }", "/* ~ */ td {}"])
def test_a_tilde_that_is_no_sibling_selector_is_none(css: str, tmp_path: Path) -> None:
    assert facts(css, tmp_path).row_period == 1


@pytest.mark.parametrize(
    ("css", "beside", "above"),
    [
        ("td.x { color: red } tr.x td.y { color: red }", False, False),
        ("h1 + p { margin: 0 } b + i, svg + h2 { margin: 0 }", False, False),
        ("tr.x + tr td { color: red }", False, True),
        ("tbody tr+tr.y { color: red }", False, True),
        (".x + tr { color: red }", False, True),
        ("td + td { border: 0 }", True, False),
        ("td.x ~ td { border: 0 }", True, False),
        (".x + td { border: 0 } h1 ~ p { margin: 0 }", True, False),
        (".x + .y { border: 0 }", True, True),
        ("* + * { border: 0 }", True, True),
        ("td:not(.x + .y) { border: 0 }", True, True),
        ("td:nth-child(2n + 1) { width: calc(1px + 2px) } td::after { content: '+' }", False, False),
        ("@media print { .x > td + th { border: 0 } }", True, False),
    ],
)
def test_a_style_sheet_tells_what_a_cell_depends_on(css: str, beside: bool, above: bool, tmp_path: Path) -> None:
    found = facts(css, tmp_path)

    assert (found.reads_cells_beside, found.reads_rows_above) == (beside, above)
