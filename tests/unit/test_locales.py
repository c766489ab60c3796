"""The languages that requests may name are those that the engine can write in."""

from __future__ import annotations

from itertools import product
from string import ascii_lowercase

import pytest
from babel import Locale, UnknownLocaleError

from reports import errors
from reports.engine.templating.formats import Formats
from reports.locales import LANGUAGES, check_locale


@pytest.mark.gate
def test_they_are_those_of_babel() -> None:
    codes = ("".join(letters) for length in (2, 3) for letters in product(ascii_lowercase, repeat=length))

    assert {code for code in codes if code != "und" and is_known(code)} == LANGUAGES


def is_known(tag: str) -> bool:
    try:
        Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    "tag", ["en", "en-GB", "EN-us", "de_AT", "zh-TW", "zh-Hant-TW", "iw", "deu", "sr-Latn-RS", "de-YY"]
)
def test_a_tag_of_a_known_language_is_taken(tag: str) -> None:
    check_locale(tag)


@pytest.mark.parametrize("tag", ["xx", "xx-YY", "qq_DE", "und", "tlh", "zz-Latn"])
def test_a_tag_of_no_known_language_is_refused_with_its_place(tag: str) -> None:
    with pytest.raises(errors.UnknownLocaleError, match="There is no language") as refused:
        check_locale(tag)

    assert refused.value.detail["errors"][0]["pointer"] == "/options/locale"  # type: ignore[index]


@pytest.mark.parametrize("tag", ["en", "en-GB", "de_AT", "zh-TW", "iw", "deu", "no"])
def test_the_engine_says_nothing_of_a_locale_that_there_is(tag: str) -> None:
    assert Formats.warnings_about(tag) == ()


@pytest.mark.parametrize(("tag", "taken"), [("de-YY", "de"), ("xx-YY", "en"), ("pt-QQ", "pt")])
def test_the_engine_says_which_locale_it_takes_instead(tag: str, taken: str) -> None:
    [warning] = Formats.warnings_about(tag)

    assert warning["code"] == "unknown_locale"
    assert f"There is no locale {tag!r}" in warning["message"]
    assert f"as for {taken!r}" in warning["message"]
