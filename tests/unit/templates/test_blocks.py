"""Parts of documents stand where envelopes and sheets of labels want them, and say what they are."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from tests.unit.engine.rendering import PrintedReport, claims, context, page_texts, printed, renderer, template
from tools import pdf_ua
from tools.gallery import GALLERY

MM = 72 / 25.4
HEAD = """{% from "page.html.j2" import page_style with context %}
{% from "blocks.html.j2" import letter_style, letterhead, imprint, signatures, cover with context %}
{% from "blocks.html.j2" import contents, tile, watermark, sheet_style, label_sheets with context %}
<html lang="{{ lang }}" dir="{{ direction }}"><head><title>Blocks</title>STYLE</head><body>BODY</body></html>"""
LABELS = '{"en": {"page_of": "Page {n} of {m}", "place_and_date": "Place and date", "signature": "Signature"}}'


def made(tmp_path: Path, style: str, body: str, locale: str = "en") -> PrintedReport:
    folder = tmp_path / "blocks"
    folder.mkdir()
    (tmp_path / "_shared").symlink_to((GALLERY / "_shared").resolve())
    (folder / "labels.json").write_text(LABELS)
    (folder / "style.css").write_text('@import "../_shared/blocks.css";')
    (folder / "template.html.j2").write_text(HEAD.replace("STYLE", style).replace("BODY", body))
    report = printed(renderer(), template(folder), {}, context(locale))
    assert report.warnings == ()
    assert claims(report.pdf).ua_part == "1"
    assert pdf_ua.faults(report.pdf) == []
    return report


def place_of(pdf: bytes, word: str, page: int = 0) -> tuple[float, float]:
    """Return where a word begins, in mm from the left and from the top of its page."""
    found = pypdfium2.PdfDocument(pdf)[page]
    text = found.get_textpage()
    at = text.search(word).get_next()
    assert at is not None
    left, _, _, top = text.get_charbox(at[0])
    return left / MM, (found.get_height() - top) / MM


@pytest.mark.gate
@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize(
    ("form", "paper", "window"),
    # DIN 5008: from 27 or 45 mm below the top, 85 by 45 mm, of which the upper 17.7 mm are for marks.
    # #10: what shows wherever the folded sheet slides, 63.5 to 80 mm below the top.
    [
        ("din-a", "A4", (20, 105, 44.7, 72)),
        ("din-b", "A4", (20, 105, 62.7, 90)),
        ("us-10", "Letter", (22, 111, 63, 80.5)),
    ],
)
def test_an_address_stands_in_the_window(
    tmp_path: Path, form: str, paper: str, window: tuple[float, ...], locale: str
) -> None:
    lines = '["Zeile eins", "Zeile zwei", "Zeile drei", "Zeile VIER"]'
    pdf = made(
        tmp_path,
        f'{{{{ page_style("{paper}") }}}}{{{{ letter_style("{form}") }}}}',
        '{{ imprint([["Small print"]]) }}'
        f'{{{{ letterhead(["Sender"], {lines}, [["Date", "today"]], "{form}") }}}}<h1>Hello</h1>',
        locale,
    ).pdf

    for word in ("Zeile eins", "Zeile VIER"):
        left, top = place_of(pdf, word)
        assert window[0] <= left <= window[1]
        assert window[2] <= top <= window[3] - 3
    assert place_of(pdf, "Hello")[1] > window[3]
    assert place_of(pdf, "Small print")[1] > 250


@pytest.mark.gate
@pytest.mark.parametrize(
    ("kind", "place", "left", "top"),
    [
        ("L7160", 0, 7.2, 15.1),
        ("L7160", 4, 73.2, 53.2),
        ("5160", 29, 144.46, 241.3),
        ("3474", 23, 140, 259.5),
        ("5167", 79, 164.3, 254),
    ],
)
def test_labels_stand_in_the_grid_of_their_sheet(
    tmp_path: Path, kind: str, place: int, left: float, top: float
) -> None:
    call = f'label_sheets("{kind}", ["FIRST", "SECOND"], first={place + 1})'
    body = f"{{% call(item) {call} %}}{{{{ item }}}}{{% endcall %}}"

    report = made(tmp_path, f'{{{{ sheet_style("{kind}") }}}}', body)

    x, y = place_of(report.pdf, "FIRST")
    assert (left + 3, top + 2) < (x, y)
    assert x < left + 5
    assert y < top + 6
    assert report.pages == (2 if place in (29, 23, 79) else 1)
    assert place_of(report.pdf, "SECOND", report.pages - 1)


@pytest.mark.gate
def test_contents_have_the_pages_of_their_headings(tmp_path: Path) -> None:
    body = (
        '{{ cover("The whole", "of it", "Kicker", [["Date", "today"]]) }}'
        '{{ contents("Contents", [{"id": "one", "number": "1.", "text": "First"}, {"id": "two", "text": "Second"}]) }}'
        '<h2 id="one">First</h2><p style="break-after: page">x</p><h2 id="two">Second</h2>'
    )

    texts = page_texts(made(tmp_path, "{{ page_style('A4') }}", body).pdf)

    assert len(texts) == 4
    assert texts[1].split("First")[1].split("Second")[0].strip(" .\n") == "3"
    assert texts[1].split("Second")[1].strip(" .\n")[0] == "4"


@pytest.mark.gate
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_watermark_is_no_text_of_the_document(tmp_path: Path, locale: str) -> None:
    style = "{{ page_style('A4') }}{{ watermark('Draft <&> \"1\"') }}"
    body = (
        '<h1>Title</h1>{{ tile("Sales", "12", {"text": "4", "value": -4, "good": "down"}) }}'
        '{{ signatures([{"name": "A", "place": "B"}]) }}'
    )

    pdf = made(tmp_path, style, body, locale).pdf

    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=0.5).to_pil().convert("L").crop((80, 180, 220, 300))
    assert picture.getextrema() != (255, 255)
