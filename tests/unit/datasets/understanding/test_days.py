"""Days and times as people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.datasets.column_form import ColumnType, Precision
from reports.datasets.understanding.calendar_names import month_of, names_a_weekday
from tests.examples import examples
from tests.unit.datasets.understanding.tables import Understood, column


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["2026-01-31", "2025-12-01"], ["2026-01-31", "2025-12-01"]),
        (["31.01.2026", "1.2.2026"], ["2026-01-31", "2026-02-01"]),
        (["31. 1. 2026", "1. 2. 2026"], ["2026-01-31", "2026-02-01"]),
        (["31/01/2026", "01/02/2026"], ["2026-01-31", "2026-02-01"]),
        (["01/31/2026", "02/01/2026"], ["2026-01-31", "2026-02-01"]),
        (["2026/01/31", "2026/2/1"], ["2026-01-31", "2026-02-01"]),
        (["31-01-2026", "01-02-2026"], ["2026-01-31", "2026-02-01"]),
        (["2026-01-31 00:00:00", "2026-02-01 00:00:00"], ["2026-01-31", "2026-02-01"]),
        (["２０２６/０１/３１"], ["2026-01-31"]),
    ],
)
def test_days_of_any_convention_become_iso(written: list[str], meant: list[str]) -> None:
    found = column(*written, key="When")

    assert found.cells("When") == meant
    assert found.column("When").form.type is ColumnType.DATE
    assert found.column("When").why == "days are not summed"
    assert found.warnings == []


@pytest.mark.parametrize(
    ("written", "meant", "precision"),
    [
        (["2026-01-05 09:00", "2026-01-05T10:30"], ["2026-01-05 09:00", "2026-01-05T10:30"], Precision.MINUTE),
        (["2026-01-05 09:00:00", "2026-01-05 09:00:41"], None, Precision.SECOND),
        (["2026-01-05 09:00:00.250", "2026-01-05 09:00:41"], None, Precision.MILLISECOND),
        (["2026-01-05T09:00:00.000250Z"], None, Precision.MICROSECOND),
        (["2026-01-05 09:00:00+0100"], ["2026-01-05T09:00:00+01:00"], Precision.MINUTE),
        (["31.01.2026 14:05:33"], ["2026-01-31T14:05:33"], Precision.SECOND),
        (["31. 1. 2026, 14:05:33,5", "1. 2. 2026"], ["2026-01-31T14:05:33.5", "2026-02-01"], Precision.MILLISECOND),
        (["1/31/2026 2:05 PM", "1/31/2026 12:10 AM"], ["2026-01-31T14:05", "2026-01-31T00:10"], Precision.MINUTE),
        (["2026-01-05 09:00 UTC"], ["2026-01-05T09:00Z"], Precision.MINUTE),
    ],
)
def test_times_keep_what_they_say(written: list[str], meant: list[str] | None, precision: Precision) -> None:
    found = column(*written, key="When")

    form = found.column("When").form
    assert found.cells("When") == (meant or written)
    assert (form.type, form.precision) == (ColumnType.MOMENT, precision)


@pytest.mark.parametrize(
    "cells",
    [
        ["2026-02-31"],
        ["31.04.2026"],
        ["13/13/2026"],
        ["31/01/2026", "01/31/2026"],
        ["2026-01-31", "Jan 2026"],
        ["31-Foo-2026"],
        ["Foo, 31.01.2026"],
        ["2026-01-31", "31.01.2026"],
        ["1.12.25", "01.02.26"],
        ["2026-01-05T09:00:00.123456789Z"],
        ["2026-01-05 25:00"],
        ["13:00 PM"],
        ["2026-01"],
    ],
)
def test_what_is_no_day_or_may_be_another_stays_as_written(cells: list[str]) -> None:
    found = column(*cells, key="When")

    assert found.cells("When") == cells
    assert found.column("When").form.type is ColumnType.TEXT


@pytest.mark.parametrize(
    ("more", "meant", "is_warned"),
    [
        ({}, ["01/02/2026"], True),
        ({"locale": "en-US"}, ["2026-01-02"], True),
        ({"locale": "en-GB"}, ["2026-02-01"], True),
        ({"locale": "fr"}, ["2026-02-01"], True),
        ({"locale": "ja"}, ["01/02/2026"], True),
        ({"date_order": "mdy"}, ["2026-01-02"], False),
        ({"date_order": "dmy", "locale": "en-US"}, ["2026-02-01"], False),
    ],
)
def test_an_ambiguous_order_is_decided_from_outside(more: dict[str, Any], meant: list[str], is_warned: bool) -> None:
    found = column("01/02/2026", key="When", **more)

    assert found.cells("When") == meant
    assert bool(found.warnings) is is_warned


def test_points_between_days_and_months_are_no_american_way() -> None:
    assert column("01.02.2026", key="When").cells("When") == ["2026-02-01"]
    assert column("01.02.2026", key="When", locale="en-US").cells("When") == ["01.02.2026"]


def test_other_columns_decide_an_ambiguous_order() -> None:
    found = Understood({"From": ["01/02/2026", "03/04/2026"], "To": ["01/31/2026", "03/31/2026"]})

    assert found.cells("From") == ["2026-01-02", "2026-03-04"]
    assert found.warnings == []


def test_days_of_eight_digits_are_days_and_warned_of() -> None:
    found = column("20260131", "20260228", "20251231", key="Buchung")

    assert found.cells("Buchung") == ["2026-01-31", "2026-02-28", "2025-12-31"]
    assert "20251231" in found.warnings[0]


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("Order id", [20260131, 20260228]),
        ("Article", ["20260131", "20261399"]),
        ("Amount", ["20260131", "20260228"]),
    ],
)
def test_other_numbers_of_eight_digits_are_none(key: str, cells: list[Any]) -> None:
    found = column(*cells, key=key)

    assert found.cells(key) == cells
    assert found.column(key).form.type is not ColumnType.DATE


def test_months_in_digits_are_not_summed() -> None:
    found = column("202601", "202612", "202701", key="Period")

    assert found.cells("Period") == ["202601", "202612", "202701"]
    assert not found.column("Period").summed


@pytest.mark.parametrize(
    ("key", "cells", "meant"),
    [
        ("timestamp", ["1767225600", "1767225661"], ["2026-01-01T00:00:00Z", "2026-01-01T00:01:01Z"]),
        ("created", [1767225600250, 1767225661000], ["2026-01-01T00:00:00.250Z", "2026-01-01T00:01:01Z"]),
        ("Datum", ["46053", "46054"], ["2026-01-31", "2026-02-01"]),
    ],
)
def test_times_that_are_counted_are_read_by_name_and_warned_of(key: str, cells: list[Any], meant: list[str]) -> None:
    found = column(*cells, key=key)

    assert found.cells(key) == meant
    assert not found.column(key).summed
    assert "a `type` in `columns`" in found.warnings[0]


def test_a_number_of_a_day_is_one_if_the_name_says_nothing_of_time() -> None:
    found = column("46053", "46054", "46999", key="Visitors")

    assert found.column("Visitors").form.type is ColumnType.NUMBER
    assert found.column("Visitors").summed


def test_words_for_nothing_are_nothing_among_days() -> None:
    found = column("31.01.2026", "n/a", "-", key="Paid on")

    assert found.cells("Paid on") == ["2026-01-31", None, None]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 Mar 2026", "2026-03-03"), ("03-Mar-2026", "2026-03-03"), ("3. März 2026", "2026-03-03"),
        ("3 mars 2026", "2026-03-03"), ("1er mars 2026", "2026-03-01"), ("Mar 3, 2026", "2026-03-03"),
        ("March 3rd, 2026", "2026-03-03"), ("3 de marzo de 2026", "2026-03-03"), ("3 maart 2026", "2026-03-03"),
        ("3 marca 2026", "2026-03-03"), ("3 de março de 2026", "2026-03-03"), ("2026. március 3.", "2026-03-03"),
        ("3 марта 2026", "2026-03-03"), ("2026年3月3日", "2026-03-03"), ("2026년 3월 3일", "2026-03-03"),
        ("Tue, 03 Mar 2026", "2026-03-03"), ("Di., 03. Mär. 2026", "2026-03-03"), ("2026-Mar-03", "2026-03-03"),
        ("3 Mar 2026 14:05", "2026-03-03T14:05"), ("Mar 3, 2026, 2:05 PM", "2026-03-03T14:05"),
        ("Tue, 03 Mar 2026 14:05:09 +0100", "2026-03-03T14:05:09+01:00"), ("3-Mar-26", "2026-03-03"),
        ("31.12.25", "2025-12-31"), ("12/31/99", "1999-12-31"), ("31/12/25 08:30", "2025-12-31T08:30"),
        ("令和6年5月1日", "2024-05-01"), ("平成31年4月30日", "2019-04-30"), ("令和元年5月1日", "2019-05-01"),
        ("昭和64年1月7日 9:05", "1989-01-07T09:05"), ("R6.5.1", "2024-05-01"), ("H31/4/30", "2019-04-30"),
        ("民國113年5月1日", "2024-05-01"), ("民国113.5.1", "2024-05-01"), ("2 января 2026 г.", "2026-01-02"),
        ("2 stycznia 2026 r.", "2026-01-02"), ("2026. 1. 13.", "2026-01-13"), ("2026.01.02.", "2026-01-02"),
        ("/Date(1767225600000)/", "2026-01-01T00:00:00.000Z"),
        ("/Date(1767225600250+0100)/", "2026-01-01T00:00:00.250Z"),
        ("Mar 2026", "2026-03-01"), ("März 2026", "2026-03-01"), ("Mar-26", "2026-03-01"), ("2026年3月", "2026-03-01"),
    ],
)  # fmt: skip
def test_days_with_names_and_short_years(text: str, day: str) -> None:
    found = column(text, key="Date")

    assert found.cells("Date") == [day]
    assert found.column("Date").form.type is (ColumnType.MOMENT if "T" in day else ColumnType.DATE)
    month = "yMMMM" if "März" in text else "yMMM"
    assert found.column("Date").form.skeleton == (month if day.endswith("-01") and "1" not in text else None)


@pytest.mark.parametrize(
    ("key", "cell"),
    [("Version", "10.12.14"), ("Part", "12/10/25"), ("Room", "Mar 12"), ("Part", "R6.5.1"), ("Date", "S64.1.77")],
)
def test_what_may_be_a_day_is_none_under_another_name(key: str, cell: str) -> None:
    assert column(cell, key=key).column(key).form.type is ColumnType.TEXT


@pytest.mark.parametrize(
    ("locale", "days"), [("th", ["02/01/2569", "13/01/2569"]), ("en", ["2569-01-02"]), ("fa", ["1404/10/12"])]
)
def test_years_of_another_calendar_are_not_counted_once_more(locale: str, days: list[str]) -> None:
    found = column(*days, key="Date", locale=locale)

    assert found.cells("Date") == days
    assert found.column("Date").form.type is ColumnType.TEXT
    assert f"its years, such as {days[0].strip('/-')[-4:] if locale == 'th' else days[0][:4]}," in found.warnings[0]


def test_days_of_long_ago_are_days() -> None:
    assert column("1404-10-12", "1453-05-29", key="Date").column("Date").form.type is ColumnType.DATE


@pytest.mark.parametrize(
    "days", [["2026-01-02", "13/01/2026"], ["13/01/2026", "01/13/2026"], ["2026-02-30", "2026-03-01"]]
)
def test_days_in_different_ways_or_in_no_calendar_stay_as_written_and_are_warned_of(days: list[str]) -> None:
    found = column(*days, key="Date")

    assert found.cells("Date") == days
    assert "written in different ways, or some are in no calendar" in found.warnings[0]


def test_years_of_two_digits_are_a_guess() -> None:
    assert "two digits" in column("31.12.25", key="Datum").warnings[0]


def test_dotted_days_are_a_guess_unless_a_cell_or_the_locale_says_so() -> None:
    assert "days come first" in column("01.02.2026", key="Datum").warnings[0]
    assert not column("01.02.2026", "13.02.2026", key="Datum").warnings
    assert not column("01.02.2026", key="Datum", locale="de").warnings


@pytest.mark.parametrize(
    "language", ["de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "cs", "sv", "tr", "hu", "el"]
)
def test_names_of_months_and_weekdays_are_those_of_cldr(language: str) -> None:
    locale = Locale.parse(language)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                assert month_of(name) == number
            assert all(names_a_weekday(name) for name in locale.days[context][width].values() if name.isalpha())


@settings(max_examples=examples(50))
@given(
    day=st.dates(min_value=date(1969, 1, 1), max_value=date(2068, 12, 31)),
    language=st.sampled_from(["de", "en", "fr", "es", "it", "nl", "pl", "pt"]),
    pattern=st.sampled_from(["d MMM y", "d. MMMM y", "MMM d, y", "EEE, d MMM y", "dd-MMM-yy", "MMMM d, y", "y-MMM-dd"]),
)
def test_days_that_babel_writes_are_the_same_days(day: date, language: str, pattern: str) -> None:
    assert column(format_date(day, pattern, language), key="Date").cells("Date") == [day.isoformat()]


@pytest.mark.parametrize(
    ("key", "cells", "kind", "canonical"),
    [
        ("Start", ["08:30", "17:00"], "time", ["08:30", "17:00"]),
        ("What", ["8:30 AM", "2:05 p.m."], "time", ["08:30", "14:05"]),
        ("Hours", ["7:30", "10:15"], "duration", ["7:30", "10:15"]),
        ("Dauer", ["00:07:30", "00:10:15"], "duration", ["00:07:30", "00:10:15"]),
        ("What", ["7:30", "29:45"], "duration", ["7:30", "29:45"]),
        ("Überstunden", ["-1:30", "+0:45"], "duration", ["-1:30", "+0:45"]),
        ("What", ["1h 20m", "45m", "2h"], "duration", ["1:20", "0:45", "2:00"]),
        ("What", ["45m", "2h", "1.5h"], "duration", ["0:45", "2:00", "1:30"]),
        ("Dauer", ["1 Std. 20 Min.", "45 Min."], "duration", ["1:20", "0:45"]),
        ("What", ["1 hr, 5 mins", "12 hours 7 secs"], "duration", ["1:05", "12:00:07"]),
        ("What", ["PT1H20M", "PT45S", "P1DT2H"], "duration", ["1:20", "0:00:45", "26:00"]),
        ("What", ["0 days 01:20:00", "1 day, 2:00:05"], "duration", ["1:20:00", "26:00:05"]),
        ("Durée", ["1h20", "12h05"], "duration", ["1:20", "12:05"]),
        ("Start", ["09h30", "14h05"], "time", ["09:30", "14:05"]),
        ("What", ["1時間20分", "45分"], "duration", ["1:20", "0:45"]),
        ("What", ["1h 20m", "2:30"], "text", ["1h 20m", "2:30"]),
        ("What", ["1h 20m", "5 km"], "text", ["1h 20m", "5 km"]),
        ("What", ["1d 4h", "2h"], "text", ["1d 4h", "2h"]),
        ("Duration", ["1,500 h", "2 h", "45 min"], "text", ["1,500 h", "2 h", "45 min"]),
        ("Dauer", ["1.500 Std.", "2 Std.", "45 Min."], "text", ["1.500 Std.", "2 Std.", "45 Min."]),
        ("Duration", ["1h 20m", "0.333h", "2h"], "text", ["1h 20m", "0.333h", "2h"]),
        ("Duration", ["1.25 min", "30 s"], "text", ["1.25 min", "30 s"]),
        ("Distance", ["500 m", "30 s"], "text", ["500 m", "30 s"]),
        ("Time taken", ["5 min", "30 s"], "duration", ["0:05", "0:00:30"]),
        ("Term", ["P1M", "P3M"], "text", ["P1M", "P3M"]),
        ("Part", ["P1D", "P12D"], "text", ["P1D", "P12D"]),
        ("Uhrzeit", ["11:00:00", "09:05:10"], "time", ["11:00:00", "09:05:10"]),
        ("Time", ["12:05:33", "02:06:01"], "text", ["12:05:33", "02:06:01"]),
        ("Time", ["2:05:33", "2:06:01"], "text", ["2:05:33", "2:06:01"]),
        ("Result", ["21:15", "10:12"], "text", ["21:15", "10:12"]),
        ("Duration", ["1:05:30", "45:30"], "text", ["1:05:30", "45:30"]),
        ("Start", ["08:30", "17:75"], "text", ["08:30", "17:75"]),
        ("Start", ["8:30 AM", "13:00 PM"], "text", ["8:30 AM", "13:00 PM"]),
    ],
)
def test_times_of_day_and_durations(key: str, cells: list[str], kind: str, canonical: list[str]) -> None:
    found = column(*cells, key=key)

    assert found.column(key).form.type == kind
    assert found.cells(key) == canonical
    assert found.column(key).summed is (kind == "duration")


def test_times_behind_midnight_are_no_durations() -> None:
    found = column("23:50:00", "24:05:30", "25:10:00", key="arrival_time")

    assert found.column("arrival_time").form.type == "text"
    assert not found.column("arrival_time").summed


@pytest.mark.parametrize(
    ("cells", "skeleton"),
    [
        (("January 2026", "May 2026"), "yMMMM"), (("Jan 2026", "May 2026"), "yMMM"), (("May 2026",), "yMMMM"),
        (("Sept. 2026", "June 2026"), "yMMM"), (("janvier 2026", "août 2026"), "yMMMM"), (("janv. 2026",), "yMMM"),
        (("styczeń 2026", "maj 2026"), "yMMMM"), (("Mai 2026", "Okt 2026"), "yMMM"),
    ],
)  # fmt: skip
def test_months_are_printed_as_whole_as_they_are_written(cells: tuple[str, ...], skeleton: str) -> None:
    assert column(*cells, key="Month").column("Month").form.skeleton == skeleton


@pytest.mark.parametrize("key", ["Tore", "Goals", "Result", "Sets"])
def test_goals_of_two_sides_are_no_durations(key: str) -> None:
    assert column("38:12", "30:18", "25:25", key=key).column(key).form.type == "text"


def test_hours_with_a_word_behind_them_are_durations_or_times_by_their_name() -> None:
    found = Understood(
        {"Dauer": ["1:20 Std.", "13:45 Std."], "Beginn": ["14:30 Uhr", "09:00 Uhr"], "Other": ["20:00 h", "09:30 h"]}
    )

    assert [column.form.type for column in found.section.columns] == ["duration", "time", "text"]
    assert found.cells("Dauer") == ["1:20", "13:45"]
    assert found.cells("Beginn") == ["14:30", "09:00"]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1 ม.ค. 2569", "2026-01-01"),
        ("28 กุมภาพันธ์ 2569", "2026-02-28"),
        ("30 พฤศจิกายน พ.ศ. 2569", "2026-11-30"),
        ("30 พ.ย. 2026", "2026-11-30"),
        ("5 Agustus 2026", "2026-08-05"),
        ("5 listopada 2026", "2026-11-05"),
    ],
)
def test_days_of_thailand_and_indonesia_are_read(written: str, canonical: str) -> None:
    assert column(written, key="Day").cells("Day") == [canonical]


def test_months_that_croatian_and_polish_call_alike_are_not_guessed() -> None:
    found = column("5. listopada 2026", "6. listopada 2026", key="Datum")

    assert found.column("Datum").form.type is ColumnType.TEXT


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("GMT+1", "+01:00"),
        ("GMT-5", "-05:00"),
        ("UTC+5:30", "+05:30"),
        ("GMT+0530", "+05:30"),
        ("UTC", "Z"),
        ("-05", "-05:00"),
    ],
)
def test_zones_are_read_with_and_without_their_letters(zone: str, offset: str) -> None:
    assert column(f"2026/11/30 1:05:07 PM {zone}", key="At").cells("At") == [f"2026-11-30T13:05:07{offset}"]
