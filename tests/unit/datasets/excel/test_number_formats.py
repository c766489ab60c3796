"""Numbers are shown, and columns are printed, as Excel's number formats say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType, Precision
from reports.datasets.excel.day_display import Calendar
from reports.datasets.excel.number_display import shown
from reports.datasets.excel.number_formats import NumberFormat

ACCOUNTING = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("General", 7, "7"),
        ("General", 0.1 + 0.2, "0.3"),
        ("General", 1 / 3, "0.333333333"),
        ("General", 1.5e-7, "1.5E-07"),
        ("General", 123456789012, "1.23457E+11"),
        ('General" kg"', 2.5, "2.5 kg"),
        ("0%", 0.07000000000000001, "7%"),
        ("0.00 %", 0.5, "50.00 %"),
        ("#,##0.00", 1234.565, "1,234.57"),
        ("#,##0,", 1234567, "1,235"),
        ('0.0,,"M"', 1234567, "1.2M"),
        ("00000", 1067, "01067"),
        ("000-00-0000", 123456789, "123-45-6789"),
        ("[<=9999999]###-####;(###) ###-####", 5551234, "555-1234"),
        ("[<=9999999]###-####;(###) ###-####", 2125551234, "(212) 555-1234"),
        ('[=1]0 "day";0 "days"', 1, "1 day"),
        ('[>=1000]#,##0,"K";0', 5000, "5K"),
        ("[Red][<0]-0.0;0.0", -2, "-2.0"),
        ("#,##0_);(#,##0)", -1234, "(1,234)"),
        ("[Red]#,##0.00;[Red]-#,##0.00", -3.456, "-3.46"),
        (ACCOUNTING, 1234.5, "1,234.50 €"),
        (ACCOUNTING, -3, "-3.00 €"),
        ("[$€-407] #,##0.00", 5, "€ 5.00"),
        ('"Q"0', 3, "Q3"),
        ("0.##", 1.5, "1.5"),
        ("0.00E+00", 1.5e-7, "1.50E-07"),
        ("0.0E+0", 9.96, "1.0E+1"),
        ("##0.0E+0", 12345, "12.3E+3"),
        ("# ?/?", 2.5, "2 1/2"),
        ("# ?/?", 0.999, "1"),
        ("# ??/16", 2.5, "2 8/16"),
        ("?/?", 2.5, "5/2"),
        ("@", 5, "5"),
        (";;;", 4, ""),
        ("0;-0;;@", 0, ""),
        ("mmm yyyy", 46023, "Jan 2026"),
        ("[$-409]d. mmm yy;@", 46054, "1. Feb 26"),
        ("yyyy-mm-dd hh:mm:ss", 46027.37501157408, "2026-01-05 09:00:01"),
        ('yyyy"年"m"月"d"日"', 46023, "2026年1月1日"),
        ("h:mm AM/PM", 0.04, "12:57 AM"),
        ("[h]:mm", 29.75 / 24, "29:45"),
        ("[h]:mm", -0.5, "-12:00"),
        ("[mm]:ss", 0.1, "144:00"),
        ("mm:ss.0", 0.003001, "04:19.3"),
        ("[h]:mm:ss.00", 1.123456, "26:57:46.60"),
        ("dddd", 46023, "Thursday"),
        ("yyyy", -5, "-5"),
        ("yyyy-mm-dd", 0, "1900-01-00"),
        ("yyyy-mm-dd", 1, "1900-01-01"),
        ("yyyy-mm-dd", 59, "1900-02-28"),
        ("yyyy-mm-dd", 60, "1900-02-29"),
        ("yyyy-mm-dd", 61, "1900-03-01"),
        ("h:mm", 0, "0:00"),
        ("[$-407]mmmm yyyy", 46023, "Januar 2026"),
        ("[$-de-DE]dddd, d. mmm", 46084, "Dienstag, 3. März"),
        ("[$-40C]mmm", 46054, "févr."),
        ("[$-419]d mmmm", 46023, "1 января"),
        ("[$-419]mmmm", 46023, "январь"),
        ("[$-804]aaaa", 46023, "星期四"),
        ("[$-F800]dddd, mmmm dd, yyyy", 46023, "Thursday, January 01, 2026"),
        ("[$-zz-ZZ]mmmm", 46023, "January"),
    ],
)
def test_a_number_is_shown_as_excel_shows_it(code: str, number: float, text: str) -> None:
    assert shown(number, NumberFormat(code), Calendar()) == text


def test_decimals_are_marked_as_the_reader_of_a_report_is_used_to() -> None:
    assert shown(1234.5, NumberFormat("#,##0.00"), Calendar(), ",") == "1.234,50"


def number(**parts: Any) -> ColumnForm:
    return ColumnForm(ColumnType.NUMBER, **({"grouped": False} | parts))


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("General", None),
        ("0%", number(decimals=0, percent=True)),
        ("0.0%;[Red]-0.0%", number(decimals=1, percent=True)),
        ('#,##0.00 "€"', number(decimals=2, suffix=" €", grouped=True)),
        (ACCOUNTING, number(decimals=2, suffix=" €", grouped=True)),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', number(decimals=2, prefix="$", grouped=True)),
        ("[$€-407] #,##0.00", number(decimals=2, prefix="€ ", grouped=True)),
        ('0.0 "kg"', number(decimals=1, suffix=" kg")),
        ("[Blue]0.00", number(decimals=2)),
        ("#,##0.00_);[Red](#,##0.00)", number(decimals=2, grouped=True)),
        ("#,##0,", number(decimals=0, grouped=True)),
        ("#\\ ##0.00", number(decimals=2, grouped=True)),
        ("[$CHF-100C] #'##0.00;[$CHF-100C] -#'##0.00", number(decimals=2, prefix="CHF ", grouped=True)),
        ("# 000-00", AS_TEXT),
        ("### 000", AS_TEXT),
        ("00000", AS_TEXT),
        ('"Q"0', AS_TEXT),
        ("@", AS_TEXT),
        ("0.00E+00", AS_TEXT),
        ("# ?/?", AS_TEXT),
        ('0.00 "S";0.00 "H"', AS_TEXT),
        ('[=1]0 "day";0 "days"', AS_TEXT),
        ("dd.mm.yyyy", ColumnForm(ColumnType.DATE)),
        ("mmm yyyy", ColumnForm(ColumnType.DATE, skeleton="yMMM")),
        ("mm/yyyy", ColumnForm(ColumnType.DATE, skeleton="yM")),
        ("yyyy", ColumnForm(ColumnType.DATE, skeleton="y")),
        ("d. mmmm", ColumnForm(ColumnType.DATE, skeleton="MMMMd")),
        ("dd/mm/yyyy hh:mm", ColumnForm(ColumnType.MOMENT)),
        ("yyyy-mm-ddThh:mm:ss.000", ColumnForm(ColumnType.MOMENT, precision=Precision.MILLISECOND)),
        ("hh:mm:ss", ColumnForm(ColumnType.TIME, precision=Precision.SECOND)),
        ("[h]:mm", ColumnForm(ColumnType.DURATION)),
        ("mm:ss", ColumnForm(ColumnType.DURATION, precision=Precision.SECOND)),
    ],
)
def test_a_format_says_how_a_column_is_printed(code: str, form: ColumnForm | None) -> None:
    assert NumberFormat(code).form == form


@given(
    st.text(st.sampled_from(list('0#?.,%/@ymdhs[]"\\;E+-_*$€ <>=1Ggeneral')), max_size=40),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_format_shows_any_number(code: str, number: float) -> None:
    found = NumberFormat(code)

    assert isinstance(shown(number, found, Calendar()), str)
    assert found.form is None or isinstance(found.form, ColumnForm)
