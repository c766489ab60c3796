"""A font with 65,000 glyphs is embedded with those that are used, and with nothing in the place of others."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pypdfium2
from fontTools.ttLib import TTFont

from reports.catalog.catalog import Catalog
from reports.engine.weasy.fonts import font_files, font_folders
from tests.unit.engine.rendering import TEMPLATES, PrintedReport, context, page_texts, printed, renderer, template

TEXT = "東京の請求書 ￥ 발행 发票"


def ink(report: PrintedReport) -> int:
    """Count the dark pixels of the first page."""
    with closing(pypdfium2.PdfDocument(report.pdf)) as document:
        return sum(document[0].render(grayscale=True).to_pil().histogram()[:128])


def test_a_short_document_is_small_and_shows_its_characters(folder: Path) -> None:
    few, many = (printed(renderer(), template(folder), {"text": text}, context()) for text in ("￥", TEXT))

    assert few.size < 15_000
    assert TEXT in page_texts(many.pdf)[0]
    assert 10 < ink(few) < ink(many)


def test_a_long_table_is_small_and_shows_its_characters() -> None:
    rows = [{"Number": number, "Town": TEXT} for number in range(200)]

    report = printed(renderer(), Catalog(TEMPLATES).get("table"), {"rows": rows}, context())

    assert report.layout["path"] == "long_table"
    assert report.size < 60_000
    assert page_texts(report.pdf)[2].count(TEXT) > 20


def test_a_glyph_of_a_large_font_has_the_number_of_its_place() -> None:
    for file in font_files(font_folders()):
        if file.suffix == ".otf":
            with TTFont(file, lazy=True) as font:
                [outlines] = font["CFF "].cff.topDictIndex
                assert outlines.charset == [".notdef", *(f"cid{number:05}" for number in range(1, 65_535))]
