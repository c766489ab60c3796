from __future__ import annotations

import csv
import io
import json
import pickle
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.catalog.row_schema import RowSchema
from reports.datasets import json_rows, read_file, rows
from reports.errors import (
    InvalidDataError,
    PermanentError,
    TooLargeError,
    UnreadableFileError,
    UnsupportedFileError,
    WrongKindOfDataError,
)
from reports.render_contract import InputKind
from tests.builders import a_catalog
from tests.pictures import heic
from tests.reading import read, zipped
from tests.workbooks import workbook

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


@pytest.mark.parametrize(
    "text",
    [
        "| Item | Qty |\n|------|----:|\n| Pen | 12 |\n| Book | 3 |\n",
        " Item | Qty\n------+-----\n Pen  |  12\n Book |   3\n",
        "+------+-----+\n| Item | Qty |\n+------+-----+\n| Pen  |  12 |\n| Book |   3 |\n+------+-----+\n",
        "-------------\n|Item |Qty  |\n-------------\n|Pen  |   12|\n|Book |    3|\n-------------\n",
    ],
)
def test_lines_that_are_drawn_are_no_rows(text: str) -> None:
    assert read("a.txt", text.encode()).value == [{"Item": "Pen", "Qty": "12"}, {"Item": "Book", "Qty": "3"}]


def test_words_with_their_values_above_a_table_may_have_more_than_one() -> None:
    preamble = "Umsatzanzeige;Datei erstellt am: 30.01.2026\n\nIBAN;DE12 5001\nBank;ING\nSaldo;1.234,56;EUR\n\n"
    table = "Sortierung;Datum absteigend\n\nBuchung;Text;Saldo;Betrag\n30.01.2026;REWE;1.234,56;-45,10\n"

    found = read("a.csv", (preamble + table).encode()).value

    assert found == [{"Buchung": "30.01.2026", "Text": "REWE", "Saldo": "1.234,56", "Betrag": "-45,10"}]
    with pytest.raises(UnreadableFileError, match=r"^Line 5 of the file has 3 cells, but line 3 names 2 columns"):
        read("a.csv", preamble.encode())


def test_a_remark_below_a_table_may_have_a_delimiter() -> None:
    text = b"Region,Sales\nNorth,100.50\nSouth,200.25\n\n* preliminary\nSource: ERP, 2026\n"

    assert len(list(read("a.csv", text).value)) == 2


def test_short_csv_lines_are_filled_up_and_empty_ones_left_out() -> None:
    assert read("a.csv", b"a,b\n\n1,2\n3\n,\n").value == [{"a": "1", "b": "2"}, {"a": "3", "b": None}]


