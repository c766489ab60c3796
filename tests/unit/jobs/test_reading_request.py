"""What a caller may say about how data are read and shown."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from reports.catalog.violations import violations_of
from reports.datasets.column_form import ColumnType
from reports.jobs.reading_request import ColumnChoice, ReadingRequest
from reports.jobs.request import ReportOptions


def refused(**said: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        ReportOptions.model_validate({"reading": said})
    return [(each.pointer, each.message) for each in violations_of(caught.value)]


def test_what_is_said_of_the_file_and_of_the_document_is_told_apart() -> None:
    said = ReadingRequest.model_validate(
        {"encoding": "cp1252", "delimiter": ";", "header_row": 0, "sheet": "2026", "sums": False, "paper": "A4"}
    )

    assert said.of_file() == {"encoding": "cp1252", "delimiter": ";", "header_row": 0, "sheet": "2026"}
    assert said.of_document() == {"sums": False, "paper": "A4"}


@pytest.mark.parametrize(("word", "mark"), [("tab", "\t"), ("space", " "), ("\t", "\t"), (";", ";"), ("§", "§")])
def test_marks_that_cannot_be_typed_everywhere_have_words(word: str, mark: str) -> None:
    assert ReadingRequest(delimiter=word).delimiter == mark


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"encoding": "klingon"}, "/reading/encoding"),
        ({"encoding": "idna"}, "/reading/encoding"),
        ({"encoding": "unicode_escape"}, "/reading/encoding"),
        ({"encoding": "zlib"}, "/reading/encoding"),
        ({"encoding": "../utf-8"}, "/reading/encoding"),
        ({"delimiter": ";;"}, "/reading/delimiter"),
        ({"delimiter": "a"}, "/reading/delimiter"),
        ({"delimiter": '"'}, "/reading/delimiter"),
        ({"delimiter": "\n"}, "/reading/delimiter"),
        ({"quote": "no"}, "/reading/quote"),
        ({"header_row": -1}, "/reading/header_row"),
        ({"header_row": "1"}, "/reading/header_row"),
        ({"decimal": ";"}, "/reading/decimal"),
        ({"date_order": "ydm"}, "/reading/date_order"),
        ({"columns": []}, "/reading/columns"),
        ({"columns": [{"label": "x"}]}, "/reading/columns/0/key"),
        ({"sort": [{"key": "a", "upwards": True}]}, "/reading/sort/0/upwards"),
        ({"orientation": "upright"}, "/reading/orientation"),
        ({"delimeter": ";"}, "/reading/delimeter"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(said: dict[str, Any], pointer: str) -> None:
    assert [place for place, _ in refused(**said)] == [pointer]


@pytest.mark.parametrize("said", [{"sheet": True}, {"sheet": 0}, {"sheet": ""}, {"sums": "all"}, {"sums": 1}])
def test_alternatives_are_each_held_to_their_type(said: dict[str, Any]) -> None:
    assert all(place.startswith(f"/reading/{next(iter(said))}") for place, _ in refused(**said))


def test_what_would_not_fit_into_the_job_is_refused_with_the_limit() -> None:
    columns = [{"key": f"{number:03}" + "x" * 190} for number in range(100)]

    [(place, message)] = refused(columns=columns)

    assert place == "/reading"
    assert "may have 16,000" in message


def test_a_column_has_the_types_that_columns_can_have() -> None:
    literal, _ = get_args(ColumnChoice.model_fields["type"].annotation)

    assert set(get_args(literal)) == {str(kind) for kind in ColumnType}
