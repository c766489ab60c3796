"""The structure of a page's rows: TR with TH and TD, and each text has one owner."""

from __future__ import annotations

import re
from typing import Any

import pydyf

from tests.unit.engine.rendering import renderer

renderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

from reports.engine.longtable.layout.parts import CellTag, Fragment, Link, RowLook, RowTags  # noqa: E402
from reports.engine.longtable.pages.page_tags import PageTags, TallRow, page_tags  # noqa: E402

FIRST, GROUP, PAGE, ANNOTATIONS = 100, 7, 8, 900
TD, TH = CellTag("TD", 1, None, 1), CellTag("TH", 1, "row", 1)
AREA = (0, 0, 10, 10)


def row(
    *cells: CellTag,
    links: tuple[Link, ...] = (),
    said: tuple[tuple[int, str], ...] = (),
    begins: bool = True,
    ends: bool = True,
) -> Fragment:
    look, tags = RowLook(b"", b"", b""), RowTags.of(cells)
    return Fragment(10, look, tags, b"", links, said=said, begins=begins, ends=ends)


def tags(*rows: Fragment, tall: TallRow | None = None, page: int = PAGE) -> PageTags:
    return page_tags(rows, first=FIRST, group=GROUP, page=page, annotations=ANNOTATIONS, tall=tall)


def bodies(made: PageTags) -> dict[int, str]:
    return {FIRST + index: body.decode("latin-1") for index, body in enumerate(made.bodies)}


def kids(body: str) -> list[int]:
    found = re.search(r"/K ?(\[.*\]|\d+)", body)
    assert found is not None
    return [int(number) for number in re.findall(r"(\d+)(?: 0 R)?", re.sub(r"<<.*?>>", "", found[1]))]


def kinds(made: PageTags, number: int) -> Any:
    """Write the tree of elements below one as nested lists."""
    body = bodies(made)[number]
    kind = re.search(r"/S/(\w+)", body)
    assert kind is not None
    below = [kinds(made, kid) for kid in kids(body) if kid in bodies(made)]
    return [kind[1], *below] if below else kind[1]


def rows_of(made: PageTags) -> Any:
    return [kinds(made, number) for number in made.rows]


def owners(made: PageTags) -> list[int]:
    return [int(number) for number in re.findall(r"(\d+) 0 R", bodies(made)[made.owners])]


def test_rows_belong_to_the_group_that_all_pages_share() -> None:
    made = tags(row(TD, TD), row(TH, TD))

    assert rows_of(made) == [["TR", "TD", "TD"], ["TR", "TH", "TD"]]
    assert all(f"/P {GROUP} 0 R" in bodies(made)[number] for number in made.rows)


def test_each_text_is_owned_by_the_cell_that_names_it() -> None:
    empty, wrapped = CellTag("TD", 1, None, 0), CellTag("TD", 1, None, 3)

    made = tags(row(TD, TD), row(empty, wrapped), row(TH, TD))

    cells = [kid for body in bodies(made).values() if "/S/TR" in body for kid in kids(body)]
    named = {text: cell for cell in cells for text in kids(bodies(made)[cell])}
    assert named == dict(enumerate(owners(made)))
    assert len(named) == 2 + 3 + 2


def test_cells_tell_their_span_and_what_they_are_the_head_of() -> None:
    made = tags(row(CellTag("TH", 3, "rowgroup", 1)), row(CellTag("TD", 2, None, 1), TH))

    found = [re.findall(r"/S/(T[HD]).*?/A(<<.*?>>)", body) for body in bodies(made).values() if "/A<<" in body]
    assert [cell for cells in found for cell in cells] == [
        ("TH", "<</O/Table/ColSpan 3/Scope/Row>>"),
        ("TD", "<</O/Table/ColSpan 2>>"),
        ("TH", "<</O/Table/Scope/Row>>"),
    ]


def test_a_link_is_an_element_with_its_texts_and_the_place_to_click() -> None:
    link = Link("https://example.org/", (0, 0, 10, 10), 1, (0,))

    made = tags(row(TD, TD, links=(link,)), row(TD, TD), row(TD, TD, links=(link,)))

    assert rows_of(made) == [["TR", "TD", ["TD", "Link"]], ["TR", "TD", "TD"], ["TR", "TD", ["TD", "Link"]]]
    links = [bodies(made)[number] for number in made.links]
    assert [f"/Obj {ANNOTATIONS + index} 0 R" in body for index, body in enumerate(links)] == [True, True]
    assert owners(made)[1] == made.links[0]
    assert owners(made)[5] == made.links[1]


def test_links_stand_among_the_other_texts_of_their_cell_in_the_order_of_reading() -> None:
    area = (0, 0, 10, 10)
    links = (Link("https://example.org/1", area, 0, (1, 2)), Link("https://example.org/2", area, 0, (4,)))

    made = tags(row(CellTag("TD", 1, None, 5), TD, links=links))

    one, other = made.links
    [cell] = [body for body in bodies(made).values() if "/S/TD" in body and str(one) in body]
    assert kids(cell) == [0, one, 3, other]
    assert kids(bodies(made)[one]) == [1, 2]
    assert kids(bodies(made)[other]) == [4]
    assert owners(made)[:5] == [owners(made)[0], one, one, owners(made)[0], other]


def test_a_text_that_is_drawn_from_its_end_says_how_it_is_read() -> None:
    made = tags(row(TD, TD), row(TD, CellTag("TD", 1, None, 2), said=((2, "\u05d0\u05d1"),)))

    [span] = [number for number, body in bodies(made).items() if "/S/Span" in body]
    assert kids(bodies(made)[span]) == [4]
    assert owners(made)[4] == span
    assert pydyf.String("\u05d0\u05d1").data in made.bodies[span - FIRST]
    [cell] = [body for body in bodies(made).values() if "/S/TD" in body and f"{span} 0 R" in body]
    assert kids(cell) == [3, span]


def test_a_row_on_several_pages_is_one_row_whose_cells_say_which_page_a_text_is_on() -> None:
    tall = TallRow(50, (TD, TH))
    on_first = tags(row(TD, TH, ends=False), tall=tall)
    on_second = tags(row(CellTag("TD", 1, None, 2), TH, begins=False), row(TD), tall=tall, page=PAGE + 1)

    one, td, th = (body.decode() for body in tall.bodies(GROUP))
    assert on_first.rows == []
    assert len(on_second.rows) == 1
    assert (owners(on_first), owners(on_second)[:3]) == ([51, 52], [51, 51, 52])
    assert one == f"<</S/TR/P {GROUP} 0 R/K[51 0 R 52 0 R]>>"
    assert re.findall(r"/Pg (\d+) 0 R/MCID (\d+)", td) == [("8", "0"), ("9", "0"), ("9", "1")]
    assert "/S/TH/P 50 0 R/A<</O/Table/Scope/Row>>" in th


def test_a_link_without_a_text_can_still_be_clicked() -> None:
    made = tags(row(CellTag("TD", 1, None, 0), links=(Link("https://example.org/", (0, 0, 1, 1), 0),)))

    assert rows_of(made) == [["TR", ["TD", "Link"]]]
    assert f"/Obj {ANNOTATIONS} 0 R" in bodies(made)[made.links[0]]


def test_numbers_follow_one_another_from_the_first() -> None:
    made = tags(row(TD, TD))

    assert made.rows == [FIRST]
    assert made.owners == FIRST + len(made.bodies) - 1
    assert all(body.startswith(b"<<") for body in made.bodies[:-1])
