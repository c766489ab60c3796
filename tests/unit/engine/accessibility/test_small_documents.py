"""A document is accessible whatever HTML and CSS it is made of, or says why not, and then claims nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reports.errors import NotAccessibleError
from reports.render_contract import Accessibility
from tests.unit.engine.accessibility.keeping import keep
from tests.unit.engine.accessibility.small_documents import CLEAN, FAULTY
from tests.unit.engine.rendering import PrintedReport, claims, context, printed, renderer, template
from tools.pdf_ua import faults


def document(
    parent: Path,
    body: str,
    data: Mapping[str, Any] | None = None,
    head: str = "<title>t</title>",
    lang: str = ' lang="en"',
    **said: Any,
) -> PrintedReport:
    folder = parent / "small"
    folder.mkdir()
    page = f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>"
    (folder / "template.html.j2").write_text(page, "utf-8")
    (folder / "style.css").write_text("", "utf-8")
    return printed(renderer(), template(folder), data or {}, replace(context(), **said))


class Once:
    """A value that can be asked for once."""

    def __init__(self) -> None:
        self._left = [True]

    def pop(self) -> bool:
        """Return the value."""
        return self._left.pop()


def structure_of(pdf: bytes) -> Any:
    """Write the tree of elements as nested lists of their kinds."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return _kinds(opened.Root.StructTreeRoot.K[0])


def _kinds(element: Any) -> Any:
    below = [_kinds(kid) for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    kind = str(element.S)[1:]
    return [kind, *below] if below else kind


def test_documents_pass_all_in_one(tmp_path: Path) -> None:
    parts = (f'<section style="break-before:page"><h1>{name}</h1>{body}</section>' for name, body in CLEAN.items())

    report = document(tmp_path, "".join(parts))

    assert faults(report.pdf) == []
    assert [each for each in report.warnings if each["code"] == "not_accessible"] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CLEAN)
def test_a_document_passes(tmp_path: Path, name: str) -> None:
    report = document(tmp_path, f"<h1>t</h1>{CLEAN[name]}")

    keep(name, report.pdf)
    assert faults(report.pdf) == []
    assert [each for each in report.warnings if each["code"] == "not_accessible"] == []


@pytest.mark.parametrize("name", FAULTY)
def test_a_document_that_cannot_be_accessible_says_so_and_claims_nothing(tmp_path: Path, name: str) -> None:
    body, condition, element = FAULTY[name]

    report = document(tmp_path, f"<h1>t</h1>{body}")

    [warning] = report.warnings
    assert (warning["code"], warning["condition"]) == ("not_accessible", condition)
    assert element in warning["message"]
    assert claims(report.pdf).ua_part is None
    assert any(fault.startswith(condition) for fault in faults(report.pdf))


def test_a_fault_names_the_file_and_the_line_of_its_element(tmp_path: Path) -> None:
    body = (
        "<h1>t</h1>\n{% for n in data.rows %}\n<p>{{ n }}</p>\n{% endfor %}\n<table\nclass={{ 'a' }}><tr><td>a</table>"
    )

    report = document(tmp_path, body, {"rows": [1, 2, 3]})

    [warning] = report.warnings
    assert warning["place"] == "small/template.html.j2, line 5"
    assert 'in small/template.html.j2, line 5, <table class="a">: a table has no headers' in warning["message"]


def test_a_document_that_cannot_be_written_again_has_its_warning_without_a_place(tmp_path: Path) -> None:
    body = "{% if data.rows.pop() %}<table><tr><td>a</table>{% endif %}"

    report = document(tmp_path, body, {"rows": Once()})

    [warning] = report.warnings
    assert (warning["condition"], "place" in warning) == ("15-003", False)


def test_a_document_that_has_to_be_accessible_and_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAccessibleError, match=r"<table>: a table has no headers"):
        document(tmp_path, FAULTY["a table without headers"][0], accessibility=Accessibility.REQUIRED)


def test_a_document_that_has_to_be_accessible_and_is_passes(tmp_path: Path) -> None:
    report = document(tmp_path, "<h1>t</h1>", accessibility=Accessibility.REQUIRED)

    assert claims(report.pdf).ua_part == "1"


def test_without_accessibility_there_is_no_structure_and_no_warning(tmp_path: Path) -> None:
    report = document(tmp_path, FAULTY["a table without headers"][0], accessibility=Accessibility.OFF)

    said = claims(report.pdf)
    assert (said.ua_part, said.roles, said.is_marked, report.warnings) == (None, frozenset(), False, ())


def test_a_document_without_a_language_claims_nothing(tmp_path: Path) -> None:
    report = document(tmp_path, "<h1>t</h1>", lang="")

    assert [warning["condition"] for warning in report.warnings] == ["11-006"]
    assert claims(report.pdf).ua_part is None


