"""Texts that were broken into lines before are broken no more, and come out the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.unit.engine.weasy.test_line_breaking import TEXTS, printable, style_of

WIDTHS = st.one_of(st.none(), st.sampled_from([0, 5, 40, 150, 600]), st.floats(0, 700))


def fresh(found: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what a line is, with all that its layout holds."""
    layout, *measures = found
    return vars(layout), measures


@pytest.mark.parametrize(
    "css",
    [
        "",
        "overflow-wrap: anywhere",
        "word-break: break-all; text-decoration: underline",
        "white-space: pre-wrap; tab-size: 4",
        "direction: rtl; letter-spacing: 2pt",
        "hyphens: auto; font-feature-settings: 'tnum'",
    ],
)
@given(
    text=TEXTS.map(printable),
    width=WIDTHS,
    spacing=st.sampled_from([0, 3.5]),
    is_line_start=st.booleans(),
    minimum=st.booleans(),
)
@settings(max_examples=examples(30))
def test_a_line_that_is_known_is_the_one_that_weasyprint_makes(
    css: str, text: str, width: float | None, spacing: float, is_line_start: bool, minimum: bool
) -> None:
    style = style_of(css)
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    from reports.engine.weasy.patches.lines import KnownLines

    arguments = (text, style, None, width, spacing, is_line_start, minimum)

    with KnownLines().for_document(style.font_config):
        found = [fresh(inline.split_first_line(*arguments)) for _ in range(2)]

    assert found == [fresh(line_break.split_first_line(*arguments))] * 2


def test_a_first_line_depends_on_no_property_but_those_that_are_listed() -> None:
    style = style_of("")
    from weasyprint.text import line_break

    from reports.engine.weasy.patches.lines import PROPERTIES

    class Watched:
        """A style that remembers what it was asked for."""

        def __init__(self, values: dict[str, Any]) -> None:
            self.values, self.font_config = values, style.font_config
            self.asked: set[str] = set()

        def __getitem__(self, name: str) -> Any:
            self.asked.add(name)
            return self.values.get(name, style[name])

    asked: set[str] = set()
    kinds: list[dict[str, Any]] = [
        {},
        {"hyphens": "auto", "lang": "en", "hyphenate_limit_zone": style["hyphenate_limit_zone"]},
        {"overflow_wrap": "anywhere"},
        {"text_decoration_line": {"underline"}, "letter_spacing": 2.0, "word_spacing": 3.0},
        {"white_space": "pre-wrap", "tab_size": 4},
        {"font_variation_settings": (("wght", 500),)},
        {"font_language_override": "DEU"},
    ]
    for values in kinds:
        for text in ("a hyphenation of extraordinary words", "a\u00adb\u00adc", "a\tb", "W" * 50, " "):
            for width in (0, 40, None):
                watched = Watched(values)
                line_break.split_first_line(text, watched, _Context(), width, 0)
                asked |= watched.asked

    assert asked == set(PROPERTIES)


class _Context:
    """What WeasyPrint keeps of a document; of it, lines need the dictionaries."""

    def __init__(self) -> None:
        self.dictionaries: dict[Any, Any] = {}


def broken(style: Any, texts: list[str]) -> int:
    """Break texts; return how many WeasyPrint had to break."""
    from weasyprint.layout import inline

    from reports.engine.weasy.patches import lines

    count = 0

    def counted(*arguments: Any) -> Any:
        nonlocal count
        count += 1
        return inline.split_first_line.__wrapped__(*arguments)

    split = lines._remembering(counted)
    for text in texts:
        split(text, style, None, 100.0, 0)
    return count


def test_lines_are_known_in_the_document_and_in_the_next_one() -> None:
    from reports.engine.weasy.patches.lines import KnownLines

    style, known = style_of(""), KnownLines()

    with known.for_document(style.font_config):
        assert broken(style, ["label", "label", "value 1"]) == 2
    with known.for_document(style.font_config):
        assert broken(style, ["label", "value 2"]) == 1
    with known.for_document(style.font_config):
        assert broken(style, ["label", "value 1"]) == 1
    assert broken(style, ["label", "label"]) == 2


def test_a_line_of_the_document_before_is_the_one_that_weasyprint_makes() -> None:
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    from reports.engine.weasy.patches.lines import KnownLines

    style, known = style_of("hyphens: auto; overflow-wrap: anywhere"), KnownLines()
    texts = ["label", "two words", "so\u00adft", "line\nend", "W" * 60, " ", "é漢"]
    for text in texts * 2:
        for width in (None, 0, 40.0):
            arguments = (text, style, None, width, 0)
            with known.for_document(style.font_config):
                found = fresh(inline.split_first_line(*arguments))
            with known.for_document(style.font_config):
                again = fresh(inline.split_first_line(*arguments))
            assert found == again == fresh(line_break.split_first_line(*arguments))


def test_no_text_of_a_report_stays_known() -> None:
    from weasyprint.layout import inline

    from reports.engine.weasy.patches.lines import KnownLines

    style, known = style_of(""), KnownLines()

    with known.for_document(style.font_config):
        inline.split_first_line("a word of the tenant", style, None, None, 0)
        inline.split_first_line("a word of the tenant", style, None, 40.0, 0)
        assert "word of" in repr(vars(known))

    assert len(known._before) == 2
    assert "word of" not in repr(vars(known))


def test_no_more_lines_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.engine.weasy.patches import lines

    monkeypatch.setattr(lines, "MOST_LINES", 3)
    style = style_of("")

    with lines.KnownLines().for_document(style.font_config):
        assert broken(style, [str(number) for number in range(5)] * 2) == 5 + 2


def test_styles_that_differ_have_lines_of_their_own() -> None:
    from weasyprint.layout import inline

    from reports.engine.weasy.patches.lines import KnownLines

    small, large = style_of(""), style_of("font-size: 30pt")

    with KnownLines().for_document(small.font_config), KnownLines().for_document(large.font_config):
        widths = [inline.split_first_line("text", style, None, None, 0)[3] for style in (small, large)]

    assert widths[0] < widths[1]
