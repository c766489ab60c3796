"""What is said about characters that no bundled font has."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from reports.engine.document.layout_log import MissingGlyphs
from reports.engine.templating.formats import Formats
from reports.errors import UnprintableAmountsError
from tests.unit.engine.rendering import PrintedReport, context, page_texts, printed, renderer, template


def places_on_first_page(pdf: bytes) -> list[tuple[float, float]]:
    """Return the left and the right edge of what is drawn for each character."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[0].get_textpage()
        edges = {page.get_charbox(index)[::2] for index in range(page.count_chars())}
    return sorted((left, right) for left, right in edges if right > left)


def rendered(folder: Path, text: str) -> PrintedReport:
    return printed(renderer(), template(folder), {"text": text}, context())


def test_missing_glyphs_are_named_once_each_in_the_order_of_the_document(folder: Path) -> None:
    report = rendered(folder, "Bread 𓏐, beer 𓏊, and bread 𓏐 again 𒀭")

    [warning] = report.warnings
    assert (warning["code"], warning["characters"]) == ("missing_glyphs", "𓏐𓏊𒀭")
    assert warning["message"].endswith(": 𓏐 (U+133D0), 𓏊 (U+133CA), 𒀭 (U+1202D)")


def test_each_missing_glyph_has_a_box_of_its_own_and_keeps_its_text(folder: Path) -> None:
    report = rendered(folder, "1𓏐𓏊𓏐2")

    boxes = places_on_first_page(report.pdf)
    assert "1𓏐𓏊𓏐2" in page_texts(report.pdf)[0]
    assert len(boxes) == 5
    assert all(right <= left for (_, right), (left, _) in pairwise(boxes))


def test_characters_that_turn_letters_around_are_shown_and_turn_none(folder: Path) -> None:
    report = rendered(folder, "user\u202egnp.exe \u202dabc")

    assert "user�gnp.exe �abc" in page_texts(report.pdf)[0]


def test_a_text_that_the_fonts_have_is_not_warned_of(folder: Path) -> None:
    report = rendered(folder, "Żółć ‒ naïve, Ελλάδα, Привет, שלום, السلام")

    assert report.warnings == ()


def test_a_document_in_an_unknown_script_has_one_short_warning(folder: Path) -> None:
    script = [chr(0x12000 + number) for number in range(300)]

    report = rendered(folder, " ".join(script))

    (warning,) = report.warnings
    assert warning["characters"] == "".join(script[:50])


def test_each_document_has_warnings_of_its_own(folder: Path) -> None:
    rendered(folder, "𓏐")

    report = rendered(folder, "𓏊")

    assert [warning["characters"] for warning in report.warnings] == ["𓏊"]


def test_characters_found_by_others_are_gathered_as_well() -> None:
    missing = MissingGlyphs()

    missing.add("𓏐𓏊")
    missing.add(["𓏊", "𒀭"])

    assert [warning["characters"] for warning in missing.warnings] == ["𓏐𓏊𒀭"]
    assert MissingGlyphs().warnings == ()


def test_amounts_that_would_have_boxes_in_them_fail(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(Formats.of("en")), "characters", frozenset("0123456789𓏐"))

    with pytest.raises(UnprintableAmountsError, match=r"amounts are written with: 𓏐 \(U\+133D0\)\. Choose another"):
        rendered(folder, "5 𓏐")
    assert rendered(folder, "5 𓏊").warnings
