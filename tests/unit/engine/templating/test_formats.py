"""Numbers, amounts and dates, as people of a locale write them."""

from __future__ import annotations

import decimal
from copy import copy
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date, format_time
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.templating.calendars import SolarHijriDate
from reports.engine.templating.cldr import digits_of, numbering_of
from reports.engine.templating.formats import MOST_DIGITS, Formats, as_decimal, rounded
from reports.engine.templating.template_code import css_string, page_counter
from reports.engine.templating.words import fill


@pytest.mark.parametrize(
    ("tag", "value", "places", "expected"),
    [
        ("en", 1234.5, 2, "1,234.50"),
        ("de", "1234.5", 2, "1.234,50"),
        ("en-IN", 1234567, 0, "12,34,567"),
        ("fr", 1234567, 0, "1\u202f234\u202f567"),
        ("en", -3, 0, "−3"),
        ("en", -0.001, 2, "0.00"),
        ("en", 0.1 + 0.2, 1, "0.3"),
        ("en", Decimal("0.125"), 2, "0.13"),
        ("en", Decimal("-0.125"), 2, "−0.13"),
        ("en", "1e3", None, "1,000"),
        ("en", "12.340", None, "12.340"),
        ("en", None, 2, "–"),
        ("xx", 1234, 0, "1,234"),
        ("de-XX", 1234, 0, "1.234"),
        ("ar", -5, 0, "\u200e−5"),
    ],
)
def test_numbers_are_written_as_in_the_locale(
    tag: str, value: float | str | Decimal | None, places: int | None, expected: str
) -> None:
    assert Formats.of(tag).number(value, places) == expected


@pytest.mark.parametrize(
    ("tag", "value", "currency", "expected"),
    [
        ("en", "5325.375", "EUR", "€5,325.38"),
        ("de", "5325.38", "EUR", "5.325,38\u00a0€"),
        ("en", -5, "USD", "−$5.00"),
        ("en", 4950, "JPY", "¥4,950"),
        ("de", 1.5, "KWD", "1,500\u00a0KWD"),
        ("en", None, "EUR", "–"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    tag: str, value: float | str | None, currency: str, expected: str
) -> None:
    assert Formats.of(tag).money(value, currency) == expected


@pytest.mark.parametrize(
    ("tag", "value", "expected"), [("en", 19, "19%"), ("de", "7.5", "7,5\u00a0%"), ("en", None, "–")]
)
def test_percentages_are_written_as_in_the_locale(tag: str, value: float | str | None, expected: str) -> None:
    assert Formats.of(tag).percent(value) == expected


def test_days_and_moments_are_written_as_in_the_locale() -> None:
    moment = datetime(2026, 4, 3, 9, 14, tzinfo=UTC)

    assert Formats.of("de").day("2026-04-03") == "03.04.2026"
    assert Formats.of("en-GB").day("2026-04-03", "long") == "3 April 2026"
    assert Formats.of("de").day(moment, "MMMEd") == "Fr., 3. Apr."
    assert Formats.of("en-GB").moment(moment) == "3 Apr 2026, 09:14\u00a0UTC"
    assert Formats.of("en-GB").moment("2026-04-03T09:14:00") == "3 Apr 2026, 09:14"


@pytest.mark.parametrize("value", [True, "", "ten", float("nan"), float("inf"), "NaN"])
def test_what_is_no_finite_number_is_refused(value: float | str) -> None:
    with pytest.raises(ValueError, match="number"):
        as_decimal(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**34), max_value=10**34), st.integers(0, 6))
def test_a_number_can_be_read_back(value: Decimal, places: int) -> None:
    text = Formats.of("en").number(value, places)

    assert Decimal(text.replace(",", "").replace("−", "-")) == rounded(value, places)


@pytest.mark.parametrize(
    ("tag", "value", "places", "expected"),
    [
        ("en", "9" * 40, 0, ",".join(["9", *["999"] * 13])),
        ("en", "9" * 41, 0, "1E41"),
        ("en", "9" * 39, 2, "1E39"),
        ("en", 1e308, 4, "1E308"),
        ("de", -1.7976931348623157e308, 0, "−1,7976931348623157E308"),
        ("en", 5e-324, None, "5E−324"),
        ("en", 5e-324, 2, "0.00"),
        ("ar", -1e-300, None, "\u200e−1E\u200e−300"),
        ("sv", 1e300, 0, "1×10^300"),
    ],
)
def test_a_number_of_too_many_digits_is_written_with_an_exponent(
    tag: str, value: float | str, places: int | None, expected: str
) -> None:
    assert Formats.of(tag).number(value, places) == expected


