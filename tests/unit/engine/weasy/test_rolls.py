"""Nothing that is printed lies below where a roll is cut."""

from __future__ import annotations

import pytest
import weasyprint

from reports.engine.weasy.rolls import cut

_TEXT = "<p>TOP</p>"


def bottoms(html: str, css: str) -> tuple[float, float]:
    """Return the height of a cut page, and where its last line of text ends, in CSS pixels."""
    [page] = weasyprint.HTML(string=html).render(stylesheets=[weasyprint.CSS(string=css)]).pages
    cut([page])
    lines = [each for each in page._page_box.descendants(placeholders=True) if getattr(each, "text", "")]
    return page.height, max(line.position_y + line.height for line in lines)


@pytest.mark.parametrize(
    ("html", "css"),
    [
        (_TEXT, "@page { margin: 5mm }"),
        (_TEXT, "@page { @bottom-center { content: 'FOOT' } }"),
        ("<p>TOP<span>NOTE</span></p>", "span { float: footnote }"),
        ("<p>TOP<b>STAMP</b></p>", "b { position: absolute; top: 50mm }"),
        ("<div><p>A<p>B<p>C<p>D</div>", "div { height: 1mm }"),
        (_TEXT, "@page { padding: 10mm; border: 1mm solid; margin: 3mm }"),
        ("<table><col><tr><td>TOP</table>", "@page { @left-middle { content: 'SIDE' } }"),
    ],
)
def test_all_that_is_printed_is_above_the_cut(html: str, css: str) -> None:
    height, lowest = bottoms(html, "@page { size: 62mm 3000mm }" + css)

    assert lowest <= height < 1_000


def test_padding_and_margin_stay_below_what_is_printed() -> None:
    plain, padded = (
        bottoms(_TEXT, f"@page {{ size: 62mm 3000mm; margin: 0; {page} }}")[0] for page in ("", "padding: 96px")
    )

    assert padded - plain == pytest.approx(192)


def test_other_paper_is_as_it_was() -> None:
    assert bottoms(_TEXT, "@page { size: 100px 1900px }")[0] == 1900
