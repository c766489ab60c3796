"""Codes are drawn as PDF's own rectangles, and look as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.unit.engine.rendering import renderer

PLACES, SIDES = st.integers(0, 40), st.integers(1, 40)
RECTANGLES = st.lists(st.tuples(PLACES, PLACES, SIDES, SIDES), min_size=1, max_size=12)


def path_of(rectangles: list[tuple[int, int, int, int]]) -> str:
    return "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in rectangles)


def drawn(shape: str, attributes: str = "", *, patched: bool = True) -> tuple[list[Any], bytes]:
    """Draw a path; return the operators of the page, and its pixels."""
    renderer()
    from weasyprint import HTML, svg

    now = svg.TAGS["path"]
    style = "<style>@page { size: 60px; margin: 3.3px }</style>"
    html = f'{style}<svg viewBox="0 0 70 70"><path d="{shape}" {attributes}/></svg>'
    try:
        svg.TAGS["path"] = now if patched else now.__wrapped__
        pdf = HTML(string=html).write_pdf(uncompressed_pdf=True)
    finally:
        svg.TAGS["path"] = now
    return pdf.split(), bytes(pypdfium2.PdfDocument(pdf)[0].render(scale=2).buffer)


@pytest.mark.parametrize(
    "attributes", ["", 'fill-rule="evenodd"', 'fill="none" stroke="red" stroke-width="1.5" stroke-dasharray="3 2"']
)
@given(rectangles=RECTANGLES)
@settings(max_examples=examples(15))
def test_a_path_of_rectangles_looks_as_weasyprint_draws_it(
    attributes: str, rectangles: list[tuple[int, int, int, int]]
) -> None:
    shape = path_of(rectangles)

    (operators, pixels), (_, expected) = drawn(shape, attributes), drawn(shape, attributes, patched=False)

    assert operators.count(b"re") >= len(rectangles)
    assert pixels == expected


@pytest.mark.parametrize(
    "shape",
    [
        "M0 0h9v9h-8z",
        "M0 0h9v9h-9z M3 3h1v1h-1z",
        "M0.5 0h9v9h-9z",
        "m0 0h9v9h-9z",
        "M0 0h0v9h-0z",
        "M0 0h99999v9h-99999z",
        "",
        "x",
    ],
)
def test_any_other_path_is_left_to_weasyprint(shape: str) -> None:
    assert drawn(shape) == drawn(shape, patched=False)


def test_a_path_with_markers_is_left_to_weasyprint() -> None:
    marker = 'marker-mid="url(#none)"'

    assert drawn("M0 0h9v9h-9z", marker) == drawn("M0 0h9v9h-9z", marker, patched=False)


def test_the_codes_of_the_templates_are_such_paths(tmp_path: Path) -> None:
    renderer()
    from reports.engine.templating.symbols import symbol
    from reports.engine.weasy.patches.svg import _RECTANGLES

    for kind, text in (
        ("qr", "https://example.com"),
        ("datamatrix", "A-1"),
        ("code128", "A-1"),
        ("ean13", "4006381333931"),
    ):
        assert _RECTANGLES.fullmatch(symbol(kind, text).path)
