"""Reports of samples say on each page that they are, and nothing else about them changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from reports.engine.document import document_writer
from reports.engine.renderer import WeasyPrintRenderer
from tests.unit.engine.longtable.oracle import problems
from tests.unit.engine.longtable.structure import shape, structure
from tests.unit.engine.rendering import (
    NAMES,
    TEMPLATES,
    PrintedReport,
    context,
    metadata,
    page_texts,
    printed,
    renderer,
    sample,
    sample_report,
    template,
    unpacked,
)

TWO_TABLES = """<!doctype html><html lang=en><head><title>{{ data.title }}</title></head><body>
{% for part in (1, 2) %}<h2>Part {{ part }}</h2><table><thead><tr><th>Number</th><th>Text</th></tr></thead><tbody>
{% rows data.lines as line %}<tr><td>{{ line }}</td><td>Row {{ line }}</td></tr>{% endrows %}
</tbody></table>{% endfor %}</body></html>"""
STYLE = "@page { size: A6; margin: 8mm } table { table-layout: fixed; width: 100% } tr { break-inside: avoid }"


def marked(
    folder: Path, data: Mapping[str, Any], printer: WeasyPrintRenderer | None = None, *, is_sample: bool = True
) -> PrintedReport:
    return printed(printer or renderer(), template(folder), data, replace(context(), is_sample=is_sample))


@cache
def marked_sample(name: str) -> PrintedReport:
    return marked(TEMPLATES / name, sample(name))


def folder_of(parent: Path, document: str, style: str) -> Path:
    folder = parent / "ledger"
    folder.mkdir()
    (folder / "template.html.j2").write_text(document, "utf-8")
    (folder / "style.css").write_text(style, "utf-8")
    return folder


def artifacts(page: Any) -> list[str]:
    """Return the kinds of artifacts on a page that have one."""
    steps = pikepdf.parse_content_stream(page)
    found: list[Any] = [step.operands[1] for step in steps if str(step.operator) == "BDC"]
    running_lines = {"/Header", "/Footer"}
    return [kind for each in found if (kind := str(each.get("/Subtype", ""))) and kind not in running_lines]


@pytest.mark.parametrize("name", NAMES)
def test_each_page_of_a_sample_says_so_and_the_text_of_the_report_is_all_there(name: str) -> None:
    plain = sample_report(name)

    report = marked_sample(name)

    pages = page_texts(report.pdf)
    assert [page.count("SAMPLE") for page in pages] == [2] * plain.pages
    for page, before in zip(pages, page_texts(plain.pdf), strict=True):
        assert set(before.split()) <= set(page.split())
    assert metadata(report.pdf)["Title"] == f"SAMPLE: {metadata(plain.pdf)['Title']}"
    assert report.files[0].body != plain.files[0].body
    assert report.warnings == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_mark_is_an_artifact_and_no_part_of_what_a_screen_reader_reads(name: str) -> None:
    report = marked_sample(name)

    made = structure(report.pdf)
    assert made.problems == []
    assert shape(made.root) == shape(structure(sample_report(name).pdf).root)
    assert problems(report.pdf) == []
    with pikepdf.open(_file(report.pdf)) as document:
        assert [artifacts(page) for page in document.pages] == [["/Watermark"]] * report.pages


def test_what_is_no_sample_has_no_mark() -> None:
    report = sample_report("table")

    assert "SAMPLE" not in "".join(page_texts(report.pdf))
    assert b"/Watermark" not in unpacked(report.pdf)


def test_all_pages_of_long_tables_have_the_mark(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, TWO_TABLES, STYLE)
    data = {"title": "Lines", "lines": [str(number) for number in range(240)]}

    report = marked(folder, data)

    assert report.layout["path"] == "long_table"
    assert report.pages > 20
    assert [page.count("SAMPLE") for page in page_texts(report.pdf)] == [2] * report.pages
    made = structure(report.pdf)
    assert made.problems == []
    assert shape(made.root) == shape(structure(marked(folder, data, is_sample=False).pdf).root)
    assert problems(report.pdf) == []
    with pikepdf.open(_file(report.pdf)) as document:
        assert [artifacts(page).count("/Watermark") for page in document.pages] == [1] * report.pages


def test_both_ways_of_layout_draw_the_same_mark_at_the_same_place(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, TWO_TABLES, STYLE)
    data = {"title": "Lines", "lines": [str(number) for number in range(200)]}

    fast, plain = (marked(folder, data, each) for each in (renderer(), WeasyPrintRenderer(long_tables=False)))

    assert (fast.layout["path"], plain.layout["path"]) == ("long_table", "plain")
    assert fast.pages == plain.pages
    for number in range(fast.pages):
        for mine, right in zip(places(fast.pdf, number), places(plain.pdf, number), strict=True):
            assert mine == pytest.approx(right, abs=0.15)


def test_a_table_with_too_many_cells_to_tag_has_the_mark_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_writer, "MOST_TAGGED_CELLS", 100)
    folder = folder_of(tmp_path, TWO_TABLES, STYLE)

    report = marked(folder, {"title": "Lines", "lines": [str(number) for number in range(200)]})

    assert [warning["code"] for warning in report.warnings] == ["untagged"]
    assert [page.count("SAMPLE") for page in page_texts(report.pdf)] == [2] * report.pages
    assert b"BDC" not in unpacked(report.pdf)


@pytest.mark.parametrize("size", ["A4", "A3 landscape", "80mm 400mm", "300mm 60mm", "54mm 54mm"])
def test_no_style_can_move_the_mark_off_the_page_or_hide_it(tmp_path: Path, size: str) -> None:
    style = f"""@page {{ size: {size}; margin: 0; background: #103030 }} @font-face {{ font-family: "Inter Display" }}
        * {{ color: white !important; display: none; transform: scale(9) }}"""
    folder = folder_of(tmp_path, "<!doctype html><html lang=en><title>Dark</title><p>Text</p></html>", style)

    report = marked(folder, {})

    document = pypdfium2.PdfDocument(report.pdf)
    try:
        width, height = document[0].get_size()
        picture = document[0].render().to_pil().convert("RGB")
    finally:
        document.close()
    letters = places(report.pdf, 0)
    assert len(letters) == 2 * len("SAMPLE")
    assert all(0 < left < right < width and 0 < low < top < height for left, low, right, top in letters)
    assert max(top for *_, top in letters) > 0.6 * height
    assert len(picture.getcolors(1 << 24) or ()) > 8


def places(pdf: bytes, number: int) -> list[tuple[float, ...]]:
    """Return the boxes of the mark's letters on a page, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[number].get_textpage()
        text = page.get_text_range()
        starts = [at for at in range(len(text)) if text.startswith("SAMPLE", at)]
        return [page.get_charbox(at + offset) for at in starts for offset in range(len("SAMPLE"))]
    finally:
        document.close()


def _file(pdf: bytes) -> Any:
    from io import BytesIO

    return BytesIO(pdf)
