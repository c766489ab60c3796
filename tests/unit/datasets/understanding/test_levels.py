"""Rows that have parts below them by the number of their level, or of an outline."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.datasets.understanding.tables import Understood

COSTS = ["35.50", "15.00", "20.25", "8.10", "12.75"]


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("Level", ("0", "1", "1", "2", "2")), ("Ebene", ("1", "2", "2", "3", "3")),
        ("WBS", ("1", "1.1", "1.2", "1.2.1", "1.2.2")), ("Pos", ("1", "1.1", "1.2", "2", "3")),
        ("Code", ("1.1", "1.1.1", "1.1.2", "1.2", "1.3")), ("OZ", ("01.", "01.01.", "01.02.", "02.", "03.")),
        ("NUTS", ("DE", "DE1", "DE11", "DE12", "FR")), ("AGS", ("01", "01001", "01002", "02", "03")),
        ("Account", ("4", "40", "41", "5", "50")), ("Code", ("2024", "202401", "202402", "202403", "202404")),
    ],
)  # fmt: skip
def test_amounts_of_rows_and_of_their_parts_are_not_summed(key: str, cells: Sequence[str]) -> None:
    table = Understood({key: cells, "Name": list("abcde"), "Cost": COSTS})

    assert not table.column("Cost").summed
    assert "row 1" in table.warnings[-1]
    assert repr(key) in table.warnings[-1]


@pytest.mark.parametrize(
    ("key", "cells"),
    [("Level", ("1", "2", "5", "2", "1")), ("Level", ("1", "1", "1", "1", "1")), ("Level", ("3", "1", "2", "1", "3")),
     ("Pos", ("1", "2", "3", "4", "5")), ("Version", ("1.1", "1.2", "1.10", "2.0", "2.1")),
     ("Size", ("1", "1.5", "2", "2.5", "3")), ("Item no", ("8", "9", "10", "11", "12")),
     ("Account", ("1000", "1200", "1201", "40", "50")), ("SKU", ("AB1", "AB12", "XY", "Z", "ZZ9")),
     ("SKU", ("TS-1", "TS-10", "TS-11", "TS-12", "TS-2")), ("Ref", ("1", "2", "3", "4", "5")),
     ("Name", ("Ann", "Anna", "Bob", "Cy", "Di")), ("Size", ("X", "XL", "XS", "S", "M"))],
)  # fmt: skip
def test_levels_of_players_and_plain_places_leave_sums_alone(key: str, cells: Sequence[str]) -> None:
    assert Understood({key: cells, "Name": list("abcde"), "Cost": COSTS}).column("Cost").summed


def test_headings_without_amounts_leave_sums_alone() -> None:
    table = Understood(
        {"OZ": ["01", "01.01", "01.02", "02"], "Text": list("abcd"), "GP": [None, "5.10", "7.25", "9.60"]}
    )

    assert table.column("GP").summed


def test_a_list_in_the_order_of_its_texts_has_no_parts() -> None:
    lines = ["1", "10", "2", "3", "4", "5", "6", "7", "8", "9"]
    table = Understood({"Ref": lines, "Name": list("abcdefghij"), "Cost": COSTS * 2})

    assert table.column("Cost").summed


def test_codes_of_an_outline_are_names_and_rows_with_parts_are_not_summed() -> None:
    found = Understood(
        {
            "Code": ["1", "1.1", "1.2", "2"],
            "Name": ["Ops", "Rent", "Power", "Staff"],
            "Budget": ["3.00", "2.00", "1.00", "5.00"],
        }
    )

    assert found.cells("Code") == ["1", "1.1", "1.2", "2"]
    assert found.column("Code").form.type == "text"
    assert not found.column("Budget").summed
