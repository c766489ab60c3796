"""Options that are about other data than there were are told."""

from __future__ import annotations

import pytest

from reports.worker.unused_options import unused_options


@pytest.mark.parametrize(
    ("file_format", "unused"),
    [
        ("csv", ["sheet"]),
        ("xlsx", ["encoding", "delimiter", "quote"]),
        ("json", ["delimiter", "quote", "sheet"]),
        ("json_lines", ["delimiter", "quote", "sheet"]),
        (None, ["encoding", "delimiter", "quote", "header_row", "sheet"]),
    ],
)
def test_an_option_has_an_effect_on_the_files_that_it_is_about(file_format: str | None, unused: list[str]) -> None:
    given = ["encoding", "delimiter", "quote", "header_row", "sheet", "decimal", "date_order"]

    told = list(unused_options(given, file_format, is_understood=True))

    assert [warning["message"].split()[2] for warning in told] == unused
    assert {warning["code"] for warning in told} == {"option_unused"}


def test_how_values_are_written_is_asked_for_in_vain_where_they_are_printed_as_they_are() -> None:
    assert len(list(unused_options(["decimal", "date_order"], "csv", is_understood=False))) == 2
