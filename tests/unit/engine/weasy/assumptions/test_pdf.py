"""Drawing and the PDF"""

from __future__ import annotations

import re
from typing import Any

import pydyf
import pytest

from reports.engine.weasy.canvas import operators, with_open_marks
from tests.unit.engine.weasy.assumptions.laid_out import boxes, canvas, first, html_document, layout, page_box, table


def drawn(*, is_tagged: bool = False) -> tuple[Any, Any]:
    """Draw the first page; return the canvas and the stream."""
    from weasyprint.draw import draw_page

    made = canvas(is_tagged=is_tagged)
    stream = made.stream()
    draw_page(page_box(), stream)
    return made, stream


def written() -> Any:
    """Return the PDF object of the document."""
    from weasyprint import DEFAULT_OPTIONS
    from weasyprint.pdf import generate_pdf

    return generate_pdf(html_document(), None, 1, **{**DEFAULT_OPTIONS, "pdf_tags": True})


def test_a_stream_keeps_operators_as_a_list() -> None:
    """A stream keeps its operators in `stream`, each for `pydyf._to_bytes`."""
    _, stream = drawn()

    assert len(stream.stream) > 10
    assert b"\n".join(map(pydyf._to_bytes, stream.stream)) == operators(stream)


def test_numbers_are_written_without_needless_digits() -> None:
    """`pydyf._to_bytes` writes a number without an exponent, and a whole one without a point; a tiny one as `0.`."""
    assert [pydyf._to_bytes(number) for number in (1.0, 0.5, 1e-7)] == [b"1", b"0.5", b"0."]


def test_graphics_states_of_opacity_are_named_after_it() -> None:
    """Graphics states of opacity are named a… (fill) and A… (stroke); no other is."""
    made, stream = drawn()
    stream.set_alpha(0.25, stroke=True)
    stream.set_alpha(0.25)
    opacity = [name for name in made.resources["ExtGState"] if name.startswith(("a", "A"))]
    stream.set_blend_mode("multiply")

    assert {"a0.25", "A0.25"} <= set(opacity)
    assert [name for name in made.resources["ExtGState"] if name.startswith(("a", "A"))] == opacity


def test_text_is_shown_after_a_matrix_a_font_and_an_array() -> None:
    """A text is drawn by `1 0 0 -1 x y Tm`, `/font size Tf` and `[…] TJ`, each on a line of its own."""
    _, stream = drawn()

    assert re.search(rb"1 0 0 -1 (\S+) (\S+) Tm\n(/\S+ \S+ Tf)\n(\[.*\] TJ)", operators(stream))


def test_marked_contents_are_counted_from_zero() -> None:
    """Marked contents are opened by `<</MCID n>>`, counted from zero on each stream."""
    _, stream = drawn(is_tagged=True)
    numbers = [int(found) for found in re.findall(rb"<</MCID (\d+)>>", operators(stream))]

    assert numbers == list(range(len(numbers)))
    assert with_open_marks(operators(stream)).count(b"\x00") == len(numbers) > 5


def test_a_stream_knows_the_boxes_of_its_marks() -> None:
    """A tagged stream has the marked boxes in `_tags`, each with `tag` and `mcid`; one without tags has None."""
    _, stream = drawn(is_tagged=True)

    assert {"tag", "mcid"} <= set(next(iter(stream._tags.values())))
    assert drawn()[1]._tags is None


def test_fonts_of_a_stream_are_kept_by_their_keys() -> None:
    """Fonts are added to the dictionary that streams share, with what is known of their glyphs."""
    made, _ = drawn()
    font = next(iter(made.fonts.values()))

    assert (font.upem, font.index, font.bitmap, dict(font.missing)) == (2048, 0, False, {})
    assert font.glyph_count > len(font.widths) > 0
    assert set(font.to_unicode) <= set(font.widths)
    assert font.file_content[:4] in (b"\x00\x01\x00\x00", b"OTTO", b"true")
    assert {"hmtx", "cmap"} <= set(font.tables)
    assert font.hash