@pytest.mark.parametrize(
    ("name", "body", "error", "reason"),
    [
        ("a.csv", b"a,b\n1,2\n1,2,3\n", UnreadableFileError, "Line 3 .* 3 cells, but line 1 names 2 columns"),
        ("a.csv", b'a,b\n"1,2\n', UnreadableFileError, "not CSV"),
        ("a.csv", b"", UnreadableFileError, "empty"),
        ("a.csv", b"a,b\nabcdefghijk,l\x00m", UnreadableFileError, "Line 2 .* zero byte"),
        ("a.json", b"{", UnreadableFileError, "line 1, column 2"),
        ("a.json", b"7", UnreadableFileError, "single JSON value"),
        ("a.json", b'[{"a": 1}, 7]', UnreadableFileError, "item 2"),
        ("a.jsonl", b'{"a": 1}\n{', UnreadableFileError, "Line 2"),
        ("a.ndjson", b'{"a": 1}\n[]', UnreadableFileError, "line 2"),
        ("a.jpg", b"%PDF-1.7", UnreadableFileError, r"picture \(\.jpg\), but is a PDF file.*HEIC"),
        ("a.HEIC", b"", UnreadableFileError, "but is empty"),
        ("a.json", b'[{"a": 1}\n {"b": 2}]', UnreadableFileError, "line 2, column 2"),
        ("a.json", b'[{"a": 1}, {"b":', UnreadableFileError, "line 1, column 17"),
        ("a.json", b'[{"a": 1}] 7', UnreadableFileError, "Extra data at line 1, column 12"),
        ("a.json", b'[{"a": "\x98\xff"}]', UnreadableFileError, "too little to tell its encoding"),
        ("a.json", b'[{"a": 1, "a": 2}]', UnreadableFileError, "twice"),
        ("a.xlsx", b"PK", UnreadableFileError, "named like an Excel workbook, but is none"),
        ("a.xlsx", workbook([]), UnreadableFileError, "sheet 'Orders' is empty"),
        ("a.xlsx", zipped({"a.txt": b"no workbook"}), UnreadableFileError, "a part of it is missing"),
        ("a.xlsx", workbook([["a"]], prolog="<broken"), UnreadableFileError, "is broken: not well-formed"),
        ("a.xlsx", workbook([["a"]], prolog="<!DOCTYPE x>"), UnreadableFileError, "declares a document type"),
        ("a.csv", b"a,b\n" + b"x" * 9_000_000, UnreadableFileError, "Line 2 .* more than 4 MB"),
        ("a.csv", b"a\x98\xff", UnreadableFileError, "options.reading.encoding"),
        ("a.jsonl", b'{"a": "' + b"x" * 5_000_000, UnreadableFileError, "Line 1 .* more than 4 MB"),
        ("a.json", b'[{"a": "' + b"x" * 9_000_000, UnreadableFileError, "Unterminated string .* line 1, column 8"),
        ("a.json", b"[" * 3000, UnreadableFileError, "nested"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnsupportedFileError, r"\.xls.*save it as \.xlsx"),
        ("README", b"", UnreadableFileError, "empty"),
        ("a.bin", bytes(range(256)), UnsupportedFileError, r"suffix \.bin, and is not text"),
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
def test_a_file_is_what_is_in_it(name: str, body: bytes, kind: InputKind) -> None:
    assert read(name, body).kind is kind


def test_a_picture_is_what_its_bytes_say() -> None:
    assert read("a.jpg", b"\x89PNG\r\n\x1a\n").value.startswith("data:image/png;base64,iVBORw0KGgo")
    for name in ("a.jpg", "a.csv", "IMG_0001", "a.docx"):
        assert read(name, heic("turned")).value.startswith("data:image/heic;base64,")


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


def test_rows_start_over_each_time_and_can_be_read_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n2\n")
    rows_file = read_file("a.csv", tmp_path / "a.csv").value

    elsewhere = pickle.loads(pickle.dumps(rows_file))

    assert list(rows_file) == list(rows_file) == list(elsewhere) == [{"a": "1"}, {"a": "2"}]


def test_a_file_is_read_no_further_than_its_rows_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\nno JSON')

    assert next(iter(read_file("a.jsonl", tmp_path / "a.jsonl").value)) == {"a": 1}


def test_rows_are_checked_until_an_iteration_has_seen_them_all(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"b": 2}')
    schema = RowSchema("list", "rows", {"propertyNames": {"const": "a"}})
    rows_file = read_file("a.jsonl", tmp_path / "a.jsonl").value.checked_by(schema)
    next(iter(rows_file))

    for _ in range(2):
        with pytest.raises(InvalidDataError, match="/rows/1"):
            list(rows_file)


@pytest.mark.gate
def test_reading_takes_no_more_memory_for_more_rows(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 60_000):
        for name, line in (("a.csv", "some text,1,2\n"), ("a.jsonl", '{"a": "some text", "b": 1}\n')):
            (tmp_path / name).write_text("a,b,c\n" * (name == "a.csv") + line * count)
            tracemalloc.start()
            read_count = sum(1 for _ in read_file(name, tmp_path / name).value)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert read_count == count

    csv_few, lines_few, csv_many, lines_many = peaks
    # A chunk of the file, and no more.
    assert csv_many - csv_few < 9_000_000
    assert lines_many - lines_few < 1_000_000


OBJECTS = st.lists(
    st.dictionaries(st.text(min_size=1, max_size=4), st.none() | st.integers() | st.text(max_size=30)), max_size=9
)


@given(OBJECTS, st.integers(1, 40), st.sampled_from([None, 1, "\t"]))
def test_a_json_list_is_the_same_however_it_is_cut(
    objects: list[dict[str, object]], chunk: int, indent: int | str | None
) -> None:
    text = json.dumps(objects, indent=indent, ensure_ascii=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "_CHUNK", chunk)
        assert read("a.json", f"\n {text} \n".encode()).value == objects


@pytest.mark.gate
@given(OBJECTS, st.integers(1, 40), st.data())
def test_the_place_of_a_fault_in_a_json_list_is_that_which_a_whole_reading_tells(
    objects: list[dict[str, object]], chunk: int, data: st.DataObject
) -> None:
    text = json.dumps([{}, *objects], indent=1)
    broken = text[: data.draw(st.integers(1, len(text) - 1))]
    with pytest.raises(json.JSONDecodeError) as expected:
        json.loads(broken)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "_CHUNK", chunk)
        with pytest.raises(UnreadableFileError) as caught:
            read("a.json", broken.encode())

    assert f"line {expected.value.lineno}, column" in caught.value.message


@pytest.mark.gate
@pytest.mark.parametrize(("name", "start"), [("a.json", b'{"a": "'), ("a.png", b"\x89PNG\r\n\x1a\n")])
def test_what_is_held_whole_may_be_less_than_rows(tmp_path: Path, name: str, start: bytes) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(start.ljust(25_000_001))

    with pytest.raises(TooLargeError, match="25 MB"):
        read_file(name, tmp_path / name)


def test_a_list_of_facts_and_rows_is_its_rows(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"page": 1, "total": 2}, [{"a": 1}, {"a": 2}]]')

    rows = read_file("a.json", tmp_path / "a.json").value

    assert list(rows) == [{"a": 1}, {"a": 2}]
    assert rows.warnings[0]["code"] == "keys_left_out"
