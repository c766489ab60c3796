"""Numbers of any convention become plain ones, with their signs and units beside them."""

from __future__ import annotations

import pytest

from reports.datasets.column_form import ColumnType
from tests.unit.datasets.understanding.tables import column


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["1,250,300.75", "84.10", "7"], ["1250300.75", "84.10", "7"]),
        (["1.250.300,75", "84,10", "7"], ["1250300.75", "84.10", "7"]),
        (["1 250,75", "84,10", "980"], ["1250.75", "84.10", "980"]),
        (["1\u00a0250,75", "84,10"], ["1250.75", "84.10"]),
        (["1\u202f250\u202f300,75", "0,10"], ["1250300.75", "0.10"]),
        (["1\u2009250.75", "0.10"], ["1250.75", "0.10"]),
        (["1'250.75", "98'000.00"], ["1250.75", "98000.00"]),
        (["1’250’000.75", "9"], ["1250000.75", "9"]),
        (["12,34,567.50", "1,23,456.00", "999"], ["1234567.50", "123456.00", "999"]),
        (["(320.50)", "12.00"], ["-320.50", "12.00"]),
        (["320.50-", "12.00"], ["-320.50", "12.00"]),
        (["320,50-", "12,00"], ["-320.50", "12.00"]),
        (["−5.5", "–3.25", "+2.0"], ["-5.5", "-3.25", "2.0"]),
        ([".5", "-.25", "5."], ["0.5", "-0.25", "5"]),
        (["1.5E-07", "2.25e-6", "0.000004"], ["0.00000015", "0.00000225", "0.000004"]),
        (["1e3", "2.5E+06"], ["1000", "2500000"]),
        (["１，２３４．５０", "７"], ["1234.50", "7"]),
        (["١٬٢٣٤٫٥٠", "٧"], ["1234.50", "7"]),
        (["۱۲٬۳۴۵٫۶۷", "۷"], ["12345.67", "7"]),
        (["१२,३४,५६७.५०", "७"], ["1234567.50", "7"]),
        (["\u200e-5.50", "3.00\u200f"], ["-5.50", "3.00"]),
        (["12,-", "3,50", "7,--"], ["12", "3.50", "7"]),
        (["12'000.–", "500.–"], ["12000", "500"]),
    ],
)
def test_numbers_of_any_convention_become_plain(written: list[str], meant: list[str]) -> None:
    found = column(*written)

    assert found.cells("Amount") == meant
    assert found.column("Amount").form.type is ColumnType.NUMBER
    assert found.column("Amount").summed
    assert found.warnings == []


@pytest.mark.parametrize(
    ("written", "meant", "prefix", "suffix"),
    [
        (["$1,200.50", "-$5.00", "$-7.25", "($3.00)"], ["1200.50", "-5.00", "-7.25", "-3.00"], "$", ""),
        (["€ 12.30", "€ 4.00"], ["12.30", "4.00"], "€ ", ""),
        (["12,30 €", "-1.204,00 €"], ["12.30", "-1204.00"], "", " €"),
        (["USD 5", "USD 1,250,000"], ["5", "1250000"], "USD ", ""),
        (["5.00 CHF", "1'250.00 CHF"], ["5.00", "1250.00"], "", " CHF"),
        (["R$ 5,50", "R$ 1.250,00"], ["5.50", "1250.00"], "R$ ", ""),
        (["Rs.500.50", "Rs.12,34,567.00"], ["500.50", "1234567.00"], "Rs.", ""),
        (["1 250,50 kr", "3,00 kr"], ["1250.50", "3.00"], "", " kr"),
        (["12 kg", "140 kg"], ["12", "140"], "", " kg"),
        (["-3.5 °C", "21.0 °C"], ["-3.5", "21.0"], "", " °C"),
        (["￥１，２００，０００", "￥３００"], ["1200000", "300"], "¥", ""),
        (["¥1,160", "¥360"], ["1160", "360"], "¥", ""),
        (["₺5.50", "7.25₺"], ["5.50", "7.25"], "₺", ""),
        (["Rp 1.160", "Rp 360"], ["1160", "360"], "Rp ", ""),
    ],
)
def test_signs_and_units_are_kept_beside_the_column(
    written: list[str], meant: list[str], prefix: str, suffix: str
) -> None:
    found = column(*written)

    form = found.column("Amount").form
    assert found.cells("Amount") == meant
    assert (form.type, form.prefix, form.suffix) == (ColumnType.NUMBER, prefix, suffix)


