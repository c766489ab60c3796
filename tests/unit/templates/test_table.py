"""Tables of rows without a description."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.datasets.column_form import ColumnType
from reports.datasets.rows import RowsList
from reports.datasets.understanding import understand
from reports.engine.templating.formats import Formats
from reports.engine.templating.template_code import load_template_code
from reports.engine.templating.text_width import text_width
from reports.errors import InvalidDataError
from templates.table.columns import Column
from templates.table.lines import Group, Line
from templates.table.survey import survey
from templates.table.view import view
from templates.table.widths import Texts, choose_layout
from tests.unit.engine.rendering import TEMPLATES, context, page_texts, render

ENGLISH = Formats.of("en")


def columns_of(rows: list[dict[str, Any]], wanted: list[dict[str, Any]] | None = None) -> Sequence[Column]:
    """Find out what the columns of rows are."""
    [section] = understand(rows, wanted or ())
    return survey(section, {each["key"]: each for each in wanted or ()}, None, ENGLISH).columns


def printed_cells(line: Line) -> list[str]:
    """Return the texts of a line."""
    return [text for _, text in line.cells]


def test_columns_come_in_the_order_their_keys_are_first_seen() -> None:
    columns = columns_of([{"b": 1}, {"a": 1, "b": 2}, {"c_d": 3}])

    assert [(c.key, c.label) for c in columns] == [("b", "B"), ("a", "A"), ("c_d", "C d")]


def test_a_caller_may_choose_columns_and_say_what_they_are() -> None:
    wanted: list[dict[str, Any]] = [
        {"key": "b", "label": "Bee", "type": "number", "decimals": 3, "total": False},
    ]

    (found,) = columns_of([{"a": 1, "b": "2"}], wanted)

    assert (found.label, found.kind, found.decimals, found.summed) == ("Bee", ColumnType.NUMBER, 3, False)


def test_a_table_reads_as_it_should() -> None:
    rows = [
        {"item": "Tea", "qty": "2", "when": "2026-03-01", "ok": True, "more": {"a": [1]}},
        {"item": "Milk", "qty": "-1.5"},
    ]

    (text,) = page_texts(render("table", {"rows": rows, "title": "Stock"}).pdf)

    assert "Stock" in text
    assert "Tea 2.0 Mar 1, 2026 ✓ 1" in text
    assert "Milk −1.5 – – –" in text
    assert "Total 0.5" in text
    assert "Page 1 of 1" in text


def test_groups_have_their_own_sums() -> None:
    rows = [{"who": "b", "qty": 1}, {"who": "a", "qty": 2}, {"who": "b", "qty": 3}, {"qty": 9}]

    prepared = view({"rows": rows, "group_by": "who"}, context())

    lines = list(prepared["tables"][0]["lines"])
    assert [(line.kind, line.group, printed_cells(line)) for line in lines] == [
        ("group", Group("b", 2), ["4"]),
        ("", None, ["1"]),
        ("", None, ["3"]),
        ("group", Group("a", 1), ["2"]),
        ("", None, ["2"]),
        ("group", Group("–", 1), ["9"]),
        ("last", None, ["9"]),
        ("total", None, ["15"]),
    ]


def test_no_rows_are_a_report_that_says_so() -> None:
    (text,) = page_texts(render("table", {"rows": []}, "de").pdf)

    assert "Keine Zeilen in diesem Bericht." in text


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"rows": [{}]}, "/rows"),
        ({"rows": [{f"c{i}": 1 for i in range(201)}]}, "/rows"),
        ({"rows": [{"a": 1}], "group_by": "b"}, "/group_by"),
        ({"rows": [{"a": 1}], "columns": [{"key": "a"}, {"key": "b"}]}, "/columns/1/key"),
    ],
)
def test_rows_that_make_no_table_are_refused(data: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        view(data, context())

    assert [violation.pointer for violation in caught.value.violations] == [pointer]


def test_a_header_is_repeated_and_pages_are_counted() -> None:
    rows = [{"name": f"row {i}", "value": i} for i in range(60)]

    pages = page_texts(render("table", {"rows": rows, "title": "Long"}).pdf)

    assert len(pages) == 2
    assert all("Name Value" in page for page in pages)
    assert "Long Generated Apr 3, 2026" in pages[1]
    assert "Page 2 of 2" in pages[1]


@given(
    st.lists(
        st.builds(
            Texts,
            label=st.text(max_size=30),
            cells=st.lists(st.text(max_size=80), max_size=5),
            sums=st.lists(st.text(alphabet="0123456789,.−", max_size=30), max_size=2),
            wraps=st.booleans(),
            is_number=st.booleans(),
        ),
        max_size=40,
    ),
    st.sampled_from(["A4", "Letter"]),
)
def test_columns_fill_the_page_and_never_more(columns: list[Texts], paper: str) -> None:
    layout = choose_layout([columns], paper)

    [spreads] = layout.tables
    assert all(width > 0 for spread in spreads for width in spread.widths)
    assert {column for spread in spreads for column in spread.columns} == set(range(len(columns)))
    assert all(sum(spread.widths) <= layout.width - 32 + 0.5 for spread in spreads)
    assert len(spreads) > 1 or not columns or sum(spreads[0].widths) == pytest.approx(layout.width - 32, abs=0.5)


def test_numbers_of_accounts_are_given_the_width_that_they_need() -> None:
    ibans = Texts("Account", ["DE89370400440532013000"] * 3, [], wraps=True, is_number=False)
    prose = Texts(
        "Text", ["Paid by card at the shop in the main street, with thanks"] * 3, [], wraps=True, is_number=False
    )

    layout = choose_layout([[ibans, *[prose] * 6, ibans]], "A4")

    [[spread]] = layout.tables
    em = layout.type_size * 25.4 / 72
    assert min(spread.widths[0], spread.widths[-1]) >= text_width("DE89370400440532013000") * em


ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.recursive(
    ATOMS | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(st.dictionaries(st.text(min_size=1, max_size=20), CELLS, max_size=6), max_size=8)
CODE = load_template_code(TEMPLATES / "table")


@given(ROWS, st.sampled_from(["en", "de", "ar"]))
def test_any_rows_become_a_document_or_a_typed_error(rows: list[dict[str, Any]], locale: str) -> None:
    try:
        prepared = CODE.view({"rows": rows}, context(locale))
        html = CODE.html(prepared, context(locale))
    except InvalidDataError:
        assert rows
        assert not any(rows)
    else:
        assert html.count("<tr") == (sum(1 + len(table["lines"]) for table in prepared["tables"]) if rows else 1)
        assert html.count("<tr") >= 1 + len(rows)


# Of few words: characters that no font has are laid out a hundred times more slowly than others.
SHORT_CELLS = ATOMS | st.text(max_size=8) | st.lists(ATOMS | st.text(max_size=4), max_size=2)
FEW_ROWS = st.lists(st.dictionaries(st.text(min_size=1, max_size=5), SHORT_CELLS, max_size=3), max_size=3)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FEW_ROWS.filter(any))
def test_any_rows_are_laid_out(rows: list[dict[str, Any]]) -> None:
    assert render("table", {"rows": rows}).pages >= 1


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS.filter(any))
def test_any_rows_of_many_words_are_laid_out(rows: list[dict[str, Any]]) -> None:
    assert render("table", {"rows": rows}).pages >= 1


def test_a_cell_as_long_as_a_book_is_cut_and_says_so() -> None:
    rows = RowsList([{"a": "x" * 25_000}])

    prepared = view({"rows": rows}, context())

    (line,) = prepared["tables"][0]["lines"]
    assert line == Line("tall", None, (("", "x" * 20_000 + "… (25,000)"),))
    assert [warning["code"] for warning in rows.warnings] == ["cells_cut"]


@pytest.mark.parametrize(("count", "word"), [(30, 30), (8, 300)])
def test_nothing_leaves_the_page(count: int, word: int) -> None:
    import pypdfium2

    rows = [{f"column_{i}": ("W" * word if i % 2 else 1234567.891) for i in range(count)}] * 2

    document = pypdfium2.PdfDocument(render("table", {"rows": rows}).pdf)

    for index, edge in itertools.product(range(len(document)), (20,)):
        page = document[index]
        text = page.get_textpage()
        right = max(text.get_charbox(i)[2] for i in range(text.count_chars()))
        assert right <= page.get_width() - edge
    document.close()
