from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import pytest

from reports.datasets import opened, read_file
from reports.errors import PermanentError, TooLargeError, UnreadableFileError, UnsupportedFileError
from tests.builders import a_catalog
from tests.reading import read, zipped
from tests.workbooks import workbook

ROWS = [{"city": "Oslo", "rain": 12.5}, {"city": "Bergen", "rain": 60}]
LISTS = [["city", "rain"], ["Oslo", 12.5], ["Bergen", 60]]


def rows_of(name: str, body: bytes, tmp_path: Any) -> list[dict[str, Any]]:
    with_rows = a_catalog(tmp_path).get("list")
    return list(_data(name, body, with_rows)["rows"])


def _data(name: str, body: bytes, template: Any) -> dict[str, Any]:
    path = template.folder / "file"
    path.write_bytes(body)
    return read_file(name, path).data_for(template)


@pytest.mark.parametrize(
    "value",
    [
        ROWS,
        LISTS,
        {"data": ROWS, "total": 2, "paging": {"next": None}},
        {"result": {"items": ROWS, "count": 2}},
        {"rows": ROWS},
        {"data": LISTS},
        {"city": ["Oslo", "Bergen"], "rain": [12.5, 60]},
        {"city": {"0": "Oslo", "1": "Bergen"}, "rain": {"0": 12.5, "1": 60}},
        {"0": ROWS[0], "1": ROWS[1]},
        {"columns": ["city", "rain"], "index": [0, 1], "data": [["Oslo", 12.5], ["Bergen", 60]]},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": row} for row in ROWS]},
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_rows_in_json_of_any_usual_shape_are_found(value: Any, encoding: str, tmp_path: Any) -> None:
    assert rows_of("a.json", json.dumps(value, indent=1).encode(encoding), tmp_path) == ROWS


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt", "a"])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_values_one_after_another_are_rows_whatever_the_name(name: str, indent: int | None, tmp_path: Any) -> None:
    body = "\n".join(json.dumps(row, indent=indent) for row in ROWS).encode()

    assert rows_of(name, body, tmp_path) == ROWS


def test_one_object_is_one_row_for_a_template_of_rows(tmp_path: Any) -> None:
    assert rows_of("a.json", json.dumps(ROWS[0]).encode(), tmp_path) == ROWS[:1]


def test_what_stands_beside_the_rows_of_an_object_is_named(tmp_path: Any) -> None:
    template = a_catalog(tmp_path).get("list")
    found = _data("a.json", json.dumps({"data": ROWS, "total": 2, "owner": "me"}).encode(), template)["rows"]

    assert list(found) == ROWS
    assert "“total”, “owner”" in found.warnings[0]["message"]


def test_lists_of_an_object_are_tables_and_a_template_that_takes_one_is_told(tmp_path: Any) -> None:
    template = a_catalog(tmp_path).get("list")
    found = _data("a.json", json.dumps({"rain": ROWS, "people": [{"name": "Ada"}]}).encode(), template)["rows"]

    assert [table.name for table in found.tables()] == ["rain", "people"]
    assert list(found) == ROWS
    assert found.warnings[-1]["code"] == "tables_left_out"


def test_nan_is_nothing_and_counted_in_rows_but_refused_elsewhere(tmp_path: Any) -> None:
    template = a_catalog(tmp_path).get("list")
    found = _data("a.json", b'[{"a": NaN, "b": "NaN"}, {"a": 1, "b": NaN}]', template)["rows"]

    assert list(found) == [{"a": None, "b": "NaN"}, {"a": 1, "b": None}]
    assert "2 times" in found.warnings[0]["message"]
    with pytest.raises(UnreadableFileError, match="Infinity is not a JSON number"):
        list(_data("a.json", b'[{"a": NaN}, {"a": Infinity}]', template)["rows"])
    with pytest.raises(UnreadableFileError, match="NaN is not a JSON number"):
        read("a.json", b'{"total": NaN}')


def test_a_key_of_no_letters_is_named_after_its_place() -> None:
    assert read("a.json", b'[{"x": 1, "": 2}]').value == [{"x": 1, "Column 2": 2}]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.gz", "a"])
def test_text_that_is_compressed_is_unpacked(name: str) -> None:
    assert read(name, gzip.compress(b"a,b\n1,2\n")).value == [{"a": "1", "b": "2"}]
    assert read(name, gzip.compress(b'[{"a": 1}]')).value == [{"a": 1}]


def test_a_compressed_file_unpacks_to_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLargeError, match="unpacks to more than"):
        read("a.csv.gz", gzip.compress(b"a,b\n" + b"0,0\n" * 2_000_000))

    monkeypatch.setattr(opened, "MOST_UNPACKED", 100)
    with pytest.raises(TooLargeError, match="unpacks to more than"):
        read("a.csv.gz", gzip.compress(b"a,b\n" + b"0,0\n" * 200))


@pytest.mark.parametrize("damage", [lambda body: body[:-9], lambda body: body[:20] + b"\xff" * 9 + body[29:]])
def test_a_broken_compressed_file_is_told(damage: Any) -> None:
    body = gzip.compress("".join(f"{n},{n * n}\n" for n in range(900)).encode())

    with pytest.raises(UnreadableFileError, match="broken or cut off"):
        read("a.csv.gz", damage(body))


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a", "a.xlsm"])
def test_a_workbook_is_one_whatever_its_name(name: str) -> None:
    assert read(name, workbook([["a", "b"], ["x", 2]])).value == [{"a": "x", "b": 2}]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.tsv", "a.txt", "a.dat", "a.log", "a.json", "a"])
def test_a_table_of_text_is_one_whatever_its_name(name: str) -> None:
    assert read(name, b"a\tb\nx\t2\n").value == [{"a": "x", "b": "2"}]


def an_archive(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "what"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), r"\.xls.* save it as \.xlsx"),
        ("a.ods", an_archive("mimetype"), r"OpenDocument .* save it as \.xlsx"),
        ("a.docx", an_archive("word/document.xml"), "Word document"),
        ("a.xlsb", an_archive("xl/workbook.bin"), r"\.xlsb"),
        ("a.zip", zipped({"a.csv": b"a,b\n1,2\n"}), r"archive \(ZIP\)"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(500), "a PDF"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", "web page"),
        ("a.xml", b'<?xml version="1.0"?><rows/>', "XML"),
        (
            "a.svg",
            b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
            r"drawing \(SVG\).* a picture \(JPEG",
        ),
        ("a.svg", b"<svg/>", "SVG"),
        ("a.json", b'// made by a program\n/* of two\nlines */\n[{"a": 1}]', "JSON with comments.* Remove"),
        ("a.parquet", b"PAR1" + bytes(90), "Parquet"),
        ("a.bin", bytes(range(256)), "is not text"),
        ("a.md", b"Some words\nand more of them\n", "no table"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_helps(name: str, body: bytes, what: str) -> None:
    with pytest.raises(UnsupportedFileError, match=what):
        read(name, body)


@pytest.mark.parametrize("body", [b"[Date],[Sum]\n1,2\n", b"{x};{y}\n1;2\n"])
def test_names_in_brackets_are_no_json(body: bytes) -> None:
    assert len(read("a.csv", body).value[0]) == 2


def test_lists_of_different_lengths_are_told() -> None:
    with pytest.raises(PermanentError, match="item 2 has 3 cells, and the first one has 2"):
        read("a.json", b'[["a", "b"], [1, 2, 3]]')


MT940 = ":20:STARTUMS\r\n:25:10020030/1234567890\r\n:28C:0/1\r\n:60F:C260101EUR1000,00\r\n:61:2601020102DR10,50NMSC\r\n"

REQUEST = '[10/Oct/2026:13:55:36 -0700] "GET /a.gif HTTP/1.1"'


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("umsatz.txt", MT940, "MT940"),
        ("umsatz.csv", "0000 01INGBNL2A\r\n940 00\r\n" + MT940, "MT940"),
        (
            "camt.csv",
            '<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">',
            "CAMT",
        ),
        ("a.txt", "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1>", "OFX"),
        ("a.csv", '<?xml version="1.0"?>\n<?OFX OFXHEADER="200"?>\n<OFX>', "OFX"),
        ("a.txt", "!Type:Bank\nD01/02/2026\nT-10.50\nPCoffee\n^\n", "QIF"),
        ("a.csv", "BEGIN:VCARD\nVERSION:3.0\nFN:Ann, Bo\nEND:VCARD\n", "vCard"),
        ("a.txt", "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n", "iCalendar"),
        ("a.txt", "UNA:+.? 'UNB+UNOC:3+SENDER+RECEIVER+260102:1200+1'UNH+1+INVOIC:D:96A:UN'", "EDI"),
        ("a.txt", "ISA*00*          *00*          *ZZ*SENDER*ZZ*RECEIVER*260102*1200*U*00401*1*0*P*>~", "EDI"),
        ("a.txt", "[02.01.26, 09:15:33] Ann: Hi\n[02.01.26, 09:16:01] Bob: Hi, you\n", "chat"),
        ("a.txt", "1/2/26, 9:15 AM - Ann: Hi\n1/2/26, 9:16 AM - Bob: Hi, you\n", "chat"),
        ("a.csv", 'ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K"a"\n', "SYLK"),
        ("a.txt", "-- MySQL dump 10.13\n--\nCREATE TABLE `a` (`b` int);\n", "SQL"),
        (
            "access.log",
            f'10.0.0.1 - - {REQUEST} 200 2326\n::1 - ann {REQUEST} 304 - "-" "Mozilla/5.0"\n',
            "a web server",
        ),
        ("a.csv", f"www.example.org:80 10.0.0.1 - - {REQUEST} 200 2326\n", "a web server"),
        ("a.txt", "dn: cn=Ann,dc=example,dc=org\ncn: Ann\n", "LDIF"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_format_that_only_looks_like_a_table_is_named_with_what_to_export(
    name: str, text: str, what: str, encoding: str, tmp_path: Any
) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))

    with pytest.raises(UnsupportedFileError, match=what) as refused:
        read_file(name, path)

    assert "CSV" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "ID;PLZ;Ort\nC;01067;Dresden\n",
        "From: 2026-01-01\nTo: 2026-01-31\nDate,Amount\n2026-01-02,5.50\n",
        "Type,Account\nBank,Savings\n",
        "UNA,DUE,TRE\n1,2,3\n",
        "Table\n0,1\n2,3\n",
        "Insert,Into\n1,2\n",
        "Event;Value\n01/02/2026 10:00 - Pump A: on;5\n01/02/2026 10:05 - Pump A: off;7\n",
        "2026-01-02 10:00:00 - worker 1: started,1\n2026-01-02 10:00:05 - worker 1: done,2\n",
        "01,02,03\n04,05,06\n",
        "[02.01.26, 10:15],Ann\n[02.01.26, 10:16],Bob\n",
    ],
)
def test_a_table_with_words_of_another_format_stays_a_table(text: str, tmp_path: Any) -> None:
    assert rows_of("a.csv", text.encode(), tmp_path)
