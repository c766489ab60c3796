"""Numbers of an invoice, as programs and as people of a locale write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.engine.templating.formats import Formats
from templates.invoice.numbers import NumberReader
from tests.examples import examples
from tests.unit.engine.rendering import schema


def reader(locale: str, *others: str) -> NumberReader:
    return NumberReader(Formats.of(locale), {"lines": [{"price": text} for text in others]})


@pytest.mark.parametrize(
    ("locale", "text", "number"),
    [
        ("de", "2,5", "2.5"),
        ("de", "1.234,50", "1234.50"),
        ("de", "1.234.567", "1234567"),
        ("de", "1234.50", "1234.50"),
        ("de", "0.125", "0.125"),
        ("de-CH", "1’234.50", "1234.50"),
        ("de-CH", "1'234.5", "1234.5"),
        ("fr", "1\u202f234,50", "1234.50"),
        ("fr", "1 234,5", "1234.5"),
        ("pl", "12\u00a0345,60", "12345.60"),
        ("en", "1,234.50", "1234.50"),
        ("en", ".5", "0.5"),
        ("en-IN", "12,34,567.50", "1234567.50"),
        ("ja", "１２，３４５", "12345"),
        ("ar-EG", "١٬٢٣٤٫٥٠", "1234.50"),
        ("fa", "۱۲٫۵", "12.5"),
        ("es", "−12,50", "-12.50"),
        ("de", "12,50-", "-12.50"),
        ("en", "(320.50)", "-320.50"),
        ("de", "8,1 %", "8.1"),
        ("pt-BR", "2.500.000.000,00", "2500000000"),
    ],
)
def test_a_number_is_read_as_it_was_meant(locale: str, text: str, number: str) -> None:
    assert reader(locale).read(text) == Decimal(number)


@pytest.mark.parametrize(
    ("locale", "text"),
    [("en", "2,5"), ("en", "1,23"), ("de", "1,234,5"), ("fr", "12.34.56"), ("de", "1.2345,0"), ("en", "1 2")],
)
def test_what_is_no_number_in_the_locale_is_refused_with_an_example(locale: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"{text!r} is not a number: write it as 1234.50, or as 1"):
        reader(locale).read(text)


def test_a_point_before_three_digits_is_never_guessed_at() -> None:
    with pytest.raises(ValueError, match=r"'1\.234' may be 1\.234 or 1234 in the locale 'de'"):
        reader("de", "1.234").read("1.234")
    with pytest.raises(ValueError, match="may be"):
        reader("de", "1.234", "2,5", "19.90").read("1.234")

    assert reader("de", "1.234", "2,5").read("1.234") == 1234
    assert reader("de", "1.234", "19.90").read("1.234") == Decimal("1.234")
    assert reader("en", "1.234").read("1.234") == Decimal("1.234")
    assert reader("de").read(1.234) == Decimal("1.234")


def test_a_number_of_more_than_fifteen_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 15 digits"):
        reader("en").read("1234567890123456")


@settings(max_examples=examples(100))
@given(
    number=st.decimals(-999_999_999, 999_999_999, places=2),
    locale=st.sampled_from(
        ["en", "de", "fr", "it", "nl", "pl", "pt", "es", "ja", "zh", "hi", "de-CH", "en-IN", "sv", "ru"]
    ),
)
def test_what_a_locale_writes_is_read_again(number: Decimal, locale: str) -> None:
    formats = Formats.of(locale)

    assert reader(locale).read(formats.number(number, 2)) == number


def test_the_schema_lets_all_such_texts_pass_and_no_words() -> None:
    import re

    pattern: Any = schema("invoice")["$defs"]["number"]["pattern"]

    texts = ["1.234,50", "1’234.50", "1\u202f234,5", "−5", "(5)", "5-", "١٬٢٣٤٫٥٠", "１２，３４５", ".5", "-0.5", "12"]
    assert [text for text in texts if not re.search(pattern, text)] == []
    assert [text for text in ("", "abc", "1e5", "NaN", "12 kg", "€5", "5\n") if re.fullmatch(pattern, text)] == []
