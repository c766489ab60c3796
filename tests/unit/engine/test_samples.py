"""Each template's sample, as a reader sees it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from reports.engine.templating.template_code import load_template_code
from tests.unit.engine.rendering import (
    NAMES,
    TEMPLATES,
    claims,
    metadata,
    page_texts,
    render,
    sample,
    sample_report,
    schema,
    unpacked,
)

# The templates whose documents have a table.
TABLES = {"invoice", "table", "weather"}

LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pl", "pt", "ja", "zh", "zh-Hant", "ar", "he", "fa"}

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
ROOT = TEMPLATES.parent


def short_sample(name: str) -> dict[str, Any]:
    """Return a sample with the first of its rows alone."""
    data = sample(name)
    for key in {"rows", "lines"} & data.keys():
        data[key] = data[key][:3]
    return data


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_fits_its_schema(name: str) -> None:
    document = schema(name)

    jsonschema.Draft202012Validator.check_schema(document)
    errors = list(jsonschema.Draft202012Validator(document).iter_errors(sample(name)))

    assert errors == []


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_explains_every_property_and_says_what_an_upload_holds(name: str) -> None:
    document = schema(name)

    assert document["title"]
    assert document["description"]
    assert document["x-pressrun"]["kind"] in ("object", "rows", "image")
    assert document["x-pressrun"].get("property", "") in ("", *document["properties"])
    assert [key for key, value in document["properties"].items() if not value.get("description")] == []


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_page_by_page_what_it_said_before(name: str, locale: str) -> None:
    golden = GOLDEN / f"{name}.{locale}.txt"

    report = sample_report(name, locale)

    pages = page_texts(report.pdf)
    actual = "".join(f"=== page {number} ===\n{text}\n" for number, text in enumerate(pages, start=1))
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(actual, "utf-8")
    else:
        (ROOT / "build" / "golden").mkdir(parents=True, exist_ok=True)
        (ROOT / "build" / "golden" / golden.name).write_text(actual, "utf-8")
    assert report.pages == len(pages)
    assert actual.splitlines() == golden.read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_renders_without_a_warning(name: str) -> None:
    report = sample_report(name)

    assert report.warnings == ()


@pytest.mark.parametrize(
    ("name", "author"), [("invoice", "Nordlicht Kaffeewerk GmbH"), ("table", "Hallam Climate Services")]
)
def test_a_pdf_says_what_it_is_and_when_it_was_made(name: str, author: str) -> None:
    report = render(name, short_sample(name), "de-AT", title="Ein Titel")

    facts = metadata(report.pdf)
    assert facts["Title"] == "Ein Titel"
    assert facts["Author"] == author
    assert facts["CreationDate"].startswith("D:20260403091400")
    assert claims(report.pdf).language == "de-AT"


@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_is_tagged_for_screen_readers(name: str) -> None:
    report = sample_report(name)

    said = claims(report.pdf)
    assert (said.ua_part, said.is_marked, said.pages_in_structure) == ("1", True, report.pages)
    assert {"/Document", "/H1", "/P"} <= said.roles
    assert ("/Table" in said.roles) is (name in TABLES)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_set_in_bundled_fonts_only(name: str) -> None:
    report = sample_report(name)

    fonts = set(re.findall(rb"/BaseFont\s*/[A-Z]+\+([A-Za-z-]+)", unpacked(report.pdf)))
    assert fonts
    assert {font.partition(b"-")[0] for font in fonts} <= {b"Inter", b"InterDisplay"}


@pytest.mark.parametrize("name", NAMES)
def test_the_first_file_is_a_thumbnail_of_page_one(name: str) -> None:
    report = sample_report(name)

    thumbnail = report.files[0]
    picture = Image.open(BytesIO(thumbnail.body))
    assert (thumbnail.name, thumbnail.content_type) == ("thumbnail.png", "image/png")
    assert picture.size == (thumbnail.width, thumbnail.height)
    assert thumbnail.width == 480
    assert len(picture.convert("L").getcolors(256) or ()) > 8


@pytest.mark.parametrize("name", NAMES)
def test_letter_paper_is_honoured(name: str) -> None:
    report = render(name, {**short_sample(name), "paper": "Letter"})

    assert report.files[0].width == 480
    assert report.files[0].height == pytest.approx(480 * 11 / 8.5, abs=1)


def test_an_unknown_locale_is_english() -> None:
    report = render("photos", sample("photos"), "xx-YY")

    assert "Page 1 of" in page_texts(report.pdf)[0]


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_the_same_in_every_language(name: str) -> None:
    labels = load_template_code(TEMPLATES / name).labels

    # Regions say only what they say otherwise than their language.
    regions = {tag: texts for tag, texts in labels.items() if re.fullmatch("[a-z]{2}-[A-Z]{2}", tag)}
    assert set(labels) - set(regions) == LANGUAGES
    assert [tag for tag in LANGUAGES if set(labels[tag]) != set(labels["en"])] == []
    assert [tag for tag, texts in regions.items() if not set(texts) <= set(labels["en"])] == []


@pytest.mark.parametrize("name", NAMES)
def test_labels_have_the_same_places_in_every_language(name: str) -> None:
    labels = load_template_code(TEMPLATES / name).labels

    def places(text: str) -> list[str]:
        return sorted(re.findall(r"\{(\w+)\}", text))

    wrong = [
        (language, key)
        for language, texts in labels.items()
        for key, text in texts.items()
        if places(text) != places(labels["en"][key]) or not text.strip()
    ]
    assert wrong == []


def test_another_process_makes_the_same_bytes_and_leaves_the_font_cache_alone() -> None:
    report = sample_report("invoice")
    cache = Path(os.environ["FONTCONFIG_FILE"]).parent / "cache"
    before = {file.name: file.stat().st_mtime_ns for file in cache.iterdir()}
    program = (
        "import hashlib; from tests.unit.engine.rendering import render, sample;"
        "r = render('invoice', sample('invoice')); print(hashlib.sha256(r.pdf).hexdigest())"
    )

    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT)}
    made = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=True)

    assert made.stdout.decode().strip() == hashlib.sha256(report.pdf).hexdigest()
    assert before
    assert {file.name: file.stat().st_mtime_ns for file in cache.iterdir()} == before


def test_the_weather_sample_is_what_its_maker_makes() -> None:
    maker = TEMPLATES / "weather" / "make_sample.py"

    made = subprocess.run([sys.executable, str(maker)], capture_output=True, check=True)

    assert json.loads(made.stdout) == sample("weather")


@pytest.mark.parametrize(("seed", "days"), [(1, 1), (7, 14), (99, 62)])
def test_made_up_weather_fits_the_schema_and_renders(seed: int, days: int) -> None:
    from templates.weather.make_sample import make_sample

    data = make_sample(seed, days)
    report = render("weather", data)

    jsonschema.Draft202012Validator(schema("weather")).validate(data)
    assert report.warnings == ()
    assert report.pages == (1 if days <= 16 else 2)
