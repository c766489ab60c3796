"""A text setter sets lines exactly as WeasyPrint does, or says that it cannot."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.engine.longtable.text.text_oracle import (
    SCRIPTS,
    SHAPED_AT_FIRST,
    UnfollowableFontError,
    Unsupported,
    cells_by_weasyprint,
    characters_of,
    differences,
    setter,
    supported_setter,
)

PLAIN = "font: 9pt Inter"
NUMERALS = ("normal", "tabular-nums")
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
RANDOM = settings(max_examples=3, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
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


@pytest.mark.parametrize(
    "text",
    [
        "日本語",
        "مرحبا",
        "שלום",
        "x שלום",
        "ไทย",
        "e\u0301",
        "soft\u00adhyphen",
        "\u202eabc",
        "zero\u200bwidth",
        "\U0001f600",
        "❤\ufe0f",
        "1\u20442",
        "Latin и Cyrillic",
        "form\x0cfeed",
        "\u2009",
        "\u2028",
        "\x00",
        "\ufdd0",
    ],
)
def test_what_needs_more_than_one_run_of_plain_glyphs_is_left_to_weasyprint(text: str) -> None:
    ours = supported_setter(PLAIN)

    assert ours.line(text) is None
    assert ours.line(f"a {text} b") is None
    assert ours.lines(f"a {text} b", 1000) is None


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        ("direction: rtl", "direction: rtl"),
        ("letter-spacing: 1px", "letter-spacing: 1"),
        ("word-spacing: 1px", "word-spacing: 1"),
        ("font-variant-caps: small-caps", "font-variant-caps: small-caps"),
        ("white-space: pre", "white-space: pre"),
        ("word-break: break-all", "word-break: break-all"),
        ("text-align: justify", "text-align-all: justify"),
        ("text-transform: full-width", "text-transform: full-width"),
        ("visibility: hidden", "visibility: hidden"),
        ("font-family: Noto Sans Hebrew", "its fonts lack common characters"),
    ],
)
def test_a_style_that_is_not_copied_is_named(css: str, reason: str) -> None:
    found = setter(f"font: 9pt Inter; {css}")

    assert isinstance(found, Unsupported)
    assert reason in found.reason


@pytest.mark.parametrize("transform", ["uppercase", "lowercase", "capitalize"])
@pytest.mark.parametrize("lang", ["en", "tr", "el", "nl", "lt"])
def test_letters_are_transformed_as_by_weasyprint(transform: str, lang: str) -> None:
    css = f"font: 9pt Inter; text-transform: {transform}"
    texts = ["straße in istanbul, IJmuiden ijs", "άι Άυ", "Ì"]
    ours = supported_setter(css, lang)

    answer = cells_by_weasyprint(texts, css, lang=lang)

    assert differences(texts, [ours.lines(text, 1800) for text in texts], answer.cells) == []
    assert ours.line(texts[0]) is not None


def test_the_glyphs_that_were_used_are_those_that_weasyprint_would_embed() -> None:
    texts = ["A->B (C)", "1,234.56", "Ty. fi"]
    ours = supported_setter(PLAIN)
    for text in texts:
        ours.line(text)

    usage = ours.drain_usage()

    theirs = cells_by_weasyprint(texts, PLAIN).fonts
    assert list(theirs) == [ours.font_key]
    assert theirs[ours.font_key].widths == usage.widths
    assert theirs[ours.font_key].to_unicode == usage.to_unicode


def test_each_glyph_is_told_of_once() -> None:
    ours = supported_setter(PLAIN)
    ours.line("AB")
    first = ours.drain_usage()
    ours.line("ABC")
    second = ours.drain_usage()

    assert sorted(first.to_unicode.values()) == ["A", "B"]
    assert list(second.to_unicode.values()) == ["C"]
    assert not ours.drain_usage().widths


def test_usage_adds_to_a_font_what_it_does_not_have() -> None:
    ours = supported_setter(PLAIN)
    ours.line("A")
    usage = ours.drain_usage()
    glyph = next(iter(usage.widths))
    ours.font.to_unicode[glyph] = "known"

    usage.add_to(ours.font)

    assert ours.font.widths == {glyph: usage.widths[glyph]}
    assert ours.font.to_unicode == {glyph: "known"}


def test_setters_of_one_font_share_its_entry() -> None:
    fonts: dict[int, object] = {}

    setters = [
        supported_setter(css, fonts=fonts) for css in (PLAIN, "font: 9pt Inter; font-variant-numeric: tabular-nums")
    ]

    assert list(fonts) == [setters[0].font_key]
    assert setters[0].font is setters[1].font


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("text_setter.MOST_LINES", "pairs.MOST_PAIRS", "pairs.MOST_FORMS"):
        monkeypatch.setattr(f"reports.engine.longtable.text.{name}", 3)
    ours = supported_setter(PLAIN)

    answer = cells_by_weasyprint(TEXTS, PLAIN)

    for _ in range(2):
        assert [[ours.line(text)] for text in TEXTS] == answer.cells


def test_a_font_whose_kerning_is_not_by_pairs_is_shaped_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfollowable(*_: object) -> None:
        raise UnfollowableFontError

    monkeypatch.setattr("reports.engine.longtable.text.pairs.PairTable.__init__", unfollowable)
    ours = supported_setter(PLAIN)

    answer = cells_by_weasyprint(TEXTS, PLAIN)

    assert [[ours.line(text)] for text in TEXTS] == answer.cells


def test_the_rules_of_a_font_are_read_only_for_many_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def unfollowable(_: bytes, index: int) -> None:
        asked.append(index)
        raise UnfollowableFontError

    monkeypatch.setattr("reports.engine.longtable.text.text_setter.font_rules", unfollowable)
    ours = setter(PLAIN)
    assert not isinstance(ours, Unsupported)

    few = [ours.line(text) for text in TEXTS]
    asked_for_few = len(asked)
    for number in range(SHAPED_AT_FIRST):
        ours.line(str(number))

    assert [[line] for line in few] == cells_by_weasyprint(TEXTS, PLAIN).cells
    assert asked_for_few == 0
    assert asked
