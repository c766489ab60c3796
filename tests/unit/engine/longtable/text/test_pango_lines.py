"""Texts in other scripts and fonts are set as WeasyPrint sets them, with the height that their fonts give a line."""

from __future__ import annotations

import pytest

from tests.unit.engine.longtable.text.text_oracle import drawn_by_weasyprint, supported_setter

TEXTS = (
    "東京都港区",
    "No. 12 東京 AVATAR",
    "中文简体 한국어",
    "สวัสดีครับ น้ำตาล",
    "नमस्ते क्षत्रिय",
    "مرحبا 12 ab",
    "שלום",
    "☐ ✅ ok",
    "\U0001f600 \U0001f44d\U0001f3fd",
    "Ã©â€™ \ufffd",
    "a\u0301e\u0302",
    "a\u00adb",
    "x\u200by",
)


@pytest.mark.parametrize("css", ["font: 9pt Inter", "font: 600 8.5pt/1.7 Inter; font-variant-numeric: tabular-nums"])
def test_a_text_in_other_fonts_is_set_as_weasyprint_sets_it(css: str) -> None:
    ours = supported_setter(css, asks_pango=True)
    theirs = drawn_by_weasyprint(TEXTS, css)

    for text, right in zip(TEXTS, theirs, strict=True):
        line = ours.line(text)

        assert line is not None, text
        assert line.text == text
        assert (line.width, line.rise) == pytest.approx((right.width, right.rise)), text
        assert right.operators in (line.operators, _between(line.operators, ours.font_operator)), text


def test_lines_in_the_font_of_the_style_rise_by_nothing() -> None:
    ours = supported_setter("font: 9pt Inter", asks_pango=True)

    lines = [ours.line(text) for text in ("plain", "Ελληνικά", "Русский 12")]

    assert [line.rise for line in lines if line is not None] == [0, 0, 0]


def test_a_space_at_the_end_of_a_text_in_other_fonts_takes_no_room() -> None:
    ours = supported_setter("font: 9pt Inter", asks_pango=True)

    with_space, without = ours.line("東京 "), ours.line("東京")

    assert with_space is not None
    assert without is not None
    assert (with_space.text, with_space.width) == (without.text, without.width)
    assert len(with_space.operators) > len(without.operators)


def test_a_text_that_parts_itself_into_lines_is_left_to_weasyprint() -> None:
    assert supported_setter("font: 9pt Inter", asks_pango=True).line("one\u2028two") is None


def _between(operators: bytes, font_operator: bytes) -> bytes:
    """Return operators with the font chosen in front, and not behind, as WeasyPrint writes them."""
    inner = operators.removeprefix(b"\n").removesuffix(b"\n" + font_operator)
    return inner if b" Tf" in inner.split(b"\n")[0] else font_operator + b"\n" + inner
