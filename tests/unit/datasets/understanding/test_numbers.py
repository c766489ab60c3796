"""Numbers as people write them, and what must not be taken for numbers."""

from __future__ import annotations

from typing import Any

import pytest

from reports.datasets.column_form import ColumnType
from tests.unit.datasets.understanding.tables import Understood, column


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
    assert column(*written).column("Amount").form.type is ColumnType.TEXT


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


@pytest.mark.parametrize("word", ["NaN", "NA", "n/a", "null", "None", "-", "–", "#N/A", "k. A.", "н/д", "s/o", "nil"])
def test_words_for_nothing_are_nothing_among_numbers(word: str) -> None:
    found = column("12.5", word, None, "7.0", "")

    assert found.cells("Amount") == ["12.5", None, None, "7.0", None]
    assert found.column("Amount").summed


def test_dashes_of_accountants_are_nothing() -> None:
    found = column("$1,200.50", "$ -", "-", "($7.25)")

    assert found.cells("Amount") == ["1200.50", None, None, "-7.25"]


def test_errors_of_spreadsheets_are_printed_and_not_summed() -> None:
    found = column("12.50", "#DIV/0!", "7.25")

    assert found.cells("Amount") == ["12.50", "#DIV/0!", "7.25"]
    assert found.column("Amount").form.type is ColumnType.NUMBER
    assert (found.column("Amount").summed, found.column("Amount").why) == (False, "errors are not summed")
    assert "'#DIV/0!'" in found.warnings[0]


def test_telephone_numbers_are_text_and_warned_of() -> None:
    found = column("555 123 456", "555 123 457", "555 999 000", key="Call")

    assert found.cells("Call")[0] == "555 123 456"
    assert len(found.warnings) == 1


def test_words_for_nothing_stay_among_texts() -> None:
    found = column("none", "-", "nuts", key="Allergies")

    assert found.cells("Allergies") == ["none", "-", "nuts"]


@pytest.mark.parametrize(
    "cells",
    [
        ["00017", "00018", "12345"],
        ["4111111111111111", "4222222222222222"],
        ["+49 301 234", "+49 301 235"],
        ["(1)", "(2)"],
        ["1.", "2.", "3."],
        ["12E5", "12E6", "13E1"],
        ["192.168.0.1", "10.0.0.1"],
        ["192.168.100.200", "192.168.100.201"],
        ["555 123 456", "555 123 457"],
        ["1.234", "5.678"],
        ["1.2.3", "1.2.4"],
        ["10-20", "20-30"],
        ["5/6", "7/8"],
        ["12:30", "08:15"],
        ["1e400", "2e400"],
        ["12 Main St", "7 High St"],
        ["INF", "7"],
        ["0x1F", "0x2A"],
        ["1,2,3", "4,5"],
        ["--5", "6"],
        ["5-6", "7"],
    ],
)
def test_text_that_has_digits_is_left_as_written(cells: list[str]) -> None:
    found = column(*cells, key="Code")

    assert found.cells("Code") == cells
    assert found.column("Code").form.type is ColumnType.TEXT
    assert not found.column("Code").summed


@pytest.mark.parametrize(
    "cells",
    [
        ["$5.00", "€ 7.00"],
        ["5 kg", "7 lb"],
        ["$5.00", "7.00"],
        ["5%", "7"],
        ["1.234,50", "1,234.50"],
        ["1 234.50", "1,234.50"],
        ["1.00", "2.00", "3.00", "4.00", "see note"],
    ],
)
def test_a_column_of_mixed_values_is_text_and_warned_of(cells: list[str]) -> None:
    found = column(*cells)

    assert found.cells("Amount") == cells
    assert found.column("Amount").form.type is ColumnType.TEXT
    assert len(found.warnings) == 1
    assert "'Amount' is printed as text and not summed" in found.warnings[0]


AMBIGUOUS = ("1.234", "12.780", "3.905")


@pytest.mark.parametrize(
    ("more", "meant"),
    [
        ({"decimal": ","}, ["1234", "12780", "3905"]),
        ({"decimal": "."}, ["1.234", "12.780", "3.905"]),
        ({"facts": {"format": "csv", "delimiter": ";"}}, ["1234", "12780", "3905"]),
        ({"facts": {"format": "csv", "delimiter": ","}}, ["1.234", "12.780", "3.905"]),
        ({"locale": "de"}, ["1234", "12780", "3905"]),
        ({"locale": "de-CH"}, ["1.234", "12.780", "3.905"]),
        ({"locale": "en-GB"}, ["1.234", "12.780", "3.905"]),
        ({"facts": {"format": "csv", "delimiter": ";"}, "locale": "de"}, ["1234", "12780", "3905"]),
    ],
)
def test_an_ambiguous_column_is_decided_from_outside_and_warned_of(more: dict[str, Any], meant: list[str]) -> None:
    found = column(*AMBIGUOUS, **more)

    assert found.cells("Amount") == meant
    assert bool(found.warnings) == ("decimal" not in more)