@pytest.mark.parametrize(
    "written",
    [["K-1000", "K-1001"], ["Q1", "Q2", "Q4"], ["P1", "P3"], ["L 20", "L 7"], ["TOP-10", "TOP-3"], ["ALL+1", "ALL+2"]],
)
def test_names_made_of_a_letter_or_a_joint_and_whole_numbers_are_no_amounts(written: list[str]) -> None:
    assert column(*written, key="Room").column("Room").form.type is ColumnType.TEXT


@pytest.mark.parametrize("written", [["TOP-10", "TOP-3"], ["ALL+1", "ALL+2"]])
def test_codes_with_a_joint_are_names_whatever_the_column_is_called(written: list[str]) -> None:
    assert column(*written).column("Amount").form.type is ColumnType.TEXT


@pytest.mark.parametrize("key", ["Amount", "Monto", "Price", "Total cost", "Balance"])
@pytest.mark.parametrize(
    ("written", "meant", "prefix"),
    [
        (["R 18", "R 22", "R 105"], ["18", "22", "105"], "R "),
        (["Q100", "Q 7"], ["100", "7"], "Q"),
        (["K1,500.50", "K900"], ["1500.50", "900"], "K"),
        (["P-250", "P40"], ["-250", "40"], "P"),
    ],
)
def test_a_letter_before_whole_numbers_is_a_currency_where_the_name_says_amounts(
    key: str, written: list[str], meant: list[str], prefix: str
) -> None:
    found = column(*written, key=key)

    assert found.cells(key) == meant
    assert found.column(key).form.prefix == prefix


def test_amounts_in_currencies_of_one_letter_have_cents_or_groups() -> None:
    found = column("K 1,250.00", "K-7.50", "USD -5")

    assert found.column("Amount").form.type is ColumnType.TEXT
    assert column("K 1,250.00", "K 7.50").cells("Amount") == ["1250.00", "7.50"]
    assert column("USD -5", "USD 12").cells("Amount") == ["-5", "12"]


def test_a_percentage_is_kept_as_a_fraction_and_not_summed() -> None:
    found = column("12.5%", "-3 %", "100%", key="Done")

    reading = found.column("Done")
    assert found.cells("Done") == ["0.125", "-0.03", "1.00"]
    assert (reading.form.percent, reading.form.decimals, reading.summed) == (True, 1, False)
    assert reading.why == "percentages are not summed"


def test_the_decimals_are_those_of_the_most_exact_number() -> None:
    found = column("0.00012345", "0.00000021", "1")

    assert found.column("Amount").form.decimals == 8


def test_computed_numbers_of_json_have_fifteen_digits() -> None:
    found = column(0.1 + 0.2, 1.5, None, 2)

    assert found.cells("Amount") == [0.3, 1.5, None, 2]
    assert found.column("Amount").form.decimals == 1


def test_whole_numbers_of_json_stay_exact() -> None:
    found = column(9007199254740993, 12345678901234567890, key="views")

    assert found.cells("views") == [9007199254740993, 12345678901234567890]
    assert found.column("views").form.type is ColumnType.NUMBER
    assert found.column("views").summed


def test_no_digit_of_a_long_percentage_is_lost() -> None:
    digits = "1234567890" * 3

    assert column(f"{digits}.5%", key="Done").cells("Done") == [f"{digits[:-2]}.{digits[-2:]}5"]


def test_numbers_that_are_wanted_of_several_currencies_have_none() -> None:
    found = column("$5", "€7.50", overrides=[{"key": "Amount", "type": "number"}])

    assert found.cells("Amount") == ["5", "7.50"]
    assert found.column("Amount").form.prefix == ""
