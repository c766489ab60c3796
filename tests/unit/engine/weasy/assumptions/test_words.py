"""Text, pictures and the log"""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.unit.engine.weasy.assumptions.laid_out import HTML, first_text, font_configuration


def logged(body: str, caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what WeasyPrint says of a document."""
    with caplog.at_level(logging.WARNING, "weasyprint"):
        logging.getLogger("weasyprint").propagate = True
        HTML(string=body).write_pdf(font_config=font_configuration())
    return [record for record in caplog.records if record.name == "weasyprint"]


def test_a_missing_glyph_is_a_warning_of_the_text(caplog: pytest.LogCaptureFixture) -> None:
    """A character that no font has is a warning of `draw/text.py`, whose first argument it is."""
    record = next(found for found in logged("<p>\U0010fffd", caplog) if found.pathname.endswith("draw/text.py"))

    assert record.levelno == logging.WARNING
    assert isinstance(record.args, tuple)
    assert str(record.args[0])[:1] == "\U0010fffd"


def test_a_broken_picture_is_an_error_of_the_images(caplog: pytest.LogCaptureFixture) -> None:
    """A picture that cannot be used is an error of the module `images`."""
    errors = [found for found in logged("<img src='data:image/png,x'>", caplog) if found.levelno >= logging.ERROR]

    assert {record.module for record in errors} == {"images"}


def test_units_of_pango_are_converted() -> None:
    """`TO_UNITS` and `FROM_UNITS` are factors between px and Pango's units, 1024 to one."""
    from weasyprint.text.ffi import FROM_UNITS, TO_UNITS

    assert (TO_UNITS * 1.5, FROM_UNITS * 1536) == (1536, 1.5)


def test_a_first_line_comes_with_its_measures() -> None:
    """`split_first_line` returns the layout, its length, where to go on (in bytes), width, height and baseline."""
    from weasyprint.text.line_break import split_first_line

    found: tuple[Any, ...] = split_first_line("one two", first_text().style, None, 30, 0)
    layout, length, resume_at, width, height, baseline = found

    assert (layout.text.strip(), length >= 3, resume_at) == ("one", True, 4)
    assert 0 < width < 31
    assert 0 < baseline < height


def test_a_layout_holds_pangos() -> None:
    """A fresh layout of a text holds Pango's as `layout`, and its style names the font configuration."""
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout

    style = first_text().style
    layout = Layout(style)

    assert pango.pango_layout_get_line_readonly(layout.layout, 0) != ffi.NULL
    assert style.font_config.font_features is not None


def test_font_features_are_a_dictionary() -> None:
    """`font_features` returns OpenType features and their values."""
    from weasyprint.text.fonts import font_features

    assert font_features(font_variant_numeric=["tabular-nums"])["tnum"] == 1


def test_each_character_has_attributes_for_breaking_lines() -> None:
    """`get_log_attrs` returns Pango's attributes, one more than there are characters."""
    from weasyprint.text.line_break import get_log_attrs

    found = get_log_attrs("a b", "en")
    attributes = found[-1] if isinstance(found, tuple) else found

    assert [bool(attributes[at].is_line_break) for at in range(3)] == [False, False, True]


def test_svg_knows_its_definitions() -> None:
    """`weasyprint.svg` names the elements that are only drawn when they are used, and attributes that end at theirs."""
    from weasyprint.svg import DEF_TYPES, NOT_INHERITED_ATTRIBUTES

    assert "marker" in DEF_TYPES
    assert "transform" in NOT_INHERITED_ATTRIBUTES


def test_declarations_of_svg_are_parsed_into_two_lists() -> None:
    """`parse_declarations` returns the normal declarations and the important ones."""
    import tinycss2
    from weasyprint.svg.css import parse_declarations

    normal, important = parse_declarations(tinycss2.parse_component_value_list("fill: red; stroke: blue !important"))

    assert [name for name, _ in normal] == ["fill"]
    assert [name for name, _ in important] == ["stroke"]