@pytest.mark.parametrize(
    "more", [{}, {"facts": {"format": "csv", "delimiter": ","}, "locale": "de"}, {"facts": {"delimiter": "\t"}}]
)
def test_an_ambiguous_column_that_nothing_decides_is_text(more: dict[str, Any]) -> None:
    found = column(*AMBIGUOUS, **more)

    assert found.cells("Amount") == list(AMBIGUOUS)
    assert found.column("Amount").form.type is ColumnType.TEXT
    assert "options.reading.decimal" in found.warnings[0]


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        (["1.234", "0.500"], ["1.234", "0.500"]),
        (["1.234", "12.5"], ["1.234", "12.5"]),
        (["1.234", "1.234.567"], ["1234", "1234567"]),
        (["1.234", "7,5"], ["1234", "7.5"]),
        (["1,234", "0,500"], ["1.234", "0.500"]),
        (["1,234", "1,234,567"], ["1234", "1234567"]),
        (["1.234", "1234.567"], ["1.234", "1234.567"]),
    ],
)
def test_any_cell_that_excludes_one_reading_decides_the_column(cells: list[str], meant: list[str]) -> None:
    found = column(*cells)

    assert found.cells("Amount") == meant
    assert found.warnings == []


def test_other_columns_decide_an_ambiguous_one() -> None:
    found = Understood({"Miete": ["1.234", "2.500"], "Fläche": ["55,5", "80,25"]})

    assert found.cells("Miete") == ["1234", "2500"]
    assert found.warnings == []


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


def test_typed_numbers_say_nothing_of_the_marks_of_texts() -> None:
    assert column(1234.5, "1.234", "7,5").cells("Amount") == [1234.5, "1234", "7.5"]
    assert column(1234.5, "1.234").column("Amount").form.type is ColumnType.TEXT


def test_no_digit_of_a_long_percentage_is_lost() -> None:
    digits = "1234567890" * 3

    assert column(f"{digits}.5%", key="Done").cells("Done") == [f"{digits[:-2]}.{digits[-2:]}5"]


@pytest.mark.parametrize("cells", [["1.234", "2.345"], ["12,5", "12.5"]])
def test_a_caller_who_says_number_gets_no_guess(cells: list[str]) -> None:
    found = column(*cells, overrides=[{"key": "Amount", "type": "number"}])

    assert found.cells("Amount") == cells
    assert found.column("Amount").form.type is ColumnType.TEXT
    assert "is printed as text" in found.warnings[0]


def test_truths_are_kept_and_mixed_values_are_text() -> None:
    found = Understood({"ok": [True, None, False], "v": [5, "seven", True]})

    assert found.column("ok").form.type is ColumnType.BOOLEAN
    assert found.column("v").form.type is ColumnType.TEXT
    assert found.cells("v") == [5, "seven", True]


def test_a_caller_overrules_type_decimals_and_sum() -> None:
    columns = {"PLZ": ["01067", "04109"], "Price": ["1,50", "2,00"], "Amount": ["3", "4"]}
    overrides: list[dict[str, Any]] = [
        {"key": "PLZ", "type": "number"},
        {"key": "Price", "total": True, "decimals": 3},
        {"key": "Amount", "total": False, "type": "text"},
    ]

    found = Understood(columns, overrides=overrides)

    assert [column.form.type for column in found.section.columns] == ["number", "number", "text"]
    assert [column.summed for column in found.section.columns] == [False, True, False]
    assert found.column("Price").form.decimals == 3
    assert found.cells("Amount") == ["3", "4"]


def test_a_caller_who_says_number_keeps_other_text_as_it_is() -> None:
    found = column("1.204,50", "see note", "7,5", overrides=[{"key": "Amount", "type": "number"}])

    assert found.cells("Amount") == ["1204.50", "see note", "7.5"]


@pytest.mark.parametrize("cell", ['="01067"', "'01067"])
def test_texts_that_are_marked_as_such_lose_the_mark(cell: str) -> None:
    found = column(cell, "10115", None, key="Zip")

    assert found.cells("Zip") == ["01067", "10115", None]
    assert found.column("Zip").form.type == "text"


