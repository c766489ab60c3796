from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.datasets import Dataset, read_file, rows
from reports.errors import (
    PermanentError,
    TooLargeError,
    UnreadableFileError,
    UnsupportedFileError,
    WrongKindOfDataError,
)
from reports.model import InputKind
from tests.builders import a_catalog


def read(name: str, body: bytes) -> Dataset:
    """Read a file of that name and content; its rows, too, into a list."""
    with NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        dataset = read_file(name, Path(file.name))
        return replace(dataset, value=list(dataset.value)) if dataset.kind is InputKind.ROWS else dataset


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text.strip() == text)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_whatever_a_csv_writer_writes_comes_out(cells: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([["Name", "City", "Sum"], *cells])

    found = read("a.csv", text.getvalue().encode()).value

    assert [list(row.values()) for row in found] == cells


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_may_come_in_the_usual_encodings(encoding: str) -> None:
    assert read("a.CSV", "Name;Preis\nKäse;3,50\n".encode(encoding)).value == [{"Name": "Käse", "Preis": "3,50"}]


def test_csv_columns_of_no_or_the_same_name_are_told_apart() -> None:
    assert read("a.csv", b"a,,a,a (2)\n1,2,3,4\n").value == [
        {"a": "1", "Column 2": "2", "a (2)": "3", "a (2) (2)": "4"}
    ]


def test_short_csv_lines_are_filled_up_and_empty_ones_left_out() -> None:
    assert read("a.csv", b"a,b\n\n1\n,\n").value == [{"a": "1", "b": None}, {"a": None, "b": None}]


@pytest.mark.parametrize(
    ("name", "body", "error", "reason"),
    [
        ("a.csv", b"a,b\n1,2\n1,2,3\n", UnreadableFileError, "Line 3 .* 3 cells"),
        ("a.csv", b'a,b\n"1,2\n', UnreadableFileError, "not CSV"),
        ("a.csv", b"", UnreadableFileError, "empty"),
        ("a.csv", b"a\x00b", UnreadableFileError, "zero bytes"),
        ("a.json", b"{", UnreadableFileError, "line 1, column 2"),
        ("a.json", b"7", UnreadableFileError, "single JSON value"),
        ("a.json", b'[{"a": 1}, 7]', UnreadableFileError, "item 2"),
        ("a.jsonl", b'{"a": 1}\n{', UnreadableFileError, "Line 2"),
        ("a.ndjson", b'{"a": 1}\n[]', UnreadableFileError, "line 2"),
        ("a.jpg", b"GIF89a", UnreadableFileError, "neither JPEG"),
        ("a.json", b'[{"a": 1}\n {"b": 2}]', UnreadableFileError, "line 2, column 2"),
        ("a.json", b'[{"a": 1}, {"b":', UnreadableFileError, "line 1, column 17"),
        ("a.json", b'[{"a": 1}] 7', UnreadableFileError, "Extra data at line 1, column 12"),
        ("a.json", b'[{"a": "\xff"}]', UnreadableFileError, "byte 8"),
        ("a.json", b'[{"a": 1, "a": 2}]', UnreadableFileError, "twice"),
        ("a.xlsx", b"PK", UnreadableFileError, "named like an Excel workbook, but is none"),
        ("a.xls", b"PK", UnsupportedFileError, r"\.xls.*CSV"),
        ("README", b"", UnsupportedFileError, "no suffix"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong_and_where(
    name: str, body: bytes, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        read(name, body)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROWS", 2)

    with pytest.raises(TooLargeError, match="2 rows"):
        read("a.jsonl", b'{"a":1}\n' * 3)


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.JSON", b'{"a": 1}', InputKind.OBJECT),
        ("a.json", b'[{"a": 1}]', InputKind.ROWS),
        ("a.JsonL", b'{"a": 1}\n\n', InputKind.ROWS),
        ("a.JPG", b"\xff\xd8\xff\xe0", InputKind.IMAGE),
        ("a.png", b"\x89PNG\r\n\x1a\n", InputKind.IMAGE),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBP", InputKind.IMAGE),
    ],
)
def test_the_suffix_in_any_letter_case_says_what_a_file_is(name: str, body: bytes, kind: InputKind) -> None:
    assert read(name, body).kind is kind


def test_a_picture_is_what_its_bytes_say() -> None:
    assert read("a.jpg", b"\x89PNG\r\n\x1a\n").value.startswith("data:image/png;base64,iVBORw0KGgo")


def test_content_is_arranged_as_its_template_wants_it(tmp_path: Path) -> None:
    catalog = a_catalog(tmp_path)

    assert read("a.csv", b"a\n1\n").data_for(catalog.get("list")) == {"rows": [{"a": "1"}]}
    assert read("a.json", b'{"to": "me"}').data_for(catalog.get("letter")) == {"to": "me"}
    assert set(read("a.png", b"\x89PNG\r\n\x1a\n").data_for(catalog.get("picture"))) == {"image"}


@pytest.mark.parametrize(
    ("name", "body", "template", "reason"),
    [
        ("a.csv", b"a\n1\n", "letter", "one object, and the file holds rows"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "list", "rows .* holds a picture"),
        ("a.csv", b"a\n1\n", "picture", "a picture .* holds rows"),
    ],
)
def test_content_of_the_wrong_kind_is_refused(
    tmp_path: Path, name: str, body: bytes, template: str, reason: str
) -> None:
    with pytest.raises(WrongKindOfDataError, match=reason):
        read(name, body).data_for(a_catalog(tmp_path).get(template))


@given(st.sampled_from(["a.csv", "a.json", "a.jsonl", "a.png", "a.xlsx"]), st.binary(max_size=300))
def test_any_bytes_are_either_read_or_refused_for_good(name: str, body: bytes) -> None:
    try:
        dataset = read(name, body)
    except PermanentError as error:
        assert error.message
    else:
        json.dumps(dataset.value)