def test_a_row_can_be_drawn_by_itself() -> None:
    """A row is drawn from a stacking context that is made of it and its page."""
    from weasyprint.draw import draw_stacking_context
    from weasyprint.stacking import StackingContext

    stream = canvas().stream()
    draw_stacking_context(stream, StackingContext.from_box(first(boxes.TableRowBox), page_box()))

    assert b" TJ" in operators(stream)


def test_links_and_bookmarks_are_gathered_into_lists() -> None:
    """`gather_anchors` adds links as (kind, target, rectangle, box), and bookmarks as (level, label, point, state)."""
    from weasyprint.anchors import gather_anchors

    links: list[Any] = []
    bookmarks: list[Any] = []
    gather_anchors(page_box(), {}, links, bookmarks, {})

    assert [(kind, target, len(rectangle)) for kind, target, rectangle, _ in links] == [
        ("external", "https://example.com/", 4)
    ]
    assert [(level, label, len(point), state) for level, label, point, state in bookmarks] == [(1, "Ledger", 2, "open")]


def test_the_first_object_of_a_pdf_is_free() -> None:
    """The first of a PDF's `objects` is the free one, number 0, and the others are numbered as they stand."""
    pdf = written()

    assert [item.number for item in pdf.objects] == list(range(len(pdf.objects)))


def test_the_information_is_added_last() -> None:
    """`generate_pdf` leaves `pdf.info` to be added; the catalog and the pages are objects already."""
    pdf = written()

    assert pdf.catalog in pdf.objects
    assert pdf.pages in pdf.objects
    assert pdf.info not in pdf.objects


def test_a_page_is_three_entries_of_kids() -> None:
    """The page tree's `Kids` have three entries for each page, and `Count` says how many there are."""
    pdf = written()

    assert (pdf.pages["Count"], pdf.pages["Kids"][1:]) == (1, [0, "R"])
    assert list(pdf.page_references) == [b"%d 0 R" % pdf.pages["Kids"][0]]


def test_the_resources_of_all_pages_are_one_object() -> None:
    """A page refers to resources that have `Font` and `ColorSpace`."""
    pdf = written()
    by_number = {item.number: item for item in pdf.objects}
    page = by_number[pdf.pages["Kids"][0]]

    assert {"Font", "ColorSpace", "ExtGState", "XObject"} <= set(by_number[int(page["Resources"].split()[0])])


def test_a_mark_is_three_items_of_a_stream() -> None:
    """`marked()` keeps number and kind by box, and appends the kind, properties and `BDC` to `stream`."""
    from reports.engine.weasy.canvas import Canvas

    stream, box = Canvas(is_tagged=True).stream(), object()
    with stream.marked(box, "Span"):
        drawn = list(stream.stream)

    assert stream._tags == {box: {"tag": "Span", "mcid": 0}}
    assert [getattr(item, "data", item) for item in drawn] == ["/Span", b"<</MCID 0>>", b"BDC"]


def test_a_box_has_room_for_its_annotations() -> None:
    """A box has `link_annotation` and `widget_annotation`, and a margin box its name as `at_keyword`."""
    box = table()

    assert (box.link_annotation, box.widget_annotation) == (None, None)
    [page] = layout().pages
    margins = [child for child in page._page_box.children if isinstance(child, boxes.MarginBox)]
    assert [margin.at_keyword for margin in margins] == ["@bottom-center"]


@pytest.mark.parametrize("name", ["pdf/ua-1"])
def test_a_variant_has_properties(name: str) -> None:
    """`VARIANTS` has a function and default options for each variant."""
    from weasyprint.pdf import VARIANTS

    function, properties = VARIANTS[name]
    assert callable(function)
    assert isinstance(properties, dict)


def test_a_page_break_between_rows_is_a_word() -> None:
    """`block_level_page_break` answers with a value of break-before, such as `auto`."""
    from weasyprint.layout.block import block_level_page_break

    one, other = table().children[1].children

    assert block_level_page_break(one, other) == "auto"
    assert layout().pages