def test_a_document_without_a_title_is_called_by_its_first_heading(tmp_path: Path) -> None:
    report = document(tmp_path, "<h2>The <b>first</b></h2>", head="")

    with pikepdf.open(BytesIO(report.pdf)) as opened:
        assert str(opened.docinfo.Title) == "The first"
    assert faults(report.pdf) == []


def test_a_document_without_a_title_and_headings_claims_nothing(tmp_path: Path) -> None:
    report = document(tmp_path, "<p>t</p>", head="")

    assert [warning["condition"] for warning in report.warnings] == ["06-003"]
    assert claims(report.pdf).ua_part is None


def test_what_crosses_pages_is_one_element(tmp_path: Path) -> None:
    cut = "<style>@page{size:A6} li,p{orphans:1;widows:1}</style>"
    rows = "".join(f"<tr><td>{number}" for number in range(60))
    body = (
        f"{cut}<section><p>{'word ' * 700}</p><ul><li>{'item ' * 700}</li></ul>"
        f"<table><thead><tr><th>n</thead><tbody>{rows}</tbody></table></section>"
    )

    report = document(tmp_path, body)

    assert report.pages > 6
    assert structure_of(report.pdf) == [
        "Document",
        [
            "Sect",
            "P",
            ["L", ["LI", "Lbl", "LBody"]],
            ["Table", ["THead", ["TR", "TH"]], ["TBody", *[["TR", "TD"]] * 60]],
        ],
    ]
    assert faults(report.pdf) == []


def test_terms_and_their_values_are_items_of_a_list(tmp_path: Path) -> None:
    report = document(tmp_path, "<dl><div><dt>a</dt><dd>b</dd></div><div><dt>c</dt><dd>d</dd></div></dl>")

    assert structure_of(report.pdf) == ["Document", ["L", *[["LI", "Lbl", "LBody"]] * 2]]


def test_a_link_says_in_words_where_it_leads_to(tmp_path: Path) -> None:
    report = document(tmp_path, '<p id="there">x</p><p><a href="#there">the <b>other</b> place</a></p>')

    with pikepdf.open(BytesIO(report.pdf)) as opened:
        said = {str(each.Contents) for page in opened.pages for each in page.obj.get("/Annots", [])}
    assert said == {"the other place"}


def test_a_picture_says_where_it_is_in_points_from_below(tmp_path: Path) -> None:
    style = "<style>@page{size:300pt 200pt;margin:20pt} body{margin:0} svg{display:block}</style>"
    svg = '<svg viewBox="0 0 1 1" style="width:40pt;height:30pt"><title>t</title></svg>'

    report = document(tmp_path, f"{style}{svg}")

    with pikepdf.open(BytesIO(report.pdf)) as opened:
        [figure] = opened.Root.StructTreeRoot.K[0].K
        assert [float(each) for each in figure.A.BBox] == pytest.approx([20, 150, 60, 180], abs=0.01)


def test_text_from_the_right_is_said_in_the_order_of_reading(tmp_path: Path) -> None:
    report = document(tmp_path, '<p dir="rtl">مكتب \u206812\u2069 office</p>')

    with pikepdf.open(BytesIO(report.pdf)) as opened:
        [paragraph] = opened.Root.StructTreeRoot.K[0].K
        assert [str(kid.ActualText) for kid in paragraph.K] == ["مكتب 12 office"]


def test_cells_below_a_heading_over_columns_name_it(tmp_path: Path) -> None:
    table = '<table><tr><th colspan="2">a<th>b<tr><td>1<td>2<td>3<tr><td rowspan="2">4<td>5<td>6<tr><td>7<td>8</table>'

    report = document(tmp_path, table)

    with pikepdf.open(BytesIO(report.pdf)) as opened:
        [body] = opened.Root.StructTreeRoot.K[0].K[0].K
        wide, narrow = (str(cell.ID) for cell in body.K[0].K)
        named = [[[str(name) for name in cell.A.Headers] for cell in row.K] for row in list(body.K)[1:]]
    assert named == [[[wide], [wide], [narrow]]] * 2 + [[[wide], [narrow]]]


def test_a_running_line_with_the_imprint_is_content_once(tmp_path: Path) -> None:
    style = "<style>@page{@bottom-left{content:element(foot)}} .foot{position:running(foot)}</style>"
    body = (
        f'{style}<div class="foot">x <p role="contentinfo">VAT ID</p></div><p>a</p><p style="break-before:page">b</p>'
    )

    report = document(tmp_path, body)

    assert structure_of(report.pdf) == ["Document", "P", "P", ["Sect", "P"]]
    assert faults(report.pdf) == []
