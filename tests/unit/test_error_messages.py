"""Messages of errors go to logs, terminals, mails and pages, and may quote what a caller has sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import LONGEST_MESSAGE, InvalidDataError, UnreadableFileError, Violation
from tests.reading import read


@given(st.text())
def test_a_message_has_no_signs_that_cannot_be_seen_and_an_end(text: str) -> None:
    error = UnreadableFileError(text * 50)

    assert len(error.message) <= LONGEST_MESSAGE
    assert error.message == str(error)
    assert not any(sign < " " or "\x7f" <= sign < "\xa0" or sign in "\u202e\u2066\u2028" for sign in error.message)


def test_a_message_in_order_is_left_as_it_is() -> None:
    assert UnreadableFileError("Größe: „1 234“ – ✓").message == "Größe: „1 234“ – ✓"


def test_the_place_stays_exact_for_programs() -> None:
    error = InvalidDataError("table", [Violation("/rows/0/\x1b[2J", "is wrong")])

    assert "\x1b" not in error.message
    assert error.detail["violations"] == [{"pointer": "/rows/0/\x1b[2J", "message": "is wrong"}]


@pytest.mark.parametrize(("delimiter", "told"), [(";", "';' or the end"), ("\t", r"'\\t' or the end")])
def test_the_delimiter_of_a_csv_file_is_named_so_that_it_is_seen(delimiter: str, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=told):
        read("a.csv", f'a{delimiter}b\n"1"x{delimiter}2\n'.encode())
