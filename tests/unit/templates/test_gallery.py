"""Templates to copy from are fit to be shown as they are."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from reports.catalog.catalog import Catalog
from reports.engine.checks.reading import read_findings
from reports.errors import InvalidDataError
from reports.findings import Severity
from reports.render_contract import RenderedReport
from tests.unit.engine.rendering import claims, context, page_texts, printed, renderer
from tools import pdf_ua
from tools.authoring.cases import cases_of
from tools.gallery import GALLERY, rendered

NAMES = tuple(Catalog(GALLERY).names())


@cache
def report(name: str, locale: str = "en") -> tuple[RenderedReport, bytes]:
    return rendered(name, locale)


@pytest.mark.gate
@pytest.mark.parametrize("locale", ["en", "de", "ar"])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_accessible_and_without_warnings(name: str, locale: str) -> None:
    made, pdf = report(name, locale)

    assert made.warnings == ()
    assert (claims(pdf).ua_part, claims(pdf).language) == ("1", locale)
    assert pdf_ua.faults(pdf) == []


@pytest.mark.gate
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_printed_on_each_paper_of_its_schema(name: str) -> None:
    template, data = Catalog(GALLERY).get(name), sample(name)

    for paper in template.schema["properties"]["paper"]["enum"]:
        made = printed(renderer(), template, {**data, "paper": paper}, context())
        assert (made.warnings, paper) == ((), paper)


@pytest.mark.gate
@pytest.mark.parametrize("name", NAMES)
def test_the_least_that_a_schema_allows_and_long_words_lose_no_text(name: str) -> None:
    catalog = Catalog(GALLERY)
    cases = [each for each in cases_of(catalog, catalog.get(name), {}) if each.name != "all that the schema allows"]

    for case in cases:
        with suppress(InvalidDataError):  # such as a word for a time zone
            made = printed(renderer(), catalog.get(name), case.data, context(case.locale))
            assert [(case.name, each["code"]) for each in made.warnings] == []


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_in_three_languages_and_there_is_no_python(name: str) -> None:
    labels = json.loads((GALLERY / name / "labels.json").read_text("utf-8"))

    assert set(labels) == {"en", "de", "ar"}
    assert set(labels["en"]) == set(labels["de"]) == set(labels["ar"])
    assert list((GALLERY / name).rglob("*.py")) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_to_copy_from_has_no_findings(name: str) -> None:
    assert [each for each in read_findings(GALLERY, name) if each.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_gallery_shows_each_template(name: str) -> None:
    page = (GALLERY.parent / "docs" / "gallery.md").read_text("utf-8")

    assert f"| `gallery/{name}` |" in page
    assert f"(gallery/{name}.png)" in page
    assert (GALLERY.parent / "docs" / "gallery" / f"{name}.png").is_file()


def sample(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((GALLERY / name / "sample.json").read_text("utf-8"))
    return data


def read_codes(pdf: bytes, page: int) -> set[str]:
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=4).to_pil()
    return {code.text for code in zxingcpp.read_barcodes(picture)}


def test_a_scanner_reads_the_codes_of_a_label() -> None:
    pdf = report("label")[1]

    assert read_codes(pdf, 1) == {
        "NLK 2026 0417 0094",
        "NLK 2026 0417 0094\nAtelier Bellecour SARL\n18 rue Victor Hugo\n69002 Lyon\nFRANCE",
    }


def test_a_scanner_reads_the_codes_of_a_receipt() -> None:
    assert read_codes(report("receipt")[1], 0) == {"K2-004817", "https://morgenrot.example/r/K2-004817"}


def test_a_roll_is_as_long_as_what_is_printed_on_it() -> None:
    data = sample("receipt")
    longer = printed(renderer(), Catalog(GALLERY).get("receipt"), {**data, "lines": data["lines"] * 3}, context())

    sizes = [pypdfium2.PdfDocument(pdf)[0].get_size() for pdf in (report("receipt")[1], longer.pdf)]

    assert [round(width) for width, _ in sizes] == [227, 227]
    assert 400 < sizes[0][1] < sizes[1][1] - 100 < 1000
    assert longer.pages == 1


def test_sums_of_a_receipt_and_of_a_statement_are_exact() -> None:
    receipt, statement = (page_texts(report(name)[1]) for name in ("receipt", "statement"))

    assert "€37.33" in receipt[0]
    assert "27.88 1.95 29.83" in receipt[0]
    [at_end] = re.findall(r"end of this page\s+(\S+)", statement[0])
    assert re.findall(r"brought forward\s+(\S+)", statement[1]) == [at_end] == ["€25,505.54"]
    assert "€37,221.08" in statement[1]


@pytest.mark.parametrize("number", ["Ж12345"])
def test_what_a_code_cannot_carry_is_refused(number: str) -> None:
    data = sample("receipt")

    with pytest.raises(InvalidDataError, match="cannot be printed as code128: Invalid character"):
        printed(renderer(), Catalog(GALLERY).get("receipt"), {**data, "number": number}, context())


def test_sums_of_credits_and_reminders_are_exact_and_the_code_pays_them() -> None:
    credit, reminder = (" ".join(page_texts(report(name)[1])) for name in ("credit-note", "reminder"))

    assert "€155.15" in credit
    assert "€1,859.56" in reminder
    [code] = read_codes(report("reminder")[1], 0)
    assert code.splitlines()[-5:] == ["DE02120300000000202051", "EUR1859.56", "", "", "M-2026-0112 / C-20817"]


@pytest.mark.gate
@pytest.mark.parametrize(("name", "count"), [("timesheet", 1), ("dashboard", 7)])
def test_a_sign_stands_before_its_number_from_right_to_left(name: str, count: int) -> None:
    _, pdf = report(name, "ar")

    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    signs = [(text.get_text_range(at, 1), text.get_charbox(at)) for at in range(text.count_chars())]
    digits = [box for sign, box in signs if sign.isdecimal()]
    plus = [box for sign, box in signs if sign == "+"]
    before = [
        any(0 <= digit[0] - box[2] < 4 and digit[1] < (box[1] + box[3]) / 2 < digit[3] for digit in digits)
        for box in plus
    ]
    assert before == [True] * count
