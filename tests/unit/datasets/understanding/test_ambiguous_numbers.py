"""A column whose numbers can be read in two ways is decided by what excludes one of them, or stays text."""

from __future__ import annotations

from typing import Any

import pytest

from reports.datasets.column_form import ColumnType
from tests.unit.datasets.understanding.tables import Understood, column

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


def test_two_numbers_in_a_cell_are_no_decimals_where_others_have_points() -> None:
    found = Understood(
        {"Price": ["2.50", "3.25", "4.75"], "Pair": ["1,7", "6,2", "5,3"], "Fee": ["1,5 €", "2,5 €", "3,5 €"]},
        facts={"format": "csv", "delimiter": ","},
    )

    assert found.cells("Pair") == ["1,7", "6,2", "5,3"]
    assert [warning for warning in found.warnings if "'Pair'" in warning and "may part two numbers" in warning]
    assert found.cells("Fee") == ["1.5", "2.5", "3.5"]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_decimals_with_commas_are_numbers_where_no_column_has_points(delimiter: str) -> None:
    found = Understood({"Pair": ["1,7", "6,2", "5,3"]}, facts={"format": "csv", "delimiter": delimiter})

    assert found.cells("Pair") == ["1.7", "6.2", "5.3"]


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


def test_typed_numbers_say_nothing_of_the_marks_of_texts() -> None:
    assert column(1234.5, "1.234", "7,5").cells("Amount") == [1234.5, "1234", "7.5"]
    assert column(1234.5, "1.234").column("Amount").form.type is ColumnType.TEXT


@pytest.mark.parametrize("cells", [["1.234", "2.345"], ["12,5", "12.5"]])
def test_a_caller_who_says_number_gets_no_guess(cells: list[str]) -> None:
    found = column(*cells, overrides=[{"key": "Amount", "type": "number"}])

    assert found.cells("Amount") == cells
    assert found.column("Amount").form.type is ColumnType.TEXT
    assert "is printed as text" in found.warnings[0]


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


def test_a_zero_before_a_comma_is_no_thousand() -> None:
    assert column("0.50", "0,001").cells("Amount") == ["0.50", "0,001"]
