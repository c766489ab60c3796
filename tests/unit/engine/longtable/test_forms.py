"""Rows of one form differ in nothing but the texts of their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.engine.longtable.forms import CellForm, cells_of, read_row
from reports.engine.longtable.tag import CAPTURE, CLOSE, OPEN, Capture, without_marks
from reports.engine.templates import environment_of


def rows(body: str, *lines: object) -> list[str]:
    """Write rows as a template's tag does."""
    capture = Capture()
    template = environment_of(Path("templates/table")).from_string(
        f"<table>{{% rows lines as line %}}{body}{{% endrows %}}</table>"
    )
    template.render({"lines": lines, CAPTURE: capture})
    return list(capture.sources[0])


def test_a_row_is_parted_into_its_form_and_its_values() -> None:
    [first, second] = rows("<tr><td>No. {{ line }}</td><td>{{ line * 2 }}</td></tr>", 1, 20)

    assert read_row(first).values == ["1", "2"]
    assert read_row(second).values == ["20", "40"]
    assert read_row(first).form == read_row(second).form == f"<tr><td>No. {OPEN}</td><td>{OPEN}</td></tr>"


def test_what_is_printed_within_a_tag_belongs_to_the_form() -> None:
    [even, odd] = rows('<tr class="{{ "a" if line % 2 else "b" }}"><td>{{ line }}</td></tr>', 2, 3)

    assert read_row(even).form != read_row(odd).form


@pytest.mark.parametrize(
    ("form", "pieces"),
    [
        (f"<tr><td>{OPEN}</td></tr>", [(None,)]),
        (f"<tr><td>No. {OPEN} of {OPEN}</td><th>x</th></tr>", [("No. ", None, " of ", None), ("x",)]),
        (f"<tr>\n <td><b>{OPEN}</b></td>\n <td></td> </tr>", [(None,), ()]),
        (f"<tr><td>{OPEN}<td>{OPEN}</tr>", [(None,), (None,)]),
    ],
)
def test_a_cell_with_one_run_of_text_is_read(form: str, pieces: list[tuple[str | None, ...]]) -> None:
    cells = cells_of(form)

    assert cells is not None
    assert [cell.pieces for cell in cells] == pieces
    assert [cell.values for cell in cells] == [list(each).count(None) for each in pieces]


@pytest.mark.parametrize(
    "form",
    [
        f"<tr><td>{OPEN} <b>{OPEN}</b></td></tr>",
        f"<tr><td>{OPEN}<br>{OPEN}</td></tr>",
        f"<tr><td><p>{OPEN}</p></td></tr>",
        f"<tr><td><img src=x>{OPEN}</td></tr>",
        f"<tr>{OPEN}<td></td></tr>",
        f"<tr><td>{OPEN}</td></tr>{OPEN}",
    ],
)
def test_a_row_with_more_than_that_is_left_to_weasyprint(form: str) -> None:
    assert cells_of(form) is None


def test_values_are_put_into_a_cell_as_a_reader_sees_them() -> None:
    cell = CellForm(("<", None, ">", None), 2)

    assert CellForm(("A ", None, " z"), 1).text(["&lt;b&gt; &amp;amp; &#39;"]) == "A <b> &amp; ' z"
    assert CellForm((None, "/", None), 2).text(["1", "2"]) == "1/2"
    assert cell.text(["<i>x</i>", ""]) is None


def test_markup_in_a_value_is_left_to_weasyprint() -> None:
    [row] = rows("{% set bold = '<b>x</b>' | safe %}<tr><td>{{ bold }}</td></tr>", 1)

    read = read_row(row)
    cells = cells_of(read.form)

    assert cells is not None
    assert cells[0].text(read.values) is None


def test_control_characters_in_a_value_are_never_set_as_text() -> None:
    [row] = rows("<tr><td>{{ line }}</td></tr>", f"a{OPEN}b{CLOSE}c\x00d")

    assert without_marks(row) == "<tr><td>a\ufffdb\ufffdc\ufffdd</td></tr>"
