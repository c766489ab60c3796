"""Labels that there are only in English say so, wherever an element can stand."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.templating.foreign_words import marked, with_languages, without_marks
from reports.engine.templating.template_code import load_template_code
from tests.unit.engine.rendering import context, page_texts, render, sample
from tools import pdf_ua

SUM = marked("Sum")
SAID = '<bdi lang="en">Sum</bdi>'


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (f"<p>{SUM}</p>", f"<p>{SAID}</p>"),
        (f"<p>{SUM} {SUM}</p>", f"<p>{SAID} {SAID}</p>"),
        (f'<p title="{SUM}">{SUM}</p>', f'<p title="Sum">{SAID}</p>'),
        (f"<p title='a > b {SUM}'>{SUM}</p>", f"<p title='a > b Sum'>{SAID}</p>"),
        (f"<title>{SUM}</title>{SUM}", f"<title>Sum</title>{SAID}"),
        (f"<style>a > b {{ content: '{SUM}' }}</style>{SUM}", f"<style>a > b {{ content: 'Sum' }}</style>{SAID}"),
        (
            f"<svg><title>{SUM}</title><text>{SUM}</text></svg>{SUM}",
            f"<svg><title>Sum</title><text>Sum</text></svg>{SAID}",
        ),
        (f"<!-- it's {SUM} -->{SUM}", f"<!-- it's Sum -->{SAID}"),
        (f"it's 1 < 2 and \"{SUM}", f"it's 1 < 2 and \"{SAID}"),
        (f"<TITLE>{SUM}</TITLE><BR/>{SUM}", f"<TITLE>Sum</TITLE><BR/>{SAID}"),
        (f"<svg width='1'/>{SUM}", f"<svg width='1'/>{SAID}"),
        (f"<!-- {SUM}", "<!-- Sum"),
    ],
    ids=[
        *(
            "text",
            "twice",
            "attribute",
            "greater in a quote",
            "title",
            "style",
            "drawing",
            "comment",
            "signs",
            "capitals",
        ),
        *("empty drawing", "open comment"),
    ],
)
def test_a_label_is_an_element_where_one_can_be(html: str, said: str) -> None:
    assert with_languages(html) == said


@given(st.lists(st.sampled_from(["<", ">", "'", '"', "\x0e", "\x0f", "<!--", "-->", "<p", "<svg", "</svg", "a", "/"])))
def test_nothing_but_marks_is_changed_whatever_a_document_is_like(parts: list[str]) -> None:
    html = "".join(parts)

    said = with_languages(html)

    assert said.replace('<bdi lang="en">', "").replace("</bdi>", "") == without_marks(html)


def test_a_document_without_marks_stays_as_it_is() -> None:
    assert with_languages("<p title='x'>a</p>") == "<p title='x'>a</p>"


@pytest.mark.gate
@pytest.mark.parametrize("locale", ["fi", "ur"])
def test_a_report_without_labels_of_its_language_says_that_they_are_english(locale: str) -> None:
    report = render("table", sample("table"), locale)

    assert pdf_ua.faults(report.pdf) == []
    with pikepdf.open(BytesIO(report.pdf)) as pdf:
        spoken = [
            each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each and "/Lang" in each
        ]
        assert {str(each.Lang) for each in spoken} == {"en"}
    assert not {"\x0e", "\x0f", "\ufffd"} & set("".join(page_texts(report.pdf)))


def test_signs_of_the_data_that_are_never_printed_are_not_taken_for_marks(tmp_path: Path) -> None:
    (tmp_path / "template.html.j2").write_text(
        "{{ data.text }}{% rows data.rows as row %}{{ row }}{% endrows %}", "utf-8"
    )

    code = load_template_code(tmp_path)

    html = code.html({"text": "a\x0eb\x0f", "rows": ["c\x0ed"]}, context("fi"))
    assert html == "a\ufffdb\ufffdc\ufffdd"
