from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.datasets import read_file
from reports.datasets.excel import workbook as excel_workbook
from reports.errors import (
    PermanentError,
    TooLargeError,
    UnreadableFileError,
)
from tests.reading import read, zipped
from tests.workbooks import workbook


def test_cells_of_a_workbook_keep_their_kinds() -> None:
    book = workbook(
        [
            [],
            ["No", " Name ", None, "Day", "At", "Paid", "Sum"],
            [],
            [1, " Ann ", None, date(2026, 2, 1), datetime(2026, 2, 1, 8, 30), True, 2.5],  # noqa: DTZ001, Excel knows no zones
            [2.0, "", "x", None, None, False, "#DIV/0!"],
            [None, "  "],
            [10**14 + 1],
        ]
    )

    assert read("a.XLSX", book).value == [
        {
            **{"No": 1, "Name": "Ann", "Column 3": None},
            **{"Day": "2026-02-01", "At": "2026-02-01T08:30:00", "Paid": True, "Sum": 2.5},
        },
        {"No": 2, "Name": None, "Column 3": "x", "Day": None, "At": None, "Paid": False, "Sum": "#DIV/0!"},
        {"No": 10**14 + 1, "Name": None, "Column 3": None, "Day": None, "At": None, "Paid": None, "Sum": None},
    ]


def test_entities_of_a_workbook_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("TOP-SECRET")
    prolog = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret"><!ENTITY f "{"x" * 999}">]>'
    book = workbook([["a"], ["ENTITIES"]], prolog=prolog)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name).replace(b"ENTITIES", b"&e;&f;") for name in archive.namelist()}
    (tmp_path / "a.xlsx").write_bytes(zipped(parts))

    try:
        found = list(read_file("a.xlsx", tmp_path / "a.xlsx").value)
    except UnreadableFileError as error:
        assert "SECRET" not in error.message
    else:
        assert "SECRET" not in str(found)
        assert "xxx" not in str(found)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_workbook, "_MOST_UNPACKED_BYTES", 100_000)
    (tmp_path / "a.xlsx").write_bytes(workbook([["a"], ["x" * 100_000]]))

    with pytest.raises(TooLargeError, match="unpacks to 10.,... bytes"):
        list(read_file("a.xlsx", tmp_path / "a.xlsx").value)


def with_sheet(sheet: str, **parts: str) -> bytes:
    """Write a workbook whose parts are as given."""
    with zipfile.ZipFile(io.BytesIO(workbook([]))) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    whole["xl/worksheets/sheet1.xml"] = sheet.encode()
    return zipped(whole | {name.replace("__", "/") + ".xml": text.encode() for name, text in parts.items()})


def test_cells_stand_where_they_say_and_may_have_prefixes_pieces_and_reading_aids() -> None:
    book = with_sheet(
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row r="3"><x:c r="A3" t="str"><x:v>a</x:v></x:c><x:c r="C3" t="str"><x:f>1</x:f><x:v>c</x:v></x:c></x:row>'
        '<x:row r="9"><x:c r="C9" t="inlineStr"><x:is><x:r><x:t>be</x:t></x:r><x:r><x:t>fore</x:t></x:r>'
        "<x:rPh><x:t>unread</x:t></x:rPh></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )

    assert read("a.xlsx", book).value == [{"a": None, "c": "before"}]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ('<c r="XFE9"><v>1</v></c>', "Row 9 of the sheet 'Orders'"),
        ('<c r="A9" t="s"><v>7</v></c>', "Row 9"),
        ('<c r="A9" s="99"><v>7</v></c>', "Row 9"),
        ('<c r="A9"><v>seven</v></c>', "Row 9"),
        ('<c r="7"><v>1</v></c>', "Row 9"),
        ('<c r="B9"><v>1</v></c><c r="A9"><v>1</v></c>', "Row 9"),
    ],
)
def test_a_cell_that_no_excel_writes_is_told_with_its_row(cell: str, place: str) -> None:
    rows_of_sheet = f'<row><c><v>1</v></c></row><row r="9">{cell}</row>'

    with pytest.raises(UnreadableFileError, match=place):
        read("a.xlsx", with_sheet(f"<worksheet><sheetData>{rows_of_sheet}</sheetData></worksheet>"))


