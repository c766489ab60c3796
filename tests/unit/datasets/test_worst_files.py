"""Feed each reader of files the worst of its kind, and hold it to work that is in proportion to what it was given."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from reports.datasets import read_file
from reports.datasets.columns import MOST_COLUMNS, column_names
from reports.errors import PressrunError, TooLargeError, UnreadableFileError
from tests.reading import zipped
from tests.workbooks import workbook

pytestmark = pytest.mark.gate

LITTLE = 150_000
"""Bytes of an input that must never take long."""

MOST_CPU_SECONDS = 20
"""The rule for little input. All here take a tenth of it at the most, so that a slow machine passes."""


@contextmanager
def little_work() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < MOST_CPU_SECONDS


def a_book(**parts: str) -> bytes:
    """Return a workbook some of whose parts are replaced: ``sheet``, ``styles``, ``texts`` or ``main``."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "styles": "xl/styles.xml", "main": "xl/workbook.xml"}
    with zipfile.ZipFile(BytesIO(workbook([["a"], [1]]))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**content, **{names[name]: text.encode() for name, text in parts.items()}})


def sheet(rows: str) -> str:
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


def styles(formats: str, count: int = 1) -> str:
    cells = "<xf numFmtId='200'/>" * count
    return f"<styleSheet>{formats}<cellXfs>{cells}</cellXfs></styleSheet>"


def many_attributes(prefix: str) -> str:
    return " ".join(f"{prefix}a{n}='u'" for n in range(60_000))


def merged(areas: list[str], rows: str) -> str:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return f"<worksheet><sheetData>{rows}</sheetData><mergeCells>{cells}</mergeCells></worksheet>"


def many_times_a_sheet(times: int) -> str:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = '<sheet name="a" r:id="r1"/>' * times
    return f'<workbook xmlns:r="{relation}"><sheets>{sheets}</sheets></workbook>'


NUMBERS = "".join(f"<row><c s='0'><v>{n}.5</v></c></row>" for n in range(6_000))

HEADER = '<row><c t="inlineStr"><is><t>a</t></is></c></row>'
FORMATTED = sheet(HEADER + '<row><c s="0"><v>1</v></c></row>')

