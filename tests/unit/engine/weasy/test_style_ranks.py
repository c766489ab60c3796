"""A template's style sheet ranks as one that its documents link to: selectors decide, then the order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.engine.rendering import context, page_texts, printed, renderer, template

DOCUMENT = """<!doctype html><html lang=en><head><title>T</title><style>%s</style></head>
<body><p class="mark">one</p><p style="break-before: page">two</p></body></html>"""


@pytest.mark.parametrize(
    ("sheet", "style", "expected"),
    [
        # The more specific selector wins, wherever it stands.
        ('p.mark::before { content: "a" }', 'p::before { content: "b" }', ["aone", "btwo"]),
        # Of equal ones the document's, which comes later.
        ('p::before { content: "a" }', 'p::before { content: "b" }', ["bone", "btwo"]),
        ('@page :first { @top-left { content: "a" } }', '@page { @top-left { content: "b" } }', ["one a", "two b"]),
    ],
)
def test_a_style_element_beats_only_what_is_not_more_specific(
    sheet: str, style: str, expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / "template.html.j2").write_text(DOCUMENT % style, "utf-8")
    (tmp_path / "style.css").write_text("@page { size: A6; margin: 15mm } " + sheet, "utf-8")

    report = printed(renderer(), template(tmp_path), {}, context())

    assert [" ".join(page.splitlines()) for page in page_texts(report.pdf)] == expected
