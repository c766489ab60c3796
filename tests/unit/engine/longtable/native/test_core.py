"""The extension gives the very bytes that Python gives, or leaves a row to it, whatever the rows are."""

from __future__ import annotations

import hashlib
import html
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.rendering import context, printed, renderer, template

renderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

from reports.engine.longtable import native  # noqa: E402
from reports.engine.longtable.layout.parts import CellTag, Fragment, RowLook, RowTags  # noqa: E402
from reports.engine.longtable.native.row_setter import RowSetter  # noqa: E402
from reports.engine.longtable.pages.continued_pages import ContinuedPages  # noqa: E402
from reports.engine.longtable.pages.page_tags import page_tags  # noqa: E402
from reports.engine.longtable.pages.pdf_file import object_stream  # noqa: E402
from reports.engine.longtable.rows.cells import DrawnValues  # noqa: E402
from reports.engine.longtable.rows.lines import LinePlace, RunPlace  # noqa: E402
from reports.engine.longtable.rows.plain_form import PlainForm  # noqa: E402
from tests.unit.engine.longtable.ledgers import lines, report  # noqa: E402
from tests.unit.engine.longtable.text.test_text_setter import STYLES, TEXT, TEXTS  # noqa: E402
from tests.unit.engine.longtable.text.text_oracle import supported_setter  # noqa: E402

pytestmark = pytest.mark.skipif(native.core is None, reason="no C compiler has built the extension here: make native")

MANY = settings(max_examples=100, deadline=None, derandomize=True, database=None)
WILD = st.one_of(TEXT, st.text(max_size=12), st.sampled_from(["", " ", "a & b", "<b>", "\0", "x" * 401, "\ud800"]))
PLACES = st.tuples(st.floats(-50, 900), st.floats(0, 700), st.sampled_from(["left", "right", "center"]))
ANY = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.binary(max_size=3), st.lists(st.none()))


def column(css: str, place: tuple[float, float, str], prefix: bytes = b"/F 9 Tf\n") -> DrawnValues:
    left, width, align = place
    run = RunPlace(0, 0.0, 7.25, "", "", True, supported_setter(css), prefix, (), None)
    line = LinePlace((run,), (), left, width, 11.0, 0.0, 0.0, align, True, False, False)
    cell: Any = SimpleNamespace(text=lambda own: None if "<" in own[0] else html.unescape(own[0]))
    return DrawnValues({}, cell, line, 3.3, prefix)


def drawn_by_python(columns: list[DrawnValues], values: list[str], *, is_tagged: bool) -> bytes | None:
    form: Any = SimpleNamespace(_is_tagged=is_tagged)
    form._draw_value = lambda *given: PlainForm._draw_value(form, *given)
    return PlainForm._drawn_values(form, columns, values)


@pytest.mark.gate
@pytest.mark.parametrize("css", STYLES)
@MANY
@given(rows=st.lists(st.tuples(WILD, TEXT), min_size=1, max_size=12), place=PLACES, is_tagged=st.booleans())
def test_a_row_is_set_as_python_sets_it(
    css: str, rows: list[tuple[str, str]], place: tuple[float, float, str], is_tagged: bool
) -> None:
    columns = [column(css, place), column(css, (40.0, 1800.0, "right"), b"")]
    setter = RowSetter(columns, is_tagged=is_tagged)

    for _ in range(2):  # the second time from what was learnt the first time
        for row in rows:
            values = list(row)
            in_c = setter.text(values)
            expected = drawn_by_python([each._replace(drawn={}) for each in columns], values, is_tagged=is_tagged)
            assert in_c in (None, expected)


def test_a_row_of_known_pairs_is_not_left_to_python() -> None:
    columns = [column(STYLES[0], (10.0, 900.0, align)) for align in ("left", "right", "center")]
    setter = RowSetter(columns, is_tagged=True)
    plain = [text for text in TEXTS if text.isascii() and not set(text) & set("&<>")]
    for text in plain:
        drawn_by_python(columns, [text] * 3, is_tagged=True)
    for each in columns:
        each.drawn.clear()

    in_c = [setter.text([text] * 3) for text in plain]

    assert in_c == [drawn_by_python(columns, [text] * 3, is_tagged=True) for text in plain]
    assert None not in in_c


MOVES = st.binary(max_size=9).map(lambda written: written.replace(b"\0", b" "))  # a move has no texts, and no marks


