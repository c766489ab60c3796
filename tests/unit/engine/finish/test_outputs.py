"""Files beside the PDF show what is in it; judged by Pillow, by Python's readers and by our own reader of workbooks."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageStat
from pydantic import ValidationError

from reports.catalog.violations import violations_of
from reports.engine.finish import outputs
from reports.engine.finish.finished_output import FinishedOutput
from reports.errors import InvalidOptionsError, TooLargeError
from reports.jobs.output_request import OutputRequest, check_outputs
from reports.jobs.request import ReportOptions
from reports.jobs.written_options import options_of_texts
from reports.render_contract import (
    Accessibility,
    Asset,
    Composition,
    Finish,
    InputKind,
    OutputFile,
    Protection,
    RenderedFile,
    Template,
)
from tests.reading import read
from tests.unit.engine.archives.documents import document

ROWS: list[dict[str, Any]] = [
    {"Name": "=1+1", "n": 1.5, "Ok": True},
    {"Name": 'Ä;"B"\nC', "n": None, "More": "https://example.org/"},
]


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    body = "<p style='background: #f00; height: 100vh'>Größe 1" + "<p style='break-before: page'>Page two"
    return document(tmp_path_factory.mktemp("outputs"), body, None).pdf


def made(
    pdf: bytes, *wanted: OutputFile, rows: Any = None, **finish: Any
) -> tuple[dict[str, RenderedFile], list[dict[str, object]]]:
    passed = bytearray()
    with FinishedOutput(passed.extend, Finish(outputs=wanted, **finish)) as output:
        output(pdf)
        output.end(Accessibility.WARN)
        files, warnings = output.files(rows)
    assert passed == pdf or finish
    return {file.name: file for file in files}, warnings


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_pages_are_drawn_with_the_width_that_is_asked_for(pdf: bytes, kind: str) -> None:
    files, warnings = made(pdf, OutputFile(kind, 1, 10**5, 420))

    assert [*files] == [f"page-001.{kind}", f"page-002.{kind}"]
    assert warnings == []
    for file in files.values():
        with Image.open(BytesIO(file.body)) as picture:
            assert (picture.format or "").lower() == kind
            assert picture.size == (file.width, file.height) == (420, 593)
            red, green, _ = ImageStat.Stat(picture.convert("RGB")).mean
            assert (red - green > 50) == (file.name == f"page-001.{kind}")


def test_pages_that_are_left_out_are_told(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "MOST_PICTURES", 1)

    files, warnings = made(pdf, OutputFile("png", 1, 2, 100))
    none, told = made(pdf, OutputFile("png", 7, 9, 100))

    assert [*files] == ["page-001.png"]
    assert [each["code"] for each in (*warnings, *told)] == ["pages_left_out"] * 2
    assert none == {}


def test_the_text_of_all_pages_is_one_file(pdf: bytes) -> None:
    files, _ = made(pdf, OutputFile("text"))

    assert [page.strip() for page in files["report.txt"].body.decode().split("\f")] == ["Größe 1", "Page two"]


def test_rows_are_csv_and_a_workbook_in_which_no_text_becomes_a_formula(pdf: bytes) -> None:
    files, _ = made(pdf, OutputFile("csv"), OutputFile("xlsx"), rows=ROWS)

    lines = list(csv.reader(StringIO(files["data.csv"].body.decode("utf-8-sig"), newline="")))
    assert lines == [
        ["Name", "n", "Ok", "More"],
        ["=1+1", "1.5", "true", ""],
        ['Ä;"B"\nC', "", "", "https://example.org/"],
    ]
    assert b"<f>" not in files["data.xlsx"].body
    read_again = list(read("data.xlsx", files["data.xlsx"].body).value)
    assert read_again[0]["Name"] == "=1+1"
    assert read_again[0]["n"] == 1.5


def test_the_same_data_give_the_same_bytes(pdf: bytes) -> None:
    wanted = (OutputFile("xlsx"), OutputFile("png", 1, 1, 100), OutputFile("webp", 1, 1, 100))

    assert made(pdf, *wanted, rows=ROWS) == made(pdf, *wanted, rows=ROWS)


def test_pictures_are_of_the_pages_as_they_are_in_the_end(pdf: bytes) -> None:
    letterhead = Composition(prepend=(Asset("cover", pdf),))

    files, _ = made(pdf, OutputFile("text"), OutputFile("png", 1, 10**5, 100), composition=letterhead)

    assert files["report.txt"].body.decode().count("\f") == 3
    assert len(files) == 5
    restricted, _ = made(pdf, OutputFile("text"), protection=Protection(None, "battery staple", frozenset()))
    assert "Größe" in restricted["report.txt"].body.decode()


def test_there_are_limits(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "MOST_CELLS", 5)
    with pytest.raises(TooLargeError, match="Ask for csv"):
        made(pdf, OutputFile("xlsx"), rows=ROWS)
    monkeypatch.setattr(outputs, "MOST_BYTES", 1000)
    with pytest.raises(TooLargeError, match="beside the PDF"):
        made(pdf, OutputFile("png", 1, 2, 600))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"outputs": [{"format": "gif"}]}, "'png'"),
        ({"outputs": [{"format": "png"}, {"format": "png", "width": 200}]}, "the same format"),
        ({"outputs": [{"format": "csv", "width": 200}]}, "are of pictures"),
        ({"outputs": [{"format": "png", "pages": "3-1"}]}, "before the first"),
        ({"outputs": [{"format": "png", "pages": "0"}]}, "form"),
        ({"outputs": [{"format": "png", "width": 5000}]}, "2400"),
        ({"outputs": [{"format": "text"}], "protect": {"user_password": "correct horse"}}, "hides"),
        ({"outputs": [{"format": "text"}], "protect": {"user_secret": "board"}}, "hides"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ReportOptions.model_validate(options)

    assert message in violations_of(refused.value)[0].message


def test_only_a_template_with_rows_has_them_as_files() -> None:
    wanted = [OutputRequest(format="text"), OutputRequest(format="xlsx")]

    check_outputs(Template("table", "", "", Path(), {}, InputKind.ROWS, "rows"), wanted)
    with pytest.raises(InvalidOptionsError, match="/options/outputs/1/format: the template 'invoice' has no rows"):
        check_outputs(Template("invoice", "", "", Path(), {}), wanted)


def test_texts_of_an_upload_say_which_files() -> None:
    assert options_of_texts({"outputs": "png,csv"}) == {"outputs": [{"format": "png"}, {"format": "csv"}]}
