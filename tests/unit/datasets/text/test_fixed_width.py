"""Tables whose columns have a fixed width, or are drawn, are read by the places that are always empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import UnreadableFileError
from tests.unit.datasets.text.texts import a_file, table


def test_spaces_may_separate_words_but_not_sentences(tmp_path: Path) -> None:
    assert table(a_file(tmp_path, "year  sales cost\n2023  12.5  7\n2024  15.0  8\n"))[1] == ["2023", "12.5", "7"]
    assert table(a_file(tmp_path, "Tea kind\nGreen tea\nBlack tea\n")) == [["Tea kind"], ["Green tea"], ["Black tea"]]


SPACED = (
    "Name          City      Born on\nAda Lovelace  London       12\nBob           New York      7\n"
    "Eve           Rome          7\n"
)

RULED = (
    "NAME            SAL HIRED\n------------ ------ ----------------\nSMITH           800 2026-01-02 10:00\n\n1 row.\n"
)

SAP = (
    "Kunde     Name           Umsatz\n1000      Ada Lovelace   12,50\n1001      Bob             7,25\n"
    "1002      Eve Hall        7,00\n"
)

FLEET = "Time              Cars  Unit Price\n2026-01-02 10:00     1       12.00\n2026-01-03 11:00    12        9.00\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPACED, [["Name", "City", "Born on"], ["Ada Lovelace", "London", "12"]]),
        ("Staff of 2026\n\n" + SPACED, [["Name", "City", "Born on"], ["Ada Lovelace", "London", "12"]]),
        (RULED, [["NAME", "SAL", "HIRED"], ["SMITH", "800", "2026-01-02 10:00"]]),
        (SAP, [["Kunde", "Name", "Umsatz"], ["1000", "Ada Lovelace", "12,50"]]),
        (FLEET, [["Time", "Cars", "Unit Price"], ["2026-01-02 10:00", "1", "12.00"]]),
    ],
)
def test_a_table_of_fixed_width_is_read_by_the_places_that_are_always_empty(
    text: str, expected: list[list[str]], tmp_path: Path
) -> None:
    rows = a_file(tmp_path, text)

    assert table(rows)[:2] == expected
    assert any("filled up with spaces" in each["message"] for each in rows.warnings)
    assert rows.reading["columns_begin_at"][0] == 1


def test_a_line_that_does_not_fit_fixed_width_is_refused_with_its_number(tmp_path: Path) -> None:
    row = "Bob           New York      7\n"

    with pytest.raises(UnreadableFileError, match=r"Line 504 of the file does not fit .* Export the table as CSV"):
        list(a_file(tmp_path, SPACED + row * 499 + "Bob           New York and more  7\n" + row))


def test_a_note_below_a_drawn_table_is_of_no_column(tmp_path: Path) -> None:
    text = "+----+-----+\n| id | sum |\n+----+-----+\n|  1 |   5 |\n+----+-----+\n1 row in set (0.00 sec)\n"

    (found,) = a_file(tmp_path, text).tables()

    assert (list(found.rows()), found.notes) == ([{"id": "1", "sum": "5"}], ("1 row in set (0.00 sec)",))
