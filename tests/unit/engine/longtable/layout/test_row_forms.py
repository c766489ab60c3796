"""Rows of one form differ in nothing but the texts of their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.engine.longtable.layout.row_forms import RowParts, TextForm, cells_of, part_row, read_row
from reports.engine.templating.rows_tag import CAPTURE, CLOSE, OPEN, Capture, without_marks
from reports.engine.templating.template_code import environment_of


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


def test_the_target_of_a_link_is_a_value() -> None:
    [first, second] = rows("""<tr><td><a class=x href='/{{ line }}/?a={{ line }}'>{{ line }}</a></td></tr>""", 1, 2)

    assert read_row(first).form == read_row(second).form
    assert read_row(second).values == ["2", "2", "2"]


@pytest.mark.parametrize(
    "tag",
    ["<a title='{{ line }}'>", "<i href='{{ line }}'>", "<a href={{ line }}>", "<a data-href='{{ line }}'>"],
)
def test_no_other_attribute_is_a_value(tag: str) -> None:
    [first, second] = rows(f"<tr><td>{tag}x</td></tr>", 1, 2)

    assert read_row(first).form != read_row(second).form


@pytest.mark.parametrize(
    ("form", "texts"),
    [
        (f"<tr><td>{OPEN}</td></tr>", [[(None,)]]),
        (f"<tr><td>No. {OPEN} of {OPEN}</td><th>x</th></tr>", [[("No. ", None, " of ", None)], [("x",)]]),
        (f"<tr>\n <td>\n <b>{OPEN}</b></td>\n <td></td> </tr>", [[(None,)], []]),
        (f"<tr><td>{OPEN}<td>{OPEN}</tr>", [[(None,)], [(None,)]]),
        (f"<tr><td>{OPEN} <b>{OPEN}</b></td></tr>", [[(None, " "), (None,)]]),
        (f"<tr><td><b>{OPEN}</b>\n<i>x</i><br>{OPEN} </td></tr>", [[(None,), ("\n",), ("x",), (None, " ")]]),
        (f'<tr><td><a href="/{OPEN}">{OPEN}</a></td></tr>', [[(None,)]]),
    ],
)
def test_the_texts_of_cells_are_read(form: str, texts: list[list[tuple[str | None, ...]]]) -> None:
    cells = cells_of(form)

    assert cells is not None
    assert [[text.pieces for text in cell.texts] for cell in cells] == texts


def test_the_targets_of_links_are_read_in_order_with_the_texts() -> None:
    cells = cells_of(f'<tr><td>{OPEN}<a href="/{OPEN}/{OPEN}">{OPEN}</a><a HREF=/x>y</a></td><td>{OPEN}</td></tr>')

    assert cells is not None
    assert [link.pieces for link in cells[0].links] == [("/", None, "/", None), ("/x",)]
    assert [(link.first, link.values) for link in cells[0].links] == [(1, 2), (4, 0)]
    assert [(text.first, text.values) for text in cells[0].texts] == [(0, 1), (3, 1), (4, 0)]
    assert [cell.values for cell in cells] == [4, 1]


def test_only_a_value_without_a_tag_around_is_bare() -> None:
    cells = cells_of(f"<tr><td>{OPEN}<td><b>{OPEN}</b><td> {OPEN}</tr>")

    assert cells is not None
    assert [cell.is_bare for cell in cells] == [True, False, True]
    assert [cell.is_value for cell in cells] == [True, True, False]


@pytest.mark.parametrize(
    "form",
    [
        f"<tr><td><h3>{OPEN}</h3></td></tr>",
        f"<tr><td><video src=x>{OPEN}</td></tr>",
        f"<tr><td><ul><li>{OPEN}</ul></td></tr>",
        f"<tr>{OPEN}<td></td></tr>",
        f"<tr><td>{OPEN}</td></tr>{OPEN}",
        f"<tr><td><b class='{OPEN}'>x</b></td></tr>",
        f"<tr><td class='{OPEN}'>x</td></tr>",
        f"<tr><td><a title=' href={OPEN}'>x</a></td></tr>",
    ],
)
def test_a_row_with_more_than_that_is_left_to_weasyprint(form: str) -> None:
    assert cells_of(form) is None


def test_values_are_put_into_a_text_as_a_reader_sees_them() -> None:
    text = TextForm(("<", None, ">", None), 1)

    assert TextForm(("A ", None, " z")).text(["&lt;b&gt; &amp;amp; &#39;"]) == "A <b> &amp; ' z"
    assert TextForm((None, "/", None), 1).text(["0", "1", "2", "3"]) == "1/2"
    assert TextForm(("&lt;i&gt;",)).text(["1"]) == "<i>"
    assert text.text(["0", "<i>x</i>", ""]) is None


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("1", "/?q=1"),
        ("a&amp;b=2", "/?q=a&b=2"),
        ("&#39;x&#39;", "/?q='x'"),
        ("a&copy=2", None),
        ('" onclick="', None),
        ("' x", None),
        ("a>b", None),
    ],
)
def test_values_are_put_into_a_target_unless_they_might_end_it(value: str, target: str | None) -> None:
    assert TextForm(("/?q=", None), 1).attribute(["0", value]) == target


def test_markup_in_a_value_is_left_to_weasyprint() -> None:
    [row] = rows("{% set bold = '<b>x</b>' | safe %}<tr><td>{{ bold }}</td></tr>", 1)

    read = read_row(row)
    cells = cells_of(read.form)

    assert cells is not None
    assert cells[0].text(read.values) is None


def test_control_characters_in_a_value_are_never_set_as_text() -> None:
    [row] = rows("<tr><td>{{ line }}</td></tr>", f"a{OPEN}b{CLOSE}c\x00d")

    assert without_marks(row) == "<tr><td>a\ufffdb\ufffdc\ufffdd</td></tr>"


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("<tr><td>a</td><td>b</td></tr>", RowParts("<tr>", ("<td>a</td>", "<td>b</td>"))),
        (
            '<tr class="x">\n  <TH scope="row">a</TH>\n <td class=y>b<td>c\n</tr>\n',
            RowParts('<tr class="x">', ('<TH scope="row">a</TH>', "<td class=y>b", "<td>c")),
        ),
        ("<tr><tdx>a</tdx></tr>", RowParts("<tr><tdx>a</tdx></tr>", ())),
        ("<tr></tr>", RowParts("<tr></tr>", ())),
    ],
)
def test_a_row_has_the_parts_that_its_tags_say(form: str, parts: RowParts) -> None:
    assert part_row(form) == parts


def test_rows_of_other_spans_and_tags_have_other_shapes() -> None:
    rows = [
        "<tr><td>a<td>b",
        "<tr class=x><td class=y>a<td>",
        "<tr><td colspan=2>a<td>b",
        "<tr><td>a<td colspan=2>b",
        "<tr><th>a<td>b",
        "<tr><th scope=row>a<td>b",
        "<tr><td>a",
    ]

    assert len({part_row(row).shape for row in rows}) == len(rows) - 1


def test_a_form_may_tell_what_is_empty() -> None:
    full, empty = (read_row(f"<tr><td>{OPEN}{text}{CLOSE}</td></tr>", marks_gaps=True) for text in ("x", ""))

    assert full.form != empty.form
    assert cells_of(full.form) == cells_of(empty.form)
    assert read_row(f"<tr><td>{OPEN}{CLOSE}</td></tr>").form == full.form