@MANY
@given(st.lists(st.tuples(MOVES, st.lists(st.binary(max_size=5)).map(b"\0".join)), min_size=1))
def test_the_texts_of_a_page_are_joined_as_python_joins_them(rows: list[tuple[bytes, bytes]]) -> None:
    page: Any = SimpleNamespace(canvas=SimpleNamespace(is_tagged=True))
    moves = [move for move, _ in rows]
    fragments = [Fragment(1.0, RowLook(b"", b"", b""), RowTags.of(()), text) for _, text in rows]

    with pytest.MonkeyPatch.context() as patch:
        in_c = ContinuedPages._texts(page, moves, fragments)
        patch.setattr(native, "core", None)
        assert ContinuedPages._texts(page, moves, fragments) == in_c


@MANY
@given(
    cells=st.lists(st.integers(1, 40), min_size=1, max_size=9),
    first=st.integers(1, 2**40),
    group=st.integers(1, 2**40),
    page=st.integers(1, 2**40),
)
def test_the_elements_of_rows_are_written_as_python_writes_them(
    cells: list[int], first: int, group: int, page: int
) -> None:
    kinds = CellTag("TD", 1, None, 1), CellTag("TH", 1, "row", 1)
    rows = [
        Fragment(1.0, RowLook(b"", b"", b""), RowTags.of((kinds[number % 7 == 6],) * number), b"") for number in cells
    ]

    with pytest.MonkeyPatch.context() as patch:
        in_c = page_tags(rows, first=first, group=group, page=page, annotations=5)
        patch.setattr(native, "core", None)
        assert page_tags(rows, first=first, group=group, page=page, annotations=5) == in_c


@MANY
@given(st.lists(st.tuples(st.integers(0, 2**63), st.binary(max_size=40)), min_size=1))
def test_an_object_stream_is_written_as_python_writes_it(objects: list[tuple[int, bytes]]) -> None:
    assert native.core.object_stream(objects) == object_stream(objects)


@MANY
@given(st.lists(ANY, max_size=8), st.sampled_from(["page_texts", "row_elements", "Pairs", "Row"]))
def test_what_makes_no_sense_is_refused(given_: list[Any], name: str) -> None:
    try:
        made = getattr(native.core, name)(*given_)
    except (TypeError, ValueError, OverflowError):
        return
    empty = name == "page_texts" and given_ == [[], []] and made == b""
    assert empty or (name == "Row" and given_[0] == [] and made.set([]) is None) or name == "row_elements"


@MANY
@given(st.one_of(ANY, st.lists(ANY, min_size=1), st.lists(st.tuples(ANY, ANY), min_size=1)))
def test_lists_of_other_things_are_refused_or_made_bytes(given_: Any) -> None:
    for function in (native.core.references, native.core.object_stream):
        try:
            made = function(given_)
        except (TypeError, ValueError, OverflowError):
            continue
        assert isinstance(made, bytes | tuple)


def test_a_row_whose_tables_hold_other_things_is_refused_or_left_to_python() -> None:
    pairs = native.core.Pairs(
        {"a\0": 5, "b\0": "0" * 99, "c\0": "01"},
        {"a\0": 1, "b\0": 1, "c\0": 2**70},
        *[{"a", "b", "c", "d"}, set(), {}, {}, lambda text: text * 2],
    )
    row = native.core.Row([(pairs, pairs, {}, b"", 0.0, 900.0, 9.0, 5.0, 0, False)], True)

    assert [row.set([text]) for text in ("b", "d", "e", "")] == [None] * 4
    assert row.set([]) is None
    assert row.set(["d", "d"]) is None
    with pytest.raises(TypeError):
        row.set(["a"])
    with pytest.raises(OverflowError):
        row.set(["c"])


@pytest.mark.gate
@pytest.mark.parametrize(
    "style",
    [
        "",
        "td:last-child { text-align: right } td { white-space: nowrap }",
        "td { text-align: center; vertical-align: middle } td:nth-child(2) { width: 16mm; color: #a00 }",
        "td:first-child { text-decoration: underline } td:nth-child(2) { text-transform: uppercase }",
    ],
)
def test_the_pdf_is_the_same_with_and_without_the_extension(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = report(style, data=lines(1_500))
    described = template(made.folder(tmp_path))
    set_in_c: list[bytes | None] = []
    text = RowSetter.text

    def counted(setter: RowSetter, values: list[str]) -> bytes | None:
        set_in_c.append(text(setter, values))
        return set_in_c[-1]

    monkeypatch.setattr(RowSetter, "text", counted)

    with_c = printed(renderer(), described, made.data, context())
    in_c = [each for each in set_in_c if each is not None]
    monkeypatch.setattr(native, "core", None)
    without = printed(renderer(), described, made.data, context())

    assert with_c.layout["path"] == "long_table"
    assert ("underline" in style) is (not in_c)
    assert hashlib.sha256(with_c.pdf).digest() == hashlib.sha256(without.pdf).digest()