@pytest.mark.parametrize(
    "encoding", ["UTF-7", "utf-32", "no-such-encoding", "cp037", "idna", "rot13", "\u00e9", "latin-1"]
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_is_read_in_utf_8_whatever_it_declares_or_refused(encoding: str, part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook([["a"], ["\u00e9"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = f"<?xml version='1.0' encoding='{encoding}'?>".encode() + parts[part]

    try:
        found = read("a.xlsx", zipped(parts)).value
    except UnreadableFileError:
        return
    assert found == [{"a": "\u00e9"}]


def test_a_document_type_in_another_encoding_is_seen(tmp_path: Path) -> None:
    # Of a text in EBCDIC, the declaration alone may be in ASCII.
    (tmp_path / "secret").write_text("TOP-SECRET")
    hidden = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><workbook>&e;</workbook>'.encode("cp037")
    with zipfile.ZipFile(io.BytesIO(workbook([["a"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = b"<?xml version='1.0' encoding='cp037'?>" + hidden

    with pytest.raises(UnreadableFileError):
        read("a.xlsx", zipped(parts))


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 8, "-1", "\u0663", ""])
def test_a_number_of_a_row_that_is_none_is_no_fault(number: str) -> None:
    rows_of_sheet = f'<row><c t="str"><v>a</v></c></row><row r="{number}"><c><v>2</v></c></row>'

    assert read("a.xlsx", with_sheet(f"<worksheet><sheetData>{rows_of_sheet}</sheetData></worksheet>")).value == [
        {"a": 2}
    ]


def test_a_number_of_a_format_that_is_none_is_no_fault() -> None:
    styles = f"<styleSheet><cellXfs><xf numFmtId='{'9' * 5000}'/></cellXfs></styleSheet>"
    sheet = '<row><c t="str"><v>a</v></c></row><row><c s="0"><v>7</v></c></row>'

    book = with_sheet(f"<worksheet><sheetData>{sheet}</sheetData></worksheet>", xl__styles=styles)

    assert read("a.xlsx", book).value == [{"a": 7}]


@pytest.mark.gate
def test_a_workbook_may_unpack_to_as_much_as_its_size_speaks_for(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook([["a"], ["x" * 30_000_000]]))

    with pytest.raises(TooLargeError, match="one of its size"):
        list(read_file("a.xlsx", tmp_path / "a.xlsx").value)


def test_a_cell_far_away_costs_nothing() -> None:
    far = '<row><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'

    assert read("a.xlsx", with_sheet(f"<worksheet><sheetData>{far}</sheetData></worksheet>")).value == [
        {"Column 1": 1},
        {"Column 1": 2},
    ]


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("yyyy-mm-dd", "46054", "2026-02-01"),
        ("dd/mm/yyyy hh:mm", "46054.354166666664", "2026-02-01T08:30:00"),
        ("[$-409]d. mmm yy;@", "46054", "2026-02-01"),
        ("hh:mm:ss", "0.354166666666667", "08:30:00"),
        ("[h]:mm", "1.5", "36:00:00"),
        ("yyyy", "1", "1900-01-01"),
        ("yyyy", "61", "1900-03-01"),
        ("yyyy", "1e300", "1E+300"),
        ('0.00 "days"', "46054", 46054),
        ("[Red]#,##0.00", "1.5", 1.5),
        ("General", "7", 7),
    ],
)
def test_a_number_is_a_day_or_a_time_by_its_format(code: str, number: str, shown: object) -> None:
    styles = (
        f"<styleSheet><numFmts><numFmt numFmtId='164' formatCode={quoteattr(code)}/></numFmts>"
        "<cellXfs><xf/><xf numFmtId='164'/></cellXfs></styleSheet>"
    )
    sheet = f'<row><c t="str"><v>a</v></c></row><row><c s="1"><v>{number}</v></c></row>'

    book = with_sheet(f"<worksheet><sheetData>{sheet}</sheetData></worksheet>", xl__styles=styles)

    assert read("a.xlsx", book).value == [{"a": shown}]


@given(st.data())
def test_a_workbook_with_any_damage_is_either_read_or_refused_for_good(data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook([["a", "b"], [1, "x"], [True, date(2026, 2, 1)]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name])))
    parts[name] = parts[name][:at] + data.draw(st.binary(max_size=3)) + parts[name][at + data.draw(st.integers(0, 5)) :]

    try:
        found = read("a.xlsx", zipped(parts)).value
    except PermanentError as error:
        assert error.message
    else:
        json.dumps(found)


NAME = "xl/worksheets/sheet1.xml"


def with_names(book: bytes, name: bytes, *, local: bool, central: bool) -> bytes:
    """Give a part another name, of the same length and said to be in UTF-8, in one of the places where a zip has it."""
    was = NAME.encode()
    assert len(name) == len(was)
    head, tail = book[: book.index(b"PK\x01\x02")], book[book.index(b"PK\x01\x02") :]
    if local:
        at = head.index(was)
        head = head[: at - 24] + b"\x00\x08" + head[at - 22 : at] + name + head[at + len(name) :]
    if central:
        at = tail.index(was)
        tail = tail[: at - 38] + b"\x00\x08" + tail[at - 36 : at] + name + tail[at + len(name) :]
    return head + tail


@pytest.mark.parametrize("places", [{"local": True, "central": False}, {"local": False, "central": True}])
def test_a_name_of_a_part_that_is_no_text_is_refused(places: dict[str, bool]) -> None:
    book = with_names(workbook([["a"], [1]]), b"\xff" * len(NAME), **places)

    with pytest.raises(UnreadableFileError):
        read("a.xlsx", book)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("part", [NAME, "xl/workbook.xml", "_rels/.rels"])
def test_a_part_compressed_in_a_way_without_bounds_is_refused_unread(method: int, part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook([["a"], [1]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body, method if name == part else zipfile.ZIP_DEFLATED)
    # Were it unpacked, it would be told that it is broken.
    book = file.getvalue().replace(b"BZh9", b"BZh0")

    with pytest.raises(UnreadableFileError, match="compressed in a way"):
        read("a.xlsx", book)


@given(st.data())
def test_a_zip_with_any_damage_is_either_read_or_refused_for_good(data: st.DataObject) -> None:
    book = bytearray(workbook([["a", "b"], [1, "x"]]))
    # All that a zip says of itself is at its end; what is said once more before each part matters, too.
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(book) - 1) | st.integers(len(book) - 80, len(book) - 1))
        size = data.draw(st.sampled_from([1, 2, 4]))
        book[at : at + size] = data.draw(st.sampled_from([b"\xff" * size, b"\x00" * size]) | st.binary(max_size=size))

    try:
        found = read("a.xlsx", bytes(book)).value
    except PermanentError as error:
        assert type(error) in (UnreadableFileError, TooLargeError)
    else:
        json.dumps(found)


@pytest.mark.parametrize(
    "cell",
    [
        *("<c><v>nan</v></c>", "<c><v>-inf</v></c>", "<c><v>1e999</v></c>", '<c s="-1"><v>1</v></c>'),
        *('<c t="s"><v>-1</v></c>', '<c s="1"><v>NaN</v></c>'),
    ],
)
def test_a_number_that_excel_does_not_know_is_refused_and_not_guessed(cell: str) -> None:
    rows_of_sheet = f'<row><c t="str"><v>a</v></c></row><row r="2">{cell}</row>'
    book = with_sheet(f"<worksheet><sheetData>{rows_of_sheet}</sheetData></worksheet>")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    relations = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>", b'<Relationship Id="r9" Type="x/sharedStrings" Target="texts.xml"/></Relationships>'
    )
    parts |= {"xl/_rels/workbook.xml.rels": relations, "xl/texts.xml": b"<sst><si><t>wrong</t></si></sst>"}

    with pytest.raises(UnreadableFileError, match="Row 2"):
        read("a.xlsx", zipped(parts))


def test_a_name_of_a_sheet_is_quoted_as_far_as_it_helps() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read("a.xlsx", workbook([], sheet="x" * 100_000))

    assert len(caught.value.message) < 300
