"""A text that stands beside others on a line keeps the white space at its ends, but for the one that ends the line."""

from __future__ import annotations

import pytest

from tests.unit.engine.longtable.text.text_oracle import supported_setter

STYLE = "font: 9pt Inter"


@pytest.mark.parametrize("text", ["Acme", "Acme Ltd, To", "1,234.56", "Ελληνικά"])
def test_spaces_at_the_ends_of_a_run_are_as_wide_as_a_space(text: str) -> None:
    ours = supported_setter(STYLE)

    alone, space, between = (ours.run(each, ends_line=False) for each in (text, " ", f" {text} "))

    assert alone is not None
    assert space is not None
    assert between is not None
    assert alone == ours.line(text)
    assert (space.text, space.operators) == (" ", b"")
    assert between.text == f" {text} "
    assert between.width == pytest.approx(alone.width + 2 * space.width)


def test_a_space_that_ends_a_line_is_drawn_but_not_measured() -> None:
    ours = supported_setter(STYLE)

    ended, whole = (ours.run(" of ", ends_line=ends_line) for ends_line in (True, False))

    assert ended is not None
    assert whole is not None
    assert ended.text == " of"
    assert ended.operators == whole.operators
    assert ended.width < whole.width


def test_letters_of_a_run_are_transformed() -> None:
    ours = supported_setter(f"{STYLE}; text-transform: uppercase")

    run = ours.run(" straße ", ends_line=False)

    assert run is not None
    assert run.text == " STRASSE "


def test_a_run_of_another_script_is_left_to_weasyprint() -> None:
    ours = supported_setter(STYLE)

    assert ours.run(" שלום", ends_line=True) is None