@pytest.mark.parametrize("tag", ["en", "de", "ar", "fa", "sv", "hi"])
@given(
    value=st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(10**4299), 10**4299),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.from_regex(r"-?[0-9]{1,60}(\.[0-9]{1,60})?([eE]-?[0-9]{1,4})?", fullmatch=True),
    ),
    places=st.one_of(st.none(), st.integers(0, 6)),
)
def test_no_number_is_written_with_more_digits_than_can_be_laid_out(
    tag: str, value: float | Decimal | str, places: int | None
) -> None:
    formats = Formats.of(tag)

    for text in (formats.number(value, places), formats.percent(value, places), formats.money(value, "EUR")):
        assert sum(map(str.isdigit, text)) <= MOST_DIGITS + 2
    if places is not None:
        assert formats.number_writer(places)(as_decimal(value)) == formats.number(value, places)


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_rounding_is_half_away_from_zero(tenths: int, places: int) -> None:
    half = Decimal(tenths * 10 + (5 if tenths >= 0 else -5)).scaleb(-places - 1)

    assert abs(rounded(half, places)) == abs(half) + Decimal(5).scaleb(-places - 1)


def babel_number(locale: Locale, value: Decimal, places: int) -> str:
    """Write a number with nothing but Babel, and then with our minus sign and the locale's digits."""
    numbering = numbering_of(locale)
    pattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = (places, places)
    with decimal.localcontext(prec=400, rounding=ROUND_HALF_UP):
        text = str(pattern.apply(rounded(value, places), locale, numbering_system=numbering))
    mark = "" if locale.text_direction == "ltr" else "\u061c" if numbering == "arab" else "\u200e"
    return text.replace("-", f"{mark}−").translate(digits_of(numbering))


VALUES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**25), max_value=10**25)
LOCALES = st.sampled_from(
    ["en", "de", "en-IN", "ar", "fa", "he", "sv", "fr-CH", "pl", "es", "tok", "en-US-POSIX", "ar-EG", "bn", "my"]
)


@given(LOCALES | st.sampled_from(sorted(locale_identifiers())), VALUES, st.integers(0, 9))
def test_a_number_is_written_as_babel_writes_it(tag: str, value: Decimal, places: int) -> None:
    locale = Locale.parse(tag.replace("-", "_"))

    assert Formats(locale).number(value, places) == babel_number(locale, value, places)


class SixDigitLocale(Locale):
    """A locale with a pattern that no locale has today."""

    @property
    def decimal_formats(self) -> Any:
        pattern = copy(super().decimal_formats[None])
        pattern.int_prec = (6, 6)
        return {None: pattern}


def test_a_pattern_that_is_not_simple_is_left_to_babel() -> None:
    formats = Formats(SixDigitLocale("en"))

    assert formats.number(Decimal("-12.345"), 1) == "−000,012.3"


MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001, none of them has a zone


@given(LOCALES.filter(lambda tag: tag != "fa"), MOMENTS, st.sampled_from(["short", "medium", "long"]))
def test_a_day_and_a_time_are_written_as_babel_writes_them(tag: str, moment: datetime, style: str) -> None:
    formats = Formats.of(tag)
    own = digits_of(numbering_of(formats.locale))

    day, clock = format_date(moment, style, locale=formats.locale), format_time(moment, "short", locale=formats.locale)
    assert formats.day(moment.date().isoformat(), style) == day.translate(own)
    assert formats.clock(moment) == clock.translate(own)
    assert {*formats.moment(moment.isoformat())} <= {*formats.day(moment), *formats.clock(moment), *" ,،"}


@pytest.mark.parametrize(
    ("tag", "number", "percent", "amount"),
    [
        ("ar-EG", "\u061c−١٬٢٣٤٫٥", "٧٪\u061c", "\u200f٩٫٠٠\u00a0€"),
        ("ar-AE", "\u200e−1,234.5", "7\u200e%\u200e", "\u200f9.00\u00a0€"),
        ("fa", "\u200e−۱٬۲۳۴٫۵", "۷٪", "\u200e€\u00a0۹٫۰۰"),
        ("mr", "−१,२३४.५", "७%", "€९.००"),
        ("bn", "−১,২৩৪.৫", "৭%", "৯.০০€"),
        ("my", "−၁,၂၃၄.၅", "၇%", "၉.၀၀\u00a0€"),
        ("hi", "−1,234.5", "7%", "€9.00"),
    ],
)
def test_numbers_have_the_digits_of_their_locale(tag: str, number: str, percent: str, amount: str) -> None:
    formats = Formats.of(tag)

    assert formats.number(-1234.5) == formats.number_writer(1)(Decimal("-1234.5")) == number
    assert (formats.percent(7), formats.money(9, "EUR")) == (percent, amount)


