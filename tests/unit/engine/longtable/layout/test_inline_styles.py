"""Colours and lengths in inline styles are values: rows that differ in them are of one form."""

from __future__ import annotations

import pytest

from reports.engine.longtable.layout.inline_styles import (
    ALL_STYLES,
    NO_STYLES,
    STYLES_BUT_OF_BORDERS,
    read_styles,
    with_inks,
)
from reports.engine.longtable.layout.row_forms import cells_of, read_row, with_values
from reports.engine.templating.rows_tag import CLOSE, OPEN, without_marks


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<td style="background: #fa3">', '<td style="background: red">'),
        ("<td style='color:rgb(1,2,3)'>", "<td style='color:hsl(20deg 30% 40%)'>"),
        ('<tr style="background-color: #aabbcc"><td>', '<tr style="background-color: #ABC"><td>'),
        ('<td style="background: rgba(1,2,3,.5)">', '<td style="background: #fa38">'),
        ('<td style="width: 12px">', '<td style="width: 40%">'),
        ('<td><div class=bar style="width: 37%; height: 2mm">', '<td><div class=bar style="width: .5pt; height: 0">'),
        ('<td><b style="padding-left:1q;color:#123">', '<td><b style="padding-left:2cm;color:navy">'),
        ('<td STYLE="COLOR: red">', '<td STYLE="COLOR: blue">'),
    ],
)
def test_colours_and_lengths_are_values(one: str, other: str) -> None:
    first, second = (read_row(f"<tr>{html}x</td></tr>", ALL_STYLES) for html in (one, other))

    assert first.form == second.form
    assert first != second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<td class="#fa3">', '<td class="red">'),
        ('<td style="background: #fa3">', '<td style="background: #fa38">'),
        ('<td style="background: #fa3">', '<td style="background: transparent">'),
        ('<td style="background: #fa3">', '<td style="background: #fa3 !important">'),
        ('<td style="color: inherit">', '<td style="color: currentcolor">'),
        ('<td style="background: linear-gradient(red, blue)">', '<td style="background: linear-gradient(red, lime)">'),
        ('<td style="padding-left: 2px">', '<td style="padding-left: 3px">'),
        ('<tr style="height: 20px"><td>', '<tr style="height: 30px"><td>'),
        ('<td><b style="width: 2em">', '<td><b style="width: 3em">'),
        ('<td><b style="width: -2px">', '<td><b style="width: -3px">'),
        ('<td><b style="font-size: 2px">', '<td><b style="font-size: 3px">'),
        ('<td title="style=&quot;width: 2px">', '<td title="style=&quot;width: 3px">'),
        ('<td data-style="color: red">', '<td data-style="color: blue">'),
    ],
)
def test_what_sets_more_belongs_to_the_form(one: str, other: str) -> None:
    first, second = (read_row(f"<tr>{html}x</td></tr>", ALL_STYLES) for html in (one, other))

    assert first.form != second.form


ROW = (
    f'<tr style="background: #fff"><td style="background:#f7c; width: 20px; top: 1px">{OPEN}x{CLOSE}</td><td>'
    f'<div class="bar" style="width: 37.25%"></div>{OPEN}{CLOSE}<i style=\'color: rgba(1, 2, 3, .5)\'>y</i></td></tr>'
)


def test_a_row_comes_out_of_its_form_its_inks_and_its_values() -> None:
    row = read_row(ROW, ALL_STYLES, marks_gaps=True)

    assert row.inks == ("#fff", "#f7c", "20px", "rgba(1, 2, 3, .5)")
    assert row.values == ["x", "37.25%", ""]
    assert with_values(with_inks(row.form, row.inks), row.values) == without_marks(ROW)


def test_a_cell_tells_of_what_its_lengths_are() -> None:
    html = f'<tr><td><b style="x: y"></b><i style="width: 2px; color: red; height: 1mm">{OPEN}x{CLOSE}</i></td></tr>'
    [cell] = cells_of(read_row(html, ALL_STYLES).form) or ()

    assert [(each.value, each.element, each.name) for each in cell.lengths] == [(0, 1, "width"), (1, 1, "height")]
    assert cell.values == 3
    assert cell.text(("2px", "1mm", "x")) == "x"


def test_only_the_named_styles_are_read() -> None:
    assert read_styles(ROW, NO_STYLES) == (ROW, ())
    assert read_styles(ROW, STYLES_BUT_OF_BORDERS).inks == ("#fff", "#f7c", "20px")
