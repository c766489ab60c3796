"""What is said about characters that no bundled font has."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.engine.document.layout_log import MissingGlyphs
from tests.unit.engine.rendering import PrintedReport, context, printed, renderer, template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay out a template that prints its data."""
    page = '<!doctype html><html lang="en"><head><title>t</title></head><body>{{ data.text }}</body></html>'
    (tmp_path / "template.html.j2").write_text(page, "utf-8")
    (tmp_path / "style.css").write_text("html { font-family: Inter }", "utf-8")
    return tmp_path


def rendered(folder: Path, text: str) -> PrintedReport:
    return printed(renderer(), template(folder), {"text": text}, context())


def test_missing_glyphs_are_named_once_each_in_the_order_of_the_document(folder: Path) -> None:
    report = rendered(folder, "Tea 茶, coffee 咖, and tea 茶 again 🍵")

    [warning] = report.warnings
    assert (warning["code"], warning["characters"]) == ("missing_glyphs", "茶咖🍵")
    assert warning["message"].endswith(": 茶 (U+8336), 咖 (U+5496), 🍵 (U+1F375)")


def test_a_text_that_the_fonts_have_is_not_warned_of(folder: Path) -> None:
    report = rendered(folder, "Żółć ‒ naïve, Ελλάδα, Привет, שלום, السلام")

    assert report.warnings == ()


def test_a_document_in_an_unknown_script_has_one_short_warning(folder: Path) -> None:
    script = [chr(0x4E00 + number) for number in range(300)]

    report = rendered(folder, " ".join(script))

    (warning,) = report.warnings
    assert warning["characters"] == "".join(script[:50])


def test_each_document_has_warnings_of_its_own(folder: Path) -> None:
    rendered(folder, "茶")

    report = rendered(folder, "咖")

    assert [warning["characters"] for warning in report.warnings] == ["咖"]


def test_characters_found_by_others_are_gathered_as_well() -> None:
    missing = MissingGlyphs()

    missing.add("茶咖")
    missing.add(["咖", "🍵"])

    assert [warning["characters"] for warning in missing.warnings] == ["茶咖🍵"]
    assert MissingGlyphs().warnings == ()
