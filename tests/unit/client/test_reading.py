"""Options on how data are read go with what is asked for, and what was inferred is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pressrun_client.cli.exits import Exit
from pressrun_client.cli.reading import reading_of
from pressrun_client.reading_lines import reading_lines
from reports.jobs.request import ReportOptions
from reports.jobs.written_options import options_of_texts
from tests.builders import App
from tests.unit.client.terminal import CommandLine

READING = {
    "format": "csv",
    "encoding": "cp1252",
    "delimiter": "\t",
    "sections": [
        {
            "rows": 1200,
            "header_row": 3,
            "columns": [
                {"key": "City", "type": "text", "summed": False},
                {"key": "Net", "type": "number", "suffix": " €", "summed": True, "why": "an amount"},
            ],
        }
    ],
}


def test_what_was_inferred_is_told_in_a_few_lines() -> None:
    assert list(reading_lines(READING)) == [
        "read as csv, cp1252, cells divided by tab",
        "1,200 rows, 2 columns, named by row 3",
        "  City  text",
        "  Net   number (… €), summed, an amount",
    ]


def test_tables_and_columns_that_are_many_are_told_apart_and_counted() -> None:
    column = {"key": "a", "type": "number"}
    sections = [
        {"name": "May", "rows": 1, "columns": [column] * 33, "more_columns": 7},
        {"rows": 0, "header_row": 0, "columns": []},
    ]

    lines = list(reading_lines({"sections": sections}))

    assert (lines[0], lines[-2], lines[-1]) == (
        "table 1, May: 1 row, 40 columns",
        "  and 10 more columns",
        "table 2: 0 rows, 0 columns, not named",
    )


@pytest.mark.parametrize("reading", [{}, {"sections": None}, {"sections": ["x"]}, {"sections": [{"columns": [1]}]}])
def test_a_reading_of_another_form_breaks_nothing(reading: dict[str, Any]) -> None:
    assert all("\n" not in line for line in reading_lines(reading))


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    column = {"key": "\x1b[2Ja\u202eb\n", "type": "text"}

    assert list(reading_lines({"sections": [{"rows": 1, "columns": [column]}]}))[1] == "  \ufffd[2Ja\ufffdb\ufffd  text"


def test_an_upload_takes_options_and_tells_what_was_inferred(pressrun: CommandLine, app: App, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("City;Net\nOslo;1\n")
    options = tmp_path / "options.json"
    options.write_text(json.dumps({"title": "Orders", "locale": "de", "reading": {"encoding": "cp1252", "quote": "'"}}))
    app.renderer.reading = READING

    result = pressrun(
        "upload", "list", orders, "--options", options, "--locale", "fr", "--delimiter", ";", "--quote=none", "--wait"
    )

    assert result.status == Exit.OK, result.err
    [job] = app.jobs.jobs.values()
    assert job.options == ReportOptions.model_validate(
        {"title": "Orders", "locale": "fr", "reading": {"encoding": "cp1252", "quote": "none", "delimiter": ";"}}
    )
    assert "    Net   number (… €), summed, an amount\n" in result.out
    assert "Net   number" in pressrun("get", job.id).out


def test_options_that_the_service_refuses_are_told_before_the_file_is_sent(
    pressrun: CommandLine, tmp_path: Path, app: App
) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("a\n1\n")

    result = pressrun("upload", "list", orders, "--paper", "A4")

    assert result.status == Exit.REFUSED
    assert "has no property 'paper'" in result.err
    assert not app.uploads.objects


@pytest.mark.parametrize("content", ["[1]", "{", "\x00"])
def test_a_file_that_holds_no_options_is_told(pressrun: CommandLine, tmp_path: Path, content: str) -> None:
    options = tmp_path / "options.json"
    options.write_text(content)

    result = pressrun("upload", "list", options, "--options", options)

    assert result.status == Exit.USAGE
    assert "is no JSON object. Options are one" in result.err


@pytest.mark.parametrize(
    "texts",
    [
        {"header-row": "none"},
        {"header-row": "3"},
        {"sums": "none"},
        {"sums": "ALL"},
        {"sums": "a, b"},
        {"columns": "a,b"},
        {"sort": "-a,b"},
        {"sheet": "2"},
        {"delimiter": "tab", "date-order": "dmy", "group-by": "a b"},
    ],
)
def test_an_option_means_the_same_on_a_command_line_and_in_metadata(texts: dict[str, str]) -> None:
    assert options_of_texts(texts) == {"reading": reading_of(texts)}
