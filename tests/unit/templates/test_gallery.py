"""Templates to copy from are fit to be shown as they are."""

from __future__ import annotations

import json
import re
from functools import cache

import pypdfium2
import pytest
import zxingcpp

from reports.catalog.catalog import Catalog
from reports.errors import InvalidDataError
from reports.render_contract import RenderedReport
from tests.unit.engine.rendering import claims, context, page_texts, printed, renderer
from tools.gallery import GALLERY, rendered

NAMES = tuple(Catalog(GALLERY).names())


@cache
def report(name: str, locale: str = "en") -> tuple[RenderedReport, bytes]:
    return rendered(name, locale)


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_accessible_and_without_warnings(name: str, locale: str) -> None:
    made, pdf = report(name, locale)

    assert made.warnings == ()
    assert (claims(pdf).ua_part, claims(pdf).language) == ("1", locale)


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_in_english_and_in_german(name: str) -> None:
    labels = json.loads((GALLERY / name / "labels.json").read_text("utf-8"))

    assert set(labels) == {"en", "de"}
    assert set(labels["en"]) == set(labels["de"])


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
    data = json.loads((GALLERY / "receipt" / "sample.json").read_text("utf-8"))
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
    data = json.loads((GALLERY / "receipt" / "sample.json").read_text("utf-8"))

    with pytest.raises(InvalidDataError, match="cannot be printed as code128: Invalid character"):
        printed(renderer(), Catalog(GALLERY).get("receipt"), {**data, "number": number}, context())
