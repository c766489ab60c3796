"""A text setter breaks lines exactly where WeasyPrint does, or says that it cannot."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.engine.longtable.text.text_oracle import cells_by_weasyprint, differences, supported_setter

MILLIMETRE = 96 / 25.4
STYLES = (
    "font: 9pt Inter",
    "font: 600 8.5pt Inter; text-align: right",
    "font: 10px Inter; font-variant-numeric: tabular-nums; overflow-wrap: anywhere",
)
RANDOM = settings(max_examples=2, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
WORDS = st.text(alphabet="aeixyfilnostTAVWé,.", min_size=1, max_size=9)
NUMBERS = st.decimals(places=2, min_value=-(10**6), max_value=10**6).map("{:,}".format)
JOINTS = st.sampled_from(
    [" ", " ", " ", "-", " - ", "/", ":", " (", ") ", "@", "->", ", ", "\u00a0", "–", "“", "? ", "%", "\n "]
)
TEXT = st.lists(st.tuples(st.one_of(WORDS, WORDS, NUMBERS), JOINTS).map("".join), min_size=3, max_size=30).map("".join)
CORPUS = (
    "Replacement of the main bearing, including removal of the old one and two hours of labour",
    "Überprüfung der Straßenbeleuchtung, Höhe 12,5 m – Typ „Süd“ (A/B), inkl. Material",
    "Donaudampfschifffahrtsgesellschaftskapitän und Rindfleischetikettierungsüberwachungsaufgabe",
    "See https://example.org/reports/2026/04/03?download=true&format=pdf for the whole list",
    "state-of-the-art, up-to-date, 2026-04-03, +49-30-123456-78, A-1, a-b-c-d-e-f-g-h-i-j-k",
    "1,234.56 -1,234.56 1\u202f234,56\u00a0€ 100 % 12:34:56 10x20x30 1/2 1/3 1/4 3–5 km 20 °C",
    "“To be, or not to be”, that’s the question: Whether ’tis nobler… (or [not] {at all})!",
    "AV AW AT Ta Te To Va Ve Wa We Yo Ty. Tv, LT LV P. F, r. y, AV AW AT Ta Te To Va Ve Wa We Yo",
    "Ελληνικά κείμενα με πολλές λέξεις και τόνους, για δοκιμή",
    "Русский текст из многих слов, чтобы проверить перенос строк",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9 0",
    "iiii llll iiii llll iiii llll iiii llll iiii llll iiii llll iiii llll",
    "   spaces   at\tboth ends,\n  and between  ",
    "one",
    "",
    "   ",
)


@pytest.mark.parametrize("css", STYLES)
@pytest.mark.parametrize("width", [10, 14.7, 20, 35, 50, 90])
def test_a_cell_is_broken_into_lines_as_by_weasyprint(css: str, width: float) -> None:
    pixels = width * MILLIMETRE
    ours = supported_setter(css)

    answer = cells_by_weasyprint(CORPUS, css, pixels)

    assert differences(CORPUS, [ours.lines(text, pixels) for text in CORPUS], answer.cells) == []


@pytest.mark.parametrize("css", STYLES)
@pytest.mark.parametrize("width", [14.7, 35, 90])
def test_a_long_text_is_broken_into_lines_as_by_weasyprint(css: str, width: float) -> None:
    latin = [text for text in CORPUS if text.isprintable() and "Р" not in text and "Ε" not in text]
    texts = [" ".join(latin[at:] + latin[:at]) for at in range(0, len(latin), 3)]
    texts += ["-".join(["word"] * 90), "x" * 200, f"{'x' * 300} and more", "a " * 300]
    pixels = width * MILLIMETRE
    ours = supported_setter(css)

    lines = [ours.lines(text, pixels) for text in texts]

    assert lines.count(None) <= 2
    assert differences(texts, lines, cells_by_weasyprint(texts, css, pixels).cells) == []


@pytest.mark.parametrize("wrap", ["anywhere", "break-word"])
@pytest.mark.parametrize("width", [5, 7.5, 11])
def test_a_word_that_is_wider_than_a_cell_is_broken_as_by_weasyprint(wrap: str, width: float) -> None:
    css, pixels = f"font: 10px Inter; overflow-wrap: {wrap}", width * MILLIMETRE
    texts = [*CORPUS, "Contemporary Fiction", "of Adventure", "mnt. ,ek--nm", "a,b -c.d ,e", "x\u00a0y\u00a0zzzzzzzzzz"]
    ours = supported_setter(css)

    found = [ours.lines(text, pixels) for text in texts]

    assert differences(texts, found, cells_by_weasyprint(texts, css, pixels).cells) == []
    assert sum(lines is None for lines in found) <= len(texts) / 3


@pytest.mark.parametrize("width", [35, 50, 60, 70, 80])
def test_ordinary_text_needs_no_help_to_be_broken(width: float) -> None:
    ours = supported_setter(STYLES[0])

    left = [text for text in CORPUS if ours.lines(text, width * MILLIMETRE) is None]

    assert left == []


def test_a_cell_as_wide_as_its_text_has_one_line() -> None:
    texts = ["ID-0001234", "Muster & Söhne", "1,234.56"]
    for text in texts:
        ours = supported_setter(STYLES[0])
        line = ours.line(text)
        assert line is not None

        assert ours.lines(text, line.width) == [line]
        assert ours.lines(text, line.width - 1e-13) == [line]
        assert cells_by_weasyprint([text], STYLES[0], line.width).cells == [[line]]


def test_what_rounding_decides_is_left_to_weasyprint() -> None:
    ours = supported_setter(STYLES[0])
    line = ours.line("Muster & Söhne")
    assert line is not None

    assert ours.lines("Muster & Söhne", line.width - 1e-6) is None


def test_a_word_that_is_cut_beside_white_space_is_left_to_weasyprint() -> None:
    ours = supported_setter("font: 9pt Inter; overflow-wrap: anywhere")
    lines = ours.lines("Donaudampfschifffahrtsgesellschaft", 60)
    assert lines is not None
    first = lines[0].text

    assert ours.lines(f"{first}\u00a0x", lines[0].width + 0.5) is None
    assert ours.lines(f"{first} ,x", lines[0].width + 0.5) is None


def test_words_that_may_be_hyphenated_are_left_to_weasyprint() -> None:
    ours = supported_setter("font: 9pt Inter; hyphens: auto")

    assert ours.lines("representation of organizations", 60) is None
    assert ours.lines("representation of organizations", 600) is not None


@pytest.mark.parametrize("width", [40, 60, 600])
def test_a_text_of_several_scripts_is_left_to_weasyprint(width: float) -> None:
    ours = supported_setter(STYLES[0])

    assert ours.lines("No. שלום 12345678", width) is None


def test_a_cell_that_must_not_wrap_has_one_line() -> None:
    css = "font: 9pt Inter; white-space: nowrap"
    ours = supported_setter(css)

    answer = cells_by_weasyprint(CORPUS[:-3], css, 60)

    assert [ours.lines(text, 60) for text in CORPUS[:-3]] == answer.cells


@pytest.mark.parametrize("css", STYLES)
@pytest.mark.parametrize("width", [30, 45.678])
@RANDOM
@given(texts=st.lists(TEXT, min_size=60, max_size=60))
def test_any_text_is_broken_as_by_weasyprint(css: str, width: float, texts: list[str]) -> None:
    pixels = width * MILLIMETRE
    ours = supported_setter(css)

    answer = cells_by_weasyprint(texts, css, pixels)

    assert differences(texts, [ours.lines(text, pixels) for text in texts], answer.cells) == []