def test_a_mark_among_words_goes_too_wherever_it_stands() -> None:
    cells = ["abc"] * 600 + ['="112-1234"', '="01067"']

    assert column(*cells, key="Order").cells("Order")[-2:] == ["112-1234", "01067"]


def test_a_number_that_is_marked_as_text_keeps_others_from_being_summed_and_that_is_said() -> None:
    found = column("10.50", "11.50", "12.50", "13.50", '="14.50"', key="Amount")

    assert found.cells("Amount")[-1] == "14.50"
    assert "row 5" in found.warnings[0]


@pytest.mark.parametrize("cells", [("'s Gravenhage", "'n"), ("'90s music", "'80s"), ("'98", "'99")])
def test_apostrophes_of_words_and_years_stay(cells: tuple[str, ...]) -> None:
    assert column(*cells, key="Town").cells("Town") == [*cells]


def test_triangles_are_minus_signs_and_that_is_said() -> None:
    found = column("△1,200", "3,400.50", "▲500", key="金額")

    assert found.cells("金額") == ["-1200", "3400.50", "-500"]
    assert "triangle" in found.warnings[0]


def test_triangles_up_and_down_stay_text() -> None:
    assert column("▲ 5", "▼ 3", "▲ 1", key="Change").column("Change").form.type == "text"


@pytest.mark.parametrize("cells", [["1,200.00 CR", "30.50 DR"], ["1.200,00 S", "30,50 H"], ["1,200.00", "30.50 Cr"]])
def test_debits_and_credits_within_cells_are_not_summed(cells: list[str]) -> None:
    found = column(*cells)

    assert found.cells("Amount") == cells
    assert "debits or credits" in found.warnings[0]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["EUR", "12.50", "3.20"], "row 1 has 'EUR'"),
        (["(EUR)", "net", "12.50", "3.20"], "row 1 has '(EUR)', row 2 has 'net'"),
        (["12.50", "3.20", "7", "see note", "9", "x", "10", "11", "12", "13"], "row 4 has 'see note', row 6 has 'x'"),
        (["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "soon"], "row 5 has 'soon'"),
    ],
)
def test_a_few_cells_that_turn_a_column_to_text_are_named(cells: list[str], said: str) -> None:
    (warning,) = column(*cells).warnings

    assert said in warning
    assert "say `type`" in warning


def test_numbers_that_are_wanted_of_several_currencies_have_none() -> None:
    found = column("$5", "€7.50", overrides=[{"key": "Amount", "type": "number"}])

    assert found.cells("Amount") == ["5", "7.50"]
    assert found.column("Amount").form.prefix == ""


def test_a_zero_before_a_comma_is_no_thousand() -> None:
    assert column("0.50", "0,001").cells("Amount") == ["0.50", "0,001"]


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("2024", ["14.0 p", "12.5 b", "11.1"]), ("2024", ["83118501 e", "68172977 p"]),
        ("GDP", ["4,456.1*", "3,030.9"]),
        ("Visitors", ["~1200", ">500", "830"]), ("Result", ["<0.05", "0.12"]), ("Population", ["39,050[1]", "383,726"]),
        ("Amount", ["12.50 (a)", "7.25"]), ("Revenue", ["1.2 bn", "$850K"]), ("Betrag", ["ca. 12", "15", "17"]),
        ("Value", ["12¹", "15", "17"]),
    ],
)  # fmt: skip
def test_numbers_beside_marks_stay_as_written_and_are_warned_of(key: str, cells: list[str]) -> None:
    found = column(*cells, key=key)

    assert found.cells(key) == cells
    assert not found.column(key).summed
    assert f"Column {key!r} is printed as text and not summed: " in found.warnings[0]


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("House", ["12", "14a", "16 b", "3-5"]), ("Size", ["XL", "10 x 20", "M"]), ("Band", ["18-24", "25-34"]),
        ("Value", ["63.2 [59.9-66.5]", "78.0 [77.6-78.4]"]), ("Address", ["12 Main St", "7 High St"]),
    ],
)  # fmt: skip
def test_other_words_with_digits_are_not_warned_of(key: str, cells: list[str]) -> None:
    found = column(*cells, key=key)

    assert (found.cells(key), found.warnings) == (cells, [])


def test_the_gaps_of_eurostat_are_nothing() -> None:
    assert column("13.1", ":", ": c", ":u", key="2023").cells("2023") == ["13.1", None, None, None]
