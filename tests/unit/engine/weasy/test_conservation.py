"""All text that goes into a layout is on its pages, or the report says how much of it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.engine.rendering import NAMES, context, page_texts, printed, renderer, sample_report, template

WORDS = "<p>word</p>" * 90

LOST = {
    "a tall float": f'<div style="float: left">{WORDS}</div>',
    "what is positioned": f'<div style="position: absolute">{WORDS}</div>',
    "a low flexible box": f'<div style="display: flex; height: 3cm; overflow: hidden"><div>{WORDS}</div></div>',
}
KEPT = {
    "a cell": f"<table><tr><td>{WORDS}</td></tr></table>",
    "running lines": '<p style="position: running(a)">One</p>' * 2
    + "<style>@page { @top-left { content: element(a) } }</style>",
    "changed letters": '<p style="text-transform: uppercase">stra&szlig;e &#xfb01;n</p>'
    '<p style="white-space: pre">a\n  b\n</p>',
    "hyphens": f'<p lang="de" style="hyphens: auto; width: 2cm">{"Donaudampfschifffahrt " * 9} so&shy;ft</p>',
    "hidden": '<p style="display: none">nothing</p><p style="visibility: hidden">blank</p>',
    "repeated heads": f"<table><thead><tr><th>Head</th></tr></thead>{'<tr><td>x</td></tr>' * 90}</table>",
    "lines that are cut on purpose": f'<p style="max-lines: 1; continue: discard">{"word " * 400}</p>',
    "all that does not fit": f'<div style="height: 60px; continue: discard">{"word " * 4000}</div>',
    "words behind a picture": '<p>a <span style="font-size: 0">icon</span></p>',
    "notes": '<p>Text<span style="float: footnote">A note.</span></p>' * 30,
    "made text": '<style>li::before { content: "made " counter(n) } </style><ol><li>x</li></ol><q>said</q>',
    "parts of words": "<style>p::first-letter { font-size: 30pt }</style><p>Initial</p><p>a<b>b</b>c<br>&nbsp; d</p>",
}


def warnings_of(tmp_path: Path, body: str) -> tuple[dict[str, object], int]:
    folder = tmp_path / "letter"
    folder.mkdir()
    (folder / "style.css").touch()
    (folder / "template.html.j2").write_text(f"<html lang=en><title>Letter</title>\n{body}")
    report = printed(renderer(), template(folder), {}, context())
    words = sum(text.split().count("word") for text in page_texts(report.pdf))
    return next((dict(each) for each in report.warnings if each["code"] == "content_lost"), {}), words


@pytest.mark.parametrize("case", LOST)
def test_what_the_pages_lack_is_counted_and_its_place_is_named(tmp_path: Path, case: str) -> None:
    warning, words = warnings_of(tmp_path, LOST[case])

    assert words < 90
    # PDFium, which is not ours, counts the words that are there.
    assert warning["lost"] == (90 - words) * len("word")
    assert warning["elements"] == 90 - words
    assert warning["place"] == "letter/template.html.j2, line 2"
    assert "first of <p> in letter/template.html.j2, line 2" in str(warning["message"])


@pytest.mark.parametrize("case", KEPT)
def test_what_is_printed_hidden_or_made_is_not_lost(tmp_path: Path, case: str) -> None:
    assert warnings_of(tmp_path, KEPT[case])[0] == {}


def test_a_running_element_that_no_page_takes_is_lost(tmp_path: Path) -> None:
    warning, _ = warnings_of(tmp_path, '<p style="position: running(imprint)">Directors, register</p>')

    assert warning["lost"] == len("Directors,register")


def test_a_running_element_for_pages_that_are_not_there_is_not_lost(tmp_path: Path) -> None:
    head = "<style>@page { @top-left { content: element(head) } } @page :first { @top-left { content: none } }</style>"

    assert warnings_of(tmp_path, f'{head}<p style="position: running(head)">Invoice 7</p>Text')[0] == {}


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_printed_as_wholes(name: str) -> None:
    assert "content_lost" not in {warning["code"] for warning in sample_report(name).warnings}
