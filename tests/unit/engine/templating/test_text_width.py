"""Widths of text, without laying it out."""

from __future__ import annotations

import pytest

from reports.engine.templating.text_width import text_width


@pytest.mark.parametrize(
    ("text", "em"),
    [
        ("\u6771\u4eac\u682a\u5f0f", 4.0),  # Han
        ("\uac00\u3042\uff11\u3002", 4.0),  # Hangul, kana, and the full width of a digit and a stop
        ("\u0e01\u0e34", 0.75),  # Thai, with a vowel above
        ("\u0915\u200d", 0.75),  # Devanagari, with what joins it to the next
        ("\U0001f600", 1.3),
    ],
)
def test_characters_that_the_font_lacks_are_as_wide_as_those_of_the_fonts_that_have_them(text: str, em: float) -> None:
    assert text_width(text) == pytest.approx(em)
