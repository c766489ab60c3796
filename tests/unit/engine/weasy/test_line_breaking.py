"""Lines are broken as WeasyPrint breaks them, without a look at all of the text for each."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.engine.renderer import WeasyPrintRenderer
from tests.examples import examples

PIECES = st.sampled_from(
    ["x", "W", "iiii", " ", "  ", "\u00ad", "-", "\u200b", "é", "e\u0301", "漢", "ب", "ש", "\u202e", "\n", "fi"]
)
TEXTS = st.one_of(
    st.lists(st.tuples(PIECES, st.integers(1, 150)), max_size=8).map(lambda all: "".join(p * n for p, n in all)),
    st.lists(PIECES, max_size=400).map("".join),
    st.text(max_size=300),
)


@cache
def style_of(css: str) -> Any:
    """Return the style of a text."""
    WeasyPrintRenderer()
    from weasyprint import HTML

    from reports.engine.weasy.patches.text import font_configuration

    html = f"<p style='font-family: Inter, sans-serif; width: 9999px; {css}'>a</p>"
    document = HTML(string=html).render(font_config=font_configuration())
    return next(box.style for box in document.pages[0]._page_box.descendants() if getattr(box, "text", "") == "a")


def printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\u00ad\u200b\u202e")


@pytest.mark.parametrize(
    "css",
    [
        "",
        "overflow-wrap: anywhere",
        "overflow-wrap: break-word; font-size: 20pt",
        "word-break: break-all",
        "white-space: nowrap",
        "white-space: pre-wrap; overflow-wrap: anywhere",
        "direction: rtl; overflow-wrap: anywhere",
        "letter-spacing: 2pt",
    ],
)
@given(
    text=TEXTS.map(printable),
    width=st.one_of(st.none(), st.sampled_from([0, 5, 40, 150, 600, 3000]), st.floats(0, 700)),
    is_line_start=st.booleans(),
    minimum=st.booleans(),
)
@settings(max_examples=examples(30))
def test_a_first_line_is_that_of_the_whole_text(
    css: str, text: str, width: float | None, is_line_start: bool, minimum: bool
) -> None:
    style = style_of(css)
    from weasyprint.text import line_break

    if "pre" not in css:
        text = re.sub(" +", " ", text)  # that is done before lines are broken
    bounded = line_break.split_first_line

    found = bounded(text, style, None, width, 0, is_line_start, minimum)
    expected = bounded.__wrapped__(text, style, None, width, 0, is_line_start, minimum)

    assert found[1:] == expected[1:]
    # What is drawn is the text of the layout: of a line that ends a text, all of it.
    assert found[0].text == expected[0].text


@pytest.mark.parametrize("word", ["x" * 20_000, "x\u00ad" * 10_000, "\u202ex" * 10_000])
@pytest.mark.parametrize("width", [0, 100, 400])
def test_no_more_is_laid_out_for_a_line_than_a_few_lines(
    word: str, width: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    style = style_of("overflow-wrap: anywhere")
    from weasyprint.text import line_break

    laid_out = 0
    set_text = line_break.Layout.set_text

    def counted(layout: Any, text: str, justify: bool = False) -> None:
        nonlocal laid_out
        laid_out += len(text)
        set_text(layout, text, justify)

    monkeypatch.setattr(line_break.Layout, "set_text", counted)

    _, _, resume_at, _, _, _ = line_break.split_first_line(word, style, None, width, 0, minimum=width == 0)

    assert resume_at is not None
    assert laid_out < 40_000 + (0 if "\u00ad" not in word else 40_000)
