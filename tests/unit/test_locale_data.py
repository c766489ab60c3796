"""What a process has written in one language changes nothing that it writes in another."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date

from reports.locale_data import Locale

# That alone have names of their own for months that stand alone.
_OTHERS = ("zh", "ja", "ru", "ar", "fi")


@pytest.mark.parametrize(
    ("language", "january"), [("es", "enero"), ("nl", "januari"), ("pt", "janeiro"), ("tr", "Ocak")]
)
def test_names_of_months_are_those_of_the_language_after_any_other(language: str, january: str) -> None:
    for other in _OTHERS:
        for context in ("format", "stand-alone"):
            assert all(Locale(other).months[context][width][1] for width in ("wide", "abbreviated", "narrow"))

    assert format_date(date(2026, 1, 5), "LLLL", locale=language) == january


def test_what_one_locale_has_resolved_is_not_in_the_data_of_another() -> None:
    chinese = dict(Locale("zh").months["stand-alone"]["wide"])

    assert dict(Locale("it").months["stand-alone"]["wide"]) != chinese
    assert dict(Locale("zh").months["stand-alone"]["wide"]) == chinese


def test_short_names_of_months_are_short_whatever_was_asked_for_before() -> None:
    assert Locale("fr").months["stand-alone"]["abbreviated"][2] == "févr."
