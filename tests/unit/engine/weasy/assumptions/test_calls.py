"""Functions that are called"""

from __future__ import annotations

import inspect
from pkgutil import resolve_name

import pytest

from tests.unit.engine.weasy.assumptions import laid_out

assert laid_out  # loads WeasyPrint

PARAMETERS = {
    "weasyprint.anchors:gather_anchors": "box anchors links bookmarks forms parent_matrix parent_form parent_link",
    "weasyprint.anchors:make_page_bookmark_tree": "page skipped_levels last_by_depth previous_level page_number matrix",
    "weasyprint.document:Document": "pages metadata url_fetcher font_config color_profiles output_intent",
    "weasyprint.document:Document._build_layout_context": "html font_config counter_style color_profiles options",
    "weasyprint.document:Document.make_bookmark_tree": "self scale transform_pages",
    "weasyprint.draw:draw_background": "stream background clip_box bleed marks",
    "weasyprint.draw:draw_border": "stream box",
    "weasyprint.draw:draw_collapsed_borders": "stream table",
    "weasyprint.draw:draw_page": "page stream",
    "weasyprint.draw:draw_stacking_context": "stream stacking_context",
    "weasyprint.draw.border:draw_line": "stream x1 y1 x2 y2 thickness style color offset",
    "weasyprint.draw.text:draw_first_line": "stream textbox text_overflow block_ellipsis matrix",
    "weasyprint.draw.color:get_color": "style key",
    "weasyprint.draw.color:styled_color": "style color side",
    "weasyprint.formatting_structure.build:build_formatting_structure": (
        "element_tree style_for get_image_from_uri base_url target_collector counter_style footnotes"
    ),
    "weasyprint.formatting_structure.text:transform": "function text lang_code",
    "weasyprint.html:get_html_metadata": "html",
    "weasyprint.html:parse_url": "string base_url allow_relative",
    "weasyprint.layout:layout_document": "html root_box context max_loops",
    "weasyprint.layout.background:layout_box_backgrounds": "page box get_image_from_uri layout_children style",
    "weasyprint.layout.block:block_level_page_break": "sibling_before sibling_after",
    "weasyprint.layout.block:block_container_layout": (
        "context box bottom_space skip_stack page_is_empty absolute_boxes fixed_boxes adjoining_margins"
        " first_letter_style first_line_style discard max_lines"
    ),
    "weasyprint.layout.page:make_margin_boxes": "context page state",
    "weasyprint.layout.page:set_page_type_computed_styles": "page_type html style_for",
    "weasyprint.layout.table:find_in_flow_baseline": "box last baseline_types",
    "weasyprint.pdf:generate_pdf": "document target zoom options",
    "weasyprint.pdf:_use_references": "pdf resources images color_profiles",
    "weasyprint.pdf.fonts:Font.clean": "self to_unicode hinting",
    "weasyprint.pdf.stream:Stream": (
        "fonts page_rectangle resources images tags color_profiles output_intent args kwargs"
    ),
    "weasyprint.stacking:StackingContext.from_box": "box page child_contexts",
    "weasyprint.svg.css:parse_declarations": "input",
    "weasyprint.text.fonts:get_pango_font_key": "pango_font",
    "weasyprint.text.line_break:get_log_attrs": "text lang",
    "weasyprint.text.line_break:Layout": "style justification_spacing max_width",
    "weasyprint.text.line_break:Layout.setup": "self style",
    "weasyprint.text.line_break:split_first_line": (
        "text style context max_width justification_spacing is_line_start minimum"
    ),
    "weasyprint.text.line_break:line_size": "line style",
    "weasyprint.text.line_break:strut": "style",
    "weasyprint.urls:get_link": "url base_url",
}


@pytest.mark.parametrize(("name", "parameters"), PARAMETERS.items(), ids=PARAMETERS)
def test_a_function_takes_what_it_took(name: str, parameters: str) -> None:
    """These functions and classes are where they were, and take the same parameters."""
    assert list(inspect.signature(resolve_name(name)).parameters) == parameters.split()
