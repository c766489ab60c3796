"""Boxes of a layout"""

from __future__ import annotations

import pytest

from tests.unit.engine.weasy.assumptions.laid_out import boxes, first, first_text, layout, page_box, table

STYLE_NAMES = """
    background_color bookmark_label bookmark_level border_collapse border_spacing break_after
    break_before break_inside color direction display empty_cells font_family font_size height hyphens
    lang letter_spacing line_height overflow position table_layout text_align_all text_decoration_line
    text_indent text_transform transform vertical_align visibility white_space width word_break
    word_spacing
""".split()  # noqa: SIM905, a list of them fills a page


def test_a_page_holds_its_box() -> None:
    """A page holds its box as `_page_box`, with `width`, `height`, `content_box_y()` and `margin_width()`."""
    box = page_box()

    assert isinstance(box, boxes.PageBox)
    assert box.content_box_y() + box.height < layout().pages[0].height == box.margin_height()
    assert box.margin_width() == layout().pages[0].width


def test_margin_boxes_are_children_of_the_page() -> None:
    """Margin boxes are children of the page's box, beside the root's."""
    kinds = [isinstance(box, boxes.MarginBox) for box in page_box().children]

    assert kinds == [False, True]


def test_a_document_keeps_its_html() -> None:
    """A document keeps its HTML as `_html`, which has `base_url` and `wrapper_element`."""
    html = layout().document._html

    assert html.base_url == "file:///"
    assert html.wrapper_element.etree_element is html.etree_element


def test_a_table_has_groups() -> None:
    """A table's children are groups of rows that say `is_header` and `is_footer`, in the order of the page."""
    assert [(group.is_header, group.is_footer) for group in table().children] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_a_table_knows_its_columns() -> None:
    """A table has `column_positions` and `column_widths`, one for each column, and `column_groups`."""
    assert len(table().column_positions) == len(table().column_widths) == 2
    assert list(table().column_groups) == []


def test_a_table_knows_its_collapsed_borders() -> None:
    """A table with collapsed borders has `collapsed_border_grid` (vertical, horizontal), each by rows."""
    vertical, horizontal = table().collapsed_border_grid

    assert (len(vertical), len(vertical[0])) == (4, 3)
    assert (len(horizontal), len(horizontal[0])) == (5, 2)


def test_an_edge_of_a_collapsed_border_has_a_score_and_a_look() -> None:
    """An edge of the grid is (score, (style, width, color)), and its colour has `alpha`."""
    _, (style, width, color) = table().collapsed_border_grid[1][2][0]

    assert (style, round(width, 3)) == ("solid", 1.333)
    assert 0 < color.alpha < 1


def test_a_table_knows_what_a_page_break_leaves_out() -> None:
    """A table has `skipped_rows` and `skip_cell_border_bottom`."""
    assert table().skipped_rows == 0
    assert table().skip_cell_border_bottom is False


def test_a_row_stands_for_its_element() -> None:
    """The box of a row has the very element it was made of."""
    assert [number for number, _ in layout().rows_of(0)[0]] == [0, 1]
    assert first(boxes.TableRowBox).element_tag == "tr"


def test_a_cell_knows_its_span_and_whether_it_is_empty() -> None:
    """A cell has `colspan`, `rowspan` and `empty`."""
    cells = [box for box in table().descendants() if isinstance(box, boxes.TableCellBox)]

    assert [cell.colspan for cell in cells] == [2, 1, 1, 1, 1, 1, 1]
    assert [cell.rowspan for cell in cells] == [1] * 7
    assert [bool(cell.empty) for cell in cells] == [False, False, True, False, False, False, False]


def test_a_text_box_knows_its_baseline() -> None:
    """A text box has `text`, `baseline`, `position_x`, `position_y`, `pango_layout` and `justification_spacing`."""
    text = first_text()

    assert 0 < text.baseline < text.height
    assert text.pango_layout.text == text.text
    assert text.justification_spacing == 0
    assert text.position_x > 0 < text.position_y


def test_a_link_is_on_the_box_of_its_element() -> None:
    """A box with a link has `link` as (kind of target, (kind of link, address)), and the box of its text has none."""
    link = next(box for box in table().descendants() if getattr(box, "element_tag", "") == "a")

    assert isinstance(link, boxes.InlineBox)
    assert link.link == ("url", ("external", "https://example.com/"))
    assert first_text().link is None


def test_a_drawn_box_knows_its_background() -> None:
    """A box that has been laid out on a page has `background`, with `layers`; None when there is nothing to draw."""
    cell = first(boxes.TableCellBox)
    coloured = next(box for box in table().descendants() if getattr(box, "element_tag", "") == "td")

    assert cell.background is None
    assert coloured.background.layers is not None


def test_a_box_can_be_moved_and_copied() -> None:
    """`translate()` moves a box with all in it, and `copy_with_children()` leaves the original alone."""
    row = first(boxes.TableRowBox)
    copy = row.deepcopy()
    copy.translate(3, 4)

    assert (copy.position_x, copy.position_y) == (row.position_x + 3, row.position_y + 4)
    assert copy.children[0].position_y == row.children[0].position_y + 4
    assert row.copy_with_children([]).children == []
    assert row.children


@pytest.mark.parametrize(
    "name",
    STYLE_NAMES,
)
def test_a_style_has_what_the_fast_path_asks_for(name: str) -> None:
    """A computed style has the properties that the fast path compares, by these names."""
    assert first_text().style[name] is not ...


def test_a_layout_can_be_renumbered() -> None:
    """A context has `page_maker`, whose entries have the counters at [3][1], and stores of strings by page."""
    context = layout().context

    assert context.page_maker[1][3][1]["page"] == [1]
    assert context.string_set["note"][1] == ["Ledger"]
    assert not any(context.running_elements.values())
    assert context.target_collector.counter_lookup_items == {}


def test_a_page_ends_within_a_tolerance() -> None:
    """What ends below a page's bottom by 1e-9 of it still stands on the page."""
    overflows = layout().context.overflows

    assert not overflows(100, 100 * (1 + 1e-9))
    assert overflows(100, 100 * (1 + 3e-9))
