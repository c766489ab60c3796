"""Each page of a long table tells screen readers what is in which cell, and each text has one owner."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

from tests.unit.engine.rendering import renderer

renderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

from reports.engine.longtable.layout.parts import (  # noqa: E402
    NO_FOOT,
    CellTag,
    Foot,
    Fragment,
    HeadCell,
    Link,
    PageFrame,
    RowLook,
    RowTags,
)
from reports.engine.longtable.pages.page_tags import PageTags, page_tags  # noqa: E402

FIRST, PARENT, PAGE, ANNOTATIONS = 100, 7, 8, 900
TD, TH = CellTag("TD", 1, None, 1), CellTag("TH", 1, "row", 1)
HEAD = ((HeadCell("TH", 1, None, (0,)), HeadCell("TH", 2, "col", (1, 2))),)


def row(*cells: CellTag, links: tuple[Link, ...] = ()) -> Fragment:
    return Fragment(10, RowLook(b"", b"", b""), RowTags.of(cells), b"", links)


def tags(
    *rows: Fragment, head: tuple[tuple[HeadCell, ...], ...] = HEAD, texts: int = 3, foot: Foot = NO_FOOT
) -> PageTags:
    frame = cast("PageFrame", SimpleNamespace(head=head, texts=texts, foot=foot))
    return page_tags(frame, rows, first=FIRST, parent=PARENT, page=PAGE, annotations=ANNOTATIONS)


def bodies(made: PageTags) -> dict[int, str]:
    return {FIRST + index: body.decode() for index, body in enumerate(made.bodies)}


def kids(body: str) -> list[int]:
    found = re.search(r"/K ?(\[.*\]|\d+)", body)
    assert found is not None
    return [int(number) for number in re.findall(r"(\d+)(?: 0 R)?", re.sub(r"<<.*?>>", "", found[1]))]


def kinds(made: PageTags, number: int | None = None) -> Any:
    """Write the tree of elements below one as nested lists."""
    body = bodies(made)[made.table if number is None else number]
    kind = re.search(r"/S/(\w+)", body)
    assert kind is not None
    below = [kinds(made, kid) for kid in kids(body) if kid in bodies(made)]
    return [kind[1], *below] if below else kind[1]


def owners(made: PageTags) -> list[int]:
    return [int(number) for number in re.findall(r"(\d+) 0 R", bodies(made)[made.owners])]


def test_a_page_has_a_table_with_its_head_and_its_rows() -> None:
    made = tags(row(TD, TD), row(TH, TD))

    assert kinds(made) == [
        "Table",
        ["THead", ["TR", "TH", "TH"]],
        ["TBody", ["TR", "TD", "TD"], ["TR", "TH", "TD"]],
    ]
    assert f"/P {PARENT} 0 R/Pg {PAGE} 0 R" in bodies(made)[made.table]


def test_a_table_without_a_head_has_none() -> None:
    assert kinds(tags(row(TD), head=(), texts=0)) == ["Table", ["TBody", ["TR", "TD"]]]


def test_the_foot_follows_the_rows_and_owns_the_last_texts() -> None:
    link = Link("https://example.org/", (0, 0, 10, 10), 0, (0,))

    made = tags(row(TD, links=(link,)), head=(), texts=0, foot=Foot((row(TH, links=(link,)), row(TD, TD)), 20))

    assert kinds(made) == [
        "Table",
        ["TBody", ["TR", ["TD", "Link"]]],
        ["TFoot", ["TR", ["TH", "Link"]], ["TR", "TD", "TD"]],
    ]
    assert owners(made)[:2] == list(made.links)
    assert len(owners(made)) == 4


def test_each_text_is_owned_by_the_cell_that_names_it() -> None:
    empty, wrapped = CellTag("TD", 1, None, 0), CellTag("TD", 1, None, 3)

    made = tags(row(TD, TD), row(empty, wrapped), row(TH, TD))

    cells = [kid for body in bodies(made).values() if "/S/TR" in body for kid in kids(body)]
    named = {text: cell for cell in cells for text in kids(bodies(made)[cell])}
    assert named == dict(enumerate(owners(made)))
    assert len(named) == 3 + 2 + 3 + 2


def test_cells_tell_their_span_and_what_they_are_the_head_of() -> None:
    made = tags(row(CellTag("TH", 3, "rowgroup", 1)), row(CellTag("TD", 2, None, 1), TH))

    found = [re.findall(r"/S/(T[HD]).*?/A(<<.*?>>)", body) for body in bodies(made).values() if "/A<<" in body]
    assert [cell for cells in found for cell in cells] == [
        ("TH", "<</O/Table/Scope/Column>>"),
        ("TH", "<</O/Table/ColSpan 2/Scope/Column>>"),
        ("TH", "<</O/Table/ColSpan 3/Scope/Row>>"),
        ("TD", "<</O/Table/ColSpan 2>>"),
        ("TH", "<</O/Table/Scope/Row>>"),
    ]


def test_a_link_is_an_element_with_its_texts_and_the_place_to_click() -> None:
    link = Link("https://example.org/", (0, 0, 10, 10), 1, (0,))

    made = tags(row(TD, TD, links=(link,)), row(TD, TD), row(TD, TD, links=(link,)))

    assert kinds(made)[2] == ["TBody", ["TR", "TD", ["TD", "Link"]], ["TR", "TD", "TD"], ["TR", "TD", ["TD", "Link"]]]
    links = [bodies(made)[number] for number in made.links]
    assert [f"/Obj {ANNOTATIONS + index} 0 R" in body for index, body in enumerate(links)] == [True, True]
    assert owners(made)[4] == made.links[0]
    assert owners(made)[8] == made.links[1]


def test_links_stand_among_the_other_texts_of_their_cell_in_the_order_of_reading() -> None:
    area = (0, 0, 10, 10)
    links = (Link("https://example.org/1", area, 0, (1, 2)), Link("https://example.org/2", area, 0, (4,)))

    made = tags(row(CellTag("TD", 1, None, 5), TD, links=links), head=(), texts=0)

    one, other = made.links
    [cell] = [body for body in bodies(made).values() if "/S/TD" in body and str(one) in body]
    assert kids(cell) == [0, one, 3, other]
    assert kids(bodies(made)[one]) == [1, 2]
    assert kids(bodies(made)[other]) == [4]
    assert owners(made)[:5] == [owners(made)[0], one, one, owners(made)[0], other]


def test_a_link_in_the_head_comes_before_those_of_rows() -> None:
    area = (0, 0, 10, 10)
    head = ((HeadCell("TH", 1, None, (0, 1, 2), (Link("https://example.org/", area, 0, (1,)),)),),)

    made = tags(row(TD, links=(Link("https://example.org/1", area, 0, (0,)),)), head=head)

    one, other = made.links
    assert kinds(made) == ["Table", ["THead", ["TR", ["TH", "Link"]]], ["TBody", ["TR", ["TD", "Link"]]]]
    assert [owners(made)[1], owners(made)[3]] == [one, other]
    assert f"/Obj {ANNOTATIONS} 0 R" in bodies(made)[one]
    assert kids(bodies(made)[one]) == [1]


def test_a_link_without_a_text_can_still_be_clicked() -> None:
    made = tags(row(CellTag("TD", 1, None, 0), links=(Link("https://example.org/", (0, 0, 1, 1), 0),)))

    assert kinds(made)[2] == ["TBody", ["TR", ["TD", "Link"]]]
    assert f"/Obj {ANNOTATIONS} 0 R" in bodies(made)[made.links[0]]


def test_numbers_follow_one_another_from_the_first() -> None:
    made = tags(row(TD, TD))

    assert made.table == FIRST
    assert made.owners == FIRST + len(made.bodies) - 1
    assert all(body.startswith(b"<<") for body in made.bodies[:-1])
