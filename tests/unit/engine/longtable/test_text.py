"""A text setter sets lines exactly as WeasyPrint does, or says that it cannot."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.engine.longtable.text_oracle import (
    SCRIPTS,
    cells_by_weasyprint,
    characters_of,
    differences,
    supported_setter,
)

PLAIN = "font: 9pt Inter"
LETTERS = {"Zyyy": "", "Latn": "A", "Grek": "Α", "Cyrl": "А"}
STYLES = (
    PLAIN,
    "font: 600 8.5pt Inter",
    "font: 7.3px Inter; font-variant-numeric: tabular-nums",
    "font: 600 31pt Inter; font-variant-numeric: tabular-nums slashed-zero",
    "font: italic 10pt Inter; font-kerning: none",
    "font: 10pt Inter; font-variant-ligatures: none; font-feature-settings: 'ss03', 'case'",
    "font: 10pt Inter; font-variant-numeric: diagonal-fractions",
    "font: 10pt InterDisplay-SemiBold, Inter; text-transform: uppercase",
)
RANDOM = settings(max_examples=5, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
WORDS = st.text(alphabet="abcxyfiltASTVWX", min_size=1, max_size=7)
NUMBERS = st.decimals(places=2, min_value=-(10**9), max_value=10**9).map("{:,}".format)
JOINTS = st.sampled_from(
    ["", " ", "-", " - ", "/", ":", " (", ") ", "@", "->", ", ", ". ", "\u00a0", "–", "“", "’", "\n ", "  "]
)
TEXT = st.lists(st.one_of(WORDS, NUMBERS, JOINTS), min_size=1, max_size=6).map("".join)
TEXTS = (
    "1,234.56",
    "-1,234.56",
    "−1.234,56 €",
    "1\u202f234,56\u00a0€",
    "(1,234.56)",
    "2026-04-03",
    "12:34:56",
    "1/2 and 10x20 and 3×4",
    "INV-2026-0047",
    "inv-2026-0048",
    "AVATAR Ty. WAVE To, Ve",
    "Straße des 17. Juni 135, 10623 Berlin",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "Łódź, Žilina, Århus, Ñandú, Ðorđe, İstanbul",
    "“Double”, ‘single’, „German“, «French», it’s",
    "pages 3–5 — or so…",
    "https://example.org/a/b?c=d&e=f#g",
    "someone@example.org",
    "A -> B <- C => D <-> E",
    "A-B a-b A-b (A) (a) [A] {A} A@A a@a A:B 1:2",
    "fi fl ffi ffl ft tt",
    "100 % ‰ № ™ © ® ° § ¶ µ ² ½",
    "Ελληνικά: Αθήνα (ΑΒΓ)",
    "Русский текст: Москва (АБВ-12)",
    "x",
    "\u00a0",
    "a\u00a0b",
)


@pytest.mark.parametrize("css", STYLES)
def test_a_line_is_set_as_weasyprint_sets_it(css: str) -> None:
    ours = supported_setter(css)

    answer = cells_by_weasyprint(TEXTS, css)

    lines = [ours.line(text) for text in TEXTS]
    assert [[line] for line in lines] == answer.cells
    assert [ours.line(text) for text in reversed(TEXTS)] == lines[::-1]
    assert {ours.font_operator} == answer.font_operators


@pytest.mark.parametrize("css", [*STYLES[:3], STYLES[5]])
@RANDOM
@given(texts=st.lists(TEXT, min_size=100, max_size=100))
def test_any_text_is_set_as_weasyprint_sets_it(css: str, texts: list[str]) -> None:
    ours = supported_setter(css)

    answer = cells_by_weasyprint(texts, css)

    for _ in range(2):  # the second time from what was learnt the first time
        assert differences(texts, [ours.lines(text, 1800) for text in texts], answer.cells) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_character_that_is_taken_is_set_as_weasyprint_sets_it(script: str) -> None:
    ours = supported_setter(PLAIN)
    taken = [each for each in characters_of(script) if ours.line(each) is not None]
    letter = LETTERS[script]
    texts = [
        "".join(f"{each}{letter}{each}1 {each}" for each in taken[start : start + 20])
        for start in range(0, len(taken), 20)
    ]

    answer = cells_by_weasyprint(texts, PLAIN)

    assert len(taken) > 100
    assert [[ours.line(text)] for text in texts] == answer.cells
