"""Words, errors and marks among numbers are nothing, are told, or keep a column from being summed."""

from __future__ import annotations

import pytest

from reports.datasets.column_form import ColumnType
from tests.unit.datasets.understanding.tables import Understood, column


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


def test_truths_are_kept_and_mixed_values_are_text() -> None:
    found = Understood({"ok": [True, None, False], "v": [5, "seven", True]})

    assert found.column("ok").form.type is ColumnType.BOOLEAN
    assert found.column("v").form.type is ColumnType.TEXT
    assert found.cells("v") == [5, "seven", True]


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


@pytest.mark.parametrize(
    "written",
    [["₹1.25 Cr", "₹40 Lakh"], ["1,2 Mio. €", "850 Tsd. €"], ["about 5 pc", "7 or so"], ["12 mA", "1.5 A", "3 µA"]],
)
def test_amounts_that_cannot_be_read_are_told(written: list[str]) -> None:
    found = column(*written)

    assert found.cells("Amount") == written
    assert "is printed as text and not summed" in found.warnings[0]


@pytest.mark.parametrize(("key", "written"), [("Amount", ["see note", "paid"]), ("Ref", ["A 12", "B 7 x"])])
def test_words_alone_and_names_are_not_told_of(key: str, written: list[str]) -> None:
    assert column(*written, key=key).warnings == []


def test_a_word_among_days_is_told_where_the_name_says_days() -> None:
    found = column("2026-01-05", "asap", "2026-02-01", key="Due")

    assert "row 2 has 'asap'" in found.warnings[0]
    assert column("2026-01-05", "asap", "2026-02-01", key="Remark").warnings == []


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("Office", ["395000000A", "395000001A", "395000002A"]),
        ("Code", ["12A", "13A", "14A"]),
        ("Product code", ["500g", "250g", "125g"]),
    ],
)
def test_codes_that_end_with_a_letter_are_printed_as_written(key: str, cells: list[str]) -> None:
    found = column(*cells, key=key)

    assert found.column(key).form.type is ColumnType.TEXT
    assert found.cells(key) == cells


def test_short_numbers_with_a_unit_of_one_letter_are_numbers() -> None:
    assert column("16A", "32A", "63A", key="Fuse").cells("Fuse") == ["16", "32", "63"]