WORST: dict[str, tuple[str, Callable[[], bytes]]] = {
    "CSV, equal names": ("csv", lambda: b"a," * 20_000 + b"a\n1\n"),
    "CSV, as many equal names as there may be": ("csv", lambda: b"a," * (MOST_COLUMNS - 1) + b"a\n1\n"),
    "CSV, names that copies would have": (
        "csv",
        lambda: ",".join(["a", *(f"a ({n})" for n in range(2, 1_000)), *["a"] * 1_000]).encode() + b"\n1\n",
    ),
    "CSV, names for rows that are short": ("csv", lambda: b"," * (MOST_COLUMNS - 1) + b"\n" + b"1\n" * 70_000),
    "CSV, quotes": ("csv", lambda: b"a\n" + b'"' * 149_000),
    "CSV, one row over all lines": ("csv", lambda: b'a\n"' + b"\n" * 149_000),
    "JSON, brackets": ("json", lambda: b"[" * 149_000),
    "JSON, spaces": ("json", lambda: b"[" + b" " * 149_000),
    "JSON, a long number": ("json", lambda: b'[{"a":' + b"9" * 149_000),
    "JSON, a long fraction": ("json", lambda: b'[{"a":0.' + b"9" * 149_000 + b"}]"),
    "JSON, numbers as long as they may be": (
        "json",
        lambda: b"[" + b",".join([b'{"a":' + b"9" * 4_300 + b"}"] * 34) + b"]",
    ),
    "JSON, escapes": ("json", lambda: b'[{"a":"' + b"\\u00e9" * 24_000 + b'"}]'),
    "JSON, keys": ("json", lambda: b"[{" + b",".join(b'"%d":1' % n for n in range(14_000)) + b"}]"),
    "JSON, one key twice": ("json", lambda: b"[{" + b",".join(b'"%d":1' % (n % 13_999) for n in range(14_000)) + b"}]"),
    "JSON lines, empty": ("jsonl", lambda: b"\n" * 149_000),
    "JSON lines, one that never ends": ("jsonl", lambda: b'{"a":"' + b"x" * 149_000),
    "XLSX, brackets in a format": (
        "xlsx",
        lambda: a_book(styles=styles(f"<numFmt numFmtId='200' formatCode='{'[' * 5_000_000}'/>"), sheet=FORMATTED),
    ),
    "XLSX, many styles of a long format": (
        "xlsx",
        lambda: a_book(styles=styles(f"<numFmt numFmtId='200' formatCode='{'[h' * 120}'/>", 500_000), sheet=FORMATTED),
    ),
    "XLSX, an attribute": ("xlsx", lambda: a_book(sheet=sheet(f"<row a='{'x' * 15_000_000}'/>"))),
    "XLSX, a comment": ("xlsx", lambda: a_book(sheet=sheet(f"<!--{'x' * 15_000_000}-->"))),
    "XLSX, attributes": (
        "xlsx",
        lambda: a_book(sheet=sheet(f"<row {many_attributes('')}/>")),
    ),
    "XLSX, a cell's text": ("xlsx", lambda: a_book(sheet=sheet(f"<row><c><v>{'&#120;' * 2_500_000}</v></c></row>"))),
    "XLSX, nesting": ("xlsx", lambda: a_book(sheet="<a>" * 1_000_000 + "</a>" * 1_000_000)),
    "XLSX, rows of nothing": ("xlsx", lambda: a_book(sheet=sheet("<row/>" * 1_100_000))),
    "XLSX, cells of nothing": ("xlsx", lambda: a_book(sheet=sheet(f"<row>{'<c/>' * 3_500_000}</row>"))),
    "XLSX, cells far away": (
        "xlsx",
        lambda: a_book(sheet=sheet(HEADER + '<row><c r="XFD1"><v>1</v></c></row>' * 140_000)),
    ),
    "XLSX, names over all columns": (
        "xlsx",
        lambda: a_book(sheet=merged(["A1:XFD1"] * 99_000, HEADER + "<row><c><v>1</v></c></row>")),
    ),
    "XLSX, cells over all rows": (
        "xlsx",
        lambda: a_book(
            sheet=merged([f"A{n}:A1048576" for n in range(2, 20_000)], HEADER + "<row><c><v>1</v></c></row>" * 20_000)
        ),
    ),
    "XLSX, more merged cells than there may be": ("xlsx", lambda: a_book(sheet=merged(["A1:B2"] * 400_000, HEADER))),
    "XLSX, gaps": (
        "xlsx",
        lambda: a_book(
            sheet=sheet(HEADER + "".join(f'<row r="{n * 2}"><c><v>1</v></c></row>' for n in range(2, 9_000)))
        ),
    ),
    "XLSX, one sheet many times": (
        "xlsx",
        lambda: a_book(main=many_times_a_sheet(50_000), sheet=sheet(HEADER + "<row><c><v>1</v></c></row>" * 9_000)),
    ),
    "XLSX, places in a format": (
        "xlsx",
        lambda: a_book(
            styles=styles(f"<numFmts><numFmt numFmtId='200' formatCode='{'0.' * 39}'/></numFmts>"),
            sheet=sheet(HEADER + NUMBERS),
        ),
    ),
    "XLSX, more places in a format than there may be": (
        "xlsx",
        lambda: a_book(
            styles=styles(f"<numFmts><numFmt numFmtId='200' formatCode='{'0.' * 120}'/></numFmts>"),
            sheet=sheet(HEADER + NUMBERS),
        ),
    ),
    "XLSX, elements of a short part": ("xlsx", lambda: a_book(main=f"<workbook>{'<a/>' * 3_500_000}</workbook>")),
    "XLSX, as many elements of a short part as there may be": (
        "xlsx",
        lambda: a_book(main="<workbook>" + "<a/>" * 990_000 + "</workbook>"),
    ),
    "XLSX, namespaces": (
        "xlsx",
        lambda: a_book(main=f"<workbook {many_attributes('xmlns:')}/>"),
    ),
}


@pytest.mark.parametrize("name", WORST)
def test_little_input_is_little_work_whatever_is_in_it(name: str, tmp_path: Path) -> None:
    suffix, make = WORST[name]
    (tmp_path / f"a.{suffix}").write_bytes(make())
    assert (tmp_path / f"a.{suffix}").stat().st_size < LITTLE

    with little_work():
        try:
            found = sum(1 for _ in read_file(f"a.{suffix}", tmp_path / f"a.{suffix}").value)
        except PressrunError as error:
            found = -1
            assert type(error) in (UnreadableFileError, TooLargeError), error.message

    assert found < LITTLE


def test_columns_are_counted_before_they_are_named() -> None:
    with pytest.raises(TooLargeError, match="names 2,049 columns"):
        column_names(["a"] * (MOST_COLUMNS + 1))

    assert column_names(["a"] * MOST_COLUMNS)[-1] == f"a ({MOST_COLUMNS})"


@pytest.mark.parametrize(
    "header",
    [
        ["a", "a", "a"],
        ["a (2)", "a", "a"],
        ["a", "a", "a (2)"],
        ["a", "a (3)", "a", "a"],
        ["", "Column 1", ""],
        [" a", "a "],
    ],
)
def test_names_of_columns_differ_and_are_counted_up(header: list[str]) -> None:
    expected: list[str] = []
    for number, cell in enumerate(header, 1):
        name = base = cell.strip() or f"Column {number}"
        copy = 1
        while name in expected:
            copy += 1
            name = f"{base} ({copy})"
        expected.append(name)

    assert column_names(header) == expected