@pytest.mark.parametrize(
    ("tag", "currency", "expected"),
    [
        ("en", "CHF", "CHF\u00a05.00"),
        ("en", "EUR", "€5.00"),
        ("en", "CAD", "CA$5.00"),
        ("en", "AED", "AED\u00a05.00"),
        ("de", "CHF", "5,00\u00a0CHF"),
        ("bn", "CHF", "৫.০০\u00a0CHF"),
        ("ja", "JPY", "￥5"),
    ],
)
def test_a_currency_in_letters_stands_apart_from_digits(tag: str, currency: str, expected: str) -> None:
    assert Formats.of(tag).money(5, currency) == expected


@pytest.mark.parametrize(
    ("tag", "style", "expected"),
    [
        ("th", "short", "28/11/69"),
        ("th", "medium", "28 พ.ย. 2569"),
        ("th", "long", "28 พฤศจิกายน พ.ศ. 2569"),
        ("fa", "short", "۱۴۰۵/۹/۷"),
        ("fa", "full", "شنبه ۷ آذر ۱۴۰۵"),
        ("fa", "yMMM", "آذر ۱۴۰۵"),
        ("fa-AF", "medium", "۷ قوس ۱۴۰۵"),
        ("ps", "medium", "۱۴۰۵ لیندۍ ۷"),
        ("ar-SA", "medium", "٢٨\u200f/١١\u200f/٢٠٢٦"),
        ("ja", "long", "2026年11月28日"),
    ],
)
def test_a_day_is_written_in_the_calendar_of_its_locale(tag: str, style: str, expected: str) -> None:
    assert Formats.of(tag).day(date(2026, 11, 28), style) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 20), (1404, 12, 29)),
        (date(2026, 3, 21), (1405, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),  # of a leap year
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2000, 1, 1), (1378, 10, 11)),
    ],
)
def test_known_days_of_the_solar_hijri_calendar(day: date, expected: tuple[int, int, int]) -> None:
    assert SolarHijriDate.of(day) == expected


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_each_day_of_the_solar_hijri_calendar_follows_the_one_before(day: date) -> None:
    today, tomorrow = SolarHijriDate.of(day), SolarHijriDate.of(day + timedelta(1))

    next_month = (today.year, today.month + 1, 1) if today.month < 12 else (today.year + 1, 1, 1)
    assert tomorrow in ((today.year, today.month, today.day + 1), next_month)


def test_a_day_is_that_of_its_own_zone_whatever_was_written_before() -> None:
    formats = Formats.of("en-GB")
    late, early = "2026-04-03T23:30:00+00:00", "2026-04-04T01:30:00+02:00"

    assert datetime.fromisoformat(late) == datetime.fromisoformat(early)
    assert formats.day(datetime.fromisoformat(late)) == formats.day(date(2026, 4, 3)) == "3 Apr 2026"
    assert formats.day(datetime.fromisoformat(early)) == "4 Apr 2026"
    assert formats.moment(early) == "4 Apr 2026, 01:30\u00a0UTC+02:00"


def test_a_label_takes_values_and_reaches_nothing_else() -> None:
    english = Formats.of("en")
    assert fill("VAT {rate} on {base}", english, rate="7%", base="{rate}") == "VAT 7% on {rate}"
    assert fill("{rate.__class__} {0} {other}", english, rate=1) == "{rate.__class__} {0} {other}"


def test_a_page_counter_is_css_that_cannot_be_left() -> None:
    assert page_counter("Page {n} of {m}") == '"Page " counter(page, decimal) " of " counter(pages, decimal)'
    assert page_counter('</style>"\n{n}') == '"\\3c /style\\3e \\22 \\a " counter(page, decimal)'
    assert css_string("a\\b") == '"a\\5c b"'


def test_the_characters_of_amounts_are_known() -> None:
    characters = Formats.of("ar-EG").characters

    assert {*"٠١٢٣٤٥٦٧٨٩٬٫٪−$€"} <= characters
    assert not characters & {" ", "0"}
