"""Whatever bytes a file has, it becomes a report or is refused for what is wrong with it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.reading import read
from tests.unit.fuzzing.fuzzing import check, damaged, examples
from tools.fuzz.mutation import mutated_zip

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MARKS = st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"+/v8", b"\x00"])
ENCODINGS = st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "shift-jis", "cp037"])


@st.composite
def texts_in_any_encoding(draw: st.DrawFn) -> bytes:
    cells = st.lists(TEXTS | st.sampled_from(['"', '"a', "a\nb", "\x00", "x" * 140_000, "\ufeff", "=1+1"]), max_size=4)
    text = "\n".join(draw(st.sampled_from(",;\t|")).join(line) for line in draw(st.lists(cells, max_size=4)))
    return draw(MARKS) + text.encode(draw(ENCODINGS), "replace")


@examples(30)
@given(st.binary(max_size=200) | texts_in_any_encoding() | damaged("csv"))
def test_any_csv(body: bytes) -> None:
    check("csv", body)


@examples(30)
@given(st.sampled_from(["json", "jsonl"]), st.data())
def test_any_json(kind: str, data: st.DataObject) -> None:
    check(kind, data.draw(damaged(kind) | texts_in_any_encoding()))


@examples(30)
@given(damaged("xlsx", mutated_zip))
def test_any_workbook(body: bytes) -> None:
    check("xlsx", body)


@given(
    st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from([("utf-8", b""), ("utf-8-sig", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_csv_in_any_dialect_is_read_as_it_was_written(
    cells: list[list[str]], quoting: Any, encoding: tuple[str, bytes], end: str
) -> None:
    # The writer puts no quotes around a carriage return where another sign ends lines.
    cells = [[cell.replace("\x00", "").replace("\r", "\n") for cell in row] for row in cells]
    # A line with a single cell may be a title or a note instead.
    cells = [[cell if cell.strip() else "x" for cell in row] for row in cells]
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([["a", "b"], *cells])

    found = read("a.csv", encoding[1] + text.getvalue().encode(encoding[0])).value

    assert [list(row.values()) for row in found] == [[cell.strip() for cell in row] for row in cells]


# Excel knows no zones.
EARLIEST, LATEST = datetime(1900, 3, 1), datetime(2100, 1, 1)  # noqa: DTZ001
# With as many digits as are written, which are those of Excel.
NUMBERS_OF_EXCEL = st.integers(-(10**14), 10**14) | st.floats(-1e14, 1e14).map(lambda number: float(f"{number:.15g}"))
FORMATS_OF_NUMBERS = ["General", "0.00", "#,##0", "0.0%", '#,##0.00 "\u20ac"', "$#,##0.00;[Red]($#,##0.00)", '0.0 "kg"']
COLUMNS = st.sampled_from(
    [
        st.booleans(),
        NUMBERS_OF_EXCEL,
        st.dates(date(1900, 3, 1), date(9999, 12, 31)),
        st.datetimes(EARLIEST, LATEST).map(lambda at: at.replace(microsecond=0)),
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20),
    ]
)


@st.composite
def typed_rows(draw: st.DrawFn) -> list[list[Any]]:
    columns = [st.none() | column for column in draw(st.lists(COLUMNS, min_size=3, max_size=3))]
    return [[number, *draw(st.tuples(*columns))] for number in range(7, draw(st.integers(8, 13)))]


@examples(40)
@given(typed_rows(), st.booleans(), st.booleans(), st.sampled_from(FORMATS_OF_NUMBERS))
def test_a_workbook_is_read_as_another_library_wrote_it(
    rows: list[list[Any]], from_1904: bool, in_constant_memory: bool, code: str
) -> None:
    file = io.BytesIO()
    options = {"date_1904": from_1904, "constant_memory": in_constant_memory, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        day, moment = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        )
        number = book.add_format({"num_format": code})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["no", "a", "b", "c"])
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(at, column, at_least_1904(value, from_1904), moment)
                elif isinstance(value, date):
                    sheet.write_datetime(at, column, at_least_1904(value, from_1904), day)
                elif isinstance(value, str):
                    sheet.write_string(at, column, value)
                else:
                    sheet.write(at, column, value, *([number] if column else []))

    found = read("a.xlsx", file.getvalue()).value

    assert [list(row.values()) for row in found] == [[as_read(value, from_1904) for value in row] for row in rows]


def at_least_1904(value: Any, from_1904: bool) -> Any:
    return value + timedelta(days=1462) if from_1904 and value.year < 1905 else value


def as_read(value: Any, from_1904: bool) -> Any:
    if isinstance(value, date):
        moment = at_least_1904(value, from_1904)
        return moment.isoformat(**({"timespec": "seconds"} if isinstance(moment, datetime) else {}))
    return (value.strip() or None) if isinstance(value, str) else value


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.lists(
    st.dictionaries(TEXTS.filter(bool), st.none() | st.booleans() | NUMBERS | TEXTS, max_size=5), max_size=5
)


@examples(30)
@given(ROWS, st.booleans())
def test_json_lines_are_read_as_they_were_written(rows: list[dict[str, Any]], is_ascii: bool) -> None:
    body = "\n".join(json.dumps(row, ensure_ascii=is_ascii) for row in rows).encode()

    assert read("a.jsonl", body).value == rows
